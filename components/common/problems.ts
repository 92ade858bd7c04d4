import * as pulumi from "@pulumi/pulumi";
import { shown } from "#shared/text/quotes.js";

/** One thing that is wrong with an argument: where it is, and what was got, what is allowed, how to mend it. */
export interface Problem {
  /** Path of the property below the component's arguments, such as `schedule.cutoffHours`. */
  readonly propertyPath: string;
  /** A whole sentence for the person who wrote the value. */
  readonly reason: string;
  /** What is meant there, where the value leaves no doubt; null where nothing should stand there. */
  readonly instead?: string | number | boolean | null;
  /** What may be meant there, where that is not sure. */
  readonly perhaps?: string | number | boolean;
}

/** An item of a list that is in it before. */
export function twice(propertyPath: string, item: string): Problem {
  return { propertyPath, reason: `${shown(item)} is there twice. Remove one of them.`, instead: null };
}

/**
 * What is wrong with a list of names.
 *
 * @param wrong says what is wrong with one
 */
export function listProblems(
  path: string,
  values: readonly string[],
  wrong: (value: string) => string | undefined,
  most: number,
): Problem[] {
  const problems = values.flatMap((value, index) => {
    const reason = wrong(value);
    const plain = value.trim();
    const instead = plain !== value && wrong(plain) === undefined ? { instead: plain } : {};
    if (reason !== undefined) return [{ propertyPath: `${path}[${index}]`, reason, ...instead }];
    return values.indexOf(value) === index ? [] : [twice(`${path}[${index}]`, value)];
  });
  if (values.length <= most) return problems;
  return [...problems, { propertyPath: path, reason: `got ${values.length}; allowed are up to ${most}.` }];
}

/** Looks at a value and names everything that is wrong with it; an empty list means that it may be used. */
export type Check<T> = (value: T) => readonly Problem[];

/**
 * Throws everything that is wrong with a component's arguments as one `pulumi.InputPropertiesError`.
 *
 * @throws `pulumi.InputPropertiesError` when there is at least one problem; its message repeats every reason,
 *   because the language host prints the message only.
 */
function refuse(component: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map((problem) => `  ${problem.propertyPath}: ${problem.reason}`);
  throw new pulumi.InputPropertiesError({
    message: `${component} cannot be created, its arguments have ${problems.length} problem(s):\n${lines.join("\n")}`,
    errors: problems.map(({ propertyPath, reason }) => ({ propertyPath, reason })),
  });
}

/**
 * Collects the problems of a component's arguments. A plain value is checked at once; one that holds an `Output`
 * is checked when it becomes known, and what is handed back is the checked value, so that nothing can use it
 * unchecked.
 */
export class ArgumentChecks {
  private readonly problems: Problem[] = [];

  constructor(private readonly component: string) {}

  /** Checks a value that must be plain, because it decides which resources exist. */
  plain<T>(value: T, check: Check<T>): T {
    this.problems.push(...check(value));
    return value;
  }

  /** Checks an input now if it is plain, and otherwise as soon as its value is known. */
  input<T>(value: pulumi.Input<T>, check: Check<T>): pulumi.Input<T> {
    if (!pulumi.Output.isInstance(value) && !(value instanceof Promise)) {
      return this.plain(value as T, check);
    }
    const known = pulumi.output(value) as pulumi.Output<T>;
    return known.apply((plain) => {
      refuse(this.component, check(plain));
      return plain;
    });
  }

  /** Throws every problem found so far, all at once. */
  done(): void {
    refuse(this.component, this.problems);
  }
}
