import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Notice, Notifier } from "../message.js";

/** Publishes to the stack's topic. */
export class TopicNotifier implements Notifier {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
    /** Cuts messages off; without it they are sent whatever time it is. */
    private readonly abortSignal?: AbortSignal,
  ) {}

  async publish({ subject, text }: Notice): Promise<void> {
    const { topicArn, abortSignal } = this;
    await this.client.send(
      new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: text }),
      abortSignal === undefined ? {} : { abortSignal },
    );
  }
}
