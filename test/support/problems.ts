import type { Problem } from "#components/index.js";

/** What problems say, without what is meant instead. */
export function saidBy(problems: readonly Problem[]): Pick<Problem, "propertyPath" | "reason">[] {
  return problems.map(({ propertyPath, reason }) => ({ propertyPath, reason }));
}
