import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { calendarFunctionName, calendarPayload } from "#shared/contract/windowCalendars.js";
import type { AwsContext } from "../common/awsContext.js";
import { calendarStatements } from "../common/calendars.js";
import { codeFolder } from "../common/code.js";
import { lambdaFunction } from "../common/lambdaFunction.js";
import { arn, policyDocument } from "../common/policies.js";
import type { CompleteWindowArgs } from "./windowArguments.js";
import { callFirst } from "./windowTasks.js";

/**
 * Lets the window call, before any node is reached, a function that cancels the opening unless all of its calendars are open. Where
 * that fails the window goes on, and an alarm tells of it.
 */
export function heedCalendars(
  parent: pulumi.ComponentResource,
  name: string,
  calendars: readonly string[],
  tasks: {
    args: CompleteWindowArgs;
    window: aws.ssm.MaintenanceWindow;
    roleArn: pulumi.Input<string>;
    /** The window's role, where it is made here: one that is there already has the right to call the function. */
    role: aws.iam.Role | undefined;
  },
  context: AwsContext,
): void {
  const { args, window, role } = tasks;
  const { failuresTopicArn } = args.notifications;
  const made = lambdaFunction(
    parent,
    `${name}-calendars`,
    {
      ...(args.region === undefined ? {} : { region: args.region }),
      ...(args.tags === undefined ? {} : { tags: args.tags }),
      functionName: calendarFunctionName(args.windowName),
      description: "patchplane: cancels an opening of a window whose calendars are not all open",
      code: codeFolder("window-end-calendars"),
      timeoutSeconds: 180,
      memoryMegabytes: 512,
      environment: {},
      statements: [
        ...calendarStatements(calendars, context),
        {
          Sid: "CancelThisWindow",
          Effect: "Allow",
          Action: "ssm:CancelMaintenanceWindowExecution",
          Resource: arn(context, {
            service: "ssm",
            resource: pulumi.interpolate`maintenancewindow/${window.id}`,
          }),
        },
      ],
      logs: args.logs,
      failuresTopicArn,
    },
    context,
  );
  if (role !== undefined)
    new aws.iam.RolePolicy(
      `${name}-calendars-call-policy`,
      {
        role: role.id,
        policy: policyDocument([
          { Sid: "AskCalendarsFirst", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: made.arn },
        ]),
      },
      { parent },
    );
  const description = "Cancels the opening unless all calendars are open";
  const call = {
    kind: "calendars",
    description,
    functionArn: made.arn,
    payload: calendarPayload(calendars),
  } as const;
  callFirst(parent, name, call, tasks);
}
