import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { maxRejectedPatches, nameProblem } from "#shared/contract/patchNames.js";
import { shown } from "#shared/text/quotes.js";
import type { Problem } from "../common/problems.js";

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
    const repeated = names.indexOf(name) !== index;
    const reason = refusal(operatingSystem, name) ?? (repeated ? twice(name) : undefined);
    if (reason !== undefined) problems.push({ propertyPath: `${path}[${index}]`, reason });
  });
  return problems;
}

function twice(name: string): string {
  return `${shown(name)} is there twice. Remove one of them.`;
}

function refusal(operatingSystem: OperatingSystem, name: string): string | undefined {
  const problem = nameProblem(operatingSystem, name);
  if (problem === undefined) return undefined;
  const { allowed, fix } = problem;
  return `got ${shown(name)}; allowed is ${allowed}.${fix === undefined ? "" : ` ${fix}`}`;
}
