import { type Fault, home, prefix, topic, windowOf } from "./doctorSupport.js";

/** Faults that nothing but a deployment mends: each comes on top of those before it. */
export const losses: readonly Fault[] = [
  {
    what: "a patch task that is gone",
    turn: 1,
    id: "task-missing",
    names: /patchplane-dev-scan has no patch task/,
    apply: async (patient) => {
      const { id, tasks } = windowOf(patient, `${prefix}-scan`);
      for (const WindowTaskId of [...tasks.keys()].slice(0, 1))
        await patient.call("ssm", "DeregisterTaskFromMaintenanceWindow", { WindowId: id, WindowTaskId });
    },
  },
  {
    what: "a call of a function that is gone",
    turn: 1,
    id: "call-missing",
    names: /patchplane-dev-install calls no function/,
    apply: async (patient) => {
      const { id, tasks } = windowOf(patient, `${prefix}-install`);
      for (const { id: WindowTaskId, type } of [...tasks.values()])
        if (type === "LAMBDA")
          await patient.call("ssm", "DeregisterTaskFromMaintenanceWindow", { WindowId: id, WindowTaskId });
    },
  },
  {
    what: "a rule without a target",
    turn: 1,
    id: "rule-idle",
    names: /install-completed-rule/,
    apply: ({ region }) => region.events.removeTargets({ Rule: "install-completed-rule", Ids: ["topic"] }),
  },
  {
    what: "a rule that is gone",
    turn: 2,
    id: "rule-gone",
    names: /patchplane-dev-install has no rule for completions/,
    apply: ({ region }) => region.events.deleteRule({ Name: "install-completed-rule" }),
  },
  {
    what: "a group of schedules that is gone",
    turn: 1,
    id: "schedules-gone",
    names: /patchplane-dev-install/,
    apply: ({ region }) => region.scheduler.deleteScheduleGroup({ Name: "patchplane-dev-install" }),
  },
  {
    what: "a resource group that is gone",
    turn: 1,
    id: "group-gone",
    names: /patchplane-dev-base/,
    apply: ({ lab: { account } }) =>
      account.region("us-west-2").resourceGroups.deleteGroup({ GroupName: `${prefix}-base` }),
  },
  {
    what: "a runbook that is gone",
    turn: 1,
    id: "runbook-gone",
    names: /patchplane-dev-fanout/,
    apply: (patient) => patient.call("ssm", "DeleteDocument", { Name: `${prefix}-fanout` }, "eu-central-1"),
  },
  {
    what: "errors of a function",
    turn: 1,
    id: "function-errors",
    names: /\d+ errors of function SSM-patchplane-dev-install-end/,
    apply: ({ region: { lambda } }) =>
      lambda.count("Errors", lambda.find(`SSM-${prefix}-install-end`, undefined)),
  },
  {
    what: "a function that was throttled",
    turn: 1,
    id: "function-throttled",
    names: /\d+ throttles of function SSM-patchplane-dev-fanout/,
    apply: ({ region: { lambda } }) =>
      lambda.count("Throttles", lambda.find(`SSM-${prefix}-fanout`, undefined)),
  },
  {
    what: "a function that is gone",
    turn: 2,
    id: "function-gone",
    names: /patchplane-dev-fanout-closing/,
    apply: ({ region }) => region.lambda.deleteFunction({ FunctionName: `${prefix}-fanout-closing` }),
  },
  {
    what: "no alarm for a function's errors",
    turn: 1,
    id: "alarm-gone",
    names: /SSM-patchplane-dev-exclusions/,
    apply: ({ region }) => region.cloudWatch.deleteAlarms({ AlarmNames: ["exclusions-errors-alarm"] }),
  },
  {
    what: "no alarm for windows that do not open",
    turn: 1,
    id: "overdue-gone",
    names: /HoursOverdue/,
    apply: ({ region }) => region.cloudWatch.deleteAlarms({ AlarmNames: ["overdue-alarm"] }),
  },
  {
    what: "a message that could not be delivered",
    turn: 1,
    id: "queue-full",
    names: /1 message waits in queue notifications-undelivered/,
    apply: ({ region }) =>
      region.sqs.sendMessage({
        QueueUrl: `arn:aws:sqs:${home}:123456789012:notifications-undelivered`,
        MessageBody: "lost",
      }),
  },
  {
    what: "an alarm that rings",
    turn: 1,
    id: "alarm-rings",
    names: /notifications-undelivered-alarm/,
    apply: ({ lab: { account } }) => account.clock.advanceTo(account.clock.now + 3 * 60_000),
  },
  {
    what: "a queue that is gone",
    turn: 1,
    id: "queue-gone",
    names: /exclusions-failed/,
    apply: ({ region }) => region.sqs.deleteQueue(`arn:aws:sqs:${home}:123456789012:exclusions-failed`),
  },
  {
    what: "a topic that nobody hears",
    turn: 1,
    id: "topic-unheard",
    names: /notifications-failures/,
    apply: async (patient) => {
      const { Subscriptions } = (await patient.call("sns", "ListSubscriptionsByTopic", {
        TopicArn: topic,
      })) as unknown as { Subscriptions: { SubscriptionArn: string }[] };
      for (const one of Subscriptions) patient.region.sns.unsubscribe(one);
    },
  },
  {
    what: "a topic that is gone",
    turn: 2,
    id: "topic-gone",
    names: /notifications-failures/,
    apply: ({ region }) => region.sns.deleteTopic({ TopicArn: topic }),
  },
  {
    what: "a window that is gone",
    turn: 2,
    id: "window-gone",
    names: /patchplane-dev-fanout/,
    apply: (patient) =>
      patient.call("ssm", "DeleteMaintenanceWindow", { WindowId: windowOf(patient, `${prefix}-fanout`).id }),
  },
  {
    what: "a role that is gone",
    turn: 2,
    id: "role-gone",
    names: /install-role/,
    apply: ({ lab: { account } }) => {
      for (const PolicyName of [...account.iam.role("install-role").policies.keys()])
        account.iam.deleteRolePolicy({ RoleName: "install-role", PolicyName });
      account.iam.deleteRole({ RoleName: "install-role" });
    },
  },
];
