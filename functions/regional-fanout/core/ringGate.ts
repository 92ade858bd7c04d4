import type { ClosedRun } from "#shared/contract/closedRun.js";
import type { RingDecision, RingRule, RingStand } from "#shared/contract/rings.js";
import { hourMs } from "#shared/text/time.js";
import { counted, several } from "#shared/text/words.js";

/**
 * A record is closed within an hour of its last automation's end (the closing function comes hourly), and nothing in it tells that
 * end itself.
 */
const closingMs = hourMs;
/** Nodes that a clause names. */
const maxNamed = 10;

/** A run of the ring before, as far as it is known. */
export interface SeenRun {
  readonly runId: string;
  /** Whether its window has begun it, and nobody by hand. */
  readonly byWindow: boolean;
  readonly record:
    | { readonly state: "closed"; readonly run: ClosedRun }
    /** It is under way. */
    | { readonly state: "open" }
    /** There is none, or nobody can read it. */
    | { readonly state: "unknown"; readonly why: string };
}

/** What has become of people's words about a ring. */
export type SeenWord = RingDecision | { readonly unreadable: string } | undefined;

/** What is known when a ring is to start. What could not be read is a text that says why, the end of a sentence. */
export interface RingSeen {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly pause: SeenWord;
  readonly promote: SeenWord;
  /** Runs of the ring before that may be of this cycle: begun within WithinHours. */
  readonly before: readonly SeenRun[] | string;
  /** Nodes of the ring before that its run has reached and that do not answer now. */
  readonly silent: readonly string[] | string;
  /** The cycle by when earlier rings' runs began, where the ring before tells none. */
  readonly cycle?: string | undefined;
  /** Failed nodes of all closed runs of the cycle. */
  readonly failedTotal: number | string;
  /** Why alarms keep the ring from starting, a clause for each. */
  readonly alarms: readonly string[];
}

/**
 * Decides whether a ring starts, and says why not: a total function. The ring before has done well only where that is known: a
 * record that is missing or that nobody can read says no.
 *
 * @param rule of an installing run
 */
export function ringGate(rule: RingRule, seen: RingSeen): RingStand {
  const { now, pause, promote } = seen;
  const own = [
    ...(rule.After === undefined ? [] : beforeReasons(rule.After, seen)),
    ...totalReasons(rule, seen),
    ...seen.alarms,
  ];
  const stand = { name: rule.Name, cycle: cycleOf(rule, seen) };
  if (pause !== undefined && "unreadable" in pause)
    return {
      ...stand,
      verdict: "held",
      why: [`nobody can tell whether it is paused: ${pause.unreadable}`, ...own],
    };
  if (pause !== undefined && isInForce(pause, now))
    return { ...stand, verdict: "held", why: [wordText("paused", pause), ...own], by: pause.owner };
  if (own.length === 0) return { ...stand, verdict: rule.After === undefined ? "first" : "passed", why: [] };
  if (promote !== undefined && !("unreadable" in promote) && isInForce(promote, now))
    return { ...stand, verdict: "promoted", why: [...own, wordText("promoted", promote)], by: promote.owner };
  const unread =
    promote !== undefined && "unreadable" in promote
      ? [`nobody can tell whether it is promoted: ${promote.unreadable}`]
      : [];
  return { ...stand, verdict: "held", why: [...own, ...unread] };
}

function cycleOf({ After }: RingRule, { before, cycle, now }: RingSeen): string {
  const own = new Date(now).toISOString();
  return After === undefined ? own : (handedOn(before) ?? cycle ?? own);
}

/** The cycle is the first ring's: it is handed on by the records. */
export function handedOn(before: RingSeen["before"]): string | undefined {
  if (typeof before === "string") return undefined;
  const run = before.find(({ byWindow }) => byWindow);
  return run?.record.state === "closed" ? run.record.run.ring?.cycle : undefined;
}

function isInForce({ until }: RingDecision, now: number): boolean {
  return now < Date.parse(until);
}

function wordText(word: string, { owner, reason, until }: RingDecision): string {
  return `${word} by ${owner} until ${until}: ${reason}`;
}

type After = NonNullable<RingRule["After"]>;

function beforeReasons(after: After, seen: RingSeen): string[] {
  const { before } = seen;
  if (typeof before === "string") return [`the runs of ${after.Name} are not known: ${before}`];
  const missing = before.some(({ byWindow }) => byWindow)
    ? []
    : [`no window of ${after.Name} has begun a run within ${after.WithinHours} hours`];
  return [...missing, ...before.flatMap((run) => runReasons(after, run, seen))];
}

/** What a run of the ring before has against this one. By hand it may have patched a few nodes, and then it speaks for those alone. */
function runReasons(after: After, { runId, byWindow, record }: SeenRun, seen: RingSeen): string[] {
  const run = `run ${runId} of ${after.Name}`;
  if (record.state === "open") return [`${run} has not ended`];
  if (record.state === "unknown") return [`what became of ${run} is not known: ${record.why}`];
  const { end, ring, failed, uncounted = [], closedAt } = record.run;
  // A start by hand that came to nothing says nothing of the patches.
  if (end === "held") return byWindow ? [`${after.Name} was held: ${several(ring?.why ?? [], 3)}`] : [];
  if (end === "calendar closed") return byWindow ? [`${run} was not begun: a calendar was closed`] : [];
  if (end === "hollow") return byWindow ? [`${run} had no node`] : [];
  if (end === "given up") return [`${run} was given up`];
  const soakedAt = Date.parse(closedAt) - closingMs + after.SoakHours * hourMs;
  return [
    ...failed.map(({ region, group, error }) => `${run} failed in ${region}, ${group}: ${error}`),
    ...uncounted.map(({ account, why }) => `nodes of ${account} in ${run} are not counted: ${why}`),
    ...(seen.now < soakedAt
      ? [`${run} ended at ${closedAt}, less than ${counted(after.SoakHours, "hour")} ago`]
      : []),
    ...countReasons(after, record.run, seen.silent),
  ];
}

/** Nodes of a run, each of which should have been patched: held ones should not. */
function askedOf({ totals, regions }: Pick<ClosedRun, "totals" | "regions">): number {
  const held = regions.flatMap(({ notCovered }) =>
    notCovered.flatMap(({ reason, nodes }) => (reason === "held" ? nodes : [])),
  );
  return totals.members - held.length;
}

/** Nodes of the own account that a run has reached, whatever the patches came to there: they should answer again. */
export function reachedOf({ regions }: Pick<ClosedRun, "regions">): { region: string; ids: string[] }[] {
  return regions.flatMap(({ region, account, patched, findings }) =>
    account === undefined ? [{ region, ids: [...patched, ...findings.map(({ id }) => id)] }] : [],
  );
}

function countReasons(after: After, run: ClosedRun, silent: RingSeen["silent"]): string[] {
  if (typeof silent === "string") return [`whether nodes of ${after.Name} answer is not known: ${silent}`];
  const reached = new Set(reachedOf(run).flatMap(({ ids }) => ids));
  const failedPatches = new Set(
    run.regions.flatMap(({ findings }) => findings.flatMap(({ id, failed }) => (failed > 0 ? [id] : []))),
  );
  const own = silent.filter((id) => reached.has(id));
  // A node that failed and does not answer is one node.
  const lost = own.filter((id) => !failedPatches.has(id));
  const asked = askedOf(run);
  const good = run.totals.patched - lost.length;
  const bad = run.totals.failed + lost.length;
  const said = `${good} of ${counted(asked, "node")} of ${after.Name} ${good === 1 ? "has" : "have"} done well`;
  const quiet =
    own.length === 0 ? "" : `; ${several(own, maxNamed)} ${own.length === 1 ? "does" : "do"} not answer`;
  const share =
    asked > 0 && good * 100 >= asked * after.MinSuccess
      ? []
      : [`${said}, and ${after.MinSuccess}% must${quiet}`];
  const lid =
    after.MaxFailed === undefined || bad <= after.MaxFailed
      ? []
      : [`${counted(bad, "node")} of ${after.Name} failed, and ${after.MaxFailed} may${quiet}`];
  return [...share, ...lid];
}

function totalReasons({ After, MaxFailedTotal }: RingRule, { failedTotal }: RingSeen): string[] {
  if (After === undefined || MaxFailedTotal === undefined) return [];
  if (typeof failedTotal === "string")
    return [`how many nodes of this cycle failed is not known: ${failedTotal}`];
  return failedTotal <= MaxFailedTotal
    ? []
    : [`${counted(failedTotal, "node")} of this cycle failed, and ${MaxFailedTotal} may`];
}
