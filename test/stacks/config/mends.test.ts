import { expect } from "chai";
import { configMessage, readConfig } from "#stacks/config/config.js";
import { linesOf as lines, now, project, rm, set, values } from "../../support/configuration.js";

const central = { stacks: ["central"] };
const debian = { operatingSystems: ["DEBIAN"] };
const rule = (more: object) => ({ baselines: { UBUNTU: { approvalRules: [{ priority: ["*"], ...more }] } } });

describe("the line that mends a problem", () => {
  for (const [what, changes, expected] of [
    [
      "names the item that is wrong",
      { ...central, fanoutRegions: ["us-west-2", "eu-west-1", "frankfurt"] },
      { "fanoutRegions[2]": set("--path 'fanoutRegions[2]' eu-central-1") },
    ],
    [
      "keeps a number that is a text",
      { patchGroups: ["web", 2024] },
      { "patchGroups[1]": set("--path 'patchGroups[1]' 2024 --type string") },
    ],
    [
      "keeps a number that is a tag's value",
      { targetTags: { CostCenter: 42 } },
      { "targetTags.CostCenter": set("--path 'targetTags.CostCenter' 42 --type string") },
    ],
    [
      "keeps a number in a list of a tag's values",
      { targetTags: { Tier: ["a", 42] } },
      { "targetTags.Tier[1]": set("--path 'targetTags.Tier[1]' 42 --type string") },
    ],
    [
      "is an example where YAML has read a date",
      { targetTags: { Until: "2026-12-31 00:00:00 +0000 UTC", Since: "2026-12-31 04:00:00 +0000 UTC" } },
      {
        "targetTags.Until": `? ${set("--path 'targetTags.Until' 2026-12-31")}`,
        "targetTags.Since": undefined,
      },
    ],
    [
      "is not due where a date is one",
      {
        operatingSystems: ["SUSE"],
        baselines: {
          SUSE: {
            approvalRules: [{ classification: ["*"], approveUntilDate: "2026-12-31 00:00:00 +0000 UTC" }],
          },
        },
      },
      {},
    ],
    [
      "names a tag with a dot",
      { targetTags: { "cost.center": 42 } },
      { 'targetTags["cost.center"]': set(`--path 'targetTags["cost.center"]' 42 --type string`) },
    ],
    [
      "is not there for a number whose digits are gone",
      { targetTags: { Version: 1.1 } },
      { "targetTags.Version": undefined },
    ],
    [
      "is not there for a truth that may have been a text",
      { targetTags: { On: true } },
      { "targetTags.On": undefined },
    ],
    [
      "is not there for values in one text",
      { targetTags: { Teams: "a,b" } },
      { "targetTags.Teams": undefined },
    ],
    [
      "gives an account its zero back",
      { ...central, fanoutRegions: ["us-west-2"], fanoutAccounts: [12345678901] },
      { "fanoutAccounts[0]": set("--path 'fanoutAccounts[0]' 012345678901 --type string") },
    ],
    [
      "is not there for an account that YAML may have read as octal",
      { ...central, fanoutRegions: ["us-west-2"], fanoutAccounts: [1402433619] },
      { "fanoutAccounts[0]": undefined },
    ],
    [
      "has the name of a system that people call otherwise",
      { operatingSystems: ["UBUNTU", "RHEL"] },
      { "operatingSystems[1]": set("--path 'operatingSystems[1]' REDHAT_ENTERPRISE_LINUX") },
    ],
    [
      "takes out what is there already by its right name",
      { operatingSystems: ["UBUNTU", "Ubuntu"] },
      { "operatingSystems[1]": rm("--path 'operatingSystems[1]'") },
    ],
    [
      "takes out what is there twice",
      { patchGroups: ["a", "b", "a"] },
      { "patchGroups[2]": rm("--path 'patchGroups[2]'") },
    ],
    [
      "takes out several from the end, since those behind them move",
      { patchGroups: ["a", "a", "b", "b"] },
      { "patchGroups[1]": rm("--path 'patchGroups[1]'"), "patchGroups[3]": rm("--path 'patchGroups[3]'") },
    ],
    [
      "takes out what has no effect",
      { ...debian, baselines: { DEBIAN: { approvalRules: [{ priority: ["*"], approveAfterDays: 3 }] } } },
      {
        "baselines.DEBIAN.approvalRules[0].approveAfterDays": rm(
          "--path 'baselines.DEBIAN.approvalRules[0].approveAfterDays'",
        ),
      },
    ],
    [
      "mends a filter's value in its place",
      rule({ priority: ["Required", "standard"] }),
      {
        "baselines.UBUNTU.approvalRules[0].priority[1]": set(
          "--path 'baselines.UBUNTU.approvalRules[0].priority[1]' Standard",
        ),
      },
    ],
    [
      "takes an address out of what surrounds it",
      { notificationEmails: ["ops@corp.example", "Duty <duty@corp.example>"] },
      { "notificationEmails[1]": set("--path 'notificationEmails[1]' duty@corp.example") },
    ],
    [
      "takes the name that a patch has",
      { baselines: { UBUNTU: { approvalRules: [{ priority: ["*"] }], rejectedPatches: ["libssl3:amd64"] } } },
      {
        "baselines.UBUNTU.rejectedPatches[0]": set(
          "--path 'baselines.UBUNTU.rejectedPatches[0]' libssl3.amd64",
        ),
      },
    ],
    [
      "keeps the schedule",
      { installSchedule: "rate(7 day)" },
      { installSchedule: set('installSchedule "rate(7 days)"') },
    ],
    [
      "keeps the zone",
      { scheduleTimezone: "Europe/Berln" },
      { scheduleTimezone: set("scheduleTimezone Europe/Berlin") },
    ],
    [
      "keeps the hours",
      { installDurationHours: "6h" },
      { installDurationHours: set("installDurationHours 6") },
    ],
    ["keeps a yes", { ownsBaselines: "yes" }, { ownsBaselines: set("ownsBaselines true") }],
    [
      "makes a list of one value",
      { patchGroups: "web" },
      { patchGroups: set("--path 'patchGroups[0]' web") },
    ],
    ["makes no list of what may be several", { patchGroups: "web, app" }, { patchGroups: undefined }],
    [
      "fills a default list that was extended",
      { stacks: [null, null, "central"], fanoutRegions: ["us-west-2"] },
      { "stacks[0]": set("--path 'stacks[0]' scan"), "stacks[1]": set("--path 'stacks[1]' install") },
    ],
    ["gives a key without a value its default", { maxErrors: null }, { maxErrors: rm("maxErrors") }],
    ["takes out a key that is none", { nosuchkey: "5" }, { nosuchkey: rm("nosuchkey") }],
    [
      "loses no value of a key with a slip",
      { instalSchedule: "rate(7 days)" },
      { instalSchedule: undefined },
    ],
    [
      "loses no value of a nested key with a slip",
      { baselines: { UBUNTU: { approvalRule: [] } } },
      { "baselines.UBUNTU.approvalRule": undefined },
    ],
    [
      "is an example where a key is missing",
      { environment: undefined },
      { environment: `? ${set("environment dev")}` },
    ],
    [
      "is an example where a value tells nothing",
      { maxConcurrency: "many" },
      { maxConcurrency: `? ${set("maxConcurrency 10%")}` },
    ],
    [
      "is an example where a value is out of range",
      { scanCutoffHours: 2 },
      { scanCutoffHours: `? ${set("scanCutoffHours 0")}` },
    ],
    [
      "makes a name of a name",
      { environment: "my prod!" },
      { environment: `? ${set("environment my-prod")}` },
    ],
    [
      "is not there where another problem would come",
      { scanDurationHours: "5h" },
      {
        scanDurationHours: `? ${set("scanDurationHours 2")}`,
      },
    ],
  ] as const) {
    it(what, () => expect(lines(changes)).to.deep.equal(expected));
  }

  it("says did you mean, and no long list, where one name is near", () => {
    for (const [called, system] of [
      ["RHEL9", "REDHAT_ENTERPRISE_LINUX"],
      ["Ubuntu 22.04 LTS", "UBUNTU"],
      ["Windows Server 2022", "WINDOWS"],
      ["AL2", "AMAZON_LINUX_2"],
      ["SLES 15 SP5", "SUSE"],
      ["Windows 2019 Datacenter", "WINDOWS"],
      ["debian-12-bookworm", "DEBIAN"],
    ]) {
      const told = readConfig(values({ operatingSystems: [called] }), project, now);
      expect(told.ok ? [] : told.problems.map(({ reason }) => reason)).to.deep.equal([
        `got "${called}"; did you mean ${system}?`,
      ]);
    }
    const result = readConfig(values({ instalSchedule: "x", operatingSystems: ["RHEL"] }), project, now);
    expect(configMessage("dev", result.ok ? [] : result.problems)).to.equal(
      `The configuration of stack dev has 2 problem(s), so nothing is deployed:
  instalSchedule: is not a key of patchplane; did you mean installSchedule? Rename it in the stack's file: a line would lose its value.
  operatingSystems[0]: got "RHEL"; did you mean REDHAT_ENTERPRISE_LINUX?
    mend it: pulumi config set --path 'operatingSystems[0]' REDHAT_ENTERPRISE_LINUX`,
    );
  });
});
