import { regionsOf } from "#shared/contract/regions.js";
import { didYouMean, nearest } from "#shared/text/nearest.js";

/** The Regions of the lab's account, in the partition `aws`. */
const names: ReadonlySet<string> = new Set(regionsOf("aws"));

/** Whether AWS has such a Region; anywhere else there is nobody who would answer. */
export function isRegion(name: string): boolean {
  return names.has(name);
}

/** What to write in the place of a name that is no Region: `a Region of AWS; did you mean us-east-1?` */
export function regionHint(name: string): string {
  return `a Region of AWS; ${didYouMean(nearest(name, [...names]), "write one such as us-east-1")}`;
}
