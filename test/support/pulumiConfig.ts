import { type ConfigResult, readConfig } from "#stacks/config/config.js";
import { now, project } from "./configuration.js";

/** A stack's file as its `config` is, of our own keys without a namespace. */
export type StackFile = Readonly<Record<string, unknown>>;

/** What the loader makes of a stack's file. */
export function resultOf(file: StackFile, at = now): ConfigResult {
  const texts = Object.entries(file).map(([key, value]) => [
    key.includes(":") ? key : `${project}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return readConfig(Object.fromEntries(texts), project, at);
}

type Step = string | number;

/** The words of a line, as a shell takes it apart. */
function wordsOf(line: string): string[] {
  return Array.from(
    line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g),
    ([, single, double, plain]) => single ?? double ?? plain ?? "",
  );
}

function stepsOf(path: string): Step[] {
  return Array.from(
    path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g),
    ([, index, quoted, name]) =>
      index === undefined ? (name ?? String(JSON.parse(`"${quoted}"`))) : Number(index),
  );
}

/**
 * A stack's file after a line of `pulumi config set` or `rm`, by what Pulumi's source says (sdk/go/common/resource/config,
 * `Map.Set`, `Map.Remove`, `object.Set`, `coerce`). It knows nothing of the project's defaults.
 *
 * @throws RangeError for a line that the CLI refuses
 */
export function played(file: StackFile, line: string): StackFile {
  const [command, config, verb, ...rest] = wordsOf(line.replace(/^npx /, ""));
  const flags = new Set<string>();
  const words: string[] = [];
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? "";
    if (word === "--type") flags.add(`type ${rest[++index]}`);
    else if (word === "--stack") index++;
    else if (word.startsWith("--")) flags.add(word);
    else words.push(word);
  }
  const [name = "", value] = words;
  const isKnown = [...flags].every((flag) => flag === "--path" || flag === "type string");
  const count = verb === "rm" ? 1 : 2;
  if (
    command !== "pulumi" ||
    config !== "config" ||
    !isKnown ||
    words.length !== count ||
    !/^(set|rm)$/.test(verb ?? "")
  )
    throw new RangeError(`not a line of pulumi config: ${line}`);
  const path = flags.has("--path") ? stepsOf(name) : [name];
  if (verb === "rm") return removed(file, path) as StackFile;
  const isText = path.length === 1 || flags.has("type string");
  return put(file, path, isText ? value : coerced(value ?? ""), line) as StackFile;
}

function coerced(word: string): unknown {
  if (word === "true" || word === "false") return word === "true";
  return /^([+-]?[1-9]\d*|0)$/.test(word) ? Number(word) : word;
}

function put(
  tree: unknown,
  [step, ...rest]: readonly Step[],
  value: unknown,
  line: string,
  depth = 0,
): unknown {
  if (step === undefined) return value;
  const isContainer = typeof tree === "object" && tree !== null;
  if (!isContainer && tree !== undefined && tree !== null && depth > 1)
    throw new RangeError(`${line}: expected a list or a map`);
  const begun = typeof step === "number" ? Array.from({ length: step + 1 }, () => null) : {};
  const copy = structuredClone(isContainer ? tree : begun);
  if (Array.isArray(copy) !== (typeof step === "number"))
    throw new RangeError(`${line}: a list takes numbers, a map names`);
  if (Array.isArray(copy) && Number(step) > copy.length) throw new RangeError(`${line}: out of range`);
  Reflect.set(copy, step, put(Reflect.get(copy, step), rest, value, line, depth + 1));
  return copy;
}

function removed(tree: unknown, [step, ...rest]: readonly Step[]): unknown {
  if (typeof tree !== "object" || tree === null || step === undefined || !Object.hasOwn(tree, step))
    return tree;
  const copy = structuredClone(tree);
  if (rest.length > 0) Reflect.set(copy, step, removed(Reflect.get(copy, step), rest));
  else if (Array.isArray(copy)) copy.splice(Number(step), 1);
  else Reflect.deleteProperty(copy, step);
  return copy;
}
