import type { FanoutRing, MemberRing, WindowSchedule } from "#components/index.js";
import { sentSchedule } from "#components/index.js";
import { type CycleSide, type Following, followingOf, type NotFollowing } from "#schedule/cycles.js";
import { parseSchedule } from "#schedule/expression.js";
import { defaultMinSuccess, lateStartHours } from "#shared/contract/rings.js";
import type { RawConfig } from "./configSchema.js";
import { fanoutScheduleOf } from "./configWindows.js";

type RawRing = RawConfig["rings"][number];

/** Hours of soaking where a ring that comes after another one does not say. */
export const defaultSoakHours = 72;

/** A ring, checked and complete. */
export interface RingPlan {
  readonly ring: FanoutRing;
  /** Days by which its approval delays are longer than those of a first ring. */
  readonly delayDays: number;
  /** Whether it approves the same as the ring before in every cycle; true for a first ring. */
  readonly isConstant: boolean;
}

/** Whether the central window is one for each ring. */
export function hasRings({ stacks, rings }: Pick<RawConfig, "stacks" | "rings">): boolean {
  return stacks.includes("central") && rings.length > 0;
}

/** When a ring's window opens: what it does not say, the central window's keys do. */
export function ringScheduleOf(raw: RawConfig, ring: RawRing): WindowSchedule {
  const { offsetDays: _, enabled: __, ...central } = fanoutScheduleOf(raw);
  const isEnabled = ring.enabled ?? raw.fanoutEnabled;
  return {
    ...central,
    expression: ring.schedule,
    durationHours: ring.durationHours ?? central.durationHours,
    cutoffHours: ring.cutoffHours ?? central.cutoffHours,
    ...(ring.offsetDays === undefined || ring.offsetDays === 0 ? {} : { offsetDays: ring.offsetDays }),
    ...(isEnabled ? {} : { enabled: false }),
  };
}

/** How the openings of a ring follow those of another one; undefined where one of the two is no cron schedule. */
export function ringFollowing(
  raw: RawConfig,
  before: RawRing,
  ring: RawRing,
  now: number,
): Following | NotFollowing | undefined {
  const [first, second] = [before, ring].map((one) => sideOf(ringScheduleOf(raw, one)));
  if (first === undefined || second === undefined) return undefined;
  return followingOf(first, second, ring.soakHours ?? defaultSoakHours, now);
}

function sideOf(window: WindowSchedule): CycleSide | undefined {
  const { expression, offsetDays } = sentSchedule(window);
  const parsed = parseSchedule(expression);
  if (!parsed.ok || parsed.schedule.kind !== "cron") return undefined;
  const { timezone = "UTC", durationHours, cutoffHours } = window;
  const offset = offsetDays === undefined ? {} : { offsetDays };
  return { schedule: parsed.schedule, timezone, durationHours, cutoffHours, ...offset };
}

/** Percents of a share as it should be written, from 1 to 100; undefined for every other text. */
export function percentOf(share: string | number | undefined): number | undefined {
  if (share === undefined) return defaultMinSuccess;
  const [, digits] = /^(\d{1,3})%$/.exec(String(share)) ?? [];
  const percent = Number(digits);
  return percent >= 1 && percent <= 100 ? percent : undefined;
}

/** The rings of a configuration whose every rule holds, each behind the one that comes before it. */
export function ringPlans(raw: RawConfig, now: number): RingPlan[] {
  if (!hasRings(raw)) return [];
  const plans = new Map<string, RingPlan>();
  const planOf = (ring: RawRing): RingPlan => {
    const known = plans.get(ring.name);
    if (known !== undefined) return known;
    const before = raw.rings.find(({ name }) => name === ring.after);
    const plan =
      before === undefined ? firstPlan(raw, ring) : laterPlan(raw, ring, before, planOf(before), now);
    plans.set(ring.name, plan);
    return plan;
  };
  return raw.rings.map(planOf);
}

/** Rings as an account that is patched too is to have them. */
export function memberRings(plans: readonly RingPlan[]): MemberRing[] {
  return plans.map(({ ring: { name, patchGroups }, delayDays }) => ({ name, patchGroups, delayDays }));
}

function firstPlan(raw: RawConfig, ring: RawRing): RingPlan {
  return { ring: plainRing(raw, ring), delayDays: 0, isConstant: true };
}

function laterPlan(raw: RawConfig, ring: RawRing, before: RawRing, plan: RingPlan, now: number): RingPlan {
  const following = ringFollowing(raw, before, ring, now);
  if (following === undefined || "kind" in following)
    throw new Error(`ring ${ring.name}, which does not follow ${before.name}, was let through`);
  const after = {
    name: before.name,
    soakHours: ring.soakHours ?? defaultSoakHours,
    withinHours: following.longestHours + lateStartHours,
    cycleHours: following.longestHours + (plan.ring.after?.cycleHours ?? lateStartHours),
    minSuccessPercent: percentOf(ring.minSuccess) ?? defaultMinSuccess,
    ...(ring.maxFailed === undefined ? {} : { maxFailed: ring.maxFailed }),
  };
  return {
    ring: { ...plainRing(raw, ring), after },
    // Whatever a ring before approves, the one before that could have had.
    delayDays: plan.delayDays + following.days,
    isConstant: plan.isConstant && following.isConstant,
  };
}

function plainRing(raw: RawConfig, ring: RawRing): FanoutRing {
  const { name, patchGroups, alarms, regions, rebootOption, maxConcurrency, maxErrors, calendars } = ring;
  return {
    ...{ name, patchGroups, schedule: ringScheduleOf(raw, ring) },
    changes: {
      ...(regions === undefined ? {} : { regions }),
      ...(rebootOption === undefined ? {} : { rebootOption }),
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
      ...(maxErrors === undefined ? {} : { maxErrors }),
      ...(calendars === undefined ? {} : { calendars }),
    },
    ...(raw.maxFailedTotal === "" ? {} : { maxFailedTotal: Number(raw.maxFailedTotal) }),
    ...(alarms === undefined ? {} : { alarms }),
  };
}
