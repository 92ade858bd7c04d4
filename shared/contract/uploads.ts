import * as z from "zod/mini";
import { stateFolder } from "./believed.js";
import { readStored, isoTime as time } from "./storedJson.js";

/** Where the exclusion processor keeps who uploaded each version of a manifest, and who approved it. */
export function uploadsKey(manifest: string): string {
  return `${stateFolder}uploads/${manifest}.json`;
}

const text = z.string();

const upload = z.object({
  /** Of a manifest, or of an approval. */
  key: text,
  versionId: text,
  /** As S3's event names whoever caused it: the unique id of a user, or of a role with its session. */
  principal: text,
  at: time,
  /** The version that an approval names; missing where it names none that can be read. */
  approves: z.exactOptional(text),
});

const schema = z.object({ version: z.literal(1), uploads: z.array(upload) });

/** One version of an object, and who wrote it. */
export type Upload = z.infer<typeof upload>;

/** The bytes of the object. */
export function uploadsText(uploads: readonly Upload[]): string {
  return `${JSON.stringify({ version: 1, uploads })}\n`;
}

/** Reads what the processor has written; undefined when it is anything else. */
export function parseUploads(stored: string): Upload[] | undefined {
  const read = readStored(schema, stored);
  return read.ok ? read.value.uploads : undefined;
}
