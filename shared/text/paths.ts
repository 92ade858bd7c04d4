import { quote } from "./quotes.js";

/** A step on the way to a value: a key or an index. */
export type PathPart = PropertyKey;

/** Where a value stands in a file, written as in JavaScript: `nodes[3].tags["Patch Group"]`. */
export function pathText(path: readonly PathPart[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (typeof part === "string" && /^[A-Za-z_$][\w$]{0,127}$/.test(part)) {
      text += text === "" ? part : `.${part}`;
    } else text += `[${quote(String(part))}]`;
  }
  return text;
}

/** The value at a path; only own members count. */
export function valueAt(root: unknown, path: readonly PathPart[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}
