import { expect } from "chai";
import { account, errorCode, monday, topicForServices, type World } from "../support.js";

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
    expect(put("failed", "arn:aws:lambda:us-east-1:1:function:x")).to.equal("NotModelledError");
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
    expect(errorCode(() => sns.publish({ TopicArn, Message: "" }))).to.equal("NotFoundException");
    expect(errorCode(() => sns.subscribe({ TopicArn, Protocol: "email", Endpoint: "a@b.c" }))).to.equal(
      "NotFoundException",
    );
    expect(errorCode(() => sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint: "a" }))).to.equal(
      "NotModelledError",
    );
  });
});
