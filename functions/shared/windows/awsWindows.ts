import {
  paginateDescribeMaintenanceWindowExecutions,
  paginateDescribeMaintenanceWindows,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { allPages } from "../aws/clients.js";
import type { WindowPorts } from "./watch.js";

/** Windows of a page: more than the 50 that an account has in a Region unless it has asked for more. */
const pageSize = 100;

/** The maintenance windows of a Region. */
export function awsWindows(client: SSMClient): Pick<WindowPorts, "list" | "hasEnded"> {
  return {
    list: async () => {
      const pages = paginateDescribeMaintenanceWindows({ client }, { MaxResults: pageSize });
      const windows = await allPages(pages, ({ WindowIdentities }) => WindowIdentities);
      return windows.map(({ WindowId = "", Name = "", Enabled = false, Duration = 0, ...window }) => ({
        id: WindowId,
        name: Name,
        isEnabled: Enabled,
        durationHours: Duration,
        schedule: JSON.stringify([
          window.Schedule,
          window.ScheduleTimezone,
          window.ScheduleOffset,
          window.StartDate,
          window.EndDate,
        ]),
        next: window.NextExecutionTime,
      }));
    },
    hasEnded: async (id, since) => {
      const filter = { Key: "ExecutedAfter", Values: [new Date(since).toISOString()] };
      const pages = paginateDescribeMaintenanceWindowExecutions(
        { client },
        { WindowId: id, Filters: [filter] },
      );
      const executions = await allPages(pages, ({ WindowExecutions }) => WindowExecutions);
      return executions.some(
        ({ EndTime, Status }) => EndTime !== undefined && Status !== "SKIPPED_OVERLAPPING",
      );
    },
  };
}
