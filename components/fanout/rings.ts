import { executionPlaceholder, type RingRule } from "#shared/contract/rings.js";
import type { CompleteTargets } from "../windows/patchTargets.js";
import type { WindowSchedule } from "../windows/windowSchedule.js";
import type { Fanout, FilledFanout, FilledFanoutArgs } from "./fanout.js";
import { fanoutGroupNames } from "./fanoutNames.js";
import type { FanoutRing } from "./ringArguments.js";

/** One window of a fan-out. */
export interface FanoutWindow {
  /** Start of the names of its resources. */
  readonly name: string;
  /** Start of the names that people see. */
  readonly namePrefix: string;
  /** What its own names end in: nothing, or a dash and the ring's name. */
  readonly suffix: string;
  readonly schedule: WindowSchedule;
  readonly fanout: FilledFanout;
  readonly targets: CompleteTargets;
  readonly ring?: FanoutRing;
}

type Ringed = Pick<FilledFanoutArgs, "namePrefix" | "schedule" | "fanout" | "targets" | "rings">;

/** The windows of a fan-out: one, or one for each ring. */
export function fanoutWindows(
  name: string,
  { namePrefix, schedule, fanout, targets, rings = [] }: Ringed,
): FanoutWindow[] {
  if (rings.length === 0) return [{ name, namePrefix, suffix: "", schedule, fanout, targets }];
  return rings.map((ring) => ({
    name: `${name}-${ring.name}`,
    namePrefix: ringPrefix(namePrefix, ring),
    suffix: `-${ring.name}`,
    schedule: ring.schedule,
    fanout: { ...fanout, ...ring.changes },
    targets: { ...targets, patchGroups: ring.patchGroups },
    ring,
  }));
}

/** Start of the names of what a ring has of its own. */
export function ringPrefix(namePrefix: string, { name }: Pick<FanoutRing, "name">): string {
  return `${namePrefix}-${name}`;
}

/** Names of the groups that a fan-out patches, in pairs of base and excluded where the stack makes them. */
export function groupsOf({
  fanout,
  namePrefix,
  rings = [],
}: {
  fanout: Pick<Fanout, "resourceGroups">;
  namePrefix: string;
  rings?: readonly Pick<FanoutRing, "name">[];
}): readonly string[] {
  if (fanout.resourceGroups !== undefined) return fanout.resourceGroups;
  const prefixes = rings.length === 0 ? [namePrefix] : rings.map((ring) => ringPrefix(namePrefix, ring));
  return prefixes.flatMap(fanoutGroupNames);
}

/** Change Calendars of all windows of a fan-out. */
export function calendarsOf({ fanout, rings = [] }: Pick<FilledFanoutArgs, "fanout" | "rings">): string[] {
  const all = [fanout.calendars ?? [], ...rings.map(({ changes }) => changes?.calendars ?? [])];
  return [...new Set(all.flat())];
}

/** What the payload says of a ring. The window fills its execution in. */
export function ringRule({ name, after, maxFailedTotal, alarms = [] }: FanoutRing): RingRule {
  return {
    Name: name,
    WindowExecutionId: executionPlaceholder,
    ...(after === undefined
      ? {}
      : {
          After: {
            Name: after.name,
            SoakHours: after.soakHours,
            WithinHours: after.withinHours,
            ...(after.cycleHours === undefined ? {} : { CycleHours: after.cycleHours }),
            MinSuccess: after.minSuccessPercent,
            ...(after.maxFailed === undefined ? {} : { MaxFailed: after.maxFailed }),
          },
        }),
    ...(maxFailedTotal === undefined ? {} : { MaxFailedTotal: maxFailedTotal }),
    Alarms: [...alarms],
  };
}
