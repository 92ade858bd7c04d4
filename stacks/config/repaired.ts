import { type PathPart, parsePath, valueAt } from "#shared/text/paths.js";
import type { ConfigKeyName } from "./configSchema.js";
import type { Found } from "./found.js";

/** A place in a key's value whose shape is wrong. */
export interface Misshapen {
  readonly key: ConfigKeyName;
  /** The way to it, the key first. */
  readonly at: readonly PathPart[];
  /** What stands in for it; undefined where it is left out. */
  readonly standIn: unknown;
}

/**
 * A key's value with a sound one in each place whose shape is wrong, so that one wrong item does not hide what is wrong with its
 * neighbours.
 *
 * @returns undefined where the value as a whole is wrong
 */
export function repaired(given: Readonly<Record<string, unknown>>, places: readonly Misshapen[]): unknown {
  const [first] = places;
  if (first === undefined || places.some(({ at }) => at.length < 2)) return undefined;
  const value: unknown = structuredClone(given[first.key]);
  for (const { at, standIn } of places) {
    const around = valueAt({ [first.key]: value }, at.slice(0, -1));
    const step = at.at(-1);
    if (typeof around !== "object" || around === null || step === undefined) return undefined;
    if (standIn === undefined && Array.isArray(around)) return undefined;
    if (standIn === undefined) Reflect.deleteProperty(around, step);
    else Reflect.set(around, step, standIn);
  }
  return value;
}

/** Whether a problem may be one of what stands in for one of the places, or of its being left out: one look for each step of its path. */
export function tellsOfAny(places: readonly Misshapen[]): (problem: Found) => boolean {
  const text = (steps: readonly PathPart[]) => JSON.stringify(steps);
  const until = (steps: readonly PathPart[]) => steps.map((_, index) => text(steps.slice(0, index + 1)));
  const all = new Set(places.map(({ at }) => text(at)));
  const around = new Set(places.flatMap(({ at, standIn }) => (standIn === undefined ? until(at) : [])));
  return ({ path }) => {
    const steps = parsePath(path);
    return steps === undefined || around.has(text(steps)) || until(steps).some((step) => all.has(step));
  };
}
