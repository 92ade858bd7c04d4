import { expect } from "chai";
import { PatchInstallWindow } from "#components/windows/patchInstallWindow.js";
import { PatchScanWindow } from "#components/windows/patchScanWindow.js";
import { commandOf, policyOf, windowArgs } from "../../support/arguments.js";
import { accountId, type Recording, recordMocks, settle } from "../../support/mocks.js";

const kinds = { scan: PatchScanWindow, install: PatchInstallWindow };

async function deploy(
  kind: keyof typeof kinds,
  changes: Parameters<typeof windowArgs>[0] = {},
): Promise<Recording> {
  const recording = await recordMocks();
  const { end, ...args } = windowArgs(changes);
  if (kind === "scan") new PatchScanWindow("w", args);
  else new PatchInstallWindow("w", { ...args, end });
  await settle();
  return recording;
}

describe("scan and install windows", () => {
  afterEach(settle);

  for (const kind of ["scan", "install"] as const) {
    describe(kind, () => {
      it("makes a window with two targets and a task for each, its role, log and messages, and nothing else", async () => {
        const recording = await deploy(kind);
        expect(recording.list()).to.deep.equal([
          `${kinds[kind].name} w`,
          "cloudwatch.CompositeAlarm w-hollow-alarm < w",
          "cloudwatch.EventRule w-completed-rule < w",
          "cloudwatch.EventRule w-failed-rule < w",
          "cloudwatch.EventTarget w-completed-rule-target < w",
          "cloudwatch.EventTarget w-failed-rule-target < w",
          "cloudwatch.LogGroup w-logs < w",
          "cloudwatch.MetricAlarm w-completed-rule-lost-alarm < w",
          "cloudwatch.MetricAlarm w-ended-alarm < w",
          "cloudwatch.MetricAlarm w-failed-rule-lost-alarm < w",
          "cloudwatch.MetricAlarm w-heard-alarm < w",
          "iam.Role w-role < w",
          "iam.RolePolicy w-role-policy < w",
          "ssm.MaintenanceWindow w-window < w",
          "ssm.MaintenanceWindowTarget w-base-target < w",
          "ssm.MaintenanceWindowTarget w-excluded-target < w",
          "ssm.MaintenanceWindowTask w-base-task < w",
          "ssm.MaintenanceWindowTask w-excluded-task < w",
        ]);
        expect(recording.outputs.get(recording.named("w").urn)).to.deep.equal({
          windowId: "mw-w-window",
          baseTargetId: "w-base-target-id",
          excludedTargetId: "w-excluded-target-id",
          roleArn: `arn:aws:iam::${accountId}:role/w-role-0a1b2c3`,
          logGroupName: "/patching/fleet",
        });
      });

      it("opens as its schedule says, in UTC unless told otherwise", async () => {
        const recording = await deploy(kind, { tags: { Owner: "ops" } });
        const { description, ...props } = recording.only("ssm.MaintenanceWindow").props;
        expect(description).to.match(
          kind === "scan" ? /scans .* installs nothing$/ : /installs the approved/,
        );
        expect(props).to.deep.equal({
          name: "fleet",
          schedule: "cron(0 4 ? * SUN *)",
          scheduleTimezone: "UTC",
          duration: 5,
          cutoff: 1,
          allowUnassociatedTargets: false,
          tags: { Owner: "ops" },
        });
      });

      it("passes a zone and an offset on", async () => {
        const schedule = {
          ...{ expression: "cron(0 2 ? * TUE#2 *)", timezone: "Asia/Seoul", offsetDays: 5 },
          ...{ durationHours: 1, cutoffHours: 0 },
        };
        const { props } = (await deploy(kind, { schedule })).only("ssm.MaintenanceWindow");
        expect(props).to.include({
          scheduleTimezone: "Asia/Seoul",
          scheduleOffset: 5,
          duration: 1,
          cutoff: 0,
        });
      });

      it("selects nodes by tags alone, the base groups' and those that exclusions moved", async () => {
        const recording = await deploy(kind);
        const held = kind === "scan" ? ["web.hold", "app.hold"] : [];
        for (const [target, key, description, further] of [
          ["base", "tag:PatchGroup", "Nodes of the base patch groups", []],
          ["excluded", "tag:patchplane:base-group", "Nodes that an exclusion has moved", held],
        ] as const) {
          expect(recording.named(`w-${target}-target`).props).to.deep.equal({
            windowId: "mw-w-window",
            name: target,
            description,
            ownerInformation: "Platform Operations",
            resourceType: "INSTANCE",
            targets: [
              { key, values: ["web", "app", ...further] },
              { key: "tag:Environment", values: ["prod", "stage"] },
              { key: "tag:Tier", values: ["gold"] },
            ],
          });
        }
      });

      it("keeps lines encrypted and for a while", async () => {
        const { props } = (await deploy(kind)).only("cloudwatch.LogGroup");
        expect(props).to.deep.equal({
          name: "/patching/fleet",
          retentionInDays: 90,
          kmsKeyId: `arn:aws:kms:us-east-1:${accountId}:key/k`,
        });
      });

      for (const target of ["base", "excluded"] as const) {
        it(`runs one bounded task on the ${target} target, beside the other`, async () => {
          const recording = await deploy(kind);
          const { taskInvocationParameters: _, ...props } = recording.named(`w-${target}-task`).props;
          expect(props).to.deep.equal({
            windowId: "mw-w-window",
            name: `fleet-${target}`,
            description: `${kind === "scan" ? "Scan" : "Install"} patches on the ${target} target`,
            taskType: "RUN_COMMAND",
            taskArn: "AWS-RunPatchBaseline",
            priority: 2,
            serviceRoleArn: `arn:aws:iam::${accountId}:role/w-role-0a1b2c3`,
            targets: [{ key: "WindowTargetIds", values: [`w-${target}-target-id`] }],
            maxConcurrency: "10%",
            maxErrors: "5%",
            cutoffBehavior: kind === "install" ? "CONTINUE_TASK" : "CANCEL_TASK",
          });
          expect(commandOf(recording, `w-${target}-task`)).to.deep.equal({
            comment: `fleet ${target}`,
            timeoutSeconds: 600,
            parameters:
              kind === "scan"
                ? { Operation: ["Scan"] }
                : { Operation: ["Install"], RebootOption: ["RebootIfNeeded"] },
            outputS3Bucket: "output-bucket",
            outputS3KeyPrefix: kind,
            cloudwatchConfig: { cloudwatchOutputEnabled: true, cloudwatchLogGroupName: "/patching/fleet" },
            serviceRoleArn: `arn:aws:iam::${accountId}:role/publisher`,
            notificationConfig: {
              notificationArn: `arn:aws:sns:us-east-1:${accountId}:failures`,
              notificationEvents: ["TimedOut", "Cancelled", "Failed"],
              notificationType: "Command",
            },
          });
        });
      }

      it("has a role for one document on the targets' nodes, and no more", async () => {
        const recording = await deploy(kind);
        expect(recording.only("iam.RolePolicy").props.role).to.equal("w-role-id");
        expect(policyOf(recording.only("iam.RolePolicy").props).Statement).to.deep.equal([
          {
            Sid: "RunThePatchDocument",
            Effect: "Allow",
            Action: "ssm:SendCommand",
            // The bucket: Service Authorization Reference, resource types of SendCommand.
            Resource: [
              "arn:aws:ssm:us-east-1::document/AWS-RunPatchBaseline",
              "arn:aws:s3:::output-bucket",
              "arn:aws:s3:::output-bucket/*",
            ],
          },
          {
            Sid: "OnNodesOfTheTargets",
            Effect: "Allow",
            Action: "ssm:SendCommand",
            Resource: [
              `arn:aws:ec2:us-east-1:${accountId}:instance/*`,
              `arn:aws:ssm:us-east-1:${accountId}:managed-instance/*`,
            ],
            Condition: {
              StringLike: {
                "ssm:resourceTag/PatchGroup":
                  kind === "scan"
                    ? ["web", "web.x-*", "web.hold", "app", "app.x-*", "app.hold"]
                    : ["web", "web.x-*", "app", "app.x-*"],
                "ssm:resourceTag/Environment": ["prod", "stage"],
                "ssm:resourceTag/Tier": ["gold"],
              },
            },
          },
          {
            Sid: "FollowCommands",
            Effect: "Allow",
            // User Guide, "Setting up Maintenance Windows".
            Action: [
              "ssm:ListCommands",
              "ssm:ListCommandInvocations",
              "ssm:GetCommandInvocation",
              "ssm:DescribeInstanceInformation",
              "ssm:ListTagsForResource",
              "tag:GetResources",
              "resource-groups:ListGroups",
              "resource-groups:ListGroupResources",
            ],
            Resource: "*",
          },
          {
            Sid: "CancelCommandsAtCutoff",
            Effect: "Allow",
            Action: "ssm:CancelCommand",
            Resource: "*",
            Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
          },
          {
            Sid: "PublishNotificationsOfCommands",
            Effect: "Allow",
            Action: "iam:PassRole",
            Resource: `arn:aws:iam::${accountId}:role/publisher`,
            Condition: { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } },
          },
        ]);
        const trust = policyOf(recording.only("iam.Role").props, "assumeRolePolicy");
        expect(trust.Statement.map(({ Principal, Action }) => [Principal, Action])).to.deep.equal([
          [{ Service: "ssm.amazonaws.com" }, "sts:AssumeRole"],
        ]);
      });
    });
  }

  it("differ in what they do, how they say so and where they write, and in nothing else", async () => {
    const [scan, install] = [await deploy("scan"), await deploy("install")];
    const differences = scan.resources.flatMap((resource) => {
      const paths = differing(resource.props, install.named(resource.name).props);
      return paths.map((path) => `${resource.name} ${path}`);
    });
    const command = "taskInvocationParameters.runCommandParameters";
    expect(differences).to.have.members([
      ...["base", "excluded"].flatMap((target) => [
        `w-${target}-task cutoffBehavior`,
        `w-${target}-task description`,
        `w-${target}-task ${command}.outputS3KeyPrefix`,
        `w-${target}-task ${command}.parameters`,
      ]),
      ...["w-excluded-target targets", "w-role-policy policy", "w-window description"],
    ]);
    const groups = (recording: Recording, target: string) =>
      (recording.named(target).props.targets as { values: string[] }[])[0]?.values;
    expect(groups(install, "w-excluded-target")).to.deep.equal(["web", "app"]);
    const [scanned, installed] = [scan, install].map((recording) => {
      const text = String(recording.only("iam.RolePolicy").props.policy);
      return text.replaceAll(/"(web|app)\.hold",?/g, "").replaceAll(",]", "]");
    });
    expect(scanned).to.equal(installed);
  });

  it("reboot as told", async () => {
    const recording = await recordMocks();
    new PatchInstallWindow("w", { ...windowArgs(), rebootOption: "NoReboot" });
    await settle();
    for (const task of ["w-base-task", "w-excluded-task"]) {
      expect(commandOf(recording, task).parameters.RebootOption).to.deep.equal(["NoReboot"]);
    }
  });

  it("cut a comment to the 100 characters that Run Command takes", async () => {
    const recording = await deploy("scan", { windowName: "n".repeat(100) });
    expect(commandOf(recording, "w-excluded-task").comment).to.equal("n".repeat(100));
  });
});

/** Paths at which two values differ; lists are compared as a whole. */
function differing(a: unknown, b: unknown, path = ""): string[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap(a) || !isMap(b)) return [path];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => differing(a[key], b[key], path === "" ? key : `${path}.${key}`));
}
