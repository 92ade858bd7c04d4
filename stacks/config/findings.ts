import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { nearest } from "#shared/text/nearest.js";
import { shownName } from "#shared/text/quotes.js";
import { shapeProblems } from "./configIssues.js";
import { type ConfigType, configKeys } from "./configKeys.js";
import { configProblems } from "./configRules.js";
import type { runsProblems } from "./configRuns.js";
import { type ConfigKeyName, configSchema, type RawConfig } from "./configSchema.js";
import { dateProblems } from "./dates.js";
import { isNestedDeeply, type Values } from "./edit.js";
import type { Found, RuleProblem } from "./found.js";
import { type Misshapen, repaired, tellsOfAny } from "./repaired.js";

/** What a stack's values are: everything that is wrong with them, or a configuration whose every rule holds. */
type Findings =
  | { readonly raw: RawConfig; readonly problems: readonly [] }
  | { readonly raw?: undefined; readonly problems: readonly Found[] };

/** What values are looked at with. */
interface Context {
  /** The Pulumi project's name. */
  readonly project: string;
  readonly now: number;
  /** Keys, with their namespace, whose values are encrypted. */
  readonly secretKeys: readonly string[];
  /** As `runsProblems`; one that remembers spares most of the time of a second look. */
  readonly runsOf: typeof runsProblems;
}

/** Looks at every value, and names everything that is wrong. */
export function findingsOf(values: Values, { project, now, secretKeys, runsOf }: Context): Findings {
  const given: Record<string, unknown> = Object.create(null);
  const problems: Found[] = [];
  const broken = new Set<ConfigKeyName>();
  for (const [qualified, value] of Object.entries(values)) {
    const [namespace = "", key = ""] = splitKey(qualified);
    const isRead = namespace === project || qualified === "aws:region";
    if (isRead && secretKeys.includes(qualified)) {
      problems.push({
        path: shownName(namespace === project ? key : qualified),
        reason: secret,
        examples: [],
      });
      if (isKey(key)) broken.add(key);
      continue;
    }
    if (namespace !== project) {
      problems.push(...namespaceProblems(namespace, key, project));
      continue;
    }
    if (!isKey(key)) {
      problems.push(unknownKey(qualified, key));
      continue;
    }
    const decoded = decode(value, configKeys[key].type);
    given[key] = decoded.value;
    if (decoded.poisoned) problems.push({ path: key, reason: poisoned });
    if (!isNestedDeeply(value)) problems.push(...dateProblems([key], decoded.value));
  }
  const parsed = configSchema.safeParse(given);
  const seen = new Set(problems.map(({ path }) => path));
  const misshapen: Misshapen[] = [];
  for (const issue of parsed.error?.issues ?? []) {
    for (const { key, at, standIn, ...problem } of shapeProblems(issue, given)) {
      // A secret is missing here, and told already.
      if (secretKeys.includes(`${project}:${key}`)) continue;
      broken.add(key);
      misshapen.push({ key, at, standIn });
      if (!seen.has(problem.path)) problems.push(problem);
      seen.add(problem.path);
    }
  }
  const home = secretKeys.includes("aws:region") ? undefined : values["aws:region"];
  const raw = broken.size === 0 && parsed.success ? parsed.data : configSchema.parse(soundOf(given, broken));
  const rules = [
    ...configProblems(raw, home, runsOf, now).filter(({ key }) => key === undefined || !broken.has(key)),
    ...besideProblems(given, misshapen, broken, (changed) => configProblems(changed, home, runsOf, now)),
  ];
  for (const { key, needs = [], ...problem } of rules) {
    if (needs.some((needed) => needed !== key && broken.has(needed))) continue;
    // Both windows share the zone, and would report it each.
    const isKnown = problems.some(
      ({ path, reason }) => path === problem.path && [problem.reason, secret].includes(reason),
    );
    if (!isKnown) problems.push(problem);
  }
  return parsed.success && problems.length === 0 ? { raw: parsed.data, problems: [] } : { problems };
}

function splitKey(qualified: string): [namespace: string, key: string] {
  const colon = qualified.indexOf(":");
  return [qualified.slice(0, Math.max(0, colon)), qualified.slice(colon + 1)];
}

/** What stands in for a key whose shape is wrong, so that the rules can look at the others in the same run. */
const standIns = { environment: "x", patchGroups: ["x"], operatingSystems: [...operatingSystemNames] };

/** Values that the schema takes, but for keys whose shape is wrong and that are not named as broken. */
function soundOf(
  given: Readonly<Record<string, unknown>>,
  broken: ReadonlySet<ConfigKeyName>,
): Readonly<Record<string, unknown>> {
  const sound = Object.entries(given).filter(([key]) => !broken.has(key as ConfigKeyName));
  return { ...standIns, ...Object.fromEntries(sound) };
}

/** What the rules say of a key beside the places in it whose shape is wrong. */
function besideProblems(
  given: Readonly<Record<string, unknown>>,
  misshapen: readonly Misshapen[],
  broken: ReadonlySet<ConfigKeyName>,
  rulesOf: (raw: RawConfig) => readonly RuleProblem[],
): RuleProblem[] {
  return [...new Set(misshapen.map(({ key }) => key))].flatMap((key) => {
    const places = misshapen.filter((place) => place.key === key);
    const value = repaired(given, places);
    if (value === undefined) return [];
    const others = new Set([...broken].filter((name) => name !== key));
    const parsed = configSchema.safeParse(soundOf({ ...given, [key]: value }, others));
    // More is wrong at one place than its stand-in mends: what is in it is told once that is right.
    if (!parsed.success) return [];
    const tells = tellsOfAny(places);
    return rulesOf(parsed.data).filter((problem) => problem.key === key && !tells(problem));
  });
}

function isKey(key: string): key is ConfigKeyName {
  return Object.hasOwn(configKeys, key);
}

/** A value, and whether a map in it has a key that the schema would pass over without a word. */
interface Decoded {
  readonly value: unknown;
  readonly poisoned: boolean;
}

function decode(value: string, type: ConfigType): Decoded {
  let poisoned = false;
  const look = (key: string, item: unknown): unknown => {
    if (key === "__proto__") poisoned = true;
    return item;
  };
  try {
    const parsed: unknown = JSON.parse(value, look);
    // A text may read as a number or as true, but is no list, map or nothing.
    if (type === "string" && typeof parsed !== "object") return { value, poisoned: false };
    return { value: parsed, poisoned };
  } catch {
    // Not JSON is not the type either, so the schema refuses the text itself and can show it.
    return { value, poisoned };
  }
}

const poisoned = "holds a key named __proto__, which would be lost without a word. Choose another name.";

/** A namespace that is nearly ours is ours with a slip, and its values would be passed over without a word. */
function namespaceProblems(namespace: string, key: string, project: string): Found[] {
  if (nearest(namespace, [project]).length === 0) return [];
  const path = shownName(`${namespace}:${key}`);
  return [
    { path, reason: `is of no namespace that is read; did you mean ${project}:${shownName(key)}? ${rename}` },
  ];
}

const secret =
  "is a secret, which no key of patchplane is: its value would stand in names and in the state as plain text. Set it anew without --secret.";

const rename = "Rename it in the stack's file: a line would lose its value.";

function unknownKey(qualified: string, key: string): Found {
  const meant = nearest(key, Object.keys(configKeys));
  if (meant.length > 0) {
    return {
      path: shownName(key),
      reason: `is not a key of patchplane; did you mean ${meant.join(" or ")}? ${rename}`,
    };
  }
  const edits = [{ path: [qualified] as const, value: undefined }];
  return {
    path: shownName(key),
    reason: "is not a key of patchplane. docs/configuration.md has them all.",
    edits,
  };
}
