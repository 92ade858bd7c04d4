import { AwsError, validationError } from "../base/errors.js";

/** For each key of an operation's filters, what one of its values asks of an item. */
export type FilterTests<T> = Readonly<Record<string, (value: string) => (item: T) => boolean>>;

/** A filter as most operations of SSM take it. */
export interface Filter {
  readonly Key?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/**
 * A test for items that pass all filters, each with one of its values.
 *
 * @param code of the error for a key that the operation does not know
 * @throws AwsError
 */
export function filterOf<T>(
  filters: readonly Filter[] | undefined,
  tests: FilterTests<T>,
  code = "ValidationException",
): (item: T) => boolean {
  const checks = (filters ?? []).map(({ Key = "", Values = [] }) => {
    const test = Object.hasOwn(tests, Key) ? tests[Key] : undefined;
    if (test === undefined) {
      throw new AwsError(code, `${Key} is no filter here; there are ${Object.keys(tests).join(", ")}`);
    }
    return Values.map(test);
  });
  return (item) => checks.every((alternatives) => alternatives.some((passes) => passes(item)));
}

/** A filter by a text that an item has. */
export function byText<T>(text: (item: T) => string | undefined): FilterTests<T>[string] {
  return (value) => (item) => text(item) === value;
}

/** A filter by the beginning of a text. */
export function byPrefix<T>(text: (item: T) => string): FilterTests<T>[string] {
  return (value) => (item) => text(item).startsWith(value);
}

/** Filters by whether an item's time is before an instant, or not before it. */
export function byTime<T>(
  time: (item: T) => number,
  side: "before" | "from",
): (value: string) => (item: T) => boolean {
  return (value) => {
    const instant = instantOf(value);
    return (item) => time(item) < instant === (side === "before");
  };
}

/** @throws AwsError for what is no date in ISO-8601 with its offset */
export function instantOf(text: string): number {
  const shape = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;
  const time = shape.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw validationError(`${JSON.stringify(text)} is not an ISO-8601 date with its offset`);
  }
  return time;
}
