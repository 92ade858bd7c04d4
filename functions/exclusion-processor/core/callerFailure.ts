import type { Occasion, RunSummary } from "./runSummary.js";

/**
 * What a call has to fail for, as whole sentences; none when it may end well. A window patches the nodes of the function's own
 * Region: what another one could not be told costs that one only, is in the answer, and fails the next hourly run.
 *
 * @param home Region of the function
 */
export function failuresFor(
  { errors, regions }: Pick<RunSummary, "errors" | "regions">,
  occasion: Occasion,
  home: string,
): readonly string[] {
  if (occasion !== "window") return errors;
  const elsewhere = regions.flatMap(({ region, error }) =>
    error === undefined || region === home ? [] : [failureOf(region, error)],
  );
  return errors.filter((error) => !elsewhere.includes(error));
}

/** A Region that failed, as a sentence. */
export function failureOf(region: string, error: string): string {
  return `${region}: ${error}.`;
}
