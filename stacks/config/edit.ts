import { type PathPart, parsePath, pathText } from "#shared/text/paths.js";

/** Every configuration value as Pulumi hands it over: `project:key` to text, all but texts as JSON. */
export type Values = Readonly<Record<string, string>>;

/** A change to the configuration that one line makes in a shell. */
export interface Edit {
  /** A key with its namespace, and the way into its value. */
  readonly path: readonly [key: string, ...steps: PathPart[]];
  /** What is set there; undefined takes out what stands there. */
  readonly value: string | undefined;
  /** Whether a value that reads as a number or as true stays a text. */
  readonly asText?: boolean;
}

/**
 * The configuration after an edit, as the CLI would make it of a stack's file with these values.
 *
 * @returns undefined where the CLI refuses the line
 * @see Map.Set, Map.Remove and object.Set of pulumi/sdk, go/common/resource/config
 */
export function applied(
  values: Values,
  { path: [key, ...steps], value, asText = false }: Edit,
): Values | undefined {
  const others = Object.entries(values).filter(([name]) => name !== key);
  const after = (text: string): Values => Object.fromEntries([...others, [key, text]]);
  if (steps.length === 0) return value === undefined ? Object.fromEntries(others) : after(value);
  const before = containerOf(values[key]);
  if (value === undefined)
    return before === undefined ? values : after(JSON.stringify(without(before, steps)));
  try {
    return after(JSON.stringify(withValue(before, steps, asText ? value : typed(value))));
  } catch (error) {
    if (error instanceof Misfit) return undefined;
    throw error;
  }
}

/** A path that does not fit the value that it leads into. */
class Misfit extends Error {}

/** The list or map that a value is; a text in the place of one is overwritten. */
function containerOf(text: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What the CLI makes of a word behind a path. */
function typed(word: string): unknown {
  if (word === "true" || word === "false") return word === "true";
  const isNumber = /^[+-]?\d+$/.test(word) && !/^0./.test(word) && Number.isSafeInteger(Number(word));
  return isNumber ? Number(word) : word;
}

function withValue(container: unknown, [step, ...rest]: readonly PathPart[], value: unknown): unknown {
  if (step === undefined) return value;
  const empty: unknown = typeof step === "number" ? Array.from({ length: step + 1 }, () => null) : {};
  const held = container ?? empty;
  if (Array.isArray(held)) {
    if (typeof step !== "number" || step > held.length) throw new Misfit();
    return Object.assign([...held], { [step]: withValue(held[step], rest, value) });
  }
  if (typeof held !== "object" || held === null || typeof step !== "string") throw new Misfit();
  return { ...held, [step]: withValue(Reflect.get(held, step), rest, value) };
}

function without(container: unknown, [step, ...rest]: readonly PathPart[]): unknown {
  if (
    typeof container !== "object" ||
    container === null ||
    step === undefined ||
    !Object.hasOwn(container, step)
  )
    return container;
  if (rest.length === 0) {
    if (Array.isArray(container)) return container.filter((_, index) => index !== step);
    return Object.fromEntries(Object.entries(container).filter(([name]) => name !== step));
  }
  const changed = { [step]: without(Reflect.get(container, step), rest) };
  return Array.isArray(container) ? Object.assign([...container], changed) : { ...container, ...changed };
}

/** What every shell takes as it stands, and what it takes between double quotes. */
const plainWord = /^[\w.,:/@=][\w.,:/@=%+-]*$/;
const quotedWord = /^(?:[^"\\$`!%\p{Cc}-][^"\\$`!%\p{Cc}]*)?$/u;

/**
 * The line that makes an edit.
 *
 * @param project namespace of our keys, which a line leaves out
 * @returns undefined where no line means the same in every shell
 */
export function lineOf(
  { path: [key, ...steps], value, asText = false }: Edit,
  project: string,
): string | undefined {
  const name = key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;
  if (!/^[A-Za-z][\w:-]{0,99}$/.test(name)) return undefined;
  const place = `${name}${pathText(["_", ...steps]).slice(1)}`;
  const where = steps.length === 0 ? name : `--path '${place}'`;
  if (/['\p{Cc}]|\.\.\./u.test(place)) return undefined;
  if (value === undefined) return `pulumi config rm ${where}`;
  const word = plainWord.test(value) ? value : quotedWord.test(value) ? `"${value}"` : undefined;
  if (word === undefined) return undefined;
  const type = steps.length > 0 && asText && /^([+-]?\d+|true|false)$/.test(value) ? " --type string" : "";
  return `pulumi config set ${where} ${word}${type}`;
}

/** The edit that the words after `pulumi config set` make, as the table of keys has them. */
export function editOf(words: string, project: string): Edit {
  const [, place = "", quoted, plain = "", type] =
    /^(?:--path )?'?([^' ]+)'? (?:"(.*)"|(\S+))( --type string)?$/.exec(words) ?? [];
  const [key, ...steps] = parsePath(place) ?? [];
  if (typeof key !== "string") throw new Error(`not the words of a setting: ${words}`);
  return { path: [`${project}:${key}`, ...steps], value: quoted ?? plain, asText: type !== undefined };
}

const deepest = 50;

/** Whether a value is nested more deeply than any that means something: values are read and copied level by level. */
export function isNestedDeeply(text: string): boolean {
  let depth = 0;
  for (const sign of text) {
    if (sign === "[" || sign === "{") depth++;
    else if (sign === "]" || sign === "}") depth--;
    if (depth > deepest) return true;
  }
  return false;
}
