import { NotModelledError } from "../../base/errors.js";

const part = /\.([A-Za-z_]\w*)|\[(\d{1,9})\]/g;
const whole = new RegExp(`^\\$(?:${part.source})*$`);

/**
 * The way that a selector takes into an answer: names of members and places in lists.
 *
 * @param selector JSONPath with names and places alone, such as `$.Nodes[0].Id`
 * @throws NotModelledError for all else that JSONPath has
 */
export function pathOf(selector: string): readonly (string | number)[] {
  if (!whole.test(selector)) throw new NotModelledError(`the selector ${selector}`);
  return [...selector.matchAll(part)].map(([, name, place]) => name ?? Number(place));
}

/** What is found on that way; undefined where it leads nowhere, and for null. Total. */
export function selected(answer: unknown, selector: string): unknown {
  const found = pathOf(selector).reduce<unknown>((value, key) => {
    const isThere =
      typeof key === "number" ? Array.isArray(value) : isMap(value) && Object.hasOwn(value, key);
    return isThere ? (value as Record<string | number, unknown>)[key] : undefined;
  }, answer);
  return found ?? undefined;
}

/** Whether a value is of a type that a runbook may give its outputs. */
export function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case "String":
      return typeof value === "string";
    case "Boolean":
      return typeof value === "boolean";
    case "Integer":
      return Number.isInteger(value);
    case "StringMap":
      return isMap(value);
    case "StringList":
      return Array.isArray(value) && value.every((one) => typeof one === "string");
    default:
      return Array.isArray(value) && value.every(isMap);
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
