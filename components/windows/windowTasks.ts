import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { windowCallText } from "#shared/contract/exclusionGate.js";
import type { Criterion } from "./patchTargets.js";
import type { CompleteWindowArgs, FirstCall, PatchOperation } from "./windowArguments.js";

/**
 * The document that both windows run. Neither its version nor its hash is pinned: AWS maintains it, and a window with
 * a pinned hash fails with InvalidDocument on the day AWS changes it.
 */
export const patchDocument = "AWS-RunPatchBaseline";

/**
 * Seconds for which SSM tries to deliver a command to a node (API: TimeoutSeconds, 30 to 2,592,000). A node that is
 * offline may hold one of the concurrent places for as long, so it is short against a window.
 */
export const deliveryTimeoutSeconds = 600;

/** What a target and its task belong to. */
interface TaskSurroundings {
  readonly args: CompleteWindowArgs;
  readonly operation: PatchOperation;
  readonly window: aws.ssm.MaintenanceWindow;
  /** ARN of the role as which the window works. */
  readonly roleArn: pulumi.Input<string>;
  readonly logGroup: aws.cloudwatch.LogGroup;
}

/** A function that a window calls before any node is patched. */
interface Call {
  readonly kind: "exclusions" | "end" | "calendars";
  readonly description: string;
  readonly functionArn: pulumi.Input<string>;
  /** What it is called with, as JSON. */
  readonly payload: string;
}

/** The call that brings exclusions up to date. */
export function exclusionCall({ functionArn, gate }: FirstCall): Call {
  return {
    kind: "exclusions",
    description: "Brings exclusions up to date before any node is patched",
    functionArn,
    payload: windowCallText(gate),
  };
}

/**
 * The call of a function before any node is patched. SSM gives a task without targets no rate control, and refuses one
 * that has it.
 */
export function callFirst(
  parent: pulumi.ComponentResource,
  name: string,
  { kind, description, functionArn, payload }: Call,
  {
    args,
    window,
    roleArn,
  }: Pick<TaskSurroundings, "window" | "roleArn"> & {
    args: Pick<CompleteWindowArgs, "region" | "windowName">;
  },
): void {
  new aws.ssm.MaintenanceWindowTask(
    `${name}-${kind === "exclusions" ? "first" : kind}-task`,
    {
      ...(args.region === undefined ? {} : { region: args.region }),
      windowId: window.id,
      name: `${args.windowName}-${kind}`,
      description,
      taskType: "LAMBDA",
      taskArn: functionArn,
      // The provider takes a 0 for "not set" and does not send it.
      priority: 1,
      serviceRoleArn: roleArn,
      cutoffBehavior: "CANCEL_TASK",
      taskInvocationParameters: { lambdaParameters: { payload } },
    },
    { parent },
  );
}

/**
 * A target and the task that patches it. One task over two targets would patch them one after the other, so each
 * target has a task of its own, with equal priority.
 */
export function patchedTarget(
  parent: pulumi.ComponentResource,
  name: string,
  kind: "base" | "excluded",
  criteria: Criterion[],
  { args, operation, window, roleArn, logGroup }: TaskSurroundings,
): aws.ssm.MaintenanceWindowTarget {
  const region = args.region === undefined ? {} : { region: args.region };
  const target = new aws.ssm.MaintenanceWindowTarget(
    `${name}-${kind}-target`,
    {
      ...region,
      windowId: window.id,
      // Another name would replace the target, and leave the task with one that is gone in between: the window has its own.
      name: kind,
      description: kind === "base" ? "Nodes of the base patch groups" : "Nodes that an exclusion has moved",
      ownerInformation: args.ownerInformation,
      resourceType: "INSTANCE",
      targets: criteria,
    },
    { parent },
  );
  const parameters = { Operation: operation.operation, ...operation.parameters };
  new aws.ssm.MaintenanceWindowTask(
    `${name}-${kind}-task`,
    {
      ...region,
      windowId: window.id,
      name: `${args.windowName}-${kind}`,
      description: `${operation.operation} patches on the ${kind} target`,
      taskType: "RUN_COMMAND",
      taskArn: patchDocument,
      priority: 2,
      serviceRoleArn: roleArn,
      targets: [{ key: "WindowTargetIds", values: [target.id] }],
      maxConcurrency: args.rateControl.maxConcurrency,
      maxErrors: args.rateControl.maxErrors,
      // The agent ends a cancelled command by SIGKILL, which leaves a package manager in the midst of its transaction.
      cutoffBehavior: operation.operation === "Install" ? "CONTINUE_TASK" : "CANCEL_TASK",
      taskInvocationParameters: {
        runCommandParameters: {
          comment: `${args.windowName} ${kind}`.slice(0, 100),
          timeoutSeconds: deliveryTimeoutSeconds,
          parameters: Object.entries(parameters).map(([key, value]) => ({ name: key, values: [value] })),
          outputS3Bucket: args.logs.bucket,
          outputS3KeyPrefix: operation.operation.toLowerCase(),
          cloudwatchConfig: { cloudwatchOutputEnabled: true, cloudwatchLogGroupName: logGroup.name },
          serviceRoleArn: args.notifications.roleArn,
          notificationConfig: {
            notificationArn: args.notifications.failuresTopicArn,
            notificationEvents: ["TimedOut", "Cancelled", "Failed"],
            // Per command, not per node: a thousand failed nodes are one message.
            notificationType: "Command",
          },
        },
      },
    },
    { parent },
  );
  return target;
}
