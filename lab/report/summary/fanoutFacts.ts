import { countText, durationText, numberText, toMs } from "#shared/text/format.js";
import type { FanoutRegion, FanoutRun } from "./fanoutShape.js";
import type { Outcome } from "./outcome.js";
import { recordReason } from "./reasonNames.js";
import type { ExecutionSummary } from "./summary.js";

const mostNames = 3;
const mostRegions = 10;

// As of windows that select their own nodes: such nodes have a section of their own, and the counts still show them.
const outOfReach = new Set(["stopped", "connection lost", "no SSM Agent", "held by an exclusion"]);

/** What became of a Region in a run. That it has started says nothing of it. */
export function regionOutcome({ closedInTime }: FanoutRun, region: FanoutRegion): Outcome {
  const { state, counts, members, notPatched } = region;
  if (state === "failed") return "failed";
  if (state === "skipped") return "absent";
  if (counts === null) return closedInTime === null ? "running" : "not-closed";
  // Nodes of other accounts alone, which nobody counts.
  if (members === 0) return "done";
  if (counts.patched === 0) return "failed";
  if (counts.failed > 0) return "incomplete";
  if (counts.notCovered === 0) return "done";
  return notPatched.every(({ reason }) => outOfReach.has(recordReason(reason)))
    ? "out-of-reach"
    : "not-covered";
}

const worstFirst: readonly Outcome[] = ["incomplete", "not-covered", "out-of-reach"];

/** What became of a run, as its record says; of its execution, what comes before or beside it. */
export function fanoutOutcome({ status, commands }: ExecutionSummary, run: FanoutRun): Outcome {
  if (run.end === null) return run.closedInTime === null ? "running" : "not-closed";
  if (run.end === "calendar closed") return "frozen";
  if (run.end === "held") return "held";
  if (run.end === "hollow") return "no-nodes";
  const outcomes = run.regions.map((region) => regionOutcome(run, region));
  const isFailed = run.end === "given up" || outcomes.includes("failed");
  if (isFailed) return commands.some((one) => one.stoppedByErrorLimit) ? "error-limit" : "failed";
  if (run.closedInTime === false) return "out-of-time";
  if (status !== "SUCCESS" && status !== "IN_PROGRESS") return "failed";
  return worstFirst.find((one) => outcomes.includes(one)) ?? "done";
}

/** What went wrong with an execution of a central window, as the end of a sentence; undefined when it did its job. */
export function fanoutProblem(execution: ExecutionSummary): string | undefined {
  const { status, statusDetails, fanout: run } = execution;
  const details = statusDetails === "" ? "" : ` (${statusDetails})`;
  if (run === null) {
    if (status === "IN_PROGRESS") return undefined;
    if (status === "SUCCESS") return "completed, and there is no record of a run.";
    return status === "SKIPPED_OVERLAPPING"
      ? "was skipped, because the execution before it still ran."
      : `ended as ${status}${details}, and there is no record of a run.`;
  }
  switch (fanoutOutcome(execution, run)) {
    case "not-closed":
      return "was started, and its run was not closed in time: nobody knows what it has patched.";
    case "no-nodes":
      return "completed, but no Region had a node in its groups.";
    case "out-of-time":
      return `ran out of time: its run was closed ${ranFor(run)} after it began; ${totalText(run)}.`;
    case "failed":
    case "error-limit":
      return `${failureText(run) ?? `ended as ${status}${details}`}; ${totalText(run)}.`;
    default:
      return undefined;
  }
}

function ranFor({ startedAt, closedAt }: FanoutRun): string {
  return closedAt === null ? "" : durationText(toMs(closedAt) - toMs(startedAt));
}

/** When a run was closed, in words. */
export function closingText(run: FanoutRun): string {
  if (run.closedAt === null) return run.closedInTime === null ? "not closed yet" : "never closed";
  const late = run.closedInTime === false ? ", too late" : "";
  return `${run.end === "given up" ? "given up" : "closed"} after ${ranFor(run)}${late}`;
}

function failureText(run: FanoutRun): string | undefined {
  const failed = run.regions.filter((region) => regionOutcome(run, region) === "failed");
  const parts = [
    ...(run.end === "given up" ? ["was given up, a day after it began"] : []),
    ...some(
      failed.map((region) => `failed in ${regionText(run, region)}`),
      mostRegions,
    ),
  ];
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** Patched is what the record says, not what was started. */
export function verbOf({ operation }: FanoutRun): string {
  return operation === "Scan" ? "scanned" : "patched";
}

function totalText(run: FanoutRun): string {
  const members = run.regions.reduce((sum, one) => sum + one.members, 0);
  const patched = run.regions.reduce((sum, one) => sum + (one.counts?.patched ?? 0), 0);
  return `${verbOf(run)} in all: ${numberText(patched)} of ${countText(members, "node")}`;
}

/** Why a Region was skipped or failed; empty for one that was started. */
export function stateText({ state, skipped, failures }: FanoutRegion): string {
  if (state === "started") return "";
  if (state === "skipped") return [...new Set(skipped.map(({ reason }) => reason))].join(", ");
  const errors = failures.map(({ account, error }) =>
    account === null ? error : `account ${account}: ${error}`,
  );
  return [...new Set(errors)].join("; ");
}

/** Which nodes were not patched and why, some names for each reason. */
function leftTexts({ findings, notPatched }: FanoutRegion): string[] {
  const named = (nodes: readonly { readonly name: string }[]) =>
    some(
      nodes.map(({ name }) => name),
      mostNames,
    ).join(", ");
  const failed = findings.filter((one) => one.failed > 0);
  const byReason = new Map<string, { readonly name: string }[]>();
  for (const { reason, nodes } of notPatched) {
    const name = recordReason(reason);
    byReason.set(name, [...(byReason.get(name) ?? []), ...nodes]);
  }
  return [
    ...(failed.length === 0 ? [] : [`patches failed: ${named(failed)}`]),
    ...[...byReason].map(([reason, nodes]) => `${reason}: ${named(nodes)}`),
  ];
}

/** A Region in a line. */
export function regionText(run: FanoutRun, region: FanoutRegion): string {
  const { state, members, counts } = region;
  const why = stateText(region);
  const done =
    counts === null
      ? `${countText(members, "node")}, ${closingText(run)}`
      : `${numberText(counts.patched)} of ${countText(members, "node")} ${verbOf(run)}`;
  const parts = [
    ...(state === "started" ? [] : [state === "skipped" ? `skipped, ${why}` : why]),
    ...(members === 0 ? [] : [done]),
    ...leftTexts(region),
  ];
  return `${region.region}: ${parts.join("; ")}`;
}

/** Why its ring was held, or would have been. */
function gateWhy({ ring }: FanoutRun): readonly string[] {
  return ring?.why ?? [];
}

/** What to know about a run: its Regions that are not simply done. */
export function fanoutNotes(run: FanoutRun): string[] {
  if (run.end === "calendar closed") return ["a calendar was not open: nothing was to be started"];
  if (run.end === "held") return ["its ring is held in this cycle: nothing was started", ...gateWhy(run)];
  const regions = run.regions.filter((region) => regionOutcome(run, region) !== "done");
  return [
    ...gateWhy(run),
    ...some(
      regions.map((region) => regionText(run, region)),
      mostRegions,
    ),
    ...(run.closedInTime === true ? [] : [closingText(run)]),
  ];
}

function some(texts: readonly string[], most: number): string[] {
  const left = texts.length - most;
  return left > 0 ? [...texts.slice(0, most), `and ${numberText(left)} more`] : [...texts];
}
