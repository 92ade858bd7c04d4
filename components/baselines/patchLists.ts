import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { maxRejectedPatches, nameProblem } from "#shared/contract/patchNames.js";
import { shown } from "#shared/text/quotes.js";
import { type Problem, twice } from "../common/problems.js";

/** Everything that is wrong with a baseline's list of approved or rejected patches. Names are judged as a manifest's are. */
export function patchListProblems(
  path: string,
  operatingSystem: OperatingSystem,
  names: readonly string[],
): Problem[] {
  const problems: Problem[] = [];
  if (names.length > maxRejectedPatches) {
    const reason = `got ${names.length} names; a baseline takes ${maxRejectedPatches}. Merge names with a wildcard.`;
    problems.push({ propertyPath: path, reason });
  }
  names.forEach((name, index) => {
    const propertyPath = `${path}[${index}]`;
    const problem = nameProblem(operatingSystem, name);
    if (problem !== undefined) {
      const { allowed, fix, instead } = problem;
      const reason = `got ${shown(name)}; allowed is ${allowed}.${fix === undefined ? "" : ` ${fix}`}`;
      problems.push({ propertyPath, reason, ...(instead === undefined ? {} : { instead }) });
    } else if (names.indexOf(name) !== index) problems.push(twice(propertyPath, name));
  });
  return problems;
}
