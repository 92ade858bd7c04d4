import { pack, sealKey, verdictsKey, verdictsText } from "#shared/contract/keptVerdicts.js";
import { parseStatus } from "#shared/contract/manifestStatus.js";
import { memoryKey, memoryText, type RegionMemory } from "#shared/contract/regionMemory.js";
import { sealDigest, sealText } from "#shared/contract/seal.js";
import { MemoryBucket } from "#test/memory/regionalFanout/runs.js";
import type { MemoryWorld } from "#test/memory/regionalFanout/world.js";
import { putSealed } from "#test/memory/sealed.js";
import { east, nodeId, ohio, worldOf } from "./support.js";

export const moved = "web.x-0123456789";
export const node = nodeId(1);
const things = { baselines: [], registrations: [] };

/** One node in Ohio, and who vouches for it. */
export interface Case {
  /** The groups that the node is in, of `own` (the base group) and `moved`. */
  readonly groups?: readonly string[];
  readonly tags?: readonly string[];
  readonly mark?: string | undefined;
  readonly promised?: string;
  readonly kept?: Partial<RegionMemory> | "broken" | "forged" | "gone";
  /** What the verdicts tell, where nothing is kept. */
  readonly told?: "in force" | "not yet" | "broken" | "forged";
  /** Why nobody can vouch for it; nothing when somebody can. */
  readonly why?: string;
}

export const nothing = { written: {}, promised: {}, made: things, gone: things, unused: {} };

export function worldWith(one: Case): MemoryWorld {
  const {
    groups: own = ["moved"],
    tags = [moved],
    promised = moved,
    mark,
    kept = {},
    told,
  } = { mark: "web", ...one };
  const inOhio = Object.fromEntries(
    ["own", "moved"].map((group) => [group, own.includes(group) ? [node] : []]),
  );
  const world = worldOf({ [ohio]: inOhio, [east]: { own: [nodeId(9)], moved: [] } });
  world.region(ohio).ownTags.set(node, { groups: tags, mark });
  const bucket = new MemoryBucket();
  world.processor = { bucket, asked: () => undefined };
  if (kept === "broken") bucket.put(memoryKey(ohio), "{");
  else if (kept === "forged") {
    putSealed(bucket, memoryKey(ohio), "{}");
    bucket.put(memoryKey(ohio), memoryText({ version: 1, ...nothing }));
  } else if (kept !== "gone") {
    const { wroteAt, ...rest } = kept;
    const time =
      wroteAt === undefined ? {} : { wroteAt: new Date(world.now + Number(wroteAt)).toISOString() };
    const memory = { ...nothing, promised: { [promised]: [node] }, ...rest };
    putSealed(bucket, memoryKey(ohio), memoryText({ version: 1, ...memory, ...time }));
  }
  if (told === undefined) return world;
  bucket.put(verdictsKey, told === "broken" ? "{" : verdicts(told));
  bucket.put(sealKey, sealText([sealDigest(told === "forged" ? "" : verdicts(told))]));
  return world;
}

function verdicts(told: Case["told"]): string {
  const one = { id: node, region: ohio, from: "web", group: moved };
  const entry = {
    ...{
      id: "e",
      phase: told === "in force" ? told : "being applied",
      effect: "reject",
      reason: "r",
      owner: "o",
    },
    ...{ expires: "2027-01-01T00:00:00.000Z", takesEffect: {}, baselines: [], unknownNodes: [] },
    nodes: [told === "in force" ? one : { ...one, notYet: "written" }],
    ...{ leftAlone: [], failedNodes: [], notes: [] },
  };
  const status = parseStatus(
    JSON.stringify({
      ...{ version: 1, key: "exclusions/a.yaml", verdict: told === "in force" ? told : "being applied" },
      ...{ message: [], problems: [], warnings: [], entries: [entry], failedRegions: [] },
    }),
  );
  if (status === undefined) throw new Error("is no status");
  return verdictsText(new Map([["exclusions/a.yaml", pack(status)]]))([]);
}
