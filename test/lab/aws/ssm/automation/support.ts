import type {
  AutomationExecution,
  AutomationExecutionMetadata,
  DescribeAutomationExecutionsResult,
  GetAutomationExecutionResult,
  StartAutomationExecutionRequest,
  StartAutomationExecutionResult,
} from "@aws-sdk/client-ssm";
import type { Caller } from "#lab/aws/iam/evaluate.js";
import type { Region } from "#lab/aws/region.js";
import { Api } from "#lab/endpoint/dispatch.js";
import { ssmAutomationHandlers } from "#lab/endpoint/services/ssmAutomation.js";
import type { Answers } from "#lab/unknowns.js";
import { account, homeRegion } from "#test/lab/support.js";
import { api } from "../../apiSupport.js";

export const call = api("ssm", ssmAutomationHandlers);

/** Parameters of a runbook, one of which a start must give. */
export const parameters = {
  Operation: { type: "String", allowedValues: ["Scan", "Install"] },
  Nodes: { type: "StringList", default: [] },
  Count: { type: "Integer", default: 1 },
  Really: { type: "Boolean", default: false },
  Group: { type: "String", default: "", allowedPattern: "[a-z]*" },
  Instance: { type: "AWS::EC2::Instance::Id", default: "" },
};

/** A step that sleeps. */
export const sleep = (name: string, inputs: object) => ({ name, action: "aws:sleep", inputs });

interface WorldOptions {
  readonly fleet?: Parameters<typeof account>[0];
  /** Of the runbook. */
  readonly TargetType?: string;
  /** The Region that it is in. */
  readonly home?: string;
  readonly unknowns?: Partial<Answers>;
}

/** An account with the runbook `my-runbook`, and its APIs. */
export function world(
  runbook: object = {},
  { fleet = [], TargetType, home = homeRegion, unknowns = {} }: WorldOptions = {},
) {
  const { clock, account: made, node } = account(fleet, { unknowns });
  const region = made.region(home);
  const served = new Api(made);
  const content = {
    schemaVersion: "0.3",
    mainSteps: [sleep("first", { Duration: "PT10M" }), sleep("second", { Duration: "PT5M" })],
    ...runbook,
  };
  region.documents.createDocument({
    Name: "my-runbook",
    Content: JSON.stringify(content),
    DocumentType: "Automation",
    TargetType,
  });
  const start = (input: Partial<StartAutomationExecutionRequest> = {}, caller?: Caller): string => {
    const request = { DocumentName: "my-runbook", ...input };
    const answer = call<StartAutomationExecutionResult>(region, "StartAutomationExecution", request, caller);
    return answer.AutomationExecutionId ?? "";
  };
  const get = (id: string): AutomationExecution => {
    const input = { AutomationExecutionId: id };
    const answer = call<GetAutomationExecutionResult>(region, "GetAutomationExecution", input);
    return answer.AutomationExecution ?? {};
  };
  return { region, clock, account: made, api: served, node, start, get };
}

/** Status of an execution, and of its steps. */
export function statuses({ AutomationExecutionStatus, StepExecutions = [] }: AutomationExecution) {
  return [AutomationExecutionStatus, ...StepExecutions.map(({ StepStatus }) => StepStatus)];
}

/** What a Region lists of executions by one filter, newest first. */
export function listed(region: Region, Key: string, Value: string): readonly AutomationExecutionMetadata[] {
  const input = { Filters: [{ Key, Values: [Value] }] };
  const answer = call<DescribeAutomationExecutionsResult>(region, "DescribeAutomationExecutions", input);
  return answer.AutomationExecutionMetadataList ?? [];
}
