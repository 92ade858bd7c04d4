import { parseStatus, type StatusEntry, type StatusProblem } from "#shared/contract/manifestStatus.js";
import { parsePlanReport } from "#shared/contract/planReport.js";
import { countText } from "#shared/text/format.js";

/** What a status object said from a time on. */
export interface Reading {
  readonly at: number;
  readonly versionId: string | undefined;
  readonly verdict: string;
  readonly message: readonly string[];
  readonly problems: readonly StatusProblem[];
  /** Of the version in force. */
  readonly entries: readonly StatusEntry[];
}

/** Reads a status object as the processor has written it. */
export function readStatus(text: string, at: number, kind: "manifest" | "plan" | "approval"): Reading {
  if (kind === "plan") return readPlan(text, at);
  const status = parseStatus(text);
  if (status === undefined) return unreadable(at);
  const { versionId, verdict, message, problems, entries } = status;
  return { at, versionId, verdict, message, problems, entries };
}

function readPlan(text: string, at: number): Reading {
  const report = parsePlanReport(text);
  if (report === undefined) return unreadable(at);
  const { versionId, verdict, problems, changedNodes, mostChangedNodes } = report;
  const message = `${countText(changedNodes, "node")} would move (${mostChangedNodes} may without an approval).`;
  const moves = report.nodes.map(({ id, from, to }) => `${id}: ${from} -> ${to}`);
  return { at, versionId, verdict, message: [message, ...moves], problems, entries: [] };
}

/** Somebody else must have written it; the processor writes it anew when it next has something to say. */
function unreadable(at: number): Reading {
  return { at, versionId: undefined, verdict: "unreadable", message: [], problems: [], entries: [] };
}
