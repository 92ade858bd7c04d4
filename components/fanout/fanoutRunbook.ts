import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ExecutionMode } from "../common/choices.js";
import { rebootOptions } from "../windows/patchInstallWindow.js";
import { deliveryTimeoutSeconds, patchDocument } from "../windows/windowTasks.js";

/**
 * Hours after which a step ends as TimedOut, and its command is cancelled: two more than the longest window has. It is
 * the belt: by then the window's own end has long left nothing but what is at work, and no installation takes that long.
 * The same for every window, because a document that went back to a former content might keep the latest one: UpdateDocument
 * refuses content that a version has (DuplicateDocumentContent), and the provider takes that for success.
 */
const beltHours = 26;

interface FanoutRunbookArgs {
  /** Name of the document, the same in every Region: 3 to 128 characters of `a-z A-Z 0-9 _ - .`. */
  name: string;
  /** Whether it is run for the resource group as a whole, or for each of its nodes. */
  mode: ExecutionMode;
  /** Bucket for the full output of the nodes. */
  outputBucket: pulumi.Input<string>;
  /** 12-digit ids of other accounts that run the document, which must share it. */
  accounts: readonly string[];
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The runbook in a Region. */
export function fanoutRunbook(
  parent: pulumi.ComponentResource,
  name: string,
  region: string,
  args: FanoutRunbookArgs,
): aws.ssm.Document {
  return new aws.ssm.Document(
    `${name}-runbook-${region}`,
    {
      region,
      name: args.name,
      documentType: "Automation",
      documentFormat: "JSON",
      // All kinds of resources: `/AWS::EC2::Instance` would leave hybrid nodes out.
      targetType: "/",
      content: pulumi.jsonStringify(runbook(args)),
      ...(args.accounts.length === 0
        ? {}
        : { permissions: { type: "Share", account_ids: args.accounts.join(",") } }),
      ...(args.tags === undefined ? {} : { tags: args.tags }),
    },
    { parent },
  );
}

/** The runbook's content: one step, which is all that Automation bills. */
export function runbook(args: Pick<FanoutRunbookArgs, "mode" | "outputBucket">) {
  const isOfGroup = args.mode === "per-region";
  const what = isOfGroup ? "a resource group" : "a node";
  return {
    schemaVersion: "0.3",
    description: `patchplane: runs AWS-RunPatchBaseline on ${what} of this Region`,
    assumeRole: "{{ AutomationAssumeRole }}",
    parameters: { ...common, ...(isOfGroup ? ofGroup : ofNode) },
    mainSteps: [patchStep(args)],
    outputs: ["patch.CommandId"],
  };
}

const common = {
  AutomationAssumeRole: { type: "String", description: "ARN of the role as which the automation runs" },
  Operation: { type: "String", description: "Scan or Install", allowedValues: ["Scan", "Install"] },
  RebootOption: {
    type: "String",
    description: "Whether nodes restart after an installation",
    allowedValues: [...rebootOptions],
    default: "RebootIfNeeded",
  },
  SnapshotId: { type: "String", description: "UUID of the run: one set of patches for all nodes" },
};
const ofGroup = {
  ResourceGroup: { type: "String", description: "Name of the group" },
  MaxConcurrency: { type: "String", description: "Nodes at once, as a number or a share", default: "10" },
  MaxErrors: { type: "String", description: "Failed nodes after which no other is begun", default: "1" },
};
const ofNode = { InstanceIds: { type: "StringList", description: "Nodes" } };

function patchStep({ mode, outputBucket }: Pick<FanoutRunbookArgs, "mode" | "outputBucket">) {
  const nodes =
    mode === "per-region"
      ? {
          Targets: [{ Key: "resource-groups:Name", Values: ["{{ ResourceGroup }}"] }],
          MaxConcurrency: "{{ MaxConcurrency }}",
          MaxErrors: "{{ MaxErrors }}",
        }
      : { InstanceIds: "{{ InstanceIds }}" };
  return {
    name: "patch",
    action: "aws:runCommand",
    timeoutSeconds: beltHours * 3600,
    isEnd: true,
    inputs: {
      DocumentName: patchDocument,
      ...nodes,
      TimeoutSeconds: deliveryTimeoutSeconds,
      Comment: "patchplane fan-out",
      OutputS3BucketName: outputBucket,
      OutputS3KeyPrefix: "fanout",
      Parameters: {
        Operation: "{{ Operation }}",
        RebootOption: "{{ RebootOption }}",
        SnapshotId: "{{ SnapshotId }}",
      },
    },
  };
}
