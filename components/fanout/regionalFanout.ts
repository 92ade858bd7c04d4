import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { fanoutWindowName } from "#shared/contract/fanoutNames.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { type AwsContext, awsContext } from "../common/awsContext.js";
import { bounded } from "../common/boundary.js";
import { policyDocument, ssmTrustPolicy } from "../common/policies.js";
import { privateBucket } from "../common/privateBucket.js";
import { windowEndRules } from "../windows/windowMessages.js";
import { scheduleProperties } from "../windows/windowSchedule.js";
import { callFirst, exclusionCall } from "../windows/windowTasks.js";
import {
  type CompleteFanoutArgs,
  filledFanoutArgs,
  foundedFanoutArgs,
  type RegionalFanoutArgs,
} from "./fanout.js";
import { checkedFanoutArgs } from "./fanoutArguments.js";
import { fanoutEnd } from "./fanoutEnd.js";
import { closingFunction, startFunction } from "./fanoutFunctions.js";
import { fanoutGroups } from "./fanoutGroups.js";
import { accountIds, fanoutRunbookName } from "./fanoutNames.js";
import { payloadJson } from "./fanoutPayload.js";
import { administrationRole, executionRole } from "./fanoutRoles.js";
import { fanoutRunbook } from "./fanoutRunbook.js";
import type { Surroundings } from "./fanoutStatements.js";
import { processorArn } from "./fanoutVouching.js";

/** Records are small, and an auditor may ask for a year of them. */
const recordDays = 400;

/**
 * A central maintenance window that patches many Regions: it calls a function, which starts an automation for each group
 * of nodes in every Region that has any; when they end, another function closes the run's record and says what was
 * patched.
 *
 * @throws `pulumi.InputPropertiesError` that names everything that is wrong with the arguments
 */
export class RegionalFanout extends pulumi.ComponentResource {
  /** Id of the central maintenance window, as `mw-` and 17 hexadecimal digits. */
  readonly windowId: pulumi.Output<string>;
  /** Name of the function that the window calls. */
  readonly functionName: pulumi.Output<string>;
  /** Name of the function that closes records and watches windows. */
  readonly closingFunctionName: pulumi.Output<string>;
  /** Name of the bucket with a record of each run, below `runs/`. */
  readonly bucket: pulumi.Output<string>;
  /** ARN of the role that the execution roles of other accounts must trust; undefined when there are none. */
  readonly administrationRoleArn?: pulumi.Output<string>;

  constructor(name: string, args: RegionalFanoutArgs, options?: pulumi.ComponentResourceOptions) {
    // Without the folder of the code: an absolute path would be a change on every other machine.
    super("patchplane:index:RegionalFanout", name, { ...args, code: undefined }, bounded(args, options));
    const filled = checkedFanoutArgs(name, filledFanoutArgs(name, args));
    const checked = foundedFanoutArgs(this, name, filled);

    const context = awsContext(this, args.region);
    const tags = args.tags === undefined ? {} : { tags: args.tags };
    const bucket = privateBucket(this, name, {
      region: args.region,
      ...tags,
      lifecycleRules: lifecycleRules(),
    });
    const execution = executionRole(this, name, { ...checked, outputBucket: checked.logs.bucket }, context);
    const regional = this.inRegions(name, checked);
    const end = fanoutEnd(this, name, { args: checked, bucket, context });
    const closing = closingFunction(this, name, { args: checked, bucket, context });
    const hasOthers = (args.fanout.accounts ?? []).length > 0;
    const administration = hasOthers
      ? administrationRole(this, name, checked, context, [closing.role, end.stopping.role])
      : undefined;
    const roleArns = { execution: execution.role.arn, administration: administration?.role.arn };
    const start = startFunction(this, name, { args: checked, bucket, context, roleArns }, end);
    const policies = administration === undefined ? [] : [administration.policy];
    const everything = [execution.policy, ...policies, closing, ...end.resources, ...regional];
    this.windowId = this.window(name, checked, context, { start, roleArns, everything });
    this.functionName = start.name;
    this.closingFunctionName = closing.name;
    this.bucket = bucket.bucket;
    if (administration !== undefined) this.administrationRoleArn = administration.role.arn;
    this.registerOutputs({
      windowId: this.windowId,
      functionName: this.functionName,
      closingFunctionName: this.closingFunctionName,
      bucket: this.bucket,
      administrationRoleArn: this.administrationRoleArn,
    });
  }

  /** Every Region has the groups and the runbook of its own: it is started there. */
  private inRegions(name: string, args: CompleteFanoutArgs): pulumi.Resource[] {
    const tags = args.tags === undefined ? {} : { tags: args.tags };
    const { operation, resourceGroups, regions } = args.fanout;
    const groups = (resourceGroups === undefined ? regions : []).flatMap((region) =>
      fanoutGroups(this, name, region, {
        namePrefix: args.namePrefix,
        targets: args.targets,
        operation,
        ...tags,
      }),
    );
    const documents = regions.map((region) =>
      fanoutRunbook(this, name, region, {
        name: fanoutRunbookName(args.namePrefix),
        mode: args.fanout.executionMode ?? "per-region",
        outputBucket: args.logs.bucket,
        accounts: accountIds(args.fanout),
        ...tags,
      }),
    );
    return [...groups, ...documents];
  }

  private window(
    name: string,
    args: CompleteFanoutArgs,
    context: AwsContext,
    made: {
      start: aws.lambda.Function;
      roleArns: Surroundings["roleArns"];
      everything: pulumi.Resource[];
    },
  ): pulumi.Output<string> {
    const { region } = args;
    const tags = args.tags === undefined ? {} : { tags: args.tags };
    const windowName = fanoutWindowName(args.namePrefix);
    const role = windowRole(this, name, args, context, made.start.arn);
    const window = new aws.ssm.MaintenanceWindow(
      `${name}-window`,
      {
        region,
        ...tags,
        name: windowName,
        description: "patchplane: patches the nodes of many Regions",
        ...scheduleProperties(args.schedule),
        allowUnassociatedTargets: false,
      },
      { parent: this },
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
        taskArn: made.start.arn,
        priority: 2,
        serviceRoleArn: role.arn,
        cutoffBehavior: "CANCEL_TASK",
        taskInvocationParameters: {
          lambdaParameters: {
            payload: payloadJson(args, {
              executionRole: made.roleArns.execution,
              administrationRole: made.roleArns.administration,
            }),
          },
        },
      },
      { parent: this, dependsOn: made.everything },
    );
    if (args.exclusionProcessor !== undefined) {
      const functionArn = processorArn(args.exclusionProcessor, context);
      callFirst(this, name, exclusionCall({ functionArn }), {
        args: { region, windowName },
        window,
        roleArn: role.arn,
      });
    }
    windowEndRules(this, name, { args: { ...args, windowName }, window });
    return window.id;
  }
}

function windowRole(
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

function lifecycleRules(): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  return [
    {
      id: "expire-records",
      status: "Enabled",
      filter: { prefix: runKeys.closed },
      expiration: { days: recordDays },
    },
    {
      id: "expire-old-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: recordDays },
      // Each open record is deleted once; what marks that would stay for ever.
      expiration: { expiredObjectDeleteMarker: true },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
    },
  ];
}
