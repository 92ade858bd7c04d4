import * as z from "zod/mini";
import { stateFolder } from "./believed.js";
import { nodesInForce, type Status, statusSchema } from "./manifestStatus.js";
import { readStored } from "./storedJson.js";

/** What the processor has last said of every manifest. What lies below `status/` is for people, and is never read back. */
export const verdictsKey = `${stateFolder}verdicts.json`;

const schema = z.object({
  version: z.literal(1),
  manifests: z.record(z.string(), statusSchema),
  /** Nodes that were moved without an approval, and when (epoch milliseconds). */
  moved: z.array(z.object({ at: z.number(), nodes: z.array(z.string()) })),
});

export type KeptVerdicts = z.infer<typeof schema>;

/** Reads what an earlier run has written; undefined when it is anything else. */
export function parseVerdicts(text: string): KeptVerdicts | undefined {
  const read = readStored(schema, text);
  return read.ok ? read.value : undefined;
}

/** The nodes of a Region that people were told an entry is in force on, with their patch groups. */
export function toldIn(statuses: Iterable<Status>, region: string): ReadonlyMap<string, string> {
  const nodes = [...statuses].flatMap(({ entries }) => entries.flatMap(nodesInForce));
  return new Map(nodes.flatMap((node) => (node.region === region ? [[node.id, node.group] as const] : [])));
}
