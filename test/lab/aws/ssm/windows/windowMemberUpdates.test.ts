import type { GetMaintenanceWindowTaskResult } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import fc from "fast-check";
import { account, errorCode, group } from "#test/lab/support.js";
import { size } from "#test/support/size.js";
import { call } from "../support.js";

describe("targets and tasks of a window, when updated", () => {
  const target = {
    ResourceType: "INSTANCE",
    Targets: group("servers"),
    Name: "target",
    Description: "servers",
    OwnerInformation: "team",
  };
  const task = {
    TaskType: "RUN_COMMAND",
    TaskArn: "AWS-RunPatchBaseline",
    Name: "scan",
    Description: "scans",
    Priority: 3,
    MaxConcurrency: "10",
    MaxErrors: "1",
    CutoffBehavior: "CANCEL_TASK",
    ServiceRoleArn: "arn:aws:iam::123456789012:role/one",
    TaskInvocationParameters: {
      RunCommand: { Comment: "a comment", TimeoutSeconds: 600, Parameters: { Operation: ["Scan"] } },
    },
  };
  function made() {
    const world = account([]);
    const window = {
      Name: "window",
      Schedule: "rate(1 day)",
      Duration: 2,
      Cutoff: 1,
      AllowUnassociatedTargets: false,
    };
    const { WindowId } = call<{ WindowId: string }>(world, "CreateMaintenanceWindow", window);
    const WindowTargetId = String(
      call(world, "RegisterTargetWithMaintenanceWindow", { WindowId, ...target }).WindowTargetId,
    );
    const Targets = [{ Key: "WindowTargetIds", Values: [WindowTargetId] }];
    const registered = call(world, "RegisterTaskWithMaintenanceWindow", { WindowId, Targets, ...task });
    return { world, WindowId, WindowTargetId, Targets, WindowTaskId: String(registered.WindowTaskId) };
  }

  const anyTarget = fc.record(
    {
      Targets: fc.constantFrom(group("others"), [{ Key: "InstanceIds", Values: ["i-1"] }]),
      Name: fc.constant("other"),
      Description: fc.constant("others"),
      OwnerInformation: fc.constant("nobody"),
    },
    { requiredKeys: [] },
  );

  it("a target keeps what is not given, and loses it with Replace", () => {
    fc.assert(
      fc.property(anyTarget, fc.boolean(), (changes, Replace) => {
        const { world, WindowId, WindowTargetId } = made();
        const ids = { WindowId, WindowTargetId };
        const update = () => call(world, "UpdateMaintenanceWindowTarget", { ...ids, ...changes, Replace });
        const { ResourceType, ...before } = target;
        if (Replace && changes.Targets === undefined) {
          expect(errorCode(update)).to.equal("ValidationException");
          return;
        }
        const expected = { ...ids, ...(Replace ? {} : before), ...changes };
        expect(update()).to.deep.equal(expected);
        expect(call(world, "DescribeMaintenanceWindowTargets", { WindowId }).Targets).to.deep.equal([
          { ...expected, ResourceType },
        ]);
      }),
      { numRuns: size(10, 60) },
    );
  });

  const anyTask = fc.record(
    {
      TaskArn: fc.constant("AWS-RunPatchBaseline"),
      Name: fc.constant("other"),
      Description: fc.constant("others"),
      Priority: fc.nat({ max: 5 }),
      MaxConcurrency: fc.constant("20%"),
      MaxErrors: fc.constant("0"),
      CutoffBehavior: fc.constant("CONTINUE_TASK"),
      ServiceRoleArn: fc.constant("arn:aws:iam::123456789012:role/two"),
      TaskInvocationParameters: fc.constant({ RunCommand: { Comment: "only this" } }),
    },
    { requiredKeys: [] },
  );

  it("a task keeps what is not given, but invocation parameters are set as a whole", () => {
    fc.assert(
      fc.property(anyTask, (changes) => {
        const { world, WindowId, WindowTaskId, Targets } = made();
        const ids = { WindowId, WindowTaskId };
        const answer = call(world, "UpdateMaintenanceWindowTask", { ...ids, ...changes });
        const { TaskType, ...before } = task;
        const expected = { ...ids, ...before, Targets, ...changes };
        expect(answer).to.deep.equal(expected);
        expect(call(world, "GetMaintenanceWindowTask", ids)).to.deep.equal({ ...expected, TaskType });
      }),
      { numRuns: size(10, 60) },
    );
  });

  it("a task loses with Replace what is not given, but its type", () => {
    const { world, WindowId, WindowTaskId, Targets } = made();
    const ids = { WindowId, WindowTaskId };
    const needed = { TaskArn: "AWS-RunPatchBaseline", Targets, MaxConcurrency: "1", MaxErrors: "0" };
    for (const name of Object.keys(needed)) {
      const input = { ...ids, ...needed, [name]: undefined, Replace: true };
      expect(
        errorCode(() => call(world, "UpdateMaintenanceWindowTask", input)),
        name,
      ).to.equal("ValidationException");
    }
    call(world, "UpdateMaintenanceWindowTask", { ...ids, ...needed, Replace: true });
    expect(call<GetMaintenanceWindowTaskResult>(world, "GetMaintenanceWindowTask", ids)).to.deep.equal({
      ...ids,
      ...needed,
      TaskType: "RUN_COMMAND",
      Priority: 0,
    });
  });

  it("keep their places, and refuse what could not be registered", () => {
    const { world, WindowId, WindowTargetId, WindowTaskId } = made();
    call(world, "RegisterTargetWithMaintenanceWindow", { WindowId, ...target, Name: "second" });
    call(world, "UpdateMaintenanceWindowTarget", { WindowId, WindowTargetId, Name: "first" });
    const { Targets } = call<{ Targets: { Name: string }[] }>(world, "DescribeMaintenanceWindowTargets", {
      WindowId,
    });
    expect(Targets.map(({ Name }) => Name)).to.deep.equal(["first", "second"]);
    const other = "00000000-0000-4000-8000-000000000000";
    for (const [operation, input, code] of [
      ["UpdateMaintenanceWindowTarget", { WindowTargetId, Targets: [] }, "ValidationException"],
      ["UpdateMaintenanceWindowTarget", { WindowTargetId: other }, "DoesNotExistException"],
      ["DeregisterTargetFromMaintenanceWindow", { WindowTargetId: other }, "DoesNotExistException"],
      ["UpdateMaintenanceWindowTask", { WindowTaskId, Targets: [] }, "ValidationException"],
      ["UpdateMaintenanceWindowTask", { WindowTaskId, TaskArn: "AWS-RunShellScript" }, "NotModelledError"],
      [
        "UpdateMaintenanceWindowTask",
        { WindowTaskId, Targets: [{ Key: "WindowTargetIds", Values: [other] }] },
        "DoesNotExistException",
      ],
      ["UpdateMaintenanceWindowTask", { WindowTaskId: other }, "DoesNotExistException"],
      ["GetMaintenanceWindowTask", { WindowTaskId: other }, "DoesNotExistException"],
      ["DeregisterTaskFromMaintenanceWindow", { WindowTaskId: other }, "DoesNotExistException"],
    ] as const) {
      const text = `${operation} ${JSON.stringify(input)}`;
      expect(
        errorCode(() => call(world, operation, { WindowId, ...input })),
        text,
      ).to.equal(code);
    }
  });

  it("a target that a task refers to goes only if nobody asks for safety", () => {
    const { world, WindowId, WindowTargetId, WindowTaskId } = made();
    const ids = { WindowId, WindowTargetId };
    const deregister = (Safe?: boolean) =>
      errorCode(() =>
        call(world, "DeregisterTargetFromMaintenanceWindow", Safe === undefined ? ids : { ...ids, Safe }),
      );
    expect(deregister(true)).to.equal("TargetInUseException");
    expect(deregister(false)).to.equal("none");
    expect(deregister()).to.equal("DoesNotExistException");
    call(world, "DeregisterTaskFromMaintenanceWindow", { WindowId, WindowTaskId });
    expect(call(world, "DescribeMaintenanceWindowTasks", { WindowId }).Tasks).to.deep.equal([]);
  });
});
