import { NotModelledError } from "../base/errors.js";
import { type GlobToken, globMatches } from "../base/glob.js";

/** Whether a text of a policy, with `*`, `?` and the literals `${*}`, `${?}`, `${$}`, covers a value. */
export function covers(pattern: string, value: string): boolean {
  const tokens = known.get(pattern) ?? tokenize(pattern);
  known.set(pattern, tokens);
  return globMatches(tokens, value);
}

/** Patterns as they have been read: policies have few, and are asked at each call. */
const known = new Map<string, readonly GlobToken[]>();
const knownArns = new Map<string, readonly (readonly GlobToken[])[]>();

/** Whether an ARN of a policy covers an ARN: part by part, since a wildcard does not reach into the next part. */
export function arnCovers(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const wanted = knownArns.get(pattern) ?? arnParts(pattern).map(tokenize);
  knownArns.set(pattern, wanted);
  const given = arnParts(arn);
  return (
    wanted.length === given.length && wanted.every((part, index) => globMatches(part, given[index] ?? ""))
  );
}

/**
 * Refuses a policy variable, whose value the lab would have to guess.
 *
 * @throws NotModelledError that names it
 */
export function refuseVariables(text: string): void {
  const variable = /\$\{(?![*?$]\})[^}]*\}?/.exec(text);
  if (variable !== null) throw new NotModelledError(`the policy variable ${variable[0]}`);
}

/** What a text means where wildcards have no meaning: itself, with `${*}`, `${?}` and `${$}` as one character each. */
export function unescaped(text: string): string {
  return text.replace(/\$\{([*?$])\}/g, "$1");
}

/** The five parts before the resource, and the resource, which may hold colons of its own. */
export function arnParts(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

function tokenize(pattern: string): GlobToken[] {
  const tokens: GlobToken[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const literal = /^\$\{([*?$])\}/.exec(pattern.slice(at, at + 4))?.[1];
    const character = literal ?? pattern.charAt(at);
    if (literal !== undefined) at += 3;
    if (literal === undefined && character === "*") tokens.push("*");
    else if (literal === undefined && character === "?") tokens.push(() => true);
    else tokens.push((other) => other === character);
  }
  return tokens;
}
