import { elsewhereVariables, parseNodeFilter } from "#shared/contract/elsewhere.js";
import { fanoutVariables } from "#shared/contract/fanoutNames.js";
import { type WatchedWindow, watchedWindows } from "#shared/contract/windowWatch.js";
import { readVariables } from "../shared/environment.js";
import type { Elsewhere } from "./core/elsewhere.js";

const { bucket, executionRoleName, operation, ownGroups, perInstanceNodes, topicArn } = fanoutVariables;
const { stopFunctionArn, scheduleGroup, scheduleRoleArn, deadLetterQueueArn } = fanoutVariables;
const { exclusionFunctionArn, exclusionBucket } = fanoutVariables;

/** What a function that tells people is told. */
const told = { bucket, topicArn, functionName: "AWS_LAMBDA_FUNCTION_NAME", homeRegion: "AWS_REGION" };

type Variables = Readonly<Record<string, string | undefined>>;

/** What the starting function is told by its environment. */
export interface StartEnvironment {
  /** Bucket of the records of runs. */
  readonly bucket: string;
  /** Name of the role of automations in Regions and accounts, unless the payload names one. */
  readonly executionRoleName: string;
  /** Most nodes of a run that has an automation for each. */
  readonly perInstanceNodes: number;
  /** Names of the resource groups that the stack makes in each of its Regions. */
  readonly ownGroups: readonly string[];
  /** Scan or Install, as the stack was deployed. */
  readonly operation: string;
  /** ARN of the function that ends runs. */
  readonly stopFunctionArn: string;
  /** Name of the group of the schedules that call it. */
  readonly scheduleGroup: string;
  /** ARN of the role that they call it as. */
  readonly scheduleRoleArn: string;
  /** ARN of the queue for a call that could not be made. */
  readonly deadLetterQueueArn: string;
  /** Region of the function, from which automations are started. */
  readonly homeRegion: string;
  /** The exclusion processor that vouches for installations, and the bucket in which it keeps its state; missing where there is none. */
  readonly exclusions?: { readonly functionArn: string; readonly bucket: string };
}

/** What the closing function is told by its environment. */
export interface ClosingEnvironment {
  readonly bucket: string;
  /** ARN of the topic that people are told by. */
  readonly topicArn: string;
  /** Its own name, which messages say. */
  readonly functionName: string;
  /** Region of the function, in which automations were started. */
  readonly homeRegion: string;
  /** Names of the maintenance windows that it watches. */
  readonly windows: readonly WatchedWindow[];
  readonly elsewhere: Elsewhere;
  /** Where the exclusion processor keeps what it has said; missing where there is none. */
  readonly exclusionBucket?: string;
}

/**
 * Reads the environment of the starting function.
 *
 * @throws Error that names every variable that is missing
 */
export function startEnvironment(variables: Variables): StartEnvironment {
  const end = { stopFunctionArn, scheduleGroup, scheduleRoleArn, deadLetterQueueArn };
  const names = { bucket, executionRoleName, operation, perInstanceNodes, ...end, homeRegion: "AWS_REGION" };
  const texts = readVariables(variables, names);
  const groups = (variables[ownGroups] ?? "").split(",").filter((group) => group !== "");
  const own = { ...texts, perInstanceNodes: Number(texts.perInstanceNodes), ownGroups: groups };
  if ((variables[exclusionFunctionArn] ?? "") === "") return own;
  const exclusions = readVariables(variables, { functionArn: exclusionFunctionArn, bucket: exclusionBucket });
  return { ...own, exclusions };
}

/** What the stopping function is told by its environment. */
export type StoppingEnvironment = Omit<ClosingEnvironment, "windows" | "elsewhere" | "exclusionBucket">;

/**
 * Reads the environment of the stopping function.
 *
 * @throws Error that names every variable that is missing
 */
export function stoppingEnvironment(variables: Variables): StoppingEnvironment {
  return readVariables(variables, told);
}

/**
 * Reads the environment of the closing function.
 *
 * @throws Error that names every variable that is missing
 */
export function closingEnvironment(variables: Variables): ClosingEnvironment {
  const regions = (variables[elsewhereVariables.regions] ?? "").split(",").filter((one) => one !== "");
  const nodes = parseNodeFilter(variables[elsewhereVariables.nodes] ?? "[]");
  const elsewhere = { regions, nodes };
  const exclusions = variables[exclusionBucket];
  return {
    ...readVariables(variables, told),
    ...{ windows: watchedWindows(variables), elsewhere },
    ...(exclusions === undefined ? {} : { exclusionBucket: exclusions }),
  };
}
