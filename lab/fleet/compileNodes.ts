import { Words } from "#shared/text/quotes.js";
import { isRegion, regionHint } from "../aws/regionNames.js";
import { CellPool, fillInstalled, keepOnly } from "./installed.js";
import {
  absent,
  type Catalog,
  type FleetNode,
  type Interval,
  isHybrid,
  ownAccountId,
  type Patch,
} from "./model.js";
import type { Scope } from "./problems.js";
import type { NodeSpec } from "./schema.js";

const maxTags = 50;
const noIntervals: readonly Interval[] = Object.freeze([]);
/** The `fails` of almost every node. */
export const noFailures: ReadonlySet<number> = new Set();

/** Equal tags as one object. */
export class TagPool {
  private readonly pool = new Map<string, Readonly<Record<string, string>>>();

  /** The one object that stands for all tags equal to these. */
  share(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const entries = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify(entries);
    let shared = this.pool.get(key);
    if (shared === undefined) {
      shared = Object.freeze(Object.fromEntries(entries));
      this.pool.set(key, shared);
    }
    return shared;
  }
}

/** Reports more tags than AWS takes. Those that AWS itself sets do not count. */
export function checkTags(
  tags: Readonly<Record<string, string>>,
  path: readonly string[],
  problems: Scope,
): void {
  const own = Object.keys(tags).filter((key) => !key.startsWith("aws:")).length;
  if (own > maxTags) problems.add(path, new Words(`${own} tags`), `at most ${maxTags}, those of AWS aside`);
}

/** Catalogs by key; undefined for one whose own problems forbid to check anything against it. */
export type Catalogs = ReadonlyMap<string, Catalog | undefined>;

/** What is allowed where a catalog is named. */
export function catalogKeys(catalogs: Catalogs): string {
  return catalogs.size === 0
    ? "a catalog, and this fleet has none"
    : `one of ${[...catalogs.keys()].join(", ")}`;
}

/** What `installed` may name: packages for their newest version, versions with and without what makes them unique. */
export function references(catalog: Catalog): Map<string, Patch> {
  const found = new Map<string, Patch>();
  for (const { patches } of catalog.packages) {
    for (const patch of patches) {
      found.set(patch.id, patch);
      found.set(`${patch.name}-${patch.fullVersion}`, patch);
      if (patch.release !== undefined) found.set(`${patch.name}-${patch.version}-${patch.release}`, patch);
      found.set(patch.name, patch);
    }
  }
  return found;
}

function mergeIntervals(spec: NodeSpec, problems: Scope): readonly Interval[] {
  if (spec.offline.length === 0) return noIntervals;
  const intervals = spec.offline.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
  for (const [at, { from, to }] of intervals.entries()) {
    if (to <= from) {
      problems.add(["offline", at, "to"], spec.offline[at]?.to, `a time after ${spec.offline[at]?.from}`);
    }
  }
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of intervals.sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/** Reports a Region that AWS does not have: nobody could reach a node there. */
export function checkRegion(region: string, path: readonly string[], problems: Scope): void {
  if (!isRegion(region)) problems.add(path, region, regionHint(region));
}

function checkHybrid(spec: NodeSpec, problems: Scope): void {
  if (!isHybrid(spec.id)) return;
  if (spec.state === "stopped") {
    const allowed = '"running": AWS does not know whether a hybrid node runs; write ping: ConnectionLost';
    problems.add(["state"], spec.state, allowed);
  }
  if (!spec.agent) problems.add(["agent"], spec.agent, "true: only an agent makes a server a hybrid node");
}

/** Turns the nodes of a file into the simulation's form, in order and one by one. */
export class NodeCompiler {
  private readonly catalogs: Catalogs;
  private readonly tags: TagPool;
  private readonly cells = new CellPool();
  private readonly references = new Map<Catalog, Map<string, Patch>>();
  private readonly places = new Map<string, number>();

  constructor(catalogs: Catalogs, tags: TagPool) {
    this.catalogs = catalogs;
    this.tags = tags;
  }

  /** The ids seen so far. */
  get ids(): ReadonlySet<string> {
    return new Set(this.places.keys());
  }

  /** The node at `place` of the file, or undefined where it has problems that leave nothing to compile. */
  compile(spec: NodeSpec, place: number, index: number, problems: Scope): FleetNode | undefined {
    const earlier = this.places.get(spec.id);
    if (earlier === undefined) this.places.set(spec.id, place);
    else problems.add(["id"], spec.id, `an id that nodes[${earlier}] does not have`);
    checkRegion(spec.region, ["region"], problems);
    checkHybrid(spec, problems);
    checkTags(spec.tags, ["tags"], problems);
    const offline = mergeIntervals(spec, problems);
    const catalog = this.catalogs.get(spec.catalog);
    if (catalog === undefined) {
      if (!this.catalogs.has(spec.catalog)) {
        problems.add(["catalog"], spec.catalog, catalogKeys(this.catalogs));
      }
      return undefined;
    }
    return {
      index,
      id: spec.id,
      name: spec.name ?? (Object.hasOwn(spec.tags, "Name") ? spec.tags.Name : undefined) ?? spec.id,
      region: spec.region,
      ...(spec.account === undefined || spec.account === ownAccountId ? {} : { account: spec.account }),
      catalog,
      tags: this.tags.share(spec.tags),
      agent: spec.agent,
      state: spec.state,
      ping: spec.state === "stopped" ? "ConnectionLost" : spec.ping,
      offline,
      ...(spec.terminated === undefined ? {} : { terminatedAt: Date.parse(spec.terminated) }),
      installed: this.installed(spec, catalog, problems),
      fails: this.indexes(spec.fails, "fails", catalog, problems) ?? noFailures,
      speed: spec.speed,
    };
  }

  private indexes(
    names: readonly string[] | undefined,
    field: string,
    catalog: Catalog,
    problems: Scope,
  ): Set<number> | undefined {
    if (names === undefined || (names.length === 0 && field === "fails")) return undefined;
    const found = new Set<number>();
    for (const [at, name] of names.entries()) {
      const index = catalog.packageIndexes.get(name);
      if (index === undefined) problems.add([field, at], name, `a package of the catalog ${catalog.key}`);
      else found.add(index);
    }
    return found;
  }

  private installed(spec: NodeSpec, catalog: Catalog, problems: Scope): Int8Array {
    const cells = this.cells.take(catalog.packages.length);
    fillInstalled(cells, catalog, Date.parse(spec.patchedUntil));
    const present = this.indexes(spec.packages, "packages", catalog, problems);
    if (present !== undefined) keepOnly(cells, present);
    for (const [at, name] of spec.installed.entries()) {
      const patch = this.referencesOf(catalog).get(name);
      if (patch === undefined) {
        problems.add(["installed", at], name, `a package, version or KB of the catalog ${catalog.key}`);
        continue;
      }
      // A KB that an installed one supersedes is there already.
      cells[patch.packageIndex] = Math.max(cells[patch.packageIndex] ?? absent, patch.versionIndex);
    }
    return cells;
  }

  private referencesOf(catalog: Catalog): Map<string, Patch> {
    let found = this.references.get(catalog);
    if (found === undefined) {
      found = references(catalog);
      this.references.set(catalog, found);
    }
    return found;
  }
}
