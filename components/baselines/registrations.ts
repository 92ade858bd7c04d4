import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** A baseline and the patch groups whose nodes it is for. */
interface Registrations {
  /** Of the resources, with the name of each group behind it. */
  readonly name: string;
  readonly region?: string;
  readonly baselineId: pulumi.Input<string>;
  readonly patchGroups: readonly string[];
}

/** Registers patch groups to a baseline, as children of `parent`. */
export function registerGroups(
  parent: pulumi.Resource,
  { name, region, baselineId, patchGroups }: Registrations,
): void {
  for (const patchGroup of patchGroups) {
    new aws.ssm.PatchGroup(
      `${name}-${patchGroup}`,
      { ...(region === undefined ? {} : { region }), baselineId, patchGroup },
      // A group can be registered once per operating system, so the old registration must go first.
      { parent, deleteBeforeReplace: true },
    );
  }
}
