import { expect } from "chai";
import { scheduleProblems, type WindowSchedule } from "#components/windows/windowSchedule.js";

const good: WindowSchedule = { expression: "cron(0 4 ? * SUN *)", durationHours: 5, cutoffHours: 1 };
const problems = (changes: Partial<WindowSchedule>) => scheduleProblems("schedule")({ ...good, ...changes });

describe("a window's schedule", () => {
  for (const [title, changes] of [
    ["cron", {}],
    ["a rate", { expression: "rate(7 days)" }],
    ["a date", { expression: "at(2030-07-07T15:55:00)" }],
    ["a zone", { timezone: "Europe/Berlin" }],
    ["the shortest window", { durationHours: 1, cutoffHours: 0 }],
    ["the longest window and the latest cutoff", { durationHours: 24, cutoffHours: 23 }],
    ["the least offset", { offsetDays: 1 }],
    ["the greatest offset", { offsetDays: 6 }],
  ] as const) {
    it(`takes ${title}`, () => {
      expect(problems(changes)).to.deep.equal([]);
    });
  }

  const duration = (got: string) => `got ${got}; allowed are whole hours from 1 to 24.`;
  const cutoff = (got: string, latest: number) =>
    `got ${got}; allowed are whole hours from 0 to ${latest}, one less than the duration.`;
  const offset = (got: string) => `got ${got}; allowed are whole days from 1 to 6 after this schedule.`;
  const beyond =
    " SSM waits no longer, but behind the first, second or third weekday of a month, as in TUE#1.";
  for (const [changes, property, reason] of [
    [{ durationHours: 0, cutoffHours: 0 }, "durationHours", duration("0")],
    [{ durationHours: 25 }, "durationHours", duration("25")],
    [{ durationHours: 2.5 }, "durationHours", duration("2.5")],
    [{ durationHours: -1 }, "durationHours", duration("-1")],
    [{ durationHours: Number.NaN }, "durationHours", duration("NaN")],
    [{ durationHours: Number.POSITIVE_INFINITY }, "durationHours", duration("Infinity")],
    [{ cutoffHours: -1 }, "cutoffHours", cutoff("-1", 4)],
    [{ cutoffHours: 5 }, "cutoffHours", cutoff("5", 4)],
    [{ cutoffHours: 0.5 }, "cutoffHours", cutoff("0.5", 4)],
    [{ durationHours: 1, cutoffHours: 1 }, "cutoffHours", cutoff("1", 0)],
    [{ offsetDays: 0 }, "offsetDays", offset("0")],
    [{ offsetDays: 7 }, "offsetDays", `${offset("7")}${beyond}`],
    [{ offsetDays: 1.5 }, "offsetDays", offset("1.5")],
    [
      { expression: "rate(7 days)", offsetDays: 2 },
      "offsetDays",
      "goes with a cron expression only. Leave it out.",
    ],
    [
      { expression: "rate(1 minute)" },
      "expression",
      'rate: got "1 minute"; allowed is 5 minutes or more; write rate(5 minutes) or a longer rate',
    ],
    [
      { expression: "" },
      "expression",
      "schedule: got 0 characters; allowed is 1 to 256 characters; write for example cron(0 4 ? * SUN *)",
    ],
    [
      { timezone: "Mars" },
      "timezone",
      "time zone: got \"Mars\"; allowed is UTC or an IANA name such as America/New_York; write the zone as Area/City, not as an abbreviation or an offset; node -p \"Intl.supportedValuesOf('timeZone').join(' ')\" lists all",
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(changes)}`, () => {
      expect(problems(changes)).to.deep.equal([{ propertyPath: `schedule.${property}`, reason }]);
    });
  }

  it("says everything at once", () => {
    const all = problems({
      expression: "daily",
      timezone: "",
      durationHours: 0,
      cutoffHours: 99,
      offsetDays: 28,
    });
    expect(all.map(({ propertyPath }) => propertyPath)).to.deep.equal([
      "schedule.expression",
      "schedule.timezone",
      "schedule.durationHours",
      "schedule.cutoffHours",
      "schedule.offsetDays",
    ]);
  });

  it("takes every cutoff below the duration and no other", () => {
    for (let durationHours = 1; durationHours <= 24; durationHours++) {
      for (let cutoffHours = 0; cutoffHours <= 24; cutoffHours++) {
        const refused = problems({ durationHours, cutoffHours }).length > 0;
        expect(refused, `${cutoffHours} of ${durationHours}`).to.equal(cutoffHours > durationHours - 1);
      }
    }
  });
});
