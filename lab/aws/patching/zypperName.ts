import { compareRpm } from "./rpmVersion.js";

/**
 * An entry of a list on SUSE, as the program on the node reads it (version 1.80 of AWS's patch-baseline-operations): what
 * stands before the first `=`, `<` or `>` is a regular expression over the package's name and over `name.arch`, anchored at its
 * start alone, with `*` for one character or more. Versions stand behind the operators.
 */
interface ZypperName {
  readonly name: RegExp;
  readonly versions: readonly { readonly operator: string; readonly version: string }[];
}

const operators = /(=|!=|<|>)/;

/** Reads an entry; undefined for one that ends the program on the node with an exception. */
export function readZypperName(entry: string): ZypperName | undefined {
  const [text = "", ...rest] = entry.split(operators).map((part) => part.trim());
  const versions: { operator: string; version: string }[] = [];
  for (let at = 0; at + 1 < rest.length; at += 2) {
    versions.push({ operator: rest[at] ?? "", version: rest[at + 1] ?? "" });
  }
  try {
    return { name: new RegExp(`^(?:${asJavaScript(text.replaceAll("*", "(?:.)+"))})`), versions };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Python takes a `]` at the start of a class for a member of it. */
function asJavaScript(source: string): string {
  let inClass = false;
  let result = "";
  for (let at = 0; at < source.length; at++) {
    const character = source.charAt(at);
    result += character;
    if (character === "\\") result += source.charAt(++at);
    else if (character === "]") inClass = false;
    else if (character === "[" && !inClass) {
      inClass = true;
      if (source.charAt(at + 1) === "^") result += source.charAt(++at);
      if (source.charAt(at + 1) === "]") result += `\\${source.charAt(++at)}`;
    }
  }
  return result;
}

/** Whether an entry names a package. */
export function zypperMatches(
  { name, versions }: ZypperName,
  patch: { readonly name: string; readonly arch: string; readonly edition: string },
): boolean {
  if (!name.test(patch.name) && !name.test(`${patch.name}.${patch.arch}`)) return false;
  return versions.every(({ operator, version }) => holds(operator, patch.edition, version));
}

function holds(operator: string, edition: string, version: string): boolean {
  const star = version.indexOf("*");
  const order =
    star < 0 ? compareRpm(edition, version) : compareRpm(edition.slice(0, star), version.slice(0, star));
  if (operator === "=") return order === 0;
  if (operator === "!=") return order !== 0;
  return operator === "<" ? order < 0 : order > 0;
}
