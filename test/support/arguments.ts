import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { ExclusionProcessorArgs } from "#components/exclusions/exclusionProcessor.js";
import type { ExclusionRecordArgs } from "#components/exclusions/exclusionRecord.js";
import type { CompleteFanoutArgs, FilledFanout } from "#components/fanout/fanout.js";
import type { CompleteWindowArgs, WindowEnd } from "#components/windows/windowArguments.js";
import { failureOf, type Props, type Recording } from "./mocks.js";

/** Arguments of a window that has nothing special about it. */
export function windowArgs(
  changes: Partial<CompleteWindowArgs> = {},
): CompleteWindowArgs & { end: WindowEnd } {
  return {
    windowName: "fleet",
    schedule: { expression: "cron(0 4 ? * SUN *)", durationHours: 5, cutoffHours: 1 },
    targets: {
      patchGroupTagKey: "PatchGroup",
      patchGroups: ["web", "app"],
      tags: { Tier: ["gold"], Environment: ["prod", "stage"] },
    },
    rateControl: { maxConcurrency: "10%", maxErrors: "5%" },
    ownerInformation: "Platform Operations",
    logs: {
      bucket: "output-bucket",
      logGroupPrefix: "/patching",
      retentionDays: 90,
      kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/k",
    },
    notifications: {
      failuresTopicArn: "arn:aws:sns:us-east-1:123456789012:failures",
      completionsTopicArn: "arn:aws:sns:us-east-1:123456789012:completions",
      roleArn: "arn:aws:iam::123456789012:role/publisher",
      deadLetterQueueArn: "arn:aws:sqs:us-east-1:123456789012:undelivered",
      kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/k",
    },
    // Its function has tests of its own.
    end: { enabled: false },
    ...changes,
  };
}

/** Arguments of an exclusion processor that has nothing special about it. */
export function processorArgs(
  changes: Partial<ExclusionProcessorArgs> = {},
): ExclusionProcessorArgs & Pick<Required<ExclusionProcessorArgs>, "namePrefix" | "owner" | "logs"> {
  const { logs, notifications } = windowArgs();
  const { failuresTopicArn, deadLetterQueueArn } = notifications;
  return {
    namePrefix: "fleet",
    owner: "patchplane/test",
    targets: { patchGroupTagKey: "PatchGroup", patchGroups: ["web", "app"], tags: { Tier: ["gold"] } },
    operatingSystems: ["UBUNTU", "WINDOWS"],
    code: "dist/functions/exclusion-processor",
    logs,
    notifications: { failuresTopicArn, deadLetterQueueArn, kmsKeyArn: logs.kmsKeyArn },
    ...changes,
  };
}

/** Arguments of a record of the deployment that has nothing special about it. */
export function recordArgs(changes: Partial<ExclusionRecordArgs> = {}): ExclusionRecordArgs {
  const { namePrefix, owner, targets } = processorArgs();
  return {
    bucket: "manifests",
    ...{ namePrefix, owner, targets },
    baselines: {
      UBUNTU: { approvalRules: [{ priority: ["*"] }] },
      WINDOWS: { approvalRules: [{ classification: ["*"] }] },
    },
    timezone: "Europe/Berlin",
    maxExclusionDays: 60,
    regions: [
      {
        baselines: { UBUNTU: "pb-ubuntu", WINDOWS: "pb-windows" },
        holds: { UBUNTU: "pb-held-ubuntu", WINDOWS: "pb-held-windows" },
        scanWindowId: "mw-scan",
        installWindowId: "mw-install",
      },
    ],
    ...changes,
  };
}

/** What a fan-out does that has nothing special about it. */
export function fanoutOf(changes: Partial<FilledFanout> = {}): FilledFanout {
  return {
    regions: ["us-east-2", "eu-west-3"],
    operation: "Install",
    maxConcurrency: "10",
    maxErrors: "1",
    ...changes,
  };
}

/** Arguments of a fan-out that has nothing special about it. */
export function fanoutArgs(changes: Partial<CompleteFanoutArgs> = {}): CompleteFanoutArgs {
  const { schedule, ownerInformation, logs, notifications } = windowArgs();
  const { roleArn: _, ...others } = notifications;
  return {
    region: "us-east-1",
    namePrefix: "fleet",
    schedule,
    ownerInformation,
    fanout: fanoutOf(),
    targets: { patchGroupTagKey: "PatchGroup", patchGroups: ["web", "app"], tags: { Tier: ["gold"] } },
    code: {
      start: "dist/functions/regional-fanout",
      closing: "dist/functions/regional-fanout-closing",
      stopping: "dist/functions/regional-fanout-stopping",
    },
    logs,
    notifications: { ...others, kmsKeyArn: logs.kmsKeyArn },
    ...changes,
  };
}

/** One argument that a component refuses: where, and the whole sentence that it says. */
interface Refusal {
  readonly propertyPath: string;
  readonly reason: string;
}

/** What a component refuses, of the one error that lists everything. */
export async function refusals(make: () => unknown): Promise<Refusal[]> {
  const error = await failureOf(make);
  if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
  const refused = error.errors.map(({ propertyPath, reason }) => ({ propertyPath, reason }));
  // The language host prints the message alone, so each reason must be in it.
  for (const { propertyPath, reason } of refused)
    expect(error.message).to.contain(`${propertyPath}: ${reason}`);
  expect(error.message).to.contain(`${refused.length} problem(s)`);
  return refused;
}

/** An IAM policy in a resource's inputs. */
export interface Policy {
  readonly Version: string;
  readonly Statement: readonly PolicyStatement[];
}
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Reads a policy that a resource carries as text. */
export function policyOf(props: Props, key = "policy"): Policy {
  const text = props[key];
  if (typeof text !== "string") throw new Error(`${key} is ${String(text)}, not a policy's text`);
  return JSON.parse(text) as Policy;
}

/** The statement of a policy with a given Sid. */
export function statement(policy: Policy, sid: string): PolicyStatement {
  const found = policy.Statement.find(({ Sid }) => Sid === sid);
  if (found === undefined)
    throw new Error(`no statement ${sid} among ${policy.Statement.map(({ Sid }) => Sid).join(", ")}`);
  return found;
}

/** The Run Command parameters of a window task, with the document's parameters as a map. */
export function commandOf(
  recording: Recording,
  task: string,
): Props & { parameters: Record<string, string[]> } {
  const { runCommandParameters: command } = recording.named(task).props.taskInvocationParameters as {
    runCommandParameters: Props & { parameters: { name: string; values: string[] }[] };
  };
  return {
    ...command,
    parameters: Object.fromEntries(command.parameters.map(({ name, values }) => [name, values])),
  };
}
