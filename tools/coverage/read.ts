import { mapLimited, type Result, settle } from "#functions/shared/errors.js";
import type { OpenPatch, RegionReading } from "../account/model.js";
import type { AccountReading } from "./core/model.js";
import type { CoveragePorts, RegionPorts, StackPlace, StackReading } from "./ports.js";

/** Nodes of which names of patches are read at most in a run: each is a call of its own. */
const mostNamed = 5_000;

/** Calls under way at a time within a Region, and Regions at a time: the whole account is read side by side. */
const parallelNodes = 4;
const parallelRegions = 50;

/** Told as a reading goes on. */
export interface Progress {
  /** Regions, once they are known. */
  readonly start: (regions: number) => void;
  readonly regionDone: () => void;
  readonly stop: () => void;
}

interface ReadOptions extends StackPlace {
  readonly now: number;
  readonly regions: readonly string[];
  readonly ownerTags: readonly string[];
}

/** Reads an account: all Regions side by side, and in each the parts that do not hang on one another. */
export async function readAccount(
  ports: CoveragePorts,
  stack: StackReading,
  { regions, now, ownerTags, prefix, homeRegion, stack: name }: ReadOptions,
  progress: Progress,
): Promise<AccountReading> {
  progress.start(regions.length);
  try {
    const { central } = stack;
    const windows = (central.ok ? central.value : []).map((window) => ({
      ...window,
      members: new Map<string, Result<ReadonlySet<string>>>(),
    }));
    const begun = await mapLimited(regions, parallelRegions, async (region) => {
      const access = ports.region(region);
      const reading = await readRegion(access, region);
      for (const { members, groups } of windows.filter((window) => window.regions.includes(region)))
        members.set(region, await settle(allMembers(access, groups)));
      return { access, reading };
    });
    const { named, unnamed } = chosen(begun.map(({ reading }) => reading));
    const read = await mapLimited(begun, parallelRegions, async ({ access, reading }) => {
      const whole = await withNames(access, reading, named);
      progress.regionDone();
      return whole;
    });
    return {
      ...{ stack: name, prefix, homeRegion, now, ownerTags, unnamed, regions: read },
      ...{ deployed: stack.deployed, records: stack.records, exclusions: stack.exclusions },
      central: central.ok ? { ok: true, value: windows } : central,
      organization: await settle(ports.region(homeRegion).organization()),
    };
  } finally {
    progress.stop();
  }
}

async function allMembers(access: RegionPorts, groups: readonly string[]): Promise<ReadonlySet<string>> {
  const all = new Set<string>();
  for (const group of groups) for (const id of await access.members(group)) all.add(id);
  return all;
}

async function readRegion(access: RegionPorts, region: string): Promise<RegionReading> {
  const [instances, tags, windows, associations, groups] = await Promise.all([
    settle(access.instances()),
    settle(access.tags()),
    settle(access.windows()),
    settle(access.associations()),
    settle(access.groups()),
  ]);
  // SSM is asked after EC2: what has begun in between is no instance without an agent.
  const managed = await settle(access.managed());
  const states = managed.ok
    ? await settle(access.states(nodeIds(managed.value, instances)))
    : await settle(access.states(nodeIds([], instances)));
  return {
    ...{ region, tags, windows, associations, groups, managed, states },
    instances: await recheck(access, instances, managed),
    patches: new Map(),
    releases: { ok: true, value: new Map() },
  };
}

/** Ids of all nodes that may have a patch state: stopped ones keep theirs. */
function nodeIds(
  managed: readonly { readonly id: string }[],
  instances: RegionReading["instances"],
): string[] {
  const known = instances.ok ? instances.value : [];
  return [...new Set([...managed, ...known].map(({ id }) => id))].sort();
}

/** Instances that run without SSM are looked at once more: some have been terminated or stopped while the fleet was read. */
async function recheck(
  access: RegionPorts,
  instances: RegionReading["instances"],
  managed: RegionReading["managed"],
): Promise<RegionReading["instances"]> {
  if (!instances.ok || !managed.ok) return instances;
  const known = new Set(managed.value.map(({ id }) => id));
  const doubtful = instances.value.filter(({ id, state }) => state === "running" && !known.has(id));
  if (doubtful.length === 0) return instances;
  const now = await settle(access.stillThere(doubtful.map(({ id }) => id)));
  if (!now.ok) return now;
  const found = new Map(now.value.map((one) => [one.id, one]));
  const asked = new Set(doubtful.map(({ id }) => id));
  return {
    ok: true,
    value: instances.value.flatMap((one) => (asked.has(one.id) ? (found.get(one.id) ?? []) : one)),
  };
}

/** The nodes whose patches are named: those with something open, most of them first, up to what a run may ask. */
function chosen(regions: readonly RegionReading[]): {
  readonly named: ReadonlySet<string>;
  readonly unnamed: number;
} {
  const open = regions.flatMap(({ region, states }) =>
    states.ok
      ? [...states.value.values()].flatMap(({ id, missing, failed, pendingReboot, installedRejected }) => {
          const patches = missing + failed + pendingReboot + installedRejected;
          return patches === 0 ? [] : [{ key: `${region}|${id}`, patches }];
        })
      : [],
  );
  const inOrder = open.toSorted((a, b) => b.patches - a.patches || (a.key < b.key ? -1 : 1));
  return {
    named: new Set(inOrder.slice(0, mostNamed).map(({ key }) => key)),
    unnamed: Math.max(0, inOrder.length - mostNamed),
  };
}

async function withNames(
  access: RegionPorts,
  reading: RegionReading,
  named: ReadonlySet<string>,
): Promise<RegionReading> {
  const { region, states } = reading;
  const ids = (states.ok ? [...states.value.keys()] : []).filter((id) => named.has(`${region}|${id}`));
  const read = await mapLimited(ids, parallelNodes, (id) => settle(access.openPatches(id)));
  const patches = new Map<string, Result<readonly OpenPatch[]>>();
  for (const [index, id] of ids.entries()) {
    const one = read[index];
    if (one !== undefined) patches.set(id, one);
  }
  const kbs = new Set(
    read.flatMap((one) =>
      one.ok ? one.value.flatMap(({ name }) => (/^KB\d+$/i.test(name) ? [name] : [])) : [],
    ),
  );
  const releases: RegionReading["releases"] =
    kbs.size === 0 ? reading.releases : await settle(access.releases([...kbs].sort()));
  return { ...reading, patches, releases };
}
