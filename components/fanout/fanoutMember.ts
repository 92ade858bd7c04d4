import * as pulumi from "@pulumi/pulumi";
import { shown } from "#shared/text/quotes.js";
import type { BaselineSettings } from "../baselines/baselineRules.js";
import { PatchBaselines } from "../baselines/patchBaselines.js";
import { awsContext } from "../common/awsContext.js";
import { bounded } from "../common/boundary.js";
import { ArgumentChecks, type Problem } from "../common/problems.js";
import { completeTargets, type PatchTargets, targetsProblems } from "../windows/patchTargets.js";
import type { FanoutScope } from "./fanout.js";
import { fanoutGroups, groupProblems } from "./fanoutGroups.js";
import { fanoutPrefixProblems } from "./fanoutNames.js";
import { executionRole, executionRoleProblems } from "./fanoutRoles.js";
import { fanoutRegionsProblems } from "./regions.js";

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
    const { namePrefix, baselines, tags } = args;
    const checks = new ArgumentChecks(`FanoutMember ${name}`);
    checks.plain(namePrefix, fanoutPrefixProblems);
    checks.plain(args.administrationRoleArn, administrationRoleProblems);
    checks.plain(targets, targetsProblems("targets"));
    checks.plain(fanout.regions, (regions) =>
      fanoutRegionsProblems("fanout.regions", regions[0] ?? "")(regions),
    );
    if (fanout.resourceGroups === undefined) checks.plain(targets, groupProblems(fanout.operation));
    checks.plain(scope, executionRoleProblems);
    checks.done();

    const { role } = executionRole(this, name, scope, awsContext(this, undefined));
    for (const region of fanout.regions) {
      const tagged = tags === undefined ? {} : { tags };
      if (fanout.resourceGroups === undefined) {
        fanoutGroups(this, name, region, { namePrefix, targets, operation: fanout.operation, ...tagged });
      }
      if (baselines === undefined) continue;
      const { patchGroups } = targets;
      const made = { region, namePrefix, patchGroups, baselines, ...tagged };
      new PatchBaselines(`${name}-${region}`, made, { parent: this });
    }
    this.executionRoleArn = role.arn;
    this.registerOutputs({ executionRoleArn: this.executionRoleArn });
  }
}

function administrationRoleProblems(roleArn: string): Problem[] {
  if (/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/.test(roleArn)) return [];
  const reason = `got ${shown(roleArn)}; allowed is the ARN of a role, which this tells where the central stack is: pulumi stack output fanoutAdministrationRoleArn`;
  return [{ propertyPath: "administrationRoleArn", reason }];
}
