import { PatchScanWindow } from "../windows/patchScanWindow.js";
import { afterBaselines, type Foundation } from "./foundation.js";
import type { Place, Plane } from "./plane.js";
import { calendarsOf } from "./plane.js";

/** The scan stack: every node of the targets learns which patches it misses. */
export function deployScan(plane: Plane, place: Place, foundation: Foundation): PatchScanWindow {
  return new PatchScanWindow(
    place.name("scan"),
    {
      ...foundation.windowArgs,
      windowName: `${plane.prefix}-scan`,
      schedule: plane.scan,
      isRecorded: true,
      ...calendarsOf(plane.scanCalendars),
    },
    place.options(afterBaselines(foundation)),
  );
}
