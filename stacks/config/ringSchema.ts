import { z } from "zod";
import { RebootOption } from "#components/index.js";

const text = z.string();
const list = z.array(text);

/** The shape of a ring; its rules are told apart. */
export const ring = z.strictObject({
  name: text,
  patchGroups: list,
  schedule: text,
  offsetDays: z.number().exactOptional(),
  after: text.exactOptional(),
  soakHours: z.number().exactOptional(),
  /** People write 95, "95" and 0.95 for 95%. */
  minSuccess: z.union([text, z.number()]).exactOptional(),
  maxFailed: z.number().exactOptional(),
  alarms: list.exactOptional(),
  regions: list.exactOptional(),
  durationHours: z.number().exactOptional(),
  cutoffHours: z.number().exactOptional(),
  maxConcurrency: text.exactOptional(),
  maxErrors: text.exactOptional(),
  rebootOption: z.enum(RebootOption).exactOptional(),
  enabled: z.boolean().exactOptional(),
  calendars: list.exactOptional(),
});

/** What a ring may say. */
export const ringKeys = Object.keys(ring.shape);
