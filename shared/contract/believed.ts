import * as z from "zod/mini";

/** Where a function keeps what it knows in its bucket; nobody else writes there. */
export const stateFolder = "state/";
export const believedKey = `${stateFolder}believed.json`;
/** Who may write at the moment. */
export const leaseKey = `${stateFolder}lease.json`;

const texts = z.array(z.string());

const believed = z.object({
  version: z.literal(1),
  /** When everything was last checked in full, epoch milliseconds. */
  checkedAt: z.number(),
  /** From this moment on it is not believed: an entry ends or is about to, or a day has passed. */
  until: z.number(),
  /** Every object of the bucket that a run looks at, by its key; what it writes has no time, a manifest has its verdict. */
  objects: z.record(
    z.string(),
    z.object({
      etag: z.string(),
      lastModified: z.optional(z.number()),
      verdict: z.optional(z.string()),
    }),
  ),
  /** The deployment record, as it was read. */
  record: z.string(),
  /** What entries look for: tags, and ids of nodes that they name and have not reached. */
  searches: z.array(
    z.object({
      /** Missing when it is about all Regions of the stack. */
      regions: z.optional(texts),
      by: z.union([
        z.object({ kind: z.literal("tags"), tags: z.record(z.string(), texts) }),
        z.object({ kind: z.literal("nodes"), ids: texts }),
      ]),
    }),
  ),
  regions: z.array(
    z.object({
      name: z.string(),
      /** Baselines that the processor has made, and the groups that are registered to them. */
      baselines: z.array(z.object({ id: z.string(), name: z.string(), operatingSystem: z.string() })),
      registrations: z.array(
        z.object({ group: z.string(), operatingSystem: z.string(), baselineId: z.string() }),
      ),
      /** Patch groups whose nodes are to be listed; empty when the marked nodes alone are. */
      listed: texts,
      /** Digest of what such a listing shows. */
      sight: z.string(),
      /** Nodes that entries ask for and whose operating system nobody knows. */
      silent: texts,
      /** Nodes whose tags somebody else has changed and that could not be put right. */
      foreign: z.array(z.object({ id: z.string(), why: z.string() })),
      /** How many nodes have installed what was to be kept off them. */
      breaches: z.number(),
    }),
  ),
});

/** What the last run that checked everything, and ended well, has left behind. */
export type Believed = z.infer<typeof believed>;
export type Search = Believed["searches"][number];
export type BelievedRegion = Believed["regions"][number];

/** What stands in its place from the begin of a run that checks everything until that has ended well. */
export const nothingBelieved = `${JSON.stringify({ version: 1, checking: true })}\n`;

/** The bytes of the object. */
export function believedText(value: Believed): string {
  return `${JSON.stringify(value)}\n`;
}

/** Reads what an earlier run has written; undefined when it is anything else, another version among it. */
export function parseBelieved(text: string): Believed | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return believed.safeParse(value).data;
}
