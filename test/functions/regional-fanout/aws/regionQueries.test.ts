import { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { beginningOf } from "#functions/regional-fanout/aws/automation.js";
import { startPorts } from "#functions/regional-fanout/aws/ports.js";
import { type Membership, membershipOf } from "#functions/regional-fanout/core/membership.js";
import type { ClientSettings } from "#functions/shared/aws/clients.js";
import { arnOf, east, endless, nodeId, ohio, runId } from "../core/support.js";
import { type Answer, awsError, StubAws, startPlace } from "./support.js";

const log = { info: () => undefined, error: () => undefined };
const list = "POST /list-group-resources";
const members = (...ids: string[]): Answer => ({
  body: {
    ResourceIdentifiers: ids.map((id) => ({ ResourceArn: arnOf(id), ResourceType: "AWS::EC2::Instance" })),
  },
});

describe("the queries of a Region, by the real SDK", () => {
  let aws: StubAws;
  beforeEach(async () => {
    aws = await StubAws.start();
  });
  afterEach(() => aws.stop());

  const ports = (changes: ClientSettings = {}) => startPorts(startPlace, log, aws.settings(changes));
  const found = (changes: ClientSettings = {}, signal = endless()): Promise<Membership> => {
    const region = ports(changes).region(ohio);
    return membershipOf((token) => region.groupPage("web", token, signal), signal);
  };

  it("read every page of a group in the Region, by both of its lists", async () => {
    const pages: Answer[] = [
      { body: { Resources: [], ResourceIdentifiers: [], NextToken: "t1", QueryErrors: [] } },
      { body: { Resources: [{ Identifier: { ResourceArn: arnOf(nodeId(1)) } }], NextToken: "t2" } },
      members(nodeId(1), "mi-0123456789abcdef0"),
    ];
    aws.answer = () => pages.shift();
    expect(await found()).to.deep.equal({ outcome: "members", ids: [nodeId(1), "mi-0123456789abcdef0"] });
    expect(aws.operations()).to.deep.equal([list, list, list]);
    expect(aws.asked.map(({ region }) => region)).to.deep.equal([ohio, ohio, ohio]);
    expect(aws.asked.map(({ body }) => JSON.parse(body))).to.deep.equal([
      { Group: "web", MaxResults: 50 },
      { Group: "web", MaxResults: 50, NextToken: "t1" },
      { Group: "web", MaxResults: 50, NextToken: "t2" },
    ]);
  });

  it("know a group that is not there", async () => {
    aws.answer = () => awsError("NotFoundException", 404);
    expect(await found()).to.deep.equal({ outcome: "skipped", reason: "no such group" });
  });

  it("are tried again when throttled", async () => {
    aws.answer = () =>
      aws.asked.length === 1 ? awsError("TooManyRequestsException", 429) : members(nodeId(1));
    expect(await found({ maxAttempts: 3 })).to.deep.equal({ outcome: "members", ids: [nodeId(1)] });
    expect(aws.asked).to.have.lengthOf(2);
  });

  it("fail when throttled for good", async () => {
    aws.answer = () => awsError("TooManyRequestsException", 429);
    expect(await found({ maxAttempts: 2 })).to.deep.equal({
      outcome: "failed",
      error: "TooManyRequestsException: because",
    });
    expect(aws.asked).to.have.lengthOf(2);
  });

  it("end at the deadline, also between two attempts", async () => {
    aws.answer = () => awsError("TooManyRequestsException", 429);
    const error = "there was no answer in the time that the function has for it";
    expect(await found({ maxAttempts: 100 }, AbortSignal.timeout(50))).to.deep.equal({
      outcome: "failed",
      error,
    });
    aws.answer = () => undefined;
    expect(await found({}, AbortSignal.timeout(50))).to.deep.equal({ outcome: "failed", error });
  });

  it("fail when nobody answers", async () => {
    aws.answer = () => undefined;
    const requestHandler = { requestTimeout: 30, throwOnRequestTimeout: true };
    const { outcome, ...rest } = await found({ maxAttempts: 2, requestHandler });
    expect(outcome).to.equal("failed");
    expect(JSON.stringify(rest)).to.contain("TimeoutError");
    expect(aws.asked).to.have.lengthOf(2);
  });

  for (const [name, status] of [
    ["AccessDeniedException", 403],
    ["UnauthorizedException", 401],
    ["ForbiddenException", 403],
    ["BadRequestException", 400],
    ["UnrecognizedClientException", 403],
    ["AuthFailure", 403],
    ["InvalidClientTokenId", 403],
  ] as const) {
    it(`fail at once with ${name}`, async () => {
      aws.answer = () => awsError(name, status);
      const answer = await found({ maxAttempts: 5 });
      expect(answer.outcome).to.equal("failed");
      expect(JSON.stringify(answer)).to.contain(`${name}: because`);
      expect(aws.asked).to.have.lengthOf(1);
    });
  }

  it("read patch states of 50 nodes at a time", async () => {
    const ids = Array.from({ length: 120 }, (_, index) => nodeId(index));
    aws.answer = ({ body }) => ({
      body: {
        InstancePatchStates: JSON.parse(body).InstanceIds.map((InstanceId: string) => ({
          InstanceId,
          PatchGroup: "web",
          BaselineId: "pb-1",
          SnapshotId: runId,
          Operation: "Install",
          OperationStartTime: 1_788_681_000.5,
          OperationEndTime: 1_788_681_600.5,
          MissingCount: 1,
          FailedCount: 2,
          InstalledPendingRebootCount: 3,
        })),
      },
    });
    const states = await ports().region(ohio).patchStates(ids, endless());
    expect(states.map(({ id }) => id)).to.deep.equal(ids);
    expect(states[0]).to.deep.equal({
      id: nodeId(0),
      patchGroup: "web",
      baselineId: "pb-1",
      snapshotId: runId,
      operation: "Install",
      startedAt: 1_788_681_000_500,
      endedAt: 1_788_681_600_500,
      missing: 1,
      failed: 2,
      pendingReboot: 3,
    });
    expect(
      aws.asked.map(({ operation, body }) => [operation, JSON.parse(body).InstanceIds.length]),
    ).to.deep.equal([
      ["DescribeInstancePatchStates", 50],
      ["DescribeInstancePatchStates", 50],
      ["DescribeInstancePatchStates", 20],
    ]);
  });

  it("start automations in their own Region, and read calendars in the home Region", async () => {
    const request = {
      DocumentName: "Runbook",
      DocumentVersion: "$DEFAULT",
      ClientToken: runId,
      Parameters: { Operation: ["Scan"] },
      TargetLocations: [
        {
          Accounts: ["123456789012"],
          Regions: [ohio],
          ExecutionRoleName: "role",
          TargetLocationMaxConcurrency: "1",
          TargetLocationMaxErrors: "100%",
        },
      ],
    };
    aws.answer = ({ operation }) =>
      operation === "GetCalendarState"
        ? { body: { State: "CLOSED", NextTransitionTime: "2026-09-10T00:00:00Z" } }
        : { body: { AutomationExecutionId: "id" } };
    const { region, calendarState } = ports();
    expect(await region(ohio).startAutomation(request, endless())).to.equal("id");
    const calendar = { state: "CLOSED", nextTransition: "2026-09-10T00:00:00Z" };
    expect(await calendarState(["freeze"], endless())).to.deep.equal(calendar);
    expect(aws.asked.map(({ region, body }) => [region, JSON.parse(body)])).to.deep.equal([
      [ohio, request],
      [east, { CalendarNames: ["freeze"] }],
    ]);
  });

  it("know since when a window is open, and for how long, and arrange the end of a run", async () => {
    const opened = 1_788_681_600;
    aws.answer = ({ operation }) => {
      if (operation === "GetMaintenanceWindow") return { body: { Duration: 5, Cutoff: 1 } };
      if (operation === "DescribeMaintenanceWindowExecutions") {
        const over = { Status: "SUCCESS", StartTime: opened + 60 };
        return { body: { WindowExecutions: [over, { Status: "IN_PROGRESS", StartTime: opened }] } };
      }
      return { body: { ScheduleArn: "arn" } };
    };
    const { window, arrange } = ports();
    expect(await window("mw-0123456789abcdef0", endless())).to.deep.equal({
      durationHours: 5,
      cutoffHours: 1,
      openedAt: opened * 1000,
    });
    await arrange({ runId, at: "stop" }, "2026-09-06T12:00:30.000Z", endless());
    const { operation, region, body } = aws.asked.at(-1) ?? {};
    expect([operation, region]).to.deep.equal([`POST /schedules/${runId}-stop`, east]);
    expect(JSON.parse(body ?? "")).to.deep.include({
      GroupName: "ends",
      // Within the minute that it names, and a minute for a call that is late.
      ScheduleExpression: "at(2026-09-06T11:58:00)",
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "DELETE",
      Target: {
        Arn: startPlace.stopFunctionArn,
        RoleArn: startPlace.scheduleRoleArn,
        Input: JSON.stringify({ runId, at: "stop" }),
        DeadLetterConfig: { Arn: startPlace.deadLetterQueueArn },
      },
    });
    aws.answer = () => awsError("ConflictException", 409);
    await arrange({ runId, at: "stop" }, "2026-09-06T12:00:30.000Z", endless());
  });

  it("find what a run has started in a Region, by the snapshot that it was started with", async () => {
    const started: Record<string, object> = {
      own: { Parameters: { SnapshotId: [runId.toUpperCase()], ResourceGroup: ["a"] } },
      nodes: { Parameters: { SnapshotId: [runId] }, Targets: [{ Key: "ResourceGroup", Values: ["b"] }] },
      others: {
        Parameters: { SnapshotId: [runId], ResourceGroup: ["a"] },
        TargetLocations: [{ Accounts: ["210987654321"], Regions: [ohio] }],
      },
      stranger: { Parameters: { SnapshotId: [nodeId(1)], ResourceGroup: ["a"] } },
    };
    aws.answer = ({ operation, body }) => {
      if (operation === "DescribeAutomationExecutions") {
        const ids = [...Object.keys(started).map((id) => ({ AutomationExecutionId: id }))];
        const child = { AutomationExecutionId: "child", ParentAutomationExecutionId: "nodes" };
        return { body: { AutomationExecutionMetadataList: [...ids, child] } };
      }
      const id: string = JSON.parse(body).AutomationExecutionId;
      return { body: { AutomationExecution: { AutomationExecutionStatus: "InProgress", ...started[id] } } };
    };
    const since = Date.parse("2026-09-06T08:00:00.700Z");
    const runbook = "arn:aws:ssm:us-east-1:123456789012:document/Runbook";
    const found = await ports().region(ohio).automationsOf({ runId, runbook, since }, endless());
    expect(found.map(({ id, group, isOfOthers, status }) => [id, group, isOfOthers, status])).to.deep.equal([
      ["own", "a", false, "InProgress"],
      ["nodes", "b", false, "InProgress"],
      ["others", "a", true, "InProgress"],
    ]);
    expect(aws.asked.map(({ region }) => region)).to.deep.equal(Array.from({ length: 5 }, () => ohio));
    expect(JSON.parse(aws.asked[0]?.body ?? "").Filters).to.deep.equal([
      { Key: "DocumentNamePrefix", Values: ["Runbook"] },
      { Key: "StartTimeAfter", Values: ["2026-09-06T07:59:59Z"] },
    ]);
  });

  it("find there what begins an automation for each node still, by whatever name its runbook goes", async () => {
    const Targets = [{ Key: "ResourceGroup", Values: ["b"] }];
    const one = (id: string, AutomationExecutionStatus: string, more: object = { Targets }) => ({
      ...{ AutomationExecutionId: id, AutomationExecutionStatus, ParentAutomationExecutionId: "central" },
      ...more,
    });
    const listed = [one("nodes", "InProgress"), one("over", "Success"), one("node", "InProgress", {})];
    aws.answer = ({ operation, body }) => {
      if (operation === "DescribeAutomationExecutions")
        return { body: { AutomationExecutionMetadataList: [...listed, one("stranger", "InProgress")] } };
      const SnapshotId = [JSON.parse(body).AutomationExecutionId === "nodes" ? runId.toUpperCase() : "other"];
      return { body: { AutomationExecution: { Parameters: { SnapshotId } } } };
    };
    const client = new SSMClient({ ...aws.settings(), region: ohio });
    const since = Date.parse("2026-09-06T08:00:00.700Z");
    expect(await beginningOf(client, { runId, since }, endless())).to.deep.equal(["nodes"]);
    expect(aws.operations()).to.have.lengthOf(3);
    expect(JSON.parse(aws.asked[0]?.body ?? "").Filters).to.deep.equal([
      { Key: "StartTimeAfter", Values: ["2026-09-06T07:59:59Z"] },
    ]);
  });
});
