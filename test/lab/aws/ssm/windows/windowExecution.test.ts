import { expect } from "chai";
import { account, day, group, hour, minute, monday, node } from "#test/lab/support.js";
import { commands, execution, maintenanceWindow, type TaskSpec } from "#test/lab/windowSupport.js";

const opens = monday + 2 * hour;

/** A task that comes to each end: the node of `late` answers never, and its command is cancelled after a minute. */
const tasks = {
  SUCCESS: { targets: [group("well")] },
  FAILED: { targets: [group("well")], operation: "scan" },
  TIMED_OUT: { targets: [group("lost")], deliveryTimeout: 600 },
  CANCELLED: { targets: [group("late")], deliveryTimeout: 10_000 },
} satisfies Record<string, TaskSpec>;

/** Runs a window to its end, with a task for each of these. */
async function ran(specs: readonly TaskSpec[]) {
  const world = account([
    node({ patchGroup: "well" }),
    node({ patchGroup: "lost", connectionLost: true }),
    node({ patchGroup: "late", answersAt: monday + day }),
  ]);
  const window = maintenanceWindow(world, { tasks: specs });
  world.clock.at(opens + minute, () => {
    for (const { id, end, nodes } of commands(execution(window))) {
      const isLate = nodes.some(({ id: nodeId }) => nodeId === world.node(2).id);
      if (end === undefined && isLate) world.region.runCommand.cancelCommand({ CommandId: id });
    }
  });
  await world.clock.advanceTo(monday + day - 1);
  return execution(window);
}

describe("the execution of a window", () => {
  // AWS does not say which of several ends a window takes: in the lab it is the one that most needs a look.
  for (const [ends, status] of [
    [["SUCCESS", "CANCELLED"], "CANCELLED"],
    [["SUCCESS", "FAILED", "CANCELLED"], "FAILED"],
    [["FAILED", "TIMED_OUT"], "TIMED_OUT"],
    [["CANCELLED", "TIMED_OUT"], "TIMED_OUT"],
  ] as const) {
    it(`ends as ${status} over tasks that end as ${ends.join(" and ")}, in any order`, async () => {
      for (const order of [ends, ends.toReversed()]) {
        const found = await ran(order.map((end) => tasks[end]));
        expect(found.tasks.map((task) => task.status)).to.deep.equal(order);
        expect(found.status).to.equal(status);
      }
    });
  }

  it("goes on with the next priorities after a task that is refused", async () => {
    const later = { ...tasks.SUCCESS, priority: 2 };
    const found = await ran([later, { ...tasks.FAILED, priority: 0 }, { ...tasks.SUCCESS, priority: 1 }]);
    expect(found.tasks.map(({ status }) => status)).to.deep.equal(["SUCCESS", "FAILED", "SUCCESS"]);
    expect(commands(found)).to.have.length(2);
    expect(found.status).to.equal("FAILED");
  });
});
