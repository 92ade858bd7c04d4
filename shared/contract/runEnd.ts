import * as z from "zod/mini";

/** What the stopping function is called with, by a schedule that the starting function has made. */
export const endEventSchema = z.strictObject({
  /** Id of a run. */
  runId: z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)),
  /** `stop`: nothing is to begin any more. `end`: the run is to be over, and what goes on is told. */
  at: z.enum(["stop", "end"]),
});

export type EndEvent = z.infer<typeof endEventSchema>;

/** Name of the schedule of a run's end: at most 64 characters (API CreateSchedule, Name). */
export function scheduleName({ runId, at }: EndEvent): string {
  return `${runId}-${at}`;
}

/** Name of the schedule by which a run is tried again at about a time (ISO 8601). */
export function againName(runId: string, time: string): string {
  return `${runId}-again-${time.slice(0, 16).replace(/\D/g, "")}`;
}
