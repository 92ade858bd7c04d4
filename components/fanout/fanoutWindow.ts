import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { fanoutWindowName } from "#shared/contract/fanoutNames.js";
import type { AwsContext } from "../common/awsContext.js";
import { policyDocument, ssmTrustPolicy } from "../common/policies.js";
import { windowEndRules } from "../windows/windowMessages.js";
import { scheduleProperties } from "../windows/windowSchedule.js";
import { callFirst, exclusionCall } from "../windows/windowTasks.js";
import type { CompleteFanoutArgs } from "./fanout.js";
import { payloadJson } from "./fanoutPayload.js";
import type { Surroundings } from "./fanoutStatements.js";
import { processorArn } from "./fanoutVouching.js";
import type { FanoutWindow } from "./rings.js";

/** What the windows of a fan-out share. */
interface Shared {
  readonly args: CompleteFanoutArgs;
  readonly context: AwsContext;
  readonly start: aws.lambda.Function;
  readonly role: aws.iam.Role;
  readonly roleArns: Surroundings["roleArns"];
  /** What must be there before it opens. */
  readonly everything: pulumi.Resource[];
}

/** A window that calls the starting function. @returns its id */
export function fanoutWindow(
  parent: pulumi.ComponentResource,
  own: FanoutWindow,
  { args, context, start, role, roleArns, everything }: Shared,
): pulumi.Output<string> {
  const { region } = args;
  const { name, ring } = own;
  const tags = args.tags === undefined ? {} : { tags: args.tags };
  const windowName = `${fanoutWindowName(args.namePrefix)}${own.suffix}`;
  const window = new aws.ssm.MaintenanceWindow(
    `${name}-window`,
    {
      region,
      ...tags,
      name: windowName,
      description: `patchplane: patches the nodes of many Regions${ring === undefined ? "" : `, ring ${ring.name}`}`,
      ...scheduleProperties(own.schedule),
      allowUnassociatedTargets: false,
    },
    { parent },
  );
  new aws.ssm.MaintenanceWindowTask(
    `${name}-task`,
    {
      region,
      windowId: window.id,
      name: windowName,
      // A window without targets has no place for its owner but this.
      description: args.ownerInformation,
      taskType: "LAMBDA",
      taskArn: start.arn,
      priority: 2,
      serviceRoleArn: role.arn,
      cutoffBehavior: "CANCEL_TASK",
      taskInvocationParameters: {
        lambdaParameters: {
          payload: payloadJson(
            { namePrefix: args.namePrefix, window: own },
            { executionRole: roleArns.execution, administrationRole: roleArns.administration },
          ),
        },
      },
    },
    { parent, dependsOn: everything },
  );
  if (args.exclusionProcessor !== undefined) {
    const functionArn = processorArn(args.exclusionProcessor, context);
    callFirst(parent, name, exclusionCall({ functionArn }), {
      args: { region, windowName },
      window,
      roleArn: role.arn,
    });
  }
  windowEndRules(parent, name, { args: { ...args, windowName }, window });
  return window.id;
}

/** The service role of the windows. */
export function windowRole(
  parent: pulumi.ComponentResource,
  name: string,
  args: CompleteFanoutArgs,
  context: AwsContext,
  functionArn: pulumi.Output<string>,
): aws.iam.Role {
  const role = new aws.iam.Role(
    `${name}-window-role`,
    {
      description: `patchplane: service role of the maintenance window ${fanoutWindowName(args.namePrefix)}`,
      assumeRolePolicy: ssmTrustPolicy(context),
      ...(args.tags === undefined ? {} : { tags: args.tags }),
    },
    { parent },
  );
  new aws.iam.RolePolicy(
    `${name}-window-role-policy`,
    {
      role: role.id,
      policy: policyDocument([
        {
          Sid: "CallTheFunctions",
          Effect: "Allow",
          Action: "lambda:InvokeFunction",
          Resource:
            args.exclusionProcessor === undefined
              ? functionArn
              : [functionArn, processorArn(args.exclusionProcessor, context)],
        },
      ]),
    },
    { parent },
  );
  return role;
}
