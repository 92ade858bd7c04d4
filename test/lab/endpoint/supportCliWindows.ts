import { type Aws, iso, type Ran } from "./supportCli.js";
import type { CliLab } from "./supportCliLab.js";

/** A command of the CLI that only looks, and what it must print. */
export type Read = readonly [
  what: string,
  run: (aws: Aws, lab: CliLab) => Promise<Ran>,
  expected: (lab: CliLab) => unknown,
];

const scanAt = (date: string) => `2026-10-${date}T02:00:00.000Z`;
const first = ({ execution }: CliLab) => execution.tasks.find(({ task }) => task.type === "RUN_COMMAND");
/** What the first task of the install window that sends commands has sent. */
export const firstCommand = (lab: CliLab) => first(lab)?.invocations[0]?.command;

/** Windows and what ran in them. */
export const windowReads: readonly Read[] = [
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
    "its targets",
    (aws, { install }) =>
      aws`ssm describe-maintenance-window-targets --window-id ${install.id} --query Targets[].[WindowTargetId,Targets]`,
    ({ install }) => [...install.targets.values()].map(({ id, targets }) => [id, targets]),
  ],
  [
    "its tasks",
    (aws, { scan }) =>
      aws`ssm describe-maintenance-window-tasks --window-id ${scan.id} --query Tasks[].[WindowTaskId,TaskArn,Type,Priority,MaxConcurrency,MaxErrors,CutoffBehavior]`,
    ({ scan }) =>
      [...scan.tasks.values()].map(({ id, priority, maxConcurrency, maxErrors }) => [
        id,
        "AWS-RunPatchBaseline",
        "RUN_COMMAND",
        priority,
        maxConcurrency,
        maxErrors,
        "CANCEL_TASK",
      ]),
  ],
  [
    "when a window opens next",
    (aws, { scan }) =>
      aws`ssm describe-maintenance-window-schedule --window-id ${scan.id} --max-items 3 --query ScheduledWindowExecutions[].ExecutionTime`,
    () => [scanAt("12"), scanAt("13"), scanAt("14")],
  ],
  [
    "the windows that reach a node",
    (aws, { node }) =>
      aws`ssm describe-maintenance-windows-for-target --resource-type INSTANCE --targets Key=InstanceIds,Values=${node.id}`,
    ({ scan, install }) => ({
      WindowIdentities: [scan, install].map(({ id, name }) => ({ WindowId: id, Name: name })),
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
    "an execution",
    (aws, { execution }) => aws`ssm get-maintenance-window-execution --window-execution-id ${execution.id}`,
    ({ execution }) => ({
      WindowExecutionId: execution.id,
      TaskIds: execution.tasks.map(({ id }) => id),
      Status: "SUCCESS",
      StatusDetails: "",
      StartTime: "2026-10-11T04:00:00+00:00",
      EndTime: iso(execution.endedAt),
    }),
  ],
  [
    "the tasks of an execution",
    (aws, { execution }) =>
      aws`ssm describe-maintenance-window-execution-tasks --window-execution-id ${execution.id} --query WindowExecutionTaskIdentities[].[TaskExecutionId,Status,TaskArn,TaskType]`,
    ({ execution }) => execution.tasks.map(({ id, status, task: { arn, type } }) => [id, status, arn, type]),
  ],
  [
    "what a task of an execution has started",
    (aws, lab) =>
      aws`ssm describe-maintenance-window-execution-task-invocations --window-execution-id ${lab.execution.id} --task-id ${first(lab)?.id ?? ""} --query WindowExecutionTaskInvocationIdentities[].[InvocationId,ExecutionId,WindowTargetId,Status]`,
    (lab) =>
      first(lab)?.runs.map(({ id, executionId, target, status }) => [id, executionId, target?.id, status]),
  ],
];
