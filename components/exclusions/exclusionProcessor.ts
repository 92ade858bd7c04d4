import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { exclusionFunctionName, exclusionVariables, keys } from "#shared/contract/exclusionNames.js";
import { exclusionAlarmed, metricDimension, metricNamespace } from "#shared/contract/metrics.js";
import type { WatchedWindow } from "#shared/contract/windowWatch.js";
import { awsContext, regionProblems } from "../common/awsContext.js";
import { lambdaFunction } from "../common/lambdaFunction.js";
import { logGroupPrefixProblems, retentionProblems } from "../common/logSettings.js";
import { bucketPolicy, privateBucket } from "../common/privateBucket.js";
import { ArgumentChecks, type Problem } from "../common/problems.js";
import { anyOf5Minutes, type FunctionNotifications, ruleTarget } from "../common/ruleTarget.js";
import { type PatchTargets, targetsProblems } from "../windows/patchTargets.js";
import { watchedEnvironment } from "../windows/watchedWindows.js";
import type { FunctionLogs } from "../windows/windowArguments.js";
import { type BucketWriters, guardStatements, writersProblems } from "./bucketGuard.js";
import { namePrefixProblems, ownerProblems } from "./exclusionArguments.js";
import { exclusionStatements, exclusionTargetProblems } from "./exclusionRole.js";

/** Once an hour, apart from the full and half hours at which windows open and wait for who writes. */
const hourly = "cron(37 * * * ? *)";
/** Versions of manifests outlive the longest exclusion, since the last good one stays in force. */
const oldVersionDays = 400;
const timeoutSeconds = 900;
const memoryMegabytes = 512;

export interface ExclusionProcessorArgs extends BucketWriters {
  /** Region of the bucket and the function. @default the provider's Region */
  region?: string;
  /** Start of names: of the function (after `SSM-`) and of derived baselines, 3 to 49 characters of `a-z A-Z 0-9 _ -`. */
  namePrefix: string;
  /** Who owns what the function makes: the value of the tag `patchplane:owner`, such as `patchplane/dev`. */
  owner: string;
  /** Regions whose nodes the function moves. @default the Region of the function alone */
  regions?: pulumi.Input<string>[];
  /** The nodes that the function may move: those that the windows reach. */
  targets: PatchTargets;
  /** Base patch groups that the stack has no more, and out of which the function is still to bring nodes back. @default none */
  retiredPatchGroups?: string[];
  /** Maintenance windows of the function's Region that it looks after every hour: OverdueAlarm. @default none */
  watchedWindows?: WatchedWindow[];
  /** Folder of the function's bundle. */
  code: string;
  /** Where the function writes its log. */
  logs: FunctionLogs;
  /** Who is told of refused, held, expiring and expired exclusions, and when a run fails. */
  notifications: FunctionNotifications;
  /** Tags of all that takes tags, by key. @default none */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Keeps given patches off given nodes: a bucket for manifests, and a function that runs whenever one changes, every
 * hour and before each install window, and moves the nodes into patch groups and baselines of their own.
 *
 * @throws `pulumi.InputPropertiesError` that names everything that is wrong with the arguments
 */
export class ExclusionProcessor extends pulumi.ComponentResource {
  /** Name of the bucket that manifests are put into, below `exclusions/`. */
  readonly bucket: pulumi.Output<string>;
  /** ARN of the function, which install windows call before they patch. */
  readonly functionArn: pulumi.Output<string>;
  /** Name of the function. */
  readonly functionName: pulumi.Output<string>;
  /** Name of the function's role. */
  readonly roleName: pulumi.Output<string>;

  constructor(name: string, args: ExclusionProcessorArgs, options?: pulumi.ComponentResourceOptions) {
    // Without the folder of the code: an absolute path would be a change on every other machine.
    super("patchplane:index:ExclusionProcessor", name, { ...args, code: undefined }, options);
    const checked = checkedArgs(name, args);

    const context = awsContext(this, args.region);
    const region = args.region === undefined ? {} : { region: args.region };
    const tags = args.tags === undefined ? {} : { tags: args.tags };
    const bucket = privateBucket(this, name, {
      ...region,
      ...tags,
      lifecycleRules: lifecycleRules(),
      policyComesLater: true,
    });
    const scope = { ...args, targets: movedTargets(args), regions: args.regions ?? [context.region] };
    const processor = lambdaFunction(
      this,
      name,
      {
        ...region,
        ...tags,
        functionName: exclusionFunctionName(args.namePrefix),
        description: "patchplane: moves nodes between patch groups as manifests of exclusions say",
        code: args.code,
        timeoutSeconds,
        memoryMegabytes,
        environment: {
          [exclusionVariables.bucket]: bucket.bucket,
          [exclusionVariables.topicArn]: args.notifications.failuresTopicArn,
          ...watchedEnvironment(args.watchedWindows),
        },
        statements: exclusionStatements(scope, bucket.arn, context),
        logs: checked.logs,
        failuresTopicArn: args.notifications.failuresTopicArn,
      },
      context,
    );
    const guards = guardStatements(bucket.arn, processor.role, args);
    bucketPolicy(this, name, bucket, args.region, guards);
    this.bucket = bucket.bucket;
    this.functionArn = processor.arn;
    this.functionName = processor.name;
    this.roleName = processor.role.apply((role) => role.slice(role.lastIndexOf("/") + 1));
    this.onUploads(name, bucket, processor, context.accountId, region);
    this.onSchedule(name, processor, { ...region, ...tags, notifications: args.notifications });
    this.alarmed(name, { ...region, ...tags }, args.notifications.failuresTopicArn);
    this.registerOutputs({
      bucket: this.bucket,
      functionArn: this.functionArn,
      functionName: this.functionName,
      roleName: this.roleName,
    });
  }

  private onUploads(
    name: string,
    bucket: aws.s3.Bucket,
    processor: aws.lambda.Function,
    accountId: pulumi.Output<string>,
    region: { region?: string },
  ): void {
    const permission = new aws.lambda.Permission(
      `${name}-bucket-permission`,
      {
        ...region,
        action: "lambda:InvokeFunction",
        function: processor.name,
        principal: "s3.amazonaws.com",
        sourceArn: bucket.arn,
        sourceAccount: accountId,
      },
      { parent: this },
    );
    const { record, manifests, plans, approvals } = keys;
    new aws.s3.BucketNotification(
      `${name}-notification`,
      {
        ...region,
        bucket: bucket.bucket,
        lambdaFunctions: [record, manifests, plans, approvals].map((filterPrefix) => ({
          lambdaFunctionArn: processor.arn,
          events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
          filterPrefix,
        })),
      },
      // S3 tries whether it may invoke the function.
      { parent: this, dependsOn: [permission] },
    );
  }

  private alarmed(
    name: string,
    common: Pick<ExclusionProcessorArgs, "region" | "tags">,
    topicArn: pulumi.Input<string>,
  ): void {
    const alarm = (
      kind: keyof typeof exclusionAlarmed,
      evaluationPeriods: number,
      says: pulumi.Output<string>,
    ) =>
      new aws.cloudwatch.MetricAlarm(
        `${name}-${kind}-alarm`,
        {
          ...common,
          alarmDescription: pulumi.interpolate`patchplane: ${says}`,
          namespace: metricNamespace,
          metricName: exclusionAlarmed[kind],
          dimensions: { [metricDimension]: this.functionName },
          ...anyOf5Minutes,
          period: 3600,
          evaluationPeriods,
          alarmActions: [topicArn],
        },
        { parent: this },
      );
    alarm(
      "foreign",
      2,
      pulumi.interpolate`for two hours somebody else has written the tags of nodes that ${this.functionName} moves. npm run exclusions -- status names them; docs/exclusions.md says what to set in a template or tag policy.`,
    );
    alarm(
      "regions",
      2,
      pulumi.interpolate`for two hours ${this.functionName} could not read or write all Regions: there exclusions neither begin nor end. npm run exclusions -- status tells which, and since when.`,
    );
    alarm(
      "breach",
      1,
      pulumi.interpolate`nodes have, or may have, installed what exclusions in force were to keep off them. A message of ${this.functionName} names them; docs/exclusions.md, "What runs have shown", says what to do.`,
    );
  }

  private onSchedule(
    name: string,
    processor: aws.lambda.Function,
    { notifications, ...common }: Pick<ExclusionProcessorArgs, "region" | "tags" | "notifications">,
  ): void {
    const options = { parent: this };
    const region = common.region === undefined ? {} : { region: common.region };
    const rule = new aws.cloudwatch.EventRule(
      `${name}-hourly-rule`,
      {
        ...common,
        description: "patchplane: exclusions end and nodes come without anybody's upload",
        scheduleExpression: hourly,
      },
      options,
    );
    new aws.lambda.Permission(
      `${name}-hourly-permission`,
      {
        ...region,
        action: "lambda:InvokeFunction",
        function: processor.name,
        principal: "events.amazonaws.com",
        sourceArn: rule.arn,
      },
      options,
    );
    ruleTarget(this, `${name}-hourly`, rule, {
      ...common,
      notifications,
      target: { targetId: "processor", arn: processor.arn },
    });
  }
}

/** The targets with all groups that nodes may have to be moved from. */
function movedTargets({ targets, retiredPatchGroups = [] }: ExclusionProcessorArgs): PatchTargets {
  return { ...targets, patchGroups: [...targets.patchGroups, ...retiredPatchGroups] };
}

/** Everything that is wrong is thrown at once; what may still be unknown is handed back with its check. */
function checkedArgs(name: string, args: ExclusionProcessorArgs) {
  const component = `ExclusionProcessor ${name}`;
  const checks = new ArgumentChecks(component);
  const regions = args.regions ?? [""];
  checks.plain(args.region, regionProblems);
  checks.plain(args.namePrefix, namePrefixProblems);
  checks.plain(args.owner, ownerProblems);
  checks.plain(args.approvers ?? [], writersProblems("approvers"));
  checks.plain(args.deployers ?? [], writersProblems("deployers"));
  checks.plain(regions.length, regionCountProblems);
  checks.plain(args.targets, targetsProblems("targets"));
  checks.plain(movedTargets(args), exclusionTargetProblems(regions.length, args.logs.logGroupPrefix));
  checks.plain(args.logs.logGroupPrefix, logGroupPrefixProblems("logs.logGroupPrefix"));
  const checked = {
    logs: {
      ...args.logs,
      retentionDays: checks.input(args.logs.retentionDays, retentionProblems("logs.retentionDays")),
    },
  };
  checks.done();
  return checked;
}

function regionCountProblems(count: number): Problem[] {
  if (count > 0) return [];
  return [{ propertyPath: "regions", reason: "is empty. Leave it out for the Region of the function." }];
}

function lifecycleRules(): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  return [
    {
      id: "expire-old-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: oldVersionDays },
      expiration: { expiredObjectDeleteMarker: true },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
    },
  ];
}
