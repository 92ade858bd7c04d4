import { exclusionVariables } from "#shared/contract/exclusionNames.js";
import { type WatchedWindow, watchedWindows } from "#shared/contract/windowWatch.js";

/** What the function is told by its environment. */
export interface Environment {
  /** Bucket of manifests, statuses and the deployment record. */
  readonly bucket: string;
  /** ARN of the topic that people are told by. */
  readonly topicArn: string;
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
    AWS_REGION: homeRegion = "",
  } = variables;
  const missing = [
    ...(bucket === "" ? [exclusionVariables.bucket] : []),
    ...(topicArn === "" ? [exclusionVariables.topicArn] : []),
    ...(homeRegion === "" ? ["AWS_REGION"] : []),
  ];
  if (missing.length > 0) throw new Error(`The function's environment lacks ${missing.join(" and ")}.`);
  return { bucket, topicArn, homeRegion, windows: watchedWindows(variables) };
}
