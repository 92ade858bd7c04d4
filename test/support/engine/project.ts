import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface ProjectSettings {
  readonly project: string;
  readonly nodeArgs: string[];
  readonly typescript: boolean;
  /** By fully qualified key, as the program receives it. */
  readonly config: Record<string, string>;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` and merges their configuration as the CLI does: a stack's value replaces
 * the project's whole, and a key that the project declares must have a value in one of the two.
 *
 * @throws what the CLI would refuse before it starts the program, every problem in one error; also what is not modelled
 * here (`main`, encrypted values), rather than run something else than the CLI would.
 */
export function readProject(directory: string, stack: string): ProjectSettings {
  const project = readYaml(join(directory, "Pulumi.yaml"));
  const name = project.name;
  if (typeof name !== "string") throw new Error("Pulumi.yaml: name is missing");
  if (project.main !== undefined) throw new Error("Pulumi.yaml: main is not supported here");
  const stackFile = readYaml(join(directory, `Pulumi.${stack}.yaml`));
  const declared = mapOf(project.config, "Pulumi.yaml: config");
  const given = mapOf(stackFile.config, `Pulumi.${stack}.yaml: config`);
  return { project: name, ...runtimeOf(project.runtime), config: merge(name, stack, declared, given) };
}

function readYaml(path: string): Fields {
  // The CLI's YAML reader makes a timestamp of a bare date, this one would keep the text: make it visible, see `textOf`.
  return mapOf(parse(readFileSync(path, "utf8"), { customTags: ["timestamp"] }), path);
}

function mapOf(value: unknown, where: string): Fields {
  if (value === undefined || value === null) return {};
  if (!isMap(value)) throw new Error(`${where} is not a map`);
  return value;
}

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function runtimeOf(runtime: unknown): { nodeArgs: string[]; typescript: boolean } {
  if (runtime === "nodejs") return { nodeArgs: [], typescript: true };
  if (!isMap(runtime) || runtime.name !== "nodejs") throw new Error("Pulumi.yaml: the runtime is not nodejs");
  const options = mapOf(runtime.options, "Pulumi.yaml: runtime.options");
  const { typescript = true, nodeargs = "" } = options;
  if (typeof typescript !== "boolean")
    throw new Error("Pulumi.yaml: runtime.options.typescript is no boolean");
  if (typeof nodeargs !== "string") throw new Error("Pulumi.yaml: runtime.options.nodeargs is no string");
  const words = nodeargs.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return { nodeArgs: Array.from(words, ([word, double, single]) => double ?? single ?? word), typescript };
}

function merge(project: string, stack: string, declared: Fields, given: Fields): Record<string, string> {
  const qualified = (key: string) => (key.includes(":") ? key : `${project}:${key}`);
  const values = new Map(Object.entries(given).map(([key, value]) => [qualified(key), value]));
  const problems: string[] = [];
  const missing: string[] = [];
  for (const [key, raw] of Object.entries(declared)) {
    const full = qualified(key);
    const definition = definitionOf(raw);
    const fallback = definition.value ?? definition.default;
    if (!full.startsWith(`${project}:`) && (definition.type ?? definition.default) !== undefined) {
      problems.push(`Pulumi.yaml: ${key} is not of this project and takes only a value`);
    }
    const value = values.get(full) ?? fallback;
    if (value !== undefined && value !== null) {
      values.set(full, value);
      if (!fits(value, definition)) problems.push(`${key} must be of type ${typeNameOf(definition)}`);
    } else if (full.startsWith(`${project}:`)) missing.push(key);
  }
  if (missing.length > 0) {
    problems.unshift(`Stack '${stack}' is missing configuration for ${missing.toSorted().join(", ")}`);
  }
  const config: Record<string, string> = {};
  for (const [key, value] of values) {
    try {
      config[key] = textOf(value, key);
    } catch (cause) {
      problems.push(cause instanceof Error ? cause.message : String(cause));
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return config;
}

/** A plain value in the project's configuration is short for `{ value }`. */
function definitionOf(raw: unknown): Fields {
  return isMap(raw) ? raw : { value: raw };
}

/** As the CLI checks a declared type: shallow for `object`, and text that reads as a number passes as one. */
function fits(value: unknown, definition: Fields): boolean {
  switch (definition.type) {
    case "string":
      return typeof value !== "object";
    case "integer":
      return Number.isInteger(value) || (typeof value === "string" && /^[+-]?\d+$/.test(value));
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "array": {
      const items = definitionOf(definition.items);
      return Array.isArray(value) && value.every((item) => fits(item, items));
    }
    case "object":
      return isMap(value);
    default:
      return true;
  }
}

function typeNameOf(definition: Fields): string {
  const type = String(definition.type);
  return type === "array" ? `array<${typeNameOf(definitionOf(definition.items))}>` : type;
}

function textOf(value: unknown, key: string): string {
  refuseUnmodelled(value, key);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function refuseUnmodelled(value: unknown, path: string): void {
  if (value === null) throw new Error(`${path} has no value`);
  if (value instanceof Date)
    throw new Error(`${path} is a bare date, which the CLI passes on as a timestamp: quote it`);
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) refuseUnmodelled(item, `${path}[${index}]`);
  if (!isMap(value)) return;
  if (typeof value.secure === "string") throw new Error(`${path} is encrypted, which is not supported here`);
  for (const [name, item] of Object.entries(value)) refuseUnmodelled(item, `${path}.${name}`);
}
