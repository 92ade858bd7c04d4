import { expect } from "chai";
import { watchedWindows } from "#components/index.js";
import { scheduleProperties } from "#components/windows/windowSchedule.js";
import { configKeys } from "#stacks/config/configKeys.js";
import { fanoutProblems, problemsWith, read, readFanout } from "../../support/configuration.js";

const parts = ["scan", "install", "fanout"] as const;
const names = Object.keys(configKeys);
const suffixes = [
  "Schedule",
  "ScheduleOffsetDays",
  "DurationHours",
  "CutoffHours",
  "StartDate",
  "EndDate",
  "Enabled",
];
const windowOf = (part: (typeof parts)[number], changes: object) =>
  part === "fanout" ? readFanout({ ...changes }).fanoutSchedule : read({ ...changes })[part];
const problemsOf = (part: (typeof parts)[number], changes: object) =>
  (part === "fanout" ? fanoutProblems : problemsWith)({ ...changes });
const sentOf = (part: (typeof parts)[number], changes: object) =>
  scheduleProperties(windowOf(part, { scheduleTimezone: "America/New_York", ...changes }));

describe("the keys of a window's schedule", () => {
  it("are the same for each window", () => {
    const ofInstall = names
      .filter((name) => /^install[A-Z]/.test(name) && name !== "installCalendars")
      .map((name) => name.slice("install".length));
    expect(ofInstall).to.deep.equal(suffixes);
    for (const part of parts)
      expect(names, part).to.include.members(suffixes.map((suffix) => `${part}${suffix}`));
  });

  for (const part of parts) {
    it(`reach AWS from ${part}`, () => {
      const changes = {
        [`${part}Schedule`]: "cron(0 4 ? * TUE#2 *)",
        [`${part}ScheduleOffsetDays`]: 5,
        [`${part}StartDate`]: "2027-03-01",
        [`${part}EndDate`]: "2027-03-31",
        [`${part}Enabled`]: false,
      };
      expect(sentOf(part, changes)).to.deep.include({
        schedule: "cron(0 4 ? * TUE#2 *)",
        scheduleTimezone: "America/New_York",
        scheduleOffset: 5,
        // Midnights of the zone, in winter and in summer time; the last day is one on which the window may open.
        startDate: "2027-03-01T05:00:00Z",
        endDate: "2027-04-01T04:00:00Z",
        enabled: false,
      });
    });

    it(`reach AWS from ${part} in its own words where the wait is longer than it takes`, () => {
      const waits = (schedule: string, days: number) => ({
        [`${part}Schedule`]: schedule,
        [`${part}ScheduleOffsetDays`]: days,
      });
      expect(sentOf(part, waits("cron(0 4 ? * TUE#1 *)", 12))).to.deep.include({
        schedule: "cron(0 4 ? * TUE#2 *)",
        scheduleOffset: 5,
      });
      for (const [schedule, days, reason] of [
        ["cron(0 4 ? * TUE *)", 12, /^got 12; .* from 1 to 6 .* SSM waits no longer, .* TUE#1\.$/],
        ["cron(0 4 ? * TUE#3 *)", 14, /^got 14; .* from 1 to 13 .* a fifth time/],
        ["cron(0 4 ? * TUE#1 *)", 0.5, /^got 0.5; .* from 1 to 27 after this schedule\.$/],
      ] as const)
        expect(problemsOf(part, waits(schedule, days))[0]?.reason).to.match(reason);
    });

    it(`are not sent for ${part} where nothing is said`, () => {
      expect(sentOf(part, {})).to.have.keys(["schedule", "scheduleTimezone", "duration", "cutoff"]);
    });

    for (const [what, suffix, changes, reason] of [
      [
        "an offset beyond a rate",
        "ScheduleOffsetDays",
        { Schedule: "rate(7 days)", ScheduleOffsetDays: 2 },
        /cron expression only/,
      ],
      [
        "a day that does not exist",
        "StartDate",
        { StartDate: "2027-02-29" },
        /^got "2027-02-29"; allowed is a day that exists, as YYYY-MM-DD\.$/,
      ],
      ["another way to write a day", "EndDate", { EndDate: "31.01.2027" }, /as YYYY-MM-DD/],
      [
        "an end before its start",
        "EndDate",
        { StartDate: "2027-02-02", EndDate: "2027-02-01" },
        /before the start date 2027-02-02/,
      ],
      [
        "days between which it never opens",
        "Schedule",
        { Schedule: "cron(0 4 1 1 ? *)", StartDate: "2027-02-02", EndDate: "2027-02-08" },
        /between 2027-02-02 and 2027-02-08/,
      ],
    ] as const) {
      it(`of ${part} may not be ${what}`, () => {
        const values = Object.fromEntries(
          Object.entries(changes).map(([name, value]) => [`${part}${name}`, value]),
        );
        const problems = problemsOf(part, values).filter(({ key }) => key === `${part}${suffix}`);
        expect(problems.map((problem) => problem.reason)).to.have.length(1);
        expect(problems[0]?.reason).to.match(reason);
      });
    }
  }

  it("keep a window that is off from being watched", () => {
    expect(watchedWindows(read({ scanEnabled: false }))).to.deep.equal([
      { name: "patchplane-dev-install", mayEnd: false },
    ]);
    expect(watchedWindows(readFanout({ fanoutEnabled: false }))).to.deep.equal([]);
    expect(watchedWindows(readFanout())).to.have.length(1);
  });

  it("keep windows from each other only while both open", () => {
    const met = { scanSchedule: "cron(0 4 ? * SAT *)" };
    expect(problemsWith(met)).to.have.length(1);
    expect(problemsWith({ ...met, scanEnabled: false })).to.deep.equal([]);
    expect(problemsWith({ ...met, scanEndDate: "2026-02-28", installStartDate: "2026-03-01" })).to.deep.equal(
      [],
    );
    expect(
      problemsWith({ ...met, scanEndDate: "2026-02-28", installStartDate: "2026-02-28" }),
    ).to.have.length(1);
    expect(problemsWith({ ...met, scanEndDate: "2026-01-14" })).to.deep.equal([]);
  });
});
