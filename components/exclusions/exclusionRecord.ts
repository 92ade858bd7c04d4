import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { zoneAdvice } from "#schedule/zonesMeant.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { partsOf, stayingInput } from "#shared/contract/retired.js";
import { shown } from "#shared/text/quotes.js";
import { sortedUnion } from "#shared/text/words.js";
import type { BaselineSettings } from "../baselines/baselineRules.js";
import { awsContext, regionProblems } from "../common/awsContext.js";
import { defaults } from "../common/defaults.js";
import { ArgumentChecks, type Check, type Problem } from "../common/problems.js";
import { completeTargets, type PatchTargets, targetsProblems } from "../windows/patchTargets.js";
import { namePrefixProblems, ownerProblems } from "./exclusionArguments.js";
import type { RetiredParts } from "./exclusionRetirement.js";

/** A ring whose base baselines are others than those of the stack, since it approves patches later. */
export interface RecordedRing {
  /** Its name. */
  name: string;
  /** Its patch groups. */
  patchGroups: string[];
  /** Ids of its base baselines, per operating system. */
  baselines: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** What the exclusion processor works on in a Region. */
export interface RecordedRegion {
  /** The Region's name. @default the Region of the bucket */
  name?: pulumi.Input<string>;
  /** Ids of the base baselines, per operating system. */
  baselines: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Ids of the baselines of held nodes, per operating system. */
  holds: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Rings that have baselines of their own there. @default none */
  rings?: RecordedRing[];
  /** Id of the window that scans there, by which verdicts say when a manifest shows. @default none */
  scanWindowId?: pulumi.Input<string>;
  /** Id of the window that installs there, by which verdicts say when a manifest takes effect. @default none */
  installWindowId?: pulumi.Input<string>;
}

/** What manifests may ask for. */
export interface ExclusionLimits {
  /** Zone in which a manifest's dates end: `UTC` or `Area/City`. @default UTC */
  timezone?: string;
  /** Days that an exclusion may last, 1 to 365. @default 90 */
  maxExclusionDays?: number;
  /** Nodes that one manifest may move at once without an approval, from 1. @default the larger of 50 and 10 % */
  maxChangedNodes?: number;
  /** Most of the nodes under patching that may be held at once without an approval, in percent, 1 to 100. @default 20 */
  maxHeldPercent?: number;
  /** Patch baselines that a Region has room for, 50 to 1000: more than AWS's quota of 50 once that was raised. @default 50 */
  maxBaselines?: number;
}

export interface ExclusionRecordArgs extends ExclusionLimits {
  /** Region of the bucket. @default the provider's Region */
  region?: string;
  /** Bucket of the exclusion processor. */
  bucket: pulumi.Input<string>;
  /** Name of the exclusion processor, which refuses that anything leaves while exclusions have something of it. @default nobody is asked */
  functionName?: pulumi.Input<string>;
  /** As the exclusion processor was given it. */
  owner: string;
  /** As the exclusion processor was given it. */
  namePrefix: string;
  /** As the exclusion processor was given them. */
  targets: PatchTargets;
  /** What the base baselines say, per operating system, at least one of them; a change of it makes the processor run. */
  baselines: Record<string, BaselineSettings>;
  /** What has left the stack and is still to be let go of; its Regions and baselines are recorded as ever. @default nothing */
  retired?: RetiredParts;
  /** What the processor works on in each Region, at least one. */
  regions: RecordedRegion[];
  /** Tags of all that takes tags, by key. @default none */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * What the exclusion processor knows of the deployment, as an object in its bucket: a change of it makes the processor
 * run, so that derived baselines follow their base.
 *
 * @throws `pulumi.InputPropertiesError` that names everything that is wrong with the arguments
 */
export class ExclusionRecord extends pulumi.ComponentResource {
  /** Key of the object in the bucket. */
  readonly key: pulumi.Output<string>;

  constructor(name: string, args: ExclusionRecordArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:ExclusionRecord", name, args, options);
    const checks = new ArgumentChecks(`ExclusionRecord ${name}`);
    checks.plain(args.region, regionProblems);
    checks.plain(args.owner, ownerProblems);
    checks.plain(args.namePrefix, namePrefixProblems);
    checks.plain(args.targets, targetsProblems("targets"));
    checks.plain(Object.keys(args.baselines).length, countProblems("baselines"));
    checks.plain(args, limitsProblems);
    checks.plain(args.regions.length, countProblems("regions"));
    checks.done();

    const dependsOn = this.asked(name, args);
    const object = new aws.s3.BucketObjectv2(
      `${name}-object`,
      {
        ...(args.region === undefined ? {} : { region: args.region }),
        ...(args.tags === undefined ? {} : { tags: args.tags }),
        bucket: args.bucket,
        key: keys.record,
        contentType: "application/json",
        content: pulumi.jsonStringify(this.content(args)),
      },
      { parent: this, dependsOn },
    );
    this.key = object.key;
    this.registerOutputs({ key: this.key });
  }

  /**
   * A call of the processor before anything goes, and before the record changes, by which it knows what goes. Made anew for other
   * parts: the provider would take an update that was refused for done, and the next deployment would not ask.
   */
  private asked(name: string, { region, functionName, ...args }: ExclusionRecordArgs): pulumi.Resource[] {
    if (functionName === undefined) return [];
    const { region: home } = awsContext(this, region);
    const { regions: left = [], patchGroups = [], operatingSystems = [] } = args.retired ?? {};
    const input = pulumi.all(args.regions.map((one) => one.name ?? home)).apply((names) =>
      stayingInput(
        partsOf({
          regions: sortedUnion(names, left),
          patchGroups: sortedUnion(args.targets.patchGroups, patchGroups),
          operatingSystems: sortedUnion(Object.keys(args.baselines), operatingSystems),
        }),
      ),
    );
    const call = new aws.lambda.Invocation(
      `${name}-leaving`,
      { ...(region === undefined ? {} : { region }), functionName, input },
      { parent: this },
    );
    return [call];
  }

  private content(args: ExclusionRecordArgs) {
    const context = awsContext(this, args.region);
    const { patchGroupTagKey, patchGroups, tags } = completeTargets(args.targets);
    return {
      version: 1,
      stack: args.owner,
      namePrefix: args.namePrefix,
      partition: context.partition,
      accountId: context.accountId,
      patchGroupTagKey,
      patchGroups,
      targetTags: tags,
      operatingSystems: Object.keys(args.baselines),
      // Nobody reads it: ids of baselines stay when their rules change, and the record must change even so.
      baselineSettings: digest(args.baselines),
      timezone: args.timezone ?? defaults.timezone,
      maxExclusionDays: args.maxExclusionDays ?? defaults.maxExclusionDays,
      ...(args.maxChangedNodes === undefined ? {} : { maxChangedNodes: args.maxChangedNodes }),
      ...(args.maxHeldPercent === undefined ? {} : { maxHeldPercent: args.maxHeldPercent }),
      ...(args.maxBaselines === undefined ? {} : { maxBaselines: args.maxBaselines }),
      ...(args.retired === undefined || isNothing(args.retired) ? {} : { retired: args.retired }),
      regions: args.regions.map(({ name = context.region, ...rest }) => ({ name, ...rest })),
    };
  }
}

function isNothing({ regions, patchGroups, operatingSystems }: RetiredParts): boolean {
  return regions.length + patchGroups.length + operatingSystems.length === 0;
}

function digest(value: object): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

function countProblems(propertyPath: string): Check<number> {
  return (count) => (count > 0 ? [] : [{ propertyPath, reason: "is empty; allowed is at least one." }]);
}

function zoneProblems(zone: string): Problem[] {
  const advice = zoneAdvice(zone);
  return advice === undefined ? [] : [{ propertyPath: "timezone", ...advice }];
}

/** What is wrong with limits. */
export function limitsProblems(limits: ExclusionLimits): Problem[] {
  const { timezone, maxExclusionDays, maxChangedNodes, maxHeldPercent, maxBaselines } = limits;
  return [
    ...(timezone === undefined ? [] : zoneProblems(timezone)),
    ...(maxExclusionDays === undefined ? [] : exclusionDaysProblems(maxExclusionDays)),
    ...(maxChangedNodes === undefined ? [] : changedNodesProblems(1)(maxChangedNodes)),
    ...(maxHeldPercent === undefined ? [] : heldPercentProblems(maxHeldPercent)),
    ...(maxBaselines === undefined ? [] : baselineCountProblems(maxBaselines)),
  ];
}

/** What is wrong with the most days of an exclusion. */
export function exclusionDaysProblems(days: number): Problem[] {
  if (Number.isInteger(days) && days >= 1 && days <= 365) return [];
  const reason = `got ${shown(days)}; allowed is a whole number of days from 1 to 365.`;
  return [{ propertyPath: "maxExclusionDays", reason }];
}

/** What is wrong with the number of baselines that a Region has room for. */
export function baselineCountProblems(count: number): Problem[] {
  if (Number.isInteger(count) && count >= 50 && count <= 1000) return [];
  const reason = `got ${shown(count)}; allowed is a whole number of baselines from 50, AWS's quota, to 1000.`;
  return [{ propertyPath: "maxBaselines", reason }];
}

/** What is wrong with the share of nodes that may be held at once. */
export function heldPercentProblems(percent: number): Problem[] {
  if (Number.isInteger(percent) && percent >= 1 && percent <= 100) return [];
  const reason = `got ${shown(percent)}; allowed is a whole number of percent from 1 to 100.`;
  return [{ propertyPath: "maxHeldPercent", reason }];
}

/** What is wrong with the most nodes that one manifest may move at once. */
export function changedNodesProblems(least: number): Check<number> {
  return (nodes) => {
    if (Number.isInteger(nodes) && nodes >= least && nodes <= 1_000_000) return [];
    const reason = `got ${shown(nodes)}; allowed is a whole number of nodes from ${least} to 1000000.`;
    return [{ propertyPath: "maxChangedNodes", reason }];
  };
}
