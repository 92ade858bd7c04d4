import { AwsError, NotModelledError } from "../base/errors.js";
import type { CloudWatch } from "../cloudwatch/cloudWatch.js";
import type { Caller } from "../iam/evaluate.js";
import { held } from "../model/held.js";
import type { Place } from "../place.js";

/** Where queues are, and who is told of their metrics. */
type Needs = Place & { readonly cloudWatch: CloudWatch };

/** CreateQueue's input, as far as the lab models queues, with values in the place of texts. */
interface QueueInput {
  readonly QueueName: string;
  readonly Attributes?: Attributes & { readonly FifoQueue?: boolean };
}

interface Attributes {
  /** Seconds. */
  readonly MessageRetentionPeriod?: number;
  /** ARN of the KMS key that encrypts the messages. */
  readonly KmsMasterKeyId?: string;
}

interface AttributesRequest {
  readonly QueueUrl: string;
  readonly AttributeNames?: readonly string[];
}

/** Who sends, when it is not the owner of the account. */
interface Sender {
  readonly caller: Caller;
  /** ARN of what a service sends for. */
  readonly source?: string;
}

/** A message that lies in a queue, or did until its time was over: in the lab nobody takes one out. */
interface QueuedMessage {
  readonly messageId: string;
  readonly at: number;
  readonly body: string;
}

interface Queue {
  readonly name: string;
  retention: number;
  keyArn: string | undefined;
  readonly messages: QueuedMessage[];
  visible: number;
}

/** SQS: queues, and what lies in them. */
export class Sqs {
  private readonly queues = new Map<string, Queue>();

  constructor(private readonly region: Needs) {}

  createQueue({ QueueName, Attributes = {} }: QueueInput): { readonly QueueUrl: string } {
    if (Attributes.FifoQueue === true || QueueName.endsWith(".fifo")) {
      throw new NotModelledError(`the FIFO queue ${QueueName}`);
    }
    const { MessageRetentionPeriod = 4 * 86_400, KmsMasterKeyId } = Attributes;
    this.queues.set(this.arn(QueueName), {
      name: QueueName,
      retention: MessageRetentionPeriod * 1000,
      keyArn: KmsMasterKeyId,
      messages: [],
      visible: 0,
    });
    return { QueueUrl: this.urlOf(QueueName) };
  }

  /** Changes those attributes of a queue that are given. */
  setQueueAttributes(arn: string, { MessageRetentionPeriod, KmsMasterKeyId }: Attributes): void {
    const queue = this.queue(arn);
    if (MessageRetentionPeriod !== undefined) queue.retention = MessageRetentionPeriod * 1000;
    if (KmsMasterKeyId !== undefined) queue.keyArn = KmsMasterKeyId;
  }

  /** What lies in it goes with it. */
  deleteQueue(arn: string): void {
    this.queue(arn);
    this.queues.delete(arn);
    this.region.account.iam.deleteResourcePolicy(arn);
  }

  /** @throws AwsError QueueDoesNotExist */
  getQueueUrl({ QueueName }: { readonly QueueName: string }): { readonly QueueUrl: string } {
    this.queue(this.arn(QueueName));
    return { QueueUrl: this.urlOf(QueueName) };
  }

  /** Texts, as the API has them; only those that are asked for. */
  getQueueAttributes({ QueueUrl, AttributeNames = [] }: AttributesRequest) {
    const arn = this.arn(QueueUrl.replace(/^.*\//, ""));
    const { visible, retention, keyArn } = this.queue(arn);
    const Policy = this.region.account.iam.resourcePolicy(arn);
    const all: Readonly<Record<string, string>> = {
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesDelayed: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      MessageRetentionPeriod: String(retention / 1000),
      QueueArn: arn,
      ...(Policy === undefined ? {} : { Policy }),
      ...(keyArn === undefined ? {} : { KmsMasterKeyId: keyArn }),
    };
    const asked = Object.entries(all).filter(
      ([name]) => AttributeNames.includes("All") || AttributeNames.includes(name),
    );
    return asked.length === 0 ? {} : { Attributes: Object.fromEntries(asked) };
  }

  /** All messages that have been sent to a queue, in the order of time. */
  messages(queueArn: string): readonly QueuedMessage[] {
    return this.queue(queueArn).messages;
  }

  /** ARNs of the queues. */
  get all(): string[] {
    return [...this.queues.keys()];
  }

  /**
   * Puts a message into a queue, which may be named by its ARN too.
   *
   * @param sender without it, the account's owner
   * @throws AwsError when there is no such queue, or the queue's, its key's or the sender's policies do not allow it
   */
  sendMessage(
    message: { readonly QueueUrl: string; readonly MessageBody: string },
    sender?: Sender,
  ): { readonly MessageId: string } {
    const { QueueUrl, MessageBody } = held("sqs", "SendMessage", message);
    const { account, cloudWatch } = this.region;
    const arn = QueueUrl.startsWith("arn:") ? QueueUrl : this.arn(QueueUrl.replace(/^.*\//, ""));
    const queue = this.queue(arn);
    if (sender !== undefined) this.authorize(arn, queue, sender);
    const messageId = account.ids.uuid(`message|${arn}`);
    const { clock } = account;
    queue.messages.push({ messageId, at: clock.now, body: MessageBody });
    const visible = cloudWatch.metric(
      "AWS/SQS",
      "ApproximateNumberOfMessagesVisible",
      "QueueName",
      queue.name,
    );
    cloudWatch.metric("AWS/SQS", "NumberOfMessagesSent", "QueueName", queue.name).add(1);
    visible.set(++queue.visible);
    clock.at(clock.now + queue.retention, () => visible.set(--queue.visible));
    return { MessageId: messageId };
  }

  private authorize(arn: string, { keyArn }: Queue, { caller, source }: Sender): void {
    const { account, name } = this.region;
    const context = {
      "aws:RequestedRegion": name,
      ...(source === undefined ? {} : { "aws:SourceAccount": account.id, "aws:SourceArn": source }),
    };
    account.iam.authorize({ caller, action: "sqs:SendMessage", resource: arn, context });
    if (keyArn === undefined) return;
    for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
      const viaQueue = { ...context, "kms:ViaService": `sqs.${name}.amazonaws.com` };
      account.iam.authorize({ caller, action, resource: keyArn, resourceDecides: true, context: viaQueue });
    }
  }

  private urlOf(name: string): string {
    return `https://sqs.${this.region.name}.amazonaws.com/${this.region.account.id}/${name}`;
  }

  private arn(name: string): string {
    return this.region.arn("sqs", name);
  }

  private queue(arn: string): Queue {
    const queue = this.queues.get(arn);
    if (queue !== undefined) return queue;
    throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
  }
}
