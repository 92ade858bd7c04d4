import { expect } from "chai";
import { defaultBaselines } from "#components/baselines/defaultBaselines.js";
import { logRetentionPeriods } from "#components/common/logSettings.js";
import { configMessage, readConfig } from "#stacks/config/config.js";
import { now, problemsWith, project, read, refusalOf, values } from "../../support/configuration.js";

const rule = (rules: object) => ({ UBUNTU: { approvalRules: [rules] } });
const boundary = "arn:aws-us-gov:iam::111122223333:policy/teams/boundary";
const errors = 'allowed is a number of nodes from "0" or a share from "0%" to "100%", in 1 to 7 characters.';

describe("the configuration", () => {
  it("is complete with the required keys alone", () => {
    expect(read()).to.deep.equal({
      stacks: ["scan", "install"],
      regions: { home: true, others: [] },
      environment: "dev",
      logGroupPrefix: "/patchplane/dev",
      tags: { ManagedBy: "patchplane", Environment: "dev" },
      prefix: "patchplane-dev",
      targets: { patchGroupTagKey: "PatchGroup", patchGroups: ["web"], tags: {} },
      ownsBaselines: true,
      baselines: { UBUNTU: defaultBaselines.UBUNTU },
      scan: { expression: "cron(0 0 ? * * *)", timezone: "UTC", durationHours: 2, cutoffHours: 1 },
      install: { expression: "cron(0 4 ? * SAT *)", timezone: "UTC", durationHours: 5, cutoffHours: 1 },
      fanoutSchedule: {
        expression: "cron(0 4 ? * SUN *)",
        timezone: "US/Eastern",
        durationHours: 5,
        cutoffHours: 1,
      },
      rings: [],
      fanout: {
        regions: [],
        operation: "Install",
        rebootOption: "RebootIfNeeded",
        executionMode: "per-region",
        maxConcurrency: "10",
        maxErrors: "1",
        locationMaxConcurrency: "100%",
        locationMaxErrors: "100%",
        perInstanceNodes: 1_000,
        accounts: [],
        calendars: [],
      },
      ...{ scanCalendars: [], installCalendars: [] },
      rebootOption: "RebootIfNeeded",
      exclusionGate: "cancel",
      rateControl: { maxConcurrency: "10%", maxErrors: "25%" },
      ownerInformation: "Patch Management Team",
      notificationEmails: [],
      completionEmails: [],
      logRetentionDays: 90,
      maxExclusionDays: 90,
      unread: [],
      maxHeldPercent: 20,
      maxBaselines: 50,
      retired: { regions: [], patchGroups: [], operatingSystems: [] },
      approvers: [],
      deployers: [],
    });
  });

  for (const [key, value, field, expected] of [
    ["stacks", ["install"], "stacks", ["install"]],
    ["environment", "Prod-2", "environment", "Prod-2"],
    [
      "patchGroups",
      ["a", "b"],
      "targets",
      { patchGroupTagKey: "PatchGroup", patchGroups: ["a", "b"], tags: {} },
    ],
    [
      "patchGroupTagKey",
      "Patch Group",
      "targets",
      { patchGroupTagKey: "Patch Group", patchGroups: ["web"], tags: {} },
    ],
    [
      "targetTags",
      { A: "x", B: ["y", "z"] },
      "targets",
      { patchGroupTagKey: "PatchGroup", patchGroups: ["web"], tags: { A: ["x"], B: ["y", "z"] } },
    ],
    ["ownsBaselines", false, "ownsBaselines", false],
    ["operatingSystems", ["SUSE"], "baselines", { SUSE: defaultBaselines.SUSE }],
    ["baselines", rule({ product: ["*"] }), "baselines", rule({ product: ["*"] })],
    ["scheduleTimezone", "Asia/Seoul", "scan", { ...read().scan, timezone: "Asia/Seoul" }],
    ["scanSchedule", "cron(0 22 ? * SAT *)", "scan", { ...read().scan, expression: "cron(0 22 ? * SAT *)" }],
    ["scanCutoffHours", 0, "scan", { ...read().scan, cutoffHours: 0 }],
    [
      "installSchedule",
      "cron(0 9 1 * ? *)",
      "install",
      { ...read().install, expression: "cron(0 9 1 * ? *)" },
    ],
    ["installScheduleOffsetDays", 6, "install", { ...read().install, offsetDays: 6 }],
    ["installScheduleOffsetDays", 0, "install", read().install],
    ["installDurationHours", 20, "install", { ...read().install, durationHours: 20 }],
    ["installCutoffHours", 4, "install", { ...read().install, cutoffHours: 4 }],
    ["scanScheduleOffsetDays", 2, "scan", { ...read().scan, offsetDays: 2 }],
    ["fanoutScheduleOffsetDays", 5, "fanoutSchedule", { ...read().fanoutSchedule, offsetDays: 5 }],
    ["installStartDate", "2027-01-31", "install", { ...read().install, startDate: "2027-01-31" }],
    ["scanEndDate", "2027-01-31", "scan", { ...read().scan, endDate: "2027-01-31" }],
    ["fanoutEndDate", "", "fanoutSchedule", read().fanoutSchedule],
    ["installEnabled", false, "install", { ...read().install, enabled: false }],
    ["rebootOption", "NoReboot", "rebootOption", "NoReboot"],
    ["exclusionGate", "proceed", "exclusionGate", "proceed"],
    [
      "exclusionFunction",
      "SSM-patchplane-prod-exclusions",
      "exclusionFunction",
      "SSM-patchplane-prod-exclusions",
    ],
    ["exclusionBucket", "exclusions-bucket-0a1b2c3", "exclusionBucket", "exclusions-bucket-0a1b2c3"],
    ["maxConcurrency", "7", "rateControl", { maxConcurrency: "7", maxErrors: "25%" }],
    ["maxErrors", "0", "rateControl", { maxConcurrency: "10%", maxErrors: "0" }],
    ["ownerInformation", "Ops 🐧", "ownerInformation", "Ops 🐧"],
    ["notificationEmails", ["a@b.de"], "notificationEmails", ["a@b.de"]],
    ["completionEmails", ["a@b.de"], "completionEmails", ["a@b.de"]],
    ["permissionsBoundary", boundary, "permissionsBoundary", boundary],
    ["permissionsBoundary", "", "permissionsBoundary", undefined],
    ["logRetentionDays", 365, "logRetentionDays", 365],
    ["maxExclusionDays", 1, "maxExclusionDays", 1],
    ["maxChangedNodes", 1, "maxChangedNodes", 1],
    ["maxChangedNodes", 1_000_000, "maxChangedNodes", 1_000_000],
    ["maxChangedNodes", 0, "maxChangedNodes", undefined],
    ["maxHeldPercent", 100, "maxHeldPercent", 100],
    ["maxBaselines", 75, "maxBaselines", 75],
    ["approvers", ["arn:aws:iam::111122223333:role/a"], "approvers", ["arn:aws:iam::111122223333:role/a"]],
    ["deployers", ["arn:aws:iam::111122223333:user/b"], "deployers", ["arn:aws:iam::111122223333:user/b"]],
    [
      ...["retiredRegions", ["eu-south-2"], "retired"],
      { regions: ["eu-south-2"], patchGroups: [], operatingSystems: [] },
    ],
    [
      ...["retiredPatchGroups", ["old"], "retired"],
      { regions: [], patchGroups: ["old"], operatingSystems: [] },
    ],
    [
      ...["retiredOperatingSystems", ["SUSE"], "baselines"],
      { UBUNTU: defaultBaselines.UBUNTU, SUSE: defaultBaselines.SUSE },
    ],
  ] as const) {
    it(`takes ${key} ${JSON.stringify(value)}`, () => {
      expect(read({ [key]: value })[field]).to.deep.equal(expected);
    });
  }

  it("takes the shortest scan once its cutoff allows it", () => {
    expect(read({ scanDurationHours: 1, scanCutoffHours: 0 }).scan.durationHours).to.equal(1);
  });

  it("takes numbers and truth as text, as the CLI stores them", () => {
    expect(read({ logRetentionDays: "30", ownsBaselines: "false" })).to.include({
      logRetentionDays: 30,
      ownsBaselines: false,
    });
  });

  it("refuses a key that it does not know", () => {
    expect(problemsWith({ scanShedule: "rate(1 day)", nothing: 1 })).to.deep.equal([
      {
        key: "scanShedule",
        reason:
          "is not a key of patchplane; did you mean scanSchedule? Rename it in the stack's file: a line would lose its value.",
      },
      { key: "nothing", reason: "is not a key of patchplane. docs/configuration.md has them all." },
    ]);
  });

  it("refuses a namespace that is ours but for a slip", () => {
    for (const namespace of ["patchplan", "Patchplane", "patch-plane", "pathcplane"]) {
      const result = readConfig({ ...values({}), [`${namespace}:scanSchedule`]: "x" }, project, now);
      expect(result.ok ? [] : result.problems).to.deep.equal([
        {
          key: `${namespace}:scanSchedule`,
          reason:
            "is of no namespace that is read; did you mean patchplane:scanSchedule? Rename it in the stack's file: a line would lose its value.",
        },
      ]);
    }
  });

  it("leaves the keys of others alone", () => {
    const foreign = { "aws:region": "us-east-1", "pagerduty:environment": "x", region: "y" };
    const result = readConfig({ ...foreign, [`${project}:environment`]: "dev" }, project, now);
    expect(result.ok ? [] : result.problems.map(({ key }) => key)).to.deep.equal([
      "patchGroups",
      "operatingSystems",
    ]);
  });

  it("names every problem at once: unknown keys, shapes, and what the rules find in the other keys", () => {
    const wrong = { environment: undefined, stacks: 5, maxErrors: "x", nothing: 1, scanSchedule: "daily" };
    expect(problemsWith(wrong).map(({ key }) => key)).to.deep.equal([
      ...["nothing", "stacks", "environment", "scanSchedule", "maxErrors"],
    ]);
  });

  it("blames nothing on a key that is judged by another while that one is wrong", () => {
    for (const [wrong, right] of [
      [{ scanDurationHours: "x" }, { scanCutoffHours: 4 }],
      [{ installDurationHours: "x" }, { installCutoffHours: 20, scanSchedule: "cron(0 7 ? * * *)" }],
      [{ installSchedule: 5, installScheduleOffsetDays: "x" }, {}],
      [{ scheduleTimezone: "EST" }, { scanSchedule: "at(2020-01-01T00:00:00)" }],
      [{ operatingSystems: "UBUNTU" }, { baselines: rule({ product: ["*"] }) }],
      [{ stacks: "scan" }, { scanSchedule: "cron(0 4 ? * * *)" }],
    ] as const) {
      const keys = problemsWith({ ...wrong, ...right }).map(({ key }) => key);
      expect(keys.filter((key) => key in right)).to.deep.equal([]);
      expect(keys).to.not.be.empty;
    }
  });

  it("names a problem that both windows share once for each of them", () => {
    const twice = problemsWith({ scheduleTimezone: "Nowhere/City" });
    expect(new Set(twice.map(({ key }) => key))).to.deep.equal(new Set(["scheduleTimezone"]));
  });

  it("refuses a secret by name, and shows nothing of it", () => {
    const secrets = ["environment", "notificationEmails"].map((key) => `${project}:${key}`);
    const given = { ...values({ notificationEmails: ["hidden@example.com", 5] }), "aws:region": "hidden" };
    const result = readConfig(given, project, now, [...secrets, "aws:region", "other:token"]);
    const problems = result.ok ? [] : result.problems;
    expect(problems.map(({ key }) => key)).to.have.members([
      "environment",
      "notificationEmails",
      "aws:region",
    ]);
    for (const { reason, mend, example } of problems) {
      expect(reason).to.match(/^is a secret, .* Set it anew without --secret\.$/);
      expect([mend, example]).to.deep.equal([undefined, undefined]);
    }
    expect(JSON.stringify(problems)).to.not.contain("hidden");
  });

  it("refuses a map with a key that JavaScript would lose", () => {
    for (const [key, value] of [
      ["targetTags", '{"__proto__":"x"}'],
      ["baselines", '{"UBUNTU":{"approvalRules":[{"product":["*"],"\\u005f_proto__":[]}]}}'],
    ] as const) {
      const [problem] = problemsWith({ [key]: value });
      expect(problem?.key).to.equal(key);
      expect(problem?.reason).to.equal(
        "holds a key named __proto__, which would be lost without a word. Choose another name.",
      );
    }
  });

  it("says it in one message for a person", () => {
    expect(configMessage("prod", refusalOf({ maxErrors: "x", logRetentionDays: 2 }))).to.equal(
      `The configuration of stack prod has 2 problem(s), so nothing is deployed:
  maxErrors: got "x"; ${errors}
    for example: pulumi config set maxErrors 25%
  logRetentionDays: got 2; CloudWatch Logs allows ${logRetentionPeriods.join(", ")} days.
    for example: pulumi config set logRetentionDays 3`,
    );
  });
});
