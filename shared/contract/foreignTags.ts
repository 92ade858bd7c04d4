import * as z from "zod/mini";
import { stateFolder } from "./believed.js";
import { readStored } from "./storedJson.js";

/** Where the exclusion processor keeps which nodes somebody else writes the tags of. */
export const foreignTagsKey = `${stateFolder}foreign.json`;

const time = z.string();

const schema = z.object({
  version: z.literal(1, "is not 1"),
  nodes: z.array(
    z.object({
      region: z.string(),
      id: z.string(),
      /** What was found the last time. */
      why: z.string(),
      /** How often a run has found its tags changed since `since`. */
      times: z.int(),
      since: time,
      last: time,
      /** When people were last told; missing when nobody could be. */
      told: z.optional(time),
    }),
  ),
});

/** The nodes whose two tags somebody else has written within the last day or two, in order. */
type ForeignTags = z.infer<typeof schema>;
export type ForeignNode = ForeignTags["nodes"][number];

/** The bytes of the object. */
export function foreignTagsText(nodes: readonly ForeignNode[]): string {
  // In the order of the schema, so that equal content is equal text.
  return `${JSON.stringify(schema.parse({ version: 1, nodes }), undefined, 1)}\n`;
}

/** Reads what an earlier run has written; undefined when it is anything else. */
export function parseForeignTags(text: string): ForeignTags | undefined {
  const read = readStored(schema, text);
  return read.ok ? read.value : undefined;
}

/** A node for people. */
export function foreignLine({ region, id, why, times, since }: ForeignNode): string {
  return `${region} ${id}: ${why} (${times === 1 ? "once" : `${times} times`} since ${since}).`;
}
