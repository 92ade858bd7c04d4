import { expect } from "chai";
import { now, problemsWith, read } from "../../support/configuration.js";

const overlap = (scan: string, install: string, times: string, zone = "UTC", night = "") => ({
  key: "scanSchedule",
  reason: `the scan window of ${scan}, and the install window of ${install} (both ${zone}), overlap, ${times} in the year to come${night}. Two runs on one node fail on each other: move one of them, or make it shorter.`,
});
const newYork = { scheduleTimezone: "America/New_York" };

describe("rules over several keys", () => {
  describe("windows that overlap", () => {
    it("are refused with the first two runs that do", () => {
      expect(problemsWith({ scanSchedule: "cron(0 5 ? * * *)" })).to.deep.equal([
        overlap("17 January 2026, 05:00 to 07:00", "17 January 2026, 04:00 to 09:00", "53 times"),
      ]);
    });

    it("are refused when the scan runs into the install", () => {
      expect(problemsWith({ scanDurationHours: 5 })).to.deep.equal([
        overlap("17 January 2026, 00:00 to 05:00", "17 January 2026, 04:00 to 09:00", "53 times"),
      ]);
    });

    it("may touch", () => {
      expect(problemsWith({ scanSchedule: "cron(0 9 ? * * *)" })).to.deep.equal([]);
      expect(problemsWith({ scanSchedule: "cron(59 8 ? * * *)" })).to.deep.equal([
        overlap("17 January 2026, 08:59 to 10:59", "17 January 2026, 04:00 to 09:00", "53 times"),
      ]);
    });

    it("are refused when they do in the night alone in which the clocks go forward", () => {
      const night = {
        ...{ scanSchedule: "cron(0 0 ? * * *)", scanDurationHours: 3 },
        ...{ installSchedule: "cron(0 3 ? * SUN *)" },
      };
      expect(problemsWith({ ...night, ...newYork })).to.deep.equal([
        overlap(
          "8 March 2026, 00:00 to 04:00",
          "8 March 2026, 03:00 to 08:00",
          "once",
          "America/New_York",
          "; on the night of 8 March 2026 the clocks of America/New_York go from 02:00 to 03:00",
        ),
      ]);
      expect(problemsWith({ ...night, scheduleTimezone: "UTC" })).to.deep.equal([]);
      expect(problemsWith({ ...night, ...newYork, scanDurationHours: 2 })).to.deep.equal([]);
    });

    it("are found with the install's offset", () => {
      const offset = { installSchedule: "cron(0 4 ? * TUE#2 *)", scanSchedule: "cron(0 5 ? * SUN *)" };
      expect(problemsWith(offset)).to.deep.equal([]);
      expect(problemsWith({ ...offset, installScheduleOffsetDays: 5 })).to.deep.equal([
        overlap("18 January 2026, 05:00 to 07:00", "18 January 2026, 04:00 to 09:00", "12 times"),
      ]);
    });

    it("concern a stack that deploys both alone", () => {
      const scanSchedule = "cron(0 5 ? * * *)";
      expect(problemsWith({ scanSchedule, stacks: ["scan"] })).to.deep.equal([]);
      expect(problemsWith({ scanSchedule, stacks: ["install"] })).to.deep.equal([]);
    });
  });

  describe("a window that opens again while it is open", () => {
    for (const [expression, hours, minutes] of [
      ["rate(2 hours)", 5, 120],
      ["cron(0/30 4 ? * SUN *)", 5, 30],
      ["cron(0 4,7 ? * SUN *)", 4, 180],
      ["cron(0 23 ? * * *)", 24, undefined],
      ["cron(0 4,7 ? * SUN *)", 3, undefined],
      ["rate(5 hours)", 5, undefined],
    ] as const) {
      it(`is ${minutes === undefined ? "none" : "refused"}: ${expression} for ${hours} hours`, () => {
        const keys = { stacks: ["install"], installSchedule: expression, installDurationHours: hours };
        const reason = `got "${expression}", which opens the window again after ${minutes} minutes, while it is open for ${hours} hours: SSM skips such an opening. Make the window shorter, or open it less often.`;
        expect(problemsWith(keys)).to.deep.equal(
          minutes === undefined ? [] : [{ key: "installSchedule", reason }],
        );
      });
    }
  });

  it("give a rate the same answer whenever it is read", () => {
    for (let hour = 0; hour < 24; hour++)
      expect(problemsWith({ scanSchedule: "rate(12 hours)" }, now + hour * 3_600_000)).to.deep.equal([]);
  });

  describe("a window that never opens again", () => {
    const past = "which is in the past. Choose a time to come.";
    const never = "which matches no time to come. Choose a day that exists and a year that is not over.";
    for (const [key, expression, why] of [
      ["installSchedule", "at(2025-12-31T04:00:00)", past],
      ["scanSchedule", "at(2025-12-31T04:00:00)", past],
      ["installSchedule", "cron(0 4 30 2 ? *)", never],
      ["installSchedule", "cron(0 4 1 1 ? 2025)", never],
      ["scanSchedule", "cron(0 4 31 4,6,9,11 ? *)", never],
    ] as const) {
      it(`is refused: ${key} ${expression}`, () => {
        expect(problemsWith({ [key]: expression })).to.deep.equal([
          {
            key,
            reason: `got "${expression}", a schedule that never opens the window again, ${why}`,
          },
        ]);
      });
    }

    it("is judged by the clock of the zone", () => {
      const noon = { installSchedule: "at(2026-01-15T12:30:00)" };
      expect(new Date(now).toISOString()).to.equal("2026-01-15T12:00:00.000Z");
      expect(problemsWith({ ...noon, scheduleTimezone: "UTC" })).to.deep.equal([]);
      expect(problemsWith({ ...noon, scheduleTimezone: "America/New_York" })).to.deep.equal([]);
      expect(
        problemsWith({ ...noon, scheduleTimezone: "Europe/Berlin" }).map(({ key }) => key),
      ).to.deep.equal(["installSchedule"]);
    });

    it("is one that opens now: its time is over when the stack is deployed", () => {
      const at = { installSchedule: "at(2026-01-15T12:00:00)" };
      expect(problemsWith(at, now - 1)).to.deep.equal([]);
      expect(problemsWith(at, now)).to.have.lengthOf(1);
    });

    it("is let be where this stack does not deploy it", () => {
      expect(problemsWith({ installSchedule: "cron(0 4 30 2 ? *)", stacks: ["scan"] })).to.deep.equal([]);
    });

    it("is none that waits for a leap year", () => {
      expect(read({ installSchedule: "cron(0 4 29 2 ? *)" }).install.expression).to.equal(
        "cron(0 4 29 2 ? *)",
      );
    });
  });

  it("refuse a baseline for an operating system that is not listed", () => {
    const baselines = { WINDOWS: { approvalRules: [{ product: ["*"] }] } };
    expect(problemsWith({ baselines })).to.deep.equal([
      {
        key: "baselines.WINDOWS",
        reason:
          "WINDOWS is not among operatingSystems, so this baseline would not exist. Add it there or remove this.",
      },
    ]);
    expect(problemsWith({ baselines, operatingSystems: ["UBUNTU", "WINDOWS"] })).to.deep.equal([]);
  });

  describe("patch groups that are many and long", () => {
    const groups = (length: number) =>
      Array.from({ length: 25 }, (_, index) => `${index}-`.padEnd(length, "g"));
    const problem = (reason: string) => ({
      key: "patchGroups",
      reason,
    });
    const forProcessor =
      "takes 4562 characters as conditions of the exclusion processor's role, where IAM leaves room for 4552. Use fewer or shorter names.";

    it("are refused where the exclusion processor's role has no room for them", () => {
      expect(problemsWith({ patchGroups: groups(23) })).to.deep.equal([]);
      expect(problemsWith({ patchGroups: groups(24) })).to.deep.equal([problem(forProcessor)]);
      expect(problemsWith({ patchGroups: groups(24), ownsBaselines: false })).to.deep.equal([]);
    });

    it("are refused where the scan window's role has none, with the names of held nodes", () => {
      expect(problemsWith({ patchGroups: groups(100), ownsBaselines: false })).to.deep.equal([]);
      expect(problemsWith({ patchGroups: groups(102), ownsBaselines: false })).to.deep.equal([
        problem(
          "takes 8132 characters with the tags as conditions of the window's role, where IAM leaves room for 8000. Use fewer or shorter names.",
        ),
      ]);
    });
  });

  for (const [part, latest] of [
    ["scan", 1],
    ["install", 4],
  ] as const) {
    it(`refuse a cutoff of the ${part} window that leaves no hour`, () => {
      expect(problemsWith({ [`${part}CutoffHours`]: latest })).to.deep.equal([]);
      expect(problemsWith({ [`${part}CutoffHours`]: latest + 1 }).map(({ key }) => key)).to.deep.equal([
        `${part}CutoffHours`,
      ]);
    });
  }

  it("refuse an offset of what is not a cron expression", () => {
    const rate = { installSchedule: "rate(7 days)", installScheduleOffsetDays: 2, stacks: ["install"] };
    expect(problemsWith(rate).map(({ key, reason }) => [key, reason])).to.deep.equal([
      ["installScheduleOffsetDays", "goes with a cron expression only. Leave it out."],
    ]);
  });
});
