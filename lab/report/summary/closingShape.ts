import { z } from "zod";
import { nodeStateNames } from "#shared/contract/nodeStates.js";

const time = z.iso.datetime().describe("Instant in simulated time, UTC");
const count = z.number().int().min(0);

/** What the newest closing record of a window says: the program's own word, beside what the lab has seen. */
export const closingRecordSchema = z.strictObject({
  windowId: z.string(),
  windowName: z.string(),
  operation: z.enum(["Scan", "Install"]),
  executionId: z.string(),
  startedAt: time.describe("When the execution began"),
  closedAt: time.describe("When the record was written"),
  status: z.string().describe("Status of the window execution, as Maintenance Windows names it"),
  end: z.enum(["ended", "not started", "given up"]),
  unread: z.array(z.string()).describe("What the function could not read"),
  states: z.array(
    z.strictObject({
      state: z.enum(nodeStateNames),
      nodes: count.min(1),
      examples: z.array(z.string()).describe("Names of the first nodes, where they were not covered"),
    }),
  ),
});

export type ClosingRecord = z.infer<typeof closingRecordSchema>;
