import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { hourMs } from "#shared/text/time.js";
import type { Watched } from "../../shared/windows/watch.js";
import type { Openings } from "./memory.js";

/** What is known of the times of watched windows that are open, and of the next ones; epoch milliseconds. */
export interface WindowTimes {
  /** When something opens that installs: every window but those that only scan. */
  readonly openings: Openings;
  /**
   * When to ask nodes what they have installed: after a window that installs, and in the hour before one that only scans opens, since
   * of a node the last run alone is known.
   */
  readonly looks: readonly number[];
}

export function windowTimes({ openings = [] }: Watched, { regions }: DeploymentRecord): WindowTimes {
  const scans = new Set(regions.map(({ scanWindowId }) => scanWindowId));
  return {
    openings: openings.filter(({ id }) => !scans.has(id)).map(({ at }) => at),
    looks: openings.map(({ id, at, endsAt }) => (scans.has(id) ? at - hourMs : endsAt)),
  };
}
