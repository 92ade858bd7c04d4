import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { rebootOptions } from "../windows/patchInstallWindow.js";
import { deliveryTimeoutSeconds, patchDocument } from "../windows/windowTasks.js";

interface FanoutRunbookArgs {
  /** Name of the document, the same in every Region: 3 to 128 characters of `a-z A-Z 0-9 _ - .`. */
  name: string;
  /** Hours that the patching of a Region may take; then its step ends as TimedOut. */
  durationHours: number;
  /** Bucket for the full output of the nodes. */
  outputBucket: pulumi.Input<string>;
  /** 12-digit ids of other accounts that run the document, which must share it. */
  accounts: readonly string[];
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * What a selector that finds nothing leaves in the place of an output. AWS documents neither it nor an empty text, so
 * the runbook takes both for nothing, and whatever else for something.
 */
const noOutput = "No output available";

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

/** The runbook's content: in a Region it patches the members of a group, if there are any, or the nodes it is given. */
export function runbook(args: Pick<FanoutRunbookArgs, "durationHours" | "outputBucket">) {
  return {
    schemaVersion: "0.3",
    description: "patchplane: runs AWS-RunPatchBaseline on a resource group of this Region",
    assumeRole: "{{ AutomationAssumeRole }}",
    parameters,
    mainSteps: [...choice, patchStep("patchGroup", args), patchStep("patchNodes", args), nothingToDo],
    outputs: ["patchGroup.CommandId", "patchNodes.CommandId"],
  };
}

const parameters = {
  AutomationAssumeRole: { type: "String", description: "ARN of the role as which the automation runs" },
  Operation: { type: "String", description: "Scan or Install", allowedValues: ["Scan", "Install"] },
  RebootOption: {
    type: "String",
    description: "Whether nodes restart after an installation",
    allowedValues: [...rebootOptions],
    default: "RebootIfNeeded",
  },
  ExecutionMode: {
    type: "String",
    description: "per-region: one command for the resource group; per-instance: one execution for each node",
    allowedValues: ["per-region", "per-instance"],
    default: "per-region",
  },
  ResourceGroup: { type: "String", description: "Name of the group, in mode per-region", default: "" },
  InstanceIds: { type: "StringList", description: "Nodes, in mode per-instance", default: [] },
  SnapshotId: { type: "String", description: "UUID of the run: one set of patches for all nodes" },
  MaxConcurrency: { type: "String", description: "Nodes at once, as a number or a share", default: "10" },
  MaxErrors: { type: "String", description: "Failed nodes after which no other is begun", default: "1" },
};

const choice = [
  {
    name: "chooseMode",
    action: "aws:branch",
    inputs: {
      Choices: [{ Variable: "{{ ExecutionMode }}", StringEquals: "per-instance", NextStep: "patchNodes" }],
      Default: "checkMembers",
    },
  },
  {
    name: "checkMembers",
    action: "aws:executeAwsApi",
    maxAttempts: 3,
    timeoutSeconds: 120,
    inputs: {
      Service: "resource-groups",
      Api: "ListGroupResources",
      Group: "{{ ResourceGroup }}",
      MaxResults: 50,
    },
    outputs: [
      { Name: "FirstMember", Selector: "$.Resources[0].Identifier.ResourceArn", Type: "String" },
      { Name: "NextToken", Selector: "$.NextToken", Type: "String" },
      { Name: "QueryError", Selector: "$.QueryErrors[0].ErrorCode", Type: "String" },
    ],
  },
  {
    name: "anyMembers",
    action: "aws:branch",
    inputs: {
      Choices: [
        { Variable: "{{ checkMembers.FirstMember }}", StartsWith: "arn:", NextStep: "patchGroup" },
        { And: nothing("StartsWith", noOutput), NextStep: "noMembers" },
        { And: nothing("StringEquals", ""), NextStep: "noMembers" },
      ],
      // More pages, or a group that cannot be read: what follows finds out, and fails where it must.
      Default: "patchGroup",
    },
  },
];

function nothing(operator: "StartsWith" | "StringEquals", text: string) {
  return ["NextToken", "QueryError"].map((output) => ({
    Variable: `{{ checkMembers.${output} }}`,
    [operator]: text,
  }));
}

function patchStep(
  name: "patchGroup" | "patchNodes",
  { durationHours, outputBucket }: Pick<FanoutRunbookArgs, "durationHours" | "outputBucket">,
) {
  const nodes =
    name === "patchGroup"
      ? { Targets: [{ Key: "resource-groups:Name", Values: ["{{ ResourceGroup }}"] }] }
      : { InstanceIds: "{{ InstanceIds }}" };
  return {
    name,
    action: "aws:runCommand",
    timeoutSeconds: durationHours * 3600,
    isEnd: true,
    inputs: {
      DocumentName: patchDocument,
      ...nodes,
      MaxConcurrency: "{{ MaxConcurrency }}",
      MaxErrors: "{{ MaxErrors }}",
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

const nothingToDo = {
  name: "noMembers",
  action: "aws:sleep",
  isEnd: true,
  inputs: { Duration: "PT1S" },
};
