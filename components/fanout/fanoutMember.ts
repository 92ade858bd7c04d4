import * as pulumi from "@pulumi/pulumi";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { ringNamePattern } from "#shared/contract/ringNames.js";
import { shown } from "#shared/text/quotes.js";
import type { BaselineSettings } from "../baselines/baselineRules.js";
import { delayed } from "../baselines/delayed.js";
import { PatchBaselines } from "../baselines/patchBaselines.js";
import { awsContext } from "../common/awsContext.js";
import { bounded } from "../common/boundary.js";
import { ArgumentChecks, type Check, type Problem, twice } from "../common/problems.js";
import { completeTargets, type PatchTargets, targetsProblems } from "../windows/patchTargets.js";
import type { FanoutScope } from "./fanout.js";
import { fanoutGroups, groupProblems } from "./fanoutGroups.js";
import { fanoutPrefixProblems } from "./fanoutNames.js";
import { executionRole, executionRoleProblems } from "./fanoutRoles.js";
import { fanoutRegionsProblems } from "./regions.js";
import type { MemberRing } from "./ringArguments.js";
import { ringPrefix } from "./rings.js";

export interface FanoutMemberArgs {
  /** The `namePrefix` of the central window: the role and the groups carry it. */
  namePrefix: string;
  /** The `targets` of the central window. */
  targets: PatchTargets;
  /** The `fanout` of the central window; what is named here must be the same. */
  fanout: FanoutScope;
  /** ARN of the administration role in the central account, the central stack's output `fanoutAdministrationRoleArn`. Plain. */
  administrationRoleArn: string;
  /** Name of the bucket for the output of commands, the central stack's output `logBucket`. */
  outputBucket: pulumi.Input<string>;
  /** Baselines of the patch groups, made in each Region. @default none: something else registers the patch groups */
  baselines?: Record<string, BaselineSettings>;
  /**
   * The rings of the central window, in the place of its one pair of groups: `pulumi stack output fanoutRings` of the central stack
   * gives them. Plain.
   * @default none: one window for all patch groups
   */
  rings?: MemberRing[];
  /** ARN of a managed policy that bounds what every role made here may do. Plain. @default none */
  permissionsBoundary?: string;
  /** Tags of all that takes tags, by key. @default none */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * What another account needs so that a central window can patch its nodes: the execution role that the central account's
 * administration role takes on, and in each Region the resource groups and the baselines.
 *
 * @throws `pulumi.InputPropertiesError` that names everything that is wrong with the arguments
 */
export class FanoutMember extends pulumi.ComponentResource {
  /** ARN of the execution role. */
  readonly executionRoleArn: pulumi.Output<string>;

  constructor(name: string, args: FanoutMemberArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:FanoutMember", name, args, bounded(args, options));
    const runbookAccountId = args.administrationRoleArn.split(":")[4] ?? "";
    const fanout = { ...args.fanout, operation: args.fanout.operation ?? "Install" };
    const targets = completeTargets(args.targets);
    const scope = { ...args, fanout, targets, runbookAccountId };
    const { namePrefix, baselines, tags, rings = [] } = args;
    const checks = new ArgumentChecks(`FanoutMember ${name}`);
    checks.plain(namePrefix, fanoutPrefixProblems);
    checks.plain(args.administrationRoleArn, administrationRoleProblems);
    checks.plain(targets, targetsProblems("targets"));
    checks.plain(fanout.regions, (regions) =>
      fanoutRegionsProblems("fanout.regions", regions[0] ?? "")(regions),
    );
    if (fanout.resourceGroups === undefined) checks.plain(targets, groupProblems(fanout.operation));
    checks.plain(rings, memberRingProblems(targets.patchGroups));
    checks.plain(scope, executionRoleProblems);
    checks.done();

    const { role } = executionRole(this, name, scope, awsContext(this, undefined));
    for (const region of fanout.regions) {
      const tagged = tags === undefined ? {} : { tags };
      const { operation } = fanout;
      if (fanout.resourceGroups === undefined) {
        const windows =
          rings.length === 0
            ? [{ own: name, namePrefix, targets }]
            : rings.map((ring) => ofRing(name, args, ring));
        for (const { own, ...window } of windows)
          fanoutGroups(this, own, region, { ...window, operation, ...tagged });
      }
      if (baselines === undefined) continue;
      const later = rings.filter(({ delayDays = 0 }) => delayDays > 0);
      const patchGroups = targets.patchGroups.filter(
        (group) => !later.some((ring) => ring.patchGroups.includes(group)),
      );
      const made = { region, namePrefix, patchGroups, baselines, ...tagged };
      if (patchGroups.length > 0) new PatchBaselines(`${name}-${region}`, made, { parent: this });
      for (const ring of later) {
        const { own, namePrefix: prefix } = ofRing(name, args, ring);
        const of = { region, namePrefix: prefix, patchGroups: ring.patchGroups, ...tagged };
        new PatchBaselines(
          `${own}-${region}`,
          { ...of, baselines: laterBaselines(baselines, ring) },
          { parent: this },
        );
      }
    }
    this.executionRoleArn = role.arn;
    this.registerOutputs({ executionRoleArn: this.executionRoleArn });
  }
}

/** What a ring has in the place of what all patch groups have without rings. */
function ofRing(name: string, { namePrefix, targets }: FanoutMemberArgs, ring: MemberRing) {
  return {
    own: `${name}-${ring.name}`,
    namePrefix: ringPrefix(namePrefix, ring),
    targets: completeTargets({ ...targets, patchGroups: ring.patchGroups }),
  };
}

function laterBaselines(
  baselines: Record<string, BaselineSettings>,
  { delayDays = 0 }: MemberRing,
): Record<string, BaselineSettings> {
  return Object.fromEntries(
    operatingSystemNames.flatMap((system) => {
      const settings = baselines[system];
      return settings === undefined ? [] : [[system, delayed(system, settings, delayDays)]];
    }),
  );
}

function memberRingProblems(patchGroups: readonly string[]): Check<readonly MemberRing[]> {
  return (rings) =>
    rings.flatMap((ring, index) => {
      const at = `rings[${index}]`;
      const before = rings.slice(0, index);
      const { delayDays = 0 } = ring;
      return [
        ...(ringNamePattern.test(ring.name)
          ? []
          : [
              {
                propertyPath: `${at}.name`,
                reason: `got ${shown(ring.name)}; allowed are 1 to 20 small letters, digits and dashes, beginning with a letter.`,
              },
            ]),
        ...(before.some(({ name }) => name === ring.name) ? [twice(`${at}.name`, ring.name)] : []),
        ...ring.patchGroups.flatMap((group, place) => {
          const propertyPath = `${at}.patchGroups[${place}]`;
          if (!patchGroups.includes(group))
            return [{ propertyPath, reason: `got ${shown(group)}, which is not among targets.patchGroups.` }];
          const other = before.find((one) => one.patchGroups.includes(group));
          const reason = `${shown(group)} is in ring ${other?.name} too; a patch group is in one ring.`;
          return other === undefined ? [] : [{ propertyPath, reason }];
        }),
        ...(Number.isInteger(delayDays) && delayDays >= 0
          ? []
          : [
              {
                propertyPath: `${at}.delayDays`,
                reason: `got ${shown(delayDays)}; allowed is a whole number of days from 0.`,
              },
            ]),
      ];
    });
}

function administrationRoleProblems(roleArn: string): Problem[] {
  if (/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/.test(roleArn)) return [];
  const reason = `got ${shown(roleArn)}; allowed is the ARN of a role, which this tells where the central stack is: pulumi stack output fanoutAdministrationRoleArn`;
  return [{ propertyPath: "administrationRoleArn", reason }];
}
