import { exclusionVariables } from "#shared/contract/exclusionNames.js";
import { type WatchedWindow, watchedWindows } from "#shared/contract/windowWatch.js";
import { readVariables } from "../shared/environment.js";

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
  const { bucket, topicArn } = exclusionVariables;
  const told = readVariables(variables, { bucket, topicArn, homeRegion: "AWS_REGION" });
  const functionName = variables.AWS_LAMBDA_FUNCTION_NAME ?? "";
  return { ...told, functionName, windows: watchedWindows(variables) };
}
