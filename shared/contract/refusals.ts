import * as z from "zod/mini";
import { stateFolder } from "./believed.js";
import { problemSchema } from "./manifestStatus.js";
import { readStored, isoTime as time } from "./storedJson.js";

/** Where the exclusion processor keeps which versions of manifests it has refused, and why. */
export const refusalsKey = `${stateFolder}refused.json`;

const refusal = z.object({
  versionId: z.string(),
  /** As the bucket's listing shows the object. */
  etag: z.string(),
  uploadedAt: z.number(),
  /** What of the stack it was held to, as a digest. */
  rules: z.string(),
  /** When it was read. */
  at: time,
  problems: z.array(problemSchema),
});

const schema = z.object({ version: z.literal(1), manifests: z.record(z.string(), refusal) });

/** A version of a manifest that has problems of its own, whatever else there is. */
export type Refusal = z.infer<typeof refusal>;

/** The bytes of the object. */
export function refusalsText(manifests: Readonly<Record<string, Refusal>>): string {
  return `${JSON.stringify({ version: 1, manifests })}\n`;
}

/** Reads what an earlier run has written, by the keys of manifests; undefined when it is anything else. */
export function parseRefusals(text: string): ReadonlyMap<string, Refusal> | undefined {
  const read = readStored(schema, text);
  return read.ok ? new Map(Object.entries(read.value.manifests)) : undefined;
}
