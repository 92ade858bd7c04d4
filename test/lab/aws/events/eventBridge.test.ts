import { expect } from "chai";
import { Account } from "#lab/aws/account.js";
import { AwsError } from "#lab/aws/base/errors.js";
import { noFaults } from "#lab/faults/faults.js";
import { account, day, errorCode, minute, monday, second, type World } from "../../support.js";
import { topicForServices } from "../../topicSupport.js";

const EventPattern = JSON.stringify({ source: ["aws.ssm"], detail: { status: ["FAILED"] } });

function withRule(): { world: World; TopicArn: string; emit: (status: string) => void } {
  const world = account([]);
  const { events } = world.region;
  const TopicArn = topicForServices(world.region, "failures");
  events.putRule({ Name: "failed", EventPattern });
  const emit = (status: string) =>
    events.emit({ source: "aws.ssm", "detail-type": "Test", resources: [], detail: { status, id: 7 } });
  return { world, TopicArn, emit };
}

describe("EventBridge", () => {
  it("sends an event to the targets of the rules that it fits", () => {
    const { world, TopicArn, emit } = withRule();
    const { events, sns } = world.region;
    expect(events.putTargets({ Rule: "failed", Targets: [{ Id: "topic", Arn: TopicArn }] })).to.deep.equal({
      FailedEntryCount: 0,
    });
    emit("SUCCESS");
    emit("FAILED");
    expect(sns.delivered).to.have.length(1);
    const { id, ...event } = JSON.parse(sns.delivered[0]?.text ?? "");
    expect(id).to.match(/^[0-9a-f-]{36}$/);
    expect(event).to.deep.equal({
      version: "0",
      account: "123456789012",
      time: new Date(monday).toISOString(),
      region: "us-east-1",
      source: "aws.ssm",
      "detail-type": "Test",
      resources: [],
      detail: { status: "FAILED", id: 7 },
    });
  });

  it("writes a message from the event's fields", () => {
    const { world, TopicArn, emit } = withRule();
    const InputTransformer = {
      InputPathsMap: { status: "$.detail.status", id: "$.detail.id", none: "$.detail.none.deeper" },
      InputTemplate: "<status> of <id>, <none>, <unknown>",
    };
    world.region.events.putTargets({
      Rule: "failed",
      Targets: [{ Id: "topic", Arn: TopicArn, InputTransformer }],
    });
    emit("FAILED");
    expect(world.region.sns.delivered[0]?.text).to.equal('FAILED of 7, "", <unknown>');
  });

  it("keeps the targets of a rule that is put again, and one target per id", () => {
    const { world, TopicArn, emit } = withRule();
    const { events, sns } = world.region;
    const Targets = [{ Id: "topic", Arn: TopicArn }];
    events.putTargets({ Rule: "failed", Targets });
    events.putTargets({ Rule: "failed", Targets });
    const { RuleArn } = events.putRule({ Name: "failed", EventPattern: '{"source":["aws.ssm"]}' });
    expect(RuleArn).to.equal("arn:aws:events:us-east-1:123456789012:rule/failed");
    emit("SUCCESS");
    expect(sns.delivered).to.have.length(1);
  });

  it("refuses targets of unknown rules and of other services", () => {
    const { world } = withRule();
    const put = (Rule: string, Arn: string) =>
      errorCode(() => world.region.events.putTargets({ Rule, Targets: [{ Id: "x", Arn }] }));
    expect(put("other", "arn:aws:sns:us-east-1:1:x")).to.equal("ResourceNotFoundException");
    expect(put("failed", "arn:aws:states:us-east-1:1:stateMachine:x")).to.equal("NotModelledError");
    expect(put("failed", "arn:aws:lambda:us-west-2:1:function:x")).to.equal("NotModelledError");
  });

  it("knows whether anybody listens to a kind of event", () => {
    const listens = (...patterns: string[]) => {
      const { events } = account([]).region;
      patterns.forEach((pattern, index) => {
        events.putRule({ Name: `rule-${index}`, EventPattern: pattern });
      });
      return events.listens("Test");
    };
    expect(listens()).to.equal(false);
    expect(listens('{"detail-type":["Other"]}')).to.equal(false);
    expect(listens('{"detail-type":["Other"]}', '{"detail-type":["Test"]}')).to.equal(true);
    expect(listens('{"detail-type":[{"prefix":"T"}]}')).to.equal(true);
    expect(listens('{"source":["aws.ssm"]}')).to.equal(true);
  });
});

/** Lets a rule call upon a function or a queue. */
function allow({ account: { iam } }: World, action: string, resource: string, rule: string): void {
  const statement = {
    ...{
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: action,
      Resource: resource,
    },
    Condition: { ArnLike: { "aws:SourceArn": `arn:aws:events:us-east-1:123456789012:rule/${rule}` } },
  };
  iam.putResourcePolicy(resource, JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
}

/** A rule with a schedule and a queue as its target, and the minutes after the start at which it has sent what. */
async function scheduled(ScheduleExpression: string, days: number, input = {}) {
  const world = account([]);
  const { events, sqs } = world.region;
  sqs.createQueue({ QueueName: "q" });
  const Arn = world.region.arn("sqs", "q");
  allow(world, "sqs:SendMessage", Arn, "r");
  await world.clock.advanceTo(monday + 30 * second);
  events.putRule({ Name: "r", ScheduleExpression });
  events.putTargets({ Rule: "r", Targets: [{ Id: "q", Arn, ...input }] });
  await world.clock.advanceTo(monday + days * day);
  const messages = sqs.messages(Arn);
  return { world, messages, minutes: messages.map(({ at }) => (at - monday) / minute) };
}

describe("a rule with a schedule", () => {
  it("sends an event at each of its times, in UTC", async () => {
    const { messages, minutes } = await scheduled("cron(15 */12 * * ? *)", 1);
    expect(minutes).to.deep.equal([15, 12 * 60 + 15]);
    const { id, ...event } = JSON.parse(messages[0]?.body ?? "");
    expect(id).to.match(/^[0-9a-f-]{36}$/);
    expect(event).to.deep.equal({
      ...{ version: "0", "detail-type": "Scheduled Event", source: "aws.events", account: "123456789012" },
      ...{ time: new Date(monday + 15 * minute).toISOString(), region: "us-east-1", detail: {} },
      resources: ["arn:aws:events:us-east-1:123456789012:rule/r"],
    });
    expect((await scheduled("rate(8 hours)", 1)).minutes).to.deep.equal(
      [8, 16].map((hours) => hours * 60 + 0.5),
    );
  });

  it("sends what its target asks for in the event's place", async () => {
    const { messages } = await scheduled("rate(1 day)", 2, { Input: '{"a":1}' });
    expect(messages.map(({ body }) => body)).to.deep.equal(['{"a":1}']);
  });

  it("follows its new schedule alone when it is put again", async () => {
    const { world, messages } = await scheduled("rate(1 hour)", 0.1);
    expect(messages).to.have.length(2);
    world.region.events.putRule({ Name: "r", ScheduleExpression: "rate(1 day)" });
    await world.clock.advanceTo(monday + 1.2 * day);
    expect(messages).to.have.length(3);
    expect(world.region.events.listens("Scheduled Event")).to.equal(false);
    world.region.events.emit({ source: "x", "detail-type": "Scheduled Event", resources: [], detail: {} });
    expect(messages).to.have.length(3);
  });

  it("is one that EventBridge takes", () => {
    const { events } = account([]).region;
    const put = (input: object) => errorCode(() => events.putRule({ Name: "r", ...input }));
    for (const [ScheduleExpression, code] of [
      ["rate(5 minutes)", "none"],
      ["cron(0 4 ? * SUN *)", "none"],
      ["rate(1 minute)", "NotModelledError"],
      ["rate(4 minutes)", "NotModelledError"],
      ["rate(1 minutes)", "ValidationException"],
      ["cron(0 4 * * * *)", "ValidationException"],
      ["cron(0 0 4 ? * SUN *)", "ValidationException"],
      ["at(2026-07-01T00:00:00)", "ValidationException"],
      ["hourly", "ValidationException"],
    ] as const) {
      expect(put({ ScheduleExpression }), ScheduleExpression).to.equal(code);
    }
    expect(put({})).to.equal("ValidationException");
    expect(put({ EventPattern: "{}", State: "DISABLED" })).to.equal("NotModelledError");
  });
});

describe("a rule whose target is a function", () => {
  /** A rule for a function that stands in for itself. */
  function rule(delays: readonly number[] = [1000]) {
    const clock = account([]).clock;
    const asked: object[] = [];
    const onDelivery = (event: object) => {
      asked.push(event);
      return delays;
    };
    const made = new Account(clock, { source: "test", catalogs: [], nodes: [] }, 1, {
      ...noFaults,
      onDelivery,
    });
    const region = made.region("us-east-1");
    const invoked: object[] = [];
    region.lambda.invokeAsync = (request) => {
      invoked.push({ ...request, payload: JSON.parse(request.payload), at: clock.now - monday });
      return { requestId: "" };
    };
    const Arn = region.arn("lambda", "function:f");
    region.events.putRule({ Name: "r", EventPattern: '{"source":["x"]}' });
    region.events.putTargets({ Rule: "r", Targets: [{ Id: "f", Arn, Input: '{"b":2}' }] });
    const emit = () => region.events.emit({ source: "x", "detail-type": "d", resources: [], detail: {} });
    const failed = () =>
      region.cloudWatch.metric("AWS/Events", "FailedInvocations", "RuleName", "r").sum(0, clock.now + minute);
    return { world: { account: made } as World, region, clock, invoked, asked, emit, failed, Arn };
  }

  it("invokes it after a while, as often as the event is delivered", async () => {
    const { world, clock, invoked, asked, emit, failed, Arn } = rule([2500, 100]);
    allow(world, "lambda:InvokeFunction", Arn, "r");
    emit();
    await clock.advanceTo(monday + minute);
    const request = { functionArn: Arn, payload: { b: 2 }, source: "rule r" };
    expect(invoked).to.deep.equal([
      { ...request, at: 100 },
      { ...request, at: 2500 },
    ]);
    expect(asked).to.deep.equal([{ functionName: "f", time: monday }]);
    expect(failed()).to.equal(0);
  });

  it("fails without the function's permission for this rule, or without the function", async () => {
    for (const allowed of [undefined, "other", "r"]) {
      const { world, region, clock, invoked, emit, failed, Arn } = rule();
      if (allowed !== undefined) allow(world, "lambda:InvokeFunction", Arn, allowed);
      if (allowed === "r") {
        region.lambda.invokeAsync = () => {
          throw new AwsError("ResourceNotFoundException", "Function not found", 404);
        };
      }
      emit();
      await clock.advanceTo(monday + minute);
      expect([invoked, failed()]).to.deep.equal([[], 1]);
      expect(world.account.iam.denials.map(({ action }) => action)).to.deep.equal(
        allowed === "r" ? [] : ["lambda:InvokeFunction"],
      );
    }
  });
});

describe("SNS", () => {
  it("delivers to those who subscribed by then, in the order of time", async () => {
    const world = account([]);
    const { sns } = world.region;
    const { TopicArn } = sns.createTopic({ Name: "topic" });
    expect(sns.createTopic({ Name: "topic" }).TopicArn).to.equal(TopicArn);
    sns.publish({ TopicArn, Message: "to nobody" });
    const { SubscriptionArn } = sns.subscribe({ TopicArn, Protocol: "email", Endpoint: "ops@example.com" });
    expect(SubscriptionArn.startsWith(`${TopicArn}:`)).to.equal(true);
    await world.clock.advanceTo(monday + 5);
    sns.publish({ TopicArn, Subject: "subject", Message: "to one" });
    sns.createTopic({ Name: "topic" });
    sns.publish({ TopicArn, Message: "to one still" });
    const common = { topicArn: TopicArn, recipients: ["ops@example.com"], at: monday + 5 };
    expect(sns.delivered).to.deep.equal([
      { topicArn: TopicArn, recipients: [], at: monday, subject: undefined, text: "to nobody" },
      { ...common, subject: "subject", text: "to one" },
      { ...common, subject: undefined, text: "to one still" },
    ]);
  });

  it("refuses unknown topics and ways to subscribe that it does not know", () => {
    const { sns } = account([]).region;
    const TopicArn = "arn:aws:sns:us-east-1:123456789012:none";
    expect(errorCode(() => sns.publish({ TopicArn, Message: "m" }))).to.equal("NotFoundException");
    expect(errorCode(() => sns.subscribe({ TopicArn, Protocol: "email", Endpoint: "a@b.c" }))).to.equal(
      "NotFoundException",
    );
    expect(errorCode(() => sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint: "a" }))).to.equal(
      "NotModelledError",
    );
  });
});
