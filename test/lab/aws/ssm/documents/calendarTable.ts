import { closed, content, event } from "./calendarSupport.js";

const newYork = [
  "BEGIN:VTIMEZONE",
  "TZID:Eastern Standard Time",
  "BEGIN:STANDARD",
  "DTSTART:16011104T020000",
  "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
  "TZOFFSETFROM:-0400",
  "TZOFFSETTO:-0500",
  "END:STANDARD",
  "BEGIN:DAYLIGHT",
  "DTSTART:16010311T020000",
  "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
  "TZOFFSETFROM:-0500",
  "TZOFFSETTO:-0400",
  "END:DAYLIGHT",
  "END:VTIMEZONE",
];

const weekdays = closed(
  "DTSTART;TZID=Asia/Tokyo:20260501T080000",
  "DTEND;TZID=Asia/Tokyo:20260501T180000",
  "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
);
const nightly = (zone: string, ...more: string[]) =>
  closed(`DTSTART;TZID=${zone}:20260101T220000`, "DURATION:PT4H", "RRULE:FREQ=DAILY", ...more);

/** Calendars, and at some times their state and the next transition. */
export const calendarTable: readonly [
  what: string,
  calendar: string,
  rows: readonly [time: string, state: string, next: string | undefined][],
][] = [
  ["without events", content("DEFAULT_OPEN"), [["2026-06-01T00:00:00Z", "OPEN", undefined]]],
  [
    "that is closed but for one event",
    closed("DTSTART:20260610T100000Z", "DTEND:20260610T120000Z"),
    [
      ["2026-06-10T09:59:59Z", "CLOSED", "2026-06-10T10:00:00Z"],
      ["2026-06-10T10:00:00Z", "OPEN", "2026-06-10T12:00:00Z"],
      ["2026-06-10T11:59:59Z", "OPEN", "2026-06-10T12:00:00Z"],
      ["2026-06-10T12:00:00Z", "CLOSED", undefined],
    ],
  ],
  [
    "that is open but for one event",
    content("DEFAULT_OPEN", ...event("DTSTART:20260610T100000Z", "DURATION:PT2H")),
    [
      ["2026-06-01T00:00:00Z", "OPEN", "2026-06-10T10:00:00Z"],
      ["2026-06-10T10:00:00Z", "CLOSED", "2026-06-10T12:00:00Z"],
    ],
  ],
  [
    "of a working week in Tokyo, without a VTIMEZONE",
    weekdays,
    [
      ["2026-06-01T00:00:00Z", "OPEN", "2026-06-01T09:00:00Z"],
      ["2026-06-05T09:00:00Z", "CLOSED", "2026-06-07T23:00:00Z"],
    ],
  ],
  [
    "with an all-day event in UTC",
    closed("DTSTART;VALUE=DATE:20260704", "DTEND;VALUE=DATE:20260706"),
    [
      ["2026-07-03T23:59:59Z", "CLOSED", "2026-07-04T00:00:00Z"],
      ["2026-07-05T23:59:59Z", "OPEN", "2026-07-06T00:00:00Z"],
    ],
  ],
  [
    "with an all-day event in the zone of the calendar, on the day that has 23 hours",
    content("DEFAULT_CLOSED", "X-WR-TIMEZONE:America/New_York", ...event("DTSTART;VALUE=DATE:20260308")),
    [
      ["2026-03-08T04:59:59Z", "CLOSED", "2026-03-08T05:00:00Z"],
      ["2026-03-08T05:00:00Z", "OPEN", "2026-03-09T04:00:00Z"],
    ],
  ],
  [
    "with floating times in the zone of the calendar",
    content(
      "DEFAULT_CLOSED",
      "X-WR-TIMEZONE:Europe/Berlin",
      ...event("DTSTART:20260701T100000", "DURATION:PT1H"),
    ),
    [["2026-07-01T07:59:59Z", "CLOSED", "2026-07-01T08:00:00Z"]],
  ],
  [
    "whose clocks spring forward within an event of four hours",
    nightly("America/New_York"),
    [
      ["2026-03-08T02:00:00Z", "CLOSED", "2026-03-08T03:00:00Z"],
      ["2026-03-08T03:00:00Z", "OPEN", "2026-03-08T07:00:00Z"],
      ["2026-03-08T07:00:00Z", "CLOSED", "2026-03-09T02:00:00Z"],
    ],
  ],
  [
    "with a zone that only its own VTIMEZONE knows",
    content(
      "DEFAULT_CLOSED",
      ...newYork,
      ...event("DTSTART;TZID=Eastern Standard Time:20260101T220000", "DURATION:PT4H", "RRULE:FREQ=DAILY"),
    ),
    [
      ["2026-03-07T02:59:59Z", "CLOSED", "2026-03-07T03:00:00Z"],
      ["2026-03-08T07:00:00Z", "CLOSED", "2026-03-09T02:00:00Z"],
      ["2026-11-02T00:00:00Z", "CLOSED", "2026-11-02T03:00:00Z"],
    ],
  ],
  [
    "whose event starts in the hour that clocks skip",
    closed("DTSTART;TZID=America/New_York:20260308T023000", "DTEND;TZID=America/New_York:20260308T043000"),
    [
      ["2026-03-08T07:29:59Z", "CLOSED", "2026-03-08T07:30:00Z"],
      ["2026-03-08T07:30:00Z", "OPEN", "2026-03-08T08:30:00Z"],
    ],
  ],
  [
    "whose event starts in the hour that comes twice",
    closed("DTSTART;TZID=America/New_York:20261101T013000", "DURATION:PT1H"),
    [["2026-11-01T05:29:59Z", "CLOSED", "2026-11-01T05:30:00Z"]],
  ],
  [
    "whose events of a day each are as long as the days are",
    closed("DTSTART;TZID=Europe/Berlin:20260301T000000", "DURATION:P1D", "RRULE:FREQ=WEEKLY"),
    [["2026-03-29T00:00:00Z", "OPEN", "2026-03-29T22:00:00Z"]],
  ],
  [
    "whose end is as far from each start as from the first one, whatever the clocks do",
    closed(
      "DTSTART;TZID=Europe/Berlin:20260301T000000",
      "DTEND;TZID=Europe/Berlin:20260302T000000",
      "RRULE:FREQ=WEEKLY",
    ),
    [["2026-03-29T00:00:00Z", "OPEN", "2026-03-29T23:00:00Z"]],
  ],
  [
    "whose days without times are as long as the days are",
    content(
      "DEFAULT_CLOSED",
      "X-WR-TIMEZONE:Europe/Berlin",
      ...event("DTSTART;VALUE=DATE:20260301", "DTEND;VALUE=DATE:20260302", "RRULE:FREQ=WEEKLY"),
    ),
    [["2026-03-29T00:00:00Z", "OPEN", "2026-03-29T22:00:00Z"]],
  ],
  [
    "with an event that ends in another zone",
    closed("DTSTART;TZID=Europe/Berlin:20260601T100000", "DTEND;TZID=America/New_York:20260601T060000"),
    [["2026-06-01T09:00:00Z", "OPEN", "2026-06-01T10:00:00Z"]],
  ],
  [
    "with an end of the recurrence in UTC that is the last start",
    closed(
      "DTSTART;TZID=Asia/Tokyo:20260601T080000",
      "DURATION:PT1H",
      "RRULE:FREQ=DAILY;UNTIL=20260602T230000Z",
    ),
    [
      ["2026-06-02T01:00:00Z", "CLOSED", "2026-06-02T23:00:00Z"],
      ["2026-06-03T00:00:00Z", "CLOSED", undefined],
    ],
  ],
  [
    "with a last day",
    closed("DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260603"),
    [
      ["2026-06-02T12:00:00Z", "CLOSED", "2026-06-03T00:00:00Z"],
      ["2026-06-04T00:00:00Z", "CLOSED", undefined],
    ],
  ],
  [
    "with a number of events, of which those left out count",
    closed(
      "DTSTART:20260601T000000Z",
      "DURATION:PT1H",
      "RRULE:FREQ=DAILY;COUNT=3",
      "EXDATE:20260602T000000Z",
    ),
    [
      ["2026-06-01T01:00:00Z", "CLOSED", "2026-06-03T00:00:00Z"],
      ["2026-06-03T01:00:00Z", "CLOSED", undefined],
    ],
  ],
  [
    "with several times left out, the first of which is none of its own",
    nightly(
      "Europe/Berlin",
      "EXDATE;TZID=Europe/Berlin:20260601T210000,20260601T220000",
      "EXDATE:20260602T200000Z",
    ),
    [["2026-06-01T12:00:00Z", "CLOSED", "2026-06-03T20:00:00Z"]],
  ],
  [
    "with further times",
    closed("DTSTART:20260601T000000Z", "DURATION:PT1H", "RDATE:20260605T000000Z,20260603T000000Z"),
    [
      ["2026-06-01T01:00:00Z", "CLOSED", "2026-06-03T00:00:00Z"],
      ["2026-06-03T01:00:00Z", "CLOSED", "2026-06-05T00:00:00Z"],
    ],
  ],
  [
    "with one of its events moved",
    content(
      "DEFAULT_CLOSED",
      ...event("DTSTART;TZID=Asia/Tokyo:20260601T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"),
      ...event("RECURRENCE-ID:20260608T000000Z", "DTSTART:20260610T000000Z", "DURATION:PT2H"),
    ),
    [
      ["2026-06-02T00:00:00Z", "CLOSED", "2026-06-10T00:00:00Z"],
      ["2026-06-10T00:00:00Z", "OPEN", "2026-06-10T02:00:00Z"],
      ["2026-06-11T00:00:00Z", "CLOSED", "2026-06-15T00:00:00Z"],
    ],
  ],
  [
    "with one of its events cancelled",
    content(
      "DEFAULT_CLOSED",
      ...event("DTSTART:20260601T000000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"),
      ...event(
        "RECURRENCE-ID:20260608T000000Z",
        "DTSTART:20260608T000000Z",
        "DURATION:PT1H",
        "STATUS:CANCELLED",
      ),
    ),
    [["2026-06-02T00:00:00Z", "CLOSED", "2026-06-15T00:00:00Z"]],
  ],
  [
    "with events that meet and overlap",
    content(
      "DEFAULT_CLOSED",
      ...event("DTSTART:20260601T000000Z", "DURATION:PT2H"),
      ...event("DTSTART:20260601T010000Z", "DURATION:PT2H"),
      ...event("DTSTART:20260601T030000Z", "DURATION:PT1H"),
    ),
    [["2026-06-01T00:30:00Z", "OPEN", "2026-06-01T04:00:00Z"]],
  ],
  [
    "with advice, a to-do and an event of no length, which change nothing",
    content(
      "DEFAULT_OPEN",
      ...event("DTSTART:20260601T000000Z", "DURATION:P9D", "X-EVENT-TYPE:ADVISORY"),
      ...event("DTSTART:20260601T000000Z", "X-EVENT-TYPE:STANDARD"),
      "BEGIN:VTODO",
      "UID:two",
      "END:VTODO",
    ),
    [["2026-06-01T00:00:00Z", "OPEN", undefined]],
  ],
  [
    "that is always closed by a chain of days",
    content("DEFAULT_OPEN", ...event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY")),
    [["2026-06-01T00:00:00Z", "CLOSED", undefined]],
  ],
  [
    "of the last working day of each month",
    closed("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    [["2026-05-15T00:00:00Z", "CLOSED", "2026-05-29T00:00:00Z"]],
  ],
  [
    "of the 29th of February",
    closed("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY"),
    [
      ["2024-03-01T00:00:00Z", "CLOSED", "2028-02-29T00:00:00Z"],
      ["2096-03-01T00:00:00Z", "CLOSED", "2104-02-29T00:00:00Z"],
    ],
  ],
  [
    "of a day that there is not",
    closed("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    [["2026-06-01T00:00:00Z", "CLOSED", undefined]],
  ],
  [
    "of Thanksgiving",
    closed("DTSTART;VALUE=DATE:20251127", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
    [["2026-01-01T00:00:00Z", "CLOSED", "2026-11-26T00:00:00Z"]],
  ],
  [
    "with a folded line and lines that end as on Unix",
    closed("SUMMARY:a long", "  text", "DTSTART:20260610T100000Z", "DURATION:PT1H").replaceAll("\r\n", "\n"),
    [["2026-06-10T10:00:00Z", "OPEN", "2026-06-10T11:00:00Z"]],
  ],
];
