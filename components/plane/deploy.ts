import type { ExclusionProcessor } from "../exclusions/exclusionProcessor.js";
import type { RegionalFanout } from "../fanout/regionalFanout.js";
import type { PatchInstallWindow } from "../windows/patchInstallWindow.js";
import type { PatchScanWindow } from "../windows/patchScanWindow.js";
import { deployExclusions, deployHolds, recordDeployment, retireParts } from "./exclusions.js";
import { deployFoundation, type Foundation } from "./foundation.js";
import { deployInstall } from "./install.js";
import type { Place, Plane } from "./plane.js";
import { deployRecords } from "./records.js";
import { deployScan } from "./scan.js";
import { deployOverdueAlarm } from "./silence.js";

/** What a deployment has made. */
export interface Deployed {
  readonly foundation: Foundation;
  readonly scan: PatchScanWindow | undefined;
  readonly exclusions: ExclusionProcessor | undefined;
  readonly install: PatchInstallWindow | undefined;
  readonly fanout: RegionalFanout | undefined;
}

/** Makes the central window, where there is one. */
type Central = (foundation: Foundation, exclusions: ExclusionProcessor | undefined) => RegionalFanout;

/**
 * A deployment, in its order: the record after all that it names, since it makes the processor run, and the alarm for silence
 * once the function that would break it has run.
 *
 * @param owner what the exclusion processor marks as its own
 */
export function deployPlane(plane: Plane, place: Place, owner: string, central?: Central): Deployed {
  const foundation = deployFoundation(plane, place);
  const scan = plane.stacks.includes("scan") ? deployScan(plane, place, foundation) : undefined;
  const exclusions = deployExclusions(plane, place, foundation, owner);
  const install = plane.stacks.includes("install")
    ? deployInstall(plane, place, foundation, exclusions)
    : undefined;
  const fanout = plane.stacks.includes("central") ? central?.(foundation, exclusions) : undefined;
  const records = deployRecords(plane, place, foundation, { scan, install, exclusions, fanout });
  const windows = { scan: scan?.windowId, install: install?.windowId };
  const holds = exclusions === undefined ? [] : deployHolds(plane, place, foundation, exclusions);
  const record =
    exclusions === undefined
      ? undefined
      : recordDeployment(plane, place, foundation, exclusions, holds, owner, windows);
  const overdue = deployOverdueAlarm(plane, place, foundation, { exclusions, record, fanout });
  if (exclusions !== undefined)
    retireParts(plane, place, foundation, exclusions, holds, [
      scan,
      install,
      fanout,
      records,
      record,
      overdue,
    ]);
  return { foundation, scan, exclusions, install, fanout };
}
