import type { Occasion } from "./core/runSummary.js";

/**
 * What an event calls for: a scheduled one of EventBridge says that time has passed, every other one, of any shape, that
 * something may have changed.
 */
export function occasionOf(event: unknown): Occasion {
  const isScheduled =
    typeof event === "object" &&
    event !== null &&
    "detail-type" in event &&
    event["detail-type"] === "Scheduled Event";
  return isScheduled ? "hour" : "other";
}
