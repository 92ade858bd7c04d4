import {
  GetMaintenanceWindowCommand,
  paginateDescribeMaintenanceWindowExecutions,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { allPages } from "../aws/clients.js";
import type { WindowState } from "./ends.js";

/** Milliseconds: a window is open for 24 hours at most, and one more for clocks. */
const longest = 25 * 60 * 60_000;

/** How long a maintenance window is open, and since when it is. @param now epoch milliseconds */
export async function windowState(
  client: SSMClient,
  WindowId: string,
  now: number,
  abortSignal: AbortSignal,
): Promise<WindowState> {
  const { Duration, Cutoff } = await client.send(new GetMaintenanceWindowCommand({ WindowId }), {
    abortSignal,
  });
  if (Duration === undefined || Cutoff === undefined)
    throw new Error(`SSM gave no length of the window ${WindowId}`);
  const after = new Date(now - longest).toISOString().replace(/\.\d+Z$/, "Z");
  const Filters = [{ Key: "ExecutedAfter", Values: [after] }];
  const executions = await allPages(
    paginateDescribeMaintenanceWindowExecutions({ client }, { WindowId, Filters }, { abortSignal }),
    ({ WindowExecutions }) => WindowExecutions,
  );
  const opened = executions.flatMap(({ Status, StartTime }) =>
    Status === "IN_PROGRESS" && StartTime !== undefined ? [StartTime.getTime()] : [],
  );
  const openedAt = opened.length === 0 ? undefined : Math.max(...opened);
  return { durationHours: Duration, cutoffHours: Cutoff, openedAt };
}
