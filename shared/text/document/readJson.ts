import { quote } from "../quotes.js";
import { maxDepth } from "./composeYaml.js";
import {
  attempt,
  type DocumentFault,
  type DocumentReading,
  Draft,
  type LocatedDocument,
  type Step,
  Unusable,
} from "./locatedDocument.js";

const wordPattern = /[^\s,:[\]{}"]+/y;
const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const constants = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** Reads JSON and remembers where everything stands, which JSON.parse does not. */
class JsonReader {
  private readonly text: string;
  private readonly draft: Draft;
  private at = 0;

  constructor(text: string, draft: Draft) {
    this.text = text;
    this.draft = draft;
  }

  readAll(): unknown {
    this.skipSpace();
    const start = this.at;
    const value = this.value(undefined, 0);
    this.draft.places.root = { key: start, start, end: this.at };
    this.skipSpace();
    if (this.at < this.text.length) throw this.unexpected("one value in a file");
    return value;
  }

  /** The fault of what stands here. */
  private unexpected(allowed: string, fix?: string): Unusable {
    return this.fault({ offset: this.at, got: this.here(), allowed, fix });
  }

  private fault(
    fault: Pick<DocumentFault, "offset" | "got" | "allowed"> & { fix: string | undefined },
  ): Unusable {
    const { fix, ...rest } = fault;
    return new Unusable({ path: [], ...rest, ...(fix === undefined ? {} : { fix }) });
  }

  /** The word or sign that stands here. */
  private here(): string {
    if (this.at >= this.text.length) return "the end of the text";
    const literal = /^"[^"\n]{0,40}"?/.exec(this.text.slice(this.at, this.at + 50));
    if (literal !== null) return literal[0];
    return quote(this.word() || String.fromCodePoint(this.text.codePointAt(this.at) ?? 0));
  }

  private word(): string {
    wordPattern.lastIndex = this.at;
    return wordPattern.exec(this.text)?.[0] ?? "";
  }

  private skipSpace(): void {
    while (" \t\r\n".includes(this.text[this.at] ?? "-")) this.at++;
  }

  private value(at: Step | undefined, depth: number): unknown {
    this.draft.count(1, this.at);
    const first = this.text[this.at];
    if ((first === "{" || first === "[") && depth === maxDepth) {
      throw this.unexpected(`at most ${maxDepth} levels`);
    }
    if (first === "{") return this.object(at, depth + 1);
    if (first === "[") return this.list(at, depth + 1);
    if (first === '"') return this.string();
    return this.plain();
  }

  private plain(): unknown {
    const word = this.word();
    const isConstant = constants.has(word);
    if (!isConstant && !numberPattern.test(word)) throw this.unexpected("a JSON value", this.fixFor(word));
    this.at += word.length;
    return isConstant ? constants.get(word) : Number(word);
  }

  private fixFor(word: string): string | undefined {
    if (/^(\/\/|\/\*|#)/.test(word)) return "Remove the comment, or use a .yaml file, which may have some.";
    if (word.startsWith("'")) return 'Write double quotes: "...".';
    return /^[\w.*-]/.test(word) ? `Write it in double quotes: ${quote(word)}.` : undefined;
  }

  private string(): string {
    const start = this.at;
    let isEscaped = false;
    for (this.at++; this.text[this.at] !== '"'; this.at++) {
      const character = this.text[this.at];
      if (character === undefined) throw this.unexpected('a closing "');
      if (character < " ") throw this.unexpected("a text on one line, with \\n for a new one", undefined);
      if (character !== "\\") continue;
      isEscaped = true;
      if (!/^\\(["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(this.text.slice(this.at, this.at + 6))) {
        throw this.fault({
          offset: this.at,
          got: quote(this.text.slice(this.at, this.at + 2)),
          allowed: 'an escape of JSON, such as \\\\ or \\"',
          fix: undefined,
        });
      }
      this.at++;
    }
    const literal = this.text.slice(start, ++this.at);
    return isEscaped ? String(JSON.parse(literal)) : literal.slice(1, -1);
  }

  /** Goes on behind a comma, or ends behind the closing sign. */
  private goesOn(close: "]" | "}"): boolean {
    this.skipSpace();
    const sign = this.text[this.at];
    if (sign !== "," && sign !== close) throw this.unexpected(`a comma or ${close}`);
    this.at++;
    if (sign === close) return false;
    this.skipSpace();
    if (this.text[this.at] === close) {
      throw this.unexpected(
        close === "]" ? "a JSON value" : "a key in double quotes",
        "Remove the comma before it.",
      );
    }
    return true;
  }

  /** Whether nothing stands in the brackets that open here. */
  private isEmpty(close: "]" | "}"): boolean {
    this.at++;
    this.skipSpace();
    if (this.text[this.at] !== close) return false;
    this.at++;
    return true;
  }

  private list(at: Step | undefined, depth: number): unknown[] {
    const list: unknown[] = [];
    if (this.isEmpty("]")) return list;
    do {
      const start = this.at;
      const index = list.length;
      list.push(this.value({ parent: at, part: index }, depth));
      this.draft.places.set(list, index, { key: start, start, end: this.at });
    } while (this.goesOn("]"));
    return list;
  }

  private object(at: Step | undefined, depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.isEmpty("}")) return object;
    do {
      const key = this.at;
      if (this.text[key] !== '"') throw this.unexpected("a key in double quotes", this.fixFor(this.word()));
      const name = this.string();
      this.skipSpace();
      if (this.text[this.at] !== ":") throw this.unexpected("a colon");
      this.at++;
      this.skipSpace();
      const start = this.at;
      const value = this.value({ parent: at, part: name }, depth);
      this.draft.addMember(object, name, value, { key, start, end: this.at }, at);
    } while (this.goesOn("}"));
    return object;
  }
}

/**
 * Reads a text of strict JSON.
 *
 * @param mostValues - Most values that the document may have.
 */
export function readJson(text: string, mostValues: number): DocumentReading {
  return attempt((): LocatedDocument => {
    const draft = new Draft(mostValues);
    const value = new JsonReader(text, draft).readAll();
    return { value, places: draft.places, faults: draft.faults };
  });
}
