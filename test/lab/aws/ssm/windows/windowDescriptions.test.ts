import type {
  MaintenanceWindowIdentity,
  MaintenanceWindowTarget,
  MaintenanceWindowTask,
  ScheduledWindowExecution,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { account, day, errorCode, group, monday, node, type World } from "#test/lab/support.js";
import { commands, execution, maintenanceWindow } from "#test/lab/windowSupport.js";
import { call, type handlers, pages } from "../support.js";

const bare = {
  Name: "window",
  Schedule: "cron(0 2 ? * * *)",
  Duration: 2,
  Cutoff: 1,
  AllowUnassociatedTargets: false,
};

function created(world: World, changes: object = {}): string {
  return call<{ WindowId: string }>(world, "CreateMaintenanceWindow", { ...bare, ...changes }).WindowId;
}

describe("windows as the API tells them", () => {
  it("have what they were made with, when they open next, and their tags", () => {
    const world = account([]);
    const WindowId = created(world, { Description: "nightly", Tags: [{ Key: "Team", Value: "ops" }] });
    const common = { WindowId, ...bare, Description: "nightly", Enabled: true };
    const NextExecutionTime = "2026-06-01T02:00:00.000Z";
    expect(call(world, "GetMaintenanceWindow", { WindowId })).to.deep.equal({
      ...common,
      NextExecutionTime,
      CreatedDate: new Date(monday),
      ModifiedDate: new Date(monday),
    });
    const { AllowUnassociatedTargets: _, ...listed } = common;
    expect(call(world, "DescribeMaintenanceWindows", {}).WindowIdentities).to.deep.equal([
      { ...listed, NextExecutionTime },
    ]);
    const arn = `arn:aws:ssm:us-east-1:123456789012:maintenancewindow/${WindowId}`;
    expect(world.region.tags.of(arn)).to.deep.equal({ Team: "ops" });
  });

  it("are found by name and by being enabled, in pages", () => {
    const world = account([]);
    const ids = Array.from({ length: 23 }, (_, index) => created(world, { Name: `window-${index % 2}` }));
    call(world, "UpdateMaintenanceWindow", { WindowId: ids[0], Enabled: false });
    const found = (Filters: object[]) =>
      pages<MaintenanceWindowIdentity>(
        world,
        "DescribeMaintenanceWindows",
        { Filters, MaxResults: 10 },
        "WindowIdentities",
      );
    expect(found([]).items.map(({ WindowId }) => WindowId)).to.deep.equal(ids);
    expect(found([]).sizes).to.deep.equal([10, 10, 3]);
    expect(found([{ Key: "Name", Values: ["window-1"] }]).items).to.have.length(11);
    expect(
      found([{ Key: "Enabled", Values: ["False"] }]).items.map(({ WindowId }) => WindowId),
    ).to.deep.equal([ids[0]]);
    const both = [
      { Key: "Enabled", Values: ["true"] },
      { Key: "Name", Values: ["window-0"] },
    ];
    expect(found(both).items).to.have.length(11);
    expect(errorCode(() => found([{ Key: "Id", Values: ["x"] }]))).to.equal("ValidationException");
  });

  it("come of one request once, however often it is sent with a token", () => {
    const world = account([]);
    const first = created(world, { ClientToken: "token" });
    expect(created(world, { ClientToken: "token" })).to.equal(first);
    expect(created(world)).not.to.equal(first);
    expect(errorCode(() => created(world, { ClientToken: "token", Duration: 3 }))).to.equal(
      "IdempotentParameterMismatch",
    );
    const target = { WindowId: first, ResourceType: "INSTANCE", Targets: group("a"), ClientToken: "token" };
    const register = () => call(world, "RegisterTargetWithMaintenanceWindow", target).WindowTargetId;
    expect(register()).to.equal(register());
    const task = { WindowId: first, TaskType: "LAMBDA", TaskArn: "function", ClientToken: "token" };
    const run = () => call(world, "RegisterTaskWithMaintenanceWindow", task).WindowTaskId;
    expect(run()).to.equal(run());
    expect(world.region.windows.all[0]?.targets.size).to.equal(1);
    expect(world.region.windows.all[0]?.tasks.size).to.equal(1);
  });

  it("are gone when deleted, with their tags; an execution that is running goes on", async () => {
    const world = account([node({ patchGroup: "servers", answersAt: monday + 2.5 * 3_600_000 })]);
    const window = maintenanceWindow(world, { tasks: [{ deliveryTimeout: 10_000 }] });
    const { id: WindowId } = window;
    const arn = world.region.arn("ssm", `maintenancewindow/${WindowId}`);
    world.region.tags.set(arn, { a: "b" });
    world.clock.at(monday + 2.25 * 3_600_000, () => {
      expect(call(world, "DeleteMaintenanceWindow", { WindowId })).to.deep.equal({ WindowId });
    });
    await world.clock.advanceTo(monday + 3 * day);
    expect(window.executions.map(({ status }) => status)).to.deep.equal(["SUCCESS"]);
    expect(commands(execution(window))[0]?.end?.status).to.equal("Success");
    const { id: WindowExecutionId } = execution(window);
    expect(call(world, "GetMaintenanceWindowExecution", { WindowExecutionId }).Status).to.equal("SUCCESS");
    expect(world.region.tags.of(arn)).to.deep.equal({});
    expect(world.region.windows.all).to.deep.equal([]);
    // The API knows no error for it.
    expect(call(world, "DeleteMaintenanceWindow", { WindowId })).to.deep.equal({ WindowId });
  });

  for (const operation of [
    "GetMaintenanceWindow",
    "UpdateMaintenanceWindow",
    "DescribeMaintenanceWindowTargets",
    "DescribeMaintenanceWindowTasks",
    "DescribeMaintenanceWindowExecutions",
    "DescribeMaintenanceWindowSchedule",
  ] satisfies (keyof typeof handlers)[]) {
    it(`are asked for by ${operation}, which refuses an id that there is not`, () => {
      const WindowId = "mw-00000000000000000";
      expect(errorCode(() => call(account([]), operation, { WindowId }))).to.equal("DoesNotExistException");
    });
  }
});

describe("targets and tasks as the API tells them", () => {
  function made() {
    const world = account([]);
    const window = maintenanceWindow(world, { tasks: [{ priority: 0 }, { priority: 1 }] });
    const { id: WindowId } = window;
    call(world, "RegisterTargetWithMaintenanceWindow", {
      WindowId,
      ResourceType: "INSTANCE",
      Targets: group("others"),
      OwnerInformation: "team",
    });
    const registered = call(world, "RegisterTaskWithMaintenanceWindow", {
      WindowId,
      TaskType: "LAMBDA",
      TaskArn: "function",
    });
    return { world, window, WindowId, functionTask: String(registered.WindowTaskId) };
  }

  it("are found by their filters", () => {
    const { world, window, WindowId, functionTask } = made();
    const targets = [...window.targets.keys()];
    const tasks = [...window.tasks.keys()];
    const targetsBy = (Key: string, ...Values: string[]) =>
      pages<MaintenanceWindowTarget>(
        world,
        "DescribeMaintenanceWindowTargets",
        { WindowId, Filters: [{ Key, Values }] },
        "Targets",
      ).items.map(({ WindowTargetId }) => WindowTargetId);
    const tasksBy = (Key: string, ...Values: string[]) =>
      pages<MaintenanceWindowTask>(
        world,
        "DescribeMaintenanceWindowTasks",
        { WindowId, Filters: [{ Key, Values }] },
        "Tasks",
      ).items.map(({ WindowTaskId }) => WindowTaskId);
    expect(targetsBy("Type", "INSTANCE")).to.deep.equal(targets);
    expect(targetsBy("Type", "RESOURCE_GROUP")).to.deep.equal([]);
    expect(targetsBy("WindowTargetId", targets[1] ?? "")).to.deep.equal([targets[1]]);
    expect(targetsBy("OwnerInformation", "team")).to.deep.equal([targets[2]]);
    expect(errorCode(() => targetsBy("Name", "x"))).to.equal("ValidationException");
    expect(tasksBy("TaskType", "LAMBDA")).to.deep.equal([functionTask]);
    expect(tasksBy("TaskArn", "AWS-RunPatchBaseline")).to.deep.equal(tasks.slice(0, 2));
    expect(tasksBy("Priority", "0")).to.deep.equal([tasks[0], functionTask]);
    expect(tasksBy("WindowTaskId", functionTask, tasks[1] ?? "")).to.deep.equal([tasks[1], functionTask]);
    expect(errorCode(() => tasksBy("Name", "x"))).to.equal("ValidationException");
  });

  it("show a task's defaults, and the placeholders of one without targets", () => {
    const { world, WindowId, functionTask } = made();
    const common = {
      WindowId,
      WindowTaskId: functionTask,
      TaskArn: "function",
      Targets: [],
      Priority: 0,
      MaxConcurrency: "1",
      MaxErrors: "1",
    };
    expect(call(world, "GetMaintenanceWindowTask", { WindowId, WindowTaskId: functionTask })).to.deep.equal({
      ...common,
      TaskType: "LAMBDA",
    });
    const Filters = [{ Key: "TaskType", Values: ["LAMBDA"] }];
    expect(call(world, "DescribeMaintenanceWindowTasks", { WindowId, Filters }).Tasks).to.deep.equal([
      { ...common, Type: "LAMBDA" },
    ]);
  });
});

describe("what windows have ahead", () => {
  function world() {
    const made = account([node({ patchGroup: "servers" }), node({ patchGroup: "others" })]);
    const daily = maintenanceWindow(made, { name: "daily" });
    const weekly = maintenanceWindow(made, {
      name: "weekly",
      schedule: "cron(0 3 ? * WED *)",
      tasks: [{ targets: [[{ Key: "InstanceIds", Values: [made.node(1).id] }]] }],
    });
    return { made, daily, weekly };
  }
  const times = (made: World, input: object) =>
    pages<ScheduledWindowExecution>(
      made,
      "DescribeMaintenanceWindowSchedule",
      input,
      "ScheduledWindowExecutions",
    ).items.map(({ Name, ExecutionTime }) => `${Name} ${ExecutionTime?.slice(5, 16)}`);
  const until = (time: string) => ({ Key: "ScheduledBefore", Values: [time] });

  it("is told over all of them in the order of time, or for one", () => {
    const { made, weekly } = world();
    const Filters = [until("2026-06-05T00:00:00Z")];
    expect(times(made, { Filters })).to.deep.equal([
      "daily 06-01T02:00",
      "daily 06-02T02:00",
      "daily 06-03T02:00",
      "weekly 06-03T03:00",
      "daily 06-04T02:00",
    ]);
    expect(times(made, { Filters, WindowId: weekly.id })).to.deep.equal(["weekly 06-03T03:00"]);
    expect(times(made, { WindowId: weekly.id, MaxResults: 7 })).to.have.length(50);
    const far = { Key: "ScheduledAfter", Values: ["2026-12-01T02:00:00Z"] };
    expect(times(made, { Filters: [far, until("2026-12-02T02:00:00Z")] })).to.deep.equal([
      "daily 12-01T02:00",
    ]);
    expect(errorCode(() => times(made, { Filters: [{ Key: "Before", Values: ["x"] }] }))).to.equal(
      "ValidationException",
    );
  });

  it("is told for a node or a tag, and not for what is disabled", () => {
    const { made, daily, weekly } = world();
    const names = (Targets: object[], ResourceType = "INSTANCE") =>
      pages<MaintenanceWindowIdentity>(
        made,
        "DescribeMaintenanceWindowsForTarget",
        { Targets, ResourceType },
        "WindowIdentities",
      ).items.map(({ Name }) => Name);
    const id = (index: number) => [{ Key: "InstanceIds", Values: [made.node(index).id] }];
    expect(names(id(0))).to.deep.equal(["daily"]);
    expect(names(id(1))).to.deep.equal(["weekly"]);
    expect(names([{ Key: "InstanceIds", Values: ["i-unknown"] }])).to.deep.equal([]);
    expect(names(group("servers", "x"))).to.deep.equal(["daily"]);
    expect(names(group("x"))).to.deep.equal([]);
    expect(names(id(0), "RESOURCE_GROUP")).to.deep.equal([]);
    const Filters = [until("2026-06-02T00:00:00Z")];
    const ofNode = (index: number) => times(made, { Targets: id(index), ResourceType: "INSTANCE", Filters });
    expect(ofNode(0)).to.deep.equal(["daily 06-01T02:00"]);
    expect(ofNode(1)).to.deep.equal([]);
    call(made, "UpdateMaintenanceWindow", { WindowId: daily.id, Enabled: false });
    expect(times(made, { Filters })).to.deep.equal([]);
    expect(weekly.isEnabled).to.equal(true);
  });
});
