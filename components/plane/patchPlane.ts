import * as pulumi from "@pulumi/pulumi";
import { shown } from "#shared/text/quotes.js";
import type { BaselineSettings } from "../baselines/baselineRules.js";
import { bounded } from "../common/boundary.js";
import { calendarsProblems } from "../common/calendars.js";
import type { ExclusionGate, PatchGroupTagKey, RebootOption } from "../common/choices.js";
import { defaults } from "../common/defaults.js";
import { filledLogs, foundationProblems, type Notifications, type WindowLogs } from "../common/foundation.js";
import { logGroupPrefixProblems } from "../common/logSettings.js";
import { ownOwner } from "../common/owner.js";
import { ArgumentChecks, type Problem } from "../common/problems.js";
import type { BucketWriters } from "../exclusions/bucketGuard.js";
import { type ExclusionLimits, limitsProblems } from "../exclusions/exclusionRecord.js";
import { limitsOf, settingsOf, settingsProblems } from "../exclusions/ownRecord.js";
import { completeTargets, targetsProblems } from "../windows/patchTargets.js";
import type { RateControl } from "../windows/windowArguments.js";
import { scheduleProblems, type WindowSchedule } from "../windows/windowSchedule.js";
import { deployPlane } from "./deploy.js";
import { Place, type Plane } from "./plane.js";

/** Arguments of a whole deployment of scans, installations and exclusions. */
export interface PatchPlaneArgs extends BucketWriters, ExclusionLimits {
  /** Base patch groups, 1 to 25, each of 1 to 243 characters: the values of the tag that puts a node under patching. A node is in one of them. Plain. */
  patchGroups: string[];
  /** Operating systems of the nodes, as SSM names them (API: OperatingSystem), each once. Plain. */
  operatingSystems: string[];
  /** The tag that puts a node under patching. @default PatchGroup */
  patchGroupTagKey?: PatchGroupTagKey;
  /** Further tags that a node must carry, all of them, with one of the values each; at most 4. Plain. @default none */
  targetTags?: Record<string, string[]>;
  /** What is approved and rejected, per operating system. Plain. @default urgent security updates after 3 days and other fixes after 7 */
  baselines?: Record<string, BaselineSettings>;
  /** Start of the names that people see in the console, 3 to 49 characters of `a-z A-Z 0-9 _ -`; the only one in the account and Region. @default the component's name */
  namePrefix?: string;
  /** When nodes are scanned. @default daily at midnight in UTC for 2 hours, with a cutoff of 1 hour */
  scanSchedule?: WindowSchedule;
  /** When patches are installed. @default Saturdays at 4 in UTC for 5 hours, with a cutoff of 1 hour */
  installSchedule?: WindowSchedule;
  /** Names or ARNs of Change Calendars, up to 10: unless all are open, an opening of the scan window is cancelled before a node is reached. Plain. @default none */
  scanCalendars?: string[];
  /** The same of the install window. Plain. @default none */
  installCalendars?: string[];
  /** Whether nodes are rebooted. @default RebootIfNeeded */
  rebootOption?: RebootOption;
  /** What becomes of an opening when exclusions that were told as in force cannot be vouched for. @default cancel */
  exclusionGate?: ExclusionGate;
  /** How many nodes are patched at once, and how many may fail. @default 10% and 25% */
  rateControl?: RateControl;
  /** Who answers for the windows, 1 to 128 characters. @default Patch Management Team */
  ownerInformation?: pulumi.Input<string>;
  /** Where the output of commands and the logs of functions go. @default a bucket and log groups that are made, kept for 90 days */
  logs?: WindowLogs;
  /** Who is told. @default topics that are made, with no subscription */
  notifications?: Notifications;
  /** ARN of a role that is there already, as which the windows work (docs/security.md, service roles). @default one is made for each window */
  serviceRoleArn?: pulumi.Input<string>;
  /** ARN of a managed policy that bounds what every role made here may do. Plain. @default none */
  permissionsBoundary?: string;
  /** Tags of all that takes tags, by key. Plain. @default ManagedBy with patchplane, Environment with the component's name */
  tags?: Record<string, string>;
}

/**
 * All that patches a fleet in one Region: a window that scans and one that installs, the baselines of its patch groups, exclusions,
 * and those who are told. It is made of the components of this package, which can be used alone as well.
 *
 * @throws `pulumi.InputPropertiesError` that names everything that is wrong with the arguments
 */
export class PatchPlane extends pulumi.ComponentResource {
  /** Id of the maintenance window that scans, as `mw-` and 17 hexadecimal digits. */
  readonly scanWindowId: pulumi.Output<string>;
  /** Id of the maintenance window that installs. */
  readonly installWindowId: pulumi.Output<string>;
  /** Ids of the base patch baselines per operating system. */
  readonly baselineIds: pulumi.Output<Record<string, string>>;
  /** Name of the bucket that manifests of exclusions are put into, below `exclusions/`. */
  readonly exclusionBucket: pulumi.Output<string>;
  /** Name of the function that brings exclusions up to date. */
  readonly exclusionFunction: pulumi.Output<string>;
  /** Name of the bucket with a record of each run of the windows, below `runs/`. */
  readonly runsBucket: pulumi.Output<string>;
  /** Name of the bucket with the full output of patch commands. */
  readonly logBucket: pulumi.Output<string>;
  /** ARN of the policy to attach to the roles of nodes, so that they may upload that output. */
  readonly nodePolicyArn: pulumi.Output<string>;
  /** ARN of the topic that failures are published to. */
  readonly failuresTopicArn: pulumi.Output<string>;
  /** ARN of the topic that completions are published to. */
  readonly completionsTopicArn: pulumi.Output<string>;

  constructor(name: string, args: PatchPlaneArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:PatchPlane", name, args, bounded(args, options));
    const plane = planeOf(name, args);
    refuse(name, args, plane);
    const { foundation, scan, install, exclusions } = deployPlane(
      plane,
      new Place({ component: this, name }),
      ownOwner(name),
    );
    const [baselines] = foundation.baselines;
    if (scan === undefined || install === undefined || exclusions === undefined || baselines === undefined)
      throw new Error("a plane without its parts was let through");
    this.scanWindowId = scan.windowId;
    this.installWindowId = install.windowId;
    this.baselineIds = baselines.made.baselineIds;
    this.exclusionBucket = exclusions.bucket;
    this.exclusionFunction = exclusions.functionName;
    this.runsBucket = foundation.runs.bucket;
    this.logBucket = foundation.logs.bucket;
    this.nodePolicyArn = foundation.logs.nodePolicyArn;
    this.failuresTopicArn = foundation.notifications.failuresTopicArn;
    this.completionsTopicArn = foundation.notifications.completionsTopicArn;
    this.registerOutputs({
      scanWindowId: this.scanWindowId,
      installWindowId: this.installWindowId,
      baselineIds: this.baselineIds,
      exclusionBucket: this.exclusionBucket,
      exclusionFunction: this.exclusionFunction,
      runsBucket: this.runsBucket,
      logBucket: this.logBucket,
      nodePolicyArn: this.nodePolicyArn,
      failuresTopicArn: this.failuresTopicArn,
      completionsTopicArn: this.completionsTopicArn,
    });
  }
}

/** The arguments as a deployment, with the defaults of a stack's configuration. */
function planeOf(name: string, args: PatchPlaneArgs): Plane {
  const { logGroupPrefix, retentionDays, ...logs } = filledLogs(name, args.logs);
  const { failureEmails = [], completionEmails = [], ...notifications } = args.notifications ?? {};
  const limits = { ...defaults, ...limitsOf(args) };
  return {
    stacks: ["scan", "install"],
    regions: { home: true, others: [] },
    logGroupPrefix,
    tags: args.tags ?? { ManagedBy: "patchplane", Environment: name },
    prefix: args.namePrefix ?? name,
    targets: completeTargets({
      patchGroups: args.patchGroups,
      ...(args.patchGroupTagKey === undefined ? {} : { patchGroupTagKey: args.patchGroupTagKey }),
      ...(args.targetTags === undefined ? {} : { tags: args.targetTags }),
    }),
    ownsBaselines: true,
    baselines: settingsOf(args.operatingSystems, args.baselines),
    scan: args.scanSchedule ?? defaults.scan,
    install: { timezone: limits.timezone, ...(args.installSchedule ?? defaults.install) },
    fanoutSchedule: defaults.central,
    ...(args.scanCalendars === undefined ? {} : { scanCalendars: args.scanCalendars }),
    ...(args.installCalendars === undefined ? {} : { installCalendars: args.installCalendars }),
    rebootOption: args.rebootOption ?? "RebootIfNeeded",
    exclusionGate: args.exclusionGate ?? "cancel",
    rateControl: args.rateControl ?? defaults.rateControl,
    ownerInformation: args.ownerInformation ?? defaults.ownerInformation,
    notificationEmails: failureEmails,
    completionEmails,
    ...(args.permissionsBoundary === undefined ? {} : { permissionsBoundary: args.permissionsBoundary }),
    logRetentionDays: retentionDays,
    maxExclusionDays: limits.maxExclusionDays,
    ...(limits.maxChangedNodes === undefined ? {} : { maxChangedNodes: limits.maxChangedNodes }),
    maxHeldPercent: limits.maxHeldPercent,
    maxBaselines: limits.maxBaselines,
    retired: { regions: [], patchGroups: [], operatingSystems: [] },
    approvers: args.approvers ?? [],
    deployers: args.deployers ?? [],
    existing: {
      logs,
      notifications,
      ...(args.serviceRoleArn === undefined ? {} : { serviceRoleArn: args.serviceRoleArn }),
    },
  };
}

/** Names all that is wrong by the names of these arguments, before anything is made: the parts' own names tell nobody here. */
function refuse(name: string, args: PatchPlaneArgs, plane: Plane): void {
  const checks = new ArgumentChecks(`PatchPlane ${name}`);
  checks.plain(plane.prefix, prefixProblems);
  checks.plain(plane.targets, (targets) =>
    targetsProblems("")(targets).map(({ propertyPath, ...rest }) => ({
      ...rest,
      propertyPath: propertyPath.replace(/^\.tags/, "targetTags").replace(/^\./, ""),
    })),
  );
  checks.plain(args, settingsProblems);
  checks.plain(plane.scan, scheduleProblems("scanSchedule"));
  checks.plain(plane.install, scheduleProblems("installSchedule"));
  for (const key of ["scanCalendars", "installCalendars"] as const)
    checks.plain(plane[key] ?? [], calendarsProblems(key));
  checks.plain(plane.logGroupPrefix, logGroupPrefixProblems("logs.logGroupPrefix"));
  checks.plain(args, foundationProblems);
  checks.plain(args, limitsProblems);
  checks.done();
}

/** Of all parts the processor takes the shortest. */
function prefixProblems(prefix: string): Problem[] {
  if (/^[a-zA-Z0-9_-]{3,49}$/.test(prefix)) return [];
  const reason = `got ${shown(prefix)}; allowed are 3 to 49 characters of a-z A-Z 0-9 _ and -.`;
  return [{ propertyPath: "namePrefix", reason }];
}
