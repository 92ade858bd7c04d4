import * as z from "zod/mini";
import { keys } from "./exclusionNames.js";
import { problemSchema } from "./manifestStatus.js";
import { readStored } from "./storedJson.js";

const texts = z.array(z.string());

/** What would become of one node. */
const node = z.object({
  id: z.string(),
  region: z.string(),
  from: z.string(),
  to: z.string(),
  /** Patches that would no longer be installed on it. */
  loses: texts,
  /** Patches that would be installed on it again. */
  gains: texts,
  /** Whether it would begin or cease to be held as a whole. */
  hold: z.exactOptional(z.enum(["begins", "ends"])),
});

const schema = z.object({
  version: z.literal(1, "is not 1"),
  key: z.string(),
  /** The manifest that it would be, or take the place of. */
  insteadOf: z.string(),
  versionId: z.string(),
  verdict: z.enum(["would be applied", "would be refused", "would be held"]),
  problems: z.array(problemSchema),
  changedNodes: z.int(),
  mostChangedNodes: z.int(),
  nodes: z.array(node),
  /** Per entry what it would not reach, and why. */
  entries: z.array(
    z.object({
      id: z.string(),
      region: z.string(),
      nodes: z.int(),
      unknownNodes: texts,
      leftAlone: z.array(z.object({ id: z.string(), why: z.string() })),
    }),
  ),
  unreadRegions: texts,
});

/** What would happen if a plan were uploaded as a manifest. Nothing has been written. */
export type PlanReport = z.infer<typeof schema>;
export type PlannedNode = PlanReport["nodes"][number];

/** Reads what is said of a plan under `status/`; undefined when it is no report. */
export function parsePlanReport(text: string): PlanReport | undefined {
  const read = readStored(schema, text);
  return read.ok ? read.value : undefined;
}

/** The manifest that a plan is a draft of. */
export function manifestOfPlan(key: string): string {
  return `${keys.manifests}${key.slice(keys.plans.length)}`;
}
