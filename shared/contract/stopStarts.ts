import * as z from "zod/mini";

/** What people's `stop` calls the starting function with, so that a run starts nothing that it waits for or could not start. */
const schema = z.strictObject({
  /** Id of a run. */
  startNothingMoreOf: z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)),
});

/** The run that an event is to stop; undefined for every other event. */
export function stopOf(event: unknown): string | undefined {
  return schema.safeParse(event).data?.startNothingMoreOf;
}

/** The event that stops a run. */
export function stopEvent(runId: string): z.infer<typeof schema> {
  return { startNothingMoreOf: runId };
}
