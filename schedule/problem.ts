/** One problem in the only shape used in this folder: where, what was got, what is allowed, how to mend it. */
export function problem(where: string, got: string, allowed: string, mend: string): string {
  return `${where}: got ${got}; allowed is ${allowed}; ${mend}`;
}
