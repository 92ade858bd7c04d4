import fc from "fast-check";
import { Snapshot } from "#lab/aws/patching/snapshot.js";
import type { Catalog } from "#lab/fleet/model.js";
import { hashUnit } from "#lab/random.js";
import { type RingWord, ringWords } from "#shared/contract/ringNames.js";
import type { RingPlan } from "#stacks/config/rings.js";
import { baseline, catalog, rule } from "#test/lab/support.js";
import { readFanout } from "#test/support/configuration.js";

const hour = 3_600_000;
/** Days after release after which a first ring approves. */
const baseDelay = 3;
const mostRings = 4;
const cycles = 3;

/** What is drawn: rings behind each other, their sizes and limits, and what the patches of each cycle are. */
export interface History {
  readonly rings: readonly {
    readonly nodes: number;
    readonly minSuccess: number;
    readonly maxFailed: number | undefined;
    /** Days after the ring before, from which they open. */
    readonly gap: number;
    readonly soakDays: number;
    /** Of the day at which they open. */
    readonly hour: number;
  }[];
  readonly maxFailedTotal: number | undefined;
  /** For each cycle whether its patch breaks nodes, and hours before the first opening at which it comes out. */
  readonly patches: readonly { readonly isBad: boolean; readonly age: number }[];
  readonly timezone: string;
  /** By which for each node and patch is drawn whether it breaks it: 30 of 100. */
  readonly luck: number;
  /** What people say of a ring before an opening, and windows that do not open. */
  readonly oddities: readonly {
    readonly ring: number;
    readonly cycle: number;
    readonly what: RingWord | "never opens";
  }[];
  /** Writes after which the n-th invocation dies; it is made anew then. */
  readonly crashes: readonly number[];
}

const ringArbitrary = fc.record({
  nodes: fc.integer({ min: 1, max: 12 }),
  minSuccess: fc.constantFrom(50, 80, 90, 95, 100),
  maxFailed: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  gap: fc.integer({ min: 1, max: 3 }),
  soakDays: fc.nat({ max: 2 }),
  hour: fc.constantFrom(4, 4, 4, 20),
});

export const histories: fc.Arbitrary<History> = fc.record({
  rings: fc.array(ringArbitrary, { minLength: 2, maxLength: mostRings }),
  maxFailedTotal: fc.option(fc.nat({ max: 6 }), { nil: undefined }),
  patches: fc.array(fc.record({ isBad: fc.boolean(), age: fc.integer({ min: 48, max: 230 }) }), {
    minLength: cycles,
    maxLength: cycles,
  }),
  timezone: fc.constantFrom("UTC", "UTC", "America/New_York", "Asia/Tokyo"),
  luck: fc.nat({ max: 1_000_000 }),
  oddities: fc.array(
    fc.record({
      ring: fc.nat({ max: mostRings - 1 }),
      cycle: fc.nat({ max: cycles - 1 }),
      what: fc.constantFrom(...ringWords, "never opens" as const),
    }),
    { maxLength: 3 },
  ),
  crashes: fc.array(fc.nat({ max: 14 }), { maxLength: 12 }),
});

const days = "SUN MON TUE WED THU FRI SAT".split(" ");

/** The configuration of a history: windows of two hours, once a week. */
export function plansOf({ rings, maxFailedTotal, timezone }: History): readonly RingPlan[] {
  let offset = 0;
  const written = rings.map(({ minSuccess, maxFailed, gap, soakDays, hour: at }, index) => {
    offset += index === 0 ? 0 : gap;
    const after = {
      after: `ring${index - 1}`,
      soakHours: Math.min(soakDays, gap - 1) * 24,
      minSuccess: `${minSuccess}%`,
    };
    return {
      ...{ name: `ring${index}`, patchGroups: [`group${index}`], durationHours: 2, cutoffHours: 1 },
      // The week begins on Sunday; a ring may open in the next one.
      schedule: `cron(0 ${at} ? * ${days[offset % 7]} *)`,
      ...(index === 0 ? {} : { ...after, ...(maxFailed === undefined ? {} : { maxFailed }) }),
    };
  });
  return readFanout({
    ...{ patchGroups: [], rings: written, fanoutTimezone: timezone, operatingSystems: ["AMAZON_LINUX_2023"] },
    ...(maxFailedTotal === undefined ? {} : { maxFailedTotal: String(maxFailedTotal) }),
  }).rings;
}

/** Whether a patch breaks a node that gets it. */
export function isUnlucky(luck: number, node: string, patch: number | "lost"): boolean {
  return hashUnit(luck, node, patch) < 0.3;
}

/** A catalog with one package for each patch, by when they come out: epoch milliseconds. */
export function offeredAt(released: readonly number[]): Catalog {
  return catalog(
    Object.fromEntries(
      released.map((time, patch) => [`package-${patch}`, [{ released: new Date(time).toISOString() }]]),
    ),
  );
}

/** The patches that the baseline of a ring approves at a time, as the lab's nodes see it. */
export function approvedBy(offered: Catalog, delayDays: number, time: number): number[] {
  const approvalRules = [rule({ ApproveAfterDays: baseDelay + delayDays })];
  const { target } = new Snapshot(baseline({ approvalRules }), offered, time);
  return [...target].flatMap((version, patch) => (version >= 0 ? [patch] : []));
}

export const ageMs = ({ age }: History["patches"][number]): number => age * hour;
