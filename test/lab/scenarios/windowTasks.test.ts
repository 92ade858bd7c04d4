import { expect } from "chai";
import { account, at, day, group, hour, minute, monday, node, nodes, register } from "../support.js";
import { commands, execution, maintenanceWindow } from "../windowSupport.js";

const opens = monday + 2 * hour;
const later = monday + day - 1;

/** A server that answers at a time, and is done at once. */
function answering(answersAt: number) {
  return node({ patchGroup: "servers", answersAt });
}

describe("the tasks of a window", () => {
  it("run in the order of their priority, equal ones side by side", async () => {
    const groups = ["a", "b", "c"];
    const world = account(groups.map((patchGroup) => node({ patchGroup, answersAt: opens + 10 * minute })));
    const common = { deliveryTimeout: 10_000 };
    const window = maintenanceWindow(world, {
      tasks: [
        { ...common, targets: [group("c")], priority: 5 },
        { ...common, targets: [group("a")], priority: 1 },
        { ...common, targets: [group("b")], priority: 1 },
      ],
    });
    await world.clock.advanceTo(later);
    expect(execution(window).tasks.map(({ startedAt }) => startedAt)).to.deep.equal([
      opens + 10 * minute,
      opens,
      opens,
    ]);
  });

  it("go over their targets one after the other", async () => {
    const world = account([answering(opens + 10 * minute), node({ patchGroup: "others" })]);
    const tasks = [{ deliveryTimeout: 10_000, targets: [group("servers"), group("others")] }];
    const window = maintenanceWindow(world, { tasks });
    await world.clock.advanceTo(later);
    expect(commands(execution(window)).map(({ requestedAt }) => requestedAt)).to.deep.equal([
      opens,
      opens + 10 * minute,
    ]);
  });

  it("go on to the next priority after a failure, which the execution ends with", async () => {
    const world = account([
      node({ patchGroup: "servers", fails: ["openssl"] }),
      node({ patchGroup: "others" }),
    ]);
    register(world, "servers");
    const window = maintenanceWindow(world, {
      tasks: [
        { operation: "Install", priority: 0, maxErrors: "0" },
        { targets: [group("others")], priority: 1 },
      ],
    });
    await world.clock.advanceTo(later);
    expect(execution(window).status).to.equal("FAILED");
    expect(execution(window).tasks.map(({ status }) => status)).to.deep.equal(["FAILED", "SUCCESS"]);
  });

  it("fail with the reason when Run Command refuses them, and the others run", async () => {
    const world = account([node({ patchGroup: "servers" })]);
    const window = maintenanceWindow(world, { tasks: [{ operation: "scan" }, {}] });
    await world.clock.advanceTo(later);
    expect(execution(window).status).to.equal("FAILED");
    expect(execution(window).statusDetails).to.equal(
      "InvalidParameters: Operation must be Scan or Install, got scan",
    );
    expect(execution(window).tasks.map(({ status }) => status)).to.deep.equal(["FAILED", "SUCCESS"]);
  });

  it("end the window as timed out, without its cutoff to blame, when no node took the command in time", async () => {
    const world = account([node({ patchGroup: "servers", connectionLost: true })]);
    const window = maintenanceWindow(world, { tasks: [{ deliveryTimeout: 600 }] });
    await world.clock.advanceTo(later);
    expect(execution(window)).to.include({
      status: "TIMED_OUT",
      statusDetails: "",
      endedAt: opens + 10 * minute,
    });
  });

  it("leave a cancelled command behind as a cancelled window", async () => {
    const world = account([answering(opens + 30 * minute)]);
    const window = maintenanceWindow(world, { tasks: [{ deliveryTimeout: 10_000 }] });
    world.clock.at(opens + minute, () => {
      const [command] = commands(execution(window));
      world.region.runCommand.cancelCommand({ CommandId: command?.id });
    });
    await world.clock.advanceTo(later);
    expect(execution(window)).to.include({ status: "CANCELLED", endedAt: opens + minute });
  });

  it("succeed over nothing: a window without tasks, and one whose targets match no node", async () => {
    const world = account([node()]);
    const bare = maintenanceWindow(world, { name: "bare", tasks: [] });
    const hollow = maintenanceWindow(world, { name: "hollow" });
    await world.clock.advanceTo(later);
    expect(execution(bare).status).to.equal("SUCCESS");
    expect(execution(hollow).status).to.equal("SUCCESS");
    expect(commands(execution(hollow))[0]?.end).to.deep.equal({
      status: "Success",
      details: "NoInstancesInTag",
    });
  });

  it("find their nodes when they run, not when they were made", async () => {
    const world = account([node({ patchGroup: "servers" }), node({ patchGroup: "others" })]);
    const window = maintenanceWindow(world);
    world.clock.at(at("2026-06-01T01:59:00Z"), () => {
      world.node(0).tags = { PatchGroup: "others" };
      world.node(1).tags = { PatchGroup: "servers" };
    });
    await world.clock.advanceTo(later);
    const [command] = commands(execution(window));
    expect(command?.nodes.map(({ id }) => id)).to.deep.equal([world.node(1).id]);
  });
});

describe("the snapshot of a window execution", () => {
  it("is one for all of its nodes, and another one in the next execution", async () => {
    const world = account(nodes(3, () => node({ patchGroup: "servers" })));
    const window = maintenanceWindow(world);
    await world.clock.advanceTo(later);
    const ids = () => new Set([0, 1, 2].map((index) => world.node(index).state?.snapshotId));
    expect([...ids()]).to.deep.equal([execution(window).id]);
    await world.clock.advanceTo(later + day);
    expect([...ids()]).to.deep.equal([execution(window, 1).id]);
  });

  it("may be written as {{WINDOW_EXECUTION_ID}}, or be any other id that the window knows", async () => {
    for (const name of ["WINDOW_EXECUTION_ID", "TASK_EXECUTION_ID", "WINDOW_TASK_ID"] as const) {
      const world = account([node({ patchGroup: "servers" })]);
      const window = maintenanceWindow(world, { tasks: [{ parameters: { SnapshotId: [`{{${name}}}`] } }] });
      await world.clock.advanceTo(later);
      const found = execution(window);
      const [task] = found.tasks;
      const expected = {
        WINDOW_EXECUTION_ID: found.id,
        TASK_EXECUTION_ID: task?.id,
        WINDOW_TASK_ID: task?.task.id,
      }[name];
      expect(world.node(0).state?.snapshotId, name).to.equal(expected);
    }
  });
});
