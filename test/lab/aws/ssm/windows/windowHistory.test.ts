import type {
  MaintenanceWindowExecution,
  MaintenanceWindowExecutionTaskInvocationIdentity,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { account, day, errorCode, group, hour, minute, monday, node, type World } from "#test/lab/support.js";
import { commands, execution, maintenanceWindow } from "#test/lab/windowSupport.js";
import { call, pages } from "../support.js";

const opens = monday + 2 * hour;
const none = "00000000-0000-4000-8000-000000000000";

/** A window with a task over two targets, one after the other, and a task that comes after it. */
async function ran(until: number) {
  const world = account([
    node({ patchGroup: "first" }),
    node({ patchGroup: "second", answersAt: opens + 30 * minute }),
  ]);
  const window = maintenanceWindow(world, {
    tasks: [
      { targets: [group("first"), group("second")], deliveryTimeout: 10_000, priority: 0, comment: "scan" },
      { targets: [group("first")], priority: 1 },
    ],
  });
  const [first] = window.targets.values();
  call(world, "UpdateMaintenanceWindowTarget", {
    WindowId: window.id,
    WindowTargetId: first?.id,
    OwnerInformation: "team",
  });
  await world.clock.advanceTo(until);
  const found = execution(window);
  const WindowExecutionId = found.id;
  const TaskId = found.tasks[0]?.id ?? "";
  return { world, window, found, WindowExecutionId, TaskId };
}

describe("an execution of a window as the API tells it", () => {
  it("leads from the window to its tasks, their invocations and the commands", async () => {
    const { world, window, found, WindowExecutionId, TaskId } = await ran(monday + day);
    const whole = {
      Status: "SUCCESS",
      StatusDetails: "",
      StartTime: new Date(opens),
      EndTime: new Date(opens + 30 * minute),
    };
    expect(
      call(world, "DescribeMaintenanceWindowExecutions", { WindowId: window.id }).WindowExecutions,
    ).to.deep.equal([{ WindowId: window.id, WindowExecutionId, ...whole }]);
    const TaskIds = found.tasks.map(({ id }) => id);
    expect(call(world, "GetMaintenanceWindowExecution", { WindowExecutionId })).to.deep.equal({
      WindowExecutionId,
      TaskIds,
      ...whole,
    });
    const task = { WindowExecutionId, TaskExecutionId: TaskId, TaskArn: "AWS-RunPatchBaseline", ...whole };
    const { WindowExecutionTaskIdentities: tasks } = call<{ WindowExecutionTaskIdentities: object[] }>(
      world,
      "DescribeMaintenanceWindowExecutionTasks",
      { WindowExecutionId },
    );
    expect(tasks[0]).to.deep.equal({ ...task, TaskType: "RUN_COMMAND" });
    expect(tasks[1]).to.include({ TaskExecutionId: TaskIds[1], Status: "SUCCESS" });
    const ids = { WindowExecutionId, TaskId };
    expect(call(world, "GetMaintenanceWindowExecutionTask", ids)).to.deep.equal({
      ...task,
      Type: "RUN_COMMAND",
      Priority: 0,
      MaxConcurrency: "100%",
      MaxErrors: "100%",
    });
    const { WindowExecutionTaskInvocationIdentities: invocations } = call<{
      WindowExecutionTaskInvocationIdentities: MaintenanceWindowExecutionTaskInvocationIdentity[];
    }>(world, "DescribeMaintenanceWindowExecutionTaskInvocations", ids);
    const [first, second] = [...window.targets.keys()];
    const parameters = (target: string) => ({
      comment: "scan",
      timeoutSeconds: 10_000,
      documentName: "AWS-RunPatchBaseline",
      targets: group(target),
      maxConcurrency: "100%",
      maxErrors: "100%",
      parameters: { Operation: ["Scan"] },
    });
    const common = { WindowExecutionId, TaskExecutionId: TaskId, TaskType: "RUN_COMMAND" };
    const told = invocations.map(({ InvocationId, Parameters = "", ...rest }) => {
      expect(InvocationId).to.match(/^[0-9a-f-]{36}$/);
      return { ...rest, parameters: JSON.parse(Parameters) as object };
    });
    const sent = commands(found).map(({ id }) => id);
    expect(told).to.deep.equal([
      {
        ...common,
        ...whole,
        EndTime: new Date(opens),
        ExecutionId: sent[0],
        WindowTargetId: first,
        OwnerInformation: "team",
        parameters: parameters("first"),
      },
      {
        ...common,
        ...whole,
        ExecutionId: sent[1],
        WindowTargetId: second,
        parameters: parameters("second"),
      },
    ]);
    const InvocationId = invocations[1]?.InvocationId;
    expect(
      call(world, "GetMaintenanceWindowExecutionTaskInvocation", { ...ids, InvocationId }),
    ).to.deep.equal(invocations[1]);
    expect(call(world, "ListCommands", { CommandId: sent[1] }).Commands).to.have.length(1);
  });

  it("shows while it runs what has begun and what has not", async () => {
    const { world, WindowExecutionId, TaskId } = await ran(opens + minute);
    const { WindowExecutionTaskIdentities: tasks } = call<{ WindowExecutionTaskIdentities: object[] }>(
      world,
      "DescribeMaintenanceWindowExecutionTasks",
      { WindowExecutionId },
    );
    expect(tasks[0]).to.deep.include({ Status: "IN_PROGRESS", StartTime: new Date(opens) });
    expect(tasks[0]).not.to.have.property("EndTime");
    expect(tasks[1]).to.include({ Status: "PENDING" });
    expect(tasks[1]).not.to.have.property("StartTime");
    const byStatus = (operation: string, Status: string) =>
      call(world, operation as "DescribeMaintenanceWindowExecutionTasks", {
        WindowExecutionId,
        TaskId,
        Filters: [{ Key: "STATUS", Values: [Status] }],
      });
    expect(byStatus("DescribeMaintenanceWindowExecutionTasks", "PENDING")).to.deep.equal({
      WindowExecutionTaskIdentities: [tasks[1]],
    });
    const invocations = (Status: string) =>
      byStatus("DescribeMaintenanceWindowExecutionTaskInvocations", Status)
        .WindowExecutionTaskInvocationIdentities as object[];
    expect(invocations("SUCCESS")).to.have.length(1);
    expect(invocations("IN_PROGRESS")).to.have.length(1);
    expect(invocations("FAILED")).to.deep.equal([]);
  });

  it("can be found by when it began", async () => {
    const world = account([]);
    const { id: WindowId } = maintenanceWindow(world, { schedule: "rate(1 hour)", duration: 1, cutoff: 0 });
    await world.clock.advanceTo(monday + 30 * hour);
    const count = (...Filters: { Key: string; Values: string[] }[]) =>
      pages<MaintenanceWindowExecution>(
        world,
        "DescribeMaintenanceWindowExecutions",
        { WindowId, Filters, MaxResults: 10 },
        "WindowExecutions",
      ).items.length;
    const before = { Key: "ExecutedBefore", Values: ["2026-06-01T10:00:00Z"] };
    const after = { Key: "ExecutedAfter", Values: ["2026-06-01T08:00:00Z"] };
    expect([count(), count(before), count(after), count(before, after)]).to.deep.equal([30, 9, 23, 2]);
    expect(errorCode(() => count({ Key: "Status", Values: ["SUCCESS"] }))).to.equal("ValidationException");
  });

  it("keeps details to the length that the API allows", async () => {
    const world = account([node({ patchGroup: "servers" })]);
    const window = maintenanceWindow(world, { tasks: [{ operation: "x".repeat(500) }] });
    await world.clock.advanceTo(monday + day);
    const { id: WindowExecutionId, statusDetails } = execution(window);
    expect(statusDetails.length).to.be.above(250);
    const { StatusDetails } = call(world, "GetMaintenanceWindowExecution", { WindowExecutionId });
    expect(StatusDetails).to.equal(statusDetails.slice(0, 250));
    const { WindowExecutionTaskIdentities: tasks } = call<{ WindowExecutionTaskIdentities: object[] }>(
      world,
      "DescribeMaintenanceWindowExecutionTasks",
      { WindowExecutionId },
    );
    expect(tasks[0]).to.include({ Status: "FAILED", StatusDetails });
  });

  for (const [operation, ids] of [
    ["GetMaintenanceWindowExecution", { WindowExecutionId: none }],
    ["CancelMaintenanceWindowExecution", { WindowExecutionId: none }],
    ["DescribeMaintenanceWindowExecutionTasks", { WindowExecutionId: none }],
    ["GetMaintenanceWindowExecutionTask", { TaskId: none }],
    ["DescribeMaintenanceWindowExecutionTaskInvocations", { TaskId: none }],
    ["GetMaintenanceWindowExecutionTaskInvocation", { InvocationId: none }],
  ] as const) {
    it(`is asked for by ${operation}, which refuses an id that there is not`, async () => {
      const { world, WindowExecutionId, TaskId } = await ran(monday + day);
      const input = { WindowExecutionId, TaskId, ...ids };
      expect(errorCode(() => call(world, operation, input))).to.equal("DoesNotExistException");
    });
  }
});

describe("CancelMaintenanceWindowExecution", () => {
  const cancel = (world: World, WindowExecutionId: string) =>
    call(world, "CancelMaintenanceWindowExecution", { WindowExecutionId });

  it("starts none of the tasks that wait, and lets those that run come to their end", async () => {
    const { world, found, WindowExecutionId } = await ran(opens + minute);
    expect(cancel(world, WindowExecutionId)).to.deep.equal({ WindowExecutionId });
    expect(found.status).to.equal("CANCELLING");
    expect(found.tasks.map(({ status }) => status)).to.deep.equal(["IN_PROGRESS", "CANCELLED"]);
    await world.clock.advanceTo(monday + day);
    expect(found).to.include({ status: "CANCELLED", endedAt: opens + 30 * minute });
    expect(found.tasks.map(({ status }) => status)).to.deep.equal(["SUCCESS", "CANCELLED"]);
    expect(commands(found).map(({ end }) => end?.status)).to.deep.equal(["Success", "Success"]);
  });

  it("ends as cancelled, whatever became of what was running", async () => {
    const world = account([node({ patchGroup: "servers", connectionLost: true })]);
    const window = maintenanceWindow(world, { tasks: [{ deliveryTimeout: 600 }] });
    world.clock.at(opens + minute, () => {
      cancel(world, execution(window).id);
    });
    await world.clock.advanceTo(monday + day);
    expect(execution(window)).to.include({ status: "CANCELLED", endedAt: opens + 10 * minute });
    expect(execution(window).tasks.map(({ status }) => status)).to.deep.equal(["TIMED_OUT"]);
  });

  it("does nothing to one that has ended, and does not keep the window from opening again", async () => {
    const { world, window, found, WindowExecutionId } = await ran(monday + day);
    cancel(world, WindowExecutionId);
    expect(found.status).to.equal("SUCCESS");
    await world.clock.advanceTo(monday + 2 * day);
    expect(window.executions.map(({ status }) => status)).to.deep.equal(["SUCCESS", "SUCCESS"]);
  });
});

describe("a window whose targets and tasks change while it is open", () => {
  it("goes on with the target that it is at, sees later ones as they are then, and keeps to its tasks", async () => {
    const { world, window, found } = await ran(opens + minute);
    const [, second, third] = [...window.targets.keys()];
    const WindowId = window.id;
    for (const WindowTaskId of window.tasks.keys()) {
      call(world, "DeregisterTaskFromMaintenanceWindow", { WindowId, WindowTaskId });
    }
    call(world, "DeregisterTargetFromMaintenanceWindow", { WindowId, WindowTargetId: second });
    call(world, "UpdateMaintenanceWindowTarget", {
      WindowId,
      WindowTargetId: third,
      Targets: group("second"),
    });
    await world.clock.advanceTo(monday + day);
    expect(found.status).to.equal("SUCCESS");
    expect(commands(found).map(({ nodes }) => nodes.map(({ id }) => id))).to.deep.equal([
      [world.node(0).id],
      [world.node(1).id],
      [world.node(1).id],
    ]);
  });

  it("passes over targets that are gone", async () => {
    const world = account([node({ patchGroup: "servers" })]);
    const window = maintenanceWindow(world);
    const [WindowTargetId] = window.targets.keys();
    call(world, "DeregisterTargetFromMaintenanceWindow", { WindowId: window.id, WindowTargetId });
    await world.clock.advanceTo(monday + day);
    expect(execution(window).status).to.equal("SUCCESS");
    expect(commands(execution(window))).to.deep.equal([]);
  });
});
