import { expect } from "chai";
import { readConfig } from "#stacks/config/config.js";
import { computed } from "#test/support/cpu.js";
import { linesOf, now, project, rm, set, values } from "../../support/configuration.js";

const rule = (more: object) => ({ baselines: { UBUNTU: { approvalRules: [{ priority: ["*"], ...more }] } } });

describe("the line that mends one of several problems, or another spelling", () => {
  for (const [what, changes, expected] of [
    [
      "stands beside that of another item of the list",
      { patchGroups: [" web", 2024, "a&b"] },
      {
        "patchGroups[0]": set("--path 'patchGroups[0]' web"),
        "patchGroups[1]": set("--path 'patchGroups[1]' 2024 --type string"),
        "patchGroups[2]": undefined,
      },
    ],
    [
      "stands beside that of another tag",
      { targetTags: { Env: " dev", Tier: [" a", 42, null], Team: 5 } },
      {
        "targetTags.Env": set("--path 'targetTags.Env' dev"),
        "targetTags.Tier[0]": set("--path 'targetTags.Tier[0]' a"),
        "targetTags.Tier[1]": set("--path 'targetTags.Tier[1]' 42 --type string"),
        "targetTags.Tier[2]": rm("--path 'targetTags.Tier[2]'"),
        "targetTags.Team": set("--path 'targetTags.Team' 5 --type string"),
      },
    ],
    [
      "stands beside that of another address",
      { notificationEmails: [" ops@corp.example", 5, "mailto:duty@corp.example"] },
      {
        "notificationEmails[0]": set("--path 'notificationEmails[0]' ops@corp.example"),
        "notificationEmails[1]": undefined,
        "notificationEmails[2]": set("--path 'notificationEmails[2]' duty@corp.example"),
      },
    ],
    [
      "stands beside that of another member of a rule",
      rule({ priority: ["Required", "standard"], enableNonSecurity: "yes", approveAfterDays: 3 }),
      {
        "baselines.UBUNTU.approvalRules[0].priority[1]": set(
          "--path 'baselines.UBUNTU.approvalRules[0].priority[1]' Standard",
        ),
        "baselines.UBUNTU.approvalRules[0].enableNonSecurity": set(
          "--path 'baselines.UBUNTU.approvalRules[0].enableNonSecurity' true",
        ),
        "baselines.UBUNTU.approvalRules[0].approveAfterDays": rm(
          "--path 'baselines.UBUNTU.approvalRules[0].approveAfterDays'",
        ),
      },
    ],
    [
      "is there for a key that no part of the stack reads",
      { fanoutPerInstanceNodes: 0, fanoutRegions: ["frankfurt"], fanoutMaxErrors: "1 %" },
      {
        fanoutPerInstanceNodes: `? ${set("fanoutPerInstanceNodes 1000")}`,
        "fanoutRegions[0]": set("--path 'fanoutRegions[0]' eu-central-1"),
        fanoutMaxErrors: set("fanoutMaxErrors 1%"),
      },
    ],
    [
      "makes a tag of one as command lines have it",
      { targetTags: "Environment=dev" },
      { targetTags: set("--path 'targetTags.Environment' dev") },
    ],
    [
      "is not there for a tag as the API has it",
      { targetTags: { Key: "A", Value: "b" } },
      { targetTags: undefined },
    ],
    ["keeps a share", { maxConcurrency: "10 %" }, { maxConcurrency: set("maxConcurrency 10%") }],
    [
      "is an example where a share is a fraction",
      { maxErrors: "0.1" },
      { maxErrors: `? ${set("maxErrors 10%")}` },
    ],
    [
      "keeps more logs than were asked for",
      { logRetentionDays: 31 },
      { logRetentionDays: `? ${set("logRetentionDays 60")}` },
    ],
    [
      "stands before that which takes an item out",
      { notificationEmails: ["a@b.co", "a@b.co", "Ops <ops@b.co>", "ops at b.co"] },
      {
        "notificationEmails[1]": rm("--path 'notificationEmails[1]'"),
        "notificationEmails[2]": set("--path 'notificationEmails[2]' ops@b.co"),
        "notificationEmails[3]": undefined,
      },
    ],
    ["keeps a share of percent", { maxHeldPercent: "20%" }, { maxHeldPercent: set("maxHeldPercent 20") }],
    [
      "is an example alone where a number has another unit, or there are two",
      { installDurationHours: "1 day", maxExclusionDays: "90h", maxConcurrency: "10 20" },
      {
        installDurationHours: `? ${set("installDurationHours 5")}`,
        maxExclusionDays: `? ${set("maxExclusionDays 90")}`,
        maxConcurrency: `? ${set("maxConcurrency 10%")}`,
      },
    ],
    [
      "keeps a number with its unit",
      { installDurationHours: "6 hours", maxExclusionDays: "90d" },
      {
        installDurationHours: set("installDurationHours 6"),
        maxExclusionDays: set("maxExclusionDays 90"),
      },
    ],
    ["keeps a never", { rebootOption: "never" }, { rebootOption: set("rebootOption NoReboot") }],
    [
      "keeps a day",
      { installStartDate: "31.12.2026", scanEndDate: "Dec 31, 2026", installEndDate: "01/02/2027" },
      {
        installStartDate: set("installStartDate 2026-12-31"),
        scanEndDate: set("scanEndDate 2026-12-31"),
        installEndDate: `? ${set("installEndDate 2027-01-02")}`,
      },
    ],
    [
      "is an example where a word would open the gate of exclusions",
      { exclusionGate: "off" },
      { exclusionGate: `? ${set("exclusionGate cancel")}` },
    ],
    [
      "is an example where an abbreviation may be several zones",
      { scheduleTimezone: "EST" },
      { scheduleTimezone: `? ${set("scheduleTimezone America/New_York")}` },
    ],
  ] as const) {
    it(what, () => expect(linesOf(changes)).to.deep.equal(expected));
  }

  for (const [given, written] of [
    ["Environment=dev,Tier=5", '{ Environment: dev, Tier: "5" }'],
    ["Key=App,Value=payments", "{ App: payments }"],
    ["App=a,App=b", "{ App: [a, b] }"],
    [[{ Key: "App", Value: "yes" }], '{ App: "yes" }'],
  ] as const)
    it(`is told as ${written} for ${JSON.stringify(given)}`, () => {
      const result = readConfig(
        { ...values({ targetTags: given }), "aws:region": "us-east-1" },
        project,
        now,
      );
      const told = result.ok ? [] : result.problems.map(({ reason }) => reason);
      expect(told.join()).to.contain(`Write targetTags: ${written} in the stack's file.`);
    });

  it("is sought in a time that grows with the number of wrong items, and not with its square", () => {
    const timeOf = (items: number) => {
      const patchGroups = Array.from({ length: items }, (_, at) => (at % 2 === 0 ? at : `a&${at}`));
      const began = computed();
      expect(Object.keys(linesOf({ patchGroups }))).to.have.length.above(items - 1);
      return computed() - began;
    };
    timeOf(250);
    expect(timeOf(1000) / timeOf(250), "linear is 4, quadratic 16").to.be.below(9);
  });
});
