import { z } from "zod";

const texts = z.array(z.string());

/**
 * A custom notification as Amazon Q Developer in chat applications takes it; nothing else is shown.
 *
 * @see Amazon Q Developer in chat applications, administrator guide, "Custom notifications", Event schema and Parameter details
 */
export const chatNotification = z.strictObject({
  version: z.literal("1.0"),
  source: z.literal("custom"),
  id: z.string().optional(),
  content: z.strictObject({
    textType: z.literal("client-markdown").optional(),
    title: z.string().optional(),
    description: z.string().min(1),
    nextSteps: texts.optional(),
    keywords: texts.optional(),
  }),
  metadata: z
    .strictObject({
      threadId: z.string().optional(),
      summary: z.string().optional(),
      eventType: z.string().optional(),
      relatedResources: texts.optional(),
      additionalContext: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});
