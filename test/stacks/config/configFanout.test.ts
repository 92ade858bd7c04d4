import { expect } from "chai";
import { readConfig } from "#stacks/config/config.js";
import {
  fanoutValues,
  now,
  keyProblem as problem,
  fanoutProblems as problems,
  project,
  readFanout as read,
  values,
} from "../../support/configuration.js";

describe("the configuration of the central window", () => {
  it("is complete with its Regions alone", () => {
    const config = read();
    expect(config).to.deep.include({
      stacks: ["central"],
      homeRegion: "us-east-1",
      regions: { home: false, others: ["us-east-2", "eu-west-3"] },
      fanoutSchedule: {
        ...{ expression: "cron(0 4 ? * SUN *)", timezone: "US/Eastern" },
        ...{ durationHours: 5, cutoffHours: 1 },
      },
    });
    expect(config.fanout).to.deep.equal({
      regions: ["us-east-2", "eu-west-3"],
      operation: "Install",
      rebootOption: "RebootIfNeeded",
      executionMode: "per-region",
      ...{ maxConcurrency: "10", maxErrors: "1" },
      ...{ locationMaxConcurrency: "100%", locationMaxErrors: "100%", perInstanceNodes: 1_000 },
      ...{ accounts: [], calendars: [] },
    });
  });

  for (const [stacks, fanoutRegions, regions] of [
    [["central"], ["us-east-1", "eu-west-3"], { home: true, others: ["eu-west-3"] }],
    [["scan", "central"], ["eu-west-3"], { home: true, others: ["eu-west-3"] }],
    [["scan", "install"], ["eu-west-3"], { home: true, others: [] }],
  ] as const) {
    it(`has nodes of ${stacks.join(" and ")} over ${fanoutRegions.join(" and ")} where they are`, () => {
      const free = "cron(0 12 ? * SAT *)";
      expect(read({ stacks, fanoutRegions, fanoutSchedule: free }).regions).to.deep.equal(regions);
    });
  }

  for (const [key, value, field, expected] of [
    ["fanoutOperation", "Scan", "operation", "Scan"],
    ["rebootOption", "NoReboot", "rebootOption", "NoReboot"],
    ["fanoutExecutionMode", "per-instance", "executionMode", "per-instance"],
    ["fanoutPerInstanceNodes", "170000", "perInstanceNodes", 170_000],
    ["fanoutMaxConcurrency", "50%", "maxConcurrency", "50%"],
    ["fanoutMaxErrors", "0", "maxErrors", "0"],
    ["fanoutLocationMaxConcurrency", "1", "locationMaxConcurrency", "1"],
    ["fanoutLocationMaxErrors", "0%", "locationMaxErrors", "0%"],
    ["fanoutAccounts", ["012345678901"], "accounts", ["012345678901"]],
    ["fanoutCalendars", ["freeze"], "calendars", ["freeze"]],
    ["fanoutResourceGroups", ["mine"], "resourceGroups", ["mine"]],
    ["fanoutResourceGroups", [], "resourceGroups", undefined],
  ] as const) {
    it(`takes ${key} ${JSON.stringify(value)}`, () => {
      expect(read({ [key]: value }).fanout[field]).to.deep.equal(expected);
    });
  }

  for (const [key, value, field, expected] of [
    ["fanoutSchedule", "rate(7 days)", "expression", "rate(7 days)"],
    ["fanoutTimezone", "Asia/Seoul", "timezone", "Asia/Seoul"],
    ["fanoutTimezone", "", "timezone", "US/Eastern"],
    ["scheduleTimezone", "Asia/Seoul", "timezone", "Asia/Seoul"],
    ["scheduleTimezone", "UTC", "timezone", "US/Eastern"],
    ["fanoutDurationHours", 24, "durationHours", 24],
    ["fanoutCutoffHours", 4, "cutoffHours", 4],
  ] as const) {
    it(`takes ${key} ${value}`, () =>
      expect(read({ [key]: value }).fanoutSchedule[field]).to.equal(expected));
  }

  it("has a zone of its own in spite of that of the other windows, where it has one", () => {
    const zones = { scheduleTimezone: "Asia/Seoul", fanoutTimezone: "US/Eastern" };
    expect(read(zones).fanoutSchedule.timezone).to.equal("US/Eastern");
  });

  it("names a wrong zone that it has from the other windows once, by the key that says so", () => {
    const keys = problems({ scheduleTimezone: "Nowhere/City", stacks: ["scan", "central"] }).map(
      ({ key }) => key,
    );
    expect(keys).to.deep.equal(["scheduleTimezone"]);
  });
});

describe("a wrong value of the central window", () => {
  const rate = (what: string, least: string) =>
    `allowed is a number of ${what} from "${least}" or a share from "${least}%" to "100%", in 1 to 7 characters.`;
  for (const [key, value, reason, path] of [
    ["fanoutRegions", [], "got 0 Regions; allowed are 1 to 50."],
    [
      "fanoutRegions",
      ["eu-west-3", "eu-west-3"],
      '"eu-west-3" is there twice. Remove one of them.',
      "fanoutRegions[1]",
    ],
    [
      "fanoutRegions",
      "us-east-2",
      'got "us-east-2"; allowed is a list of 1 to 50 Regions of the partition, each at most once.',
    ],
    [
      "fanoutSchedule",
      "daily",
      'schedule: got "daily"; allowed is cron(...), rate(...) or at(...); write for example cron(0 4 ? * SUN *)',
    ],
    [
      "fanoutSchedule",
      "cron(0 4 30 2 ? *)",
      'got "cron(0 4 30 2 ? *)", a schedule that never opens the window again, which matches no time to come. Choose a day that exists and a year that is not over.',
    ],
    [
      "fanoutTimezone",
      "EST",
      'time zone: got "EST"; allowed is UTC or an IANA name such as America/New_York; an abbreviation says nothing of summer time, and several countries may share it; it may be America/New_York',
    ],
    ["fanoutDurationHours", 25, "got 25; allowed are whole hours from 1 to 24."],
    ["fanoutDurationHours", "5h", 'got "5h"; allowed is a whole number of hours from 1 to 24.'],
    ["fanoutCutoffHours", 5, "got 5; allowed are whole hours from 0 to 4, one less than the duration."],
    ["fanoutOperation", "Nothing", 'got "Nothing"; allowed is Scan or Install.'],
    ["fanoutExecutionMode", "fast", 'got "fast"; allowed is per-region or per-instance.'],
    ["fanoutPerInstanceNodes", "0", "got 0; allowed is a whole number from 1 to 1000000."],
    ["fanoutMaxConcurrency", "0", `got "0"; ${rate("nodes", "1")}`],
    ["fanoutMaxErrors", "-1", `got "-1"; ${rate("nodes", "0")}`],
    ["fanoutLocationMaxConcurrency", "0", `got "0"; ${rate("accounts", "1")}`],
    ["fanoutLocationMaxErrors", "101%", `got "101%"; ${rate("accounts", "0")}`],
    [
      "fanoutAccounts",
      ["1234"],
      'got "1234"; allowed is the 12-digit id of an account, or an organizational unit as ou-ab12-cdefgh34.',
      "fanoutAccounts[0]",
    ],
    [
      "fanoutAccounts",
      [210987654321],
      "got 210987654321, a number: put it in quotes; allowed is a list of up to 1,000 accounts, by 12-digit id, or organizational units, as ou-ab12-cdefgh34.",
      "fanoutAccounts[0]",
    ],
    [
      "fanoutCalendars",
      ["a b"],
      'got "a b"; allowed is the name of a Change Calendar, 3 to 128 of a-z A-Z 0-9 _ - and a dot, or its ARN.',
      "fanoutCalendars[0]",
    ],
    [
      "installCalendars",
      ["freeze", "arn:aws:ssm:us-east-1:12345:document/freeze"],
      'got "arn:aws:ssm:us-east-1:12345:document/freeze"; allowed is the name of a Change Calendar, 3 to 128 of a-z A-Z 0-9 _ - and a dot, or its ARN.',
      "installCalendars[1]",
    ],
    [
      "scanCalendars",
      Array.from({ length: 11 }, (_, n) => `freeze-${n}`),
      "got 11; allowed are up to 10.",
      "scanCalendars",
    ],
    [
      "fanoutResourceGroups",
      ["a b"],
      'got "a b"; allowed is the name of a resource group, 1 to 300 of a-z A-Z 0-9 _ . and -.',
      "fanoutResourceGroups[0]",
    ],
    [
      "environment",
      "e".repeat(28),
      `got "${"e".repeat(28)}"; in a stack with the central window it has up to 27 characters, since roles are named after it and IAM takes 64.`,
    ],
  ] as const) {
    it(`is refused: ${key} ${JSON.stringify(value).slice(0, 60)}`, () => {
      expect(problems({ [key]: value })).to.deep.equal([problem(key, reason, path)]);
    });
  }

  it("is refused by itself where the stack has no central window, and not what only such a window needs", () => {
    const stacks = ["scan", "install"];
    expect(problems({ stacks, environment: "e".repeat(30) })).to.deep.equal([]);
    expect(problems({ stacks, fanoutRegions: ["nowhere"] }).map(({ key }) => key)).to.deep.equal([
      "fanoutRegions[0]",
    ]);
    expect(problems({ stacks, fanoutRegions: [] })).to.deep.equal([]);
    expect(problems({ stacks, fanoutSchedule: "daily" })).to.have.lengthOf(1);
    expect(problems({ environment: "e".repeat(27) })).to.deep.equal([]);
  });

  it("is one Region of another partition", () => {
    const [found, ...more] = problems({ fanoutRegions: ["us-gov-east-1"] });
    expect(more).to.deep.equal([]);
    expect(found?.key).to.equal("fanoutRegions[0]");
    expect(found?.reason).to.match(
      /^"us-gov-east-1" is not a Region of the partition aws; its Regions are af-south-1, .+, us-west-2\.$/,
    );
    expect(problems({ fanoutRegions: ["us-gov-east-1"] }, "us-gov-west-1")).to.deep.equal([]);
  });

  for (const [title, home, reason] of [
    ["none", undefined, "is not set, and the central window must know which of its Regions is its own."],
    [
      "an opt-in one",
      "eu-south-1",
      '"eu-south-1" is an opt-in Region, from which Automation reaches no other. Deploy the central window to a Region that is enabled by default, such as us-east-1 or eu-central-1.',
    ],
    ["no Region at all", "moon", '"moon" is not a Region of AWS; write one such as eu-central-1.'],
  ] as const) {
    it(`is a home Region that is ${title}`, () => {
      const found = readConfig(
        { ...values(fanoutValues), ...(home === undefined ? {} : { "aws:region": home }) },
        project,
        now,
      );
      const example = home === undefined ? { example: "pulumi config set aws:region us-east-1" } : {};
      expect(found.ok ? [] : found.problems).to.deep.equal([{ key: "aws:region", reason, ...example }]);
      const scans = {
        ...values({ stacks: ["scan"] }),
        ...(home === undefined ? {} : { "aws:region": home }),
      };
      // Without the central window it may be any Region of AWS.
      expect(readConfig(scans, project, now).ok).to.equal(home !== "moon");
    });
  }
});
