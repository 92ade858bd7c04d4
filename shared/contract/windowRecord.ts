import * as z from "zod/mini";
import {
  entrySchema,
  findingSchema,
  type NodeCounts,
  nodeCountsSchema,
  openPatchSchema,
} from "./closedRun.js";
import { countOfState, type NodeState, nodeStateNames } from "./nodeStates.js";
import { readRunText } from "./storedJson.js";

const text = z.string();
const texts = z.array(text);

/** A command of the execution, as it ended. */
const command = z.object({
  id: text,
  /** Id of the window's target that it was sent to. */
  targetId: text,
  /** StatusDetails of the API; `unknown` where SSM no longer lists it. */
  status: text,
});

/** Nodes with the same state for the same reason and the same exclusions. */
const nodes = z.object({
  state: z.enum(nodeStateNames),
  /** What is known beside the state, as the end of a sentence: an exit code in words, a ping status; missing where there is nothing. */
  why: z.exactOptional(text),
  /** Places in `exclusions`, of entries in force on them; missing when there is none. */
  exclusions: z.exactOptional(z.array(z.int().check(z.nonnegative()))),
  /** Sorted. */
  ids: texts,
});

const shape = z.object({
  kind: z.literal("window"),
  version: z.literal(1, "is not 1"),
  /** WindowExecutionId of the API: a UUID. */
  executionId: text,
  windowId: text,
  windowName: text,
  operation: z.enum(["Scan", "Install"]),
  accountId: text,
  region: text,
  /** ISO 8601, UTC: of the execution, as SSM has it. */
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  closedAt: z.iso.datetime(),
  /**
   * - `ended`: its commands have ended
   * - `not started`: it ended without a command: it was cancelled, skipped, or its targets selected nobody
   * - `given up`: its commands had not ended, or something could not be read, a day after it ended
   */
  end: z.enum(["ended", "not started", "given up"]),
  /** MaintenanceWindowExecutionStatus of the API, and what SSM says of it. */
  status: text,
  statusDetails: z.exactOptional(text),
  commands: z.array(command),
  /** Every node that belongs to the window by its tags, or that a command was sent to. */
  nodes: z.array(nodes),
  /** Of nodes that reported this run's result. */
  findings: z.array(findingSchema),
  /** Entries in force on nodes of the window. */
  exclusions: z.array(entrySchema),
  /**
   * Patches that nodes lack or that have failed there, by the last report of each, of nodes that are away too; missing where nobody
   * has read names.
   */
  patches: z.exactOptional(z.array(openPatchSchema)),
  /** How many nodes have open patches and no names there: only so many are asked a run, and not all answer; missing where there is none. */
  unnamed: z.exactOptional(z.int().check(z.positive())),
  /** What could not be read, and what follows from that: whole sentences. Empty: everything was read. */
  unread: texts,
  totals: nodeCountsSchema,
});

const schema = shape.check((context) => {
  const { nodes: groups, totals, exclusions, findings, patches = [] } = context.value;
  const seen = new Set<string>();
  const refuse = (message: string, ...path: (string | number)[]) =>
    context.issues.push({ code: "custom", input: context.value, path, message });
  for (const [place, { ids, exclusions: named = [] }] of groups.entries()) {
    for (const id of ids) {
      if (seen.has(id)) refuse(`${id} is there twice`, "nodes", place, "ids");
      seen.add(id);
    }
    if (named.some((one) => one >= exclusions.length)) refuse("names none", "nodes", place, "exclusions");
  }
  const stray = findings.find(({ id }) => !seen.has(id));
  if (stray !== undefined) refuse(`${stray.id} is not among the nodes`, "findings");
  for (const [place, { ids }] of patches.entries()) {
    const unknown = ids.find((id) => !seen.has(id));
    if (unknown !== undefined) refuse(`${unknown} is not among the nodes`, "patches", place, "ids");
  }
  const { members, patched, failed, notCovered } = totalsOf(groups);
  if (members !== totals.members) refuse(`is not the number of nodes, ${members}`, "totals", "members");
  if (patched !== totals.patched) refuse(`is not the number of nodes, ${patched}`, "totals", "patched");
  if (failed !== totals.failed) refuse(`is not the number of nodes, ${failed}`, "totals", "failed");
  if (notCovered !== totals.notCovered)
    refuse(`is not the number of nodes, ${notCovered}`, "totals", "notCovered");
});

/** What an execution of a scan or install window came to, of which nothing changes any more: its closing record. */
export type WindowRecord = z.infer<typeof shape>;
export type WindowPatch = z.infer<typeof openPatchSchema>;
export type WindowNodes = WindowRecord["nodes"][number];
export type WindowEntry = z.infer<typeof entrySchema>;

/** Numbers of nodes, from their states. */
export function totalsOf(groups: readonly Pick<WindowNodes, "state" | "ids">[]): NodeCounts {
  const totals = { members: 0, patched: 0, failed: 0, notCovered: 0 };
  for (const { state, ids } of groups) {
    totals.members += ids.length;
    totals[countOfState(state)] += ids.length;
  }
  return totals;
}

/** Number of nodes by state, in the order of the states; states without a node are left out. */
export function stateCounts(groups: readonly Pick<WindowNodes, "state" | "ids">[]): Map<NodeState, number> {
  const counts = new Map<NodeState, number>();
  for (const state of nodeStateNames) {
    const count = groups.reduce((sum, one) => sum + (one.state === state ? one.ids.length : 0), 0);
    if (count > 0) counts.set(state, count);
  }
  return counts;
}

/** The closing record as it is stored. */
export function windowRecordText(record: WindowRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/**
 * Reads a closing record of a window. One whose sums do not fit its nodes, or that has a node twice, is refused: it is half of
 * one, or somebody has written it.
 *
 * @param key where it was read, for the message
 * @throws Error that names every problem
 */
export function readWindowRecord(key: string, stored: string): WindowRecord {
  return readRunText(schema, key, stored);
}
