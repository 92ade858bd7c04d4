import type { Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** What queues tell of themselves. */
export const sqsHandlers = methods(({ sqs }) => sqs, "GetQueueAttributes", "GetQueueUrl") satisfies Handlers;
