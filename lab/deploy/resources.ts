import { NotModelledError } from "../aws/base/errors.js";
import type { Region } from "../aws/region.js";
import type { Change } from "./change.js";
import { groupMakers } from "./groupMakers.js";
import { iamChanges } from "./iamChanges.js";
import { iamMakers } from "./iamMakers.js";
import { type Inputs, watch } from "./inputs.js";
import { lambdaChanges } from "./lambdaChanges.js";
import { lambdaMakers } from "./lambdaMakers.js";
import type { Made, Maker } from "./maker.js";
import { messageChanges } from "./messageChanges.js";
import { messageMakers } from "./messageMakers.js";
import { s3Changes } from "./s3Changes.js";
import { s3Makers } from "./s3Makers.js";
import { type SentRequest, sender } from "./send.js";
import { ssmChanges } from "./ssmChanges.js";
import { ssmMakers } from "./ssmMakers.js";

const makers: Readonly<Record<string, Maker>> = {
  ...ssmMakers,
  ...groupMakers,
  ...iamMakers,
  ...lambdaMakers,
  ...messageMakers,
  ...s3Makers,
};

const changes: Readonly<Record<string, Change>> = {
  ...ssmChanges,
  ...iamChanges,
  ...lambdaChanges,
  ...messageChanges,
  ...s3Changes,
};

/**
 * What the provider does with a resource of a type that is there already.
 *
 * @throws NotModelledError for a type that the lab does not know
 */
export function changeOf(type: string): Change {
  const change = changes[type];
  if (change === undefined) throw new NotModelledError(`resources of type ${type}`);
  return change;
}

/**
 * Makes a resource of a type.
 *
 * @param sent told each request that the provider sends for it
 * @throws NotModelledError for a type that the lab does not know, or an input that it does not look at
 * @throws AwsError what a service refuses it with, or ValidationException for a request that breaks the API's model
 */
export function makeResource(
  region: Region,
  type: string,
  name: string,
  given: Inputs,
  sent: (request: SentRequest) => void = () => undefined,
): Made {
  const maker = makers[type];
  if (maker === undefined) throw new NotModelledError(`resources of type ${type}`);
  const { inputs, unread } = watch(given);
  const made = maker(region, name, inputs, sender(`${type} ${name}`, sent));
  const missed = unread().filter((path) => path !== "region");
  if (missed.length > 0) throw new NotModelledError(`${missed.join(", ")} of ${type} ${name}`);
  return made;
}
