import { parseXML } from "@aws-sdk/xml-builder";
import { modelOf, type ServiceName } from "#lab/aws/model/model.js";
import type { WireResponse } from "#lab/endpoint/codec/wire.js";
import { Api } from "#lab/endpoint/dispatch.js";
import { roleOf } from "../aws/lambda/support.js";
import { account, day, nodes } from "../support.js";
import type { Known, Message } from "./supportRequests.js";
import { wireOf } from "./supportWire.js";

/** The answer of an API. */
export interface Answer {
  readonly status: number;
  /** What the body says; of an answer to HEAD nothing. */
  readonly body: string;
  /** Code and message of an error, as its protocol tells them; empty for what went well. */
  readonly code: string;
  readonly message: string;
}

/** An account's APIs, and what of it a request may name. */
interface BusyAccount {
  readonly api: Api;
  /** @returns undefined for a request that the protocol cannot write */
  readonly ask: (service: ServiceName, operation: string, message: Message) => Promise<Answer | undefined>;
  readonly known: Readonly<Partial<Record<ServiceName, Known>>>;
}

function answer({ status, headers, body: content }: WireResponse): Answer {
  const body = typeof content === "string" ? content : Buffer.from(content).toString();
  if (status < 300 || body === "") return { status, body, code: "", message: "" };
  if (!headers["content-type"]?.includes("json")) {
    const { Error: own, ErrorResponse, Response } = parseXML(body);
    const { Code, Message } = own ?? ErrorResponse?.Error ?? Response.Errors.Error;
    return { status, body, code: Code, message: Message };
  }
  const { __type, message } = JSON.parse(body);
  return { status, body, code: headers["x-amzn-errortype"] ?? __type, message };
}

/** An account in which a day has passed: with nodes, windows that were open, commands, baselines, documents, objects. */
export async function busyAccount(): Promise<BusyAccount> {
  const patchGroup = "servers";
  const world = account(nodes(3, () => ({ patchGroup })));
  const { region } = world;
  const api = new Api(world.account);
  const { accessKeyId } = world.account.credentials.owner;
  const ask = async (service: ServiceName, operation: string, message: Message) => {
    const request = wireOf(service, operation, message, accessKeyId);
    if (request === undefined) return undefined;
    // A checksum that is made up is none of the body's.
    const isSum = (name: string) => name === "content-md5" || name.startsWith("x-amz-checksum-");
    const headers = Object.entries(request.headers).filter(
      ([name]) => operation !== "PutObject" || !isSum(name),
    );
    const outcome = await api.answer({ ...request, headers: Object.fromEntries(headers) });
    if (outcome.kind !== "answer") throw new Error(`${operation}: ${outcome.kind}`);
    return answer(outcome.response);
  };
  /** A member of the answer of a JSON API, by its path. */
  const told = async (operation: string, message: Message, ...path: readonly (string | number)[]) => {
    const { status = 0, body = "" } = (await ask("ssm", operation, message)) ?? {};
    if (status !== 200) throw new Error(`${operation}: ${body}`);
    const found: unknown = path.reduce<unknown>((value, part) => Object(value)[part], JSON.parse(body));
    if (typeof found !== "string") throw new Error(`${operation} has no ${path.join(".")}: ${body}`);
    return found;
  };

  const rules = { PatchRules: [{ PatchFilterGroup: { PatchFilters: [] }, ApproveAfterDays: 0 }] };
  const baseline = { Name: "baseline", OperatingSystem: "AMAZON_LINUX_2023", ApprovalRules: rules };
  const BaselineId = await told("CreatePatchBaseline", baseline, "BaselineId");
  await told("RegisterPatchBaselineForPatchGroup", { BaselineId, PatchGroup: patchGroup }, "BaselineId");
  const window = {
    Name: "window",
    Schedule: "rate(1 hour)",
    Duration: 1,
    Cutoff: 0,
    AllowUnassociatedTargets: false,
  };
  const WindowId = await told("CreateMaintenanceWindow", window, "WindowId");
  const Targets = [{ Key: "tag:PatchGroup", Values: [patchGroup] }];
  const target = { WindowId, ResourceType: "INSTANCE", Targets };
  const WindowTargetId = await told("RegisterTargetWithMaintenanceWindow", target, "WindowTargetId");
  const task = {
    WindowId,
    TaskType: "RUN_COMMAND",
    TaskArn: "AWS-RunPatchBaseline",
    Targets: [{ Key: "WindowTargetIds", Values: [WindowTargetId] }],
    MaxConcurrency: "100%",
    MaxErrors: "1",
    TaskInvocationParameters: { RunCommand: { Parameters: { Operation: ["Install"] } } },
  };
  const WindowTaskId = await told("RegisterTaskWithMaintenanceWindow", task, "WindowTaskId");
  const step = { name: "wait", action: "aws:sleep", inputs: { Duration: "PT1M" } };
  const Content = JSON.stringify({ schemaVersion: "0.3", mainSteps: [step] });
  const runbook = { Name: "runbook", DocumentType: "Automation", Content };
  await told("CreateDocument", runbook, "DocumentDescription", "Name");
  const start = () => told("StartAutomationExecution", { DocumentName: "runbook" }, "AutomationExecutionId");
  const ended = await start();
  const targeted = {
    schemaVersion: "0.3",
    parameters: { Wait: { type: "String" } },
    mainSteps: [{ ...step, inputs: { Duration: "{{ Wait }}" } }],
    outputs: [],
  };
  const perTarget = { ...runbook, Name: "targeted", Content: JSON.stringify(targeted) };
  await told("CreateDocument", perTarget, "DocumentDescription", "Name");
  const parent = await told(
    "StartAutomationExecution",
    {
      DocumentName: "targeted",
      TargetParameterName: "Wait",
      Targets: [{ Key: "ParameterValues", Values: ["PT1M", "never"] }],
    },
    "AutomationExecutionId",
  );
  const Ics = "BEGIN:VCALENDAR\nX-CALENDAR-TYPE:DEFAULT_OPEN\nEND:VCALENDAR\n";
  const calendar = { Name: "calendar", DocumentType: "ChangeCalendar", DocumentFormat: "TEXT", Content: Ics };
  await told("CreateDocument", calendar, "DocumentDescription", "Name");
  const bucket = world.account.s3.createBucket({ Bucket: "bucket" }, region);
  world.account.s3.putBucketVersioning({ Bucket: "bucket", Status: "Enabled" }, region);
  await ask("s3", "PutObject", { Bucket: "bucket", Key: "a/key", Body: new Uint8Array(3) });
  const { TopicArn } = region.sns.createTopic({ Name: "topic" });
  const Query = JSON.stringify({
    ResourceTypeFilters: ["AWS::AllSupported"],
    TagFilters: [{ Key: "PatchGroup", Values: [patchGroup] }],
  });
  region.resourceGroups.createGroup({ Name: "group", ResourceQuery: { Type: "TAG_FILTERS_1_0", Query } });
  region.logs.createLogGroup({ logGroupName: "/a/group" });
  region.logs.write("/a/group", "stream", "a message");
  region.lambda.createFunction({
    FunctionName: "f",
    Role: roleOf(region, "role", []),
    Handler: "index.handler",
    Runtime: "nodejs22.x",
    code: async () => {},
  });
  await world.clock.advanceTo(world.clock.now + day);

  const WindowExecutionId = await told(
    "DescribeMaintenanceWindowExecutions",
    { WindowId },
    ...["WindowExecutions", 0, "WindowExecutionId"],
  );
  const execution = { WindowExecutionId };
  const TaskId = await told(
    "DescribeMaintenanceWindowExecutionTasks",
    execution,
    ...["WindowExecutionTaskIdentities", 0, "TaskExecutionId"],
  );
  const invocations = "DescribeMaintenanceWindowExecutionTaskInvocations";
  const first = ["WindowExecutionTaskInvocationIdentities", 0] as const;
  const InvocationId = await told(invocations, { ...execution, TaskId }, ...first, "InvocationId");
  const CommandId = await told(invocations, { ...execution, TaskId }, ...first, "ExecutionId");
  const running = await start();
  const InstanceId = world.node(0).id;
  const resources = [region.nodeArn(InstanceId), region.arn("ssm", `patchbaseline/${BaselineId}`)];
  const arn = { FunctionArn: region.lambda.all[0]?.arn ?? "" };
  return {
    api,
    ask,
    known: {
      ssm: {
        BaselineId: [BaselineId],
        PatchGroup: [patchGroup],
        MaintenanceWindowId: [WindowId],
        MaintenanceWindowTargetId: [WindowTargetId],
        MaintenanceWindowTaskId: [WindowTaskId],
        MaintenanceWindowExecutionId: [WindowExecutionId],
        MaintenanceWindowExecutionTaskId: [TaskId],
        MaintenanceWindowExecutionTaskInvocationId: [InvocationId],
        MaintenanceWindowSchedule: ["rate(6 hours)", "cron(0 2 ? * SUN *)"],
        MaintenanceWindowTimezone: ["Europe/Berlin"],
        MaintenanceWindowStringDateTime: ["2026-07-01T00:00:00Z"],
        MaintenanceWindowTaskArn: ["AWS-RunPatchBaseline"],
        MaintenanceWindowTaskType: ["RUN_COMMAND"],
        TargetKey: ["InstanceIds"],
        TargetValue: [InstanceId],
        CommandId: [CommandId],
        InstanceId: [InstanceId],
        AutomationExecutionId: [ended, running, parent],
        DocumentName: ["runbook"],
        SendCommandRequest: [
          {
            DocumentName: "AWS-RunPatchBaseline",
            InstanceIds: [InstanceId],
            Parameters: { Operation: ["Scan"] },
          },
        ],
        DocumentARN: ["runbook", "AWS-RunPatchBaseline"],
        DocumentContent: [Content.replace("PT1M", "PT2M")],
        DocumentVersion: ["$LATEST", "1"],
        ResourceTypeForTagging: ["PatchBaseline"],
        ResourceId: [BaselineId],
        CalendarNameOrARN: [region.arn("ssm", "document/calendar")],
        NextToken: ["1"],
      },
      tagging: { ResourceARN: resources, TagKey: ["PatchGroup", "Team"] },
      "resource-groups": {
        GroupName: ["group"],
        GroupStringV2: ["group"],
        GroupString: ["group"],
        NextToken: ["1"],
      },
      s3: { BucketName: [bucket.name], ObjectKey: ["a/key"], CopySource: ["bucket/a/key"] },
      lambda: { NamespacedFunctionName: ["f", arn.FunctionArn] },
      logs: { LogGroupName: ["/a/group"], LogStreamName: ["stream"], LogGroupIdentifier: ["/a/group"] },
      sns: { topicARN: [TopicArn] },
    },
  };
}

/** Shapes of which something is known and that the model does not have. */
export function unknownShapes(known: BusyAccount["known"]): string[] {
  return Object.entries(known).flatMap(([service, shapes]) =>
    Object.keys(shapes).filter((name) => !(name in modelOf(service as ServiceName).shapes)),
  );
}
