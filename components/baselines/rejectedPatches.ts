import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { shown } from "#shared/text/quotes.js";
import type { Problem } from "../common/problems.js";

/** Most rejected patches of a baseline (API: RejectedPatches, at most 50 items, not a quota). */
export const maxRejectedPatches = 50;
/** Longest name of a rejected patch, in characters (API: PatchId). */
export const maxPatchNameLength = 100;

/**
 * Everything that is wrong with a baseline's rejected patches. Beside the API's limits these are names that SSM accepts
 * and that do something else than they say: nothing at all, or far too much.
 */
export function rejectedProblems(
  path: string,
  operatingSystem: OperatingSystem,
  rejected: readonly string[],
): Problem[] {
  const problems: Problem[] = [];
  if (rejected.length > maxRejectedPatches) {
    const reason = `got ${rejected.length} names; a baseline takes ${maxRejectedPatches}. Merge names with a wildcard.`;
    problems.push({ propertyPath: path, reason });
  }
  rejected.forEach((name, index) => {
    const repeated = rejected.indexOf(name) !== index;
    const reason = nameProblem(operatingSystem, name) ?? (repeated ? twice(name) : undefined);
    if (reason !== undefined) problems.push({ propertyPath: `${path}[${index}]`, reason });
  });
  return problems;
}

function twice(name: string): string {
  return `${shown(name)} is there twice. Remove one of them.`;
}

function nameProblem(operatingSystem: OperatingSystem, name: string): string | undefined {
  if (name.length < 1 || name.length > maxPatchNameLength) {
    return `got ${shown(name)}; a name has 1 to ${maxPatchNameLength} characters.`;
  }
  if (/^[*?]+$/.test(name)) {
    return `got ${shown(name)}, which rejects every patch. Name the packages, such as "kernel*".`;
  }
  if (operatingSystem === "WINDOWS") {
    return /^(KB[0-9]+|MS[0-9]{2}-[0-9]+)$/i.test(name)
      ? undefined
      : `got ${shown(name)}, which matches no patch of WINDOWS; allowed are names such as KB5034439 and MS17-010.`;
  }
  if (/^(CVE|ALAS[0-9]*|RHSA|RHBA|ELSA|USN|DSA)-/i.test(name)) {
    return `got ${shown(name)}, which matches no package, so nothing is rejected. Name the packages that it is about.`;
  }
  if (/^[0-9]+[.:*]/.test(name)) {
    return `got ${shown(name)}, which rejects every package of that version. Begin with a package's name.`;
  }
  return undefined;
}
