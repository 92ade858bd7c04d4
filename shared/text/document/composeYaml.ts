import {
  Composer,
  type CST,
  type Document,
  type DocumentOptions,
  type ErrorCode,
  Lexer,
  type ParseOptions,
  Parser,
  type SchemaOptions,
} from "yaml";
import { reasonOf } from "../words.js";

/** Deepest nesting that is read. */
export const maxDepth = 64;

/** What is wrong with a YAML text; the offset is missing where no single place is to blame. */
export interface YamlFault {
  readonly code: ErrorCode | "SECOND_DOCUMENT" | "TOO_DEEP" | "TOO_MUCH" | "UNREADABLE";
  readonly message: string;
  readonly offset: number | undefined;
}

/** The tree of a YAML text without any fault, or all of its faults. */
type Composed = { readonly document: Document.Parsed } | { readonly faults: readonly YamlFault[] };

/** How much of a kind a text may have before it is given up, so that a small text cannot take all memory. */
export interface YamlLimits {
  /** Words and signs, white space aside. */
  readonly lexemes: number;
  /** Texts in quotes: each one that stands in the wrong place costs an error with its stack. */
  readonly quoted: number;
  /** Anchors, aliases and tags, for the same reason. */
  readonly marks: number;
  /** Directives and stray signs, each of which is a warning or an error. */
  readonly strays: number;
}

const noLimits: YamlLimits = {
  lexemes: Number.POSITIVE_INFINITY,
  quoted: Number.POSITIVE_INFINITY,
  marks: Number.POSITIVE_INFINITY,
  strays: Number.POSITIVE_INFINITY,
};

const nouns: Readonly<Record<keyof YamlLimits, string>> = {
  lexemes: "words and signs",
  quoted: "texts in quotes",
  marks: "anchors, aliases and tags",
  strays: "directives and stray signs",
};

class GivenUp extends Error {
  readonly fault: YamlFault;

  constructor(fault: YamlFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Counts what a text is made of and gives up at the first limit. */
class Budget {
  private readonly limits: YamlLimits;
  private readonly spent = { lexemes: 0, quoted: 0, marks: 0, strays: 0 };

  constructor(limits: YamlLimits) {
    this.limits = limits;
  }

  spend(kind: keyof YamlLimits, offset: number): void {
    if (++this.spent[kind] <= this.limits[kind]) return;
    const message = `at most ${this.limits[kind]} ${nouns[kind]}`;
    throw new GivenUp({ code: "TOO_MUCH", message, offset });
  }

  lexeme(lexeme: string, offset: number): void {
    if (/^[ \t\r\n]/.test(lexeme)) return;
    this.spend("lexemes", offset);
    if (/^["']/.test(lexeme)) this.spend("quoted", offset);
    else if (/^[&*!]/.test(lexeme)) this.spend("marks", offset);
  }

  token({ type, offset }: CST.Token): void {
    if (type === "error" || type === "directive") this.spend("strays", offset);
  }
}

/**
 * The tokens of a YAML text. What composes them recurses, and so near the end of the stack that not even an error can be
 * thrown; this parser does not, so that the depth is checked here.
 */
function* tokensOf(text: string, budget: Budget): Generator<CST.Token, void> {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    budget.lexeme(lexeme, parser.offset);
    for (const token of parser.next(lexeme)) {
      budget.token(token);
      yield token;
    }
    // A document and a scalar stand on the stack as well.
    if (parser.stack.length > maxDepth + 2) {
      const message = `nested deeper than ${maxDepth} levels`;
      throw new GivenUp({ code: "TOO_DEEP", message, offset: parser.offset });
    }
  }
  yield* parser.end();
}

/**
 * Reads a text of one YAML document into its tree.
 *
 * A warning is a fault: it is a tag or a directive that means nothing here, and what was meant is anyone's guess.
 */
export function composeYaml(
  text: string,
  options: ParseOptions & DocumentOptions & SchemaOptions = {},
  limits: YamlLimits = noLimits,
): Composed {
  const composer = new Composer({ ...options, prettyErrors: false, logLevel: "error" });
  try {
    const [document, second] = composer.compose(tokensOf(text, new Budget(limits)), true, text.length);
    const faults: YamlFault[] = [...(document?.errors ?? []), ...(document?.warnings ?? [])].map(
      ({ code, message, pos }) => ({ code, message, offset: pos[0] }),
    );
    if (second !== undefined) {
      faults.push({
        code: "SECOND_DOCUMENT",
        message: "a second document begins",
        offset: second.range[0],
      });
    }
    return document === undefined || faults.length > 0 ? { faults } : { document };
  } catch (error) {
    if (error instanceof GivenUp) return { faults: [error.fault] };
    // Whatever the library makes of hostile bytes is a fault of the text and must not end its reader.
    const message = reasonOf(error);
    return { faults: [{ code: "UNREADABLE", message, offset: undefined }] };
  }
}
