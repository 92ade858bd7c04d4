import { expect } from "chai";
import { keyProblem as problem, fanoutProblems as problems } from "../../support/configuration.js";

const named = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `${index}-`.padEnd(length, "g"));

describe("rules of the central window over several keys", () => {
  const three = {
    ...{ stacks: ["scan", "install", "central"], fanoutTimezone: "UTC" },
    ...{ scanSchedule: "cron(0 2 ? * * *)", installSchedule: "cron(0 4 ? * SUN *)" },
  };
  const free = "cron(0 12 ? * SAT *)";
  const overlap = (one: "scan" | "install", opened: string, centrals: string, what: string) =>
    problem(
      `${one}Schedule`,
      `the ${one} window of ${opened}, and the central window of ${centrals}, overlap, ${what}. Two runs on one node fail on each other: move one of them, or make it shorter.`,
    );
  const home = { fanoutRegions: ["us-east-1", "eu-west-3"] };

  it("refuse one that overlaps with another window of a Region that both patch", () => {
    expect(problems({ ...three, ...home })).to.deep.equal([
      overlap(
        "install",
        "18 January 2026, 04:00 to 09:00",
        "18 January 2026, 04:00 to 09:00 (both UTC)",
        "52 times in the year to come",
      ),
    ]);
    expect(problems({ ...three, ...home, fanoutSchedule: "cron(0 1 ? * MON *)" })).to.deep.equal([
      overlap(
        "scan",
        "19 January 2026, 02:00 to 04:00",
        "19 January 2026, 01:00 to 06:00 (both UTC)",
        "52 times in the year to come",
      ),
    ]);
    expect(problems({ ...three, ...home, fanoutSchedule: "cron(0 9 ? * SUN *)" })).to.deep.equal([]);
    expect(problems({ ...three, ...home, fanoutSchedule: free })).to.deep.equal([]);
  });

  it("tell the clocks of both, and the night on which one of them changes", () => {
    const summer = { ...three, ...home, fanoutTimezone: "US/Eastern" };
    expect(problems(summer)).to.deep.equal([
      overlap(
        "install",
        "8 March 2026, 04:00 to 09:00 (UTC)",
        "8 March 2026, 04:00 to 09:00 (US/Eastern; in UTC 8 March 2026, 08:00 to 13:00)",
        "34 times in the year to come; on the night of 8 March 2026 the clocks of US/Eastern go from 02:00 to 03:00",
      ),
    ]);
    const late = { scanSchedule: "cron(0 23 ? * TUE *)", fanoutSchedule: "cron(0 0 ? * WED *)" };
    expect(problems({ ...three, ...home, ...late, scanDurationHours: 3 })).to.deep.equal([
      overlap(
        "scan",
        "20 January 2026, 23:00 to 02:00 of 21 January 2026",
        "21 January 2026, 00:00 to 05:00 (both UTC)",
        "52 times in the year to come",
      ),
    ]);
    const often = {
      stacks: ["scan", "central"],
      scanSchedule: "cron(0 * * * ? *)",
      scanDurationHours: 1,
      scanCutoffHours: 0,
    };
    expect(
      problems({ ...three, ...home, ...often, fanoutSchedule: "cron(0 0/6 * * ? *)" })[0]?.reason,
    ).to.include("overlap, more than 400 times in the year to come.");
  });

  it("let it be where it does not patch the home Region, or where the other window is not deployed", () => {
    expect(problems({ ...three, fanoutSchedule: "cron(0 5 ? * SUN *)" })).to.deep.equal([]);
    expect(problems({ ...three, ...home, stacks: ["central"] })).to.deep.equal([]);
    expect(problems({ ...three, ...home, stacks: ["scan", "central"] })).to.deep.equal([]);
    expect(problems({ ...three, ...home, stacks: ["scan", "install"] })).to.deep.equal([]);
  });

  it("refuse one that opens with the install window: both call the exclusion processor first", () => {
    const apart = { ...three, fanoutRegions: ["eu-west-3"] };
    const call = (opened: string, centrals: string) => ({
      key: "fanoutSchedule",
      reason: `the install window of 18 January 2026, ${opened}, and the central window of 18 January 2026, ${centrals} (both UTC), open within a quarter of an hour, 52 times in the year to come. Both ask the exclusion processor first, which works for one at a time: move one of them.`,
    });
    expect(problems(apart)).to.deep.equal([call("04:00 to 09:00", "04:00 to 09:00")]);
    expect(problems({ ...apart, fanoutSchedule: "cron(14 4 ? * SUN *)" })).to.deep.equal([
      call("04:00 to 09:00", "04:14 to 09:14"),
    ]);
    expect(problems({ ...apart, fanoutSchedule: "cron(15 4 ? * SUN *)" })).to.deep.equal([]);
    const elsewhere = { exclusionFunction: "SSM-a-exclusions", exclusionBucket: "exclusions-bucket" };
    expect(problems({ ...apart, ownsBaselines: false, ...elsewhere })).to.deep.equal([]);
    expect(problems({ ...apart, stacks: ["scan", "central"] })).to.deep.equal([]);
  });

  it("refuse a payload that is too long, at its edge", () => {
    const calendars = named(4, 128);
    const groups = (last: number) => [...named(9, 280), "z".repeat(last)];
    const given = (last: number) =>
      problems({ fanoutCalendars: calendars, fanoutResourceGroups: groups(last) });
    const long = given(300);
    expect(long).to.have.lengthOf(1);
    const bytes = Number(/a payload of (\d+) bytes/.exec(long[0]?.reason ?? "")?.[1]);
    expect(long).to.deep.equal([
      {
        key: "fanoutRegions",
        reason: `makes a payload of ${bytes} bytes, and a window takes 3840 with the ids that it fills in. Name fewer Regions, groups, accounts or calendars; an organizational unit stands for many accounts.`,
      },
    ]);
    expect(given(300 - (bytes - 3840))).to.deep.equal([]);
    expect(given(300 - (bytes - 3841))).to.have.lengthOf(1);
  });

  it("refuse more patch groups than a resource group takes, unless it patches groups of others", () => {
    const many = (count: number, most: number, operation: string) =>
      problem(
        "patchGroups",
        `got ${count} patch groups; a fan-out with the operation ${operation} takes up to ${most}, since a resource group takes 20 values of a tag. Make two stacks of them.`,
      );
    expect(problems({ patchGroups: named(20, 8) })).to.deep.equal([]);
    expect(problems({ patchGroups: named(21, 8) })).to.deep.equal([many(21, 20, "Install")]);
    const scan = { fanoutOperation: "Scan" };
    expect(problems({ patchGroups: named(10, 8), ...scan })).to.deep.equal([]);
    expect(problems({ patchGroups: named(11, 8), ...scan })).to.deep.equal([many(11, 10, "Scan")]);
    expect(problems({ patchGroups: named(25, 8), fanoutResourceGroups: ["mine"] })).to.deep.equal([]);
  });

  it("refuse an installation that no exclusion processor is named for", () => {
    const named = (key: string) => ({
      key,
      reason: `got ""; allowed is the output ${key} of the stack that owns the baselines, since an Install is started only where its exclusion processor vouches for it.`,
    });
    expect(problems({ ownsBaselines: false })).to.deep.equal([
      named("exclusionFunction"),
      named("exclusionBucket"),
    ]);
    expect(problems({ ownsBaselines: false, exclusionFunction: "SSM-a-exclusions" })).to.deep.equal([
      named("exclusionBucket"),
    ]);
    expect(problems({ ownsBaselines: false, fanoutOperation: "Scan" })).to.deep.equal([]);
    expect(problems({ exclusionFunction: "arn:aws:lambda" }).map(({ key }) => key)).to.deep.equal([
      "exclusionFunction",
    ]);
  });

  it("blame nothing on patch groups while the resource groups are wrong themselves", () => {
    const found = problems({ patchGroups: named(21, 8), fanoutResourceGroups: "mine" });
    expect(found.map(({ key }) => key)).to.deep.equal(["fanoutResourceGroups"]);
  });

  it("refuse patch groups for which the execution role has no room", () => {
    const fanoutRegions = ["us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "eu-west-2"];
    const given = (length: number) => ({
      ...{ patchGroups: named(25, length), ownsBaselines: false, fanoutRegions },
      ...{ fanoutOperation: "Scan", fanoutResourceGroups: named(2, 300) },
    });
    expect(problems(given(80))).to.deep.equal([]);
    const found = problems(given(98));
    const length = Number(/^takes (\d+)/.exec(found[0]?.reason ?? "")?.[1]);
    expect(length).to.be.greaterThan(10_240);
    expect(found).to.deep.equal([
      problem(
        "patchGroups",
        `takes ${length} characters with the tags, the Regions and the resource groups as the policy of the execution role, where IAM takes 10240. Use fewer or shorter names, or fewer Regions.`,
      ),
    ]);
  });

  it("refuse everything that is wrong at once", () => {
    const wrong = {
      ...{ environment: "e".repeat(29), fanoutRegions: ["us-east-2", "moon"], fanoutCutoffHours: 5 },
      ...{ fanoutMaxErrors: "x", fanoutAccounts: ["1"], fanoutOperation: "Patch" },
    };
    expect(problems(wrong, "eu-south-1").map(({ key }) => key)).to.deep.equal([
      ...["fanoutOperation", "fanoutCutoffHours", "aws:region", "environment", "fanoutRegions[1]"],
      ...["fanoutMaxErrors", "fanoutAccounts[0]"],
    ]);
  });
});
