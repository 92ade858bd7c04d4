import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as z from "zod/mini";
import { compare } from "../text/words.js";
import { stateFolder } from "./believed.js";
import { nodesInForce, parseStatus, type Status } from "./manifestStatus.js";
import { readStored } from "./storedJson.js";

/** What the processor has last said of every manifest. What lies below `status/` is for people, and is never read back. */
export const verdictsKey = `${stateFolder}verdicts.json`;
/** Digests of what may stand there, so that an object of somebody else, or an older one of our own, is noticed. */
export const sealKey = `${stateFolder}seal.json`;

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
  statuses: ReadonlyMap<string, PackedStatus>,
): (moved: KeptVerdicts["moved"]) => string {
  const manifests = Object.fromEntries([...statuses].sort(([a], [b]) => compare(a, b)));
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

/** What was said of a manifest, as it is kept. */
export type PackedStatus = string;

export function pack(status: Status): PackedStatus {
  return deflateRawSync(JSON.stringify(status)).toString("base64");
}

function unpack(packed: string): Status | undefined {
  try {
    const status = parseStatus(inflateRawSync(Buffer.from(packed, "base64")).toString());
    return status === undefined ? undefined : withSharedTexts(status);
  } catch (error) {
    // What zlib cannot inflate none of ours has deflated.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

/** The same, with one text for all nodes that have it: JSON brings one for each, which takes more than the rest of a node. */
function withSharedTexts(status: Status): Status {
  const texts = new Map<string, string>();
  const shared = (text: string) => {
    const known = texts.get(text) ?? text;
    texts.set(known, known);
    return known;
  };
  for (const node of status.entries.flatMap(({ nodes }) => nodes)) {
    node.region = shared(node.region);
    node.from = shared(node.from);
    node.group = shared(node.group);
    if (node.operatingSystem !== undefined) node.operatingSystem = shared(node.operatingSystem);
    if (node.notYet !== undefined) node.notYet = shared(node.notYet);
  }
  return status;
}

/** The nodes that people were told an entry is in force on, by Region, with their patch groups. */
export function toldByRegion(statuses: Iterable<Status>): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const regions = new Map<string, Map<string, string>>();
  for (const { entries } of statuses)
    for (const { region, id, group } of entries.flatMap(nodesInForce)) {
      const known = regions.get(region);
      if (known === undefined) regions.set(region, new Map([[id, group]]));
      else known.set(id, group);
    }
  return regions;
}
