import type { Occasion } from "./core/runSummary.js";

/**
 * What an event calls for: a scheduled one of EventBridge says that time has passed, the task of a window names it, and
 * every other one, of any shape, says that something may have changed.
 */
export function occasionOf(event: unknown): Occasion {
  if (typeof event !== "object" || event === null) return "other";
  if ("detail-type" in event && event["detail-type"] === "Scheduled Event") return "hour";
  return "windowId" in event ? "window" : "other";
}
