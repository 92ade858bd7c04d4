import { z } from "zod";

const time = z.iso.datetime().describe("Instant in simulated time, UTC");
const count = z.number().int().min(0);
const text = z.string();

const node = z.strictObject({ id: text, name: text });

const patchCounts = z
  .strictObject({
    nodes: count,
    reported: count.describe("Nodes of which SSM has a patch state; the others were never scanned"),
    missing: count.describe("Patches, over all nodes"),
    failed: count,
    pendingReboot: count,
  })
  .nullable();

const region = z.strictObject({
  region: text,
  state: z
    .enum(["started", "skipped", "failed"])
    .describe("failed for any group, else started for any, else skipped. Started is not patched"),
  skipped: z.array(z.strictObject({ group: text, reason: text })),
  failures: z.array(
    z.strictObject({
      group: text,
      account: text.nullable().describe("Set where it is about another account"),
      error: text,
    }),
  ),
  members: count.describe("Nodes of the groups when the run began, stopped ones too"),
  counts: z
    .strictObject({
      patched: count.describe("Reported this run's result, and no patch failed; of a Scan, scanned"),
      failed: count,
      notCovered: count,
    })
    .nullable()
    .describe("All members; null while the run is not closed"),
  patched: z.array(node).describe("With nothing missing, failed or waiting for a reboot"),
  findings: z.array(node.extend({ missing: count, failed: count, pendingReboot: count })),
  notPatched: z
    .array(z.strictObject({ reason: text, why: text, nodes: z.array(node) }))
    .describe("Those that failed or were not covered, by reason"),
  before: patchCounts.describe("Before anything was started; null when unknown"),
  after: patchCounts.describe("When the run was closed; null when unknown"),
});

/** What became of a run of a central window: a part of `summary.json`. */
export const fanoutRunSchema = z
  .strictObject({
    runId: text.describe("Id of the task's execution, and SnapshotId of every node's patching"),
    operation: text,
    startedAt: time,
    closedAt: time.nullable().describe("null when it was not closed at the end of the simulation"),
    closedInTime: z
      .boolean()
      .nullable()
      .describe("Whether within an hour after its window's end; null while there is time left"),
    end: z
      .enum(["ended", "given up", "hollow", "calendar closed", "held"])
      .nullable()
      .describe(
        "As its record says; hollow: no Region had nodes; held: its ring did not start; null when it was not closed",
      ),
    regions: z
      .array(region)
      .describe("As the window names them; none when a calendar was not open, or its ring was held"),
    ring: z
      .strictObject({
        name: text,
        cycle: time.describe("When the run of the first ring began"),
        verdict: z.enum(["first", "passed", "promoted", "held"]),
        why: z.array(text).describe("Why it is held, or would have been"),
        by: text.exactOptional().describe("Who has paused or promoted it"),
      })
      .exactOptional()
      .describe("What its gate has said, of a run of a ring"),
  })
  .describe("What the run's record says");

export type FanoutRun = z.infer<typeof fanoutRunSchema>;
export type FanoutRegion = FanoutRun["regions"][number];
