import * as z from "zod/mini";

/** What the function that ends a window's run is called with: by the window's first task, then by schedules of its own. */
const schema = z.strictObject({
  windowId: z.string().check(z.regex(/^mw-[0-9a-f]{17}$/)),
  /** Id of the window's execution, a UUID. */
  executionId: z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)),
  /** `begin`: the end is to be arranged. `stop`: nothing is to begin any more. `end`: what goes on is to be told. */
  at: z.enum(["begin", "stop", "end"]),
});

export type WindowEndEvent = z.infer<typeof schema>;

/** What a window's task says before any node is patched; SSM puts ids in the place of their names. */
export const windowEndPayload = JSON.stringify({
  windowId: "{{WINDOW_ID}}",
  executionId: "{{WINDOW_EXECUTION_ID}}",
  at: "begin",
});

/** @throws Error that names every problem */
export function parseWindowEndEvent(event: unknown): WindowEndEvent {
  return schema.parse(event);
}

/** Name of the schedule of one of the two calls: at most 64 characters (API CreateSchedule, Name). */
export function windowEndSchedule({ executionId, at }: WindowEndEvent): string {
  return `${executionId}-${at}`;
}

/** What the function is told by its environment. */
export const windowEndVariables = {
  topicArn: "FAILURES_TOPIC_ARN",
  scheduleGroup: "SCHEDULE_GROUP",
  scheduleRoleArn: "SCHEDULE_ROLE_ARN",
  deadLetterQueueArn: "DEAD_LETTER_QUEUE_ARN",
} as const;

/** The function that ends runs of a window. AWS's own role for windows calls functions alone whose names begin with SSM. */
export function windowEndFunctionName(windowName: string): string {
  return `SSM-${windowName}-end`;
}
