import { type Alias, isAlias, isMap, isNode, isScalar, isSeq, type YAMLMap, type YAMLSeq } from "yaml";
import { quote } from "../quotes.js";
import { composeYaml, maxDepth, type YamlFault, type YamlLimits } from "./composeYaml.js";
import { Lines } from "./lines.js";
import {
  attempt,
  type DocumentFault,
  type DocumentReading,
  Draft,
  type LocatedDocument,
  pathOf,
  type Step,
  Unusable,
} from "./locatedDocument.js";

/** A value with its size and depth, all aliases expanded. */
interface Part {
  readonly value: unknown;
  readonly values: number;
  readonly depth: number;
}

const shownOfLine = 40;

/** What stands at an offset, for a message. */
function standsAt(text: string, offset: number): string {
  const [line = ""] = text.slice(offset, offset + 4 * shownOfLine).split("\n", 1);
  const rest = line.trimEnd();
  return rest === "" ? "the end of the line" : quote(rest.slice(0, shownOfLine));
}

const indent = "Indent it as the lines of the same list or object.";

/** What is allowed instead, and what to do about it. The library's own words serve where there are none of ours. */
function adviceOn({ code, message }: YamlFault): Pick<DocumentFault, "allowed" | "fix"> & { got?: string } {
  switch (code) {
    case "TAB_AS_INDENT":
      return { allowed: "spaces at the start of a line, no tabs", fix: "Indent with spaces." };
    case "BLOCK_AS_IMPLICIT_KEY":
      if (!message.startsWith("Nested")) return { allowed: "a line of the object around it", fix: indent };
      return {
        allowed: "one key and one value on a line",
        fix: "Put a text with a colon and a space in it in quotes, or mend the indentation of this line and the next.",
      };
    case "BAD_INDENT":
      if (!message.startsWith("All ")) return { allowed: `well-formed YAML: ${message}` };
      return { allowed: "the indentation of the lines before it", fix: indent };
    case "MULTILINE_IMPLICIT_KEY":
      return {
        allowed: "a key with a colon and a space behind it on one line",
        fix: "Write key: value, with a space behind the colon, and mend the indentation.",
      };
    case "BAD_SCALAR_START":
      return { allowed: "a text that begins with another sign", fix: "Put the text in quotes." };
    case "TAG_RESOLVE_FAILED":
      return {
        allowed: "values without tags",
        fix: "Remove the word that begins with !, or put it in quotes.",
      };
    case "BAD_DIRECTIVE":
      return { allowed: "YAML without directives", fix: "Remove the line." };
    case "SECOND_DOCUMENT":
      return {
        allowed: "one document in a file",
        fix: "Remove the line ---, or put what follows it in its own file.",
      };
    case "TOO_DEEP":
      return { got: "values nested deeper", allowed: `at most ${maxDepth} levels` };
    case "TOO_MUCH":
      return { got: "more", allowed: message, fix: "Split the file." };
    case "UNREADABLE":
      return { allowed: `YAML that can be read, which this cannot: ${message}` };
    default:
      return { allowed: `well-formed YAML: ${message}` };
  }
}

/** Faults after which the text can still be followed; what is reported behind any other is mostly made up. */
const localTags: ReadonlySet<string> = new Set([
  "BAD_DIRECTIVE",
  "BAD_DQ_ESCAPE",
  "BAD_SCALAR_START",
  "SECOND_DOCUMENT",
  "TAG_RESOLVE_FAILED",
]);

function isLocal({ code, message }: YamlFault): boolean {
  return localTags.has(code) || (code === "BLOCK_AS_IMPLICIT_KEY" && message.startsWith("Nested"));
}

/** The faults that can be trusted, one a line. */
function faultsOf(text: string, faults: readonly YamlFault[]): DocumentFault[] {
  const lines = new Lines(text);
  const end = text.trimEnd().length;
  const listed: DocumentFault[] = [];
  let lastLine = 0;
  for (const fault of [...faults].sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0))) {
    const offset = Math.min(fault.offset ?? 0, text.length);
    const { line } = lines.at(offset);
    if (line === lastLine) continue;
    lastLine = line;
    const got = offset >= end ? "the end of the text" : standsAt(text, offset);
    listed.push({ path: [], offset, got, ...adviceOn(fault) });
    if (!isLocal(fault)) break;
  }
  return listed;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a node stands; what is left out stands nowhere, but behind something. */
function spanOf(node: unknown, behind: number): Span {
  const [start, end] = (isNode(node) ? node.range : undefined) ?? [behind, behind];
  return { start, end };
}

/** Turns the tree into plain values. Each anchor is read once, so that aliases cost their number and no more. */
class TreeReader {
  private readonly text: string;
  private readonly draft: Draft;
  private readonly anchors = new Map<string, Part>();

  constructor(text: string, draft: Draft) {
    this.text = text;
    this.draft = draft;
  }

  /**
   * @param at - The way to the node.
   * @param behind - Where it would stand, were it not left out.
   */
  read(node: unknown, at: Step | undefined, behind: number): Part {
    const part = isAlias(node) ? this.alias(node, at) : this.own(node, at, behind);
    if (part.depth > maxDepth) {
      const got = "values nested deeper, with all aliases expanded";
      const allowed = `at most ${maxDepth} levels`;
      throw new Unusable({ path: pathOf(at), offset: spanOf(node, behind).start, got, allowed });
    }
    return part;
  }

  private own(node: unknown, at: Step | undefined, behind: number): Part {
    this.draft.count(1, spanOf(node, behind).start);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    // In its own content the name stands for this very node, and no longer for an earlier one.
    if (anchor !== undefined) this.anchors.delete(anchor);
    const part = this.content(node, at);
    if (anchor !== undefined) this.anchors.set(anchor, part);
    return part;
  }

  private content(node: unknown, at: Step | undefined): Part {
    if (isMap(node)) return this.map(node, at);
    if (isSeq(node)) return this.list(node, at);
    return { value: isScalar(node) ? node.value : null, values: 1, depth: 0 };
  }

  private alias(alias: Alias, at: Step | undefined): Part {
    const { start } = spanOf(alias, 0);
    const part = this.anchors.get(alias.source);
    if (part !== undefined) {
      this.draft.count(part.values, start);
      return part;
    }
    const got = quote(`*${alias.source}`);
    this.draft.faults.push({
      path: pathOf(at),
      offset: start,
      got,
      allowed: "the name of an anchor that stands before it, because a * without quotes begins an alias",
      fix: `Put the text in quotes: ${got}.`,
    });
    return { value: undefined, values: 1, depth: 0 };
  }

  private list(node: YAMLSeq, at: Step | undefined): Part {
    const list: unknown[] = [];
    let [values, depth] = [1, 0];
    let behind = spanOf(node, 0).start;
    for (const [index, item] of node.items.entries()) {
      const part = this.read(item, { parent: at, part: index }, behind);
      list.push(part.value);
      values += part.values;
      depth = Math.max(depth, part.depth);
      const { start, end } = spanOf(item, behind);
      this.draft.places.set(list, index, { key: start, start, end });
      behind = end;
    }
    return { value: list, values, depth: depth + 1 };
  }

  private map(node: YAMLMap, at: Step | undefined): Part {
    const object: Record<string, unknown> = {};
    let [values, depth] = [1, 0];
    for (const pair of node.items) {
      const key = spanOf(pair.key, spanOf(node, 0).start);
      const name = this.key(pair.key, key, at);
      const part = this.read(pair.value, { parent: at, part: name }, key.end);
      values += part.values;
      depth = Math.max(depth, part.depth);
      this.draft.addMember(object, name, part.value, { key: key.start, ...spanOf(pair.value, key.end) }, at);
    }
    return { value: object, values, depth: depth + 1 };
  }

  /** A key is what stands in the text, also where YAML takes it for a number. */
  private key(key: unknown, { start, end }: Span, at: Step | undefined): string {
    if (isScalar(key) && typeof key.value === "string") return key.value;
    const text = this.text.slice(start, end);
    const isWord = isScalar(key) && text !== "";
    this.draft.faults.push({
      path: [...pathOf(at), text],
      offset: start,
      got: isWord ? `the key ${quote(text).slice(1, -1)}` : "a key that is no text",
      allowed: "a text as a key",
      ...(isWord ? { fix: `Write it in quotes: ${quote(text)}.` } : {}),
    });
    return text;
  }
}

/**
 * Reads a text of one YAML 1.2 document: dates, `yes` and `on` are texts, `<<` is a key as any other.
 *
 * @param mostValues - Most values that the document may have.
 */
export function readYaml(text: string, mostValues: number, limits: YamlLimits): DocumentReading {
  // The library looks for a repeated key among all keys before it, which takes minutes for an object of a megabyte.
  const composed = composeYaml(text, { schema: "core", resolveKnownTags: false, uniqueKeys: false }, limits);
  if ("faults" in composed) return { faults: faultsOf(text, composed.faults) };
  const { contents } = composed.document;
  return attempt((): LocatedDocument => {
    const draft = new Draft(mostValues);
    const { value } = new TreeReader(text, draft).read(contents, undefined, 0);
    const { start, end } = spanOf(contents, 0);
    draft.places.root = { key: start, start, end };
    return { value, places: draft.places, faults: draft.faults };
  });
}
