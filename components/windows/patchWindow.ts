import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { awsContext } from "../common/awsContext.js";
import { baseCriteria, excludedCriteria } from "./patchTargets.js";
import type { Checked, CompleteWindowArgs, PatchOperation } from "./windowArguments.js";
import { heedCalendars } from "./windowCalendars.js";
import { arrangeEnd } from "./windowEnd.js";
import { windowMessages } from "./windowMessages.js";
import { windowRole } from "./windowRole.js";
import { scheduleProperties } from "./windowSchedule.js";
import { callFirst, exclusionCall, patchedTarget } from "./windowTasks.js";

/** What a window is known by once it exists. */
export interface PatchWindowOutputs {
  readonly windowId: pulumi.Output<string>;
  readonly baseTargetId: pulumi.Output<string>;
  readonly excludedTargetId: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
}

/** Makes the resources of a window as children of `parent`. Both components use it; it is not one itself. */
export function buildPatchWindow(
  parent: pulumi.ComponentResource,
  name: string,
  args: Checked<CompleteWindowArgs>,
  operation: PatchOperation,
): PatchWindowOutputs {
  const context = awsContext(parent, args.region);
  const region = args.region === undefined ? {} : { region: args.region };
  const tags = args.tags === undefined ? {} : { tags: args.tags };
  const role =
    args.serviceRoleArn === undefined ? windowRole(parent, name, args, operation, context) : undefined;
  const roleArn = pulumi.output(role?.arn ?? args.serviceRoleArn ?? "");
  const logGroup = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    {
      ...region,
      ...tags,
      name: `${args.logs.logGroupPrefix}/${args.windowName}`,
      retentionInDays: args.logs.retentionDays,
      kmsKeyId: args.logs.kmsKeyArn,
    },
    { parent },
  );
  const window = new aws.ssm.MaintenanceWindow(
    `${name}-window`,
    {
      ...region,
      ...tags,
      name: args.windowName,
      description: operation.description,
      ...scheduleProperties(args.schedule),
      allowUnassociatedTargets: false,
    },
    { parent },
  );
  const tasks = { args, operation, window, role, roleArn, logGroup };
  const base = patchedTarget(parent, name, "base", baseCriteria(args.targets), tasks);
  const excluded = patchedTarget(
    parent,
    name,
    "excluded",
    excludedCriteria(args.targets, operation.operation),
    tasks,
  );
  if (operation.firstCall !== undefined) callFirst(parent, name, exclusionCall(operation.firstCall), tasks);
  if (operation.end !== undefined) arrangeEnd(parent, name, operation.end, tasks, context);
  const { calendars = [] } = args;
  if (calendars.length > 0) heedCalendars(parent, name, calendars, tasks, context);
  windowMessages(parent, name, { args, window, logGroup });
  return {
    windowId: window.id,
    baseTargetId: base.id,
    excludedTargetId: excluded.id,
    roleArn,
    logGroupName: logGroup.name,
  };
}
