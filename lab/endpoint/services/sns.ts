import { AwsError, refuseOthers } from "../../aws/base/errors.js";
import type { ApiContext, Handlers } from "../operation.js";
import { methods } from "./methods.js";

interface PublishInput {
  readonly TopicArn?: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly MessageStructure?: string;
}

/** The Simple Notification Service. */
export const snsHandlers = {
  Publish: (input: PublishInput, { region, caller }: ApiContext) => {
    refuseOthers("Publish", input, ["Message", "MessageStructure", "Subject", "TopicArn"]);
    const { TopicArn } = input;
    if (TopicArn === undefined) throw new AwsError("InvalidParameterException", "TopicArn is missing.");
    return region.sns.publish({ ...input, TopicArn }, { caller });
  },
  ...methods(({ sns }) => sns, "GetTopicAttributes", "ListSubscriptionsByTopic", "ListTopics"),
} as const satisfies Handlers;
