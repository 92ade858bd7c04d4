import { baseGroupTagKey, patchGroupTagKeys } from "#shared/contract/exclusionNames.js";
import { type PathPart, valueAt } from "#shared/text/paths.js";
import type { Findings } from "./problems.js";
import { allowed, maxTags, maxTagValues, tagTextPattern } from "./schema.js";

type Path = readonly PathPart[];

/** Tags that patchplane moves nodes with: who selects by them selects by his own effect. */
export const ownKeys: readonly string[] = [...patchGroupTagKeys, baseGroupTagKey];

/** Of more tags than a person writes, the number is the problem. */
const mostTold = 20;

function isPlain(text: string): boolean {
  return tagTextPattern.test(text) && text.trim() === text;
}

/** What to write in the place of a text whose blanks at its ends are all that is wrong. */
function withoutBlanks(text: string): string | undefined {
  const plain = text.trim();
  const isMeant = plain !== text && plain !== "" && tagTextPattern.test(plain);
  return isMeant ? `Write ${JSON.stringify(plain)}.` : undefined;
}

function checkKey(key: string, path: Path, findings: Findings): void {
  const fix = "Select by a tag that says what the node is for, such as App or Environment.";
  if (ownKeys.includes(key)) {
    const words = "any other key; patchplane writes this tag itself when it moves a node";
    findings.problem(path, { got: key, allowed: words, fix, atKey: true });
  } else if (/^aws:/i.test(key)) {
    const words = "a key without aws: at its start; such tags are AWS's own and hybrid nodes have none";
    findings.problem(path, { got: key, allowed: words, fix, atKey: true });
  } else if (key.length < 1 || key.length > 128 || !isPlain(key)) {
    const got = JSON.stringify(key.slice(0, 60));
    findings.problem(path, { got, allowed: allowed.tagKey, fix: withoutBlanks(key), atKey: true });
  }
}

function checkValue(value: unknown, path: Path, words: string, findings: Findings): void {
  if (typeof value === "string") {
    if (value.length > 256 || !isPlain(value))
      findings.problem(path, { allowed: allowed.tagValue, fix: withoutBlanks(value) });
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

type Pair = readonly [key: string, value: string];

/** Tags as the API has them, or command lines, one or several in a text. */
function foreignTags(given: unknown): readonly Pair[] | undefined {
  if (typeof given === "string") {
    const words = given.length > 2000 ? [] : given.split(/[\s,;]+/).filter((word) => word !== "");
    const [key, value] = [/^Key=(.+)$/i.exec(words[0] ?? ""), /^Value=(.+)$/i.exec(words[1] ?? "")];
    if (words.length === 2 && key !== null && value !== null) return [[key[1] ?? "", value[1] ?? ""]];
    const pairs = words.flatMap((word): Pair[] => {
      const [, name, text] = /^([^=]+)=(.+)$/.exec(word) ?? [];
      return name === undefined || text === undefined ? [] : [[name, text]];
    });
    return pairs.length > 0 && pairs.length === words.length ? pairs : undefined;
  }
  if (typeof given !== "object" || given === null || Object.keys(given).length !== 2) return undefined;
  const [key, value] = [valueAt(given, ["Key"]), valueAt(given, ["Value"])];
  return typeof key === "string" && typeof value === "string" ? [[key, value]] : undefined;
}

/** How they are written here, several values of one key as a list; undefined where that would be refused again. */
function written(tags: ReadonlyMap<string, readonly string[]>): string | undefined {
  const isGood = ([key, values]: readonly [string, readonly string[]]) =>
    ![...ownKeys, "__proto__"].includes(key) &&
    !/^aws:/i.test(key) &&
    key.length <= 128 &&
    values.length <= maxTagValues &&
    values.every((value) => value.length <= 256 && isPlain(value)) &&
    isPlain(key);
  if (![...tags].every(isGood)) return undefined;
  const members = [...tags].map(([key, values]) => {
    const texts = values.map((value) => JSON.stringify(value)).join(", ");
    return `${JSON.stringify(key)}: ${values.length === 1 ? texts : `[${texts}]`}`;
  });
  return `{${members.join(", ")}}`;
}

/** What an entry selects nodes by: an object, or what the API and command lines have in its place. */
export function checkTags(given: unknown, path: Path, findings: Findings): void {
  const parts: readonly unknown[] = Array.isArray(given) ? given : [given];
  const foreign = parts.length > maxTags * maxTagValues ? [undefined] : parts.map(foreignTags);
  const meant = new Map<string, string[]>();
  for (const [key, value] of foreign.flatMap((pairs) => pairs ?? [])) {
    const values = meant.get(key) ?? [];
    meant.set(key, values.includes(value) ? values : [...values, value]);
  }
  if (foreign.every((pairs) => pairs !== undefined) && meant.size > 0 && meant.size <= maxTags) {
    const tags = written(meant);
    const fix = tags === undefined ? undefined : `Write ${findings.member("tags", tags)}.`;
    findings.problem(path, { allowed: "each tag by its own key", fix });
    return;
  }
  const tags = parts.length === 1 ? parts[0] : given;
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return;
  const entries = Object.entries(tags);
  if (entries.length < 1 || entries.length > maxTags) {
    const got = entries.length === 0 ? "an object without tags" : `${entries.length} tags`;
    findings.problem(path, { got, allowed: allowed.tags });
  }
  for (const [key, value] of entries.slice(0, mostTold)) {
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
