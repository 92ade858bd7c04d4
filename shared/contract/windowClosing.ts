import * as z from "zod/mini";

/** What the function that closes records of windows is told by its environment. */
export const windowClosingVariables = {
  bucket: "RUNS_BUCKET",
  topicArn: "FAILURES_TOPIC_ARN",
  windows: "CLOSED_WINDOWS",
} as const;

/** Bucket of the stack's exclusions; missing in a stack that has none. */
export const windowExclusionBucket = "EXCLUSION_BUCKET";

const windows = z.array(
  z.strictObject({
    id: z.string(),
    name: z.string(),
    operation: z.enum(["Scan", "Install"]),
    /** Change Calendars without all of which open it is cancelled; missing for none. */
    calendars: z.exactOptional(z.array(z.string())),
  }),
);

/** A window whose executions get closing records. */
export type ClosedWindow = z.infer<typeof windows>[number];

/** @throws Error for anything but the JSON of a list of {@link ClosedWindow} */
export function parseClosedWindows(text: string): ClosedWindow[] {
  return windows.parse(JSON.parse(text));
}

/** The function that closes the records of a stack's scan and install windows. */
export function windowClosingName(namePrefix: string): string {
  return `${namePrefix}-closing`;
}
