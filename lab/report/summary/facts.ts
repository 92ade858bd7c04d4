import { compareText, countText, durationText, toMs } from "#shared/text/format.js";
import { dayMs, hourMs } from "#shared/text/time.js";
import { isOutOfTime } from "../facts/verdict.js";
import { fanoutNotes, fanoutOutcome } from "./fanoutFacts.js";
import type { FanoutRun } from "./fanoutShape.js";
import type { Outcome } from "./outcome.js";
import { invocationReason } from "./reasonNames.js";
import type { CommandSummary, ExecutionSummary, NodeSummary, Summary, WindowSummary } from "./summary.js";

/** One time at which a window opened or should have. */
export interface Occurrence {
  readonly window: WindowSummary;
  readonly at: number;
  readonly outcome: Outcome;
  /** null for one that left no trace in AWS. */
  readonly execution: ExecutionSummary | null;
  readonly targeted: number;
  readonly done: number;
  readonly installed: number;
  readonly rebooted: number;
  /** What to know about it, in words. */
  readonly notes: readonly string[];
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

export function nodesDone(command: CommandSummary): number {
  return command.invocations.Success ?? 0;
}

/** Nodes that a command did not get done, by what Run Command says of them; `not started` for those it never reached. */
function nodesNotDone(command: CommandSummary): readonly (readonly [string, number])[] {
  const entries = Object.entries(command.invocations).filter(
    ([name, nodes]) => name !== "Success" && nodes > 0,
  );
  entries.sort(([left], [right]) => compareText(left, right));
  const rest = command.targeted - sum(Object.values(command.invocations), (nodes) => nodes);
  return rest > 0 ? [...entries, ["not started", rest]] : entries;
}

// A node that is stopped or offline for weeks would otherwise put a warning on every single execution, under which the
// failures drown. Such nodes have a section of their own, and the counts still show them.
const outOfReach = new Set(["Undeliverable", "DeliveryTimedOut"]);

/** Whether a command did all nodes that it could reach. */
export function leftOnlyTheUnreachable(command: CommandSummary): boolean {
  return nodesNotDone(command).every(([kind]) => outOfReach.has(kind));
}

function outcomeOf(execution: ExecutionSummary, targeted: number, done: number): Outcome {
  const { status, commands } = execution;
  if (status === "SKIPPED_OVERLAPPING") return "skipped";
  // The error limit comes first: such a command would not have been finished in a longer window either.
  if (commands.some((command) => command.stoppedByErrorLimit)) return "error-limit";
  if (isOutOfTime(execution)) return "out-of-time";
  if (status === "FAILED" || status === "TIMED_OUT") return "failed";
  if (status === "CANCELLED" || status === "CANCELLING") return "cancelled";
  if (status === "PENDING" || status === "IN_PROGRESS") return "running";
  if (targeted === 0) return "no-nodes";
  if (done === targeted) return "done";
  return commands.every(leftOnlyTheUnreachable) ? "out-of-reach" : "incomplete";
}

const longestWindowHours = 24;

/** How long the window would have had to be, or null when it was long enough. */
function neededText(window: WindowSummary, execution: ExecutionSummary): string | null {
  if (execution.neededUntil === null) return null;
  const needed = toMs(execution.neededUntil) - toMs(execution.startedAt);
  const had = toMs(execution.cutoffAt) - toMs(execution.startedAt);
  const hours = Math.ceil(needed / hourMs) + window.cutoffHours;
  const advice =
    hours <= longestWindowHours
      ? `durationHours ${hours} would have been enough`
      : `no window is that long (${longestWindowHours} h at most): raise its concurrency or split its nodes`;
  return `needed ${durationText(needed)}, had ${durationText(had)} until its cutoff; ${advice}`;
}

function commandNote(command: CommandSummary): string | null {
  if (command.commandId === null) return `${command.task}: never started`;
  const left = nodesNotDone(command).map(([kind, nodes]) => `${nodes} ${invocationReason(kind)}`);
  const text = left.length === 0 ? "" : `${left.join(", ")} (of ${countText(command.targeted, "node")})`;
  const parts = [command.stoppedByErrorLimit ? "stopped by its error limit" : "", text].filter(
    (part) => part !== "",
  );
  return parts.length === 0 ? null : `${command.task}: ${parts.join("; ")}`;
}

function notesOf(window: WindowSummary, execution: ExecutionSummary): string[] {
  const { status, statusDetails, commands } = execution;
  const details = statusDetails === "" || statusDetails === status ? null : statusDetails;
  // That no task of a skipped execution was started goes without saying.
  const ran = status === "SKIPPED_OVERLAPPING" ? [] : commands;
  const notes = [neededText(window, execution), ...ran.map(commandNote), details];
  return notes.filter((note) => note !== null);
}

function executed(window: WindowSummary, execution: ExecutionSummary): Occurrence {
  const { commands } = execution;
  return {
    window,
    at: toMs(execution.startedAt),
    execution,
    installed: sum(commands, (command) => command.patchesInstalled),
    rebooted: sum(commands, (command) => command.nodesRebooted),
    ...(execution.fanout === null ? byCommands(window, execution) : byRecord(execution, execution.fanout)),
  };
}

type Judged = Pick<Occurrence, "outcome" | "targeted" | "done" | "notes">;

function byCommands(window: WindowSummary, execution: ExecutionSummary): Judged {
  const targeted = sum(execution.commands, (command) => command.targeted);
  const done = sum(execution.commands, nodesDone);
  // A central window has nothing but its record that says what it did.
  const isBlank = window.fanoutRegions.length > 0 && execution.status === "SUCCESS";
  const outcome = isBlank ? "failed" : outcomeOf(execution, targeted, done);
  return { outcome, targeted, done, notes: notesOf(window, execution) };
}

/** A command does not see all members, and Success is not always patched: the run's record knows. */
function byRecord(execution: ExecutionSummary, run: FanoutRun): Judged {
  return {
    outcome: fanoutOutcome(execution, run),
    targeted: sum(run.regions, ({ members }) => members),
    done: sum(run.regions, ({ counts }) => counts?.patched ?? 0),
    notes: [...fanoutNotes(run), ...(execution.statusDetails === "" ? [] : [execution.statusDetails])],
  };
}

/** All openings of a window in the order of time, with those that never happened. */
export function occurrencesOf(window: WindowSummary): Occurrence[] {
  const nothing = { execution: null, targeted: 0, done: 0, installed: 0, rebooted: 0 };
  const missed = window.missed.map(
    ({ at, reason }): Occurrence => ({
      window,
      at: toMs(at),
      outcome: "missed",
      ...nothing,
      notes: [reason],
    }),
  );
  const all = [...window.executions.map((execution) => executed(window, execution)), ...missed];
  return all.sort((left, right) => left.at - right.at);
}

/** Whether any command of it was started. */
export function hasRun(
  occurrence: Occurrence,
): occurrence is Occurrence & { readonly execution: ExecutionSummary } {
  return occurrence.execution?.commands.some(({ startedAt }) => startedAt !== null) ?? false;
}

/** Whether somebody should look at it. */
export function isProblem(occurrence: Pick<Occurrence, "outcome">): boolean {
  return !["done", "out-of-reach", "running", "frozen", "absent"].includes(occurrence.outcome);
}

export interface ComplianceCounts {
  readonly compliant: number;
  readonly nonCompliant: number;
  readonly unknown: number;
}

export function complianceAtEnd(summary: Summary): ComplianceCounts {
  const last = summary.compliance.at(-1);
  if (last !== undefined) return last;
  const inState = (state: NodeSummary["state"]) =>
    summary.nodes.filter((node) => node.state === state).length;
  return {
    compliant: inState("compliant"),
    nonCompliant: inState("non-compliant"),
    unknown: inState("unknown"),
  };
}

/** The first figures that there are: before the first scan nobody knows anything. null where there was none. */
export function complianceAtFirstScan({ compliance }: Summary): Summary["compliance"][number] | null {
  return compliance.find(({ compliant, nonCompliant }) => compliant + nonCompliant > 0) ?? null;
}

function needsAttention(node: NodeSummary): boolean {
  return node.reasons.length > 0 || node.state !== "compliant";
}

const stateOrder: Readonly<Record<NodeSummary["state"], number>> = {
  unknown: 0,
  "non-compliant": 1,
  compliant: 2,
};

/** Nodes that need attention first: never scanned, then non-compliant, then compliant with something to say. */
export function nodesInOrder(nodes: readonly NodeSummary[]): NodeSummary[] {
  const rank = (node: NodeSummary) =>
    needsAttention(node) ? stateOrder[node.state] : stateOrder.compliant + 1;
  return [...nodes].sort(
    (left, right) =>
      rank(left) - rank(right) || compareText(left.name, right.name) || compareText(left.id, right.id),
  );
}

/** The last sample of each day, for the numbers under the chart. */
export function complianceByDay(summary: Summary): Summary["compliance"] {
  const byDay = new Map<number, Summary["compliance"][number]>();
  for (const sample of summary.compliance) byDay.set(Math.floor(toMs(sample.at) / dayMs), sample);
  return [...byDay.values()];
}

/** The end of the run, at least an hour after its beginning so that a chart has a width. */
export function chartEnd(summary: Summary): number {
  return Math.max(toMs(summary.run.to), toMs(summary.run.from) + hourMs);
}
