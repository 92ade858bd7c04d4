import { allRegions, isOptIn, partitionOf, regionPlaces, regionsOf } from "#shared/contract/regions.js";
import { didYouMean, nearest } from "#shared/text/nearest.js";
import { shown } from "#shared/text/quotes.js";
import { type Problem, twice } from "../common/problems.js";

/** Most Regions of a target location (API: StartAutomationExecution, TargetLocation.Regions). */
const maxRegions = 50;

/** A question for the Region that was meant, or what is allowed; and the one that leaves no doubt. */
function meant(
  region: string,
  known: readonly string[],
  otherwise: string,
): Pick<Problem, "reason" | "instead"> {
  // One of another partition is no slip.
  const near = partitionOf(region) === undefined ? nearest(region, known, regionPlaces) : [];
  const [instead] = near.filter((name) => known.includes(name));
  const reason = didYouMean(near, otherwise);
  return near.length === 1 && instead !== undefined ? { reason, instead } : { reason };
}

/** What is wrong with a Region of a stack, wherever its parts are. */
export function knownRegionProblems(propertyPath: string): (region: string) => Problem[] {
  return (region) => {
    if (partitionOf(region) !== undefined) return [];
    const { reason, ...rest } = meant(region, allRegions, "write one such as eu-central-1.");
    return [{ propertyPath, reason: `${shown(region)} is not a Region of AWS; ${reason}`, ...rest }];
  };
}

/** What is wrong with the Region that a fan-out starts from: SSM starts nothing elsewhere from an opt-in Region. */
export function homeRegionProblems(propertyPath: string): (region: string) => Problem[] {
  return (region) => {
    if (isOptIn(region)) {
      const reason = `${shown(region)} is an opt-in Region, from which Automation reaches no other. Deploy the central window to a Region that is enabled by default, such as us-east-1 or eu-central-1.`;
      return [{ propertyPath, reason }];
    }
    return knownRegionProblems(propertyPath)(region);
  };
}

/** What is wrong with the Regions that a fan-out from `home` patches. */
export function fanoutRegionsProblems(
  propertyPath: string,
  home: string,
): (regions: readonly string[]) => Problem[] {
  return (regions) => {
    const problems: Problem[] = [];
    if (regions.length < 1 || regions.length > maxRegions) {
      const reason = `got ${regions.length} Regions; allowed are 1 to ${maxRegions}.`;
      problems.push({ propertyPath, reason });
    }
    const partition = partitionOf(home) ?? "aws";
    regions.forEach((region, index) => {
      const at = `${propertyPath}[${index}]`;
      const known = regionsOf(partition);
      if (!known.includes(region)) {
        const { reason, ...rest } = meant(region, known, `its Regions are ${known.join(", ")}.`);
        const what = `${shown(region)} is not a Region of the partition ${partition}`;
        problems.push({ propertyPath: at, reason: `${what}; ${reason}`, ...rest });
      } else if (regions.indexOf(region) !== index) problems.push(twice(at, region));
    });
    return problems;
  };
}
