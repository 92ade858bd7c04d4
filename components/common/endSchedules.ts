import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./awsContext.js";
import { arn, policyDocument, type Statement } from "./policies.js";

interface EndSchedulesArgs {
  /** Region of the schedules. @default the provider's Region */
  region?: string;
  /** Name of the group, 1 to 64 characters of `a-z A-Z 0-9 _ - .` (API CreateScheduleGroup). */
  groupName: string;
  /** What calls the function, for the role's description. */
  description: string;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Where functions make the one-off schedules that call them at an end, and what that takes. */
interface EndSchedules {
  readonly group: aws.scheduler.ScheduleGroup;
  readonly role: aws.iam.Role;
  /** What the function that makes the schedules may do, beside seeing when the window ends. */
  readonly statements: Statement[];
}

/** A group for the one-off schedules of ends, and the role that they call a function as. */
export function endSchedules(
  parent: pulumi.ComponentResource,
  name: string,
  { region, groupName, description, tags }: EndSchedulesArgs,
  context: AwsContext,
): EndSchedules {
  const tagged = tags === undefined ? {} : { tags };
  const place = region === undefined ? {} : { region };
  const group = new aws.scheduler.ScheduleGroup(
    `${name}-ends`,
    { ...place, name: groupName, ...tagged },
    { parent },
  );
  const role = new aws.iam.Role(
    `${name}-ends-role`,
    {
      description,
      assumeRolePolicy: policyDocument([
        {
          Sid: "SchedulesOfTheGroup",
          Effect: "Allow",
          Principal: { Service: "scheduler.amazonaws.com" },
          Action: "sts:AssumeRole",
          // Of a group, and not of one schedule: EventBridge Scheduler user guide, confused deputy prevention.
          Condition: {
            StringEquals: {
              "aws:SourceAccount": context.accountId,
              "aws:SourceArn": arn(context, {
                service: "scheduler",
                resource: `schedule-group/${groupName}`,
              }),
            },
          },
        },
      ]),
      ...tagged,
    },
    { parent },
  );
  const statements: Statement[] = [
    {
      Sid: "ArrangeTheEnd",
      Effect: "Allow",
      Action: "scheduler:CreateSchedule",
      Resource: arn(context, { service: "scheduler", resource: `schedule/${groupName}/*` }),
    },
    {
      Sid: "HandOverTheRoleOfSchedules",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: role.arn,
      Condition: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
    },
    {
      Sid: "SeeWhenTheWindowEnds",
      Effect: "Allow",
      Action: ["ssm:GetMaintenanceWindow", "ssm:DescribeMaintenanceWindowExecutions"],
      Resource: arn(context, { service: "ssm", resource: "maintenancewindow/*" }),
    },
  ];
  return { group, role, statements };
}

/** Lets the schedules of ends call functions, and keep what could not be called. */
export function endCalls(
  parent: pulumi.ComponentResource,
  name: string,
  role: aws.iam.Role,
  {
    functionArns,
    deadLetterQueueArn,
  }: { functionArns: pulumi.Input<string>[]; deadLetterQueueArn: pulumi.Input<string> },
): aws.iam.RolePolicy {
  return new aws.iam.RolePolicy(
    `${name}-ends-role-policy`,
    {
      role: role.id,
      policy: policyDocument([
        {
          Sid: "CallTheFunction",
          Effect: "Allow",
          Action: "lambda:InvokeFunction",
          Resource: functionArns,
        },
        {
          Sid: "KeepUndelivered",
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Resource: deadLetterQueueArn,
        },
      ]),
    },
    { parent },
  );
}
