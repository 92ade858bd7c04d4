import { maxRejectedPatches, stackNameProblem } from "#shared/contract/patchNames.js";
import { nameWarnings } from "#shared/contract/patchNameWarnings.js";
import type { PathPart } from "#shared/text/paths.js";
import type { Entry, Selector } from "../core/model.js";
import { type Expiry, readExpiry } from "./expiry.js";
import type { ManifestRules } from "./model.js";
import { nearest } from "./nearest.js";
import type { Findings } from "./problems.js";
import { allowed, type EntrySpec, entryIdPattern, entrySchema, nodeIdPattern } from "./schema.js";
import { checkShape } from "./shape.js";
import { checkTags, tagLists } from "./tags.js";

type Path = readonly PathPart[];

/** What the entries of a manifest are checked with and against. */
export interface EntryContext {
  readonly findings: Findings;
  readonly rules: ManifestRules;
  readonly uploadedAt: number;
  /** Ids so far, and the lines where they stand. */
  readonly ids: Map<string, number>;
  /** What the texts of `expires` mean: many entries end on the same day, and time zones take their time. */
  readonly expiries: Map<string, Expiry>;
}

/** Texts of a list that stand in it twice. */
function checkUnique(list: readonly unknown[], path: Path, noun: string, findings: Findings): void {
  const seen = new Set<unknown>();
  for (const [index, item] of list.entries()) {
    if (typeof item === "string" && seen.has(item)) {
      findings.problem([...path, index], { allowed: `each ${noun} once`, fix: "Remove one of the two." });
    }
    seen.add(item);
  }
}

function checkId(id: unknown, path: Path, { findings, ids }: EntryContext): void {
  if (typeof id !== "string") return;
  if (!entryIdPattern.test(id)) {
    const better = id
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+|-+$/g, "")
      .slice(0, 64);
    const fix = better === "" ? undefined : `Write ${findings.member("id", JSON.stringify(better))}.`;
    findings.problem(path, { allowed: allowed.id, fix });
    return;
  }
  const line = ids.get(id);
  if (line === undefined) ids.set(id, findings.lineOf(path));
  else {
    const words = `an id that no other entry of the file has; the entry on line ${line} has it`;
    findings.problem(path, { allowed: words, fix: "Give one of the two another id." });
  }
}

/** The names of patches in a list of any shape. */
export function checkPatches(patches: unknown, path: Path, { findings, rules }: EntryContext): void {
  // Of a list that is too long, its length is the problem.
  if (!Array.isArray(patches) || patches.length > maxRejectedPatches) return;
  for (const [index, name] of patches.entries()) {
    // A number is no name either way, and quotes around it would not help.
    if (typeof name !== "string" && typeof name !== "number") continue;
    const problem = stackNameProblem(rules.operatingSystems, String(name));
    if (problem !== undefined) findings.problem([...path, index], problem);
  }
  checkUnique(patches, path, "name", findings);
}

/** Warnings about names that will do more or less than they say. */
export function warnOfNames(
  { patches, action }: Extract<Entry["effect"], { kind: "reject" }>,
  path: Path,
  { findings, rules }: EntryContext,
): void {
  for (const [index, name] of patches.entries()) {
    for (const warning of nameWarnings(rules.operatingSystems, name, action)) {
      findings.warn([...path, index], warning);
    }
  }
}

function checkNodes(nodes: unknown, path: Path, { findings }: EntryContext): void {
  if (!Array.isArray(nodes) || nodes.length > 1000) return;
  for (const [index, node] of nodes.entries()) {
    // Quotes would not make an id of a number.
    if ((typeof node !== "string" && typeof node !== "number") || nodeIdPattern.test(String(node))) continue;
    const [better = ""] = /m?i-[0-9a-f]+$/.exec(String(node).trim().toLowerCase()) ?? [];
    const fix = nodeIdPattern.test(better) ? `Write ${better}.` : "Look up the id, or select nodes by tags.";
    findings.problem([...path, index], { allowed: allowed.node, fix });
  }
  checkUnique(nodes, path, "node", findings);
}

function checkRegions(regions: unknown, path: Path, { findings, rules }: EntryContext): void {
  if (!Array.isArray(regions) || regions.length > 100) return;
  for (const [index, region] of regions.entries()) {
    if (typeof region !== "string" || rules.regions.includes(region)) continue;
    const near = nearest(region, rules.regions);
    findings.problem([...path, index], {
      allowed: `one of the stack's Regions, ${rules.regions.join(", ")}`,
      fix:
        near === undefined ? "Write one of them; without regions all of them are meant." : `Write ${near}.`,
    });
  }
  checkUnique(regions, path, "Region", findings);
}

function checkOwner(owner: unknown, path: Path, { findings }: EntryContext): void {
  if (typeof owner !== "string" || !owner.includes("@")) return;
  if (/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(owner)) return;
  const [address, another] = owner.slice(0, 256).match(/[^\s@<>,;:]+@[^\s@.<>,;]+(?:\.[^\s@.<>,;]+)+/g) ?? [];
  findings.problem(path, {
    allowed: "a whole e-mail address, or the name of a team, which has no @ in it",
    fix:
      address === undefined || another !== undefined
        ? "Write one address, such as payments@example.com, or the team's name without the @."
        : `Write ${findings.member("owner", JSON.stringify(address))}.`,
  });
}

function checkExpires(expires: unknown, path: Path, context: EntryContext): number | undefined {
  // 20261231 is a number to YAML, and quotes around it would not help.
  const text = typeof expires === "number" ? String(expires) : expires;
  if (typeof text !== "string") return undefined;
  const { rules, uploadedAt, findings, expiries } = context;
  const expiry = expiries.get(text) ?? readExpiry(text, { ...rules, uploadedAt });
  expiries.set(text, expiry);
  if ("at" in expiry) return expiry.at;
  findings.problem(path, expiry);
  return undefined;
}

/** Of two keys, an entry has exactly one. */
function checkPair(
  entry: Readonly<Record<string, unknown>>,
  [one, other]: readonly [string, string],
  path: Path,
  meant: ReadonlySet<string>,
  fixFor: () => string,
  findings: Findings,
): void {
  const [hasOne, hasOther] = [Object.hasOwn(entry, one), Object.hasOwn(entry, other)];
  const words = `either ${one} or ${other}`;
  if (hasOne && hasOther) {
    const got = `${other} beside ${one}`;
    findings.problem([...path, other], { got, allowed: words, fix: "Remove one of the two.", atKey: true });
  } else if (!hasOne && !hasOther && !meant.has(one) && !meant.has(other)) {
    findings.problem([...path, one], { allowed: words, fix: fixFor() });
  }
}

/** Keys that go together, or not at all. */
function checkKeys(
  entry: Readonly<Record<string, unknown>>,
  path: Path,
  meant: ReadonlySet<string>,
  findings: Findings,
): void {
  const fixPatches = () => {
    const [patches, hold] = [findings.member("patches", '["openssl*"]'), findings.member("hold", "true")];
    return `Add ${patches} for some patches, or ${hold} for the whole node.`;
  };
  checkPair(entry, ["patches", "hold"], path, meant, fixPatches, findings);
  const fixNodes = () => {
    const nodes = findings.member("nodes", '["i-0a1b2c3d4e5f60718"]');
    return `Add ${nodes} or ${findings.member("tags", '{"App": "payments"}')}.`;
  };
  checkPair(entry, ["nodes", "tags"], path, meant, fixNodes, findings);
  if (Object.hasOwn(entry, "hold") && Object.hasOwn(entry, "action")) {
    const words = "no action beside hold, which installs nothing at all";
    findings.problem([...path, "action"], { allowed: words, fix: "Remove it." });
  }
}

function selectorOf({ nodes, tags }: EntrySpec): Selector | undefined {
  if (nodes !== undefined) return { kind: "nodes", ids: nodes };
  return tags === undefined ? undefined : { kind: "tags", tags: tagLists(tags) };
}

function effectOf({ hold, patches, action }: EntrySpec): Entry["effect"] | undefined {
  if (hold === true) return { kind: "hold" };
  if (patches === undefined) return undefined;
  return {
    kind: "reject",
    patches,
    action: action === "allow-as-dependency" ? "ALLOW_AS_DEPENDENCY" : "BLOCK",
  };
}

/** Checks what each key says, where it has the right type; returns when the entry ends. */
function checkMembers(
  entry: Readonly<Record<string, unknown>>,
  path: Path,
  context: EntryContext,
): number | undefined {
  const at = (key: string): Path => [...path, key];
  checkId(entry.id, at("id"), context);
  checkPatches(entry.patches, at("patches"), context);
  checkNodes(entry.nodes, at("nodes"), context);
  checkTags(entry.tags, at("tags"), context.findings);
  checkOwner(entry.owner, at("owner"), context);
  checkRegions(entry.regions, at("regions"), context);
  return checkExpires(entry.expires, at("expires"), context);
}

/** Checks one entry of a version 1 manifest; undefined when anything is wrong with it. */
export function checkEntry(value: unknown, path: Path, context: EntryContext): Entry | undefined {
  const { findings, rules } = context;
  const before = findings.count;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const entry: Readonly<Record<string, unknown>> | undefined = isObject ? { ...value } : undefined;
  const expiresAt = entry === undefined ? undefined : checkMembers(entry, path, context);
  // After what each key says, because a path has one problem and those above say more.
  const { data, meant } = checkShape(entrySchema, value, path, findings);
  if (entry !== undefined) checkKeys(entry, path, meant, findings);
  if (findings.count > before || data === undefined || expiresAt === undefined) return undefined;
  const [selector, effect] = [selectorOf(data), effectOf(data)];
  if (selector === undefined || effect === undefined) return undefined;
  if (effect.kind === "reject") warnOfNames(effect, [...path, "patches"], context);
  const { id, reason, owner, ticket, regions = rules.regions } = data;
  const line = findings.lineOf(path);
  const named = ticket === undefined ? {} : { ticket };
  return { id, selector, effect, reason, owner, ...named, expiresAt, regions, line };
}
