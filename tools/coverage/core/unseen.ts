import type { Result } from "#functions/shared/errors.js";
import { isHybrid } from "../../account/ids.js";
import type { RegionReading } from "../../account/model.js";
import type { Context } from "./context.js";
import type { AccountReading, Unread, Unseen } from "./model.js";
import type { Placed } from "./why.js";

/** What each part of a Region's reading tells, and so what nobody knows without it. */
const parts = {
  instances: "EC2 instances that SSM does not manage, and which nodes are stopped",
  managed: "which nodes SSM manages, and whether they are heard",
  tags: "tags of hybrid nodes, and hybrid nodes that SSM does not list",
  states: "what the last scan or install of each node found",
  windows: "windows, and which nodes they select",
  associations: "associations and Quick Setup policies that patch the same nodes",
  groups: "which baseline each patch group has",
  releases: "when missing patches were released",
} as const satisfies Partial<Record<keyof RegionReading, string>>;

/** All that could not be seen, Region by Region; the whole account's parts have none. */
export function unseenIn(reading: AccountReading): Unseen[] {
  const ofRegions = reading.regions.flatMap((region) => [
    ...Object.entries(parts).flatMap(([part, what]) =>
      unseen(region.region, what, region[part as keyof typeof parts]),
    ),
    ...patchNames(region),
  ]);
  const { central, deployed, records, exclusions } = reading;
  const windows = central.ok ? central.value : [];
  return [
    ...unseen(null, "what is deployed: tags, patch groups, baselines", deployed),
    ...[...((deployed.ok && deployed.value?.baselines) || [])].flatMap(([region, one]) =>
      unseen(region, "which baselines are the stack's", one),
    ),
    ...unseen(null, "the central window", central),
    ...windows.flatMap(({ name, members }) =>
      [...members].flatMap(([region, one]) => unseen(region, `which nodes window ${name} selects`, one)),
    ),
    ...unseen(null, "exclusions: what is held and rejected, until when, by whom", exclusions),
    ...unseen(
      null,
      "records of runs: why nodes were not reached, and since when patches are missing",
      records,
    ),
    ...(records.ok ? records.value.unread : []).map(({ key, why }) => ({
      region: null,
      what: `record ${key}`,
      why,
    })),
    ...ofRegions,
  ];
}

function unseen(region: string | null, what: string, part: Result<unknown>): Unseen[] {
  return part.ok ? [] : [{ region, what, why: part.error }];
}

/** Nodes whose patches could not be read, those of one error together. */
function patchNames({ region, patches }: RegionReading): Unseen[] {
  const byError = new Map<string, number>();
  for (const one of patches.values()) if (!one.ok) byError.set(one.error, (byError.get(one.error) ?? 0) + 1);
  return [...byError].map(([why, nodes]) => ({
    region,
    what: `names of missing patches of ${nodes} ${nodes === 1 ? "node" : "nodes"}`,
    why,
  }));
}

/** Where which statements would be made of what was not read. */
export function unreadIn(reading: AccountReading): Unread {
  const { central, deployed, records, exclusions } = reading;
  const without = (isRead: (region: RegionReading) => boolean) =>
    reading.regions.filter((one) => !isRead(one)).map(({ region }) => region);
  const areNodes = ({ instances, managed, tags }: RegionReading) => instances.ok && managed.ok && tags.ok;
  const areReports = (one: RegionReading) => areNodes(one) && one.states.ok;
  const areWindows = ({ region, windows }: RegionReading) =>
    windows.ok && central.ok && central.value.every(({ members }) => members.get(region)?.ok !== false);
  const areBaselines = ({ region, groups }: RegionReading) =>
    groups.ok && deployed.ok && deployed.value?.baselines.get(region)?.ok !== false;
  const areRecords = records.ok && records.value.unread.length === 0;
  const arePatches = (one: RegionReading) =>
    areReports(one) && areRecords && one.releases.ok && [...one.patches.values()].every(({ ok }) => ok);
  return {
    nodes: without(areNodes),
    reports: without(areReports),
    causes: without(
      (one) => areReports(one) && areWindows(one) && areBaselines(one) && areRecords && exclusions.ok,
    ),
    windows: without(areWindows),
    others: without(({ windows, associations }) => windows.ok && associations.ok),
    patches: without(arePatches),
    exceptions: without((one) => arePatches(one) && exclusions.ok),
  };
}

/** Whether something that would tell of a node could not be read, so that nothing is said of why: a guess would accuse somebody. */
export function isUnseen(context: Context, region: RegionReading, placed: Placed): boolean {
  const { managed, states, tags, instances, windows, groups } = region;
  const { node } = placed;
  const { exclusions, records } = context.reading;
  if (node.presence === "unseen" || !managed.ok || !states.ok || !windows.ok) return true;
  // Of EC2's instances EC2 tells the tags, and whether they run.
  if (!tags.ok && (isHybrid(node.id) || !instances.ok)) return true;
  if (node.presence === "unlisted" && !isHybrid(node.id) && !instances.ok) return true;
  const isInReach = node.presence === "managed" && node.managed?.ping === "Online";
  if (node.presence === "no agent" || (placed.windows.length > 0 && !isInReach)) return false;
  if (placed.windows.length === 0) return !context.isCentralSeen(node.region);
  const isOurs = context.ownBaselines(node.region)?.has(node.state?.baselineId ?? "") === true;
  const areRunsHidden = !records.ok || records.value.unread.some(({ isHidden }) => isHidden === true);
  return (
    areRunsHidden || (!groups.ok && !isOurs) || (!exclusions.ok && (node.state?.installedRejected ?? 0) > 0)
  );
}
