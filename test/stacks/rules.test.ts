import { expect } from "chai";
import { settle } from "../support/mocks.js";
import { declared, deployStack } from "../support/program.js";
import { at, type Declared } from "../support/rule.js";
import { type RuleName, rules } from "../support/rules.js";
import { fanoutValues } from "./support/fanoutValues.js";

type Change = (props: Record<string, unknown>) => void;

const set =
  (key: string, value?: unknown): Change =>
  (props) => {
    if (value === undefined) delete props[key];
    else props[key] = value;
  };

/** Changes a text, of the call of a function where that is told, and fails when there is nothing to change. */
const rewrite =
  (key: string, from: string, to: string): Change =>
  (props) => {
    const holder = (at(props, "taskInvocationParameters", "lambdaParameters") ?? props) as Record<
      string,
      unknown
    >;
    const text = String(holder[key]);
    if (!text.includes(from)) throw new Error(`${key} does not contain ${from}: ${text}`);
    holder[key] = text.replace(from, to);
  };

/** Changes something inside a task's command. */
const command =
  (key: string, value?: unknown): Change =>
  ({ taskInvocationParameters }) =>
    set(key, value)(at(taskInvocationParameters, "runCommandParameters") as Record<string, unknown>);

const target = (key: string) => set("targets", [{ key, values: ["dev-servers"] }]);

const approval = (keys: readonly string[], delays: object = {}) =>
  set("approvalRules", [{ ...delays, patchFilters: keys.map((key) => ({ key, values: ["*"] })) }]);

const ubuntu = "baselines-UBUNTU";
const lasting = [{ noncurrentVersionExpiration: { noncurrentDays: 365 } }];
const policy = "policiesAreNarrow";

/**
 * A break of each rule, and of each part of those of tasks, in the resources of dev with the central window, the resource, and what the rule says. What exactly
 * each component makes is held by the component's own test; rules hold for whatever comes later too.
 */
const broken: readonly (readonly [rule: RuleName, name: string, change: Change, says: string])[] = [
  ["windowsHaveZones", "scan-window", set("scheduleTimezone"), "scan-window has no time zone"],
  ["windowsEndInTime", "scan-window", set("cutoff", 2), "scan-window has cutoff 2 in 2 hours"],
  [
    "scanNeverInstalls",
    "scan-base-task",
    command("parameters", []),
    "scan-base-task does  in patchplane-dev-scan",
  ],
  ["tasksAreBounded", "scan-base-task", set("cutoffBehavior"), "scan-base-task runs on after the cutoff"],
  [
    "tasksAreBounded",
    "install-base-task",
    set("cutoffBehavior", "CANCEL_TASK"),
    "install-base-task kills installations at the cutoff",
  ],
  [
    "tasksAreBounded",
    "scan-base-task",
    set("maxErrors"),
    "scan-base-task has targets and lacks maxConcurrency or maxErrors",
  ],
  ["tasksAreBounded", "scan-base-task", set("serviceRoleArn"), "scan-base-task has no service role"],
  [
    "tasksAreBounded",
    "install-first-task",
    set("maxErrors", "1"),
    "install-first-task has limits and no targets",
  ],
  [
    "targetsAreTags",
    "scan-base-target",
    set("resourceType", "RESOURCE_GROUP"),
    "scan-base-target does not select nodes",
  ],
  [
    "documentsAreNotPinned",
    "install-base-task",
    command("documentHash", "ab"),
    "install-base-task pins documentHash",
  ],
  ["outputIsKept", "install-base-task", command("cloudwatchConfig", {}), "install-base-task writes no log"],
  ["targetsAreTags", "scan-base-target", set("targets", []), "scan-base-target has 0 criteria"],
  ["logsAreKeptAndEncrypted", "scan-logs", set("retentionInDays"), "scan-logs keeps its lines for ever"],
  ["bucketsAreClosed", "logs-ownership", set("rule"), "logs-bucket lacks a sound s3.BucketOwnershipControls"],
  [
    "topicsAreEncrypted",
    "notifications-failures",
    set("kmsMasterKeyId"),
    "notifications-failures is not encrypted with a key of ours",
  ],
  ["keysRotate", "encryption-key", set("enableKeyRotation"), "encryption-key does not rotate"],
  [
    "baselinesFitTheirSystem",
    "holds-UBUNTU",
    set("approvedPatches", ["*"]),
    "holds-UBUNTU approves something for held nodes",
  ],
  ["tasksAreBounded", "scan-base-task", set("targets", []), "scan-base-task runs a command on no target"],
  ["targetsAreTags", "scan-base-target", target("InstanceIds"), "scan-base-target selects by InstanceIds"],
  ["targetsAreTags", "scan-base-target", target("tag:Team"), "scan-base-target selects by no patch group"],
  ["baselinesFitTheirSystem", ubuntu, set("approvalRules", []), `${ubuntu} has 0 approval rules`],
  [
    "baselinesFitTheirSystem",
    ubuntu,
    set("rejectedPatches", Array(51).fill("curl")),
    `${ubuntu} rejects more than 50 patches`,
  ],
  ["baselinesFitTheirSystem", ubuntu, approval([]), `${ubuntu} has a rule with 0 filters`],
  ["baselinesFitTheirSystem", ubuntu, approval(["SEVERITY"]), `${ubuntu} filters by SEVERITY`],
  [
    "baselinesFitTheirSystem",
    ubuntu,
    approval(["PRIORITY"], { approveAfterDays: 7 }),
    `${ubuntu} delays what AWS approves at once`,
  ],
  [
    "baselinesFitTheirSystem",
    "baselines-AMAZON_LINUX_2023",
    approval(["SEVERITY"], { approveAfterDays: 7, approveUntilDate: "2026-10-01" }),
    "baselines-AMAZON_LINUX_2023 has two delays in one rule",
  ],
  ["functionsAreSound", "exclusions-function", set("architectures"), "exclusions-function runs on undefined"],
  [
    "queuesAreEncrypted",
    "exclusions-failed",
    set("sqsManagedSseEnabled"),
    "exclusions-failed is not encrypted",
  ],
  [
    "functionsAreCalledByOurs",
    "exclusions-bucket-permission",
    set("sourceAccount"),
    "exclusions-bucket-permission lets other accounts call",
  ],
  [
    "uploadsDoNotRecurse",
    "exclusions-notification",
    set("lambdaFunctions", [{ filterPrefix: "status/" }]),
    'exclusions-notification calls for its own status: "status/"',
  ],
  [
    "manifestsNeverExpire",
    "exclusions-lifecycle",
    set("rules", lasting),
    "exclusions-notification watches objects whose versions go after 365 days",
  ],
  [
    "callsComeFirst",
    "install-excluded-task",
    set("priority", 0),
    "install-first-task runs beside what it comes before",
  ],
  [
    "fanoutsAreWhole",
    "central-task",
    rewrite("payload", '"eu-west-3"', '"eu-west-3","us-west-2"'),
    "central-task patches us-west-2 by AWS's own baselines",
  ],
  [
    policy,
    "scan-role-policy",
    rewrite("policy", "ssm:ListCommands", "ssm:*"),
    "scan-role-policy FollowCommands: allows ssm:*",
  ],
  [
    policy,
    "exclusions-role-policy",
    rewrite("policy", '"ssm:*","tag:*"', '"tag:*"'),
    "exclusions-role-policy MakeMarkedBaselines: allows ssm:CreatePatchBaseline on everything",
  ],
  [
    policy,
    "exclusions-role-policy",
    rewrite("policy", '"tag:*","ec2:*"', '"tag:*"'),
    "exclusions-role-policy MoveNodes: reaches every Region",
  ],
  [
    policy,
    "exclusions-role-policy",
    rewrite("policy", '"aws:RequestTag/PatchGroup"', '"aws:RequestTag/Team"'),
    "exclusions-role-policy MoveNodes: moves nodes into any group",
  ],
  [
    policy,
    "exclusions-role-policy",
    rewrite("policy", '"aws:ResourceTag/patchplane:owner"', '"aws:ResourceTag/Team"'),
    "exclusions-role-policy ChangeMarkedBaselines: allows ssm:DeletePatchBaseline on baselines of others",
  ],
  [
    policy,
    "central-start-role-policy",
    rewrite("policy", '"iam:PassedToService"', '"aws:Other"'),
    "central-start-role-policy HandOverTheRoles: passes a role to any service",
  ],
  [
    policy,
    "encryption-key",
    rewrite("policy", "logs:us-east-1:123456789012", "logs:us-east-1:*"),
    "encryption-key LogGroups: lets logs.us-east-1.amazonaws.com act for any account",
  ],
  [
    policy,
    "exclusions-role",
    rewrite("assumeRolePolicy", '{"Service":"lambda.amazonaws.com"}', '"*"'),
    "exclusions-role Lambda: allows everybody",
  ],
];

describe("the rules over declared resources", () => {
  let resources: readonly Declared[];
  before(async () => {
    const changes = { ...fanoutValues, fanoutAccounts: '["ou-ab12-cdefgh34"]' };
    resources = declared((await deployStack("dev", changes)).recording);
  });
  after(settle);

  for (const [rule, name, change, says] of broken) {
    it(`${rule}: ${says}`, () => {
      const copy = structuredClone(resources);
      const found = copy.filter((resource) => resource.name === name);
      expect(found).to.have.lengthOf(1);
      for (const { props } of found) change(props as Record<string, unknown>);
      expect(rules[rule](copy)).to.include(says);
      expect(rules[rule](resources)).to.deep.equal([]);
    });
  }

  it("breaks every rule at least once", () => {
    expect([...new Set(broken.map(([rule]) => rule))].sort()).to.deep.equal(Object.keys(rules).sort());
  });
});
