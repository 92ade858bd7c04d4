import type { SendCommandRequest } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { account, errorCode, group, monday, node, nodes, send, type World } from "#test/lab/support.js";

function fleet(count: number): World {
  return account(nodes(count, () => node({ patchGroup: "servers" })));
}

function ids(world: World, count: number): string[] {
  return world.region.nodes.all.slice(0, count).map(({ id }) => id);
}

describe("SendCommand", () => {
  function code(changes: (world: World) => Partial<SendCommandRequest>): string {
    const world = fleet(60);
    return errorCode(() =>
      world.region.runCommand.sendCommand({
        DocumentName: "AWS-RunPatchBaseline",
        Parameters: { Operation: ["Scan"] },
        ...changes(world),
      }),
    );
  }

  for (const [what, changes, expected] of [
    ["50 ids", (world) => ({ InstanceIds: ids(world, 50) }), "none"],
    ["51 ids", (world) => ({ InstanceIds: ids(world, 51) }), "ValidationException"],
    [
      "an id twice",
      (world) => ({ InstanceIds: [...ids(world, 2), ...ids(world, 1)] }),
      "DuplicateInstanceId",
    ],
    ["an id that is not managed", () => ({ InstanceIds: ["i-unknown"] }), "InvalidInstanceId"],
    [
      "ids and targets",
      (world) => ({ InstanceIds: ids(world, 1), Targets: group("servers") }),
      "ValidationException",
    ],
    ["neither ids nor targets", () => ({}), "ValidationException"],
    [
      "a delivery timeout of 29 seconds",
      () => ({ Targets: group("a"), TimeoutSeconds: 29 }),
      "ValidationException",
    ],
    ["a delivery timeout of 30 seconds", () => ({ Targets: group("a"), TimeoutSeconds: 30 }), "none"],
    ["a delivery timeout of 30 days", () => ({ Targets: group("a"), TimeoutSeconds: 2_592_000 }), "none"],
    [
      "a delivery timeout of more",
      () => ({ Targets: group("a"), TimeoutSeconds: 2_592_001 }),
      "ValidationException",
    ],
    ["a bad concurrency", () => ({ Targets: group("a"), MaxConcurrency: "0" }), "ValidationException"],
    [
      "another document",
      () => ({ Targets: group("a"), DocumentName: "AWS-RunShellScript" }),
      "NotModelledError",
    ],
    ["a pinned version", () => ({ Targets: group("a"), DocumentVersion: "1" }), "NotModelledError"],
    [
      "an operation in lower case",
      () => ({ Targets: group("a"), Parameters: { Operation: ["scan"] } }),
      "InvalidParameters",
    ],
    ["no operation", () => ({ Targets: group("a"), Parameters: {} }), "InvalidParameters"],
    [
      "a reboot option in lower case",
      () => ({ Targets: group("a"), Parameters: { Operation: ["Install"], RebootOption: ["noReboot"] } }),
      "InvalidParameters",
    ],
    [
      "a snapshot id that is no UUID",
      () => ({ Targets: group("a"), Parameters: { Operation: ["Scan"], SnapshotId: ["{{WINDOW_ID}}"] } }),
      "InvalidParameters",
    ],
    [
      "an empty snapshot id",
      () => ({ Targets: group("a"), Parameters: { Operation: ["Scan"], SnapshotId: [""] } }),
      "none",
    ],
    [
      "an override list",
      () => ({
        Targets: group("a"),
        Parameters: { Operation: ["Install"], InstallOverrideList: ["s3://b/k"] },
      }),
      "NotModelledError",
    ],
  ] as [string, (world: World) => Partial<SendCommandRequest>, string][]) {
    it(`${expected === "none" ? "takes" : "refuses"} ${what}`, () => {
      expect(code(changes)).to.equal(expected);
    });
  }

  it("answers at once with a command that has the API's defaults", () => {
    const world = fleet(3);
    const Targets = group("servers");
    const { Command } = world.region.runCommand.sendCommand({
      DocumentName: "AWS-RunPatchBaseline",
      Parameters: { Operation: ["Scan"] },
      Targets,
    });
    const { CommandId, ...rest } = Command ?? {};
    expect(CommandId).to.match(/^[0-9a-f-]{36}$/);
    expect(rest).to.deep.equal({
      DocumentName: "AWS-RunPatchBaseline",
      Comment: "",
      RequestedDateTime: new Date(monday),
      Parameters: { Operation: ["Scan"] },
      Targets,
      Status: "InProgress",
      StatusDetails: "InProgress",
      MaxConcurrency: "50",
      MaxErrors: "0",
      TargetCount: 3,
      CompletedCount: 0,
      ErrorCount: 0,
      DeliveryTimedOutCount: 0,
    });
  });
});

describe("commands and their invocations", () => {
  it("can be listed, in pages of 50 at most", async () => {
    const world = fleet(60);
    const { id: CommandId } = send(world, "Scan");
    send(world, "Scan");
    await world.clock.advanceTo(monday);
    const { runCommand } = world.region;
    expect(runCommand.history.listCommands({}).Commands).to.have.length(2);
    expect(
      runCommand.history.listCommands({ CommandId }).Commands?.map((one) => one.CommandId),
    ).to.deep.equal([CommandId]);
    const first = runCommand.history.listCommandInvocations({ CommandId });
    expect(first.CommandInvocations).to.have.length(50);
    const rest = runCommand.history.listCommandInvocations({ CommandId, NextToken: first.NextToken ?? "" });
    expect(rest.CommandInvocations).to.have.length(10);
    expect(rest.CommandInvocations?.[9]).to.deep.equal({
      CommandId,
      Comment: "",
      CommandPlugins: [],
      InstanceId: world.node(59).id,
      DocumentName: "AWS-RunPatchBaseline",
      RequestedDateTime: new Date(monday),
      Status: "Success",
      StatusDetails: "Success",
    });
    const one = runCommand.history.listCommandInvocations({ CommandId, InstanceId: world.node(7).id });
    expect(one.CommandInvocations?.map(({ InstanceId }) => InstanceId)).to.deep.equal([world.node(7).id]);
  });

  it("refuse unknown ids, and pages that are too large", () => {
    const world = fleet(1);
    const { runCommand } = world.region;
    expect(errorCode(() => runCommand.history.listCommands({ CommandId: "x" }))).to.equal("InvalidCommandId");
    expect(errorCode(() => runCommand.cancelCommand({ CommandId: "x" }))).to.equal("InvalidCommandId");
    expect(errorCode(() => runCommand.history.listCommands({ MaxResults: 51 }))).to.equal(
      "ValidationException",
    );
  });
});
