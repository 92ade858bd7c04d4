/**
 * Chance that repeats itself: the same seed gives the same run, on every machine.
 *
 * Where a value belongs to a thing (a node, a command, a day), hash it from the names of that thing: it then stays the
 * same whatever else is drawn before it. Where only the order matters, draw from a `Random`.
 */

const twoTo32 = 0x1_0000_0000;
const numberMark = 0x9e3779b9;
const stringMark = 0x85ebca6b;

const scratch = new DataView(new ArrayBuffer(8));

/** One round of MurmurHash3. */
function absorb(hash: number, word: number): number {
  let block = Math.imul(word, 0xcc9e2d51);
  block = (block << 15) | (block >>> 17);
  const mixed = hash ^ Math.imul(block, 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** MurmurHash3's finalizer: a bijection in which each input bit changes about half of the output bits. */
function avalanche(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function absorbNumber(hash: number, value: number): number {
  const marked = absorb(hash, numberMark);
  // Whole numbers are by far the most frequent and need not go through memory.
  if (value === (value | 0)) return absorb(marked, value);
  scratch.setFloat64(0, value);
  return absorb(absorb(marked, scratch.getInt32(0)), scratch.getInt32(4));
}

function absorbString(hash: number, text: string): number {
  let mixed = absorb(hash, stringMark ^ text.length);
  for (let at = 0; at < text.length; at++) mixed = absorb(mixed, text.charCodeAt(at));
  return mixed;
}

/**
 * Hashes numbers and strings into an unsigned integer of 32 bits. Order and type count: `hash32(1, "a")`,
 * `hash32("a", 1)` and `hash32("1", "a")` differ. Not for secrets.
 */
export function hash32(...parts: readonly (number | string)[]): number {
  let hash = parts.length;
  for (const part of parts) {
    hash = typeof part === "number" ? absorbNumber(hash, part) : absorbString(hash, part);
  }
  return avalanche(hash);
}

/** The hash of `parts` as a number in [0, 1). */
export function hashUnit(...parts: readonly (number | string)[]): number {
  return hash32(...parts) / twoTo32;
}

/** Maps each unsigned integer of 32 bits to another one, no two to the same: unique and without visible order. */
export function scramble32(value: number, seed: number): number {
  return avalanche(avalanche(value ^ hash32(seed)) ^ hash32(seed, 1));
}

/**
 * The choice whose share of the weights covers `unit`, a number in [0, 1).
 *
 * @throws RangeError when no choice has a positive weight, or a weight is negative or not finite.
 */
export function weightedAt<T>(unit: number, choices: Iterable<readonly [T, number]>): T {
  let total = 0;
  const usable: [T, number][] = [];
  for (const [choice, weight] of choices) {
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`a weight must not be ${weight}`);
    total += weight;
    if (weight > 0) usable.push([choice, total]);
  }
  const last = usable.at(-1);
  if (last === undefined) throw new RangeError("no choice has a weight above 0");
  const found = usable.find(([, upTo]) => unit * total < upTo);
  // Rounding can leave `unit * total` at the very end of the last share.
  return (found ?? last)[0];
}

/** A sequence of numbers that its seed determines: Chris Doty-Humphrey's sfc32. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number) {
    this.a = hash32(seed, 0);
    this.b = hash32(seed, 1);
    this.c = hash32(seed, 2);
    // The first values of sfc32 still resemble its seed.
    for (let warmUp = 0; warmUp < 12; warmUp++) this.word();
  }

  /** The next number in [0, 1), of 53 random bits. */
  next(): number {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000;
  }

  /**
   * A whole number from `min` to `max`, both included.
   *
   * @throws RangeError when there is none.
   */
  integer(min: number, max: number): number {
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max || max - min >= 2 ** 53 - 1) {
      throw new RangeError(`no whole number can be drawn from ${min} to ${max}`);
    }
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /**
   * One of the items, each as likely as the others.
   *
   * @throws RangeError when there is none.
   */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("there is nothing to pick from");
    return items[this.integer(0, items.length - 1)] as T;
  }

  /**
   * One of the choices, each as likely as its weight says.
   *
   * @throws RangeError when no choice has a positive weight, or a weight is negative or not finite.
   */
  weighted<T>(choices: Iterable<readonly [T, number]>): T {
    return weightedAt(this.next(), choices);
  }

  private word(): number {
    const result = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + result) | 0;
    return result >>> 0;
  }
}
