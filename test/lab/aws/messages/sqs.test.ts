import { expect } from "chai";
import { account, day, errorCode, hour, minute, monday } from "../../support.js";
import { topicForServices } from "../../topicSupport.js";

const arn = "arn:aws:sqs:us-east-1:123456789012:q";
const keyArn = "arn:aws:kms:us-east-1:123456789012:key/k";

/** Lets IAM allow a service actions on a resource by the resource's own policy. */
function permit(
  world: ReturnType<typeof account>,
  resource: string,
  service: string,
  ...actions: string[]
): void {
  const statement = {
    ...{ Effect: "Allow", Principal: { Service: service }, Action: actions, Resource: "*" },
    Condition: { ArnLike: { "aws:SourceArn": "arn:aws:events:us-east-1:123456789012:rule/r" } },
  };
  const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  world.account.iam.putResourcePolicy(resource, document);
}

const sender = {
  caller: { kind: "service", name: "events.amazonaws.com" },
  source: "arn:aws:events:us-east-1:123456789012:rule/r",
} as const;

describe("SQS", () => {
  it("keeps what is sent to a queue, by its address or its ARN", async () => {
    const { region, clock } = account([]);
    const { sqs } = region;
    const { QueueUrl } = sqs.createQueue({ QueueName: "q" });
    expect(QueueUrl).to.equal("https://sqs.us-east-1.amazonaws.com/123456789012/q");
    const first = sqs.sendMessage({ QueueUrl, MessageBody: "one" });
    await clock.advanceTo(monday + minute);
    const second = sqs.sendMessage({ QueueUrl: arn, MessageBody: "two" });
    expect(sqs.messages(arn)).to.deep.equal([
      { messageId: first.MessageId, at: monday, body: "one" },
      { messageId: second.MessageId, at: monday + minute, body: "two" },
    ]);
    expect(first.MessageId)
      .to.match(/^[0-9a-f-]{36}$/)
      .and.not.equal(second.MessageId);
    expect(sqs.all).to.deep.equal([arn]);
  });

  it("takes messages from those alone who may send, and use the key", () => {
    for (const [queue, key, code] of [
      [["sqs:SendMessage"], ["kms:GenerateDataKey", "kms:Decrypt"], "none"],
      [["sqs:ReceiveMessage"], ["kms:GenerateDataKey", "kms:Decrypt"], "AccessDeniedException"],
      [["sqs:SendMessage"], ["kms:GenerateDataKey"], "AccessDeniedException"],
      [["sqs:SendMessage"], ["kms:Decrypt"], "AccessDeniedException"],
      [["sqs:SendMessage"], undefined, "none"],
    ] as const) {
      const world = account([]);
      const { sqs } = world.region;
      const Attributes = key === undefined ? {} : { KmsMasterKeyId: keyArn };
      sqs.createQueue({ QueueName: "q", Attributes });
      permit(world, arn, "events.amazonaws.com", ...queue);
      if (key !== undefined) permit(world, keyArn, "events.amazonaws.com", ...key);
      const send = (by: object) =>
        errorCode(() => sqs.sendMessage({ QueueUrl: arn, MessageBody: "x" }, { ...sender, ...by }));
      expect(send({}), `${queue} ${key}`).to.equal(code);
      expect(sqs.messages(arn)).to.have.length(code === "none" ? 1 : 0);
      expect(send({ source: "arn:aws:events:us-east-1:123456789012:rule/other" })).to.equal(
        "AccessDeniedException",
      );
    }
  });

  it("measures how many messages lie in a queue, for alarms, until their time is over", async () => {
    const world = account([]);
    const { region, clock } = world;
    const TopicArn = topicForServices(region, "alarms");
    region.sqs.createQueue({ QueueName: "q", Attributes: { MessageRetentionPeriod: 86_400 } });
    const alarm = {
      ...{ Namespace: "AWS/SQS", MetricName: "ApproximateNumberOfMessagesVisible" },
      Dimensions: [{ Name: "QueueName", Value: "q" }],
      ...{ Statistic: "Maximum", ComparisonOperator: "GreaterThanOrEqualToThreshold" },
      ...{ TreatMissingData: "notBreaching", Period: 300, AlarmActions: [TopicArn] },
    };
    region.cloudWatch.putMetricAlarm({ ...alarm, AlarmName: "any", Threshold: 1, EvaluationPeriods: 1 });
    region.cloudWatch.putMetricAlarm({ ...alarm, AlarmName: "lasting", Threshold: 2, EvaluationPeriods: 3 });
    expect(
      errorCode(() =>
        region.cloudWatch.putMetricAlarm({
          ...{ ...alarm, AlarmName: "sum", Statistic: "Sum", Threshold: 1, EvaluationPeriods: 1 },
        }),
      ),
    ).to.equal("NotModelledError");
    const send = () => void region.sqs.sendMessage({ QueueUrl: arn, MessageBody: "x" });
    clock.at(monday + hour, send);
    clock.at(monday + 2 * hour, send);
    clock.at(monday + 3 * day, send);
    await clock.advanceTo(monday + 5 * day);
    const heard = region.sns.delivered.map(({ at, subject }) => [
      (at - monday) / minute,
      subject?.split('"')[1],
    ]);
    expect(heard).to.deep.equal([
      [61, "any"],
      // Two messages lie there for three periods.
      [131, "lasting"],
      // Both were gone by then, and the alarm with them.
      [3 * 1440 + 1, "any"],
    ]);
    const metric = region.cloudWatch.metric(
      "AWS/SQS",
      "ApproximateNumberOfMessagesVisible",
      "QueueName",
      "q",
    );
    const at = (time: number) => metric.highest(monday + time, monday + time + minute);
    expect([
      at(0),
      at(hour),
      at(2 * hour),
      at(day + hour - minute),
      at(day + hour),
      at(day + 2 * hour),
    ]).to.deep.equal([0, 1, 2, 2, 1, 0]);
    const sent = region.cloudWatch.metric("AWS/SQS", "NumberOfMessagesSent", "QueueName", "q");
    expect(sent.sum(0, clock.now)).to.equal(3);
  });

  it("refuses queues that there are not, and such as the lab does not know", () => {
    const { sqs } = account([]).region;
    expect([
      errorCode(() => sqs.sendMessage({ QueueUrl: arn, MessageBody: "x" })),
      errorCode(() => sqs.messages(arn)),
      errorCode(() => sqs.createQueue({ QueueName: "q.fifo" })),
      errorCode(() => sqs.createQueue({ QueueName: "q", Attributes: { FifoQueue: true } })),
    ]).to.deep.equal(["QueueDoesNotExist", "QueueDoesNotExist", "NotModelledError", "NotModelledError"]);
  });
});
