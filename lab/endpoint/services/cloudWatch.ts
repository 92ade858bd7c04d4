import type { Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** CloudWatch: alarms as they stand, and what metrics came to. */
export const cloudWatchHandlers = methods(
  ({ cloudWatch }) => cloudWatch.descriptions,
  "DescribeAlarms",
  "GetMetricData",
) satisfies Handlers;
