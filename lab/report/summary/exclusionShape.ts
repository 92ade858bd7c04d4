import { z } from "zod";

const time = z.iso.datetime().describe("Instant in simulated time, UTC");
const count = z.number().int().min(0);

const upload = z.strictObject({
  at: time,
  action: z.enum(["uploaded", "deleted"]),
  versionId: z.string().describe("Of the version or the delete marker"),
  sameAs: z
    .string()
    .nullable()
    .describe("An earlier version with the same bytes that is uploaded again; null when there is none"),
});

const verdict = z.strictObject({
  at: time,
  versionId: z.string().nullable().describe("The version that it is about; null when the manifest is gone"),
  verdict: z
    .string()
    .describe(
      "being applied, in force, refused, held or ended, as the status object says; of a plan: would be applied, ...",
    ),
  message: z.array(z.string()),
  problems: z
    .array(z.strictObject({ place: z.string(), message: z.string() }))
    .describe("Where, as file:line:column as far as it is known, and what is wrong there"),
});

const left = z.strictObject({
  patch: z.string(),
  nodes: z.array(z.string()).describe("Names of nodes"),
});

const run = z.strictObject({
  window: z.string(),
  executionId: z.string(),
  startedAt: time,
  reached: count.describe("Nodes of the entry that it installed on, or held ones that it could have reached"),
  left: z.array(left).describe("What it would have installed there but for the entry"),
});

const late = z.strictObject({
  patch: z.string(),
  nodes: z.array(z.string()),
  installed: z
    .strictObject({
      at: time.describe("When the last of the nodes had it"),
      patch: z.string().describe("This patch, or a newer one that came in for it"),
      window: z.string(),
    })
    .nullable()
    .describe("null while the nodes have not got it"),
});

const entry = z.strictObject({
  id: z.string(),
  effect: z.enum(["hold", "reject"]),
  patches: z.array(z.string()).describe("Empty for a hold: nothing is installed"),
  reason: z.string(),
  owner: z.string(),
  expires: time,
  inForce: z
    .array(
      z.strictObject({
        from: time,
        until: time.nullable().describe("null when it was in force at the end of the run"),
        ended: z.enum(["expired", "removed", "deleted"]).nullable(),
      }),
    )
    .describe("As its status objects say; removed: the manifest has no such entry any more"),
  nodes: z.array(
    z.strictObject({
      name: z.string(),
      id: z.string(),
      region: z.string(),
      from: z.string().describe("The patch group that it came from"),
      group: z.string().describe("The patch group that it was moved to"),
      atEnd: z.string().nullable().describe("Its patch group at the end of the run"),
    }),
  ),
  notReached: z
    .array(z.strictObject({ id: z.string(), why: z.string() }))
    .describe("Nodes that the entry names or selects and that were left alone"),
  runs: z.array(run).describe("Runs of install windows while it was in force"),
  later: z.array(late).describe("What was left, and whether it has come in since"),
});

const object = z.strictObject({
  key: z.string(),
  kind: z.enum(["manifest", "plan", "approval"]),
  uploads: z.array(upload),
  verdicts: z.array(verdict),
  entries: z.array(entry),
});

/** What became of exclusions: a part of `summary.json`. */
export const exclusionsSchema = z
  .strictObject({
    objects: z.array(object).describe("In the order of their first upload"),
    foreign: z
      .array(
        z.strictObject({
          id: z.string(),
          region: z.string(),
          why: z.string().describe("What was found the last time"),
          times: count.describe("How often a run has found it so"),
          since: time,
          last: time,
        }),
      )
      .describe("Nodes whose patch group tag or mark somebody else has written, whatever was uploaded"),
    skipped: z
      .array(z.strictObject({ at: time, key: z.string(), why: z.string() }))
      .describe("What the fleet file asks for at times that are not in the run"),
  })
  .describe("What was uploaded to the bucket for exclusions, and what became of it");

export type ExclusionsSummary = z.infer<typeof exclusionsSchema>;
export type ForeignNode = ExclusionsSummary["foreign"][number];
export type ExclusionObject = ExclusionsSummary["objects"][number];
export type ExclusionEntry = ExclusionObject["entries"][number];
export type EntryRun = ExclusionEntry["runs"][number];
