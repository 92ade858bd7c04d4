import type { CalendarCall } from "#shared/contract/windowCalendars.js";
import { several } from "#shared/text/words.js";
import type { CalendarState } from "../../shared/calendarState.js";
import { settle } from "../../shared/errors.js";
import { untilAborted } from "../../shared/untilAborted.js";

/** What the function reaches, in its own Region. */
export interface CalendarPorts {
  /** @throws Error when SSM does not say */
  calendarState(names: readonly string[], signal: AbortSignal): Promise<CalendarState>;
  /** Begins no task of the execution that has not begun. */
  cancelExecution(id: string, signal: AbortSignal): Promise<void>;
}

/** What became of an opening. */
export interface CalendarVerdict {
  readonly verdict: "open" | "cancelled";
  /** Why it was cancelled. */
  readonly why?: string;
}

/**
 * Lets a window go on whose calendars are all open, and cancels any other before a node is reached. A calendar that nobody can read is
 * closed, for a scan too: one that is left out shows in its record, one within a freeze cannot be undone.
 *
 * @throws Error when it could not be cancelled: it goes on, and the alarm of the function tells
 */
export async function keepCalendars(
  ports: CalendarPorts,
  { windowId, executionId, calendars }: CalendarCall,
  signal: AbortSignal,
): Promise<CalendarVerdict> {
  const found = await settle(untilAborted(signal, () => ports.calendarState(calendars, signal)));
  if (found.ok && found.value.state === "OPEN") return { verdict: "open" };
  const why = found.ok
    ? `${several(calendars)} is ${found.value.state}`
    : `${several(calendars)} cannot be read: ${found.error}`;
  const cancelled = await settle(ports.cancelExecution(executionId, signal));
  if (cancelled.ok) return { verdict: "cancelled", why };
  throw new Error(
    `${why}, and execution ${executionId} of ${windowId} goes on, since it could not be cancelled: ${cancelled.error}`,
  );
}
