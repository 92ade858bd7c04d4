import fc from "fast-check";
import type { ShapeModel } from "#lab/aws/model/model.js";

/** Texts that a shape takes, and texts that break exactly one of its constraints. */
interface Texts {
  readonly valid: readonly string[];
  readonly tooShort: readonly string[];
  readonly tooLong: readonly string[];
  readonly mismatched: readonly string[];
  readonly unlisted: readonly string[];
}

/** What a shape that asks for nothing gets. */
const plain = ["a", "value", "two words", "Ünï", "日本語", "𝒜", "<&>\"'", '{"a": [1]}', "1\n2", "__proto__"];
/** Characters that one pattern or other does not take. */
const odd = [..."\n !*/:<%{é𝒜"];

const made = new Map<string, Texts>();

/**
 * Texts for a shape of type string.
 *
 * @throws Error when none is found that its constraints allow
 */
export function textsOf(shape: ShapeModel): Texts {
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern, enum: listed } = shape;
  const key = JSON.stringify([min, shape.max, pattern, listed]);
  const known = made.get(key);
  if (known !== undefined) return known;
  const matches = matcher(pattern);
  const isListed = (text: string) => listed === undefined || listed.includes(text);
  const isSized = (text: string) => lengthOf(text) >= min && lengthOf(text) <= max;
  const seeds = listed ?? (pattern === undefined ? plain : samples(pattern));
  const ofLength = (length: number) =>
    unique(seeds.flatMap((seed) => resized(seed, length, (text) => matches(text) && isListed(text))));
  const few = seeds.slice(0, 6);
  const changed = unique([...few, ...few.map((text) => text.toLowerCase()), ...few.flatMap(oddities)]);
  const choose = (texts: readonly string[], tests: readonly ((text: string) => boolean)[]) =>
    unique(texts).filter((text) => tests.every((passes) => passes(text)));
  const texts: Texts = {
    valid: choose([...seeds, ...ofLength(min), ...ofLength(max), ...changed], [isSized, matches, isListed]),
    tooShort: [...ofLength(min - 1), ...(min > 1 ? ofLength(0) : [])],
    tooLong: ofLength(max + 1),
    mismatched: choose(changed, [isSized, not(matches), isListed]),
    unlisted: choose([...changed, ""], [isSized, matches, not(isListed)]),
  };
  if (texts.valid.length === 0) throw new Error(`no text found for ${key}`);
  made.set(key, texts);
  return texts;
}

function not(passes: (text: string) => boolean): (text: string) => boolean {
  return (text) => !passes(text);
}

/** Whether a text is, as a whole, what a pattern says. */
function matcher(pattern: string | undefined): (text: string) => boolean {
  if (pattern === undefined) return () => true;
  const body = `^(?:${pattern.replace("(?i)", "")})$`;
  let expression: RegExp;
  try {
    expression = new RegExp(body, "u");
  } catch {
    // Punctuation that is escaped without need.
    expression = new RegExp(body);
  }
  return (text) => expression.test(text);
}

/** Texts that mostly fit a pattern: without what fast-check does not take, and with Latin letters for all letters. */
function samples(pattern: string): string[] {
  const simple = pattern
    .replace(/^\(\?i\)/, "")
    .replace(/\(\?[!=].*?\)/g, "")
    .replace(/\\p\{L\}/g, "a-zA-Z")
    .replace(/\\p\{Z\}/g, " ")
    .replace(/\\p\{N\}/g, "0-9")
    // Anchors: these signs at any place but in a class of characters, or escaped.
    .replace(/\\.|\[(?:\\.|[^\]])*\]|[$^]/g, (part) => (part.length === 1 ? "" : part));
  return unique(
    fc.sample(fc.stringMatching(new RegExp(`^(?:${simple})$`), { size: "small" }), { seed: 1, numRuns: 24 }),
  );
}

/** A text made as long as wanted, by repeating one of its characters or by leaving some out, so that it still fits. */
function resized(text: string, length: number, fits: (text: string) => boolean): string[] {
  if (length < 0 || length === Number.POSITIVE_INFINITY) return [];
  const characters = [...text];
  const missing = length - characters.length;
  for (let at = 0; at <= characters.length - Math.max(-missing, missing > 0 ? 1 : 0); at++) {
    const before = characters.slice(0, at).join("");
    const after = characters.slice(missing < 0 ? at - missing : at).join("");
    const whole = before + (characters[at] ?? "").repeat(Math.max(missing, 0)) + after;
    if (fits(whole)) return [whole];
  }
  return [];
}

/** A text with an odd character: put before it, after it, and instead of its first or last one. */
function oddities(text: string): string[] {
  const characters = [...text];
  return odd.flatMap((sign) => [
    sign + text,
    text + sign,
    sign + characters.slice(1).join(""),
    characters.slice(0, -1).join("") + sign,
  ]);
}

function lengthOf(text: string): number {
  return [...text].length;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
