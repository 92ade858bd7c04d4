import * as z from "zod/mini";
import { type PathPart, valueAt } from "#shared/text/paths.js";
import { unseen } from "#shared/text/quotes.js";
import { nearest } from "./nearest.js";
import type { Findings } from "./problems.js";

type Path = readonly PathPart[];
type Issue = z.core.$ZodIssue;

/** What a key is for, where one is missing. */
const purposes: Readonly<Record<string, string>> = {
  id: "a name for the entry, such as payments-openssl",
  reason: "why the patches stay out",
  owner: "whom to ask, an e-mail address or a team",
  expires: "the last day of the exclusion",
  exclusions: "a list, which may be empty",
  version: "1",
  exclude_patches: "a list, which may be empty",
};

const merge = 'Merge names with a wildcard, such as "openssl*"; a baseline takes no more.';

/** What to do about a list that is too long. */
const remedies: Readonly<Record<string, string>> = {
  patches: merge,
  exclude_patches: merge,
  nodes: "Select them by tags, or split the entry.",
  exclusions: "Split the file.",
};

/** Other words that people use for a key. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ...words("owner", "contact who team email"),
  ...words("patches", "exclude_patches exclude packages package kb"),
  ...words("hold", "freeze"),
  ...words("nodes", "instance_ids instances instance ids servers"),
  ...words("expires", "until end ends end_date expiry expiration"),
  ...words("reason", "because why comment description"),
  ...words("ticket", "change issue jira"),
  ...words("id", "name"),
  ...words("exclude_patches", "patches"),
]);

function words(key: string, others: string): [other: string, key: string][] {
  return others.split(" ").map((other) => [other, key]);
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function fixOfList(key: string, value: string, findings: Findings): string {
  const items = value.split(/[,\s]+/).filter((item) => item !== "");
  return `Write ${findings.member(key, `[${items.map((item) => JSON.stringify(item)).join(", ")}]`)}.`;
}

/** What to write instead, where the kind of the mistake tells it. */
function fixOf(issue: Issue, value: unknown, path: Path, findings: Findings): string | undefined {
  const key = String(path.at(-1));
  const purpose = Object.hasOwn(purposes, key) ? purposes[key] : undefined;
  if (value === undefined) return purpose === undefined ? undefined : `Add ${key}: ${purpose}.`;
  if (value === null) return purpose === undefined ? undefined : `Write ${purpose}.`;
  if (issue.code === "invalid_type" && issue.expected === "string") {
    const isWord = typeof value === "number" || typeof value === "boolean";
    return isWord ? `Put it in quotes: ${JSON.stringify(findings.shown(path))}.` : undefined;
  }
  if (issue.code === "invalid_type" && issue.expected === "array") {
    if (key === "exclusions" && typeof value === "object")
      return isEmpty(value)
        ? `Write ${findings.member(key, "[]")}.`
        : "Write a list of entries, each with the key of now as its id.";
    return typeof value === "string" && value.length <= 100 ? fixOfList(key, value, findings) : undefined;
  }
  if (issue.code === "invalid_value") {
    if (key === "version") return `Write ${findings.member("version", "1")}.`;
    if (key === "hold") return `Write ${findings.member("hold", "true")}, or leave hold out.`;
    const near = typeof value === "string" ? nearest(value, issue.values.map(String)) : undefined;
    if (near === undefined) return `Leave ${key} out for the default.`;
    return `Write ${findings.member(key, JSON.stringify(near))}.`;
  }
  if (issue.code === "too_small" && issue.origin === "array") return "Write at least one.";
  if (issue.code === "too_big") return Object.hasOwn(remedies, key) ? remedies[key] : "Shorten it.";
  return typeof value === "string" && value.trim() === "" && purpose !== undefined
    ? `Write ${purpose}.`
    : undefined;
}

/** A key that nobody knows; gives back the one that was meant, if that can be told. */
function unknownKey(
  key: string,
  path: Path,
  known: readonly string[],
  present: unknown,
  findings: Findings,
): string | undefined {
  const meant = synonyms.get(key.toLowerCase().replaceAll("-", "_")) ?? nearest(key, known);
  const isFree = meant !== undefined && known.includes(meant) && valueAt(present, [meant]) === undefined;
  const fix =
    key === "<<" ? "Write the keys out, nothing is merged." : isFree ? `Write ${meant}.` : "Remove it.";
  const got = `the key ${/^[\w.$-]{1,60}$/.test(key) ? key : JSON.stringify(key.slice(0, 60))}`;
  findings.problem([...path, key], { got, allowed: `one of ${known.join(", ")}`, fix, atKey: true });
  return isFree ? meant : undefined;
}

/** A value in the shape of its schema, or undefined; and the keys that unknown ones were meant to be. */
interface Shape<T> {
  readonly data: T | undefined;
  readonly meant: ReadonlySet<string>;
}

/**
 * Checks the shape of a value. What is found wrong already at a path is not told again.
 *
 * @param path - Of the value in the document.
 */
export function checkShape<S extends z.ZodMiniObject>(
  schema: S,
  value: unknown,
  path: Path,
  findings: Findings,
): Shape<z.infer<S>> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return { data: parsed.data, meant: new Set() };
  const known = Object.keys(schema.shape).filter((key) => key !== "$schema");
  const meant = new Set<string>();
  for (const issue of parsed.error.issues) {
    if (issue.code !== "unrecognized_keys") continue;
    for (const key of issue.keys) {
      const better = unknownKey(key, path, known, value, findings);
      if (better !== undefined) meant.add(better);
    }
  }
  for (const issue of parsed.error.issues) {
    const at = [...path, ...issue.path];
    const found = valueAt(value, issue.path);
    const isMeant = found === undefined && meant.has(String(issue.path[0]));
    // The members of a tag are checked one by one, where more can be said than that none of two shapes fits.
    const isTag = issue.code === "invalid_union" || issue.code === "invalid_key";
    const isTold = isTag && findings.covers(at.slice(0, -1));
    if (issue.code === "unrecognized_keys" || isMeant || isTold) continue;
    findings.problem(at, { allowed: issue.message, fix: fixOf(issue, found, at, findings) });
  }
  return { data: undefined, meant };
}

/** Every text of a document that has characters in it which nobody sees, keys as well. */
export function checkTexts(value: unknown, path: Path, findings: Findings): void {
  if (typeof value === "string") {
    if (unseen.test(value)) {
      const fix = value.trim().includes("\n")
        ? "Write it on one line; in YAML a long text may go on in the next line, without | before it."
        : value.includes("\n")
          ? "Write it without a line break at its end; in YAML write >- instead of > or |."
          : "Remove the character, or write it anew.";
      findings.problem(path, { allowed: "a text on one line, without control characters", fix });
    }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkTexts(item, [...path, index], findings);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      if (unseen.test(key)) {
        const words = "a key without control characters";
        findings.problem([...path, key], {
          got: JSON.stringify(key.slice(0, 60)),
          allowed: words,
          atKey: true,
        });
      }
      checkTexts(member, [...path, key], findings);
    }
  }
}
