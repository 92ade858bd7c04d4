import { AwsError, refuseOthers } from "../../aws/base/errors.js";
import type { ApiContext, Handlers } from "../operation.js";
import { methods } from "./methods.js";

const maxBytes = 262_144;

interface PublishInput {
  readonly TopicArn?: string;
  readonly Subject?: string;
  readonly Message: string;
}

const invalid = (what: string): AwsError => new AwsError("InvalidParameterException", what);

/** The Simple Notification Service. */
export const snsHandlers = {
  Publish: (input: PublishInput, { region, caller }: ApiContext) => {
    refuseOthers("Publish", input, ["Message", "Subject", "TopicArn"]);
    const { TopicArn, Message } = input;
    if (TopicArn === undefined) throw invalid("TopicArn is missing.");
    if (Message === "") throw invalid("Empty message");
    if (Buffer.byteLength(Message) > maxBytes) throw invalid("Message too long");
    return region.sns.publish({ ...input, TopicArn }, { caller });
  },
  ...methods(({ sns }) => sns, "ListTopics"),
} as const satisfies Handlers;
