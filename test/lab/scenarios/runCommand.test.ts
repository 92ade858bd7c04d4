import { expect } from "chai";
import type { CommandEnd } from "#lab/aws/ssm/commands/command.js";
import {
  account,
  day,
  group,
  hour,
  minute,
  monday,
  node,
  nodes,
  register,
  second,
  send,
  statuses,
} from "../support.js";

const failing = node({ patchGroup: "servers", fails: ["openssl"] });
const sound = node({ patchGroup: "servers" });

function answering(answersAt: number) {
  return node({ patchGroup: "servers", answersAt });
}

/** Installs on as many failing servers, then on as many sound ones, one after the other. */
async function install(fails: number, succeeds: number, MaxErrors: string, MaxConcurrency = "1") {
  const world = account([...nodes(fails, () => failing), ...nodes(succeeds, () => sound)]);
  register(world, "servers");
  const command = send(world, "Install", { MaxErrors, MaxConcurrency });
  await world.clock.advanceTo(monday + day);
  return { command, end: command.end, statuses: statuses(command) };
}

describe("the error limit of a command", () => {
  for (const [maxErrors, fails, end] of [
    ["0", 0, { status: "Success", details: "Success" }],
    ["0", 1, { status: "Failed", details: "Terminated" }],
    ["3", 3, { status: "Success", details: "Incomplete" }],
    ["3", 4, { status: "Failed", details: "Terminated" }],
  ] as [string, number, CommandEnd][]) {
    it(`of ${maxErrors} and ${fails} errors: ${end.status}, ${end.details}`, async () => {
      const found = await install(fails, 4, maxErrors);
      expect(found.end).to.deep.equal(end);
      const rest = end.details === "Terminated" ? "Terminated" : "Success";
      expect(found.statuses).to.deep.equal([...Array(fails).fill("Failed"), ...Array(4).fill(rest)]);
      expect(found.command.stoppedByErrorLimit).to.equal(end.details === "Terminated");
    });
  }

  for (const [fails, details] of [
    [5, "Incomplete"],
    [6, "Terminated"],
  ] as const) {
    it(`of 10% of 50 nodes and ${fails} errors: ${details}`, async () => {
      const found = await install(fails, 50 - fails, "10%");
      expect(found.end?.details).to.equal(details);
    });
  }

  it("lets those that are running finish, so there may be more errors than it says", async () => {
    const found = await install(6, 4, "1", "5");
    expect(found.command.counts()).to.deep.equal({ Failed: 6, Terminated: 4 });
  });

  it("fails a command whose last nodes broke it, with nobody left to spare", async () => {
    const found = await install(3, 0, "2");
    expect(found.end).to.deep.equal({ status: "Failed", details: "Failed" });
    expect(found.command.stoppedByErrorLimit).to.equal(false);
  });

  it("does not count nodes that could not be reached", async () => {
    const world = account([
      node({ patchGroup: "servers", state: "stopped" }),
      node({ patchGroup: "servers", connectionLost: true }),
      sound,
    ]);
    const command = send(world, "Scan", { MaxErrors: "0", MaxConcurrency: "1" });
    await world.clock.advanceTo(monday + day);
    expect(statuses(command)).to.deep.equal(["Undeliverable", "DeliveryTimedOut", "Success"]);
    expect(command.end).to.deep.equal({ status: "Success", details: "Success" });
  });
});

describe("the end of a command", () => {
  const stopped = node({ patchGroup: "servers", state: "stopped" });
  const silent = node({ patchGroup: "servers", connectionLost: true });
  // So slow that an installation takes longer than its step may.
  const slow = node({ patchGroup: "servers", speed: 200 });
  for (const [what, fleet, end] of [
    [
      "four undeliverable and one success",
      [stopped, stopped, stopped, stopped, sound],
      { status: "Success", details: "Success" },
    ],
    ["all undeliverable", [stopped, stopped], { status: "Failed", details: "Undeliverable" }],
    ["all given up", [silent, silent], { status: "TimedOut", details: "DeliveryTimedOut" }],
    [
      "one given up, one undeliverable",
      [silent, stopped],
      { status: "TimedOut", details: "DeliveryTimedOut" },
    ],
    ["all failed", [failing, failing], { status: "Failed", details: "Failed" }],
    ["one failed, one given up", [failing, silent], { status: "Failed", details: "Failed" }],
    ["one failed, one success", [failing, sound], { status: "Success", details: "Incomplete" }],
    ["all too slow", [slow], { status: "TimedOut", details: "ExecutionTimedOut" }],
    ["one too slow, one success", [slow, sound], { status: "Success", details: "Incomplete" }],
    ["no node at all", [], { status: "Success", details: "NoInstancesInTag" }],
  ] as [string, ReturnType<typeof node>[], CommandEnd][]) {
    it(`after ${what} is ${end.status}, ${end.details}`, async () => {
      const world = account(fleet);
      register(world, "servers");
      const command = send(world, "Install");
      await world.clock.advanceTo(monday + day);
      expect(command.end).to.deep.equal(end);
    });
  }

  it("is described with its counts, and its invocations with the API's statuses", async () => {
    const world = account([failing, slow, silent, stopped, sound]);
    register(world, "servers");
    const { id: CommandId } = send(world, "Install");
    await world.clock.advanceTo(monday + day);
    const { runCommand } = world.region;
    expect(runCommand.history.listCommands({ CommandId }).Commands?.[0]).to.include({
      Status: "Success",
      StatusDetails: "Incomplete",
      TargetCount: 5,
      CompletedCount: 5,
      ErrorCount: 2,
      DeliveryTimedOutCount: 1,
    });
    const { CommandInvocations = [] } = runCommand.history.listCommandInvocations({ CommandId });
    expect(CommandInvocations.map(({ Status, StatusDetails }) => [Status, StatusDetails])).to.deep.equal([
      ["Failed", "Failed"],
      ["TimedOut", "ExecutionTimedOut"],
      ["TimedOut", "DeliveryTimedOut"],
      ["Failed", "Undeliverable"],
      ["Success", "Success"],
    ]);
  });
});

describe("delivery to a node that is not there", () => {
  const TimeoutSeconds = 600;
  for (const [when, answersAt, status] of [
    ["just in time", monday + TimeoutSeconds * second - 1000, "Success"],
    ["when the time is up", monday + TimeoutSeconds * second, "DeliveryTimedOut"],
    ["too late", monday + TimeoutSeconds * second + 1000, "DeliveryTimedOut"],
  ] as const) {
    it(`that comes back ${when}: ${status}`, async () => {
      const world = account([answering(answersAt)]);
      const command = send(world, "Scan", { TimeoutSeconds });
      await world.clock.advanceTo(monday + day);
      expect(statuses(command)).to.deep.equal([status]);
      expect(command.startedAt(0)).to.equal(status === "Success" ? answersAt : undefined);
      expect(command.endedAt).to.equal(Math.min(answersAt, monday + TimeoutSeconds * second));
    });
  }

  it("waits an hour unless told otherwise, and holds a place meanwhile", async () => {
    const world = account([node({ patchGroup: "servers", connectionLost: true }), sound]);
    const command = send(world, "Scan", { MaxConcurrency: "1" });
    await world.clock.advanceTo(monday + hour - 1);
    expect(statuses(command)).to.deep.equal(["Pending", "Pending"]);
    await world.clock.advanceTo(monday + hour);
    expect(statuses(command)).to.deep.equal(["DeliveryTimedOut", "Success"]);
  });

  it("is not tried again for a stopped node, which gives its place to the next at once", async () => {
    const world = account([node({ patchGroup: "servers", state: "stopped" }), sound]);
    const command = send(world, "Scan", { MaxConcurrency: "1" });
    await world.clock.advanceTo(monday);
    expect(statuses(command)).to.deep.equal(["Undeliverable", "Success"]);
  });

  it("does not reach nodes without an agent: Run Command does not know them", async () => {
    const world = account([node({ patchGroup: "servers", agent: false }), sound]);
    const command = send(world, "Scan");
    await world.clock.advanceTo(monday);
    expect(command.nodes.map(({ id }) => id)).to.deep.equal([world.node(1).id]);
  });
});

describe("a command on its way", () => {
  it("goes over so many nodes at once, the next as soon as one is done", async () => {
    const times = [30, 10, 20, 40, 50].map((minutes) => monday + minutes * minute);
    const world = account(times.map((time) => answering(time)));
    const command = send(world, "Scan", { MaxConcurrency: "2", TimeoutSeconds: 86_400 });
    await world.clock.advanceTo(monday + 15 * minute);
    expect(statuses(command)).to.deep.equal(["Pending", "Success", "Pending", "Pending", "Pending"]);
    await world.clock.advanceTo(monday + day);
    expect(times.map((_, index) => command.finishedAt(index))).to.deep.equal(times);
  });

  it("takes a share of its nodes, one at least", async () => {
    for (const [MaxConcurrency, running] of [
      ["25%", 2],
      ["1%", 1],
      ["100%", 8],
    ] as const) {
      const world = account(nodes(8, () => node({ patchGroup: "servers", speed: 1 })));
      const command = send(world, "Scan", { MaxConcurrency });
      await world.clock.advanceTo(monday);
      expect(command.counts().InProgress, MaxConcurrency).to.equal(running);
    }
  });

  it("loses a node that goes out of reach before it has answered", async () => {
    const offline = [{ from: monday + 10 * second, to: monday + minute }];
    const world = account([node({ patchGroup: "servers", offline, speed: 1 })]);
    const command = send(world, "Scan");
    await world.clock.advanceTo(monday + day);
    expect(statuses(command)).to.deep.equal(["ExecutionTimedOut"]);
    expect(command.finishedAt(0)).to.equal(monday + 2 * hour);
    expect(world.node(0).state).to.equal(undefined);
  });

  it("fails on a node that another run is patching, whose report stands", async () => {
    const world = account([node({ patchGroup: "servers", speed: 1 })]);
    register(world, "servers");
    const first = send(world, "Install");
    world.clock.at(monday + second, () => {
      const other = send(world, "Scan");
      world.clock.at(monday + minute, () => {
        expect(statuses(other)).to.deep.equal(["Failed"]);
      });
    });
    await world.clock.advanceTo(monday + day);
    expect(statuses(first)).to.deep.equal(["Success"]);
    expect(world.node(0).state?.operation).to.equal("Install");
  });

  it("can be cancelled: what waits is given up, what runs is killed, and nothing ends twice", async () => {
    const world = account([node({ patchGroup: "servers", speed: 1 }), answering(monday + minute), sound]);
    const command = send(world, "Scan", { MaxConcurrency: "2", TimeoutSeconds: 600 });
    world.clock.at(monday + second, () => {
      world.region.runCommand.cancelCommand({ CommandId: command.id });
      world.region.runCommand.cancelCommand({ CommandId: command.id });
    });
    await world.clock.advanceTo(monday + day);
    expect(statuses(command)).to.deep.equal(["Cancelled", "Cancelled", "Cancelled"]);
    expect(command).to.deep.include({
      endedAt: monday + second,
      end: { status: "Cancelled", details: "Cancelled" },
    });
    expect([0, 1, 2].map((index) => world.node(index).state)).to.deep.equal(Array(3).fill(undefined));
    expect(command.nodes.map((_, index) => command.finishedAt(index))).to.deep.equal(
      Array(3).fill(monday + second),
    );
  });

  it("can be cancelled before its first node", async () => {
    const world = account([sound]);
    const command = send(world, "Scan");
    world.region.runCommand.cancelCommand({ CommandId: command.id });
    await world.clock.advanceTo(monday + day);
    expect(statuses(command)).to.deep.equal(["Cancelled"]);
    expect(world.node(0).state).to.equal(undefined);
  });

  it("keeps to the nodes that matched when it was sent", async () => {
    const world = account([sound, node({ patchGroup: "others" })]);
    const command = send(world, "Scan");
    world.node(0).tags = { PatchGroup: "others" };
    world.node(1).tags = { PatchGroup: "servers" };
    await world.clock.advanceTo(monday);
    expect(command.nodes.map(({ id }) => id)).to.deep.equal([world.node(0).id]);
    expect(world.region.nodes.select(group("servers"))).to.deep.equal([world.node(1)]);
  });
});
