import type { Region } from "#lab/aws/region.js";
import type { Random } from "#lab/random.js";
import { catalog, hour, minute } from "../support.js";

/** What somebody's tags make of a node: the stack patches it, or does not. */
type Kind = "patched" | "outside";

/** A server that cases give tags to. */
export interface PoolNode {
  readonly id: string;
  readonly region: string;
  readonly system: "AMAZON_LINUX_2023" | "WINDOWS";
}

export interface CaseNode extends PoolNode {
  readonly kind: Kind;
  /** As they should be while nothing is excluded. */
  readonly tags: Tags;
  /** What somebody has made of them. */
  readonly written?: Tags;
}

type Tags = Readonly<Record<string, string>>;

export const bases = ["dev-servers", "dev-databases"] as const;
const tagsOf: Readonly<Record<Kind, (base: string) => readonly Tags[]>> = {
  patched: (base) => [
    { PatchGroup: base, Environment: "dev" },
    { PatchGroup: base, Environment: "dev", App: "pay" },
    { PatchGroup: base, Environment: "dev", App: "shop" },
  ],
  outside: (base) => [
    { Environment: "dev", App: "pay" },
    { PatchGroup: base, Environment: "prod" },
    { PatchGroup: "others", Environment: "dev", App: "shop" },
    { PatchGroup: "others.x-0123456789", Environment: "dev", "patchplane:base-group": "others" },
  ],
};
/** What somebody else, who has a hand in our tags, writes. */
const changesOf: Readonly<Record<Kind, (base: string) => readonly Tags[]>> = {
  patched: (base) => [
    { "patchplane:base-group": base },
    { "patchplane:base-group": `${base}.hold` },
    { PatchGroup: `${base}.x-0123456789` },
    { PatchGroup: `${base}.hold`, "patchplane:base-group": base },
  ],
  outside: (base) => [{ "patchplane:base-group": base }],
};

/** Gives some nodes of a pool tags, and the others none. */
export function drawFleet(random: Random, pool: readonly PoolNode[]): CaseNode[] {
  const kept = new Set(shuffled(random, pool).slice(0, random.integer(2, 8)));
  return pool.map((node) => {
    if (!kept.has(node)) return { ...node, kind: "outside", tags: {} };
    const kind = random.weighted<Kind>([
      ["patched", 8],
      ["outside", 2],
    ]);
    const base = random.pick(bases);
    const tags = random.pick(tagsOf[kind](base));
    // On a node out of scope no window looks at a mark, and it stays.
    const isInScope = tags.Environment === "dev" && tags.PatchGroup !== "others.x-0123456789";
    if (!isInScope || random.next() >= 0.2) return { ...node, kind, tags };
    return { ...node, kind, tags, written: { ...tags, ...random.pick(changesOf[kind](base)) } };
  });
}

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

const home = "us-east-1";
export const away = "eu-west-1";

const updates = [{ released: "2026-01-01" }, { released: "2026-02-01" }];
/** What nodes of an operating system report and are offered. */
export const systems = {
  AMAZON_LINUX_2023: {
    ...catalog({
      openssl: updates,
      nginx: updates.map((one) => ({ ...one, requires: ["openssl"] })),
      curl: updates,
    }),
    platformName: "Amazon Linux",
    platformVersion: "2023",
  },
  WINDOWS: {
    ...catalog(
      Object.fromEntries(
        ["KB5000001", "KB5000002", "KB5000003"].map((name) => [
          name,
          [{ released: "2026-02-01", classification: "SecurityUpdates" }],
        ]),
      ),
      "WINDOWS",
    ),
    platformName: "Microsoft Windows Server 2022 Datacenter",
    platformVersion: "10.0.20348",
  },
} as const;

type PoolSpec = PoolNode & { readonly connectionLost?: true };
const poolNode = (id: string, system: PoolNode["system"], region = home): PoolSpec => ({
  id,
  system,
  region,
});
const id = (kind: "i" | "mi", index: number) => `${kind}-${String(index).padStart(17, "0")}`;

/** The servers that cases draw from: instances, hybrid nodes, one that is out of reach. */
const homePool: readonly PoolSpec[] = [
  poolNode(id("i", 1), "AMAZON_LINUX_2023"),
  poolNode(id("i", 2), "AMAZON_LINUX_2023"),
  poolNode(id("i", 3), "AMAZON_LINUX_2023"),
  poolNode(id("mi", 4), "AMAZON_LINUX_2023"),
  poolNode(id("i", 5), "WINDOWS"),
  poolNode(id("mi", 6), "WINDOWS"),
  { ...poolNode(id("i", 7), "AMAZON_LINUX_2023"), connectionLost: true },
  poolNode(id("i", 8), "WINDOWS"),
];
const awayPool: readonly PoolSpec[] = [
  poolNode(id("i", 11), "AMAZON_LINUX_2023", away),
  poolNode(id("mi", 12), "AMAZON_LINUX_2023", away),
  poolNode(id("i", 13), "WINDOWS", away),
];
const both = [...homePool.slice(1, 6), ...awayPool];
export const pools = {
  "one Region": homePool,
  "two Regions": both,
  "two Regions with a central window": both,
} as const;

/** What a batch of cases is played over. */
export type Setting = keyof typeof pools;

const common = {
  "patchplane:patchGroups": JSON.stringify(bases),
  "patchplane:operatingSystems": '["AMAZON_LINUX_2023","WINDOWS"]',
  // An update that is blocked fails its node, and that is none of the other nodes' business here.
  "patchplane:maxErrors": "100%",
  "patchplane:maxConcurrency": "100%",
};
const fanoutValues = {
  ...common,
  "patchplane:stacks": '["scan","install","central"]',
  "patchplane:fanoutRegions": `["${away}"]`,
  "patchplane:fanoutTimezone": "UTC",
  "patchplane:fanoutDurationHours": "1",
  "patchplane:fanoutCutoffHours": "0",
  "patchplane:fanoutMaxConcurrency": "100%",
  "patchplane:fanoutMaxErrors": "100%",
};
/** Configuration of the stack. */
export const values = {
  "one Region": common,
  // The functions of the central window start anew each time, which takes longer than all else of a case.
  "two Regions": { ...fanoutValues, "patchplane:fanoutSchedule": "cron(30 4 1 1 ? *)" },
  "two Regions with a central window": {
    ...fanoutValues,
    "patchplane:fanoutSchedule": "cron(30 0/2 ? * * *)",
  },
} as const satisfies Record<Setting, object>;

/** From one opening of a window until its next one. */
export const turn = 2 * hour;

/** When windows open that install, after one time and until another one: on even hours, and the central one half an hour later. */
export function openingsOf(setting: Setting, after: number, until: number): number[] {
  const offsets = setting === "two Regions with a central window" ? [0, 30 * minute] : [0];
  const first = Math.floor(after / turn) * turn;
  const turns = Array.from(
    { length: Math.max(0, Math.ceil((until - first) / turn)) + 1 },
    (_, index) => first + index * turn,
  );
  return turns
    .flatMap((even) => offsets.map((offset) => even + offset))
    .filter((at) => after < at && at <= until);
}

/** Baselines that look like ours and are not: one with our kind of name, one with another stack's mark. */
export function addForeign({ baselines }: Region): void {
  const content = { OperatingSystem: "WINDOWS" as const, RejectedPatches: ["KB5000009"] };
  const { BaselineId } = baselines.createPatchBaseline({
    ...content,
    Name: "patchplane-dev-x-0123456789-WINDOWS",
  });
  baselines.registerPatchBaselineForPatchGroup({ BaselineId, PatchGroup: "others" });
  const Tags = [{ Key: "patchplane:owner", Value: "patchplane/prod" }];
  baselines.createPatchBaseline({ ...content, Name: "patchplane-prod-x-0123456789-WINDOWS", Tags });
}
