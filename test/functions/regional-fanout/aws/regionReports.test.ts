import { expect } from "chai";
import { closingPorts } from "#functions/regional-fanout/aws/closingPorts.js";
import { account, east, endless, nodeId, ohio, runId } from "../core/support.js";
import { StubAws } from "./support.js";

const log = { info: () => undefined, error: () => undefined };

describe("the reports of a Region, by the real SDK", () => {
  let aws: StubAws;
  beforeEach(async () => {
    aws = await StubAws.start();
  });
  afterEach(() => aws.stop());

  const ports = () =>
    closingPorts(
      {
        bucket: "bucket",
        topicArn: "arn:topic",
        functionName: "patchplane-dev-closing",
        homeRegion: east,
        windows: [],
        elsewhere: { regions: [], nodes: [] },
      },
      log,
      aws.settings(),
    );
  /** Two pages of a listing, the first of them with the first item alone. */
  const inPages = (member: string, first: object, ...rest: object[]) => {
    aws.answer = ({ body }) =>
      JSON.parse(body).NextToken === "t"
        ? { body: { [member]: rest } }
        : { body: { [member]: [first], NextToken: "t" } };
  };
  const bodies = () => aws.asked.map(({ body }) => JSON.parse(body));
  const since = Date.parse("2026-09-06T08:00:00.700Z");
  const Filters = [
    { key: "InvokedAfter", value: "2026-09-06T07:59:59Z" },
    { key: "DocumentName", value: "AWS-RunPatchBaseline" },
  ];

  it("have the commands since a time, with run and groups", async () => {
    const Targets = [{ Key: "resource-groups:Name", Values: ["group-a"] }];
    const command = { CommandId: "c1", Status: "Failed", StatusDetails: "Terminated", Targets };
    inPages(
      "Commands",
      { ...command, Parameters: { SnapshotId: [runId] } },
      { CommandId: "c2", Status: "Success", Targets: [] },
    );
    expect(await ports().region(ohio).commands(since, endless())).to.deep.equal([
      { id: "c1", snapshotId: runId, status: "Terminated", groups: ["group-a"] },
      { id: "c2", snapshotId: undefined, status: "Success", groups: [] },
    ]);
    expect(bodies()).to.deep.equal([
      { Filters, MaxResults: 50 },
      { Filters, MaxResults: 50, NextToken: "t" },
    ]);
    expect(aws.asked[0]?.region).to.equal(ohio);
  });

  it("have the invocations since a time, whatever their commands", async () => {
    const one = {
      CommandId: "c1",
      InstanceId: nodeId(1),
      Status: "TimedOut",
      RequestedDateTime: 1_788_681_600,
    };
    const plugins = (...codes: number[]) => ({
      CommandPlugins: codes.map((ResponseCode) => ({ ResponseCode })),
    });
    const timedOut = { ...one, StatusDetails: "DeliveryTimedOut", ...plugins(-1) };
    inPages("CommandInvocations", timedOut, one, { ...one, Status: "Failed", ...plugins(0, 156) });
    const expected = { commandId: "c1", nodeId: nodeId(1), requestedAt: 1_788_681_600_000 };
    expect(await ports().region(ohio).invocations(since, endless())).to.deep.equal([
      { ...expected, status: "DeliveryTimedOut" },
      { ...expected, status: "TimedOut" },
      { ...expected, status: "Failed", code: 156 },
    ]);
    expect(bodies()[0]).to.deep.equal({ Filters, Details: true, MaxResults: 50 });
  });

  it("have the ping status of every page's nodes", async () => {
    inPages(
      "InstanceInformationList",
      { InstanceId: nodeId(1), PingStatus: "Online" },
      { InstanceId: nodeId(2), PingStatus: "ConnectionLost" },
    );
    const expected = [
      [nodeId(1), "Online"],
      [nodeId(2), "ConnectionLost"],
    ];
    expect([...(await ports().region(ohio).pings(endless()))]).to.deep.equal(expected);
  });

  it("have the nodes with tags, by what their machines call themselves", async () => {
    inPages(
      "InstanceInformationList",
      { InstanceId: nodeId(1), ComputerName: "web-1.local" },
      { InstanceId: nodeId(2), Name: "hybrid", ComputerName: "x" },
      { InstanceId: nodeId(3) },
    );
    const nodes = await ports()
      .region(ohio)
      .nodes([{ key: "tag:PatchGroup", values: ["web"] }], endless());
    expect(nodes).to.deep.equal([
      { id: nodeId(1), name: "web-1.local" },
      { id: nodeId(2), name: "hybrid" },
      { id: nodeId(3), name: "" },
    ]);
    expect(bodies()[0]).to.deep.equal({
      Filters: [{ Key: "tag:PatchGroup", Values: ["web"] }],
      MaxResults: 50,
    });
  });

  it("have the default baselines and the groups of all others", async () => {
    const arn = "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-aws";
    aws.answer = ({ operation }) => ({
      body:
        operation === "DescribePatchBaselines"
          ? {
              BaselineIdentities: [
                { BaselineId: arn, DefaultBaseline: true },
                { BaselineId: "pb-own", DefaultBaseline: false },
              ],
            }
          : {
              Mappings: [
                { PatchGroup: "web", BaselineIdentity: { BaselineId: "pb-own" } },
                { PatchGroup: "web", BaselineIdentity: { BaselineId: arn } },
              ],
            },
    });
    const { defaults, registered } = await ports().region(ohio).defaultBaselines(endless());
    expect([...defaults]).to.deep.equal(["pb-aws"]);
    expect([...registered].map(([group, ids]) => [group, [...ids]])).to.deep.equal([
      ["web", ["pb-own", "pb-aws"]],
    ]);
  });

  it("have an automation with its children, also when there are many", async () => {
    const child = (region: string, status: string) => ({
      StepName: region,
      StepStatus: status,
      FailureMessage: "boom",
      TargetLocation: { Accounts: [account], Regions: [region] },
    });
    const location = (region: string, status: string) => ({
      region,
      account,
      status,
      failureMessage: "boom",
    });
    let isTruncated = false;
    aws.answer = ({ operation, body }) => {
      if (operation === "DescribeAutomationStepExecutions") {
        return JSON.parse(body).NextToken === "t"
          ? { body: { StepExecutions: [child(ohio, "Success"), { StepName: "local" }] } }
          : { body: { StepExecutions: [child(east, "Failed")], NextToken: "t" } };
      }
      const AutomationExecution = {
        AutomationExecutionStatus: "Failed",
        FailureMessage: "one failed",
        StepExecutions: [child(east, "Failed")],
        StepExecutionsTruncated: isTruncated,
      };
      return { body: { AutomationExecution } };
    };
    const there = ports().region(ohio);
    const expected = { status: "Failed", failureMessage: "one failed" };
    expect(await there.automation("id", endless())).to.deep.equal({
      ...expected,
      locations: [location(east, "Failed")],
    });
    isTruncated = true;
    expect(await there.automation("id", endless())).to.deep.equal({
      ...expected,
      locations: [location(east, "Failed"), location(ohio, "Success")],
    });
    expect(new Set(aws.asked.map(({ region }) => region))).to.deep.equal(new Set([ohio]));
  });

  it("tell people by the topic", async () => {
    aws.answer = () => ({
      body: "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>",
    });
    await ports().notifier.publish({
      ...{ subject: "a subject", text: "a text", kind: "fanout-closed", about: "run-1" },
    });
    expect(aws.asked[0]?.body).to.contain("arn%3Atopic").and.contain("a%20subject");
    const { Message, MessageStructure } = Object.fromEntries(new URLSearchParams(aws.asked[0]?.body));
    expect(MessageStructure).to.equal("json");
    expect(JSON.parse(Message ?? "").default).to.equal("a text");
    expect(JSON.parse(JSON.parse(Message ?? "").https).metadata.additionalContext).to.deep.equal({
      ...{ messageVersion: "1", sentBy: "patchplane-dev-closing" },
    });
  });
});
