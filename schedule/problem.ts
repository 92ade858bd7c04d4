const SHOWN = 40;

/** Quotes hostile input safely: control characters escaped, and cut so that a message stays readable. */
export function quote(text: string): string {
  return text.length <= SHOWN ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, SHOWN))}...`;
}

/** One problem in the only shape used in this folder: where, what was got, what is allowed, how to mend it. */
export function problem(where: string, got: string, allowed: string, mend: string): string {
  return `${where}: got ${got}; allowed is ${allowed}; ${mend}`;
}
