import { AwsError, NotModelledError } from "../base/errors.js";
import { page } from "../base/page.js";
import type { Caller } from "../iam/evaluate.js";
import { held } from "../model/held.js";
import type { Place } from "../place.js";

/** A message that a topic delivered. */
interface DeliveredMessage {
  readonly at: number;
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** As e-mail has it. */
  readonly text: string;
  /** As an HTTPS endpoint has it, where the publisher made a difference. */
  readonly json?: string;
  /** Endpoints of the topic's subscriptions; empty when nobody subscribes. */
  readonly recipients: readonly string[];
}

/** Limits of a message, of which the model says nothing (API reference, Publish). */
const maxBytes = 262_144;
const subjects = /^[^\p{Cc}]{1,99}$/u;

/** Who publishes, when it is not the owner of the account. */
interface Publisher {
  readonly caller: Caller;
  /**
   * ARN of the alarm or command that the message is about, for services that say so. EventBridge does not: neither key
   * reaches a topic's policy or its key's (SNS guide, key management; EventBridge guide, resource-based policies).
   */
  readonly source?: string;
}

interface Topic {
  /** By the ARNs of the subscriptions. */
  readonly endpoints: Map<string, string>;
  /** ARN of the KMS key that encrypts the messages. */
  keyArn: string | undefined;
}

/** SNS: topics, subscriptions (confirmed at once, but for those that are said to wait) and what was delivered. */
export class Sns {
  private readonly topics = new Map<string, Topic>();
  /** Every message, in the order of time. */
  readonly delivered: DeliveredMessage[] = [];

  /** ARNs of subscriptions that nobody has confirmed: nothing goes there. */
  readonly unconfirmed = new Set<string>();

  constructor(private readonly region: Place) {}

  createTopic(input: { Name: string; Attributes?: { KmsMasterKeyId?: string } }): { TopicArn: string } {
    const arn = this.region.arn("sns", input.Name);
    if (!this.topics.has(arn))
      this.topics.set(arn, { endpoints: new Map(), keyArn: input.Attributes?.KmsMasterKeyId });
    return { TopicArn: arn };
  }

  /** Of a topic's attributes the one that the lab keeps; its policy is IAM's. */
  setKey(topicArn: string, keyArn: string): void {
    this.topic(topicArn).keyArn = keyArn === "" ? undefined : keyArn;
  }

  /** Its subscriptions go with it. */
  deleteTopic({ TopicArn }: { readonly TopicArn: string }): void {
    this.topics.delete(TopicArn);
    this.region.account.iam.deleteResourcePolicy(TopicArn);
  }

  listTopics({ NextToken }: { readonly NextToken?: string }) {
    const { items, token } = page([...this.topics.keys()], { NextToken }, 1, 100);
    return { Topics: items.map((TopicArn) => ({ TopicArn })), ...token };
  }

  listSubscriptionsByTopic(input: { readonly TopicArn: string; readonly NextToken?: string }) {
    const { endpoints } = this.topic(input.TopicArn);
    const { NextToken } = input;
    const { items, token } = page([...endpoints], { NextToken }, 1, 100);
    const Subscriptions = items.map(([arn, Endpoint]) => ({
      SubscriptionArn: this.unconfirmed.has(arn) ? "PendingConfirmation" : arn,
      Owner: this.region.account.id,
      Protocol: "email",
      Endpoint,
      TopicArn: input.TopicArn,
    }));
    return { Subscriptions, ...token };
  }

  /** Texts, as the API has them. A topic that nobody has given a policy has SNS's own (developer guide, access policies). */
  getTopicAttributes({ TopicArn }: { readonly TopicArn: string }) {
    const { endpoints, keyArn } = this.topic(TopicArn);
    const { account } = this.region;
    const own = {
      Sid: "__default_statement_ID",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: ["SNS:GetTopicAttributes", "SNS:Publish", "SNS:Subscribe"],
      Resource: TopicArn,
      Condition: { StringEquals: { "AWS:SourceOwner": account.id } },
    };
    const waiting = [...endpoints.keys()].filter((arn) => this.unconfirmed.has(arn)).length;
    return {
      Attributes: {
        TopicArn,
        Owner: account.id,
        Policy:
          account.iam.resourcePolicy(TopicArn) ?? JSON.stringify({ Version: "2008-10-17", Statement: [own] }),
        SubscriptionsConfirmed: String(endpoints.size - waiting),
        SubscriptionsPending: String(waiting),
        ...(keyArn === undefined ? {} : { KmsMasterKeyId: keyArn }),
      },
    };
  }

  subscribe(input: { TopicArn: string; Protocol: string; Endpoint: string }): { SubscriptionArn: string } {
    if (input.Protocol !== "email") throw new NotModelledError(`SNS subscriptions by ${input.Protocol}`);
    const { endpoints } = this.topic(input.TopicArn);
    const id = this.region.account.ids.uuid(`subscription|${input.TopicArn}|${input.Endpoint}`);
    const SubscriptionArn = `${input.TopicArn}:${id}`;
    endpoints.set(SubscriptionArn, input.Endpoint);
    return { SubscriptionArn };
  }

  /** One that is gone, with its topic say, is no error. */
  unsubscribe({ SubscriptionArn }: { readonly SubscriptionArn: string }): void {
    for (const { endpoints } of this.topics.values()) endpoints.delete(SubscriptionArn);
  }

  /**
   * Publishes a message.
   *
   * @param publisher without it, the account's owner
   * @throws AwsError InvalidParameterException, or AccessDeniedException when the topic's, the key's or the publisher's policies do not allow it
   */
  publish(
    input: { TopicArn: string; Subject?: string; Message: string; MessageStructure?: string },
    publisher?: Publisher,
  ): { MessageId: string } {
    const { TopicArn, Message, Subject, MessageStructure } = held("sns", "Publish", input);
    if (Message === "") throw invalid("Empty message");
    if (Buffer.byteLength(Message) > maxBytes) throw invalid("Message too long");
    if (Subject !== undefined && !subjects.test(Subject)) throw invalid("Subject");
    const topic = this.topic(TopicArn);
    if (publisher !== undefined) this.authorize(input.TopicArn, topic, publisher);
    const bodies = MessageStructure === undefined ? { email: Message } : bodiesOf(Message, MessageStructure);
    const recipients = [...topic.endpoints].flatMap(([arn, to]) => (this.unconfirmed.has(arn) ? [] : [to]));
    this.delivered.push({
      at: this.region.account.clock.now,
      topicArn: input.TopicArn,
      subject: input.Subject,
      text: bodies.email,
      ...(bodies.https === undefined ? {} : { json: bodies.https }),
      recipients,
    });
    return { MessageId: this.region.account.ids.uuid("message") };
  }

  /** Publishes for a service that goes on when it may not; the refusal is kept by IAM. */
  deliver(input: { TopicArn: string; Subject?: string; Message: string }, publisher: Publisher): void {
    try {
      this.publish(input, publisher);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "AccessDeniedException") throw error;
    }
  }

  private authorize(topicArn: string, { keyArn }: Topic, { caller, source }: Publisher): void {
    const { account, name } = this.region;
    const context: Record<string, string> =
      source === undefined ? {} : { "aws:SourceAccount": account.id, "aws:SourceArn": source };
    account.iam.authorize({ caller, action: "sns:Publish", resource: topicArn, context });
    if (keyArn === undefined) return;
    for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
      account.iam.authorize({
        caller,
        action,
        resource: keyArn,
        resourceDecides: true,
        context: {
          ...context,
          "kms:ViaService": `sns.${name}.amazonaws.com`,
          "kms:EncryptionContext:aws:sns:topicArn": topicArn,
        },
      });
    }
  }

  private topic(arn: string): Topic {
    const topic = this.topics.get(arn);
    if (topic === undefined) throw new AwsError("NotFoundException", "Topic does not exist", 404);
    return topic;
  }
}

/** API reference of Publish, MessageStructure: a JSON object with a default, a text, and others by protocol. */
function bodiesOf(message: string, structure: string): { readonly email: string; readonly https?: string } {
  if (structure !== "json") throw invalid("MessageStructure");
  let bodies: unknown;
  try {
    bodies = JSON.parse(message);
  } catch {
    throw invalid("Message Structure - JSON message body failed to parse");
  }
  const of = (protocol: string): string | undefined => {
    const body: unknown =
      typeof bodies === "object" && bodies !== null ? Reflect.get(bodies, protocol) : undefined;
    return typeof body === "string" ? body : undefined;
  };
  const otherwise = of("default");
  if (otherwise === undefined) throw invalid("Message Structure - No default entry in JSON message body");
  return { email: of("email") ?? otherwise, https: of("https") ?? otherwise };
}

function invalid(what: string): AwsError {
  return new AwsError("InvalidParameterException", `Invalid parameter: ${what}`);
}
