import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { baselineName, holdGroup } from "#shared/contract/exclusionNames.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { shown } from "#shared/text/quotes.js";
import { regionProblems } from "../common/awsContext.js";
import { ArgumentChecks, type Problem, twice } from "../common/problems.js";
import { patchGroupProblems } from "../windows/patchTargets.js";
import { registerGroups } from "./registrations.js";

export interface HoldBaselinesArgs {
  /** Region of the baselines. @default the provider's Region */
  region?: string;
  /** Start of the baselines' names in the console, 1 to 99 characters of `a-z A-Z 0-9 _ - .`. */
  namePrefix: string;
  /** Base patch groups, 1 to 25, as `PatchBaselines` has them: the held nodes of each are in a group of their own. Plain. */
  patchGroups: string[];
  /** Operating systems as SSM names them (API: OperatingSystem), those of `PatchBaselines`, each once. Plain. */
  operatingSystems: string[];
  /** Tags of all that takes tags, by key. @default none */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * One patch baseline per operating system that approves nothing, registered to the patch groups of held nodes: whatever brings
 * an installation to a held node installs nothing. They stand whether or not a node is held, so that a hold is one write of tags.
 */
export class HoldBaselines extends pulumi.ComponentResource {
  /** Ids of the baselines per operating system, as `pb-` and 17 hexadecimal digits. */
  readonly baselineIds: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: HoldBaselinesArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:HoldBaselines", name, args, options);
    const checks = new ArgumentChecks(`HoldBaselines ${name}`);
    checks.plain(args.region, regionProblems);
    checks.plain(args.patchGroups, patchGroupProblems("patchGroups"));
    checks.plain(args.operatingSystems, systemProblems);
    checks.plain(args.namePrefix, namePrefixProblems);
    checks.done();

    const region = args.region === undefined ? {} : { region: args.region };
    const patchGroups = args.patchGroups.map(holdGroup);
    const ids: Record<string, pulumi.Output<string>> = {};
    for (const operatingSystem of args.operatingSystems) {
      const baseline = new aws.ssm.PatchBaseline(
        `${name}-${operatingSystem}`,
        {
          ...region,
          name: baselineName(args.namePrefix, "hold", operatingSystem),
          description: `patchplane: approves nothing, for held nodes of ${operatingSystem}`,
          operatingSystem,
          ...(args.tags === undefined ? {} : { tags: args.tags }),
        },
        { parent: this },
      );
      const registered = { name: `${name}-${operatingSystem}`, baselineId: baseline.id, patchGroups };
      registerGroups(this, { ...region, ...registered });
      ids[operatingSystem] = baseline.id;
    }
    this.baselineIds = pulumi.output(ids);
    this.registerOutputs({ baselineIds: this.baselineIds });
  }
}

/** What is wrong with a list of operating systems. */
export function systemProblems(systems: readonly string[]): Problem[] {
  const path = "operatingSystems";
  if (systems.length === 0)
    return [{ propertyPath: path, reason: "is empty; name at least one operating system." }];
  return systems.flatMap((system, index) => {
    const at = `${path}[${index}]`;
    if (systems.indexOf(system) !== index) return [twice(at, system)];
    if (operatingSystemNames.some((known) => known === system)) return [];
    const reason = `${shown(system)} is not an operating system of SSM; allowed are ${operatingSystemNames.join(", ")}.`;
    return [{ propertyPath: at, reason }];
  });
}

/** SSM takes names of 128 characters. */
function namePrefixProblems(prefix: string): Problem[] {
  if (/^[a-zA-Z0-9_\-.]{1,99}$/.test(prefix)) return [];
  const reason = `got ${shown(prefix)}; allowed are 1 to 99 characters of a-z A-Z 0-9 _ - and a dot.`;
  return [{ propertyPath: "namePrefix", reason }];
}
