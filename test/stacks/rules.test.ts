import { expect } from "chai";
import { settle } from "../support/mocks.js";
import { declared, deployStack } from "../support/program.js";
import { at, type Declared, type RuleName, rules } from "../support/rules.js";

type Change = (props: Record<string, unknown>) => void;

const set =
  (key: string, value: unknown): Change =>
  (props) => {
    if (value === undefined) delete props[key];
    else props[key] = value;
  };

/** Changes the text of a policy, and fails when there is nothing to change. */
const rewrite =
  (key: string, from: string, to: string): Change =>
  (props) => {
    const text = String(props[key]);
    if (!text.includes(from)) throw new Error(`${key} does not contain ${from}: ${text}`);
    props[key] = text.replace(from, to);
  };

/** Changes something inside a task's command. */
const command =
  (key: string, value: unknown): Change =>
  ({ taskInvocationParameters }) => {
    const parameters = at(taskInvocationParameters, "runCommandParameters") as Record<string, unknown>;
    set(key, value)(parameters);
  };

const operation = (name: string) => command("parameters", [{ name: "Operation", values: [name] }]);
const targets = (...keys: string[]) =>
  set(
    "targets",
    keys.map((key) => ({ key, values: ["x"] })),
  );
const filters = (key: string, further: object = {}) =>
  set("approvalRules", [{ patchFilters: [{ key, values: ["*"] }], ...further }]);

/** What is broken in the resources of dev, and what the rule says. */
const broken: readonly (readonly [RuleName, string, Change, string])[] = [
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
  ["tasksAreBounded", "scan-base-task", set("serviceRoleArn", undefined), "has no service role"],
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
  ],
  [
    "bucketsAreClosed",
    "logs-encryption",
    set("rules", []),
    "lacks a sound s3.BucketServerSideEncryptionConfiguration",
  ],
  ["bucketsAreClosed", "logs-versioning", set("bucket", "another"), "lacks a sound s3.BucketVersioning"],
  ["bucketsAreClosed", "logs-lifecycle", set("rules", []), "lacks a sound s3.BucketLifecycleConfiguration"],
  ["bucketsAreClosed", "logs-ownership", set("rule", {}), "lacks a sound s3.BucketOwnershipControls"],
  ["bucketsAreClosed", "logs-policy", rewrite("policy", "Deny", "Allow"), "lacks a sound s3.BucketPolicy"],
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
  [
    "policiesAreNarrow",
    "scan-role-policy",
    rewrite("policy", '"Action":"ssm:CancelCommand"', '"Action":"ssm:SendCommand"'),
    "CancelCommandsAtCutoff: allows ssm:SendCommand on everything",
  ],
  [
    "policiesAreNarrow",
    "scan-role-policy",
    rewrite("policy", "ssm:ListCommands", "ssm:*"),
    "FollowCommands: allows ssm:*",
  ],
  [
    "policiesAreNarrow",
    "scan-role-policy",
    rewrite("policy", "iam:PassedToService", "aws:Other"),
    "PublishNotificationsOfCommands: passes a role to any service",
  ],
  [
    "policiesAreNarrow",
    "scan-role-policy",
    rewrite("policy", "role/notifications-role-0a1b2c3", "role/*"),
    "PublishNotificationsOfCommands: passes any role",
  ],
  [
    "policiesAreNarrow",
    "scan-role-policy",
    rewrite("policy", "ssm:resourceTag/PatchGroup", "ssm:resourceTag/Team"),
    "OnNodesOfTheTargets: reaches every node",
  ],
  [
    "policiesAreNarrow",
    "logs-node-policy",
    rewrite("policy", "logs:DescribeLogGroups", "logs:DeleteLogGroup"),
    "FindLogGroups: allows logs:DeleteLogGroup on all of a type",
  ],
  [
    "policiesAreNarrow",
    "notifications-role",
    rewrite("assumeRolePolicy", "Condition", "Comment"),
    "SystemsManagerOfThisAccount: lets ssm.amazonaws.com act for any account",
  ],
  [
    "policiesAreNarrow",
    "notifications-failures-policy",
    rewrite("policy", "aws:SourceAccount", "aws:PrincipalAccount"),
    "AlarmsOfThisAccount: lets cloudwatch.amazonaws.com act for any account",
  ],
  [
    "policiesAreNarrow",
    "encryption-key",
    rewrite("policy", "logs:us-east-1:123456789012", "logs:us-east-1:*"),
    "LogGroups: lets logs.us-east-1.amazonaws.com act for any account",
  ],
];

describe("the rules over declared resources", () => {
  let resources: readonly Declared[];
  before(async () => {
    resources = declared((await deployStack("dev")).recording);
  });
  after(settle);

  for (const [rule, name, change, says] of broken) {
    it(`${rule} finds that ${name} ${says}`, () => {
      const copy = structuredClone(resources);
      const found = copy.filter((resource) => resource.name === name);
      expect(found).to.have.lengthOf(1);
      for (const { props } of found) change(props as Record<string, unknown>);
      const about = rule === "bucketsAreClosed" ? "logs-bucket" : name;
      expect(rules[rule](copy)).to.include(`${about} ${says}`);
      expect(rules[rule](resources)).to.deep.equal([]);
    });
  }

  it("breaks every rule at least once", () => {
    expect([...new Set(broken.map(([rule]) => rule))].sort()).to.deep.equal(Object.keys(rules).sort());
  });
});
