import { createHash } from "node:crypto";
import { type Aws, iso, type Ran } from "./supportCli.js";
import type { CliLab } from "./supportCliLab.js";

/** A command of the CLI that only looks, and what it must print. */
type Read = readonly [
  what: string,
  run: (aws: Aws, lab: CliLab) => Promise<Ran>,
  expected: (lab: CliLab) => unknown,
];

const scanAt = (date: string) => `2026-10-${date}T02:00:00.000Z`;
const first = ({ execution }: CliLab) => execution.tasks.find(({ task }) => task.type === "RUN_COMMAND");
/** What the first task of the install window that sends commands has sent. */
const firstCommand = (lab: CliLab) => first(lab)?.invocations[0]?.command;

const counts = (node: CliLab["node"] | undefined) => [
  node?.id,
  node?.state?.installed,
  node?.state?.missing,
  node?.state?.failed,
  iso(node?.state?.endedAt),
];
const states = "InstancePatchStates[].[InstanceId,InstalledCount,MissingCount,FailedCount,OperationEndTime]";
const shop = ({ lab, home }: CliLab) =>
  lab.account.fleet.nodes.filter(({ region, tags }) => region === home.name && tags.App === "shop");

/**
 * Reads of each protocol, of lists in pages, of times and of what is empty. What each operation tells is in the tests of
 * its service, that the SDK finds the whole of each list in paginators.test.ts, and that each answer keeps to the API's model in
 * reads.test.ts.
 */
export const reads: readonly Read[] = [
  [
    "the windows",
    (aws) => aws`ssm describe-maintenance-windows`,
    ({ scan, install }) => ({
      WindowIdentities: [
        {
          WindowId: scan.id,
          Name: "patchplane-dev-scan",
          Description: "patchplane: scans nodes for missing patches, installs nothing",
          Enabled: true,
          Duration: 2,
          Cutoff: 1,
          Schedule: "cron(0 2 ? * * *)",
          ScheduleTimezone: "UTC",
          NextExecutionTime: scanAt("12"),
        },
        {
          WindowId: install.id,
          Name: "patchplane-dev-install",
          Description: "patchplane: installs the approved patches that nodes miss",
          Enabled: true,
          Duration: 5,
          Cutoff: 1,
          Schedule: "cron(0 4 ? * SUN *)",
          ScheduleTimezone: "UTC",
          NextExecutionTime: "2026-10-18T04:00:00.000Z",
        },
      ],
    }),
  ],
  [
    "the executions of a window, newest first",
    (aws, { scan }) =>
      aws`ssm describe-maintenance-window-executions --window-id ${scan.id} --query WindowExecutions[].[WindowExecutionId,Status,StartTime,EndTime]`,
    ({ scan }) =>
      scan.executions
        .map(({ id, startedAt, endedAt }) => [id, "SUCCESS", iso(startedAt), iso(endedAt)])
        .reverse(),
  ],
  [
    "what a task of an execution has started",
    (aws, lab) =>
      aws`ssm describe-maintenance-window-execution-task-invocations --window-execution-id ${lab.execution.id} --task-id ${first(lab)?.id ?? ""} --query WindowExecutionTaskInvocationIdentities[].[InvocationId,ExecutionId,WindowTargetId,Status]`,
    (lab) =>
      first(lab)?.runs.map(({ id, executionId, target, status }) => [id, executionId, target?.id, status]),
  ],
  [
    "all nodes, over three pages",
    (aws) =>
      aws`ssm describe-instance-information --page-size 15 --query InstanceInformationList[].[InstanceId,ComputerName,PlatformName]`,
    ({ home }) =>
      home.nodes.all
        .filter(({ spec }) => spec.state !== "stopped")
        .map(({ id, spec, catalog }) => [id, spec.name, catalog.platformName]),
  ],
  [
    "patch states of a patch group, page by page",
    (aws) =>
      aws`ssm describe-instance-patch-states-for-patch-group --patch-group dev-servers --query ${states}`,
    ({ home }) => home.nodes.all.filter(({ state }) => state?.patchGroup === "dev-servers").map(counts),
  ],
  [
    "the commands that ran, newest first",
    (aws) =>
      aws`ssm list-commands --page-size 2 --query Commands[].[CommandId,Status,StatusDetails,RequestedDateTime,TargetCount]`,
    ({ scan, install }) =>
      [...scan.executions, ...install.executions]
        .flatMap(({ tasks }) => tasks.flatMap(({ invocations }) => invocations))
        .map(({ command: { id, end, requestedAt, nodes } }) => [
          id,
          end?.status,
          end?.details,
          iso(requestedAt),
          nodes.length,
        ])
        .reverse(),
  ],
  [
    "a command on a node",
    (aws, lab) =>
      aws`ssm get-command-invocation --command-id ${firstCommand(lab)?.id ?? ""} --instance-id ${lab.node.id} --query [PluginName,Status,ResponseCode,StandardOutputContent,ExecutionStartDateTime]`,
    () => ["PatchLinux", "Success", 0, "", "2026-10-11T04:00:00Z"],
  ],
  [
    "resources by a tag, pages of which may be short or empty",
    (aws) =>
      aws`resourcegroupstaggingapi get-resources --tag-filters Key=App,Values=shop --resource-type-filters ec2:instance --page-size 1 --query ResourceTagMappingList[].ResourceARN`,
    (lab) => shop(lab).map(({ id }) => lab.home.nodeArn(id)),
  ],
  [
    "the members of a group",
    (aws) =>
      aws`resource-groups list-group-resources --group-name shop --query ResourceIdentifiers[].[ResourceArn,ResourceType]`,
    (lab) => shop(lab).map(({ id }) => [lab.home.nodeArn(id), "AWS::EC2::Instance"]),
  ],
  [
    "who calls",
    (aws) => aws`sts get-caller-identity --query [Account,Arn]`,
    () => ["123456789012", "arn:aws:iam::123456789012:user/lab"],
  ],
  [
    "the topics",
    (aws) => aws`sns list-topics`,
    () => ({
      Topics: ["failures", "completions"].map((name) => ({
        TopicArn: `arn:aws:sns:us-east-1:123456789012:notifications-${name}`,
      })),
    }),
  ],
  [
    "a function",
    (aws) =>
      aws`lambda get-function-configuration --function-name greeter --query [FunctionName,Runtime,Timeout,MemorySize,Environment.Variables,LastModified]`,
    () => ["greeter", "nodejs22.x", 3, 128, { GREETING: "good morning" }, "2026-10-09T00:00:00.000+0000"],
  ],
  [
    "objects below a prefix, one on each page",
    (aws) =>
      aws`s3api list-objects-v2 --bucket reports --prefix 2026/ --page-size 1 --query Contents[].[Key,Size]`,
    () => [
      ["2026/10/a b+ü.txt", 6],
      ["2026/11/c.txt", 5],
    ],
  ],
  [
    "an object's head",
    (aws) => aws`s3api head-object --bucket reports --key top.txt --query [ContentLength,ContentType,ETag]`,
    () => [7, "text/plain", `"${createHash("md5").update("fourth!").digest("hex")}"`],
  ],
];
