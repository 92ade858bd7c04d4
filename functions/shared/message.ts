import type { Notice } from "#shared/contract/topicMessage.js";

export type { Notice } from "#shared/contract/topicMessage.js";

/** Tells people, and the programs that listen beside them. */
export interface Notifier {
  publish(message: Notice): Promise<void>;
}
