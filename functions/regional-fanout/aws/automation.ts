import {
  GetAutomationExecutionCommand,
  GetCalendarStateCommand,
  paginateDescribeAutomationStepExecutions,
  type SSMClient,
  StartAutomationExecutionCommand,
  type StepExecution,
} from "@aws-sdk/client-ssm";
import type { StartRequest } from "#shared/contract/runRecord.js";
import { allPages } from "../../shared/aws/clients.js";
import type { RunAutomation } from "../core/evidence.js";
import type { CalendarState } from "../ports.js";

/** Starts an automation. @returns its id */
export async function startAutomation(
  client: SSMClient,
  request: StartRequest,
  abortSignal: AbortSignal,
): Promise<string> {
  const { AutomationExecutionId: id } = await client.send(new StartAutomationExecutionCommand(request), {
    abortSignal,
  });
  if (id === undefined) throw new Error("SSM gave no id of the automation");
  return id;
}

/** State of change calendars together. */
export async function calendarState(
  client: SSMClient,
  names: readonly string[],
  abortSignal: AbortSignal,
): Promise<CalendarState> {
  const found = await client.send(new GetCalendarStateCommand({ CalendarNames: [...names] }), {
    abortSignal,
  });
  return { state: found.State ?? "unknown", nextTransition: found.NextTransitionTime };
}

/** An automation; the steps of one with target locations are its children, each in a Region and an account. */
export async function executionOf(
  client: SSMClient,
  id: string,
  abortSignal: AbortSignal,
): Promise<RunAutomation> {
  const named = { AutomationExecutionId: id };
  const { AutomationExecution: found } = await client.send(new GetAutomationExecutionCommand(named), {
    abortSignal,
  });
  if (found?.AutomationExecutionStatus === undefined)
    throw new Error(`SSM gave no status of the automation ${id}`);
  const steps =
    found.StepExecutionsTruncated === true
      ? await allPages(
          paginateDescribeAutomationStepExecutions({ client, pageSize: 50 }, named, { abortSignal }),
          ({ StepExecutions }) => StepExecutions,
        )
      : (found.StepExecutions ?? []);
  return {
    status: found.AutomationExecutionStatus,
    failureMessage: found.FailureMessage,
    locations: steps.flatMap(locationsOf),
  };
}

function locationsOf(step: StepExecution): RunAutomation["locations"] {
  const { Regions = [], Accounts = [] } = step.TargetLocation ?? {};
  const accounts = Accounts.length === 0 ? [undefined] : Accounts;
  const status: string = step.StepStatus ?? "unknown";
  return Regions.flatMap((region) =>
    accounts.map((account) => ({ region, account, status, failureMessage: step.FailureMessage })),
  );
}
