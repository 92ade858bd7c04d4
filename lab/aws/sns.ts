import { AwsError, NotModelledError } from "./errors.js";
import type { Region } from "./region.js";

/** A message that a topic delivered. */
export interface DeliveredMessage {
  readonly at: number;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly text: string;
  /** Endpoints of the topic's subscriptions; empty when nobody subscribes. */
  readonly recipients: readonly string[];
}

/** SNS: topics, subscriptions (confirmed at once) and what was delivered. */
export class Sns {
  private readonly topics = new Map<string, string[]>();
  /** Every message, in the order of time. */
  readonly delivered: DeliveredMessage[] = [];

  constructor(private readonly region: Region) {}

  createTopic({ Name }: { Name: string }): { TopicArn: string } {
    const arn = this.region.arn("sns", Name);
    if (!this.topics.has(arn)) this.topics.set(arn, []);
    return { TopicArn: arn };
  }

  subscribe(input: { TopicArn: string; Protocol: string; Endpoint: string }): { SubscriptionArn: string } {
    if (input.Protocol !== "email") throw new NotModelledError(`SNS subscriptions by ${input.Protocol}`);
    this.topic(input.TopicArn).push(input.Endpoint);
    return {
      SubscriptionArn: `${input.TopicArn}:${this.region.account.ids.uuid(`subscription|${input.TopicArn}|${input.Endpoint}`)}`,
    };
  }

  publish(input: { TopicArn: string; Subject?: string; Message: string }): { MessageId: string } {
    const recipients = [...this.topic(input.TopicArn)];
    this.delivered.push({
      at: this.region.account.clock.now,
      topicArn: input.TopicArn,
      subject: input.Subject,
      text: input.Message,
      recipients,
    });
    return { MessageId: this.region.account.ids.uuid("message") };
  }

  private topic(arn: string): string[] {
    const topic = this.topics.get(arn);
    if (topic === undefined) throw new AwsError("NotFoundException", "Topic does not exist", 404);
    return topic;
  }
}
