import { expect } from "chai";
import { account } from "../../support.js";

describe("a message that a target does not take", () => {
  /** A rule whose queue lets nobody send, with another queue for what is lost. */
  async function lost(isAllowed: boolean) {
    const world = account([]);
    const { events, sqs, cloudWatch } = world.region;
    const [Arn, kept] = ["q", "kept"].map((name) => world.region.arn("sqs", name)) as [string, string];
    for (const QueueName of ["q", "kept"]) sqs.createQueue({ QueueName });
    const source = "arn:aws:events:us-east-1:123456789012:rule/r";
    const Statement = {
      ...{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" } },
      ...{ Action: "sqs:SendMessage", Resource: kept },
      Condition: { ArnEquals: { "aws:SourceArn": source } },
    };
    // EventBridge guide, "Granting permissions to the dead-letter queue".
    if (isAllowed)
      world.account.iam.putResourcePolicy(kept, JSON.stringify({ Version: "2012-10-17", Statement }));
    events.putRule({ Name: "r", ScheduleExpression: "rate(1 day)" });
    events.putTargets({ Rule: "r", Targets: [{ Id: "q", Arn, DeadLetterConfig: { Arn: kept } }] });
    await world.clock.advanceTo(world.clock.now + 25 * 3_600_000);
    const count = (metric: string) =>
      cloudWatch.metric("AWS/Events", metric, "RuleName", "r").sum(0, world.clock.now + 60_000);
    return {
      lies: sqs.messages(kept).length,
      counts: ["FailedInvocations", "InvocationsSentToDlq", "InvocationsFailedToBeSentToDlq"].map(count),
    };
  }

  it("goes to the target's queue for such messages", async () => {
    expect(await lost(true)).to.deep.equal({ lies: 1, counts: [1, 1, 0] });
  });

  it("is counted as lost where that queue does not take it either", async () => {
    expect(await lost(false)).to.deep.equal({ lies: 0, counts: [1, 0, 1] });
  });
});
