import { isDeepStrictEqual } from "node:util";
import { AwsError, validationError } from "../base/errors.js";

/** Refuses input without a member that the operation needs, as AWS words it. */
export function requireMembers<T extends object>(input: T, names: readonly (keyof T & string)[]): void {
  const missing = names.find((name) => input[name] === undefined);
  if (missing === undefined) return;
  const member = missing.charAt(0).toLowerCase() + missing.slice(1);
  throw validationError(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

/**
 * The input that an update makes of the one before. What the update does not give stays as it is; with Replace it is
 * gone.
 *
 * @param fixed members that an update cannot give, and that stay in any case
 */
export function updated<T extends object>(
  before: T,
  { Replace = false, ...changes }: Partial<T> & { readonly Replace?: boolean | undefined },
  fixed: readonly (keyof T)[] = [],
): T {
  const kept = Replace ? picked(before, fixed) : before;
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...kept, ...Object.fromEntries(given) } as T;
}

/** Those members of an object that have a value, out of the ones named. */
export function picked<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  const given = names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]);
  return Object.fromEntries(given) as Pick<T, K>;
}

/** Lets a request with a ClientToken take effect once, however often it comes. */
export class ClientTokens<Answer> {
  private readonly known = new Map<string, { readonly input: object; readonly answer: Answer }>();

  /** @throws AwsError IdempotentParameterMismatch for a token that came with other input */
  once(input: { readonly ClientToken?: string | undefined }, make: () => Answer): Answer {
    const { ClientToken } = input;
    if (ClientToken === undefined) return make();
    const before = this.known.get(ClientToken);
    if (before === undefined) {
      const answer = make();
      this.known.set(ClientToken, { input, answer });
      return answer;
    }
    if (isDeepStrictEqual(before.input, input)) return before.answer;
    throw new AwsError(
      "IdempotentParameterMismatch",
      `The client token ${ClientToken} came before with other parameters.`,
    );
  }
}
