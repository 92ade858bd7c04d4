import { type Document, isAlias, isNode, type Node, visit } from "yaml";
import { composeYaml, maxDepth } from "#shared/text/document/composeYaml.js";
import { Lines } from "#shared/text/document/lines.js";
import { type PathPart, pathText } from "#shared/text/paths.js";
import { quote } from "#shared/text/quotes.js";
import { reasonOf } from "#shared/text/words.js";
import { repeatedKey } from "./jsonKeys.js";

/** The part of `node:fs` that reading a fleet needs. */
export interface FleetIo {
  statSync(path: string): { readonly size: number; isFile(): boolean };
  readFileSync(path: string): Uint8Array;
}

/** What a file says, or why it says nothing. */
type Reading = { readonly value: unknown } | { readonly problems: readonly string[] };

const mib = 1024 * 1024;
const maxBytes = 64 * mib;
// A tree of YAML takes about a hundred times its text in memory.
const maxYamlBytes = 16 * mib;
// The time to resolve aliases grows with the square of their number.
const maxAliases = 10_000;
const maxValues = 10_000_000;

const failed = (...problems: readonly string[]): Reading => ({ problems });

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : reasonOf(error);
}

function sizeProblem(bytes: number): string {
  return `got a file of ${Math.ceil(bytes / mib)} MiB; allowed is at most ${maxBytes / mib} MiB; use generate`;
}

/** The bytes of a file, or why there are none. */
export function readBytes(path: string, io: FleetIo): { bytes: Uint8Array } | { problem: string } {
  try {
    const stat = io.statSync(path);
    if (!stat.isFile()) return { problem: "cannot be read: it is no regular file" };
    if (stat.size > maxBytes) return { problem: sizeProblem(stat.size) };
    const bytes = io.readFileSync(path);
    return bytes.byteLength > maxBytes ? { problem: sizeProblem(bytes.byteLength) } : { bytes };
  } catch (error) {
    return { problem: `cannot be read: ${codeOf(error)}` };
  }
}

function readText(path: string, io: FleetIo): { text: string } | { problem: string } {
  const read = readBytes(path, io);
  if ("problem" in read) return read;
  const { bytes } = read;
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { problem: "cannot be read: it is not UTF-8 text" };
  }
}

function position(lines: Lines, offset: number): string {
  const { line, column } = lines.at(offset);
  return `line ${line}, column ${column}`;
}

/**
 * Aliases in what an anchor stands for are how a text of a kilobyte becomes gigabytes, and the time to resolve them grows
 * faster still. No fleet needs them.
 */
function aliasProblem(document: Document.Parsed, lines: Lines): string | undefined {
  let aliases = 0;
  let nested: string | undefined;
  visit(document, {
    Alias: (_key, alias, path) => {
      aliases++;
      if (!path.some((ancestor) => isNode(ancestor) && hasAnchor(ancestor))) return undefined;
      nested = `${position(lines, alias.range?.[0] ?? 0)}: an alias inside of what an anchor stands for`;
      return visit.BREAK;
    },
  });
  if (nested !== undefined || aliases <= maxAliases) return nested;
  return `got ${aliases} YAML aliases; allowed is at most ${maxAliases}; use generate`;
}

function hasAnchor(node: Node): boolean {
  return !isAlias(node) && node.anchor !== undefined;
}

function treeOf(text: string): Reading {
  const lines = new Lines(text);
  const composed = composeYaml(text);
  if ("faults" in composed) {
    const faults = composed.faults.map(({ code, message, offset }) => {
      if (code === "TOO_DEEP") return message;
      return offset === undefined ? `cannot be read: ${message}` : `${position(lines, offset)}: ${message}`;
    });
    return failed(...faults);
  }
  const problem = aliasProblem(composed.document, lines);
  if (problem !== undefined) return failed(problem);
  return { value: composed.document.toJS({ maxAliasCount: maxAliases }) };
}

function readYaml(text: string): Reading {
  if (text.length > maxYamlBytes) {
    return failed(`got YAML of more than ${maxYamlBytes / mib} MiB; write it as JSON, or use generate`);
  }
  try {
    return treeOf(text);
  } catch (error) {
    return failed(`cannot be read: ${codeOf(error)}`);
  }
}

function readJson(text: string): Reading | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const repeated = repeatedKey(text);
  if (repeated === undefined) return { value };
  const where = position(new Lines(text), repeated.offset);
  return failed(`${where}: the key ${quote(repeated.key)} stands twice in one object`);
}

interface Frame {
  readonly value: unknown;
  readonly key: PathPart;
  readonly parent: Frame | undefined;
  readonly depth: number;
}

function framePath(frame: Frame): string {
  const path: PathPart[] = [];
  for (let at: Frame | undefined = frame; at?.parent !== undefined; at = at.parent) path.unshift(at.key);
  return pathText(path);
}

/**
 * Walks the value with every alias expanded, which is how all later code will see it: what is too deep, too much, or has
 * a key that could reach an object's prototype ends here.
 */
function shapeProblem(root: unknown): string | undefined {
  const stack: Frame[] = [{ value: root, key: "", parent: undefined, depth: 0 }];
  let values = 0;
  for (let frame = stack.pop(); frame !== undefined; frame = stack.pop()) {
    if (++values > maxValues) return `got more than ${maxValues} values, with all aliases expanded`;
    const { value, depth } = frame;
    if (typeof value !== "object" || value === null) continue;
    if (depth >= maxDepth) return `${framePath(frame)}: nested deeper than ${maxDepth} levels`;
    if (Array.isArray(value)) {
      for (const [key, item] of value.entries()) {
        if (typeof item === "object") stack.push({ value: item, key, parent: frame, depth: depth + 1 });
        else values++;
      }
      continue;
    }
    for (const [key, item] of Object.entries(value)) {
      const child: Frame = { value: item, key, parent: frame, depth: depth + 1 };
      if (key === "__proto__") return `${framePath(child)}: this key is not allowed`;
      stack.push(child);
    }
  }
  return undefined;
}

/** Reads a YAML or JSON file into plain values. Whatever its bytes, it returns. */
export function readDocument(path: string, io: FleetIo): Reading {
  const read = readText(path, io);
  if ("problem" in read) return failed(read.problem);
  // JSON is YAML as well, but a fleet of 100,000 nodes takes seconds there. What is not quite JSON goes to the YAML
  // parser, which knows the line.
  const json = /^\s*[{[]/.test(read.text) ? readJson(read.text) : undefined;
  const reading = json ?? readYaml(read.text);
  if ("problems" in reading) return reading;
  const problem = shapeProblem(reading.value);
  return problem === undefined ? reading : failed(problem);
}
