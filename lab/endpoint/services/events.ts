import type { Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** EventBridge's rules on the default bus. */
export const eventsHandlers = methods(
  ({ events }) => events,
  "DisableRule",
  "EnableRule",
  "ListRules",
  "ListTargetsByRule",
) satisfies Handlers;
