import type { DocumentFault, LocatedDocument } from "#shared/text/document/locatedDocument.js";
import { Places } from "#shared/text/document/locatedDocument.js";
import type { PathPart } from "#shared/text/paths.js";
import type { Entry } from "../core/model.js";
import { checkEntry, type EntryContext } from "./checkEntry.js";
import { checkInstances } from "./instances.js";
import type { ManifestResult, ManifestRules, ManifestSource } from "./model.js";
import { Findings, type Layout, maxListed } from "./problems.js";
import { allowed, entryIdPattern, frameSchema, maxEntries, nodeIdPattern } from "./schema.js";
import { checkShape, checkTexts } from "./shape.js";
import { formatOf, instancesFile, type ManifestFormat, readText, textOf } from "./source.js";

export type { Manifest, ManifestResult, ManifestRules, ManifestSource } from "./model.js";
export { type ManifestProblem, type ManifestWarning, problemText, warningText } from "./problems.js";

function exclusionId(root: unknown, path: readonly PathPart[]): string | undefined {
  const [list, index] = path;
  if (list !== "exclusions" || typeof index !== "number" || typeof root !== "object" || root === null)
    return undefined;
  const entries: unknown = Reflect.get(root, "exclusions");
  const entry: unknown = Array.isArray(entries) ? entries[index] : undefined;
  const id: unknown = typeof entry === "object" && entry !== null ? Reflect.get(entry, "id") : undefined;
  return typeof id === "string" && entryIdPattern.test(id) ? id : undefined;
}

function instanceId(_root: unknown, [id]: readonly PathPart[]): string | undefined {
  return typeof id === "string" && nodeIdPattern.test(id) ? id : undefined;
}

function layoutOf(format: ManifestFormat): Layout {
  const isYaml = format === "yaml";
  return {
    entryDepth: format === "instances" ? 1 : 2,
    entryId: format === "instances" ? instanceId : exclusionId,
    member: (key, json) => `${isYaml ? key : JSON.stringify(key)}: ${json}`,
  };
}

/** What a file that is no list of exclusions may have been meant to be. */
function rootFix(root: unknown): string {
  if (Array.isArray(root)) return "Write version: 1 and exclusions:, and the list below that.";
  if (root === null) return "Write version: 1 and exclusions: [], or delete the file, to end its exclusions.";
  return "Write version: 1 and exclusions: with a list below it.";
}

function checkExclusions(root: unknown, context: EntryContext): Entry[] {
  const { findings } = context;
  if (typeof root !== "object" || root === null || Array.isArray(root)) {
    findings.problem([], { allowed: allowed.document, fix: rootFix(root) });
    return [];
  }
  if (Object.keys(root).some((key) => nodeIdPattern.test(key))) {
    const fix = `Name the file ${instancesFile}.`;
    findings.problem([], { got: "an object of instances", allowed: allowed.document, fix });
    return [];
  }
  const version: unknown = Reflect.get(root, "version");
  if (typeof version === "number" && version !== 1) {
    const fix = "Use a newer patchplane, or write version: 1.";
    findings.problem(["version"], { allowed: allowed.version, fix });
    return [];
  }
  checkShape(frameSchema, root, [], findings);
  const exclusions: unknown = Reflect.get(root, "exclusions");
  // The shape of what is no list or too long a list is refused already.
  if (!Array.isArray(exclusions) || exclusions.length > maxEntries) return [];
  return exclusions.flatMap(
    (value: unknown, index) => checkEntry(value, ["exclusions", index], context) ?? [],
  );
}

/** What came of it; an entry that is not there has a problem, so that a manifest counts as a whole or not at all. */
function resultOf(findings: Findings, entries: readonly Entry[]): ManifestResult {
  const { warnings, problems, count } = findings;
  if (count === 0) return { ok: true, manifest: { entries }, warnings };
  return { ok: false, problems, unlisted: Math.max(0, count - maxListed), warnings };
}

function unreadable(text: string, faults: readonly DocumentFault[], layout: Layout): ManifestResult {
  const document: LocatedDocument = { value: undefined, places: new Places(), faults };
  return resultOf(new Findings(text, document, layout), []);
}

/**
 * Reads and checks a manifest of exclusions. Whatever the text, it returns: entries of which every one is valid, or all
 * problems in order of place.
 *
 * `.yaml` and `.yml` are YAML 1.2, `.json` is JSON, both of version 1; `patch-exclusions.json`, in any folder, is an
 * object of instances.
 *
 * @param rules - Of the stack; its time zone must be one that `zoneProblem` accepts.
 * @returns the same for the same arguments: neither clock nor surroundings matter
 */
export function readManifest(source: ManifestSource, rules: ManifestRules): ManifestResult {
  const { text, fault } = textOf(source.text);
  const format = formatOf(source.key);
  const layout = layoutOf(format ?? "yaml");
  if (format === undefined) {
    const got = `the name ${JSON.stringify(source.key.slice(source.key.lastIndexOf("/") + 1).slice(-60))}`;
    const words = "a name that ends in .yaml, .yml or .json";
    const fix = "Rename the file, or put it elsewhere.";
    return unreadable("", [{ path: [], offset: 0, got, allowed: words, fix }], layout);
  }
  if (fault !== undefined) return unreadable(text, [fault], layout);
  const reading = readText(text, format);
  if (!("value" in reading)) return unreadable(text, reading.faults, layout);
  const findings = new Findings(text, reading, layout);
  checkTexts(reading.value, [], findings);
  const context: EntryContext = {
    findings,
    rules,
    uploadedAt: source.uploadedAt,
    ids: new Map(),
    expiries: new Map(),
  };
  const check = format === "instances" ? checkInstances : checkExclusions;
  return resultOf(findings, check(reading.value, context));
}
