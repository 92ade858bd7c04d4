import { z } from "zod";

/** Actions of Automation (user guide: Systems Manager Automation actions reference). */
const actions =
  "approve assertAwsResourceProperty branch changeInstanceState copyImage createImage createStack createTags deleteImage deleteStack executeAutomation executeAwsApi executeScript executeStateMachine invokeLambdaFunction invokeWebhook loop pause runCommand runInstances sleep updateVariable waitForAwsResourceProperty"
    .split(" ")
    .map((name) => `aws:${name}`);

/** Types of what a runbook takes and gives. */
export const parameterTypes = ["String", "StringList", "Boolean", "Integer", "MapList", "StringMap"] as const;

export const stepName = z.string().regex(/^[\w-]{1,128}$/);
const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);
const wholeNumber = z.union([
  z.int().positive(),
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number),
]);
/** A step of a runbook. */
export const runbookStep = z.looseObject({
  name: stepName,
  action: z.enum(actions),
  inputs: z.record(z.string(), z.json()),
  isCritical: flag.optional(),
  isEnd: flag.optional(),
  maxAttempts: wholeNumber.optional(),
  nextStep: stepName.optional(),
  onFailure: z
    .string()
    .regex(/^(Abort|Continue|step:[\w-]{1,128})$/)
    .optional(),
  outputs: z
    .array(z.strictObject({ Name: z.string().min(1), Selector: z.string(), Type: z.enum(parameterTypes) }))
    .optional(),
  timeoutSeconds: wholeNumber.optional(),
});

/** What a runbook says of one of its steps. */
export type RunbookStep = z.infer<typeof runbookStep>;
