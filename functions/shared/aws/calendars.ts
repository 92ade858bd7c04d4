import { GetCalendarStateCommand, type SSMClient } from "@aws-sdk/client-ssm";
import type { CalendarState } from "../calendarState.js";

/** State of change calendars together. @param at ISO 8601; now without it */
export async function calendarState(
  client: SSMClient,
  names: readonly string[],
  abortSignal: AbortSignal,
  at?: string,
): Promise<CalendarState> {
  const asked = { CalendarNames: [...names], ...(at === undefined ? {} : { AtTime: at }) };
  const found = await client.send(new GetCalendarStateCommand(asked), { abortSignal });
  return { state: found.State ?? "unknown", nextTransition: found.NextTransitionTime };
}
