import { expect } from "chai";
import type { CompleteFanoutArgs } from "#components/fanout/fanout.js";
import { RegionalFanout } from "#components/fanout/regionalFanout.js";
import { fanoutArgs, fanoutOf } from "../../support/arguments.js";
import {
  accountId,
  expectUniqueUrns,
  type MockOptions,
  type Recording,
  recordMocks,
  settle,
} from "../../support/mocks.js";

async function deploy(
  changes: Partial<CompleteFanoutArgs> = {},
  options: MockOptions = {},
): Promise<Recording> {
  const recording = await recordMocks(options);
  new RegionalFanout("f", fanoutArgs(changes));
  await settle();
  return recording;
}

const bucket = "f-bucket-0a1b2c3";
const lambda = (name: string) => `arn:aws:lambda:us-east-1:${accountId}:function:${name}`;

/** What there is once, whatever the number of Regions. */
const once = [
  "RegionalFanout f",
  ...["completed", "ended", "failed", "hourly"].map((kind) => `cloudwatch.EventRule f-${kind}-rule < f`),
  ...["completed-rule", "ended", "failed-rule", "hourly"].flatMap((kind) => [
    `cloudwatch.EventTarget f-${kind}-target < f`,
    `cloudwatch.MetricAlarm f-${kind}-lost-alarm < f`,
  ]),
  ...["execution"].flatMap((kind) => [`iam.Role f-${kind}-role < f`, `iam.RolePolicy f-${kind}-policy < f`]),
  "scheduler.ScheduleGroup f-ends < f",
  ...["closing", "start", "stopping"].flatMap((kind) => [
    `cloudwatch.LogGroup f-${kind}-logs < f`,
    ...["errors", "throttles", ...(kind === "stopping" ? ["late"] : ["hollow", "regions"])].map(
      (alarm) => `cloudwatch.MetricAlarm f-${kind}-${alarm}-alarm < f`,
    ),
    `lambda.Function f-${kind}-function < f`,
    `lambda.FunctionEventInvokeConfig f-${kind}-retries < f`,
    `sqs.Queue f-${kind}-failed < f`,
  ]),
  ...["closing", "ends", "start", "stopping", "window"].flatMap((kind) => [
    `iam.Role f-${kind}-role < f`,
    `iam.RolePolicy f-${kind}-role-policy < f`,
  ]),
  ...["ended", "hourly"].map((kind) => `lambda.Permission f-${kind}-permission < f`),
  ...["s3.Bucket f-bucket", "s3.BucketLifecycleConfiguration f-lifecycle"].map((line) => `${line} < f`),
  ...["s3.BucketOwnershipControls f-ownership", "s3.BucketPolicy f-policy"].map((line) => `${line} < f`),
  "s3.BucketPublicAccessBlock f-public-access < f",
  "s3.BucketServerSideEncryptionConfiguration f-encryption < f",
  "s3.BucketVersioning f-versioning < f",
  "ssm.MaintenanceWindow f-window < f",
  "ssm.MaintenanceWindowTask f-task < f",
];
const groups = (region: string) =>
  ["base", "excluded"].map((kind) => `resourcegroups.Group f-${kind}-group-${region} < f`);
const runbook = (region: string) => `ssm.Document f-runbook-${region} < f`;

describe("RegionalFanout", () => {
  afterEach(settle);

  it("makes groups and the runbook in every Region, all else once, and nothing more", async () => {
    const recording = await deploy();
    const expected = [
      ...once,
      ...["us-east-2", "eu-west-3"].flatMap(groups),
      ...["us-east-2", "eu-west-3"].map(runbook),
    ];
    expect(recording.list()).to.deep.equal(expected.sort());
    expectUniqueUrns(recording);
    expect(recording.outputs.get(recording.named("f").urn)).to.deep.equal({
      windowId: "mw-f-window",
      functionName: "SSM-fleet-fanout",
      closingFunctionName: "fleet-fanout-closing",
      bucket,
    });
  });

  it("makes one runbook in a home Region that is patched itself", async () => {
    const recording = await deploy({ fanout: fanoutOf({ regions: ["us-east-1"] }) });
    expect(recording.list()).to.deep.equal([...once, ...groups("us-east-1"), runbook("us-east-1")].sort());
  });

  it("puts each regional child into the Region that its name ends in, or else into the home Region", async () => {
    const recording = await deploy(
      { region: "eu-central-1", windowRegions: ["us-east-1"] },
      { region: "us-east-1" },
    );
    const children = recording.resources.filter(({ type }) => type.startsWith("aws:"));
    for (const { name, type, props } of children) {
      const named = /-([a-z]{2}-[a-z]+-\d)$/.exec(name)?.[1] ?? "eu-central-1";
      expect(props.region, name).to.equal(type.startsWith("aws:iam/") ? undefined : named);
    }
    const given = /arn:aws:(sns|kms|sqs):us-east-1:\d+:(failures|completions|key\/k|undelivered)/g;
    const made = JSON.stringify(children.map(({ props }) => props)).replaceAll(given, "");
    expect(made).to.not.contain("us-east-1");
  });

  it("tags all that takes tags", async () => {
    const recording = await deploy({ tags: { Owner: "ops" } });
    const tagged = recording.resources.filter(
      ({ props }) => JSON.stringify(props.tags) === '{"Owner":"ops"}',
    );
    expect([...new Set(tagged.map(({ type }) => type.split(":").at(-1)))].sort()).to.deep.equal([
      ...["Bucket", "Document", "EventRule", "Function", "Group", "LogGroup"],
      ...["MaintenanceWindow", "MetricAlarm", "Queue", "RegionalFanout", "Role", "ScheduleGroup"],
    ]);
    const untagged = recording.resources.filter(({ props }) => !("tags" in props));
    expect(tagged).to.have.lengthOf(recording.resources.length - untagged.length);
    expect(untagged.map(({ type }) => type.split(":").at(-1))).to.not.include.members(["Role", "Function"]);
  });

  it("makes the same in a preview that knows no id", async () => {
    const full = (await deploy()).list();
    expect((await deploy({}, { preview: true })).list()).to.deep.equal(full);
  });

  it("opens as its schedule says, and takes no target", async () => {
    const recording = await deploy({
      schedule: {
        ...{ expression: "cron(0 4 ? * TUE#2 *)", timezone: "US/Eastern" },
        ...{ durationHours: 5, cutoffHours: 1, offsetDays: 5 },
      },
    });
    expect(recording.named("f-window").props).to.deep.equal({
      region: "us-east-1",
      name: "fleet-fanout",
      description: "patchplane: patches the nodes of many Regions",
      schedule: "cron(0 4 ? * TUE#2 *)",
      scheduleTimezone: "US/Eastern",
      scheduleOffset: 5,
      duration: 5,
      cutoff: 1,
      allowUnassociatedTargets: false,
    });
  });

  it("calls its function without a target and without rate control, which SSM would refuse", async () => {
    const { taskInvocationParameters, ...task } = (await deploy()).only("ssm.MaintenanceWindowTask").props;
    expect(task).to.deep.equal({
      region: "us-east-1",
      windowId: "mw-f-window",
      name: "fleet-fanout",
      description: "Platform Operations",
      taskType: "LAMBDA",
      taskArn: lambda("SSM-fleet-fanout"),
      priority: 2,
      serviceRoleArn: `arn:aws:iam::${accountId}:role/f-window-role-0a1b2c3`,
      cutoffBehavior: "CANCEL_TASK",
    });
    expect(taskInvocationParameters).to.have.all.keys("lambdaParameters");
  });

  it("may be called only once all that a run needs is there", async () => {
    const recording = await deploy();
    const needed = recording.resources.filter(({ name }) =>
      /-execution-policy$|-runbook-|-group-|closing-function$|start-function$/.test(name),
    );
    expect(needed).to.have.lengthOf(1 + 2 + 4 + 2);
    expect(recording.named("f-task").dependencies).to.include.members(needed.map(({ urn }) => urn));
  });

  it("calls the exclusion processor before its function, when there is one", async () => {
    const exclusionProcessor = { functionName: "SSM-fleet-exclusions", bucket: "exclusions" };
    const recording = await deploy({ exclusionProcessor });
    expect(recording.named("f-first-task").props).to.include({
      ...{ region: "us-east-1", windowId: "mw-f-window", name: "fleet-fanout-exclusions" },
      ...{ taskType: "LAMBDA", taskArn: lambda("SSM-fleet-exclusions"), priority: 1 },
    });
    expect(recording.named("f-task").props.priority).to.equal(2);
    expect(recording.list()).to.have.lengthOf((await deploy()).list().length + 1);
  });

  it("keeps what tells of runs of rings as long as their records, and has no rule for it without rings", async () => {
    const schedule = { expression: "cron(0 4 ? * MON *)", durationHours: 4, cutoffHours: 1 };
    const rings = [{ name: "canary", patchGroups: ["web"], schedule }];
    const { rules } = (await deploy({ rings })).only("s3.BucketLifecycleConfiguration").props;
    expect(rules).to.deep.include({
      id: "expire-entries-of-rings",
      status: "Enabled",
      filter: { prefix: "runs/rings/" },
      expiration: { days: 400 },
    });
  });

  it("keeps closed records for a year and more, and lets open ones be", async () => {
    expect((await deploy()).only("s3.BucketLifecycleConfiguration").props.rules).to.deep.equal([
      {
        id: "expire-records",
        status: "Enabled",
        filter: { prefix: "runs/closed/" },
        expiration: { days: 400 },
      },
      {
        id: "expire-old-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 400 },
        expiration: { expiredObjectDeleteMarker: true },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ]);
  });
});
