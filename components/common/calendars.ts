import { shown } from "#shared/text/quotes.js";
import type { AwsContext } from "./awsContext.js";
import { arn, type Statement } from "./policies.js";
import { type Check, listProblems } from "./problems.js";

/** Most calendars of a window: they stand in the payload of its task. */
const maxCalendars = 10;

/** What is wrong with the Change Calendars of a window. */
export function calendarsProblems(path: string): Check<readonly string[]> {
  return (calendars) => listProblems(path, calendars, calendarReason, maxCalendars);
}

function calendarReason(calendar: string): string | undefined {
  if (/^(arn:[\w-]+:ssm:[\w-]+:\d{12}:document\/)?[a-zA-Z0-9_\-.]{3,128}$/.test(calendar)) return undefined;
  return `got ${shown(calendar)}; allowed is the name of a Change Calendar, 3 to 128 of a-z A-Z 0-9 _ - and a dot, or its ARN.`;
}

/** The right to ask calendars: by name in the own account and Region, by ARN anywhere. */
export function calendarStatements(calendars: readonly string[], context: AwsContext): Statement[] {
  if (calendars.length === 0) return [];
  return [
    {
      Sid: "AskCalendars",
      Effect: "Allow",
      Action: "ssm:GetCalendarState",
      Resource: calendars.map((calendar) =>
        calendar.startsWith("arn:")
          ? calendar
          : arn(context, { service: "ssm", resource: `document/${calendar}` }),
      ),
    },
  ];
}
