import { expect } from "chai";
import type { EventInvokeConfigInput } from "#lab/aws/lambda/function.js";
import { errorCode, hour, minute, monday, second } from "../../support.js";
import { closeAll, type LambdaWorld, roleOf, world } from "./support.js";

const hard = `export const handler = async (event) => {
  if (event.fails) throw new RangeError("hard"); return { event, at: Date.now() }; };`;
const slow = `export const handler = async ({ seconds }) => {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000)); };`;

/** When, in seconds after the start, each try began, and how it ended. */
function tries({ region }: LambdaWorld): [number, string][] {
  return region.lambda.invocations.map(({ startedAt, status }) => [(startedAt - monday) / second, status]);
}

function configure({ region }: LambdaWorld, input: Omit<EventInvokeConfigInput, "FunctionName">): void {
  region.lambda.putFunctionEventInvokeConfig({ FunctionName: "f", ...input });
}

/** A queue as the function's destination for failures. @returns the bodies of what lies in it */
function failures(made: LambdaWorld, more: Omit<EventInvokeConfigInput, "FunctionName"> = {}) {
  const { region } = made;
  region.sqs.createQueue({ QueueName: "failed" });
  const Destination = region.arn("sqs", "failed");
  configure(made, { ...more, DestinationConfig: { OnFailure: { Destination } } });
  return () =>
    region.sqs.messages(Destination).map(({ at, body }) => ({ at: at - monday, ...JSON.parse(body) }));
}

function sum({ region, clock }: LambdaWorld, metric: string): number {
  return region.cloudWatch.metric("AWS/Lambda", metric, "FunctionName", "f").sum(0, clock.now + minute);
}

describe("an asynchronous invocation", () => {
  afterEach(closeAll);

  it("is tried again after one minute and after two, and its end goes to the destination", async () => {
    const made = world();
    const functionArn = made.make(hard);
    const told = failures(made);
    const { requestId } = made.region.lambda.invokeAsync({
      functionArn,
      payload: '{"fails":true}',
      source: "test",
    });
    await made.clock.advanceTo(monday + hour);
    const starts = [0, 60.305, 60.305 + 120 + 0.005];
    expect(tries(made)).to.deep.equal(starts.map((at) => [at, "error"]));
    expect(
      made.region.lambda.invocations.map((one) => [one.attempt, one.requestId, one.source]),
    ).to.deep.equal([1, 2, 3].map((attempt) => [attempt, requestId, "test"]));
    const at = (starts[2] ?? 0) * second + 5;
    const [message] = told();
    const { trace, ...responsePayload } = message.responsePayload;
    expect(trace[0]).to.equal("RangeError: hard");
    expect({ ...message, responsePayload }).to.deep.equal({
      at,
      version: "1.0",
      timestamp: new Date(monday + at).toISOString(),
      requestContext: {
        requestId,
        functionArn: `${functionArn}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: 3,
      },
      requestPayload: { fails: true },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: { errorType: "RangeError", errorMessage: "hard" },
    });
    expect(told()).to.have.length(1);
    expect(
      ["AsyncEventsReceived", "Invocations", "Errors", "AsyncEventsDropped"].map((name) => sum(made, name)),
    ).to.deep.equal([1, 3, 3, 1]);
  });

  it("that waits for a function which is deleted is dropped, and counted", async () => {
    const made = world();
    const functionArn = made.make(hard);
    const told = failures(made);
    made.region.lambda.invokeAsync({ functionArn, payload: '{"fails":true}', source: "test" });
    await made.clock.advanceTo(monday + minute / 2);
    made.region.lambda.deleteFunction({ FunctionName: "f" });
    await made.clock.advanceTo(monday + hour);
    expect([tries(made), sum(made, "AsyncEventsDropped"), told()]).to.deep.equal([[[0, "error"]], 1, []]);
  });

  it("is tried as often as is set, and dies in silence without a destination", async () => {
    for (const [MaximumRetryAttempts, count] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const) {
      const made = world();
      made.make(hard);
      configure(made, { MaximumRetryAttempts });
      made.region.lambda.invokeAsync({ functionArn: "f", payload: '{"fails":true}' });
      await made.clock.advanceTo(monday + hour);
      expect(tries(made)).to.have.length(count);
    }
  });

  it("that succeeds tells of it where it is asked to", async () => {
    const made = world();
    const { region, clock } = made;
    const { TopicArn } = region.sns.createTopic({ Name: "done" });
    const functionArn = made.make(hard);
    configure(made, { DestinationConfig: { OnSuccess: { Destination: TopicArn } } });
    region.lambda.invokeAsync({ functionArn, payload: "[1]" });
    await clock.advanceTo(monday + hour);
    const [message] = region.sns.delivered;
    expect(JSON.parse(message?.text ?? "")).to.deep.include({
      requestPayload: [1],
      responseContext: { statusCode: 200, executedVersion: "$LATEST" },
      responsePayload: { event: [1], at: monday + 305 },
    });
    expect(JSON.parse(message?.text ?? "").requestContext).to.deep.include({
      condition: "Success",
      approximateInvokeCount: 1,
    });
  });

  it("waits while the function has no room: a second, then twice as long each time, five minutes at most", async () => {
    const made = world();
    const { region, clock } = made;
    made.make(slow, { ReservedConcurrentExecutions: 1, Timeout: 900 });
    const told = failures(made);
    for (const seconds of [800, 0])
      region.lambda.invokeAsync({ functionArn: "f", payload: JSON.stringify({ seconds }) });
    await clock.advanceTo(monday + hour);
    const waits = [0, 1, 3, 7, 15, 31, 63, 127, 255, 511];
    expect(tries(made)).to.deep.equal([
      [0, "success"],
      ...waits.map((at) => [at, "throttled"]),
      // After 256 seconds it would wait for 512, so it is 300.
      [811, "success"],
    ]);
    expect([told(), sum(made, "Throttles"), sum(made, "Errors")]).to.deep.equal([[], 10, 0]);
  });

  it("is dropped when it has become too old, whether it waits or is to be tried again", async () => {
    const off = world();
    off.make(slow, { ReservedConcurrentExecutions: 0 });
    const told = failures(off, { MaximumEventAgeInSeconds: 60 });
    const { requestId } = off.region.lambda.invokeAsync({ functionArn: "f", payload: '{"a":1}' });
    await off.clock.advanceTo(monday + hour);
    expect(tries(off).map(([at]) => at)).to.deep.equal([0, 1, 3, 7, 15, 31]);
    expect(told()).to.deep.equal([
      {
        at: minute,
        version: "1.0",
        timestamp: new Date(monday + minute).toISOString(),
        requestContext: {
          requestId,
          functionArn: "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST",
          condition: "EventAgeExceeded",
          approximateInvokeCount: 6,
        },
        requestPayload: { a: 1 },
      },
    ]);

    const later = world();
    later.make(slow, { ReservedConcurrentExecutions: 0 });
    const toldLater = failures(later, { MaximumEventAgeInSeconds: 63 });
    later.region.lambda.invokeAsync({ functionArn: "f", payload: "{}" });
    await later.clock.advanceTo(monday + hour);
    expect(tries(later).map(([at]) => at)).to.deep.equal([0, 1, 3, 7, 15, 31, 63]);
    expect(toldLater().map(({ at }) => at)).to.deep.equal([63 * second]);

    const slowly = world();
    slowly.make(slow.replace("};", `throw new Error("late"); };`), { Timeout: 200 });
    const toldSlowly = failures(slowly, { MaximumEventAgeInSeconds: 60 });
    slowly.region.lambda.invokeAsync({ functionArn: "f", payload: '{"seconds":100}' });
    await slowly.clock.advanceTo(monday + hour);
    expect(toldSlowly()[0]).to.deep.include({ at: 100 * second + 305 });
    expect(toldSlowly()[0].requestContext.condition).to.equal("EventAgeExceeded");

    const failing = world();
    failing.make(hard);
    const dropped = failures(failing, { MaximumEventAgeInSeconds: 181 });
    failing.region.lambda.invokeAsync({ functionArn: "f", payload: '{"fails":true}' });
    await failing.clock.advanceTo(monday + hour);
    expect(tries(failing).map(([at]) => at)).to.deep.equal([0, 60.305, 180.31]);
    expect(dropped()[0].requestContext.condition).to.equal("RetriesExhausted");
    configure(failing, {
      MaximumEventAgeInSeconds: 180,
      DestinationConfig: { OnFailure: { Destination: failing.region.arn("sqs", "failed") } },
    });
    failing.region.lambda.invokeAsync({ functionArn: "f", payload: '{"fails":true}' });
    await failing.clock.advanceTo(monday + 2 * hour);
    expect(tries(failing)).to.have.length(3 + 2);
    expect(dropped()[1]).to.deep.include({ at: hour + 3 * minute });
    expect(dropped()[1].requestContext).to.deep.include({
      condition: "EventAgeExceeded",
      approximateInvokeCount: 2,
    });
  });

  it("whose function has no role fails like one that fails", async () => {
    const made = world();
    made.make(hard, { Role: roleOf(made.region, "of-ec2", [], "ec2.amazonaws.com") });
    made.region.lambda.invokeAsync({ functionArn: "f", payload: "{}" });
    await made.clock.advanceTo(monday + hour);
    expect(tries(made)).to.deep.equal([0, 60, 180].map((at) => [at, "refused"]));
    expect(sum(made, "AsyncEventsDropped")).to.equal(1);
  });

  it("goes on to a function, as the role of the one that failed", async () => {
    const made = world();
    const { region, clock } = made;
    made.make(hard);
    const Destination = made.make(hard, { FunctionName: "next" });
    configure(made, { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination } } });
    region.lambda.invokeAsync({ functionArn: "f", payload: '{"fails":true}' });
    await clock.advanceTo(monday + hour);
    expect(
      region.lambda.invocations.map(({ functionName, source, startedAt }) => [
        functionName,
        source,
        startedAt,
      ]),
    ).to.deep.equal([
      ["f", "event", monday],
      ["next", "destination of f", monday + 305],
    ]);
  });

  it("tells nobody when its role may not, which IAM and a metric show", async () => {
    const log = { Effect: "Allow", Action: "logs:*", Resource: "*" };
    for (const [service, name, action] of [
      ["sqs", "failed", "sqs:SendMessage"],
      ["sns", "failed", "sns:Publish"],
      ["lambda", "function:f", "lambda:InvokeFunction"],
    ] as const) {
      for (const isAllowed of [true, false]) {
        const made = world();
        const { region, clock, account } = made;
        region.sqs.createQueue({ QueueName: "failed" });
        region.sns.createTopic({ Name: "failed" });
        const Destination = region.arn(service, name);
        const may = { Effect: "Allow", Action: action, Resource: Destination };
        made.make(hard, { Role: roleOf(region, "r", isAllowed ? [log, may] : [log]) });
        configure(made, { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination } } });
        region.lambda.invokeAsync({ functionArn: "f", payload: '{"fails":true}' });
        await clock.advanceTo(monday + minute);
        const arrived =
          region.sqs.messages(region.arn("sqs", "failed")).length +
          region.sns.delivered.length +
          region.lambda.invocations.length -
          1;
        expect(arrived, `${service} ${isAllowed}`).to.equal(isAllowed ? 1 : 0);
        const denials = account.iam.denials.map((one) => [one.action, one.resource]);
        expect(denials).to.deep.equal(isAllowed ? [] : [[action, Destination]]);
        expect(sum(made, "DestinationDeliveryFailures")).to.equal(isAllowed ? 0 : 1);
      }
    }
  });

  it("is set up within Lambda's limits, for destinations that the lab knows", () => {
    const made = world();
    made.make(hard);
    const put = (input: Omit<EventInvokeConfigInput, "FunctionName">) =>
      errorCode(() => configure(made, input));
    const on = (Destination: string) => put({ DestinationConfig: { OnFailure: { Destination } } });
    expect([
      ...[0, 2, 3, -1].map((MaximumRetryAttempts) => put({ MaximumRetryAttempts })),
      ...[60, 21_600, 59, 21_601].map((MaximumEventAgeInSeconds) => put({ MaximumEventAgeInSeconds })),
      ...["sqs:us-east-1", "events:us-east-1", "sqs:us-west-2"].map((place) =>
        on(`arn:aws:${place}:123456789012:a`),
      ),
    ]).to.deep.equal([
      ...["none", "none", "ValidationException", "ValidationException"],
      ...["none", "none", "ValidationException", "ValidationException"],
      ...["none", "NotModelledError", "NotModelledError"],
    ]);
    expect(errorCode(() => made.region.lambda.invokeAsync({ functionArn: "g", payload: "{}" }))).to.equal(
      "ResourceNotFoundException",
    );
  });

  it("that the lab itself cannot run stops time, and says why", async () => {
    const made = world();
    made.make("", {
      code: async () => {
        throw new Error("no such bundle");
      },
    });
    made.region.lambda.invokeAsync({ functionArn: "f", payload: "{}" });
    const problem = await made.clock.advanceTo(monday + hour).catch((error: Error) => error.message);
    expect(problem).to.equal("no such bundle");

    const other = world();
    other.make(hard);
    const Destination = `${other.make(hard, { FunctionName: "g" })}:live`;
    configure(other, { DestinationConfig: { OnSuccess: { Destination } } });
    other.region.lambda.invokeAsync({ functionArn: "f", payload: "{}" });
    const cause = await other.clock.advanceTo(monday + hour).catch((error: Error) => error.message);
    expect(cause).to.equal("the lab does not model the version or alias live of g");
  });
});
