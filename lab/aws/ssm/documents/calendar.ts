import ICAL from "ical.js";

/** A change calendar as its document has it. */
export interface Calendar {
  readonly root: ICAL.Component;
  readonly isOpenByDefault: boolean;
}

/**
 * Reads the content of a change calendar; its events are looked at when its state is asked for.
 *
 * @throws Error that says why it is none
 */
export function readCalendar(text: string): Calendar {
  const parsed: unknown = ICAL.parse(text);
  if (!Array.isArray(parsed) || parsed[0] !== "vcalendar") throw new Error("it is not one VCALENDAR");
  const root = new ICAL.Component(parsed);
  const type = root.getAllProperties("x-calendar-type").map((property) => String(property.getFirstValue()));
  if (type.length !== 1 || !/^DEFAULT_(OPEN|CLOSED)$/.test(type[0] ?? ""))
    throw new Error("X-CALENDAR-TYPE must be DEFAULT_OPEN or DEFAULT_CLOSED");
  return { root, isOpenByDefault: type[0] === "DEFAULT_OPEN" };
}
