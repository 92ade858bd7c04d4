import { CancelMaintenanceWindowExecutionCommand, SSMClient } from "@aws-sdk/client-ssm";
import { parseCalendarCall } from "#shared/contract/windowCalendars.js";
import { calendarState } from "../shared/aws/calendars.js";
import { clientSettings } from "../shared/aws/clients.js";
import { deadlineIn, type InvocationContext } from "../shared/invocation.js";
import { jsonLog } from "../shared/log.js";
import { type CalendarVerdict, keepCalendars } from "./core/calendarGate.js";

/** Share of the function's time after which no calendar is asked any more, so that the window can still be cancelled. */
const enough = 0.6;

const ssm = new SSMClient(clientSettings);

/**
 * Cancels an opening of a scan or install window whose calendars are not all open, before a node is reached.
 *
 * @throws Error when it goes on and should not, so that the alarm goes off
 */
export async function handler(event: unknown, context: InvocationContext): Promise<CalendarVerdict> {
  const call = parseCalendarCall(event);
  const signal = deadlineIn(Math.max(1, Math.floor(context.getRemainingTimeInMillis() * enough)));
  const verdict = await keepCalendars(
    {
      calendarState: (names, until) => calendarState(ssm, names, until),
      cancelExecution: async (WindowExecutionId) => {
        await ssm.send(new CancelMaintenanceWindowExecutionCommand({ WindowExecutionId }));
      },
    },
    call,
    signal,
  );
  jsonLog(process.stdout).info("calendars", { ...call, ...verdict });
  return verdict;
}
