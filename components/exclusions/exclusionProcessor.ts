import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { exclusionFunctionName, exclusionVariables } from "#shared/contract/exclusionNames.js";
import type { WatchedWindow } from "#shared/contract/windowWatch.js";
import type { BaselineSettings } from "../baselines/baselineRules.js";
import { awsContext, regionProblems } from "../common/awsContext.js";
import { bounded } from "../common/boundary.js";
import { codeFolder } from "../common/code.js";
import {
  type FilledLogs,
  type FunctionLogs,
  filledLogs,
  foundationOf,
  foundationProblems,
  type Notifications,
} from "../common/foundation.js";
import { lambdaFunction } from "../common/lambdaFunction.js";
import { logGroupPrefixProblems, retentionProblems } from "../common/logSettings.js";
import { ownOwner } from "../common/owner.js";
import { bucketPolicy, privateBucket } from "../common/privateBucket.js";
import { ArgumentChecks, type Problem } from "../common/problems.js";
import {
  type CompleteTargets,
  completeTargets,
  type PatchTargets,
  targetsProblems,
} from "../windows/patchTargets.js";
import { watchedEnvironment } from "../windows/watchedWindows.js";
import { type BucketWriters, guardStatements, writersProblems } from "./bucketGuard.js";
import { namePrefixProblems, ownerProblems } from "./exclusionArguments.js";
import { type ExclusionLimits, limitsProblems } from "./exclusionRecord.js";
import { exclusionStatements, exclusionTargetProblems } from "./exclusionRole.js";
import { alarmed, onSchedule, onUploads } from "./exclusionTriggers.js";
import {
  type ExistingBaselines,
  existingProblems,
  ownRecord,
  type RecordComesLater,
  settingsProblems,
} from "./ownRecord.js";

/** Versions of manifests outlive the longest exclusion, since the last good one stays in force. */
const oldVersionDays = 400;
const timeoutSeconds = 900;
const memoryMegabytes = 512;

export interface ExclusionProcessorArgs extends BucketWriters, ExclusionLimits {
  /** Region of the bucket and the function. @default the provider's Region */
  region?: string;
  /** Start of names: of the function (after `SSM-`) and of derived baselines, 3 to 49 characters of `a-z A-Z 0-9 _ -`. @default the component's name */
  namePrefix?: string;
  /** Who owns what the function makes: the value of the tag `patchplane:owner`, such as `patchplane/dev`. @default the project, the stack and the component's name */
  owner?: string;
  /** Regions whose nodes the function moves. @default the Region of the function alone */
  regions?: string[];
  /** The nodes that the function may move: those that the windows reach. */
  targets: PatchTargets;
  /** Operating systems of the nodes, as SSM names them (API: OperatingSystem), each once. Plain. */
  operatingSystems: string[];
  /**
   * What is approved and rejected, per operating system, by the base baselines that are made in each Region and registered to
   * the patch groups. Plain.
   * @default urgent security updates after 3 days and other fixes after 7
   */
  baselines?: Record<string, BaselineSettings>;
  /**
   * Base baselines that are there already, in every Region, with the windows of the home Region: `PatchBaselines` makes some. None
   * are made here then.
   * @default base baselines are made in each Region
   */
  existing?: ExistingBaselines[];
  /** Base patch groups that the stack has no more, and out of which the function is still to bring nodes back. @default none */
  retiredPatchGroups?: string[];
  /** Maintenance windows of the function's Region that it looks after every hour: OverdueAlarm. @default none */
  watchedWindows?: WatchedWindow[];
  /** Folder of the function's bundle. @default the one inside the package */
  code?: string;
  /** Where the function writes its log. @default a log group that is made, kept for 90 days */
  logs?: FunctionLogs;
  /** Who is told of refused, held, expiring and expired exclusions, and when a run fails. @default a topic that is made, with no subscription */
  notifications?: Notifications;
  /** ARN of a managed policy that bounds what every role made here may do. Plain. @default none */
  permissionsBoundary?: string;
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

  /** @param later is not for programs: without a record the function does nothing */
  constructor(
    name: string,
    args: ExclusionProcessorArgs,
    options?: pulumi.ComponentResourceOptions,
    later?: RecordComesLater,
  ) {
    super("patchplane:index:ExclusionProcessor", name, inputsOf(args, later), bounded(args, options));
    const checked = checkedArgs(name, filledArgs(name, args));

    const context = awsContext(this, args.region);
    const { logs, notifications } = foundationOf(this, name, checked, [
      "deadLetterQueueArn",
      "failuresTopicArn",
    ]);
    const region = args.region === undefined ? {} : { region: args.region };
    const tags = args.tags === undefined ? {} : { tags: args.tags };
    const bucket = manifestBucket(this, name, { ...region, ...tags });
    const scope = {
      ...{ ...checked, notifications, targets: movedTargets(checked) },
      regions: args.regions ?? [context.region],
    };
    const processor = lambdaFunction(
      this,
      name,
      {
        ...region,
        ...tags,
        functionName: exclusionFunctionName(checked.namePrefix),
        description: "patchplane: moves nodes between patch groups as manifests of exclusions say",
        code: args.code ?? codeFolder("exclusion-processor"),
        timeoutSeconds,
        memoryMegabytes,
        environment: {
          [exclusionVariables.bucket]: bucket.bucket,
          [exclusionVariables.topicArn]: notifications.failuresTopicArn,
          ...watchedEnvironment(args.watchedWindows),
        },
        statements: exclusionStatements(scope, bucket.arn, context),
        logs,
        failuresTopicArn: notifications.failuresTopicArn,
      },
      context,
    );
    bucketPolicy(this, name, bucket, args.region, guardStatements(bucket.arn, processor.role, args));
    this.bucket = bucket.bucket;
    this.functionArn = processor.arn;
    this.functionName = processor.name;
    this.roleName = processor.role.apply((role) => role.slice(role.lastIndexOf("/") + 1));
    onUploads(this, name, bucket, processor, context.accountId, region);
    onSchedule(this, name, processor, { ...region, ...tags, notifications });
    alarmed(this, name, this.functionName, { ...region, ...tags }, notifications.failuresTopicArn);
    if (later === undefined) ownRecord(this, name, checked, this);
    this.registerOutputs({
      bucket: this.bucket,
      functionArn: this.functionArn,
      functionName: this.functionName,
      roleName: this.roleName,
    });
  }
}

/** Arguments, filled but for what is a resource. */
interface FilledArgs extends ExclusionProcessorArgs {
  namePrefix: string;
  owner: string;
  targets: CompleteTargets;
  logs: FilledLogs<FunctionLogs>;
}

function filledArgs(name: string, args: ExclusionProcessorArgs): FilledArgs {
  return {
    ...args,
    namePrefix: args.namePrefix ?? name,
    owner: args.owner ?? ownOwner(name),
    targets: completeTargets(args.targets),
    logs: filledLogs(name, args.logs),
  };
}

/** What the engine is told: no folder, since an absolute path would be a change on every other machine. */
function inputsOf(args: ExclusionProcessorArgs, later: RecordComesLater | undefined): pulumi.Inputs {
  return { ...args, code: undefined, ...(later === undefined ? {} : { operatingSystems: undefined }) };
}

/** The targets with all groups that nodes may have to be moved from. */
function movedTargets({ targets, retiredPatchGroups = [] }: FilledArgs): CompleteTargets {
  return { ...targets, patchGroups: [...targets.patchGroups, ...retiredPatchGroups] };
}

/** Everything that is wrong is thrown at once; what may still be unknown is handed back with its check. */
function checkedArgs(name: string, args: FilledArgs): FilledArgs {
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
  checks.plain(args, foundationProblems);
  checks.plain(args, settingsProblems);
  checks.plain(args, existingProblems);
  checks.plain(args, limitsProblems);
  const checked = {
    ...args,
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

function manifestBucket(
  parent: pulumi.ComponentResource,
  name: string,
  common: Pick<ExclusionProcessorArgs, "region" | "tags">,
): aws.s3.Bucket {
  const lifecycleRules = [
    {
      id: "expire-old-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: oldVersionDays },
      expiration: { expiredObjectDeleteMarker: true },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
    },
  ];
  return privateBucket(parent, name, { ...common, lifecycleRules, policyComesLater: true });
}
