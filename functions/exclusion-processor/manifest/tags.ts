import { baseGroupTagKey, patchGroupTagKeys } from "#shared/contract/exclusionNames.js";
import type { PathPart } from "#shared/text/paths.js";
import type { Findings } from "./problems.js";
import { allowed, maxTags, maxTagValues, tagTextPattern } from "./schema.js";

type Path = readonly PathPart[];

/** Tags that patchplane moves nodes with: who selects by them selects by his own effect. */
export const ownKeys: readonly string[] = [...patchGroupTagKeys, baseGroupTagKey];

function checkKey(key: string, path: Path, findings: Findings): void {
  const fix = "Select by a tag that says what the node is for, such as App or Environment.";
  if (ownKeys.includes(key)) {
    const words = "any other key; patchplane writes this tag itself when it moves a node";
    findings.problem(path, { got: key, allowed: words, fix, atKey: true });
  } else if (/^aws:/i.test(key)) {
    const words = "a key without aws: at its start; such tags are AWS's own and hybrid nodes have none";
    findings.problem(path, { got: key, allowed: words, fix, atKey: true });
  } else if (key.length < 1 || key.length > 128 || !tagTextPattern.test(key)) {
    const got = JSON.stringify(key.slice(0, 60));
    findings.problem(path, { got, allowed: allowed.tagKey, atKey: true });
  }
}

function checkValue(value: unknown, path: Path, words: string, findings: Findings): void {
  if (typeof value === "string") {
    if (value.length > 256 || !tagTextPattern.test(value))
      findings.problem(path, { allowed: allowed.tagValue });
    return;
  }
  const isWord = typeof value === "number" || typeof value === "boolean";
  const fix = isWord ? "Put it in quotes, a tag's value is a text." : undefined;
  findings.problem(path, { allowed: words, fix });
}

function checkValues(values: readonly unknown[], path: Path, findings: Findings): void {
  if (values.length < 1 || values.length > maxTagValues) {
    findings.problem(path, { allowed: allowed.tagValues });
    return;
  }
  const seen = new Set<unknown>();
  for (const [index, value] of values.entries()) {
    checkValue(value, [...path, index], allowed.tagValue, findings);
    if (seen.has(value)) {
      findings.problem([...path, index], { allowed: "each value once", fix: "Remove one of the two." });
    }
    seen.add(value);
  }
}

function pair(key: string, value: string, findings: Findings): string {
  return findings.member("tags", `{${JSON.stringify(key)}: ${JSON.stringify(value)}}`);
}

/** What an entry selects nodes by: an object, or what the API has in its place. */
export function checkTags(given: unknown, path: Path, findings: Findings): void {
  const tags: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given;
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return;
  const entries = Object.entries(tags);
  if (entries.length < 1 || entries.length > maxTags) {
    const got = entries.length === 0 ? "an object without tags" : `${entries.length} tags`;
    findings.problem(path, { got, allowed: allowed.tags });
    return;
  }
  const { Key, Value } = Object.fromEntries(entries);
  if (entries.length === 2 && typeof Key === "string" && typeof Value === "string") {
    findings.problem(path, {
      allowed: "each tag by its own key",
      fix: `Write ${pair(Key, Value, findings)}.`,
    });
    return;
  }
  for (const [key, value] of entries) {
    checkKey(key, [...path, key], findings);
    if (Array.isArray(value)) checkValues(value, [...path, key], findings);
    else checkValue(value, [...path, key], allowed.tagValues, findings);
  }
}

/** Tags with lists of values throughout. */
export function tagLists(
  tags: Readonly<Record<string, string | readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(tags).map(([key, values]) => [key, typeof values === "string" ? [values] : values]),
  );
}
