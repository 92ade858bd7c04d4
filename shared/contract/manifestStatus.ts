import * as z from "zod/mini";
import { readStored } from "./storedJson.js";

/** Days before its end from which an entry is expiring. */
export const expiringDays = 7;

/** Why an entry is not in force yet on a node whose tags are written. */
export const notSeenYet = "written, and not sure to be seen everywhere yet";

const causes = z.enum(["noNameApplies", "noBaseline", "groupTaken", "pinned", "foreign", "notUnderPatching"]);
/** Missing for a node that has been stopped ever since it was first seen. */
const system = z.optional(z.string());
const cut = z.optional(z.int());

const entry = z.object({
  id: z.string(),
  /**
   * `being applied` until a read that cannot be late any more has found it on at least one node, and wherever what it asks for
   * has been changed since; only then `in force`, which is the promise. `held` is an entry of a manifest that waits for an
   * approval and has no version in force.
   */
  phase: z.enum(["being applied", "in force", "expiring", "expired", "held"]),
  /** Whether its end is near while it is being applied. */
  endsSoon: z.optional(z.literal(true)),
  effect: z.enum(["hold", "reject"]),
  patches: z.optional(z.array(z.string())),
  action: z.optional(z.enum(["BLOCK", "ALLOW_AS_DEPENDENCY"])),
  reason: z.string(),
  owner: z.string(),
  ticket: z.optional(z.string()),
  /** ISO 8601, UTC. The entry is in force before this moment and not at it. */
  expires: z.string(),
  /** Region to the moment (ISO 8601), or the words, from which installing regards the entry. */
  takesEffect: z.record(z.string(), z.string()),
  /** Region to the opening of its install window (ISO 8601) within which the entry ends; missing when it ends in none that is known. */
  endsWithin: z.optional(z.record(z.string(), z.object({ from: z.string(), to: z.string() }))),
  /**
   * Region to the next opening of its install window (ISO 8601), where the entry ends too late before it for its nodes to be back, and
   * to when it would have to end; missing where that is not so.
   */
  endsLate: z.optional(z.record(z.string(), z.object({ from: z.string(), back: z.string() }))),
  /**
   * Of an entry that has ended: Region to the nodes that it was on, until when at least they were there (ISO 8601), and whether that
   * was over an opening, since the end was too late for them to be back. Older versions have none.
   */
  had: z.optional(
    z.record(
      z.string(),
      z.object({ until: z.string(), ids: z.array(z.string()), isLate: z.optional(z.literal(true)) }),
    ),
  ),
  nodes: z.array(
    z.object({
      id: z.string(),
      region: z.string(),
      from: z.string(),
      group: z.string(),
      operatingSystem: system,
      /** Why the entry is not in force on it yet; missing when it is. */
      notYet: z.optional(z.string()),
      /** Why nothing is promised of it, although it was moved. */
      doubt: z.optional(z.string()),
      /** Present once a run has come back from it with the baseline that keeps the promise. */
      proved: z.optional(z.literal(true)),
    }),
  ),
  baselines: z.array(z.object({ region: z.string(), name: z.string() })),
  unknownNodes: z.array(z.string()),
  leftAlone: z.array(
    z.object({
      id: z.string(),
      region: z.string(),
      cause: causes,
      why: z.string(),
      operatingSystem: system,
    }),
  ),
  /** How many more nodes were left alone than are listed. */
  leftAloneMore: cut,
  /** Nodes whose tags could not be written; the next run tries again. */
  failedNodes: z.array(z.object({ id: z.string(), region: z.string(), error: z.string() })),
  notes: z.array(z.string()),
});

export const problemSchema = z.object({
  message: z.string(),
  line: z.optional(z.number()),
  column: z.optional(z.number()),
  entry: z.optional(z.string()),
});

const statusSchema = z.object({
  version: z.literal(1),
  key: z.string(),
  /** The newest version of the manifest, which the verdict is about. */
  versionId: z.optional(z.string()),
  verdict: z.enum(["being applied", "in force", "refused", "held", "ended"]),
  /** The version whose entries are in force or being applied; missing when none is. */
  inForceVersionId: z.optional(z.string()),
  /** How many nodes its tags found when it was admitted; missing when it looks for none by tags. */
  admittedNodes: z.optional(z.int()),
  /** Present while nobody knows which version was in force, so that every moved node stays where it is. */
  isUnknown: z.optional(z.literal(true)),
  /** For people, the essence first. */
  message: z.array(z.string()),
  problems: z.array(problemSchema),
  /** What the newest version says and perhaps does not mean. */
  warnings: z.array(problemSchema),
  /** Of the version in force. */
  entries: z.array(entry),
  /** Region to operating system to ids of the nodes that a held or refused version asks for. */
  waitingNodes: z.optional(z.record(z.string(), z.record(z.string(), z.array(z.string())))),
  failedRegions: z.array(
    z.object({
      region: z.string(),
      error: z.string(),
      /** Since when nothing is known of it (ISO 8601), where it cannot be read. */
      since: z.optional(z.string()),
    }),
  ),
});

/** What is said of a manifest under `status/`. It changes only when there is something new to say. */
export type Status = z.infer<typeof statusSchema>;
export type StatusEntry = Status["entries"][number];
export type StatusProblem = Status["problems"][number];
export type Phase = StatusEntry["phase"];

/** Whether an entry is told as in force, which is the promise. */
export function isInForce({ phase }: Pick<StatusEntry, "phase">): boolean {
  return phase === "in force" || phase === "expiring";
}

/** The nodes of an entry that it is in force on, as people are told. */
export function nodesInForce({ phase, nodes, failedNodes }: StatusEntry): StatusEntry["nodes"] {
  if (phase === "expired") return [];
  const failed = new Set(failedNodes.map(({ region, id }) => `${region}|${id}`));
  return nodes.filter(
    ({ region, id, notYet, doubt }) =>
      notYet === undefined && doubt === undefined && !failed.has(`${region}|${id}`),
  );
}

/** The bytes of a status object. */
export function statusText(status: object): string {
  return `${JSON.stringify(status, undefined, 1)}\n`;
}

/** Reads what an earlier run has written; undefined when it is not a status. */
export function parseStatus(text: string): Status | undefined {
  const read = readStored(statusSchema, text);
  return read.ok ? read.value : undefined;
}
