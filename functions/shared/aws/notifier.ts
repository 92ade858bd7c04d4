import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { type Notice, publication } from "#shared/contract/topicMessage.js";
import type { Notifier } from "../message.js";

/** Publishes to the stack's topic. */
export class TopicNotifier implements Notifier {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
    /** Name of the function. */
    private readonly sentBy: string,
    /** Cuts messages off; without it they are sent whatever time it is. */
    private readonly abortSignal?: AbortSignal,
  ) {}

  async publish(notice: Notice): Promise<void> {
    const { topicArn, sentBy, abortSignal } = this;
    await this.client.send(
      new PublishCommand({ TopicArn: topicArn, ...publication(notice, sentBy) }),
      abortSignal === undefined ? {} : { abortSignal },
    );
  }
}
