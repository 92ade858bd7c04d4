import type { z } from "zod";
import { operatingSystemNames, otherSystemNames } from "#shared/contract/operatingSystems.js";
import { bareName, didYouMean, nearest } from "#shared/text/nearest.js";
import { type PathPart, pathText, valueAt } from "#shared/text/paths.js";
import { shown } from "#shared/text/quotes.js";
import { ruleKeys, settingsKeys } from "./baselineSchema.js";
import { configKeys } from "./configKeys.js";
import { type ConfigKeyName, defaults } from "./configSchema.js";
import type { Found } from "./found.js";
import { ringKeys } from "./ringSchema.js";

/** One thing that is wrong with the shape of a value. */
interface ShapeProblem extends Found {
  readonly key: ConfigKeyName;
  /** Where it is. */
  readonly at: readonly PathPart[];
  /** A value of the right shape in its place, so that the rules can look at what stands beside it; undefined: none is. */
  readonly standIn: unknown;
}

/**
 * Says what is wrong with the shape of a value in the words of the documentation.
 *
 * @param issue what the schema found
 * @param given the values that it was looking at, by key
 * @returns more than one problem for an object with several unknown keys
 */
export function shapeProblems(
  issue: z.core.$ZodIssue,
  given: Readonly<Record<string, unknown>>,
): ShapeProblem[] {
  const { path } = issue;
  const key = String(path[0]) as ConfigKeyName;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => {
      const at = [...path, name];
      return { key, at, standIn: undefined, path: pathText(at), ...unknownName(name, path) };
    });
  }
  const value = valueAt(given, path);
  // A tag has a value or a list of them: of a list, its items are judged.
  if (issue.code === "invalid_union" && Array.isArray(value)) {
    const items = issue.errors.flat().filter((inner) => inner.path.length > 0);
    if (items.length > 0)
      return items.flatMap((inner) => shapeProblems({ ...inner, path: [...path, ...inner.path] }, given));
  }
  const standIn = standInOf(issue, valueAt(given, path.slice(0, -1)));
  return [{ key, at: path, standIn, path: pathText(path), ...wrongValue(key, issue, value) }];
}

/** How deep the filters of a rule lie: `baselines.UBUNTU.approvalRules[0].priority`. */
const filterDepth = 5;

/** @param around the list or map that the value stands in */
function standInOf(issue: z.core.$ZodIssue, around: unknown): unknown {
  if (issue.code === "invalid_value") {
    const free = issue.values.find((value) => !Array.isArray(around) || !around.includes(value));
    return free ?? issue.values[0];
  }
  const expected = expectedOf(issue);
  if (expected === "string") return `stand-in-${String(issue.path.at(-1))}`;
  if (expected === "number") return 1;
  if (expected === "boolean") return true;
  if (expected === "array") return issue.path.length === filterDepth ? ["*"] : [];
  return expected === "object" || expected === "record" ? {} : undefined;
}

type Said = Pick<Found, "reason" | "instead" | "edits">;

/** SSM's systems mostly have no version: RHEL 9 is meant as RHEL is. */
function nearestSystem(name: string, known: readonly string[]): readonly string[] {
  const meant = nearest(name, known, otherSystemNames);
  if (meant.length > 0) return meant;
  const words = name.slice(0, 64).split(/[\s_-]+|(?<=[a-z])(?=\d)/i);
  const exact = (plain: string) =>
    Object.hasOwn(otherSystemNames, plain) || known.some((one) => bareName(one) === plain);
  for (let count = words.length - 1; count > 0; count--) {
    const plain = bareName(words.slice(0, count).join(" "));
    if (exact(plain)) return nearest(plain, known, otherSystemNames);
  }
  return [];
}

function unknownName(name: string, path: readonly PropertyKey[]): Said {
  const known = knownAt(path);
  const meant = path.length === 1 ? nearestSystem(name, known) : nearest(name, known, {});
  const question = didYouMean(meant, `known are ${known.join(", ")}.`);
  if (meant.length > 0) return { reason: `is not known here; ${question} Write it so in the stack's file.` };
  return { reason: `is not known here; ${question}`, instead: null };
}

function wrongValue(key: ConfigKeyName, issue: z.core.$ZodIssue, value: unknown): Said {
  const allowed = allowedFor(key, issue);
  if (value === undefined) return { reason: `is missing; allowed is ${allowed}.` };
  const got = `got ${shown(value)}`;
  if (value === null)
    return { reason: `got null, no value; allowed is ${allowed}.`, ...withoutNull(key, issue.path) };
  if (issue.code === "invalid_value" && typeof value === "string") {
    const names = issue.values.map(String);
    const isSystem = key === "operatingSystems" || key === "retiredOperatingSystems";
    const meant = isSystem ? nearestSystem(value, names) : nearest(value, names, otherWords[key]);
    const only = meant.length === 1 ? meant[0] : undefined;
    const reason = `${got}; ${didYouMean(meant, `allowed is ${allowed}.`)}`;
    return { reason, ...(only === undefined ? {} : { instead: only }) };
  }
  const expected = expectedOf(issue);
  if (expected === "string")
    return { reason: `${got}${quoting(value)} allowed is ${allowed}.`, ...asText(key, value) };
  const instead = meantBy(value, expected, String(issue.path.at(-1)));
  return {
    reason: `${got}; allowed is ${allowed}.${writtenAs(key, issue, value)}`,
    ...(instead === undefined ? {} : { instead }),
    ...asList(key, issue, value),
    ...asTag(key, issue, value),
  };
}

function expectedOf(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === "invalid_type") return issue.expected;
  return issue.code === "invalid_union" ? "string" : undefined;
}

/** What people call a word of a few otherwise, in small letters without blanks. */
const otherWords: { readonly [name in ConfigKeyName]?: Readonly<Record<string, string>> } = {
  stacks: { fanout: "central", patch: "install", patching: "install", scanning: "scan" },
  rebootOption: {
    ...{ no: "NoReboot", never: "NoReboot", none: "NoReboot", false: "NoReboot", off: "NoReboot" },
    ...{ yes: "RebootIfNeeded", true: "RebootIfNeeded", ifneeded: "RebootIfNeeded", auto: "RebootIfNeeded" },
  },
  // Nobody opens a gate by a word that the program has guessed at.
  exclusionGate: { on: "cancel", yes: "cancel", true: "cancel" },
  fanoutOperation: { patch: "Install", update: "Install", apply: "Install", check: "Scan" },
};

/** A key without a value has its default; an item of a list without one is none, or that of a list that was extended. */
function withoutNull(key: ConfigKeyName, path: readonly PropertyKey[]): Pick<Found, "instead"> {
  const [, index, ...deeper] = path;
  if (index === undefined) return Object.hasOwn(defaults, key) ? { instead: null } : {};
  if (deeper.length > 0) return typeof deeper.at(-1) === "number" ? { instead: null } : {};
  if (typeof index !== "number") return {};
  const item = valueAt(defaults, [key, index]);
  return { instead: typeof item === "string" ? item : null };
}

/** What YAML made of a text without quotes. */
function quoting(value: unknown): string {
  if (typeof value === "number") return ", a number: put it in quotes;";
  return typeof value === "boolean" ? ", which is no text: put it in quotes;" : ";";
}

/** Digits of an account's id. */
const accountDigits = 12;
/** No number of eleven digits comes of an octal one, which YAML makes of digits behind a zero where all are below 8. */
const leastSureAccount = 10 ** 10;

/** A number as the text that it was meant to be, where it tells. */
function asText(key: ConfigKeyName, value: unknown): Pick<Found, "instead"> {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) return {};
  if (key !== "fanoutAccounts") return { instead: String(value) };
  return value < leastSureAccount ? {} : { instead: String(value).padStart(accountDigits, "0") };
}

const truths: Readonly<Record<string, boolean>> = {
  ...{ true: true, yes: true, on: true, y: true, enabled: true, 1: true },
  ...{ false: false, no: false, off: false, n: false, disabled: false, 0: false },
};

/** What a number's unit may be called, by what the name of its key tells of it. */
const units: readonly (readonly [name: RegExp, unit: RegExp])[] = [
  [/hours/i, /^(h|hours?)$/i],
  [/days/i, /^(d|days?)$/i],
  [/nodes/i, /^nodes?$/i],
  [/percent/i, /^%$/],
];

/** @param name of the key, or of the member of its value */
function meantBy(value: unknown, expected: string | undefined, name: string): number | boolean | undefined {
  if (expected === "boolean" && (value === 0 || value === 1)) return value === 1;
  if (typeof value !== "string") return undefined;
  if (expected === "boolean") return truths[value.trim().toLowerCase()];
  if (expected !== "number") return undefined;
  const [, digits, unit = ""] = /^\s*0*(\d{1,9})\s*(%|[a-z]{0,8})\s*$/i.exec(value) ?? [];
  // Two days are not two hours.
  const isKnown = unit === "" || units.some(([key, pattern]) => key.test(name) && pattern.test(unit));
  return digits === undefined || !isKnown ? undefined : Number(digits);
}

/** One value in the place of a list is its first item; the CLI begins the list anew. */
function asList(key: ConfigKeyName, issue: z.core.$ZodIssue, value: unknown): Pick<Found, "edits"> {
  const isList = expectedOf(issue) === "array" && issue.path.length === 1;
  const isOne = typeof value === "number" || (typeof value === "string" && /^[^\s,;[\]{}"']+$/.test(value));
  return isList && isOne ? { edits: [{ path: [key, 0], value: String(value), asText: true }] } : {};
}

/** `Key=Value`, as command lines have tags. */
const tagWord = /^([\w.:/-]{1,128})=([\w.:/@-]{1,256})$/;

function asTag(key: ConfigKeyName, issue: z.core.$ZodIssue, value: unknown): Pick<Found, "edits"> {
  if (key !== "targetTags" || issue.path.length > 1 || typeof value !== "string") return {};
  const [, name, text] = tagWord.exec(value.trim()) ?? [];
  return name === undefined || text === undefined
    ? {}
    : { edits: [{ path: [key, name], value: text, asText: true }] };
}

/** How what was meant looks in the stack's file, where no single line makes it of what stands there. */
function writtenAs(key: ConfigKeyName, issue: z.core.$ZodIssue, value: unknown): string {
  const expected = expectedOf(issue);
  const written = (text: string | undefined) =>
    text === undefined ? "" : ` Write ${key}: ${text} in the stack's file.`;
  if (issue.path.length > 1) {
    const name = String(issue.path.at(-1));
    if (expected !== "array" || typeof value !== "string" || value.length > 200) return "";
    return /^[\w.*?:+-]+$/.test(value) ? ` Write ${name}: ["${value}"].` : "";
  }
  if (key === "targetTags") return written(tagsWritten(value));
  if (expected !== "array" || typeof value !== "string" || value.length > 200) return "";
  const items = value
    .replaceAll(/^[[({]|[\])}]$/g, "")
    .split(/[\s,;]+/)
    .filter((item) => item !== "");
  const isPlain = items.length > 1 && items.every((item) => /^[\w.@+:/-]+$/.test(item));
  return written(isPlain ? `[${items.join(", ")}]` : undefined);
}

/** Tags in the ways in which command lines and AWS's API have them. */
function tagsWritten(value: unknown): string | undefined {
  const parts: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === "string" && value.length <= 400
      ? value.split(/[\s,;]+/)
      : [];
  const tags = parts.map((part) => {
    if (typeof part === "string") return tagWord.exec(part)?.slice(1);
    const [name, text] = ["Key", "Value"].map((member) => valueAt(part, [member]));
    return typeof name === "string" && typeof text === "string" ? [name, text] : undefined;
  });
  const isPlain = tags.length > 0 && tags.every((tag) => tag?.every((word) => /^[\w.:/@-]+$/.test(word)));
  if (!isPlain) return undefined;
  const [[, one] = [], [, two] = []] = tags.map((tag) => tag ?? []);
  // The AWS CLI writes one tag as Key=App,Value=payments.
  const isOne = tags.map((tag) => tag?.[0]).join() === "Key,Value";
  const texts = new Map<string, string[]>();
  for (const [name = "", text = ""] of isOne ? [[one, two]] : tags.map((tag) => tag ?? []))
    texts.set(name, [...(texts.get(name) ?? []), yamlText(text)]);
  const members = [...texts].map(
    ([name, own]) => `${yamlText(name)}: ${own.length === 1 ? own[0] : `[${own.join(", ")}]`}`,
  );
  return `{ ${members.join(", ")} }`;
}

/** A text as YAML takes it for one, and for no number, date or truth. */
function yamlText(text: string): string {
  const isSure = /^[a-z][\w./-]*$/i.test(text) && !/^(true|false|yes|no|on|off|y|n|null)$/i.test(text);
  return isSure ? text : JSON.stringify(text);
}

const shapes: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

/** A key of its own has its own words. Inside a baseline those would name everything but the part that is wrong. */
function allowedFor(key: ConfigKeyName, issue: z.core.$ZodIssue): string {
  if ((key === "baselines" || key === "rings") && issue.path.length > 1) {
    if (issue.code === "invalid_value") return issue.values.join(", ");
    if (issue.code === "invalid_type") return shapes[issue.expected] ?? issue.expected;
  }
  return configKeys[key].allowed;
}

/** The keys of the map at a path into `baselines`: operating systems, a baseline's settings, a rule's; or of a ring. */
function knownAt(path: readonly PropertyKey[]): readonly string[] {
  if (path[0] === "rings") return ringKeys;
  if (path.length === 1) return operatingSystemNames;
  return path.length === 2 ? settingsKeys : ruleKeys;
}
