import * as pulumi from "@pulumi/pulumi";
import { configMessage, readConfig } from "./stacks/config/config.js";
import { configWarnings } from "./stacks/config/configWarnings.js";
import { memberRings } from "./stacks/config/rings.js";
import { deployStack } from "./stacks/deploy.js";

// The SDK takes a stack for each promise that it makes. The host maps all of them to their sources with a package of its
// own; Node.js does so itself once tsx has told it to, in less than half the time.
Reflect.deleteProperty(Error, "prepareStackTrace");

const now = Date.now();
const values = pulumi.runtime.allConfig();
// The SDK exports it without its type.
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
const secretKeys = Object.keys(values).filter((key) => isConfigSecret(key));
const result = readConfig(values, pulumi.getProject(), now, secretKeys);
if (!result.ok) {
  const error = new pulumi.RunError(configMessage(pulumi.getStack(), result.problems));
  // The language host prints the message alone, but colours the stack first, which takes Node 20 half a minute on
  // the provider's source maps (nodejs/node#64011).
  error.stack = error.message;
  throw error;
}
const { config } = result;
for (const warning of configWarnings(config, now)) await pulumi.log.warn(warning);

const owner = `${pulumi.getProject()}/${pulumi.getStack()}`;
const { foundation, scan, exclusions, install, fanout } = await deployStack(config, owner);

/** Patch groups whose nodes are under patching. */
export const patchGroups = config.targets.patchGroups;
/** Ids of the base patch baselines of the home Region, per operating system. */
export const baselineIds = foundation.baselines.find(({ region }) => region === undefined)?.made.baselineIds;
/** Id of the maintenance window that scans. */
export const scanWindowId = scan?.windowId;
/** Id of the maintenance window that installs. */
export const installWindowId = install?.windowId;
/** Id of the central maintenance window, which patches many Regions. */
export const fanoutWindowId = fanout?.windowId;
/** Ids of the maintenance windows of rings, by the rings' names. */
export const ringWindowIds = config.rings.length === 0 ? undefined : fanout?.ringWindowIds;
/** The rings as `FanoutMember` takes them in other accounts. */
export const fanoutRings =
  config.rings.length === 0 || config.fanout.accounts?.length === 0 ? undefined : memberRings(config.rings);
/** Bucket with a record of each run of every window. */
export const runsBucket = foundation.runs.bucket;
/** The same, in a stack with a central window. */
export const fanoutRunsBucket = fanout?.bucket;
/** ARN of the role that the execution roles of other accounts must trust. */
export const fanoutAdministrationRoleArn = fanout?.administrationRoleArn;
/** Bucket that manifests of exclusions are put into, below exclusions/. */
export const exclusionBucket = exclusions?.bucket;
/** Name of the function that brings exclusions up to date. */
export const exclusionFunction = exclusions?.functionName;
/** Bucket with the full output of patch commands. */
export const logBucket = foundation.logs.bucket;
/** ARN of the policy to attach to the roles of nodes, so that they may upload that output. */
export const nodePolicyArn = foundation.logs.nodePolicyArn;
/** ARN of the topic that failures are published to. */
export const failuresTopicArn = foundation.notifications.failuresTopicArn;
/** ARN of the topic that completions are published to. */
export const completionsTopicArn = foundation.notifications.completionsTopicArn;
