import { expect } from "chai";
import { PatchPlane, type PatchPlaneArgs } from "#components/plane/patchPlane.js";
import { bundleFunction } from "#stacks/functionBundle.js";
import { refusals } from "../../support/arguments.js";
import { expectUniqueUrns, type Recording, recordMocks, settle } from "../../support/mocks.js";
import { deployStack } from "../../support/program.js";

const groups = ["web", "app"];
const systems = ["UBUNTU", "WINDOWS"];

async function deploy(changes: Partial<PatchPlaneArgs> = {}): Promise<Recording> {
  const recording = await recordMocks();
  new PatchPlane("fleet", { patchGroups: groups, operatingSystems: systems, ...changes });
  await settle();
  return recording;
}

/** What only the name of a deployment and its parent decide, in its place. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll(/\bpatchplane-plain\b|\bfleet\b/g, "NAME")
    .replaceAll(
      /NAME-(?=(baselines|encryption|exclusion|holds|install|logs|notifications|overdue|scan))/g,
      "",
    )
    .replaceAll("patchplane/plain", "patchplane/NAME")
    .replaceAll("/patchplane/dev/NAME", "/patchplane/dev")
    .replaceAll("patchplane/test/NAME", "patchplane/dev")
    .replaceAll('"Environment":"plain"', '"Environment":"NAME"');
  return JSON.parse(text);
}

const props = (recording: Recording, type: string) =>
  recording
    .all(type)
    .map((one) => [plain(one.name), plain(one.props)])
    .sort(([a], [b]) => String(a).localeCompare(String(b)));

describe("PatchPlane", () => {
  before(() => Promise.all([bundleFunction("exclusion-processor"), bundleFunction("window-end")]));
  afterEach(settle);

  it("makes of patch groups and operating systems what the program makes of them", async () => {
    const keys = { patchGroups: groups, operatingSystems: systems };
    const texts = Object.entries(keys).map(([key, value]) => [key, JSON.stringify(value)]);
    const none = ["notificationEmails", "approvers", "deployers"].map((key) => [key, "[]"]);
    const own = { ...Object.fromEntries([...texts, ...none]), environment: "plain", targetTags: "{}" };
    const defaults = {
      baselines: "{}",
      maxConcurrency: "10%",
      maxErrors: "25%",
      scheduleTimezone: "UTC",
      stacks: '["scan","install"]',
    };
    const program = (await deployStack("dev", { ...own, ...defaults })).recording;
    const listed = program.resources.map(({ type, name }) => `${type} ${name}`);
    const plane = await deploy();
    expectUniqueUrns(plane);
    const made = plane.resources
      .filter(({ type }) => !type.endsWith(":PatchPlane"))
      .map(({ type, name }) => `${type} ${name.replace(/^fleet-/, "")}`);
    expect(made.sort()).to.deep.equal(listed.filter((one) => !one.includes("pulumi:pulumi:Stack")).sort());
    for (const type of ["ssm.MaintenanceWindow", "ssm.MaintenanceWindowTask", "ssm.PatchBaseline", "kms.Key"])
      expect(props(plane, type), type).to.deep.equal(props(program, type));
    const limits = (recording: Recording) => {
      const { timezone, maxExclusionDays, maxHeldPercent, maxBaselines, regions } = JSON.parse(
        String(recording.only("s3.BucketObjectv2").props.content),
      );
      return plain({ timezone, maxExclusionDays, maxHeldPercent, maxBaselines, regions });
    };
    expect(limits(plane)).to.deep.equal(limits(program));
  });

  it("uses what is there already, and makes none of it", async () => {
    const arn = (service: string, resource: string) =>
      `arn:aws:${service}:us-east-1:111122223333:${resource}`;
    const recording = await deploy({
      namePrefix: "own",
      logs: { bucket: "own-output", kmsKeyArn: arn("kms", "key/own"), logGroupPrefix: "/own" },
      notifications: {
        failuresTopicArn: arn("sns", "own-failures"),
        completionsTopicArn: arn("sns", "own-completions"),
        roleArn: "arn:aws:iam::111122223333:role/own-publisher",
        deadLetterQueueArn: arn("sqs", "own-undelivered"),
      },
      serviceRoleArn: "arn:aws:iam::111122223333:role/own-windows",
      permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary",
    });
    for (const type of ["kms.Key", "sns.Topic", "sqs.QueuePolicy"])
      expect(recording.all(type), type).to.deep.equal([]);
    expect(recording.all("s3.Bucket").map(({ name }) => name)).to.deep.equal([
      ...["fleet-runs-bucket", "fleet-exclusions-bucket"],
    ]);
    for (const { props: role } of recording.all("iam.Role"))
      expect(role.permissionsBoundary).to.equal("arn:aws:iam::111122223333:policy/boundary");
    const tasks = recording.all("ssm.MaintenanceWindowTask").map(({ props: task }) => task.serviceRoleArn);
    expect(new Set(tasks)).to.deep.equal(new Set(["arn:aws:iam::111122223333:role/own-windows"]));
    const inUse = recording.resources.map(({ props: used }) => JSON.stringify(used)).join();
    expect(inUse).to.contain("own-output").and.to.contain("/own/own-scan");
    expect(inUse).to.not.contain("/patchplane/fleet");
  });

  it("says by its own names all that is wrong at once, and makes nothing", async () => {
    const recording = await recordMocks();
    const wrong = {
      patchGroups: ["web", "web"],
      operatingSystems: ["Ubuntu"],
      targetTags: { "a+b": ["c"] },
      namePrefix: "x",
      installSchedule: { expression: "cron(0 4 ? * SAT *)", durationHours: 2, cutoffHours: 2 },
      notifications: { failuresTopicArn: "arn:aws:sns:us-east-1:111122223333:own" },
      maxExclusionDays: 0,
    };
    const refused = await refusals(() => new PatchPlane("fleet", wrong));
    expect(refused.map(({ propertyPath }) => propertyPath)).to.deep.equal([
      "namePrefix",
      "patchGroups[1]",
      'targetTags["a+b"]',
      "operatingSystems[0]",
      "installSchedule.cutoffHours",
      "notifications.kmsKeyArn",
      "maxExclusionDays",
    ]);
    await settle();
    expect(recording.list()).to.deep.equal(["PatchPlane fleet"]);
  });
});
