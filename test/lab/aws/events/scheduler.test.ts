import type { CreateScheduleInput } from "@aws-sdk/client-scheduler";
import { expect } from "chai";
import { account, errorCode, monday, second } from "../../support.js";

const roleName = "schedules";
const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:stop";
const group = "arn:aws:scheduler:us-east-1:123456789012:schedule-group/ends";

/** A group, a role that may call a function that there is not, and a queue that takes what is left. */
function world({ trusted = group, may = "lambda:InvokeFunction" } = {}) {
  const made = account([]);
  const { region, clock } = made;
  const { iam } = region.account;
  const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  const { Role } = iam.createRole({
    RoleName: roleName,
    AssumeRolePolicyDocument: document({
      ...{ Effect: "Allow", Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole" },
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012", "aws:SourceArn": trusted } },
    }),
  });
  const queue = region.arn("sqs", "kept");
  iam.putRolePolicy({
    RoleName: roleName,
    PolicyName: "own",
    PolicyDocument: document(
      { Effect: "Allow", Action: may, Resource: functionArn },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue },
    ),
  });
  region.sqs.createQueue({ QueueName: "kept" });
  region.scheduler.createScheduleGroup({ Name: "ends" });
  const called: { readonly at: number; readonly payload: string }[] = [];
  region.lambda.invokeAsync = ({ payload }) => {
    called.push({ at: clock.now, payload });
    return { requestId: "1" };
  };
  const input = (changes: Partial<CreateScheduleInput> = {}): CreateScheduleInput => ({
    Name: "run-stop",
    GroupName: "ends",
    ScheduleExpression: `at(${new Date(monday + 3_600_000).toISOString().slice(0, 19)})`,
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "DELETE",
    Target: { Arn: functionArn, RoleArn: Role.Arn, Input: '{"a":1}', DeadLetterConfig: { Arn: queue } },
    ...changes,
  });
  return { ...made, called, input, queue, scheduler: region.scheduler };
}

describe("a one-off schedule", () => {
  it("calls its function within the minute that it names, once, and is gone", async () => {
    const { scheduler, input, called, clock } = world();
    scheduler.createSchedule(input());
    expect(scheduler.names).to.deep.equal(["ends/run-stop"]);
    await clock.advanceTo(monday + 3_600_000 - 1);
    expect(called).to.deep.equal([]);
    await clock.advanceTo(monday + 3_600_000 + 60 * second);
    // User guide, schedule types: invoked within the 60 seconds from the time that it says.
    expect(called).to.deep.equal([{ at: monday + 3_600_000 + 59 * second, payload: '{"a":1}' }]);
    expect(scheduler.names).to.deep.equal([]);
  });

  it("that is deleted, or not told to delete itself, does what it says", async () => {
    const { scheduler, input, called, clock } = world();
    scheduler.createSchedule(input());
    scheduler.createSchedule(input({ Name: "stays", ActionAfterCompletion: "NONE" }));
    scheduler.deleteSchedule({ Name: "run-stop", GroupName: "ends" });
    expect(errorCode(() => scheduler.getSchedule({ Name: "run-stop", GroupName: "ends" }))).to.equal(
      "ResourceNotFoundException",
    );
    await clock.advanceTo(monday + 2 * 3_600_000);
    expect(called).to.have.lengthOf(1);
    expect(scheduler.getSchedule({ Name: "stays", GroupName: "ends" })).to.deep.include({
      ScheduleExpression: input().ScheduleExpression,
      State: "ENABLED",
    });
  });

  for (const [what, changes, code] of [
    ["a name that is taken", {}, "ConflictException"],
    ["a group that there is not", { GroupName: "other" }, "ResourceNotFoundException"],
    [
      "a time that is over",
      { Name: "b", ScheduleExpression: "at(2020-01-01T00:00:00)" },
      "ValidationException",
    ],
    ["no time", { Name: "b", ScheduleExpression: "at(tomorrow)" }, "ValidationException"],
    ["a schedule that comes again", { Name: "b", ScheduleExpression: "rate(5 minutes)" }, "NotModelledError"],
    ["a flexible window", { Name: "b", FlexibleTimeWindow: { Mode: "FLEXIBLE" } }, "NotModelledError"],
  ] as const) {
    it(`is refused with ${what}`, () => {
      const { scheduler, input } = world();
      scheduler.createSchedule(input());
      expect(errorCode(() => scheduler.createSchedule(input(changes)))).to.equal(code);
    });
  }

  it("is refused with a role that Scheduler may not take on", () => {
    const { scheduler, input } = world({
      trusted: "arn:aws:scheduler:us-east-1:123456789012:schedule-group/x",
    });
    expect(errorCode(() => scheduler.createSchedule(input()))).to.equal("ValidationException");
  });

  it("whose role may not call the function leaves its message in the queue", async () => {
    const { scheduler, input, called, clock, region, queue } = world({ may: "lambda:GetFunction" });
    scheduler.createSchedule(input());
    await clock.advanceTo(monday + 2 * 3_600_000);
    expect(called).to.deep.equal([]);
    expect(region.sqs.messages(queue).map(({ body }) => body)).to.deep.equal(['{"a":1}']);
  });
});
