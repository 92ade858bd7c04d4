import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { HoldBaselines } from "#components/baselines/holdBaselines.js";
import { PatchBaselines } from "#components/baselines/patchBaselines.js";
import { EncryptionKey } from "#components/common/encryptionKey.js";
import { PatchLogs } from "#components/common/patchLogs.js";
import { PatchNotifications } from "#components/common/patchNotifications.js";
import { RunRecords } from "#components/common/runRecords.js";
import { ExclusionProcessor } from "#components/exclusions/exclusionProcessor.js";
import { ExclusionRecord } from "#components/exclusions/exclusionRecord.js";
import { ExclusionRetirement } from "#components/exclusions/exclusionRetirement.js";
import { RecordComesLater } from "#components/exclusions/ownRecord.js";
import { OverdueAlarm } from "#components/windows/overdueAlarm.js";
import { PatchInstallWindow } from "#components/windows/patchInstallWindow.js";
import { PatchScanWindow } from "#components/windows/patchScanWindow.js";
import { WindowRecords } from "#components/windows/windowRecords.js";
import { bundleFunction } from "#stacks/functionBundle.js";
import { processorArgs, recordArgs, windowArgs } from "../support/arguments.js";
import { expectUniqueUrns, type Recording, recordMocks, settle, shortType } from "../support/mocks.js";

interface Placed {
  region?: string;
}
const tags = { Owner: "ops" };

/** Each component of the program, made with nothing but a name and a place. */
const components: Readonly<Record<string, (name: string, place: Placed) => pulumi.ComponentResource>> = {
  EncryptionKey: (name, place) => new EncryptionKey(name, { ...place, logGroupPrefix: `/${name}`, tags }),
  PatchLogs: (name, place) =>
    new PatchLogs(name, { ...place, retentionDays: 30, logGroupPrefix: `/${name}`, tags }),
  PatchNotifications: (name, place) =>
    new PatchNotifications(name, { ...place, failureEmails: ["a@example.com"], kmsKeyArn: "arn:key", tags }),
  PatchBaselines: (name, place) =>
    new PatchBaselines(name, {
      ...place,
      ...{ namePrefix: name, patchGroups: ["web", "app"], tags },
      baselines: { UBUNTU: { approvalRules: [{ priority: ["*"] }] } },
    }),
  HoldBaselines: (name, place) =>
    new HoldBaselines(name, {
      ...place,
      ...{ namePrefix: name, patchGroups: ["web", "app"], operatingSystems: ["UBUNTU"], tags },
    }),
  PatchScanWindow: (name, place) =>
    new PatchScanWindow(
      name,
      windowArgs({ ...place, windowName: `${name}-scan`, tags, calendars: ["freeze"] }),
    ),
  PatchInstallWindow: (name, place) =>
    new PatchInstallWindow(name, windowArgs({ ...place, windowName: `${name}-install`, tags })),
  ExclusionProcessor: (name, place) =>
    new ExclusionProcessor(
      name,
      processorArgs({ ...place, namePrefix: `${name}-fleet`, tags }),
      undefined,
      new RecordComesLater(),
    ),
  OverdueAlarm: (name, place) =>
    new OverdueAlarm(name, { ...place, functionName: "f", failuresTopicArn: "arn:failures", tags }),
  ExclusionRetirement: (name, place) =>
    new ExclusionRetirement(name, {
      ...{ ...place, functionName: "f" },
      ...{ regions: ["eu-west-1"], patchGroups: ["web"], operatingSystems: ["UBUNTU"] },
    }),
  RunRecords: (name, place) => {
    const made = new RunRecords(name, { ...place, tags });
    made.guard(["arn:role"], []);
    return made;
  },
  WindowRecords: (name, place) => {
    const { logs, notifications } = windowArgs();
    return new WindowRecords(name, {
      ...{ ...place, logs, tags, namePrefix: name, code: "dist/functions/window-end-closing" },
      windows: [{ id: "mw-1", name: `${name}-scan`, operation: "Scan" }],
      runs: { bucket: "runs", arn: "arn:aws:s3:::runs" },
      notifications: { ...notifications, kmsKeyArn: logs.kmsKeyArn },
    });
  },
  ExclusionRecord: (name, place) => new ExclusionRecord(name, recordArgs({ ...place, tags })),
};

/** Types that AWS knows no tags for. */
const untagged = [
  ...["lambda.FunctionEventInvokeConfig", "lambda.Permission", "s3.BucketNotification", "lambda.Invocation"],
  ...[
    "cloudwatch.EventTarget",
    "sqs.QueuePolicy",
    "iam.RolePolicy",
    "s3.BucketLifecycleConfiguration",
    "s3.BucketOwnershipControls",
  ],
  ...["s3.BucketPolicy", "s3.BucketPublicAccessBlock", "s3.BucketServerSideEncryptionConfiguration"],
  ...["s3.BucketVersioning", "sns.TopicPolicy", "sns.TopicSubscription", "ssm.MaintenanceWindowTarget"],
  ...["ssm.MaintenanceWindowTask", "ssm.PatchGroup"],
];

const children = (recording: Recording) => recording.resources.filter(({ type }) => type.startsWith("aws:"));
const isGlobal = ({ type }: { type: string }) => type.startsWith("aws:iam/");

describe("every component", () => {
  before(() => bundleFunction("window-end", "calendars"));
  afterEach(settle);

  for (const [kind, make] of Object.entries(components)) {
    describe(kind, () => {
      it("puts each regional child into the Region it was given, and no other", async () => {
        const recording = await recordMocks({ region: "us-east-1" });
        make("c", { region: "eu-west-3" });
        await settle();
        expect(children(recording)).to.not.be.empty;
        const astray = children(recording).filter(
          (child) =>
            ("region" in child.props ? child.props.region : undefined) !==
            (isGlobal(child) ? undefined : "eu-west-3"),
        );
        expect(astray.map(({ name }) => name)).to.deep.equal([]);
        const text = JSON.stringify(children(recording).map(({ props }) => props));
        // What the arguments carry in is the caller's; all else must speak of the Region given.
        expect(
          text.replaceAll(
            /arn:aws:(sns|kms|sqs):us-east-1:\d+:(failures|completions|key\/k|undelivered)/g,
            "",
          ),
        ).to.not.contain("us-east-1");
      });

      it("leaves the Region to the provider when it was given none", async () => {
        const recording = await recordMocks();
        make("c", {});
        await settle();
        expect(children(recording).filter(({ props }) => "region" in props)).to.deep.equal([]);
      });

      it("stands beside itself in one program", async () => {
        const recording = await recordMocks();
        for (const name of ["one", "two"]) make(name, {});
        make("three", { region: "eu-west-3" });
        await settle();
        expectUniqueUrns(recording);
        const each = children(recording).length / 3;
        expect(Number.isInteger(each) && each > 0).to.equal(true);
        // A target's name is its window's own: the window is part of what must not be there twice.
        const physical = children(recording).flatMap(({ type, props }) =>
          ["name", "alarmName"].flatMap((key) =>
            key in props ? [`${shortType(type)} ${props.windowId ?? ""} ${props[key]}`] : [],
          ),
        );
        expect(physical).to.deep.equal([...new Set(physical)]);
      });

      it("tags all that takes tags", async () => {
        const recording = await recordMocks();
        make("c", {});
        await settle();
        const wrong = children(recording).filter(
          ({ type, props }) =>
            (JSON.stringify(props.tags) === '{"Owner":"ops"}') === untagged.includes(shortType(type)),
        );
        expect(wrong.map(({ name }) => name)).to.deep.equal([]);
      });

      it("is the parent of all it makes and registers its outputs", async () => {
        const recording = await recordMocks();
        const component = make("c", {});
        await settle();
        expect(recording.named("c").type).to.equal(`patchplane:index:${kind}`);
        expect(children(recording).filter(({ parent }) => parent !== "c")).to.deep.equal([]);
        const outputs = recording.outputs.get(recording.named("c").urn);
        expect(outputs).to.be.an("object");
        const own = Object.keys(component).filter((key) => !/^(__|urn$)/.test(key));
        expect(Object.keys(outputs ?? {}).sort()).to.deep.equal(own.sort());
      });

      it("makes the same in a preview that knows no id", async () => {
        const recording = await recordMocks();
        make("c", {});
        await settle();
        const preview = await recordMocks({ preview: true });
        make("c", {});
        await settle();
        expect(preview.list()).to.deep.equal(recording.list());
      });
    });
  }
});

describe("the check for URNs", () => {
  it("fails when two resources share one", async () => {
    const recording = await recordMocks();
    for (const _ of [1, 2]) new EncryptionKey("k", { logGroupPrefix: "/k" });
    await settle();
    expect(() => expectUniqueUrns(recording)).to.throw("EncryptionKey::k");
  });
});
