import type { Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** EventBridge Scheduler. */
export const schedulerHandlers = methods(
  ({ scheduler }) => scheduler,
  "CreateSchedule",
  "DeleteSchedule",
  "GetSchedule",
  "GetScheduleGroup",
  "ListSchedules",
) satisfies Handlers;
