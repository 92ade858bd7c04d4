import type { ExclusionProcessor } from "../exclusions/exclusionProcessor.js";
import { PatchInstallWindow } from "../windows/patchInstallWindow.js";
import { afterBaselines, type Foundation } from "./foundation.js";
import { calendarsOf, type Place, type Plane } from "./plane.js";

/** The install stack: every node of the targets gets the approved patches that it misses. */
export function deployInstall(
  plane: Plane,
  place: Place,
  foundation: Foundation,
  exclusions: ExclusionProcessor | undefined,
): PatchInstallWindow {
  return new PatchInstallWindow(
    place.name("install"),
    {
      ...foundation.windowArgs,
      targets: installTargets(plane),
      windowName: `${plane.prefix}-install`,
      schedule: plane.install,
      rebootOption: plane.rebootOption,
      isRecorded: true,
      ...calendarsOf(plane.installCalendars),
      ...(exclusions === undefined
        ? {}
        : {
            exclusionProcessor: { functionArn: exclusions.functionArn, roleName: exclusions.roleName },
            exclusionGate: plane.exclusionGate,
          }),
    },
    place.options(afterBaselines(foundation)),
  );
}

/** Patch groups of rings are patched by their windows. */
function installTargets({ targets, rings = [] }: Plane): Plane["targets"] {
  const inRings = rings.flatMap(({ ring }) => ring.patchGroups);
  return { ...targets, patchGroups: targets.patchGroups.filter((group) => !inRings.includes(group)) };
}
