import * as z from "zod/mini";
import { stateFolder } from "./believed.js";
import { readStored, isoTime as time } from "./storedJson.js";

/** Where the exclusion processor keeps what runs have shown of the exclusions that it has told as in force. */
export const evidenceKey = `${stateFolder}evidence.json`;

const text = z.string();
const texts = z.array(text);

const schema = z.object({
  version: z.literal(2),
  /** When reports are to be read next: after a window that installs, and daily. */
  due: time,
  regions: z.record(
    text,
    z.object({
      /** Promised nodes by their patch group, and since when that keeps their promise. */
      promised: z.array(z.object({ group: text, since: time, ids: texts })),
      /** Promises that have ended, for as long as a node may have yet to report of a run that began before. */
      ended: z.array(z.object({ group: text, since: time, until: time, ids: texts })),
      /** Ids of the baselines that have kept the promises of a patch group. */
      baselines: z.record(text, texts),
      /** When the last run that was looked at had ended, by node, epoch milliseconds. */
      seen: z.record(text, z.number()),
      /** Those of which a run has come back with the baseline that keeps it. */
      proved: texts,
      breaches: z.array(
        z.object({
          id: text,
          why: text,
          /** When the run had ended. */
          at: time,
          /** The snapshot of patches that it had, which names the run on the node and to AWS. */
          snapshotId: z.optional(text),
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
