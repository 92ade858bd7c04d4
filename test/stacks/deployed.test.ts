import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseDeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { expectUniqueUrns, promiseOf, type Recording, settle } from "../support/mocks.js";
import { declared, deployStack } from "../support/program.js";
import { type RuleName, rules } from "../support/rules.js";

const foundation = (emails: readonly string[]) => [
  "EncryptionKey encryption",
  "PatchLogs logs",
  "PatchNotifications notifications",
  "iam.Policy logs-node-policy < logs",
  "iam.Role notifications-role < notifications",
  "iam.RolePolicy notifications-role-policy < notifications",
  "kms.Key encryption-key < encryption",
  "s3.Bucket logs-bucket < logs",
  "s3.BucketLifecycleConfiguration logs-lifecycle < logs",
  "s3.BucketOwnershipControls logs-ownership < logs",
  "s3.BucketPolicy logs-policy < logs",
  "s3.BucketPublicAccessBlock logs-public-access < logs",
  "s3.BucketServerSideEncryptionConfiguration logs-encryption < logs",
  "s3.BucketVersioning logs-versioning < logs",
  "cloudwatch.MetricAlarm notifications-undelivered-alarm < notifications",
  "sqs.Queue notifications-undelivered < notifications",
  "sqs.QueuePolicy notifications-undelivered-policy < notifications",
  ...["completions", "failures"].flatMap((topic) => [
    `sns.Topic notifications-${topic} < notifications`,
    `sns.TopicPolicy notifications-${topic}-policy < notifications`,
  ]),
  ...emails.map((email) => `sns.TopicSubscription notifications-failures-${email} < notifications`),
  ...runs,
];

/** Records of runs: the bucket, which every stack has, and the function of scan and install windows. */
const runs = [
  "RunRecords runs",
  ...[
    ...["Bucket bucket", "BucketLifecycleConfiguration lifecycle", "BucketOwnershipControls ownership"],
    ...["BucketPolicy policy", "BucketPublicAccessBlock public-access", "BucketVersioning versioning"],
    "BucketServerSideEncryptionConfiguration encryption",
  ].map((line) => `s3.${line.replace(" ", " runs-")} < runs`),
];
const records = [
  "WindowRecords records",
  ...[
    ...["cloudwatch.LogGroup closing-logs", "sqs.Queue closing-failed", "iam.Role closing-role"],
    ...["iam.RolePolicy closing-role-policy", "lambda.Function closing-function"],
    "lambda.FunctionEventInvokeConfig closing-retries",
    ...["closing-errors", "closing-throttles"].map((kind) => `cloudwatch.MetricAlarm ${kind}-alarm`),
    ...["ended", "hourly"].flatMap((kind) => [
      ...[`cloudwatch.EventRule ${kind}-rule`, `cloudwatch.EventTarget ${kind}-target`],
      ...[`lambda.Permission ${kind}-permission`, `cloudwatch.MetricAlarm ${kind}-lost-alarm`],
    ]),
  ].map((line) => line.replace(" ", " records-").concat(" < records")),
];

const baselines = (systems: readonly string[], groups: readonly string[]) => [
  "PatchBaselines baselines",
  ...systems.flatMap((system) => [
    `ssm.PatchBaseline baselines-${system} < baselines`,
    ...groups.map((group) => `ssm.PatchGroup baselines-${system}-${group} < baselines`),
  ]),
  "HoldBaselines holds",
  ...systems.flatMap((system) => [
    `ssm.PatchBaseline holds-${system} < holds`,
    ...groups.map((group) => `ssm.PatchGroup holds-${system}-${group}.hold < holds`),
  ]),
];

const exclusions = [
  ...["OverdueAlarm overdue", "cloudwatch.MetricAlarm overdue-alarm < overdue"],
  ...["ExclusionRetirement retired", "lambda.Invocation retired-processor < retired"],
  "ExclusionProcessor exclusions",
  "ExclusionRecord exclusion-record",
  "s3.BucketObjectv2 exclusion-record-object < exclusion-record",
  "lambda.Invocation exclusion-record-leaving < exclusion-record",
  ...[
    ...["cloudwatch.EventRule hourly-rule", "cloudwatch.EventTarget hourly-target"],
    ...["cloudwatch.LogGroup logs", "iam.Role role"],
    ...["breach", "errors", "foreign", "hourly-lost", "regions", "throttles"].map(
      (kind) => `cloudwatch.MetricAlarm ${kind}-alarm`,
    ),
    ...["iam.RolePolicy role-policy", "lambda.Function function", "lambda.FunctionEventInvokeConfig retries"],
    ...["lambda.Permission bucket-permission", "lambda.Permission hourly-permission"],
    ...[
      "s3.Bucket bucket",
      "s3.BucketLifecycleConfiguration lifecycle",
      "s3.BucketNotification notification",
    ],
    ...["s3.BucketOwnershipControls ownership", "s3.BucketPolicy policy"],
    ...["s3.BucketPublicAccessBlock public-access", "s3.BucketServerSideEncryptionConfiguration encryption"],
    ...["s3.BucketVersioning versioning", "sqs.Queue failed"],
  ].map((line) => line.replace(" ", " exclusions-").concat(" < exclusions")),
];

/** By what an install window ends without harm. */
const end = [
  ...["cloudwatch.LogGroup end-logs", "sqs.Queue end-failed", "scheduler.ScheduleGroup ends"],
  ...["errors", "late", "throttles"].map((kind) => `cloudwatch.MetricAlarm end-${kind}-alarm`),
  ...["iam.Role end-role", "iam.Role ends-role", "ssm.MaintenanceWindowTask end-task"],
  ...["end-call", "end-role", "ends-role"].map((kind) => `iam.RolePolicy ${kind}-policy`),
  ...["lambda.Function end-function", "lambda.FunctionEventInvokeConfig end-retries"],
];

/** A call of the exclusion processor is there where the same stack has one. */
const window = (kind: "scan" | "install", isFirstCalled = kind === "install") =>
  [
    `Patch${kind === "scan" ? "Scan" : "Install"}Window ${kind}`,
    ...["cloudwatch.CompositeAlarm hollow-alarm", "cloudwatch.EventRule completed-rule"],
    ...["cloudwatch.EventRule failed-rule", "cloudwatch.EventTarget completed-rule-target"],
    ...["cloudwatch.EventTarget failed-rule-target", "cloudwatch.LogGroup logs"],
    ...["completed-rule-lost", "ended", "failed-rule-lost", "heard"].map(
      (kind) => `cloudwatch.MetricAlarm ${kind}-alarm`,
    ),
    "iam.Role role",
    ...["iam.RolePolicy role-policy", "ssm.MaintenanceWindow window"],
    ...["ssm.MaintenanceWindowTarget base-target", "ssm.MaintenanceWindowTarget excluded-target"],
    ...["ssm.MaintenanceWindowTask base-task", "ssm.MaintenanceWindowTask excluded-task"],
    ...(isFirstCalled ? ["iam.RolePolicy gate-policy", "ssm.MaintenanceWindowTask first-task"] : []),
    ...(kind === "install" ? end : []),
  ].map((line, index) => (index === 0 ? line : line.replace(" ", ` ${kind}-`).concat(` < ${kind}`)));

const stacks = {
  dev: {
    emails: ["platform-dev@example.com"],
    systems: ["AMAZON_LINUX_2023", "UBUNTU"],
    groups: ["dev-servers"],
    count: 141,
  },
  prod: {
    emails: ["platform-oncall@example.com", "patching@example.com"],
    systems: ["AMAZON_LINUX_2023", "UBUNTU", "WINDOWS"],
    groups: ["prod-web", "prod-app", "prod-data"],
    count: 158,
  },
} as const;

/** Without the central window, which deployedCentral.test.ts is about. */
const windows = { stacks: '["scan","install"]' };

for (const [stack, { emails, systems, groups, count }] of Object.entries(stacks)) {
  describe(`stack ${stack}, its scan and install windows`, () => {
    let recording: Recording;
    let exports: Readonly<Record<string, unknown>>;
    before(async () => {
      ({ recording, exports } = await deployStack(stack, windows));
    });
    after(settle);

    it(`declares these ${count} resources and no other`, () => {
      const shared = [...foundation(emails), ...baselines(systems, groups), ...exclusions];
      const expected = [...shared, ...window("scan"), ...window("install"), ...records];
      expect(recording.list()).to.deep.equal(expected.sort());
      expect(recording.resources).to.have.lengthOf(count);
    });

    it("gives each resource a URN of its own", () => expectUniqueUrns(recording));

    it("registers the outputs of every component", () => {
      const components = recording.resources.filter(({ type }) => type.startsWith("patchplane:"));
      expect(components.map(({ urn }) => urn).sort()).to.deep.equal([...recording.outputs.keys()].sort());
      for (const [urn, outputs] of recording.outputs) expect(outputs, urn).to.not.be.empty;
    });

    for (const name of Object.keys(rules) as RuleName[]) {
      it(`keeps the rule ${name}`, () => {
        expect(rules[name](declared(recording))).to.deep.equal([]);
      });
    }

    it("makes every baseline and registration before a window", () => {
      const made = [...recording.all("ssm.PatchBaseline"), ...recording.all("ssm.PatchGroup")];
      const needed = made.filter(({ parent }) => parent === "baselines");
      expect(needed).to.not.be.empty;
      const position = (name: string) => recording.resources.indexOf(recording.named(name));
      for (const component of ["scan", "install"]) {
        expect(recording.named(component).dependencies).to.include.members(needed.map(({ urn }) => urn));
        for (const { name } of needed) expect(position(name)).to.be.lessThan(position(`${component}-window`));
      }
    });

    it("records the deployment after all that a run of the exclusion processor needs", () => {
      const needed = [
        ...[
          "exclusions-notification",
          "exclusions-function",
          "exclusions-role-policy",
          "exclusions-versioning",
        ],
        ...["scan-window", "install-window"],
      ].map((name) => recording.named(name));
      const bases = recording.all("ssm.PatchBaseline");
      const { dependencies } = recording.named("exclusion-record");
      expect(dependencies).to.include.members(bases.map(({ urn }) => urn));
      expect(dependencies).to.include(recording.named("exclusions-notification").urn);
      const last = recording.resources.indexOf(recording.named("exclusion-record-object"));
      for (const resource of [...needed, ...bases])
        expect(recording.resources.indexOf(resource), resource.name).to.be.lessThan(last);
    });

    it("tells the exclusion processor what it takes, and nothing that is secret", () => {
      const { content } = recording.named("exclusion-record-object").props;
      const read = parseDeploymentRecord(String(content));
      expect(read.ok ? [] : read.problems).to.deep.equal([]);
      if (!read.ok) return;
      expect(read.record).to.deep.include({ stack: `patchplane/${stack}`, patchGroups: groups });
      expect(read.record.regions).to.deep.equal([
        {
          name: "us-east-1",
          baselines: Object.fromEntries(systems.map((system) => [system, `pb-baselines-${system}`])),
          holds: Object.fromEntries(systems.map((system) => [system, `pb-holds-${system}`])),
          scanWindowId: "mw-scan-window",
          installWindowId: "mw-install-window",
        },
      ]);
      for (const email of emails) expect(content).to.not.contain(email);
    });

    it("declares in a preview that knows no id what it declares in a full run", async () => {
      const preview = await deployStack(stack, windows, { preview: true });
      expect(preview.recording.list()).to.deep.equal(recording.list());
    });

    it("names no partition by hand", async () => {
      const gov = await deployStack(stack, windows, { partition: "aws-us-gov", region: "us-gov-west-1" });
      const text = JSON.stringify(declared(gov.recording));
      expect(text).to.contain("arn:aws-us-gov:");
      expect(text).to.not.contain("arn:aws:");
      expect(rules.policiesAreNarrow(declared(gov.recording))).to.deep.equal([]);
    });

    it("exports what people and other stacks need", async () => {
      const values = await promiseOf(pulumi.output(exports));
      const baselineIds = Object.fromEntries(systems.map((system) => [system, `pb-baselines-${system}`]));
      expect(values).to.deep.include({
        patchGroups: groups,
        baselineIds,
        scanWindowId: "mw-scan-window",
        installWindowId: "mw-install-window",
        exclusionBucket: "exclusions-bucket-0a1b2c3",
        exclusionFunction: `SSM-patchplane-${stack}-exclusions`,
        logBucket: "logs-bucket-0a1b2c3",
      });
      for (const key of ["nodePolicyArn", "failuresTopicArn", "completionsTopicArn"])
        expect(values[key]).to.match(/^arn:aws:(iam|sns):/);
    });

    it("asks the provider where it is, and nothing else", () => {
      expect([...new Set(recording.invokes)].sort()).to.deep.equal([
        "aws:index/getCallerIdentity:getCallerIdentity",
        "aws:index/getPartition:getPartition",
        "aws:index/getRegion:getRegion",
      ]);
    });
  });
}

describe("a stack as its file says", () => {
  after(settle);

  for (const [stack, regions] of [
    ["dev", 2],
    ["prod", 6],
  ] as const) {
    it(`${stack} patches ${regions} more Regions, and keeps every rule`, async () => {
      const plain = (await deployStack(stack, windows)).recording.list();
      const { recording } = await deployStack(stack);
      expect(recording.list()).to.include.members(plain);
      expect(recording.all("ssm.Document")).to.have.lengthOf(regions);
      expect(recording.all("resourcegroups.Group")).to.have.lengthOf(2 * regions);
      const problems = Object.values(rules).flatMap((rule) => rule(declared(recording)));
      expect(problems).to.deep.equal([]);
    });
  }
});

describe("a stack of fewer parts", () => {
  const { emails, systems, groups } = stacks.dev;
  const shared = [...foundation(emails), ...baselines(systems, groups), ...exclusions];
  for (const part of ["scan", "install"] as const) {
    it(`deploys ${part} alone, with what it stands on`, async () => {
      const { recording, exports } = await deployStack("dev", { stacks: `["${part}"]` });
      expect(recording.list()).to.deep.equal([...shared, ...window(part), ...records].sort());
      expect(exports.scanWindowId === undefined).to.equal(part === "install");
      expect(exports.installWindowId === undefined).to.equal(part === "scan");
      const problems = Object.values(rules).flatMap((rule) => rule(declared(recording)));
      expect(problems).to.deep.equal([]);
    });
  }

  it("makes no baseline and no exclusion processor where another stack owns them", async () => {
    const { recording, exports } = await deployStack("dev", { ...windows, ownsBaselines: "false" });
    const expected = [...foundation(emails), ...window("scan"), ...window("install", false), ...records];
    expect(recording.list()).to.deep.equal(expected.sort());
    for (const key of ["baselineIds", "exclusionBucket", "exclusionFunction"])
      expect(exports[key], key).to.equal(undefined);
    const problems = Object.values(rules).flatMap((rule) => rule(declared(recording)));
    expect(problems).to.deep.equal([]);
  });
});
