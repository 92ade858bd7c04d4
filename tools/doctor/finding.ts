/**
 * How much a finding weighs: something will not work, nobody could look at it, or it is worth knowing. The first two make
 * the exit code 1.
 */
export type Weight = "broken" | "unseen" | "known";

/** Something that was found. */
export interface Finding {
  /** What kind of finding it is, the same in each release: `window-disabled`. */
  readonly id: string;
  readonly weight: Weight;
  /** Region, or the global service. */
  readonly where: string;
  readonly what: string;
  readonly why: string;
  /** The command that mends it; a sentence where no one command does. */
  readonly mend: string;
}

/** What could not be looked at, as a finding of its own. */
export function unseen(where: string, what: string, error: string): Finding {
  return {
    id: "not-seen",
    weight: "unseen",
    where,
    what: `${what} could not be looked at: ${error}`,
    why: "nobody knows whether it works",
    mend: "let whoever runs this do what docs/policies/doctor.json allows, and run it again",
  };
}

export function broken(id: string, where: string, what: string, why: string, mend: string): Finding {
  return { id, weight: "broken", where, what, why, mend };
}

export function known(id: string, where: string, what: string, why: string, mend: string): Finding {
  return { id, weight: "known", where, what, why, mend };
}

/** What makes anew a resource that is gone, and what it was when somebody has changed it. */
export function rebuilt(stack: string): string {
  return `pulumi up --stack ${stack} --refresh`;
}

/** The first of many, by their names. */
export function named(names: readonly string[], most = 10): string {
  const first = names.slice(0, most).join(", ");
  return names.length > most ? `${first} and ${names.length - most} more` : first;
}
