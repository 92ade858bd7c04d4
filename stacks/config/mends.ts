import { isDeepStrictEqual } from "node:util";
import { type PathPart, parsePath, valueAt } from "#shared/text/paths.js";
import { configKeys } from "./configKeys.js";
import { type ConfigKeyName, defaults } from "./configSchema.js";
import { applied, type Edit, editOf, isNestedDeeply, lineOf, type Values } from "./edit.js";
import type { Found } from "./found.js";

/** One thing wrong with the configuration. */
export interface ConfigProblem {
  /** The key, with a path into its value where that helps, such as `baselines.UBUNTU.approvalRules[0]`. */
  readonly key: string;
  readonly reason: string;
  /** A line for the shell that mends it. */
  readonly mend?: string;
  /** A line for the shell that mends it in one way of many. */
  readonly example?: string;
}

/** Each line is tried on the whole configuration; who has mended these reads of the others. */
const mostTried = 25;

/** How a trial finds out what is wrong with other values. */
type Finder = (values: Values) => readonly Found[];

/**
 * Adds to each problem the line that mends it. A line is shown only if, run after the ones that are shown before it and
 * alone as well, this problem goes away, no other one comes, and nothing is lost but what was wrong.
 */
export function withMends(
  problems: readonly Found[],
  values: Values,
  find: Finder,
  project: string,
): ConfigProblem[] {
  let mended = values;
  const isHostile = Object.values(values).some(isNestedDeeply);
  const ordered = isHostile ? problems : inOrder(problems, values, project);
  return ordered.map((problem, index) => {
    const said = { key: problem.path, reason: problem.reason };
    if (isHostile || index >= mostTried) return said;
    const { sure, examples } = candidates(problem, values, project);
    for (const [name, edits] of [
      ["mend", sure],
      ["example", examples],
    ] as const) {
      for (const edit of edits) {
        const line = lineOf(edit, project);
        if (line === undefined || !mends(problem, edit, values, find)) continue;
        const isSame = isDeepStrictEqual(held(mended, edit.path), held(values, edit.path));
        if (!isSame || (mended !== values && !mends(problem, edit, mended, find))) continue;
        mended = applied(mended, edit) ?? mended;
        return { ...said, [name]: line };
      }
    }
    return said;
  });
}

/**
 * The problems of each key together, by their places in its lists: what a line takes out comes last and from the end, since all
 * behind it moves up.
 */
function inOrder(problems: readonly Found[], values: Values, project: string): readonly Found[] {
  const roots = problems.map(({ path }) => /^[^.[]*/.exec(path)?.[0]);
  const placed = problems.map((problem, found) => {
    const [edit] = candidates(problem, values, project).sure;
    const [, index] = /\[(\d+)\]$/.exec(problem.path) ?? [];
    const takesOut = index !== undefined && edit !== undefined && edit.value === undefined;
    const place = index === undefined ? found : Number(index);
    return { problem, root: roots.indexOf(roots[found]), list: listOf(problem), takesOut, place, found };
  });
  const lists = placed.map(({ list }) => list);
  placed.sort(
    (one, other) =>
      one.root - other.root ||
      lists.indexOf(one.list) - lists.indexOf(other.list) ||
      Number(one.takesOut) - Number(other.takesOut) ||
      (one.takesOut ? other.place - one.place : one.place - other.place) ||
      one.found - other.found,
  );
  return placed.map(({ problem }) => problem);
}

/** The list that an item with a problem is in; the place itself of what is none. */
function listOf({ path }: Found): string {
  return path.replace(/\[\d+\]$/, "[]");
}

function candidates(
  { path: text, instead, perhaps, edits = [], examples }: Found,
  values: Values,
  project: string,
): { readonly sure: readonly Edit[]; readonly examples: readonly Edit[] } {
  const named = (edit: Edit) => ({ ...edit, path: qualified(edit.path, project) });
  const given = { sure: edits.map(named), examples: (examples ?? []).map(named) };
  const [key, ...steps] = parsePath(text) ?? [];
  if (typeof key !== "string") return given;
  const path = qualified([key, ...steps], project);
  return {
    sure: [...given.sure, ...(instead === undefined ? [] : insteadEdits(path, instead, values))],
    examples: [
      ...(perhaps === undefined ? [] : insteadEdits(path, perhaps, values)),
      ...(examples === undefined && steps.length === 0
        ? exampleOf(key, held(values, path), project)
        : given.examples),
    ],
  };
}

/** A key's example, unless what stands there holds names that would be lost. */
function exampleOf(key: string, value: unknown, project: string): Edit[] {
  if (!Object.hasOwn(configKeys, key)) return [];
  const { type, example } = configKeys[key as ConfigKeyName];
  const isEmpty = value === null || value === "" || (Array.isArray(value) && value.length === 0);
  return isEmpty || (type !== "array" && type !== "object") ? [editOf(example, project)] : [];
}

function qualified([key, ...steps]: Edit["path"], project: string): Edit["path"] {
  return [key.includes(":") ? key : `${project}:${key}`, ...steps];
}

function insteadEdits(
  path: Edit["path"],
  instead: Exclude<Found["instead"], undefined>,
  values: Values,
): Edit[] {
  const out = { path, value: undefined };
  if (instead === null) return [out];
  const put = { path, value: String(instead), asText: typeof instead === "string" };
  // What is meant may be in the list already.
  const list = held(values, [path[0], ...path.slice(1, -1)]);
  return Array.isArray(list) && list.includes(instead) ? [out] : [put];
}

/** Whether this problem goes away with an edit, and no new one comes. */
function mends(problem: Found, edit: Edit, values: Values, find: Finder): boolean {
  return bases(edit, values).every((base) => {
    const after = applied(base, edit);
    if (after === undefined) return false;
    const before = tally(find(base));
    const now = tally(find(after));
    const sign = signOf(problem);
    const isNone = [...now].every(([other, count]) => count <= (before.get(other) ?? 0));
    return isNone && (now.get(sign) ?? 0) < (before.get(sign) ?? 0);
  });
}

/** A value that is its default may stand in the project's file, which the CLI does not extend: a path begins anew there. */
function bases({ path: [key, ...steps] }: Edit, values: Values): Values[] {
  const name = key.slice(key.indexOf(":") + 1);
  const isDefault =
    steps.length > 0 &&
    Object.hasOwn(defaults, name) &&
    isDeepStrictEqual(decoded(values[key]), defaults[name as keyof typeof defaults]);
  if (!isDefault) return [values];
  const { [key]: _, ...others } = values;
  return [values, others];
}

/** Without indices, since those behind an item that is taken out change. */
function signOf({ path, reason }: Found): string {
  return `${path.replaceAll(/\[\d+\]/g, "[]")}: ${reason}`;
}

function tally(problems: readonly Found[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const problem of problems) counts.set(signOf(problem), (counts.get(signOf(problem)) ?? 0) + 1);
  return counts;
}

function held(values: Values, [key, ...steps]: Edit["path"]): unknown {
  return valueAt(decoded(values[key]), steps as readonly PathPart[]);
}

function decoded(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return text;
  }
}
