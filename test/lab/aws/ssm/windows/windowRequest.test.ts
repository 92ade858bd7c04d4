import type {
  CreateMaintenanceWindowRequest,
  RegisterTaskWithMaintenanceWindowRequest,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { account, errorCode, group, hour, monday, type World } from "#test/lab/support.js";
import { maintenanceWindow } from "#test/lab/windowSupport.js";

function create(world: World, changes: Partial<CreateMaintenanceWindowRequest> = {}): string {
  const { WindowId = "" } = world.region.windows.createMaintenanceWindow({
    Name: "window",
    Schedule: "cron(0 2 ? * * *)",
    Duration: 2,
    Cutoff: 1,
    AllowUnassociatedTargets: false,
    ...changes,
  });
  return WindowId;
}

describe("maintenance windows", () => {
  for (const [what, changes, code] of [
    ["1 hour without cutoff", { Duration: 1, Cutoff: 0 }, "none"],
    ["1 hour with a cutoff of 1", { Duration: 1, Cutoff: 1 }, "ValidationException"],
    ["24 hours with a cutoff of 23", { Duration: 24, Cutoff: 23 }, "none"],
    ["24 hours with a cutoff of 24", { Duration: 24, Cutoff: 24 }, "ValidationException"],
    ["25 hours", { Duration: 25 }, "ValidationException"],
    ["no hours", { Duration: 0, Cutoff: 0 }, "ValidationException"],
    ["a negative cutoff", { Cutoff: -1 }, "ValidationException"],
    ["half an hour", { Duration: 2.5 }, "ValidationException"],
    ["a name of two letters", { Name: "ab" }, "ValidationException"],
    ["a name of 129 letters", { Name: "a".repeat(129) }, "ValidationException"],
    ["a cron of five fields", { Schedule: "cron(0 2 * * *)" }, "ValidationException"],
    ["a rate under five minutes", { Schedule: "rate(4 minutes)" }, "ValidationException"],
    ["a rate of five minutes", { Schedule: "rate(5 minutes)" }, "none"],
    ["an IANA zone", { ScheduleTimezone: "Europe/Berlin" }, "none"],
    ["the zone of the seed", { ScheduleTimezone: "S/EasternU" }, "ValidationException"],
    ["an offset of 6 days", { ScheduleOffset: 6 }, "none"],
    ["an offset of 7 days", { ScheduleOffset: 7 }, "ValidationException"],
    ["an offset with a rate", { ScheduleOffset: 1, Schedule: "rate(7 days)" }, "ValidationException"],
    ["a start with its offset", { StartDate: "2026-06-01T00:00:00+02:00" }, "none"],
    ["a start without an offset", { StartDate: "2026-06-01T00:00:00" }, "ValidationException"],
    ["an end that does not exist", { EndDate: "2026-13-01" }, "ValidationException"],
    ["an end after its start", { StartDate: "2026-06-01", EndDate: "2026-06-02" }, "none"],
    // API reference, CreateMaintenanceWindow: nothing of an end that is not after the start.
    ["an end before its start", { StartDate: "2026-06-02", EndDate: "2026-06-01" }, "NotModelledError"],
  ] as [string, Partial<CreateMaintenanceWindowRequest>, string][]) {
    it(`${code === "none" ? "take" : "refuse"} ${what}`, () => {
      expect(errorCode(() => create(account([]), changes))).to.equal(code);
    });
  }

  it("say of a long cutoff what AWS says", () => {
    expect(() => create(account([]), { Duration: 6, Cutoff: 12 })).to.throw(
      "Cuttoff was 12 but must be smaller than 5 (Duration - 1)",
    );
  });

  it("have ids that only the seed and their names decide", () => {
    const one = create(account([]));
    expect(one).to.match(/^mw-[0-9a-f]{17}$/);
    expect(create(account([]))).to.equal(one);
    expect(create(account([], { seed: 2 }))).not.to.equal(one);
    const world = account([]);
    expect(new Set([create(world), create(world), create(world, { Name: "other" })]).size).to.equal(3);
  });

  it("are 50 at most in a Region", () => {
    const world = account([]);
    for (let index = 0; index < 50; index++) create(world);
    expect(errorCode(() => create(world))).to.equal("ResourceLimitExceededException");
  });
});

describe("targets and tasks of a window", () => {
  function withTarget(world = account([])) {
    const WindowId = create(world);
    const target = (changes: object = {}) =>
      world.region.windows.registerTargetWithMaintenanceWindow({
        WindowId,
        ResourceType: "INSTANCE",
        Targets: group("servers"),
        ...changes,
      }).WindowTargetId ?? "";
    const task = (changes: Partial<RegisterTaskWithMaintenanceWindowRequest> = {}) =>
      world.region.windows.registerTaskWithMaintenanceWindow({
        WindowId,
        TaskType: "RUN_COMMAND",
        TaskArn: "AWS-RunPatchBaseline",
        MaxConcurrency: "10%",
        MaxErrors: "0",
        Targets: [{ Key: "WindowTargetIds", Values: [target()] }],
        ...changes,
      }).WindowTaskId ?? "";
    return { target, task };
  }

  it("have UUIDs for ids", () => {
    const { target, task } = withTarget();
    for (const id of [target(), task()]) expect(id).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  for (const [what, changes, code] of [
    ["5 criteria", { Targets: Array(5).fill(group("a")[0]) }, "none"],
    ["6 criteria", { Targets: Array(6).fill(group("a")[0]) }, "ValidationException"],
    ["50 ids", { Targets: [{ Key: "InstanceIds", Values: Array(50).fill("i-1") }] }, "none"],
    ["51 ids", { Targets: [{ Key: "InstanceIds", Values: Array(51).fill("i-1") }] }, "ValidationException"],
    ["a resource group", { ResourceType: "RESOURCE_GROUP" }, "NotModelledError"],
    ["an unknown window", { WindowId: "mw-0" }, "DoesNotExistException"],
  ] as const) {
    it(`${code === "none" ? "take" : "refuse"} a target of ${what}`, () => {
      expect(errorCode(() => withTarget().target(changes))).to.equal(code);
    });
  }

  for (const [what, changes, code] of [
    ["without MaxConcurrency", { MaxConcurrency: undefined }, "ValidationException"],
    ["without MaxErrors", { MaxErrors: undefined }, "ValidationException"],
    ["with a bad share", { MaxErrors: "110%" }, "ValidationException"],
    ["without targets", { Targets: [] }, "ValidationException"],
    [
      "for an unknown target",
      { Targets: [{ Key: "WindowTargetIds", Values: ["x"] }] },
      "DoesNotExistException",
    ],
    ["for ids", { Targets: [{ Key: "InstanceIds", Values: ["i-1"] }] }, "NotModelledError"],
    ["that calls a function on targets", { TaskType: "LAMBDA" }, "NotModelledError"],
    ["that runs an automation", { TaskType: "AUTOMATION" }, "NotModelledError"],
    ["with another type's parameters", { TaskInvocationParameters: { Lambda: {} } }, "ValidationException"],
    ["with another document", { TaskArn: "AWS-RunShellScript" }, "NotModelledError"],
    ["with an alarm", { AlarmConfiguration: { Alarms: [] } }, "NotModelledError"],
    ["with a hash", { TaskInvocationParameters: { RunCommand: { DocumentHash: "0" } } }, "NotModelledError"],
    ["of an unknown window", { WindowId: "mw-0" }, "DoesNotExistException"],
  ] as [string, object, string][]) {
    it(`refuse a task ${what}`, () => {
      expect(errorCode(() => withTarget().task(changes))).to.equal(code);
    });
  }

  it("are 10 targets a task, 100 targets and 20 tasks a window", () => {
    const { target, task } = withTarget();
    const ids = Array.from({ length: 11 }, () => target());
    const of = (count: number) => ({ Targets: [{ Key: "WindowTargetIds", Values: ids.slice(0, count) }] });
    expect(errorCode(() => task(of(10)))).to.equal("none");
    expect(() => task(of(11))).to.throw("The maximum number of window targets is 10");
    for (let tasks = 1; tasks < 20; tasks++) task(of(1));
    expect(errorCode(() => task(of(1)))).to.equal("ResourceLimitExceededException");
  });

  it("are 100 targets a window", () => {
    const { target } = withTarget();
    for (let index = 0; index < 100; index++) target();
    expect(errorCode(() => target())).to.equal("ResourceLimitExceededException");
  });
});

describe("the history of a window", () => {
  it("lists its executions, newest first, in pages of 10 to 100", async () => {
    const world = account([]);
    const { id: WindowId } = maintenanceWindow(world, { schedule: "rate(1 hour)", duration: 1, cutoff: 0 });
    await world.clock.advanceTo(monday + 25 * hour);
    const { windows } = world.region;
    const first = windows.history.describeMaintenanceWindowExecutions({ WindowId, MaxResults: 20 });
    expect(first.WindowExecutions).to.have.length(20);
    expect(first.WindowExecutions?.[0]).to.deep.include({
      WindowId,
      Status: "SUCCESS",
      StartTime: new Date(monday + 25 * hour),
      EndTime: new Date(monday + 25 * hour),
    });
    const NextToken = first.NextToken ?? "";
    const second = windows.history.describeMaintenanceWindowExecutions({
      WindowId,
      MaxResults: 20,
      NextToken,
    });
    expect(second.WindowExecutions?.at(-1)?.StartTime).to.deep.equal(new Date(monday + hour));
    expect(second.WindowExecutions).to.have.length(5);
    expect(second).not.to.have.property("NextToken");
    const refused = (changes: object) =>
      errorCode(() => windows.history.describeMaintenanceWindowExecutions({ WindowId, ...changes }));
    expect(refused({ MaxResults: 9 })).to.equal("ValidationException");
    expect(refused({ MaxResults: 101 })).to.equal("ValidationException");
    expect(refused({ NextToken: "x" })).to.equal("InvalidNextToken");
    expect(refused({ Filters: [{ Key: "Status", Values: [] }] })).to.equal("ValidationException");
    expect(refused({ WindowId: "mw-0" })).to.equal("DoesNotExistException");
  });
});
