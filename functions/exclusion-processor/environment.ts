import { exclusionVariables } from "#shared/contract/exclusionNames.js";
import { type WatchedWindow, watchedWindows } from "#shared/contract/windowWatch.js";

/** What the function is told by its environment. */
export interface Environment {
  /** Bucket of manifests, statuses and the deployment record. */
  readonly bucket: string;
  /** ARN of the topic that people are told by. */
  readonly topicArn: string;
  /** Its own name, which messages say. */
  readonly functionName: string;
  /** Its own Region. */
  readonly homeRegion: string;
  /** Names of the maintenance windows that it watches. */
  readonly windows: readonly WatchedWindow[];
}

/**
 * Reads the environment.
 *
 * @throws Error that names every variable that is missing
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const {
    [exclusionVariables.bucket]: bucket = "",
    [exclusionVariables.topicArn]: topicArn = "",
    AWS_LAMBDA_FUNCTION_NAME: functionName = "",
    AWS_REGION: homeRegion = "",
  } = variables;
  const needed = {
    [exclusionVariables.bucket]: bucket,
    [exclusionVariables.topicArn]: topicArn,
    AWS_REGION: homeRegion,
  };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === "" ? [name] : []));
  if (missing.length > 0) throw new Error(`The function's environment lacks ${missing.join(" and ")}.`);
  return { bucket, topicArn, functionName, homeRegion, windows: watchedWindows(variables) };
}
