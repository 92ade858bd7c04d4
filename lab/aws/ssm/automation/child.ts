import type { AutomationPlace } from "./automationPlace.js";
import type { Beginning } from "./execution.js";

/** A child that a parent may begin, and where. */
export interface Child {
  readonly region: AutomationPlace;
  readonly beginning: Pick<Beginning, "plan" | "assume" | "target">;
}
