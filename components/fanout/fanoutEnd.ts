import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { fanoutVariables } from "#shared/contract/fanoutNames.js";
import { arn, policyDocument } from "../common/policies.js";
import { stoppingFunction } from "./fanoutFunctions.js";
import type { EndArrangement, Surroundings } from "./fanoutStatements.js";

/** By what the end of each run is arranged, and what must be there before a run. */
interface FanoutEnd extends EndArrangement {
  readonly resources: readonly pulumi.Resource[];
}

/**
 * The function that lets a run begin nothing more, the group of the one-off schedules that call it, one for each run, and the
 * role that they call it as.
 */
export function fanoutEnd(
  parent: pulumi.ComponentResource,
  name: string,
  surroundings: Omit<Surroundings, "roleArns">,
): FanoutEnd {
  const { args, context } = surroundings;
  const tags = args.tags === undefined ? {} : { tags: args.tags };
  const groupName = `${args.namePrefix}-fanout`;
  const { deadLetterQueueArn } = args.notifications;
  const stopping = stoppingFunction(parent, name, surroundings);
  const group = new aws.scheduler.ScheduleGroup(
    `${name}-ends`,
    { region: args.region, name: groupName, ...tags },
    { parent },
  );
  const role = new aws.iam.Role(
    `${name}-ends-role`,
    {
      description: `patchplane: calls the function that ends runs of ${args.namePrefix}-fanout`,
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
      ...tags,
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-ends-role-policy`,
    {
      role: role.id,
      policy: policyDocument([
        {
          Sid: "CallTheFunction",
          Effect: "Allow",
          Action: "lambda:InvokeFunction",
          Resource: stopping.arn,
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
  return {
    environment: {
      [fanoutVariables.stopFunctionArn]: stopping.arn,
      [fanoutVariables.scheduleGroup]: group.name,
      [fanoutVariables.scheduleRoleArn]: role.arn,
      [fanoutVariables.deadLetterQueueArn]: deadLetterQueueArn,
    },
    statements: [
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
    ],
    resources: [group, policy, stopping],
  };
}
