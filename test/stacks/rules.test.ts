import { expect } from "chai";
import { settle } from "../support/mocks.js";
import { declared, deployStack } from "../support/program.js";
import type { Declared } from "../support/rule.js";
import { rules } from "../support/rules.js";
import { brokenFanouts } from "./support/brokenFanouts.js";
import { brokenFunctions } from "./support/brokenFunctions.js";
import { brokenPolicies } from "./support/brokenPolicies.js";
import { type Broken, command, filters, operation, rewrite, set, targets } from "./support/changes.js";
import { fanoutValues } from "./support/fanoutValues.js";

/** What is broken in the resources of dev with the central window, and what the rule says. */
const broken: readonly Broken[] = [
  ["windowsHaveZones", "scan-window", set("scheduleTimezone", undefined), "has no time zone"],
  ["windowsHaveZones", "install-window", set("scheduleTimezone", ""), "has no time zone"],
  ["windowsEndInTime", "scan-window", set("cutoff", 2), "has cutoff 2 in 2 hours"],
  ["windowsEndInTime", "scan-window", set("cutoff", -1), "has cutoff -1 in 2 hours"],
  ["scanNeverInstalls", "scan-base-task", operation("Install"), "does Install in patchplane-dev-scan"],
  ["scanNeverInstalls", "scan-excluded-task", command("parameters", []), "does  in patchplane-dev-scan"],
  ["scanNeverInstalls", "install-base-task", operation("Scan"), "does Scan in patchplane-dev-install"],
  ["scanNeverInstalls", "scan-base-task", set("windowId", "mw-x"), "belongs to no window: mw-x"],
  [
    "tasksAreBounded",
    "scan-base-task",
    set("maxErrors", undefined),
    "has targets and lacks maxConcurrency or maxErrors",
  ],
  ["tasksAreBounded", "scan-base-task", set("cutoffBehavior", undefined), "runs on after the cutoff"],
  [
    "tasksAreBounded",
    "install-base-task",
    set("cutoffBehavior", "CANCEL_TASK"),
    "kills installations at the cutoff",
  ],
  ["tasksAreBounded", "scan-base-task", set("serviceRoleArn", undefined), "has no service role"],
  ["tasksAreBounded", "install-first-task", set("maxErrors", "1"), "has limits and no targets"],
  ["tasksAreBounded", "install-first-task", set("taskType", "RUN_COMMAND"), "runs a command on no target"],
  [
    "scanNeverInstalls",
    "install-first-task",
    set("taskType", "AUTOMATION"),
    "does  in patchplane-dev-install",
  ],
  ["documentsAreNotPinned", "install-base-task", command("documentVersion", "1"), "pins documentVersion"],
  ["documentsAreNotPinned", "install-base-task", command("documentHash", "ab"), "pins documentHash"],
  [
    "outputIsKept",
    "install-base-task",
    command("outputS3Bucket", undefined),
    "writes its output to no bucket",
  ],
  [
    "outputIsKept",
    "install-base-task",
    command("outputS3KeyPrefix", ""),
    "writes its output below no prefix",
  ],
  ["outputIsKept", "install-base-task", command("cloudwatchConfig", {}), "writes no log"],
  ["targetsAreTags", "scan-base-target", targets("InstanceIds"), "selects by InstanceIds"],
  ["targetsAreTags", "scan-base-target", targets(), "has 0 criteria"],
  ["targetsAreTags", "scan-base-target", targets("tag:Environment"), "selects by no patch group"],
  ["targetsAreTags", "scan-base-target", set("resourceType", "RESOURCE_GROUP"), "does not select nodes"],
  ["logsAreKeptAndEncrypted", "scan-logs", set("retentionInDays", undefined), "keeps its lines for ever"],
  ["logsAreKeptAndEncrypted", "scan-logs", set("retentionInDays", 0), "keeps its lines for ever"],
  ["logsAreKeptAndEncrypted", "scan-logs", set("kmsKeyId", undefined), "is not encrypted with a key of ours"],
  [
    "bucketsAreClosed",
    "logs-public-access",
    set("blockPublicPolicy", false),
    "lacks a sound s3.BucketPublicAccessBlock",
    "logs-bucket",
  ],
  [
    "bucketsAreClosed",
    "logs-encryption",
    set("rules", []),
    "lacks a sound s3.BucketServerSideEncryptionConfiguration",
    "logs-bucket",
  ],
  [
    "bucketsAreClosed",
    "logs-versioning",
    set("bucket", "another"),
    "lacks a sound s3.BucketVersioning",
    "logs-bucket",
  ],
  [
    "bucketsAreClosed",
    "logs-lifecycle",
    set("rules", []),
    "lacks a sound s3.BucketLifecycleConfiguration",
    "logs-bucket",
  ],
  [
    "bucketsAreClosed",
    "logs-ownership",
    set("rule", {}),
    "lacks a sound s3.BucketOwnershipControls",
    "logs-bucket",
  ],
  [
    "bucketsAreClosed",
    "logs-policy",
    rewrite("policy", "Deny", "Allow"),
    "lacks a sound s3.BucketPolicy",
    "logs-bucket",
  ],
  [
    "topicsAreEncrypted",
    "notifications-failures",
    set("kmsMasterKeyId", undefined),
    "is not encrypted with a key of ours",
  ],
  [
    "topicsAreEncrypted",
    "notifications-failures",
    set("kmsMasterKeyId", "alias/aws/sns"),
    "is not encrypted with a key of ours",
  ],
  ["keysRotate", "encryption-key", set("enableKeyRotation", false), "does not rotate"],
  ["baselinesFitTheirSystem", "baselines-UBUNTU", filters("SEVERITY"), "filters by SEVERITY"],
  [
    "baselinesFitTheirSystem",
    "baselines-UBUNTU",
    filters("PRIORITY", { approveAfterDays: 7 }),
    "delays what AWS approves at once",
  ],
  ["baselinesFitTheirSystem", "baselines-UBUNTU", set("approvalRules", []), "has 0 approval rules"],
  [
    "baselinesFitTheirSystem",
    "holds-UBUNTU",
    set("approvedPatches", ["*"]),
    "approves something for held nodes",
  ],
  [
    "baselinesFitTheirSystem",
    "baselines-UBUNTU",
    set("operatingSystem", "BEOS"),
    "is for the unknown system BEOS",
  ],
  ["baselinesFitTheirSystem", "baselines-AMAZON_LINUX_2023", filters("PRIORITY"), "filters by PRIORITY"],
  [
    "baselinesFitTheirSystem",
    "baselines-AMAZON_LINUX_2023",
    filters("SEVERITY", { approveAfterDays: 7, approveUntilDate: "2026-12-31" }),
    "has two delays in one rule",
  ],
  ...brokenPolicies,
  ...brokenFunctions,
  ...brokenFanouts,
];

describe("the rules over declared resources", () => {
  let resources: readonly Declared[];
  before(async () => {
    resources = declared(
      (await deployStack("dev", { ...fanoutValues, fanoutAccounts: '["ou-ab12-cdefgh34"]' })).recording,
    );
  });
  after(settle);

  for (const [rule, name, change, says, about = name] of broken) {
    it(`${rule} finds that ${about} ${says}, by ${name}`, () => {
      const copy = structuredClone(resources);
      const found = copy.filter((resource) => resource.name === name);
      expect(found).to.have.lengthOf(1);
      for (const { props } of found) change(props as Record<string, unknown>);
      expect(rules[rule](copy)).to.include(`${about} ${says}`);
      expect(rules[rule](resources)).to.deep.equal([]);
    });
  }

  it("breaks every rule at least once", () => {
    expect([...new Set(broken.map(([rule]) => rule))].sort()).to.deep.equal(Object.keys(rules).sort());
  });
});
