import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as z from "zod/mini";
import { compare } from "../text/words.js";
import { stateFolder } from "./believed.js";
import { nodesInForce, parseStatus, type Status } from "./manifestStatus.js";
import { readStored } from "./storedJson.js";

/** What the processor has last said of every manifest. What lies below `status/` is for people, and is never read back. */
export const verdictsKey = `${stateFolder}verdicts.json`;

const schema = z.object({
  version: z.literal(2),
  /** What was said of each manifest: JSON, deflated, in base64. Of many nodes it is long, and most of it is said of each again. */
  manifests: z.record(z.string(), z.string()),
  /** Nodes that were moved without an approval, and when (epoch milliseconds). */
  moved: z.array(z.object({ at: z.number(), nodes: z.array(z.string()) })),
});

export interface KeptVerdicts {
  readonly manifests: ReadonlyMap<string, Status>;
  readonly moved: readonly z.infer<typeof schema>["moved"][number][];
}

/** The bytes of the object with nodes that were moved: the same for the same content, in whatever order it was found. */
export function verdictsText(
  statuses: ReadonlyMap<string, Status>,
): (moved: KeptVerdicts["moved"]) => string {
  const packed = [...statuses].sort(([a], [b]) => compare(a, b)).map(([key, status]) => [key, pack(status)]);
  const manifests = Object.fromEntries(packed);
  return (moved) => `${JSON.stringify({ version: 2, manifests, moved })}\n`;
}

/** Reads what an earlier run has written; undefined when it is anything else. */
export function parseVerdicts(text: string): KeptVerdicts | undefined {
  const read = readStored(schema, text);
  if (!read.ok) return undefined;
  const manifests = new Map<string, Status>();
  for (const [key, packed] of Object.entries(read.value.manifests)) {
    const status = unpack(packed);
    if (status === undefined) return undefined;
    manifests.set(key, status);
  }
  return { manifests, moved: read.value.moved };
}

function pack(status: Status): string {
  return deflateRawSync(JSON.stringify(status)).toString("base64");
}

function unpack(packed: string): Status | undefined {
  try {
    return parseStatus(inflateRawSync(Buffer.from(packed, "base64")).toString());
  } catch (error) {
    // What zlib cannot inflate none of ours has deflated.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

/** The nodes of a Region that people were told an entry is in force on, with their patch groups. */
export function toldIn(statuses: Iterable<Status>, region: string): ReadonlyMap<string, string> {
  const nodes = [...statuses].flatMap(({ entries }) => entries.flatMap(nodesInForce));
  return new Map(nodes.flatMap((node) => (node.region === region ? [[node.id, node.group] as const] : [])));
}
