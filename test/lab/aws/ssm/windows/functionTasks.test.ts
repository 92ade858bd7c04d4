import { expect } from "chai";
import { AwsError } from "#lab/aws/base/errors.js";
import { account, day, errorCode, group, minute, monday, node, type World } from "#test/lab/support.js";
import { execution, maintenanceWindow } from "#test/lab/windowSupport.js";
import { call } from "../support.js";
import { addFunction, ends, functions, opens } from "./functionSupport.js";

const later = monday + day - 1;
const role = "arn:aws:iam::123456789012:role/window";
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

/** A role that SSM may take on and that may call functions. */
function windowRole({ account: { iam } }: World, resource: string, service = "ssm.amazonaws.com"): void {
  const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const AssumeRolePolicyDocument = document({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
  });
  iam.createRole({ RoleName: "window", AssumeRolePolicyDocument });
  const PolicyDocument = document({ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: resource });
  iam.putRolePolicy({ RoleName: "window", PolicyName: "call", PolicyDocument });
}
const bytes = (text: string) => new TextEncoder().encode(text);
const payload = (text: string) => ({ TaskInvocationParameters: { Lambda: { Payload: bytes(text) } } });
describe("a window's LAMBDA task", () => {
  it("calls its function once, as its role, with what SSM knows of the run in the payload", async () => {
    const world = account([]);
    windowRole(world, arnOf("exclude"));
    const calls = functions(world, { exclude: { minutes: 3, payload: '{"ok":true}' } });
    const window = maintenanceWindow(world, { tasks: [] });
    const names = [
      "WINDOW_ID",
      "WINDOW_TASK_ID",
      "WINDOW_EXECUTION_ID",
      "TASK_EXECUTION_ID",
      "INVOCATION_ID",
      "WINDOW_TARGET_ID",
      "TARGET_ID",
      "RESOURCE_ID",
      "TARGET_TYPE",
      "constructor",
    ];
    const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, `{{${name}}} {{ ${name} }}`])));
    const taskId = addFunction(world, window, "exclude", { ServiceRoleArn: role, ...payload(text) });
    await world.clock.advanceTo(later);
    const found = execution(window);
    const [task] = found.tasks;
    const [run] = task?.runs ?? [];
    expect(calls).to.have.length(1);
    expect(calls[0]).to.include({ functionArn: arnOf("exclude"), at: opens });
    expect(calls[0]).not.to.have.property("clientContext");
    expect(calls[0]?.source).to.contain(found.id);
    const known = new Map([
      ["WINDOW_ID", window.id],
      ["WINDOW_TASK_ID", taskId],
      ["WINDOW_EXECUTION_ID", found.id],
      ["TASK_EXECUTION_ID", task?.id],
      ["INVOCATION_ID", run?.id],
    ]);
    expect(JSON.parse(calls[0]?.payload ?? "")).to.deep.equal(
      Object.fromEntries(
        names.map((name) => {
          const value = known.get(name);
          return [name, value === undefined ? `{{${name}}} {{ ${name} }}` : `${value} ${value}`];
        }),
      ),
    );
    expect(found).to.include({ status: "SUCCESS", statusDetails: "", endedAt: opens + 3 * minute });
    expect(world.account.iam.denials).to.deep.equal([]);
    const ids = { WindowExecutionId: found.id, TaskId: task?.id };
    expect(call(world, "DescribeMaintenanceWindowExecutionTaskInvocations", ids)).to.deep.equal({
      WindowExecutionTaskInvocationIdentities: [
        {
          WindowExecutionId: found.id,
          TaskExecutionId: task?.id,
          InvocationId: run?.id,
          TaskType: "LAMBDA",
          Parameters: JSON.stringify({ functionArn: arnOf("exclude"), payload: calls[0]?.payload }),
          Status: "SUCCESS",
          StatusDetails: "",
          StartTime: new Date(opens),
          EndTime: new Date(opens + 3 * minute),
        },
      ],
    });
  });

  for (const [what, TaskArn, Lambda, functionArn] of [
    ["a name", "SSM-f", {}, arnOf("SSM-f")],
    ["an ARN", arnOf("SSM-f"), {}, arnOf("SSM-f")],
    ["a qualifier", "SSM-f", { Qualifier: "live" }, `${arnOf("SSM-f")}:live`],
    ["an ARN with its alias", `${arnOf("f")}:SSM-live`, {}, `${arnOf("f")}:SSM-live`],
    ["a client context", "SSM-f", { ClientContext: "e30=" }, arnOf("SSM-f")],
  ] as [string, string, { ClientContext?: string }, string][]) {
    it(`finds its function by ${what}`, async () => {
      const world = account([]);
      const calls = functions(world);
      const window = maintenanceWindow(world, { tasks: [] });
      addFunction(world, window, TaskArn, { TaskInvocationParameters: { Lambda } });
      await world.clock.advanceTo(later);
      expect(calls.map((one) => one.functionArn)).to.deep.equal([functionArn]);
      expect(calls[0]?.clientContext).to.equal(Lambda.ClientContext);
      expect(calls[0]?.payload).to.equal("");
      expect(execution(window).status).to.equal("SUCCESS");
    });
  }

  for (const [what, behaviour, details] of [
    [
      "its function fails",
      { functionError: "Unhandled", payload: '{"errorMessage":"boom"}', minutes: 1 },
      'Unhandled: {"errorMessage":"boom"}',
    ],
    [
      "Lambda does not take the call",
      { rejects: new AwsError("TooManyRequestsException", "Rate Exceeded.", 429), minutes: 1 },
      "TooManyRequestsException: Rate Exceeded.",
    ],
  ] as const) {
    it(`fails when ${what}, and the tasks after it run all the same`, async () => {
      const world = account([node({ patchGroup: "servers" })]);
      functions(world, { "SSM-f": behaviour });
      const window = maintenanceWindow(world, { tasks: [{ priority: 5 }] });
      addFunction(world, window, "SSM-f", { Priority: 0 });
      await world.clock.advanceTo(later);
      const found = execution(window);
      expect(found).to.include({ status: "FAILED", statusDetails: details });
      expect(ends(found)).to.deep.equal([
        ["SUCCESS", 1],
        ["FAILED", 1],
      ]);
      expect(found.tasks.map(({ statusDetails }) => statusDetails)).to.deep.equal(["", details]);
    });
  }

  it("fails at once when Lambda refuses the call at once, and does not keep the next task waiting", async () => {
    const world = account([node({ patchGroup: "servers" })]);
    const invoke = async () => {
      throw new AwsError("ResourceNotFoundException", "Function not found", 404);
    };
    Object.assign(world.region.lambda, { invoke });
    const window = maintenanceWindow(world, { tasks: [{ priority: 5 }] });
    addFunction(world, window, "SSM-f", { Priority: 0 });
    for (let minutes = 1; minutes < 9; minutes++) world.clock.at(opens + minutes * minute, () => undefined);
    await world.clock.advanceTo(later);
    expect(execution(window)).to.include({
      status: "FAILED",
      statusDetails: "ResourceNotFoundException: Function not found",
      endedAt: opens,
    });
    expect(ends(execution(window))).to.deep.equal([
      ["SUCCESS", 0],
      ["FAILED", 0],
    ]);
  });

  for (const [what, prepare, action, TaskArn] of [
    [
      "its role may not call the function",
      (world) => windowRole(world, arnOf("other")),
      "lambda:InvokeFunction",
      "SSM-f",
    ],
    [
      "SSM may not take the role on",
      (world) => windowRole(world, "*", "ec2.amazonaws.com"),
      "sts:AssumeRole",
      "SSM-f",
    ],
    ["there is no such role", () => undefined, "sts:AssumeRole", "SSM-f"],
    [
      "its role may only call the function without a version",
      (world) => windowRole(world, arnOf("f")),
      "lambda:InvokeFunction",
      "f:1",
    ],
  ] as [string, (world: World) => void, string, string][]) {
    it(`fails when ${what}, without a call`, async () => {
      const world = account([]);
      prepare(world);
      const calls = functions(world);
      const window = maintenanceWindow(world, { tasks: [] });
      addFunction(world, window, TaskArn, { ServiceRoleArn: role });
      await world.clock.advanceTo(later);
      expect(calls).to.deep.equal([]);
      expect(execution(window).status).to.equal("FAILED");
      expect(execution(window).statusDetails).to.match(/^AccessDenied/);
      expect(world.account.iam.denials.map((denial) => denial.action)).to.deep.equal([action]);
    });
  }

  it("without a role is SSM's own, which calls functions named SSM… and no others", async () => {
    const world = account([]);
    const calls = functions(world);
    const window = maintenanceWindow(world, { tasks: [] });
    for (const name of ["SSM-f", "exclude", "exclude:SSM-live"]) addFunction(world, window, name);
    await world.clock.advanceTo(later);
    expect(calls.map(({ functionArn }) => functionArn)).to.deep.equal([
      arnOf("SSM-f"),
      arnOf("exclude:SSM-live"),
    ]);
    expect(execution(window).tasks.map(({ status }) => status)).to.deep.equal([
      "SUCCESS",
      "FAILED",
      "SUCCESS",
    ]);
  });
});

describe("the registration of a LAMBDA task", () => {
  const refused = (changes: object) => {
    const world = account([]);
    const window = maintenanceWindow(world, { tasks: [] });
    return errorCode(() => addFunction(world, window, "f", changes));
  };

  for (const [what, changes, code] of [
    ["nothing but the function", {}, "none"],
    ["a priority of 0", { Priority: 0 }, "none"],
    ["4,096 bytes", payload("x".repeat(4096)), "none"],
    ["an error limit", { MaxErrors: "1" }, "ValidationException"],
    ["a concurrency", { MaxConcurrency: "1" }, "ValidationException"],
    ["a command's parameters", { TaskInvocationParameters: { RunCommand: {} } }, "ValidationException"],
    [
      "something that is no function",
      { TaskArn: "arn:aws:sns:us-east-1:123456789012:x" },
      "ValidationException",
    ],
    ["an alarm", { AlarmConfiguration: { Alarms: [{ Name: "a" }] } }, "NotModelledError"],
  ] as const) {
    it(`${code === "none" ? "takes" : "refuses"} ${what}`, () => {
      expect(refused(changes)).to.equal(code);
    });
  }

  it("refuses more than 4,096 bytes, also from those whom no model holds back", () => {
    const world = account([]);
    const { id: WindowId } = maintenanceWindow(world, { tasks: [] });
    const register = (count: number) => () =>
      world.region.windows.registerTaskWithMaintenanceWindow({
        WindowId,
        TaskType: "LAMBDA",
        TaskArn: "f",
        ...payload("x".repeat(count)),
      });
    expect(register(4096)).not.to.throw();
    expect(register(4097)).to.throw("A task's payload has at most 4096 bytes, got 4097");
  });

  it("says of rates what AWS says, on an update too", () => {
    const world = account([]);
    const window = maintenanceWindow(world, { tasks: [] });
    const WindowTaskId = addFunction(world, window, "f", payload("{}"));
    const ids = { WindowId: window.id, WindowTaskId };
    expect(() => call(world, "UpdateMaintenanceWindowTask", { ...ids, MaxErrors: "2" })).to.throw(
      "Maintenance window tasks without targets do not support MaxErrors/MaxConcurrency values",
    );
    const answer = call(world, "UpdateMaintenanceWindowTask", { ...ids, Priority: 4 });
    expect(answer).to.deep.include({ Priority: 4, MaxErrors: "1", ...payload("{}") });
  });

  it("with the targets of its window is what the lab does not model", () => {
    const world = account([]);
    const window = maintenanceWindow(world, { tasks: [] });
    const target = { WindowId: window.id, ResourceType: "INSTANCE", Targets: group("a") };
    const { WindowTargetId } = call(world, "RegisterTargetWithMaintenanceWindow", target);
    const Targets = [{ Key: "WindowTargetIds", Values: [String(WindowTargetId)] }];
    const rates = { MaxConcurrency: "1", MaxErrors: "0" };
    expect(errorCode(() => addFunction(world, window, "f", { Targets, ...rates }))).to.equal(
      "NotModelledError",
    );
  });
});
