import {
  type OperatingSystem,
  operatingSystems,
  type PackageManager,
  packageManagers,
} from "#shared/contract/operatingSystems.js";
import { show, Words } from "#shared/text/quotes.js";
import { type Catalog, maxVersions, type Package, type Patch, type Requirement } from "./model.js";
import type { Scope } from "./problems.js";
import { placeRequirement, readRequirement } from "./requirement.js";
import type { CatalogSpec, PatchSpec } from "./schema.js";

const noTexts: readonly string[] = Object.freeze([]);
const noRequirements: readonly Requirement[] = Object.freeze([]);

const withRpm: readonly PackageManager[] = ["dnf", "yum", "zypper"];

/** A patch of the file and its index there. */
interface Entry {
  readonly spec: PatchSpec;
  readonly at: number;
  readonly released: number;
}

interface VersionParts {
  readonly version: string | undefined;
  readonly epoch: string | undefined;
  readonly release: string | undefined;
}

function versionParts(full: string | undefined, rpm: boolean): VersionParts {
  if (full === undefined || !rpm) return { version: full, epoch: undefined, release: undefined };
  const colon = full.indexOf(":");
  const rest = full.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  return {
    epoch: colon === -1 ? "0" : full.slice(0, colon),
    version: dash === -1 ? rest : rest.slice(0, dash),
    release: dash === -1 ? undefined : rest.slice(dash + 1),
  };
}

function patchId(spec: PatchSpec): string {
  const version = spec.version === undefined ? "" : `-${spec.version}`;
  const arch = spec.arch === undefined ? "" : `.${spec.arch}`;
  return `${spec.name}${version}${arch}`;
}

/** The title as SSM forms it for packages: `bind-libs.x86_64:32:9.8.2-0.63`. */
function patchTitle(spec: PatchSpec, epoch: string | undefined): string {
  if (spec.title !== undefined) return spec.title;
  const arch = spec.arch === undefined ? "" : `.${spec.arch}`;
  if (spec.version === undefined) return `${spec.name}${arch}`;
  const full = epoch === undefined || spec.version.includes(":") ? spec.version : `${epoch}:${spec.version}`;
  return `${spec.name}${arch}:${full}`;
}

function checkValues(entry: Entry, operatingSystem: OperatingSystem, problems: Scope): void {
  const { values } = operatingSystems[operatingSystem];
  for (const field of ["classification", "severity", "priority"] as const) {
    const value = entry.spec[field];
    const allowed: readonly string[] | undefined = values[field];
    if (value !== undefined && allowed !== undefined && !allowed.includes(value)) {
      problems.add(
        ["patches", entry.at, field],
        value,
        `one of ${allowed.join(", ")} for ${operatingSystem}`,
      );
    }
  }
}

/** Reports what only Windows, or only the others, may say. Returns whether the patch can be used. */
function checkPatch(entry: Entry, operatingSystem: OperatingSystem, problems: Scope): boolean {
  const { spec, at } = entry;
  const before = ["patches", at] as const;
  checkValues(entry, operatingSystem, problems);
  if (operatingSystem === "WINDOWS") {
    const named = /^KB\d{6,7}$/.test(spec.name);
    if (!named) problems.add([...before, "name"], spec.name, "a KB number such as KB5034129");
    if (spec.version !== undefined)
      problems.add([...before, "version"], spec.version, "no version, a KB has none");
    return named;
  }
  if (spec.supersedes !== undefined) {
    problems.add([...before, "supersedes"], spec.supersedes, "nothing: only a KB replaces another one");
  }
  if (spec.version === undefined)
    problems.add([...before, "version"], undefined, "the version of the package");
  return spec.version !== undefined;
}

/** Drops repeated patches after reporting them. */
function unique(entries: readonly Entry[], problems: Scope): Entry[] {
  const first = new Map<string, number>();
  return entries.filter(({ spec, at }) => {
    const key = `${spec.name} ${spec.version ?? ""}`;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, at);
      return true;
    }
    const same = `a name and version that patches[${earlier}] does not have; one catalog is for one architecture`;
    problems.add(["patches", at], key.trim(), same);
    return false;
  });
}

function packagesByName(entries: readonly Entry[]): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.spec.name);
    if (group === undefined) groups.set(entry.spec.name, [entry]);
    else group.push(entry);
  }
  for (const group of groups.values()) group.sort((a, b) => a.released - b.released);
  return [...groups.values()];
}

/** What is allowed where `entry` names what it supersedes; undefined when `older` will do. */
function supersedable(entry: Entry, older: Entry | undefined, rival: Entry | undefined): string | undefined {
  if (older === undefined) return "a KB of this catalog";
  if (rival !== undefined) return `a KB that no other one supersedes; ${rival.spec.name} does`;
  return older.released > entry.released ? "a KB that was not released later" : undefined;
}

/** The chains that `supersedes` forms. A KB that is superseded by two others, or by itself, would be no chain. */
function chains(entries: readonly Entry[], problems: Scope): Entry[][] {
  const byName = new Map(entries.map((entry) => [entry.spec.name, entry]));
  const next = new Map<Entry, Entry>();
  const heads: Entry[] = [];
  for (const entry of entries) {
    const { supersedes } = entry.spec;
    if (supersedes === undefined) {
      heads.push(entry);
      continue;
    }
    const older = byName.get(supersedes);
    const allowed = supersedable(entry, older, older && next.get(older));
    if (older !== undefined && allowed === undefined) next.set(older, entry);
    else {
      problems.add(["patches", entry.at, "supersedes"], supersedes, allowed ?? "");
      heads.push(entry);
    }
  }
  const found = heads.map((head) => {
    const chain = [head];
    for (let at = next.get(head); at !== undefined; at = next.get(at)) chain.push(at);
    return chain;
  });
  // Whatever no head leads to stands in a circle.
  const reached = new Set(found.flat());
  for (const entry of entries.filter((candidate) => !reached.has(candidate))) {
    const allowed = "a KB that does not lead back to this one";
    problems.add(["patches", entry.at, "supersedes"], entry.spec.supersedes, allowed);
  }
  return found;
}

function requirements(
  entry: Entry,
  indexes: ReadonlyMap<string, number>,
  groups: readonly (readonly Entry[])[],
  problems: Scope,
): readonly Requirement[] {
  const { requires } = entry.spec;
  if (requires === undefined || requires.length === 0) return noRequirements;
  return requires.flatMap((text, place): Requirement[] => {
    const read = readRequirement(text);
    const index = indexes.get(read.name);
    const path = ["patches", entry.at, "requires", place];
    if (index === undefined) problems.add(path, text, "a package of this catalog");
    else if (index === indexes.get(entry.spec.name)) problems.add(path, text, "a package other than its own");
    else {
      const versions = (groups[index] ?? []).map(({ spec }) => spec.version);
      const placed = placeRequirement(read, index, versions);
      if (placed !== undefined) return [placed];
      const known = versions.filter((version) => version !== undefined).join(", ");
      problems.add(path, text, `a version of ${read.name} that this catalog has: ${known}`);
    }
    return [];
  });
}

/**
 * Forms packages (on Windows chains of KBs) out of a catalog's patches. Always returns a catalog, so that the nodes
 * can be checked against it whatever its own problems are.
 */
export function compileCatalog(key: string, spec: CatalogSpec, problems: Scope): Catalog {
  const { operatingSystem } = spec;
  const rpm = withRpm.includes(packageManagers[operatingSystem]);
  const all = spec.patches.map((patch, at) => ({ spec: patch, at, released: Date.parse(patch.released) }));
  const usable = unique(
    all.filter((entry) => checkPatch(entry, operatingSystem, problems)),
    problems,
  );
  const groups = operatingSystem === "WINDOWS" ? chains(usable, problems) : packagesByName(usable);
  const packageIndexes = new Map<string, number>();
  for (const [index, group] of groups.entries()) {
    for (const entry of group) packageIndexes.set(entry.spec.name, index);
    if (group.length > maxVersions) {
      const name = show(group[0]?.spec.name);
      problems.add(
        ["patches"],
        new Words(`${group.length} versions`),
        `at most ${maxVersions} versions, of ${name} as well`,
      );
    }
  }
  const toPatch = (entry: Entry, packageIndex: number, versionIndex: number): Patch => {
    const { spec: patch, released } = entry;
    const parts = versionParts(patch.version, rpm);
    return {
      id: patchId(patch),
      name: patch.name,
      ...parts,
      fullVersion: patch.version,
      arch: patch.arch,
      title: patchTitle(patch, parts.epoch),
      released,
      classification: patch.classification,
      severity: patch.severity,
      priority: patch.priority,
      advisory: patch.advisory,
      cves: patch.cves ?? noTexts,
      bugzillas: patch.bugzillas ?? noTexts,
      requires: requirements(entry, packageIndexes, groups, problems),
      installSeconds: patch.installSeconds,
      packageIndex,
      versionIndex,
    };
  };
  const packages = groups.map((group, index): Package => {
    const patches = group.map((entry, version) => toPatch(entry, index, version));
    return { index, name: group[0]?.spec.name ?? "", patches };
  });
  return {
    key,
    operatingSystem,
    product: spec.product,
    productFamily: spec.productFamily,
    platformName: spec.platformName,
    platformVersion: spec.platformVersion,
    packages,
    packageIndexes,
  };
}
