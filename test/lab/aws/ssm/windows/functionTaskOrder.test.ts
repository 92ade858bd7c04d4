import { expect } from "chai";
import { NotModelledError } from "#lab/aws/base/errors.js";
import { account, day, hour, minute, monday, node } from "#test/lab/support.js";
import { commands, execution, maintenanceWindow } from "#test/lab/windowSupport.js";
import { addFunction, ends, functions, opens } from "./functionSupport.js";

const later = monday + day - 1;

describe("the order of functions and commands in a window", () => {
  it("is that of their priorities: each waits for what comes before, equal ones run side by side", async () => {
    const world = account([node({ patchGroup: "servers" })]);
    const calls = functions(world, {
      "SSM-a": { minutes: 10 },
      "SSM-b": { minutes: 4 },
      "SSM-c": { minutes: 2 },
    });
    const window = maintenanceWindow(world, { tasks: [{ priority: 1 }] });
    addFunction(world, window, "SSM-c", { Priority: 2 });
    addFunction(world, window, "SSM-a", { Priority: 0 });
    addFunction(world, window, "SSM-b", { Priority: 0 });
    const seen: (number | string)[] = [];
    world.clock.at(opens + 7 * minute, () => {
      seen.push(...execution(window).tasks.map(({ status }) => status), commands(execution(window)).length);
    });
    await world.clock.advanceTo(later);
    expect(calls.map(({ functionArn, at }) => [functionArn.slice(-1), (at - opens) / minute])).to.deep.equal([
      ["a", 0],
      ["b", 0],
      ["c", 10],
    ]);
    expect(seen).to.deep.equal(["PENDING", "PENDING", "IN_PROGRESS", "SUCCESS", 0]);
    expect(ends(execution(window))).to.deep.equal([
      ["SUCCESS", 10],
      ["SUCCESS", 12],
      ["SUCCESS", 10],
      ["SUCCESS", 4],
    ]);
    expect(commands(execution(window)).map(({ requestedAt }) => requestedAt)).to.deep.equal([
      opens + 10 * minute,
    ]);
  });

  for (const CutoffBehavior of ["CANCEL_TASK", "CONTINUE_TASK"] as const) {
    it(`a function that runs at the cutoff goes on, ${CutoffBehavior} or not, and nothing is started any more`, async () => {
      const world = account([]);
      const calls = functions(world, { "SSM-a": { minutes: 90 } });
      const window = maintenanceWindow(world, { tasks: [], duration: 2, cutoff: 1 });
      addFunction(world, window, "SSM-a", { Priority: 0, CutoffBehavior });
      addFunction(world, window, "SSM-b", { Priority: 1, CutoffBehavior });
      await world.clock.advanceTo(opens + hour);
      expect(execution(window).tasks.map(({ status }) => status)).to.deep.equal(["IN_PROGRESS", "TIMED_OUT"]);
      await world.clock.advanceTo(later);
      expect(calls).to.have.length(1);
      expect(ends(execution(window))).to.deep.equal([
        ["SUCCESS", 90],
        ["TIMED_OUT", undefined],
      ]);
      expect(execution(window)).to.include({ status: "TIMED_OUT", endedAt: opens + 90 * minute });
    });
  }

  it("a window that its function keeps open is skipped when it would open again", async () => {
    const world = account([]);
    functions(world, { "SSM-a": { minutes: 90 } });
    const window = maintenanceWindow(world, {
      schedule: "cron(0 2/1 ? * * *)",
      duration: 1,
      cutoff: 0,
      tasks: [],
    });
    addFunction(world, window, "SSM-a");
    await world.clock.advanceTo(opens + 2 * hour);
    expect(window.executions.map(({ status }) => status)).to.deep.equal([
      "SUCCESS",
      "SKIPPED_OVERLAPPING",
      "IN_PROGRESS",
    ]);
  });

  it("what goes wrong with the lab itself is told to whoever lets time pass", async () => {
    const world = account([]);
    functions(world, { "SSM-f": { rejects: new NotModelledError("this"), minutes: 1 } });
    const window = maintenanceWindow(world, { tasks: [] });
    addFunction(world, window, "SSM-f");
    let told = "";
    try {
      await world.clock.advanceTo(later);
    } catch (error) {
      told = String(error);
    }
    expect(told).to.equal("NotModelledError: the lab does not model this");
    expect(world.clock.now).to.equal(opens + minute);
  });
});
