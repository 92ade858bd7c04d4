import type { GetCalendarStateRequest, GetCalendarStateResponse } from "@aws-sdk/client-ssm";
import { dayMs } from "#shared/text/time.js";
import { reasonOf } from "#shared/text/words.js";
import { AwsError, validationError } from "../../base/errors.js";
import type { Place } from "../../place.js";
import { instantOf } from "../filters.js";
import { type Calendar, readCalendar } from "./calendar.js";
import { eventSpans } from "./calendarEvents.js";
import type { Documents } from "./documents.js";

/** Where calendars are. */
type Needs = Place & { readonly documents: Documents };

/** How far the next transition is looked for, by and by: the last covers any leap day. */
const horizons = [40 * dayMs, 400 * dayMs, 4000 * dayMs];

/**
 * Whether calendars are all open, and when that changes next: within eleven years, or never.
 *
 * @throws AwsError InvalidDocument, InvalidDocumentType, UnsupportedCalendarException
 */
export function getCalendarState(
  region: Needs,
  { CalendarNames = [], AtTime }: GetCalendarStateRequest,
): GetCalendarStateResponse {
  if (CalendarNames.length === 0) throw validationError("CalendarNames must name a calendar");
  const at =
    AtTime === undefined ? region.account.clock.now : instantOf(AtTime.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  const calendars = CalendarNames.map((name) => calendarOf(region, name));
  const { isOpen, next } = stateOf(calendars, at);
  return {
    State: isOpen ? "OPEN" : "CLOSED",
    AtTime: isoText(at),
    ...(next === undefined ? {} : { NextTransitionTime: isoText(next) }),
  };
}

function calendarOf({ documents }: Needs, name: string): Calendar {
  const document = documents.find(name);
  if (document.type !== "ChangeCalendar")
    throw new AwsError("InvalidDocumentType", `Document ${name} is not a change calendar.`);
  return readCalendar(documents.versionOf(document).content);
}

function stateOf(calendars: readonly Calendar[], at: number): { isOpen: boolean; next: number | undefined } {
  let isOpen = false;
  for (const horizon of horizons) {
    const states = statesFrom(calendars, at, at + horizon);
    isOpen = states[0]?.isOpen ?? false;
    const next = states.find((state) => state.isOpen !== isOpen);
    if (next !== undefined) return { isOpen, next: next.at };
  }
  return { isOpen, next: undefined };
}

/** The states of calendars together: at a time, and wherever an event starts or ends until another. */
function statesFrom(calendars: readonly Calendar[], at: number, to: number) {
  const edges = calendars.flatMap((calendar, index) =>
    spansIn(calendar, at, to).flatMap((span) => [
      { time: Math.max(span.from, at), index, change: 1 },
      { time: span.to, index, change: -1 },
    ]),
  );
  edges.sort((a, b) => a.time - b.time);
  const running = calendars.map(() => 0);
  const states: { at: number; isOpen: boolean }[] = [];
  let time = at;
  const note = () => {
    const isOpen = calendars.every(
      ({ isOpenByDefault }, index) => isOpenByDefault === ((running[index] ?? 0) === 0),
    );
    states.push({ at: time, isOpen });
  };
  for (const edge of edges) {
    if (edge.time > to) break;
    if (edge.time > time) note();
    time = edge.time;
    running[edge.index] = (running[edge.index] ?? 0) + edge.change;
  }
  note();
  return states;
}

function spansIn({ root }: Calendar, from: number, to: number) {
  try {
    return eventSpans(root, from, to);
  } catch (error) {
    const what = reasonOf(error);
    throw new AwsError("UnsupportedCalendarException", `The calendar is not supported: ${what}`);
  }
}

function isoText(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");
}
