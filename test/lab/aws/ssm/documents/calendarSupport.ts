/** The content of a change calendar. */
export function content(kind: "DEFAULT_OPEN" | "DEFAULT_CLOSED", ...lines: string[]): string {
  const head = ["BEGIN:VCALENDAR", "PRODID:-//AWS//Change Calendar 1.0//EN", "VERSION:2.0"];
  return [...head, `X-CALENDAR-TYPE:${kind}`, ...lines, "END:VCALENDAR", ""].join("\r\n");
}

/** A calendar's event. */
export function event(...lines: string[]): string[] {
  return ["BEGIN:VEVENT", "UID:one", ...lines, "END:VEVENT"];
}

/** A calendar that is closed but for one event. */
export const closed = (...lines: string[]) => content("DEFAULT_CLOSED", ...event(...lines));
