import { z } from "zod";
import { parseStatus, type StatusEntry, type StatusProblem } from "#shared/contract/manifestStatus.js";
import { countText } from "../summary/format.js";

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

const plan = z.object({
  versionId: z.string(),
  verdict: z.string(),
  problems: z.array(
    z.object({
      message: z.string(),
      line: z.number().exactOptional(),
      column: z.number().exactOptional(),
      entry: z.string().exactOptional(),
    }),
  ),
  changedNodes: z.number(),
  mostChangedNodes: z.number(),
  nodes: z.array(z.object({ id: z.string(), from: z.string(), to: z.string() })),
});

/** Reads a status object as the processor has written it. */
export function readStatus(text: string, at: number, kind: "manifest" | "plan" | "approval"): Reading {
  if (kind === "plan") return readPlan(text, at);
  const status = parseStatus(text);
  if (status === undefined) return unreadable(at);
  const { versionId, verdict, message, problems, entries } = status;
  return { at, versionId, verdict, message, problems, entries };
}

function readPlan(text: string, at: number): Reading {
  const report = plan.safeParse(parsed(text)).data;
  if (report === undefined) return unreadable(at);
  const { versionId, verdict, problems, changedNodes, mostChangedNodes } = report;
  const message = `${countText(changedNodes, "node")} would move (${mostChangedNodes} may without an approval).`;
  const moves = report.nodes.map(({ id, from, to }) => `${id}: ${from} -> ${to}`);
  return { at, versionId, verdict, message: [message, ...moves], problems, entries: [] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says that it cannot be read.
    return undefined;
  }
}

/** Somebody else must have written it; the processor writes it anew when it next has something to say. */
function unreadable(at: number): Reading {
  return { at, versionId: undefined, verdict: "unreadable", message: [], problems: [], entries: [] };
}
