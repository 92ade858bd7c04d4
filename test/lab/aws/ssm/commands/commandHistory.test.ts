import type { Command, CommandInvocation } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { readPolicy } from "#lab/aws/iam/policy.js";
import {
  account,
  catalog,
  errorCode,
  group,
  hour,
  minute,
  monday,
  node,
  register,
  send,
  statuses,
  type World,
} from "#test/lab/support.js";
import { role } from "../../apiSupport.js";
import { call, pages } from "../support.js";

const kb = catalog({ KB1: [{ released: "2026-01-01" }, { released: "2026-02-01" }] }, "WINDOWS");
const mac = catalog({ tool: [{ released: "2026-01-01" }] }, "MACOS");

/** A scan of everything, and an hour later an install on the first node, which waits for it. */
async function sent() {
  const world = account([
    node({ patchGroup: "servers", offline: [{ from: monday + hour, to: monday + 2 * hour }] }),
    node({ patchGroup: "servers", catalog: kb, fails: ["KB1"] }),
    node({ patchGroup: "servers", state: "stopped" }),
    node({ patchGroup: "servers", connectionLost: true }),
    node({ patchGroup: "servers", catalog: mac }),
  ]);
  register(world, "servers");
  register(world, "servers", { operatingSystem: "WINDOWS" });
  const first = send(world, "Install", { TimeoutSeconds: 600, Comment: "first" }).id;
  await world.clock.advanceTo(monday + hour);
  const second = send(world, "Scan", { InstanceIds: [world.node(0).id], Comment: "second" }).id;
  await world.clock.advanceTo(monday + hour + minute);
  return { world, first, second };
}

const comments = (world: World, input: object) =>
  pages<Command>(world, "ListCommands", input, "Commands").items.map(({ Comment }) => Comment);
const invocations = (world: World, input: object) =>
  pages<CommandInvocation>(world, "ListCommandInvocations", { MaxResults: 2, ...input }, "CommandInvocations")
    .items;
const by = (key: string, value: string) => ({ Filters: [{ key, value }] });

describe("ListCommands", () => {
  for (const [what, input, found] of [
    ["nothing, newest first", {}, ["second", "first"]],
    ["being under way", by("ExecutionStage", "Executing"), ["second"]],
    ["being complete", by("ExecutionStage", "Complete"), ["first"]],
    ["status", by("Status", "InProgress"), ["second"]],
    ["what status details say", by("Status", "Incomplete"), ["first"]],
    ["a status that none has", by("Status", "Cancelled"), []],
    ["document", by("DocumentName", "AWS-RunPatchBaseline"), ["second", "first"]],
    ["another document", by("DocumentName", "AWS-RunShellScript"), []],
    ["time before", by("InvokedBefore", "2026-06-01T01:00:00Z"), ["first"]],
    ["time after", by("InvokedAfter", "2026-06-01T01:00:00Z"), ["second"]],
  ] as const) {
    it(`finds commands by ${what}`, async () => {
      expect(comments((await sent()).world, input)).to.deep.equal(found);
    });
  }

  it("finds the commands that went to a node", async () => {
    const { world, first } = await sent();
    expect(comments(world, { InstanceId: world.node(0).id })).to.deep.equal(["second", "first"]);
    expect(comments(world, { InstanceId: world.node(1).id })).to.deep.equal(["first"]);
    expect(comments(world, { CommandId: first })).to.deep.equal(["first"]);
    const unknown = { InstanceId: "i-00000000000000099" };
    expect(errorCode(() => comments(world, unknown))).to.equal("InvalidInstanceId");
    expect(errorCode(() => invocations(world, unknown))).to.equal("InvalidInstanceId");
  });

  it("tells what the command was asked to be", async () => {
    const world = account([node()]);
    const NotificationConfig = {
      NotificationArn: "arn:x",
      NotificationEvents: ["All"],
      NotificationType: "Command",
    };
    const { arn } = role(world.region, "teller") as { arn: string };
    const request = {
      DocumentName: "AWS-RunPatchBaseline",
      Parameters: { Operation: ["Scan"] },
      InstanceIds: [world.node(0).id],
      TimeoutSeconds: 700,
      NotificationConfig,
      CloudWatchOutputConfig: { CloudWatchLogGroupName: "group", CloudWatchOutputEnabled: true },
      OutputS3BucketName: "bucket",
    };
    const { ServiceRoleArn, ...told } = { ...request, ServiceRoleArn: arn };
    const answer = call<{ Command: object }>(world, "SendCommand", { ...request, ServiceRoleArn }).Command;
    expect(answer).to.deep.include({ ...told, ServiceRole: ServiceRoleArn });
  });
});

describe("ListCommandInvocations", () => {
  it("begin each page where a walk over all before it would", async () => {
    const { world, first } = await sent();
    for (const which of [{}, { CommandId: first }]) {
      // What is narrowed down is walked over from the beginning; this passes everything.
      const walked = invocations(world, { ...which, ...by("DocumentName", "AWS-RunPatchBaseline") });
      for (const MaxResults of [1, 2, 3, 4, 5, 6, 50])
        expect(invocations(world, { ...which, MaxResults })).to.deep.equal(walked);
    }
    expect(errorCode(() => invocations(world, { NextToken: "x" }))).to.equal("InvalidNextToken");
  });

  const details = (found: readonly CommandInvocation[]) => found.map(({ StatusDetails }) => StatusDetails);

  it("goes over one command or over all, and tells plugins when asked for details", async () => {
    const { world, first } = await sent();
    const all = ["Success", "Failed", "Undeliverable", "DeliveryTimedOut", "Success"];
    expect(details(invocations(world, { CommandId: first }))).to.deep.equal(all);
    expect(details(invocations(world, {}))).to.deep.equal(["Pending", ...all]);
    expect(details(invocations(world, { InstanceId: world.node(0).id }))).to.deep.equal([
      "Pending",
      "Success",
    ]);
    const plugins = (Details: boolean) =>
      invocations(world, { CommandId: first, Details }).map(({ CommandPlugins }) => CommandPlugins);
    expect(plugins(false)).to.deep.equal([[], [], [], [], []]);
    const times = { ResponseStartDateTime: new Date(monday), ResponseFinishDateTime: new Date(monday) };
    const plugin = (platform: string, Status: string, ResponseCode: number, more: object) => [
      { Name: `Patch${platform}`, Status, StatusDetails: Status, ResponseCode, Output: "", ...more },
    ];
    expect(plugins(true)).to.deep.equal([
      plugin("Linux", "Success", 0, times),
      plugin("Windows", "Failed", 1, times),
      plugin("Linux", "Failed", -1, { StatusDetails: "Undeliverable" }),
      plugin("Linux", "TimedOut", -1, { StatusDetails: "DeliveryTimedOut" }),
      plugin("MacOS", "Success", 0, times),
    ]);
  });

  for (const [what, input, found] of [
    ["status", by("Status", "Success"), ["Success", "Success"]],
    ["both kinds of failure", by("Status", "Failed"), ["Failed", "Undeliverable"]],
    ["what status details say", by("Status", "DeliveryTimedOut"), ["DeliveryTimedOut"]],
    ["time", by("InvokedAfter", "2026-06-01T00:30:00Z"), ["Pending"]],
  ] as const) {
    it(`finds invocations by ${what}`, async () => {
      expect(details(invocations((await sent()).world, input))).to.deep.equal(found);
    });
  }

  it("refuses a command that there is not, the stage of commands, and times that are none", async () => {
    const { world } = await sent();
    const CommandId = "00000000-0000-4000-8000-000000000000";
    expect(errorCode(() => invocations(world, { CommandId }))).to.equal("InvalidCommandId");
    expect(errorCode(() => invocations(world, by("ExecutionStage", "Complete")))).to.equal(
      "InvalidFilterKey",
    );
    expect(errorCode(() => invocations(world, by("InvokedAfter", "now")))).to.equal("ValidationException");
  });
});

describe("GetCommandInvocation", () => {
  it("tells how a command went on a node, by the step of its platform", async () => {
    const { world, first: CommandId, second } = await sent();
    const get = (index: number, more: object = {}) =>
      call(world, "GetCommandInvocation", { CommandId, InstanceId: world.node(index).id, ...more });
    const common = {
      CommandId,
      Comment: "first",
      DocumentName: "AWS-RunPatchBaseline",
      StandardOutputContent: "",
      StandardErrorContent: "",
    };
    const time = "2026-06-01T00:00:00Z";
    expect(get(1)).to.deep.equal({
      ...common,
      InstanceId: world.node(1).id,
      PluginName: "PatchWindows",
      ResponseCode: 1,
      ExecutionStartDateTime: time,
      ExecutionEndDateTime: time,
      Status: "Failed",
      StatusDetails: "Failed",
    });
    expect(get(3)).to.deep.equal({
      ...common,
      InstanceId: world.node(3).id,
      PluginName: "PatchLinux",
      ResponseCode: -1,
      Status: "TimedOut",
      StatusDetails: "DeliveryTimedOut",
    });
    expect(get(0, { CommandId: second })).to.include({ Status: "Pending", ResponseCode: -1 });
    expect(get(0, { PluginName: "PatchLinux" })).to.include({ Status: "Success" });
    expect(errorCode(() => get(0, { PluginName: "PatchWindows" }))).to.equal("InvalidPluginName");
    expect(errorCode(() => get(1, { CommandId: second }))).to.equal("InvocationDoesNotExist");
    const unknown = { CommandId: "00000000-0000-4000-8000-000000000000" };
    expect(errorCode(() => get(1, unknown))).to.equal("InvalidCommandId");
  });
});

describe("a command that is sent over the API", () => {
  const DocumentName = "AWS-RunPatchBaseline";
  const document = `arn:aws:ssm:us-east-1::document/${DocumentName}`;
  /** A caller who may send the document to servers of a group. */
  function caller(world: World, ...more: object[]) {
    const statements = [
      { Effect: "Allow", Action: "ssm:SendCommand", Resource: document },
      {
        Effect: "Allow",
        Action: "ssm:SendCommand",
        Resource: "arn:aws:ec2:*:*:instance/*",
        Condition: { StringEquals: { "ssm:resourceTag/PatchGroup": "mine" } },
      },
      ...more,
    ];
    const policy = readPolicy("p", JSON.stringify({ Version: "2012-10-17", Statement: statements }));
    const { id } = world.account;
    return { kind: "role", arn: `arn:aws:iam::${id}:role/r`, accountId: id, policies: [policy] } as const;
  }
  const world = () => account([node({ patchGroup: "mine" }), node({ patchGroup: "theirs" })]);
  const request = { DocumentName, Parameters: { Operation: ["Scan"] }, MaxErrors: "100%" };

  it("reaches the nodes that its sender may reach, and no others", async () => {
    const made = world();
    const input = { ...request, Targets: group("mine", "theirs") };
    const { Command } = call<{ Command: Command }>(made, "SendCommand", input, caller(made));
    await made.clock.advanceTo(monday);
    const command = made.region.runCommand.command(Command.CommandId ?? "");
    expect(statuses(command)).to.deep.equal(["Success", "AccessDenied"]);
  });

  it("is refused when it names a node that its sender may not reach, or hands on a role that it may not", () => {
    const made = world();
    const refused = (changes: object) =>
      errorCode(() => call(made, "SendCommand", { ...request, ...changes }, caller(made)));
    expect(refused({ InstanceIds: [made.node(0).id] })).to.equal("none");
    expect(refused({ InstanceIds: [made.node(0).id, made.node(1).id] })).to.equal("AccessDeniedException");
    expect(refused({ Targets: group("mine"), ServiceRoleArn: "arn:aws:iam::123456789012:role/x" })).to.equal(
      "AccessDeniedException",
    );
    expect(made.region.runCommand.history.listCommands({}).Commands).to.have.length(1);
  });

  it("is cancelled by those who may, as a whole", async () => {
    const made = account([node({ patchGroup: "mine", answersAt: monday + minute })]);
    const { Command } = call<{ Command: Command }>(made, "SendCommand", {
      ...request,
      Targets: group("mine"),
    });
    const CommandId = Command.CommandId ?? "";
    expect(errorCode(() => call(made, "CancelCommand", { CommandId }, caller(made)))).to.equal(
      "AccessDeniedException",
    );
    await made.clock.advanceTo(monday);
    const mayCancel = caller(made, { Effect: "Allow", Action: "ssm:CancelCommand", Resource: "*" });
    expect(call(made, "CancelCommand", { CommandId }, mayCancel)).to.deep.equal({});
    expect(made.region.runCommand.command(CommandId).end?.status).to.equal("Cancelled");
  });

  it("is cancelled on some nodes, and goes on on the others", async () => {
    const made = account(Array.from({ length: 4 }, () => node({ patchGroup: "mine" })));
    const { Command } = call<{ Command: Command }>(made, "SendCommand", {
      ...request,
      MaxConcurrency: "1",
      Targets: group("mine"),
    });
    const CommandId = Command.CommandId ?? "";
    const cancel = (...InstanceIds: string[]) => call(made, "CancelCommand", { CommandId, InstanceIds });
    expect(errorCode(() => cancel("i-0000000000000beef"))).to.equal("InvalidInstanceId");
    const [, second, third] = [0, 1, 2].map((index) => made.node(index).id);
    cancel(second ?? "", third ?? "");
    await made.clock.advanceTo(monday + 60 * minute);
    const { nodes, end } = made.region.runCommand.command(CommandId);
    const statuses = nodes.map((_, index) => made.region.runCommand.command(CommandId).statusOf(index));
    expect(statuses).to.deep.equal(["Success", "Cancelled", "Cancelled", "Success"]);
    expect(end?.status).to.equal("Success");
    // On what has ended nothing is to be done.
    expect(cancel(second ?? "")).to.deep.equal({});
  });
});
