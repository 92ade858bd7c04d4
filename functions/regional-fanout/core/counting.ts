import {
  memberRegions,
  membersOf,
  type RunRecord,
  withBefore,
  withMembers,
} from "#shared/contract/runRecord.js";
import { mapLimited } from "../../shared/errors.js";
import { untilAborted } from "../../shared/untilAborted.js";
import type { StartPorts } from "../ports.js";
import { explained, type Membership } from "./membership.js";
import { countsOf } from "./patchStates.js";
import type { Change, Recorder } from "./recorder.js";

/** Regions whose members are listed at a time, once everything is started. */
const parallelRegions = 20;

/** What counting takes. */
interface CountMeans {
  readonly ports: Pick<StartPorts, "region">;
  /** Every member of a group. */
  readonly members: (region: string, group: string) => Promise<Membership>;
  readonly signal: AbortSignal;
}

/** Lists all members of what is started, and counts their patches. What is not known keeps nothing from being patched. */
export async function lookClosely(recorder: Recorder, means: CountMeans): Promise<void> {
  const { record } = recorder;
  const regions = memberRegions(record);
  const changes = await mapLimited(regions, parallelRegions, async (region): Promise<Change[]> => {
    const partial = record.filter.filter(
      (one) => one.region === region && one.outcome === "members" && one.isPartial === true,
    );
    const lists: Change[] = [];
    for (const one of partial) {
      const found = await means.members(region, one.group);
      if (found.outcome === "members") lists.push((current) => withMembers(current, one, found.ids));
    }
    if (record.before.some((one) => one.region === region)) return lists;
    const whole = lists.reduce((current, change) => change(current), record);
    const before = await beforeOf(record, region, membersOf(whole, region), means);
    return [...lists, (current) => withBefore(current, before)];
  });
  await recorder.apply((current) => changes.flat().reduce((made, change) => change(made), current));
}

async function beforeOf(
  { runId }: RunRecord,
  region: string,
  ids: readonly string[],
  { ports, signal }: CountMeans,
): Promise<RunRecord["before"][number]> {
  try {
    const states = await untilAborted(signal, () => ports.region(region).patchStates(ids, signal));
    // Who has reported already tells what is after, not what was before.
    const old = states.filter(({ snapshotId }) => snapshotId?.toLowerCase() !== runId);
    return { region, counts: countsOf(ids, old) };
  } catch (error) {
    return { region, unknown: explained(error) };
  }
}
