import { type ConfigProblem, readConfig, type StackConfig } from "#stacks/config/config.js";
import type { ConfigKeyName } from "#stacks/config/configSchema.js";

export const project = "patchplane";

/** The moment at which the configuration of these tests is read. */
export const now = Date.UTC(2026, 0, 15, 12);

/** The keys that have no default. */
export const required = {
  environment: "dev",
  patchGroups: '["web"]',
  operatingSystems: '["UBUNTU"]',
} as const;

/** Values as Pulumi hands them over: everything but text as JSON. */
export function values(changes: Readonly<Record<string, unknown>>): Record<string, string> {
  const all = Object.entries({ ...required, ...changes });
  return Object.fromEntries(
    all
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        `${project}:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
  );
}

/** Reads the required keys with changes; `undefined` leaves a key out. */
export function read(changes: Readonly<Record<string, unknown>> = {}): StackConfig {
  const result = readConfig(values(changes), project, now);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  return result.config;
}

/** What is said of a problem, without the line that mends it. */
export type Said = Pick<ConfigProblem, "key" | "reason">;

function saidOf(problems: readonly ConfigProblem[]): Said[] {
  return problems.map(({ key, reason }) => ({ key, reason }));
}

/** What is wrong with the required keys with changes. */
export function problemsWith(changes: Readonly<Record<string, unknown>>, at: number = now): Said[] {
  return saidOf(refusalOf(changes, at));
}

/** The same, with the lines. */
export function refusalOf(
  changes: Readonly<Record<string, unknown>>,
  at: number = now,
): readonly ConfigProblem[] {
  const result = readConfig(values(changes), project, at);
  return result.ok ? [] : result.problems;
}

/** The keys of a stack of the central window that has nothing special about it. */
export const fanoutValues = { stacks: ["central"], fanoutRegions: ["us-east-2", "eu-west-3"] };

function fanoutResult(changes: Readonly<Record<string, unknown>>, home: string, at = now) {
  return readConfig({ ...values({ ...fanoutValues, ...changes }), "aws:region": home }, project, at);
}

/** Reads a stack of the central window with changes. */
export function readFanout(changes: Readonly<Record<string, unknown>> = {}): StackConfig {
  const result = fanoutResult(changes, "us-east-1");
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  return result.config;
}

/** What is wrong with a stack of the central window with changes. */
export function fanoutProblems(
  changes: Readonly<Record<string, unknown>>,
  home = "us-east-1",
  at = now,
): Said[] {
  const result = fanoutResult(changes, home, at);
  return result.ok ? [] : saidOf(result.problems);
}

/** A problem of a key. */
export function keyProblem(key: ConfigKeyName, reason: string, path: string = key): Said {
  return { key: path, reason };
}

/** The line of each problem, by its key; of one that is one way of many behind a question mark. */
export function linesOf(changes: Readonly<Record<string, unknown>>): Record<string, string | undefined> {
  const result = readConfig({ "aws:region": "us-east-1", ...values(changes) }, project, now);
  const problems = result.ok ? [] : result.problems;
  return Object.fromEntries(
    problems.map(({ key, mend, example }) => [
      key,
      mend ?? (example === undefined ? undefined : `? ${example}`),
    ]),
  );
}

/** A line that sets what the words say. */
export const set = (words: string) => `pulumi config set ${words}`;
/** A line that takes out what the words say. */
export const rm = (words: string) => `pulumi config rm ${words}`;
