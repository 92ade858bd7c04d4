import * as z from "zod/mini";
import { stateFolder } from "./believed.js";
import { readStored } from "./storedJson.js";

/** Where the exclusion processor keeps what runs have shown of the exclusions that it has told as in force. */
export const evidenceKey = `${stateFolder}evidence.json`;

const text = z.string();
/** ISO 8601. */
const time = z.string().check(z.refine((value) => !Number.isNaN(Date.parse(value)), "is no time"));

const schema = z.object({
  version: z.literal(1),
  /** When reports are to be read next: after a window that installs, and daily. */
  due: time,
  regions: z.record(
    text,
    z.object({
      /** Reports that are older were looked at. */
      readAt: time,
      /** Promised nodes by their patch group, and since when that keeps their promise. */
      promised: z.array(z.object({ group: text, since: time, ids: z.array(text) })),
      /** Those of which a run has come back with the baseline that keeps it. */
      proved: z.array(text),
      breaches: z.array(
        z.object({
          id: text,
          why: text,
          /** When the run had ended. */
          at: time,
          /** When people were last told; missing when nobody could be. */
          told: z.optional(time),
        }),
      ),
    }),
  ),
});

/** What is kept from one reading to the next. */
export type KeptEvidence = z.infer<typeof schema>;
export type RegionEvidence = KeptEvidence["regions"][string];
export type Breach = RegionEvidence["breaches"][number];

/** The bytes of the object: the same for the same content. */
export function evidenceText(evidence: KeptEvidence): string {
  return `${JSON.stringify(schema.parse(evidence))}\n`;
}

/** Reads what an earlier run has written; undefined when it is anything else. */
export function parseEvidence(written: string): KeptEvidence | undefined {
  const read = readStored(schema, written);
  return read.ok ? read.value : undefined;
}
