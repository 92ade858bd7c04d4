import { compareText, countText, toMs } from "#shared/text/format.js";
import { verbOf } from "./fanoutFacts.js";
import type { FanoutRun } from "./fanoutShape.js";
import type { ExecutionSummary, WindowSummary } from "./summary.js";

type Ring = NonNullable<WindowSummary["ring"]>;
type Stand = NonNullable<FanoutRun["ring"]>;

/** A run of a ring at its gate. */
export interface RingRun {
  readonly window: WindowSummary;
  readonly execution: ExecutionSummary;
  readonly run: FanoutRun;
  readonly stand: Stand;
}

/** Runs of rings that are of one cycle, in the order in which they began. */
export interface Cycle {
  /** When its first ring's run began. */
  readonly at: string;
  readonly runs: readonly RingRun[];
}

/** Windows by their names, those of rings behind each other as they follow. */
export function inOrder<W extends Pick<WindowSummary, "name" | "ring">>(windows: readonly W[]): W[] {
  const rings = new Map(
    windows.flatMap(({ ring }) => (ring === undefined ? [] : [[ring.name, ring] as const])),
  );
  const keys = new Map(
    windows.map((window) => {
      const { name, ring } = window;
      const base = ring === undefined ? name : name.slice(0, -ring.name.length);
      return [window, { base, depth: ring === undefined ? 0 : depthOf(ring, rings) }] as const;
    }),
  );
  const keyOf = (window: W) => keys.get(window) ?? { base: window.name, depth: 0 };
  return windows.toSorted(
    (a, b) =>
      compareText(keyOf(a).base, keyOf(b).base) ||
      keyOf(a).depth - keyOf(b).depth ||
      compareText(a.name, b.name),
  );
}

/** Rings that come before one. A ring that is gone from the stack may have been behind one that is behind it. */
function depthOf(ring: Ring, rings: ReadonlyMap<string, Ring>): number {
  const seen = new Set<Ring>();
  for (
    let one = rings.get(ring.after?.name ?? "");
    one !== undefined;
    one = rings.get(one.after?.name ?? "")
  ) {
    if (seen.has(one)) break;
    seen.add(one);
  }
  return seen.size;
}

/** The runs of all rings, by their cycles. */
export function cyclesOf(windows: readonly WindowSummary[]): Cycle[] {
  const cycles = new Map<string, RingRun[]>();
  for (const window of windows)
    for (const execution of window.executions) {
      const run = execution.fanout;
      const stand = run?.ring;
      if (run === null || stand === undefined) continue;
      cycles.set(stand.cycle, [...(cycles.get(stand.cycle) ?? []), { window, execution, run, stand }]);
    }
  return [...cycles]
    .map(([at, runs]) => ({
      at,
      runs: runs.toSorted((a, b) => toMs(a.run.startedAt) - toMs(b.run.startedAt)),
    }))
    .sort((a, b) => toMs(a.at) - toMs(b.at));
}

/** What a ring asks of the one before it, and of all rings of a cycle, in words. */
export function gateText({ after, maxFailedTotal, alarms }: Ring): string {
  const total = maxFailedTotal === null ? [] : [`at most ${maxFailedTotal} failed in all rings`];
  const quiet = alarms.length === 0 ? [] : [`${countText(alarms.length, "alarm")} not in ALARM`];
  if (after === null) return ["the first ring", ...quiet].join(", ");
  const lid = after.maxFailed === null ? [] : [`at most ${after.maxFailed} failed`];
  const well = `${after.minSuccess}% of its nodes patched`;
  return [`${after.soakHours} h after ${after.name}`, well, ...lid, ...total, ...quiet].join(", ");
}

/** What a gate has said, in words. */
export function verdictText({ verdict, by }: Stand): string {
  if (verdict === "first") return "first ring";
  return by === undefined ? verdict : verdict === "held" ? `held: paused by ${by}` : `${verdict} by ${by}`;
}

/** What came of a run, in words. */
export function resultText({ run }: Pick<RingRun, "run">): string {
  if (run.end === "held" || run.end === "calendar closed") return "nothing was started";
  const members = run.regions.reduce((sum, one) => sum + one.members, 0);
  const counts = run.regions.flatMap((one) => one.counts ?? []);
  const patched = counts.reduce((sum, one) => sum + one.patched, 0);
  return run.end === null ? "not closed" : `${patched} of ${countText(members, "node")} ${verbOf(run)}`;
}
