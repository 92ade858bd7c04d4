import { expect } from "chai";
import fc from "fast-check";
import { getCalendarState } from "#lab/aws/ssm/documents/calendars.js";
import { account, at, day, errorCode, homeRegion, hour, minute } from "#test/lab/support.js";
import { size } from "#test/support/size.js";
import { closed, content, event } from "./calendarSupport.js";
import { calendarTable } from "./calendarTable.js";

function world(...calendars: string[]) {
  const { region, account: made } = account([], { from: at("2026-06-01T00:00:00Z") });
  const names = calendars.map((Content, index) => {
    const Name = `calendar-${index}`;
    region.documents.createDocument({
      Name,
      Content,
      DocumentType: "ChangeCalendar",
      DocumentFormat: "TEXT",
    });
    return Name;
  });
  const state = (AtTime?: string, CalendarNames: string[] = names) =>
    getCalendarState(region, { CalendarNames, ...(AtTime === undefined ? {} : { AtTime }) });
  return { region, account: made, state };
}

/** State and next transition at a time. */
function answer(calendar: string, time: string): (string | undefined)[] {
  const { State, NextTransitionTime } = world(calendar).state(time);
  return [State, NextTransitionTime];
}

describe("a change calendar", () => {
  for (const [what, calendar, rows] of calendarTable) {
    it(what, () => {
      for (const [time, ...wanted] of rows) expect(answer(calendar, time), time).to.deep.equal(wanted);
    });
  }

  for (const [what, lines] of [
    ["a recurrence by the hour", ["RRULE:FREQ=HOURLY"]],
    ["a recurrence at several hours", ["RRULE:FREQ=DAILY;BYHOUR=1,2"]],
    ["two recurrences", ["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"]],
    ["a recurrence that names no frequency", ["RRULE:COUNT=2"]],
    ["EXRULE", ["EXRULE:FREQ=DAILY"]],
    ["a day left out of an event with times", ["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20260602"]],
    ["a period", ["RDATE;VALUE=PERIOD:20260601T000000Z/PT1H"]],
    ["an event of another kind", ["X-EVENT-TYPE:SECRET"]],
    ["an end before the start", ["DTEND:20260531T000000Z"]],
    ["a negative duration", ["DURATION:-PT1H"]],
    ["a change of all that follow", ["RECURRENCE-ID;RANGE=THISANDFUTURE:20260601T000000Z"]],
  ] as [string, string[]][]) {
    it(`does not support ${what}`, () => {
      const { state } = world(closed("DTSTART:20260601T000000Z", ...lines));
      expect(errorCode(() => state())).to.equal("UnsupportedCalendarException");
    });
  }

  for (const [what, line] of [
    ["no start", "SUMMARY:x"],
    ["a start that is none", "DTSTART:tomorrow"],
    ["a start on the 30th of February", "DTSTART;VALUE=DATE:20260230"],
    ["a zone that nobody knows", "DTSTART;TZID=Middle/Earth:20260601T000000"],
  ]) {
    it(`does not support an event with ${what}`, () => {
      const { state } = world(closed(line ?? ""));
      expect(errorCode(() => state())).to.equal("UnsupportedCalendarException");
    });
  }

  it("takes the time that it is, and times with any offset", () => {
    const { state } = world(content("DEFAULT_OPEN"));
    expect(state()).to.deep.equal({ State: "OPEN", AtTime: "2026-06-01T00:00:00Z" });
    expect(state("2020-07-30T11:05:14-0700").AtTime).to.equal("2020-07-30T18:05:14Z");
    expect(state("2020-07-30T11:05:14.250+05:30").AtTime).to.equal("2020-07-30T05:35:14Z");
    for (const text of ["yesterday", "2020-07-30T11:05:14", "2020-13-30T11:05:14Z"])
      expect(
        errorCode(() => state(text)),
        text,
      ).to.equal("ValidationException");
  });

  it("is open with others only when all are", () => {
    const open = content("DEFAULT_OPEN", ...event("DTSTART:20260601T100000Z", "DURATION:PT2H"));
    const { state, region } = world(open, closed("DTSTART:20260601T080000Z", "DURATION:PT8H"));
    const arn = region.arn("ssm", "document/calendar-1");
    for (const [time, ...wanted] of [
      ["2026-06-01T07:00:00Z", "CLOSED", "2026-06-01T08:00:00Z"],
      ["2026-06-01T08:00:00Z", "OPEN", "2026-06-01T10:00:00Z"],
      ["2026-06-01T10:00:00Z", "CLOSED", "2026-06-01T12:00:00Z"],
      ["2026-06-01T12:00:00Z", "OPEN", "2026-06-01T16:00:00Z"],
      ["2026-06-01T16:00:00Z", "CLOSED", undefined],
    ]) {
      const { State, NextTransitionTime } = state(time, ["calendar-0", arn]);
      expect([State, NextTransitionTime], time).to.deep.equal(wanted);
    }
  });

  it("must exist and be one", () => {
    const { state, region } = world(content("DEFAULT_OPEN"));
    const Content = JSON.stringify({
      schemaVersion: "0.3",
      mainSteps: [{ name: "wait", action: "aws:sleep", inputs: { Duration: "PT1M" } }],
    });
    region.documents.createDocument({ Name: "runbook", Content, DocumentType: "Automation" });
    const refusal = (...names: string[]) => errorCode(() => state(undefined, names));
    expect(refusal("calendar-0")).to.equal("none");
    expect(refusal("calendar-0", "nothing")).to.equal("InvalidDocument");
    expect(refusal("runbook")).to.equal("InvalidDocumentType");
    expect(refusal()).to.equal("ValidationException");
    expect(refusal(`arn:aws:ssm:eu-west-1:123456789012:document/calendar-0`)).to.equal("NotModelledError");
    expect(refusal(`arn:aws:ssm:${homeRegion}:999999999999:document/calendar-0`)).to.equal("InvalidDocument");
  });

  it("keeps its state until the next transition, and changes it then", () => {
    const stamp = (time: number) => new Date(time).toISOString().replace(/[-:]|\.000/g, "");
    const spec = fc.record({
      isOpen: fc.boolean(),
      events: fc.array(
        fc.record({
          start: fc.integer({ min: -2000, max: 2000 }),
          length: fc.integer({ min: 1, max: 3000 }),
          every: fc.constantFrom("", "DAILY", "WEEKLY", "MONTHLY"),
        }),
        { maxLength: 3 },
      ),
    });
    const from = at("2026-03-28T00:00:00Z");
    fc.assert(
      fc.property(
        fc.array(spec, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 5000 }),
        (specs, offset) => {
          const calendars = specs.map(({ isOpen, events }) =>
            content(
              isOpen ? "DEFAULT_OPEN" : "DEFAULT_CLOSED",
              ...events.flatMap(({ start, length, every }) =>
                event(
                  `DTSTART:${stamp(from + start * minute)}`,
                  `DURATION:PT${length}M`,
                  ...(every === "" ? [] : [`RRULE:FREQ=${every}`]),
                ),
              ),
            ),
          );
          // Daily, weekly and monthly times of the past, by hand.
          const isOpenAt = (time: number) =>
            specs.every(({ isOpen, events }) => {
              const isBusy = events.some(({ start, length, every }) => {
                const first = from + start * minute;
                const covers = (begin: number) =>
                  begin >= first && begin <= time && time < begin + length * minute;
                if (every === "") return covers(first);
                if (every !== "MONTHLY") {
                  const step = every === "DAILY" ? day : 7 * day;
                  return Array.from(
                    { length: 4 },
                    (_, back) => first + (Math.floor((time - first) / step) - back) * step,
                  ).some(covers);
                }
                return Array.from({ length: 4 }, (_, months) => {
                  const date = new Date(first);
                  const moved = new Date(first);
                  moved.setUTCMonth(date.getUTCMonth() + months);
                  return moved.getUTCDate() === date.getUTCDate() ? moved.getTime() : Number.NaN;
                }).some(covers);
              });
              return isOpen !== isBusy;
            });
          const { state } = world(...calendars);
          const time = from + offset * minute;
          const { State, NextTransitionTime } = state(new Date(time).toISOString());
          expect(State).to.equal(isOpenAt(time) ? "OPEN" : "CLOSED");
          const end = NextTransitionTime === undefined ? time + 30 * day : at(NextTransitionTime);
          for (let probe = time; probe < Math.min(end, time + 30 * day); probe += hour / 2)
            expect(isOpenAt(probe), new Date(probe).toISOString()).to.equal(State === "OPEN");
          if (NextTransitionTime !== undefined && end < time + 30 * day)
            expect(isOpenAt(end)).to.equal(State !== "OPEN");
        },
      ),
      { numRuns: size(10, 150) },
    );
  });
});
