import { expect } from "chai";
import { logRetentionPeriods } from "#components/common/logSettings.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { settingsKeys } from "#stacks/config/baselineSchema.js";
import { problemsWith } from "../../support/configuration.js";

const rule = (rules: object, further: object = {}) => ({ UBUNTU: { approvalRules: [rules], ...further } });

describe("a key with a wrong value", () => {
  const hours = "allowed are whole hours from 1 to 24.";
  const cutoff = (latest: number) =>
    `allowed are whole hours from 0 to ${latest}, one less than the duration.`;
  const groups = "allowed are 1 to 25 (patch groups per baseline).";
  const zone =
    'time zone: got "EST"; allowed is UTC or an IANA name such as America/New_York; an abbreviation says nothing of summer time, and several countries may share it; it may be America/New_York';
  const concurrency =
    'allowed is a number of nodes from "1" or a share from "1%" to "100%", in 1 to 7 characters.';
  const errors =
    'allowed is a number of nodes from "0" or a share from "0%" to "100%", in 1 to 7 characters.';
  for (const [key, value, path, reason] of [
    [
      "stacks",
      [],
      "stacks",
      "got []; allowed is a list of scan, install and central, each at most once, at least one.",
    ],
    ["stacks", ["install", "install"], "stacks[1]", '"install" is there twice. Remove one of them.'],
    [
      "stacks",
      ["everything"],
      "stacks[0]",
      'got "everything"; allowed is a list of scan, install and central, each at most once.',
    ],
    [
      "stacks",
      "scan",
      "stacks",
      'got "scan"; allowed is a list of scan, install and central, each at most once.',
    ],
    [
      "environment",
      "",
      "environment",
      'got ""; allowed is 1 to 30 letters, digits and dashes, beginning with a letter.',
    ],
    [
      "environment",
      "9",
      "environment",
      'got "9"; allowed is 1 to 30 letters, digits and dashes, beginning with a letter.',
    ],
    [
      "environment",
      undefined,
      "environment",
      "is missing; allowed is 1 to 30 letters, digits and dashes, beginning with a letter.",
    ],
    ["patchGroups", [], "patchGroups", `got 0 patch groups; ${groups}`],
    [
      "patchGroups",
      ["a", 5],
      "patchGroups[1]",
      "got 5, a number: put it in quotes; allowed is a list of 1 to 25 patch groups.",
    ],
    ["patchGroups", ["a", "a"], "patchGroups[1]", '"a" is there twice. Remove one of them.'],
    ["patchGroupTagKey", "Group", "patchGroupTagKey", 'got "Group"; allowed is PatchGroup or Patch Group.'],
    [
      "targetTags",
      { A: 5 },
      "targetTags.A",
      "got 5, a number: put it in quotes; allowed is up to 4 tags, each with a value or a list of values, all of them strings (quote numbers).",
    ],
    ["targetTags", { A: [] }, "targetTags.A", "got 0 values; a tag takes 1 to 50."],
    [
      "targetTags",
      { PatchGroup: "x" },
      "targetTags.PatchGroup",
      "is the tag that targets are made of. Use patchGroups for it.",
    ],
    ["ownsBaselines", "yes", "ownsBaselines", 'got "yes"; allowed is true or false.'],
    [
      "operatingSystems",
      [],
      "operatingSystems",
      `got []; allowed is a list of ${operatingSystemNames.join(", ")}, each at most once, at least one.`,
    ],
    [
      "operatingSystems",
      ["LINUX"],
      "operatingSystems[0]",
      `got "LINUX"; allowed is a list of ${operatingSystemNames.join(", ")}, each at most once.`,
    ],
    ["scheduleTimezone", "EST", "scheduleTimezone", zone],
    [
      "scanSchedule",
      "",
      "scanSchedule",
      "schedule: got 0 characters; allowed is 1 to 256 characters; write for example cron(0 4 ? * SUN *)",
    ],
    ["scanDurationHours", 0, "scanDurationHours", `got 0; ${hours}`],
    [
      "scanDurationHours",
      "1e999",
      "scanDurationHours",
      "got Infinity; allowed is a whole number of hours from 1 to 24.",
    ],
    ["scanCutoffHours", 2, "scanCutoffHours", `got 2; ${cutoff(1)}`],
    [
      "installSchedule",
      "rate(1 minute)",
      "installSchedule",
      'rate: got "1 minute"; allowed is 5 minutes or more; write rate(5 minutes) or a longer rate',
    ],
    [
      "installScheduleOffsetDays",
      7,
      "installScheduleOffsetDays",
      "got 7; allowed are whole days from 1 to 6 after this schedule. SSM waits no longer, but behind the first, second or third weekday of a month, as in TUE#1.",
    ],
    ["installDurationHours", 25, "installDurationHours", `got 25; ${hours}`],
    ["installCutoffHours", 5, "installCutoffHours", `got 5; ${cutoff(4)}`],
    ["exclusionGate", "open", "exclusionGate", 'got "open"; allowed is cancel or proceed.'],
    ["rebootOption", "Reboot", "rebootOption", 'got "Reboot"; allowed is RebootIfNeeded or NoReboot.'],
    ["maxConcurrency", "0", "maxConcurrency", `got "0"; ${concurrency}`],
    ["maxErrors", "-1", "maxErrors", `got "-1"; ${errors}`],
    ["ownerInformation", "", "ownerInformation", 'got ""; allowed is a text of 1 to 128 characters.'],
    [
      "notificationEmails",
      ["ops"],
      "notificationEmails[0]",
      'got "ops"; allowed is an address such as ops@example.com.',
    ],
    [
      "logRetentionDays",
      0,
      "logRetentionDays",
      `got 0; CloudWatch Logs allows ${logRetentionPeriods.join(", ")} days.`,
    ],
    [
      "maxExclusionDays",
      366,
      "maxExclusionDays",
      "got 366; allowed is a whole number of days from 1 to 365.",
    ],
    ["maxExclusionDays", 0, "maxExclusionDays", "got 0; allowed is a whole number of days from 1 to 365."],
    ...[-1, 1.5, 1_000_001].map(
      (nodes) =>
        [
          ...(["maxChangedNodes", nodes, "maxChangedNodes"] as const),
          `got ${nodes}; allowed is a whole number of nodes from 0 to 1000000.`,
        ] as const,
    ),
    ...[49, 1001].map((count) => {
      const reason = `got ${count}; allowed is a whole number of baselines from 50, AWS's quota, to 1000.`;
      return ["maxBaselines", count, "maxBaselines", reason] as const;
    }),
    ["maxHeldPercent", 0, "maxHeldPercent", "got 0; allowed is a whole number of percent from 1 to 100."],
    ["maxHeldPercent", 101, "maxHeldPercent", "got 101; allowed is a whole number of percent from 1 to 100."],
    [
      "maxChangedNodes",
      "10%",
      "maxChangedNodes",
      'got "10%"; allowed is a whole number of nodes from 0 (the larger of 50 and 10 %) to 1000000.',
    ],
    [
      "patchGroups",
      ["g".repeat(244)],
      "patchGroups[0]",
      "got a name of 244 characters; allowed are 243, since an exclusion makes groups of it with 13 more, and SSM takes 256.",
    ],
    ["baselines", [], "baselines", `got []; allowed is per operating system: ${settingsKeys.join(", ")}.`],
    [
      "baselines",
      { BEOS: {} },
      "baselines.BEOS",
      `is not known here; known are ${operatingSystemNames.join(", ")}.`,
    ],
    [
      "baselines",
      { UBUNTU: {} },
      "baselines.UBUNTU",
      "has neither approvalRules and predefined: true; it takes one of the two.",
    ],
    [
      "baselines",
      rule({ product: "*" }),
      "baselines.UBUNTU.approvalRules[0].product",
      'got "*"; allowed is a list. Write product: ["*"].',
    ],
    [
      "baselines",
      rule({ product: ["*"] }, { approved: 1 }),
      "baselines.UBUNTU.approved",
      `is not known here; known are ${settingsKeys.join(", ")}.`,
    ],
    [
      "baselines",
      rule({ days: 1 }),
      "baselines.UBUNTU.approvalRules[0].days",
      "is not known here; known are approveAfterDays, approveUntilDate, complianceLevel, enableNonSecurity, product, productFamily, patchSet, classification, severity, priority.",
    ],
    [
      "baselines",
      rule({ product: ["*"], complianceLevel: "SOME" }),
      "baselines.UBUNTU.approvalRules[0].complianceLevel",
      'got "SOME"; allowed is CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNSPECIFIED.',
    ],
    [
      "baselines",
      rule({ product: ["*"] }, { rejectedPatches: ["*"] }),
      "baselines.UBUNTU.rejectedPatches[0]",
      'got "*"; allowed is a pattern that begins with the name of a package; this one is every patch, and nothing would be patched. To stop all patching of a node, use an exclusion with hold.',
    ],
    [
      "baselines",
      rule({ product: ["*"], approveAfterDays: 7 }),
      "baselines.UBUNTU.approvalRules[0].approveAfterDays",
      "AWS ignores approval delays for UBUNTU, so patches would be approved at once. Leave it out.",
    ],
  ] as const) {
    it(`refuses ${key} ${JSON.stringify(value)?.slice(0, 60) ?? "left out"}`, () => {
      expect(problemsWith({ [key]: value })).to.deep.equal([{ key: path, reason }]);
    });
  }
});
