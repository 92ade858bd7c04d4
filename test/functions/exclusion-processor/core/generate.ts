import fc from "fast-check";
import type {
  BaselineState,
  Entry,
  NodeState,
  RegionState,
} from "#functions/exclusion-processor/core/model.js";
import {
  baseBaselines,
  baseGroups,
  day,
  east,
  entry,
  holdBaselines,
  node,
  now,
  region,
  World,
  west,
} from "./support.js";

/**
 * A node as a run leaves it, one whose tags somebody has written too, one that somebody has taken to a group that is none
 * of the stack's, or one that is none of its business.
 */
type Kind = "patched" | "drifted" | "foreign" | "outside";

const tagsOf: Readonly<Record<Kind, readonly Readonly<Record<string, string>>[]>> = {
  patched: [
    { PatchGroup: "web", Environment: "prod" },
    { PatchGroup: "app", Environment: "stage", App: "pay" },
    { PatchGroup: "app", Environment: "prod", App: "shop" },
    { PatchGroup: "web", Environment: "prod", "patchplane:base-group": "web.x-returned" },
  ],
  outside: [
    { Environment: "prod", App: "pay" },
    { PatchGroup: "web", Environment: "dev" },
    { PatchGroup: "other", Environment: "prod" },
    { PatchGroup: "web.x-0123456789", Environment: "dev", "patchplane:base-group": "web" },
    { PatchGroup: "other.x-0123456789", Environment: "prod", "patchplane:base-group": "other" },
  ],
  drifted: [
    { PatchGroup: "web", Environment: "prod", "patchplane:base-group": "web" },
    { PatchGroup: "web", Environment: "prod", "patchplane:base-group": "web.hold" },
    { PatchGroup: "app", Environment: "prod", "patchplane:base-group": "web" },
    { PatchGroup: "web.x-0123456789", Environment: "prod" },
    { PatchGroup: "web.x-0123456789", Environment: "prod", "patchplane:base-group": "app" },
    { PatchGroup: "app.hold", Environment: "prod", "patchplane:base-group": "app" },
  ],
  foreign: [
    { PatchGroup: "other", Environment: "prod", "patchplane:base-group": "app" },
    { Environment: "prod", "patchplane:base-group": "app" },
  ],
};

/** The patch group that a node has or had by the word of people. */
export function baseOf({ state }: FleetNode): string {
  return (state.tags.PatchGroup ?? "").replace(/\..*/, "");
}

/** A node's tags when nothing is asked for it. */
export function tagsAtRest(node: FleetNode): Readonly<Record<string, string>> {
  const { "patchplane:base-group": _, ...others } = node.state.tags;
  if (node.kind === "outside") return node.state.tags;
  return node.kind === "foreign" ? others : { ...others, PatchGroup: baseOf(node) };
}

export interface FleetNode {
  readonly kind: Kind;
  readonly region: string;
  readonly state: NodeState;
}

const kinds = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Kind>("patched") },
  { weight: 1, arbitrary: fc.constant<Kind>("outside") },
  { weight: 2, arbitrary: fc.constant<Kind>("drifted") },
  { weight: 1, arbitrary: fc.constant<Kind>("foreign") },
);
const operatingSystem = fc.constantFrom("AMAZON_LINUX_2023", "UBUNTU", "WINDOWS", "MACOS", undefined);

/** Up to nine nodes i-1 to i-9 in two Regions. */
export const fleets: fc.Arbitrary<FleetNode[]> = fc
  .array(fc.tuple(kinds, fc.nat(), operatingSystem, fc.constantFrom(east, west)), {
    minLength: 1,
    maxLength: 9,
  })
  .map((list) =>
    list.map(([kind, pick, system, where], index) => {
      const choices = tagsOf[kind];
      const tags = choices[pick % choices.length] ?? {};
      return { kind, region: where, state: node(`i-${index + 1}`, { operatingSystem: system, tags }) };
    }),
  );

const someoneElses: BaselineState[] = [
  { id: "pb-other", name: "patchplane-test-x-0123456789-UBUNTU", operatingSystem: "UBUNTU", isOwned: false },
  { id: "pb-mine", name: "patchplane-test-of-mine", operatingSystem: "UBUNTU", isOwned: true },
];

/** Regions with a fleet, and with baselines and registrations that are nobody's business. */
export function states(fleet: readonly FleetNode[]): RegionState[] {
  return [east, west].map((name) =>
    region(
      fleet.flatMap((one) => (one.region === name ? [one.state] : [])),
      {
        region: name,
        baselines: [
          ...baseBaselines({ rejectedPatches: ["bad-package"] }),
          ...holdBaselines(),
          ...someoneElses,
        ],
        groups: [...baseGroups(), { group: "database", operatingSystem: "UBUNTU", baselineId: "pb-other" }],
      },
    ),
  );
}

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 6 });
const selector: fc.Arbitrary<Entry["selector"]> = fc.oneof(
  { weight: 3, arbitrary: ids.map((list) => ({ kind: "nodes", ids: list.map((id) => `i-${id}`) }) as const) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<Record<string, string[]>>(
        { App: ["pay"] },
        { App: ["pay", "shop"] },
        { PatchGroup: ["web"] },
        { PatchGroup: ["app"], App: ["shop"] },
        { "patchplane:base-group": ["web"] },
      )
      .map((tags) => ({ kind: "tags", tags }) as const),
  },
);
const patches = fc.uniqueArray(fc.constantFrom("openssl*", "kernel*", "deb-nginx", "KB5034439"), {
  minLength: 1,
  maxLength: 3,
});
const effect: fc.Arbitrary<Entry["effect"]> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(patches, fc.constantFrom("BLOCK" as const, "ALLOW_AS_DEPENDENCY" as const))
      .map(([names, action]) => ({ kind: "reject", patches: names, action }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "hold" } as const) },
);

/** One to three entries, some of which end after a day or two. */
export const entryLists: fc.Arbitrary<Entry[]> = fc
  .array(
    fc.tuple(
      selector,
      effect,
      fc.constantFrom(now + day, now + 2 * day, now + 30 * day),
      fc.constantFrom([east, west], [east], [west]),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((list) =>
    list.map(([select, what, expiresAt, regions], index) =>
      entry({ id: `e${index}`, selector: select, effect: what, expiresAt, regions, line: index }),
    ),
  );

/** Something that happens between two runs. */
export type Edit =
  | { readonly kind: "upload"; readonly name: string; readonly entries: Entry[] }
  | { readonly kind: "garbage"; readonly name: string }
  | { readonly kind: "delete"; readonly name: string }
  | { readonly kind: "wait"; readonly days: number }
  | { readonly kind: "start or stop"; readonly id: string };

const name = fc.constantFrom("a", "b", "c");

export const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("upload" as const), name, entries: entryLists }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("garbage" as const), name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), days: fc.constantFrom(0.5, 1, 29) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("start or stop" as const),
      id: fc.integer({ min: 1, max: 9 }).map((id) => `i-${id}`),
    }),
  },
);

/** Makes an edit, and keeps what is in force by the plain meaning of the words: the last good upload, if not deleted. */
export class History {
  readonly inForce = new Map<string, Entry[]>();
  readonly world: World;
  private readonly kinds: ReadonlyMap<string, FleetNode>;

  constructor(readonly fleet: readonly FleetNode[]) {
    this.world = new World(states(fleet));
    this.kinds = new Map(fleet.map((one) => [one.state.id, one]));
  }

  make(edit: Edit): void {
    const { world, inForce } = this;
    switch (edit.kind) {
      case "upload":
        world.upload(edit.name, ...edit.entries);
        inForce.set(edit.name, edit.entries);
        return;
      case "garbage":
        world.uploadText(edit.name, "garbage");
        return;
      case "delete":
        world.delete(edit.name);
        inForce.delete(edit.name);
        return;
      case "wait":
        world.now += edit.days * day;
        return;
      case "start or stop": {
        const found = this.kinds.get(edit.id);
        const state = found === undefined ? undefined : world.region(found.region).nodes.get(edit.id);
        if (found === undefined || state === undefined) return;
        const system = state.operatingSystem === undefined ? found.state.operatingSystem : undefined;
        world.region(found.region).nodes.set(edit.id, { ...state, operatingSystem: system });
      }
    }
  }
}
