import { expect } from "chai";
import { account, day, group, hour, minute, monday, node, nodes, register, statuses } from "../support.js";
import { commands, execution, maintenanceWindow } from "../windowSupport.js";

const opens = monday + 2 * hour;
const cutoff = opens + hour;
const later = monday + day - 1;

/** A server that answers at a time, and is done at once. */
function answering(answersAt: number) {
  return node({ patchGroup: "servers", answersAt });
}

describe("the cutoff of a window", () => {
  for (const [when, answersAt, status, invocation] of [
    ["a minute before it", cutoff - minute, "SUCCESS", "Success"],
    ["at the very moment", cutoff, "TIMED_OUT", "Cancelled"],
    ["a minute after it", cutoff + minute, "TIMED_OUT", "Cancelled"],
  ] as const) {
    it(`finds a node that is done ${when}: ${status}`, async () => {
      const world = account([answering(answersAt)]);
      const window = maintenanceWindow(world, { tasks: [{ deliveryTimeout: 10_000 }] });
      await world.clock.advanceTo(later);
      const found = execution(window);
      expect(found.status).to.equal(status);
      expect(found.endedAt).to.equal(Math.min(answersAt, cutoff));
      expect(commands(found).flatMap(statuses)).to.deep.equal([invocation]);
      expect(found.statusDetails === "").to.equal(status === "SUCCESS");
    });
  }

  it("lets a task go on that is to continue, over all of its nodes", async () => {
    const world = account([answering(cutoff + minute), answering(cutoff + 2 * minute)]);
    const tasks = [{ deliveryTimeout: 10_000, atCutoff: "CONTINUE_TASK", maxConcurrency: "1" }] as const;
    const window = maintenanceWindow(world, { tasks });
    await world.clock.advanceTo(later);
    const found = execution(window);
    expect(found).to.include({ status: "SUCCESS", endedAt: cutoff + 2 * minute, statusDetails: "" });
    expect(commands(found).flatMap(statuses)).to.deep.equal(["Success", "Success"]);
  });

  it("starts no further target of a task, though it may continue", async () => {
    const world = account([answering(cutoff + minute), node({ patchGroup: "others" })]);
    const targets = [group("servers"), group("others")];
    const tasks = [{ deliveryTimeout: 10_000, atCutoff: "CONTINUE_TASK", targets }] as const;
    const window = maintenanceWindow(world, { tasks });
    await world.clock.advanceTo(later);
    expect(execution(window)).to.include({ status: "TIMED_OUT", endedAt: cutoff + minute });
    expect(commands(execution(window))).to.have.length(1);
    expect(world.node(1).state).to.equal(undefined);
  });

  it("starts no task that waits for its turn", async () => {
    const world = account([answering(cutoff + minute), node({ patchGroup: "others" })]);
    const window = maintenanceWindow(world, {
      tasks: [
        { priority: 0, deliveryTimeout: 10_000 },
        { priority: 1, targets: [group("others")] },
      ],
    });
    await world.clock.advanceTo(later);
    expect(execution(window).tasks.map(({ status }) => status)).to.deep.equal(["TIMED_OUT", "TIMED_OUT"]);
    expect(commands(execution(window))).to.have.length(1);
  });

  it("does not stop a node that is patching: it goes on and reports", async () => {
    // It starts after 40 minutes, and takes between 28 and 66.
    const world = account([node({ patchGroup: "servers", answersAt: opens + 40 * minute, speed: 20 })]);
    register(world, "servers");
    const window = maintenanceWindow(world, { tasks: [{ operation: "Install", deliveryTimeout: 10_000 }] });
    world.clock.at(cutoff + minute, () => {
      expect(world.node(0).installed[0]).to.equal(0);
    });
    await world.clock.advanceTo(later);
    const [command] = commands(execution(window));
    expect(command === undefined ? [] : statuses(command)).to.deep.equal(["Cancelled"]);
    expect(world.node(0).installed[0]).to.equal(1);
    expect(world.node(0).state?.endedAt).to.be.above(cutoff + minute);
    expect(command?.patchesInstalled).to.equal(1);
  });

  it("leaves an estimate of how long the window should have been", async () => {
    const world = account(nodes(4, () => node({ patchGroup: "servers", speed: 60 })));
    const window = maintenanceWindow(world, { duration: 1, cutoff: 0, tasks: [{ maxConcurrency: "2" }] });
    await world.clock.advanceTo(later);
    const [command] = commands(execution(window));
    // Scans of 24 to 56 minutes, two at a time.
    expect(command?.neededUntil).to.be.within(opens + 48 * minute, opens + 112 * minute);
    const done = account(nodes(4, () => node({ patchGroup: "servers", speed: 60 })));
    const wide = maintenanceWindow(done, { duration: 3, cutoff: 0, tasks: [{ maxConcurrency: "2" }] });
    await done.clock.advanceTo(later);
    expect(commands(execution(wide))[0]?.neededUntil).to.equal(undefined);
    expect(execution(wide).status).to.equal("SUCCESS");
  });

  it("reckons with stopped and silent nodes in that estimate", async () => {
    const world = account([
      answering(later),
      node({ patchGroup: "servers", state: "stopped" }),
      node({ patchGroup: "servers", connectionLost: true }),
    ]);
    const window = maintenanceWindow(world, { tasks: [{ deliveryTimeout: 7200, maxConcurrency: "1" }] });
    await world.clock.advanceTo(later);
    expect(commands(execution(window))[0]?.neededUntil).to.equal(opens + 4 * hour);
  });
});

describe("overlapping executions", () => {
  const hourly = {
    schedule: "cron(0 * ? * * *)",
    duration: 2,
    cutoff: 0,
    tasks: [{ deliveryTimeout: 20_000 }],
  } as const;

  it("are skipped while the one before is running, and leave a trace", async () => {
    const world = account([answering(opens + 90 * minute)], { from: opens - 1 });
    const window = maintenanceWindow(world, hourly);
    await world.clock.advanceTo(opens + 2 * hour + 1);
    expect(window.executions.map(({ status }) => status)).to.deep.equal([
      "SUCCESS",
      "SKIPPED_OVERLAPPING",
      "SUCCESS",
    ]);
    const skipped = execution(window, 1);
    expect(skipped).to.include({ startedAt: opens + hour, endedAt: opens + hour });
    expect(skipped.tasks.map(({ status }) => status)).to.deep.equal(["SKIPPED_OVERLAPPING"]);
    expect(commands(skipped)).to.deep.equal([]);
  });

  for (const [when, endsAt, status] of [
    ["a second before", opens + hour - 1000, "SUCCESS"],
    ["at the very moment", opens + hour, "SUCCESS"],
    ["a second after", opens + hour + 1000, "SKIPPED_OVERLAPPING"],
  ] as const) {
    it(`are ${status} when the one before ends ${when}`, async () => {
      const world = account([answering(endsAt)], { from: opens - 1 });
      const window = maintenanceWindow(world, hourly);
      await world.clock.advanceTo(opens + hour);
      expect(execution(window, 1).status).to.equal(status);
    });
  }

  it("do not come of a window that closes when it opens again", async () => {
    const world = account([node({ patchGroup: "servers", connectionLost: true })]);
    const window = maintenanceWindow(world, { ...hourly, duration: 1 });
    await world.clock.advanceTo(monday + 3 * hour);
    expect(window.executions.map(({ status }) => status)).to.deep.equal([
      "TIMED_OUT",
      "TIMED_OUT",
      "IN_PROGRESS",
    ]);
  });
});

describe("windows at the same time", () => {
  it("run five at once in a Region; a sixth never opens, without a trace in AWS", async () => {
    const world = account([answering(opens + hour / 2)]);
    const six = Array.from({ length: 6 }, (_, index) =>
      maintenanceWindow(world, { name: `window-${index}`, tasks: [{ deliveryTimeout: 10_000 }] }),
    );
    await world.clock.advanceTo(later);
    expect(six.map(({ executions }) => executions.length)).to.deep.equal([1, 1, 1, 1, 1, 0]);
    expect(six.map(({ missed }) => missed.length)).to.deep.equal([0, 0, 0, 0, 0, 1]);
    expect(six[5]?.missed[0]?.at).to.equal(opens);
    await world.clock.advanceTo(later + day);
    expect(six[5]?.executions.map(({ status }) => status)).to.deep.equal(["SUCCESS"]);
  });

  it("do not count one that ends as another opens, nor those of other Regions", async () => {
    const far = "eu-west-1";
    const world = account([answering(opens + hour / 2), node({ region: far })]);
    for (let index = 0; index < 5; index++) {
      maintenanceWindow(world, { name: `window-${index}`, tasks: [{ deliveryTimeout: 10_000 }] });
    }
    const next = maintenanceWindow(world, { name: "next", schedule: "cron(30 2 ? * * *)" });
    const abroad = maintenanceWindow({ ...world, region: world.account.region(far) }, { name: "abroad" });
    await world.clock.advanceTo(later);
    expect(next.executions.map(({ startedAt }) => startedAt)).to.deep.equal([opens + hour / 2]);
    expect(abroad.executions).to.have.length(1);
  });
});
