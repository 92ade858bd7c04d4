import * as z from "zod/mini";
import { openPatchSchema } from "#shared/contract/closedRun.js";
import { readRunText } from "#shared/contract/storedJson.js";

const text = z.string();
const openPatch = z.pick(openPatchSchema, { name: true, severity: true, state: true });

/** What has been read of an execution so far, so that whoever goes on need not read it again. */
const read = z.object({
  commands: z.exactOptional(z.array(z.object({ id: text, targetId: text, status: text }))),
  members: z.exactOptional(z.array(z.object({ targetId: text, ids: z.array(text) }))),
  held: z.exactOptional(z.array(text)),
  invocations: z.exactOptional(
    z.array(
      z.object({
        commandId: text,
        nodeId: text,
        status: text,
        requestedAt: z.number(),
        code: z.exactOptional(z.number()),
      }),
    ),
  ),
  pings: z.exactOptional(z.array(z.tuple([text, text]))),
  /** Open patches by the key of a node. */
  names: z.exactOptional(z.array(z.tuple([text, z.array(openPatch)]))),
});

const schema = z.object({
  version: z.literal(1, "is not 1"),
  execution: z.object({
    id: text,
    windowId: text,
    windowName: text,
    operation: z.enum(["Scan", "Install"]),
    status: text,
    statusDetails: z.exactOptional(text),
    /** Epoch milliseconds. */
    startedAt: z.number(),
    endedAt: z.number(),
  }),
  read,
});

/** An execution that has ended and whose record is not closed. */
export type OpenExecution = z.infer<typeof schema>;
export type ReadSoFar = z.infer<typeof read>;

/** The bytes of the object. */
export function openText(open: OpenExecution): string {
  return `${JSON.stringify(open)}\n`;
}

/** @throws Error that names every problem */
export function parseOpen(key: string, stored: string): OpenExecution {
  return readRunText(schema, key, stored);
}
