import { counted } from "#shared/text/words.js";
import type { Denial } from "../../aws/iam/denial.js";
import type { LabNode } from "../../aws/ssm/nodes/labNode.js";
import { fanoutProblem } from "../summary/fanoutFacts.js";
import type { ExecutionSummary, WindowSummary } from "../summary/summary.js";

/** What went wrong with windows, in words, in the order of windows and time; empty when all did their job. */
export function windowProblems(windows: readonly WindowSummary[]): string[] {
  return windows.flatMap((window) => [
    ...window.executions.flatMap((execution) => {
      const isFanout = window.fanoutRegions.length > 0;
      const problem = isFanout ? fanoutProblem(execution) : executionProblem(execution);
      return problem === undefined ? [] : [`${window.name} of ${execution.startedAt} ${problem}`];
    }),
    ...window.missed.map(({ at, reason }) => `${window.name} did not open at ${at}: ${reason}.`),
  ]);
}

/**
 * What IAM refused, each kind of call once, with the statement that would be needed. No statement helps against tags that
 * come late to IAM: whoever calls tries again, and what comes of it is told elsewhere.
 */
export function denialProblems(denials: readonly Denial[]): string[] {
  const counts = new Map<string, number>();
  for (const { caller, action, resource, reason, deniedBy, isLate } of denials) {
    if (isLate) continue;
    const needed = JSON.stringify({ Effect: "Allow", Action: action, Resource: resource });
    // No further statement helps against an explicit denial.
    const remedy = deniedBy === undefined ? `; it would take ${needed}` : "";
    const problem = `IAM refused ${action} to ${caller}: ${reason}${remedy}`;
    counts.set(problem, (counts.get(problem) ?? 0) + 1);
  }
  return [...counts].map(([problem, count]) => `${problem}${count === 1 ? "." : `; ${count} times.`}`);
}

/** Nodes on which a package manager was killed in its midst; undefined for none. */
export function brokenProblem(nodes: readonly LabNode[]): string | undefined {
  const broken = nodes.filter((node) => node.broken !== undefined).map(({ spec }) => spec.name || spec.id);
  if (broken.length === 0) return undefined;
  const shown = broken.slice(0, 5).join(", ");
  const more = broken.length > 5 ? `, and ${broken.length - 5} more` : "";
  return `An installation was killed in its midst on ${counted(broken.length, "node")}, and nothing can be installed there any more: ${shown}${more}.`;
}

function executionProblem(execution: ExecutionSummary): string | undefined {
  if (isOutOfTime(execution)) return `ran out of time${unreached(execution)}${needed(execution)}.`;
  switch (execution.status) {
    case "IN_PROGRESS":
      return undefined;
    case "SUCCESS":
      return execution.commands.every(({ targeted }) => targeted === 0)
        ? "completed, but its targets matched no node."
        : undefined;
    case "SKIPPED_OVERLAPPING":
      return "was skipped, because the execution before it still ran.";
    default:
      return badEnd(execution);
  }
}

/**
 * Whether the cutoff came before the window was done. An execution is TIMED_OUT too when a command reached no node in
 * time; that has no details, and a longer window would not have helped.
 */
export function isOutOfTime({ status, statusDetails, neededUntil }: ExecutionSummary): boolean {
  return neededUntil !== null || (status === "TIMED_OUT" && statusDetails !== "");
}

function badEnd(execution: ExecutionSummary): string {
  const stopped = execution.commands.find(({ stoppedByErrorLimit }) => stoppedByErrorLimit);
  if (stopped !== undefined) {
    return `was stopped by the error limit of ${stopped.task}${unreached(execution)}.`;
  }
  const details = execution.commands
    .filter(({ status }) => status !== "Success")
    .map(({ task, statusDetails }) => `${task} ${statusDetails}`);
  return `ended as ${execution.status}${details.length === 0 ? "" : ` (${details.join(", ")})`}.`;
}

function unreached({ commands }: ExecutionSummary): string {
  const targeted = commands.reduce((sum, command) => sum + command.targeted, 0);
  const left = commands.reduce(
    (sum, { invocations: { Cancelled = 0, Terminated = 0 } }) => sum + Cancelled + Terminated,
    0,
  );
  return left === 0 ? "" : `: ${left} of ${targeted} nodes were not done`;
}

function needed({ neededUntil, cutoffAt, startedAt }: ExecutionSummary): string {
  if (neededUntil === null) return "";
  const hours = (until: string) => ((Date.parse(until) - Date.parse(startedAt)) / 3_600_000).toFixed(1);
  return `; all nodes would have needed ${hours(neededUntil)} hours, and ${hours(cutoffAt)} passed before the cutoff`;
}
