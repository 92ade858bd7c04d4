import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type OperatingSystem, operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { shown } from "#shared/text/quotes.js";
import { regionProblems } from "../common/awsContext.js";
import { ArgumentChecks, type Problem } from "../common/problems.js";
import { patchGroupProblems } from "../windows/patchTargets.js";
import { type BaselineSettings, baselineProblems, patchFilters } from "./baselineRules.js";
import { registerGroups } from "./registrations.js";

export interface PatchBaselinesArgs {
  /** Region of the baselines. @default the provider's Region */
  region?: string;
  /** Start of the baselines' names in the console, 1 to 100 characters of `a-z A-Z 0-9 _ - .`. */
  namePrefix: string;
  /** Patch groups that the baselines are registered to, 1 to 25 (quota: patch groups per baseline). Plain. */
  patchGroups: string[];
  /** What is approved and rejected, per operating system as SSM names it (API: OperatingSystem). Plain, because each one is a resource. */
  baselines: Record<string, BaselineSettings>;
  /** Tags of all that takes tags, by key. @default none */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * One patch baseline per operating system, registered to every patch group. A node whose patch group has no baseline
 * for its operating system is patched by the account's default baseline, and SSM does not say so.
 */
export class PatchBaselines extends pulumi.ComponentResource {
  /** Ids of the baselines per operating system, as `pb-` and 17 hexadecimal digits. */
  readonly baselineIds: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: PatchBaselinesArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:PatchBaselines", name, args, options);
    const checks = new ArgumentChecks(`PatchBaselines ${name}`);
    checks.plain(args.region, regionProblems);
    checks.plain(args.patchGroups, patchGroupProblems("patchGroups"));
    checks.plain(args.baselines, baselinesProblems);
    checks.plain(args.namePrefix, namePrefixProblems);
    checks.done();

    const ids: Record<string, pulumi.Output<string>> = {};
    for (const operatingSystem of operatingSystemNames) {
      const settings = args.baselines[operatingSystem];
      if (settings !== undefined) ids[operatingSystem] = this.baseline(name, args, operatingSystem, settings);
    }
    this.baselineIds = pulumi.output(ids);
    this.registerOutputs({ baselineIds: this.baselineIds });
  }

  private baseline(
    name: string,
    args: PatchBaselinesArgs,
    operatingSystem: OperatingSystem,
    settings: BaselineSettings,
  ): pulumi.Output<string> {
    const region = args.region === undefined ? {} : { region: args.region };
    const baseline = new aws.ssm.PatchBaseline(
      `${name}-${operatingSystem}`,
      {
        ...region,
        name: `${args.namePrefix}-${operatingSystem}`,
        description: `patchplane: base patch baseline for ${operatingSystem}`,
        operatingSystem,
        approvalRules: settings.approvalRules.map((rule) => ({
          patchFilters: patchFilters(operatingSystem, rule),
          ...(rule.approveAfterDays === undefined ? {} : { approveAfterDays: rule.approveAfterDays }),
          ...(rule.approveUntilDate === undefined ? {} : { approveUntilDate: rule.approveUntilDate }),
          ...(rule.complianceLevel === undefined ? {} : { complianceLevel: rule.complianceLevel }),
          ...(rule.enableNonSecurity === undefined ? {} : { enableNonSecurity: rule.enableNonSecurity }),
        })),
        ...(settings.approvedPatches === undefined
          ? {}
          : { approvedPatches: [...settings.approvedPatches].sort() }),
        ...(settings.approvedPatchesEnableNonSecurity === undefined
          ? {}
          : { approvedPatchesEnableNonSecurity: settings.approvedPatchesEnableNonSecurity }),
        ...(settings.availableSecurityUpdatesComplianceStatus === undefined
          ? {}
          : {
              availableSecurityUpdatesComplianceStatus: settings.availableSecurityUpdatesComplianceStatus,
            }),
        ...(settings.globalFilters === undefined
          ? {}
          : { globalFilters: patchFilters(operatingSystem, settings.globalFilters) }),
        ...(settings.sources === undefined ? {} : { sources: settings.sources }),
        rejectedPatches: [...(settings.rejectedPatches ?? [])].sort(),
        rejectedPatchesAction: settings.rejectedPatchesAction ?? "ALLOW_AS_DEPENDENCY",
        ...(args.tags === undefined ? {} : { tags: args.tags }),
      },
      { parent: this },
    );
    const { patchGroups } = args;
    const registered = { name: `${name}-${operatingSystem}`, baselineId: baseline.id, patchGroups };
    registerGroups(this, { ...region, ...registered });
    return baseline.id;
  }
}

function baselinesProblems(baselines: PatchBaselinesArgs["baselines"]): Problem[] {
  const entries = Object.entries(baselines) as [OperatingSystem, BaselineSettings][];
  if (entries.length === 0) {
    return [{ propertyPath: "baselines", reason: "is empty; name at least one operating system." }];
  }
  return entries.flatMap(([operatingSystem, settings]) =>
    operatingSystemNames.includes(operatingSystem)
      ? baselineProblems(`baselines.${operatingSystem}`, operatingSystem, settings)
      : [
          {
            propertyPath: `baselines.${operatingSystem}`,
            reason: `${shown(operatingSystem)} is not an operating system of SSM; allowed are ${operatingSystemNames.join(", ")}.`,
          },
        ],
  );
}

function namePrefixProblems(prefix: string): Problem[] {
  return /^[a-zA-Z0-9_\-.]{1,100}$/.test(prefix)
    ? []
    : [
        {
          propertyPath: "namePrefix",
          reason: `got ${shown(prefix)}; allowed are 1 to 100 characters of a-z A-Z 0-9 _ - and a dot.`,
        },
      ];
}
