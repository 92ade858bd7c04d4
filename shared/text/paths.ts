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

/**
 * Reads what `pathText` writes, and plain names between dots.
 *
 * @returns undefined for a text that is no path, such as one with a name that was too long to show
 */
export function parsePath(text: string): PathPart[] | undefined {
  const step =
    /(?:^|\.)([^.[\]"]+)|\[(\d{1,9})\]|\[("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")\]/uy;
  const path: PathPart[] = [];
  while (step.lastIndex < text.length) {
    const { lastIndex } = step;
    const [found, name, index, quoted] = step.exec(text) ?? [];
    if (found === undefined || (lastIndex === 0 && found.startsWith("."))) return undefined;
    path.push(name ?? (index === undefined ? String(JSON.parse(quoted ?? "")) : Number(index)));
  }
  return path;
}
