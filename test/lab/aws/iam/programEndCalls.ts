import {
  type Allowed,
  arn,
  assume,
  type Call,
  home,
  pass,
  publish,
  queue,
  roleArn,
  useKey,
  viaSns,
} from "./programParts.js";
import { account } from "./support.js";

/** What the end of the install window takes. */
export function endCalls(): Allowed[] {
  const by = "install-end-role";
  const window = arn("ssm", "maintenancewindow/mw-install-window");
  const endFunction = arn("lambda", "function:SSM-patchplane-dev-install-end");
  const region = { "aws:RequestedRegion": home };
  const log = arn("logs", "log-group:/patchplane/dev/SSM-patchplane-dev-install-end:log-stream:x");
  const own = (sid: string, action: string, resource: string, context: Call["context"] = {}): Allowed => [
    `${by} calls ${action}`,
    { by, action, resource, context },
    `install-end-role-policy ${sid}`,
  ];
  const looks = ["ExecutionTasks", "ExecutionTaskInvocations", "Targets"].map(
    (what) => `ssm:DescribeMaintenanceWindow${what}`,
  );
  return [
    [
      "install-role calls the function of its end",
      { by: "install-role", action: "lambda:InvokeFunction", resource: endFunction },
      "install-end-call-policy ArrangeTheEnd",
    ],
    [
      "the processor cancels the install window",
      {
        by: "exclusions-role",
        action: "ssm:CancelMaintenanceWindowExecution",
        resource: window,
        context: region,
      },
      "install-gate-policy CancelThisWindow",
    ],
    own("ArrangeTheEnd", "scheduler:CreateSchedule", arn("scheduler", "schedule/patchplane-dev-install/x")),
    [
      `${by} hands Scheduler its role`,
      { by, ...pass("install-ends-role", "scheduler.amazonaws.com") },
      "install-end-role-policy HandOverTheRoleOfSchedules",
    ],
    own("SeeWhenTheWindowEnds", "ssm:GetMaintenanceWindow", window),
    own("SeeWhenTheWindowEnds", "ssm:DescribeMaintenanceWindowExecutions", window),
    ...[...looks, "ssm:DescribeInstanceInformation", "ssm:ListCommandInvocations", "ssm:CancelCommand"].map(
      (action) => own("CancelWhatHasNotBegun", action, "*", region),
    ),
    ["the end tells people", { by, ...publish("failures") }, "install-end-role-policy TellPeople"],
    ...["Decrypt", "GenerateDataKey"].map(
      (action): Allowed => [
        `the end's publisher calls ${action}`,
        { by, ...useKey(action, viaSns) },
        "install-end-role-policy EncryptMessages",
      ],
    ),
    own("WriteOwnLog", "logs:CreateLogStream", log),
    own("WriteOwnLog", "logs:PutLogEvents", log),
    own("KeepFailedEvents", "sqs:SendMessage", arn("sqs", "install-end-failed-0a1b2c3")),
    [
      "Lambda assumes install-end-role",
      {
        by: "lambda.amazonaws.com",
        action: "sts:AssumeRole",
        resource: roleArn(by),
        guard: by,
      },
      "install-end-role Lambda",
    ],
    [
      "Scheduler assumes install-ends-role",
      {
        by: "scheduler.amazonaws.com",
        ...assume("install-ends-role", account, arn("scheduler", "schedule-group/patchplane-dev-install")),
      },
      "install-ends-role SchedulesOfTheGroup",
    ],
    [
      "Scheduler calls the function of the end",
      { by: "install-ends-role", action: "lambda:InvokeFunction", resource: endFunction },
      "install-ends-role-policy CallTheFunction",
    ],
    [
      "Scheduler keeps what it could not call",
      {
        by: "install-ends-role",
        action: "sqs:SendMessage",
        resource: queue,
        guard: "notifications-undelivered-policy",
        context: { "aws:SecureTransport": "true" },
      },
      "install-ends-role-policy KeepUndelivered",
    ],
  ];
}
