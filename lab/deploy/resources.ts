import { NotModelledError } from "../aws/base/errors.js";
import type { Region } from "../aws/region.js";
import { groupMakers } from "./groupMakers.js";
import { iamMakers } from "./iamMakers.js";
import { lambdaMakers } from "./lambdaMakers.js";
import { type Inputs, type Made, makers } from "./makers.js";
import { s3Makers } from "./s3Makers.js";

/** Inputs that change nothing of what the lab models. */
const harmless: ReadonlySet<string> = new Set([
  "alarmDescription",
  "deletionWindowInDays",
  "description",
  "enableKeyRotation",
  "region",
  "tags",
]);

/**
 * Makes a resource of a type.
 *
 * @throws NotModelledError for a type that the lab does not know, or an input that it does not look at
 */
export function makeResource(region: Region, type: string, name: string, inputs: Inputs): Made {
  const maker = makers[type] ?? iamMakers[type] ?? s3Makers[type] ?? groupMakers[type] ?? lambdaMakers[type];
  if (maker === undefined) throw new NotModelledError(`resources of type ${type}`);
  const read = new Set<string | symbol>();
  const watched = new Proxy(inputs, {
    get: (target, key) => {
      read.add(key);
      return Reflect.get(target, key);
    },
  });
  const made = maker(region, name, watched);
  const missed = Object.keys(inputs).filter((key) => !read.has(key) && !harmless.has(key));
  if (missed.length > 0) throw new NotModelledError(`${missed.join(", ")} of ${type}`);
  return made;
}
