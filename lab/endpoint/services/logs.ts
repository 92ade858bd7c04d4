import type { Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** CloudWatch Logs' operations. */
export const logsHandlers = methods(
  ({ logs }) => logs,
  "DescribeLogGroups",
  "DescribeLogStreams",
  "FilterLogEvents",
  "GetLogEvents",
) satisfies Handlers;
