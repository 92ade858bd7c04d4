import { z } from "zod";
import { nodeSchema } from "../fleet/schema.js";

const { region, offline } = nodeSchema.shape;
const { from, to } = offline.unwrap().element.shape;
const share = z.number().min(0).max(1);
/** With `*` for any text and `?` for any character, as in IAM. */
const pattern = z.string().min(1).max(128);
const functions = z.array(pattern).min(1).describe("Names of functions, with * for any text");
const count = z.number().int().min(1).max(1_000_000);
const seconds = z.number().min(0).max(21_600);

function isInOrder(stretch: { readonly from?: string; readonly to?: string }): boolean {
  return !(Date.parse(stretch.from ?? "") >= Date.parse(stretch.to ?? ""));
}
const inOrder = { error: "a time after from", path: ["to"] };

const call = z
  .strictObject({
    operations: z
      .array(pattern.regex(/^(\*|[^:]+:.+)$/, "an operation such as ssm:AddTags*, or *"))
      .min(1)
      .describe("Operations as IAM names their services, with * for any text: ssm:AddTags*, tag:*, *"),
    regions: z.array(region).min(1).exactOptional().describe("Without it, all"),
    share: share.describe("Share of the calls that it happens to, from 0 to 1"),
    kind: z
      .enum(["throttle", "serverError", "timeout"])
      .describe("The service throttles, answers with a 500, or does what it was asked and never answers"),
    from: from.exactOptional().describe("When it begins; without it, at once"),
    to: to.exactOptional().describe("When it is over; without it, never"),
  })
  .refine(isInOrder, inOrder)
  .describe("Calls to AWS that go wrong");

const regionDown = z
  .strictObject({ region, from, to })
  .refine(isInOrder, inOrder)
  .describe("A Region whose endpoints take no connections");

const events = z
  .strictObject({
    functions: functions.exactOptional().describe("Names of functions, with * for any text; without it, all"),
    duplicateShare: share.default(0).describe("Share of the events that are delivered twice"),
    delaySeconds: z
      .tuple([seconds, seconds])
      .refine(([least, most]) => least <= most, "the shortest delay, then the longest")
      .default([1, 1])
      .describe("Shortest and longest delay of a delivery; where they differ, events overtake each other"),
  })
  .describe("Events on their way to functions");

const kill = z
  .strictObject({
    function: pattern.describe("Name of a function, with * for any text"),
    invocation: count.exactOptional().describe("Which of the function's invocations, from 1"),
    every: count.exactOptional().describe("Each invocation whose number this divides"),
    afterCalls: z.number().int().min(0).max(1_000_000).describe("Calls to AWS that it makes before it dies"),
  })
  .refine(({ invocation, every }) => (invocation === undefined) !== (every === undefined), {
    error: "either invocation or every",
  })
  .describe("An invocation of a function that is killed between two calls");

/** The shape of a file of faults. */
export const faultsSchema = z
  .strictObject({
    $schema: z.string().exactOptional(),
    version: z.literal(1),
    description: z.string().max(1000).exactOptional(),
    calls: z.array(call).max(100).default([]).describe("The first that fits and strikes decides"),
    regionsDown: z.array(regionDown).max(100).default([]),
    events: events.exactOptional(),
    kills: z.array(kill).max(100).default([]).describe("The first that fits decides"),
  })
  .describe("What goes wrong in patchplane's lab");

/** What a file of faults asks for. */
export type FaultsDescription = z.infer<typeof faultsSchema>;

/** What a file of faults may leave out has a default. */
export type FaultsInput = z.input<typeof faultsSchema>;
