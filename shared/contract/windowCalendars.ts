import * as z from "zod/mini";

/** What the function that asks calendars is called with, by the window's first task. */
const schema = z.strictObject({
  windowId: z.string().check(z.regex(/^mw-[0-9a-f]{17}$/)),
  /** Id of the window's execution, a UUID. */
  executionId: z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)),
  /** Names or ARNs of Change Calendars that must all be open. */
  calendars: z.array(z.string()).check(z.minLength(1)),
});

/** An opening of a window, and the calendars that it depends on. */
export type CalendarCall = z.infer<typeof schema>;

/** What a window's task says before any node is patched; SSM puts ids in the place of their names. */
export function calendarPayload(calendars: readonly string[]): string {
  return JSON.stringify({ windowId: "{{WINDOW_ID}}", executionId: "{{WINDOW_EXECUTION_ID}}", calendars });
}

/** @throws Error that names every problem */
export function parseCalendarCall(event: unknown): CalendarCall {
  return schema.parse(event);
}

/** The function that asks the calendars of a window. AWS's own role for windows calls functions alone whose names begin with SSM. */
export function calendarFunctionName(windowName: string): string {
  return `SSM-${windowName}-calendars`;
}
