import type { AutomationPlace } from "./automationPlace.js";
import type { AutomationExecution, StepExecution } from "./execution.js";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Tells the bus that an execution has ended. */
export function announceExecution(region: AutomationPlace, execution: AutomationExecution): void {
  const { startedBy } = execution;
  emit(region, execution, "EC2 Automation Execution Status-change Notification", execution, {
    ExecutedBy: startedBy.kind === "role" ? startedBy.arn : startedBy.name,
  });
}

/** Tells the bus that a step has ended. */
export function announceStep(
  region: AutomationPlace,
  execution: AutomationExecution,
  step: StepExecution,
): void {
  const detail = { StepName: step.name, Action: step.action };
  emit(region, execution, "EC2 Automation Step Status-change Notification", step, detail);
}

function emit(
  region: AutomationPlace,
  { id, plan }: AutomationExecution,
  type: string,
  { status, startedAt = 0, endedAt = 0 }: Pick<StepExecution, "status" | "startedAt" | "endedAt">,
  more: Readonly<Record<string, string>>,
): void {
  if (!region.events.listens(type)) return;
  const { documentName, documentVersion } = plan;
  region.events.emit({
    source: "aws.ssm",
    "detail-type": type,
    resources: [
      region.arn("ssm", `automation-execution/${id}`),
      region.arn("ssm", `automation-definition/${documentName}:${documentVersion}`),
    ],
    detail: {
      ExecutionId: id,
      Definition: documentName,
      DefinitionVersion: Number(documentVersion),
      // As the reference of the events has it, where the API has two l.
      Status: status === "Cancelled" ? "Canceled" : status,
      StartTime: eventTime(startedAt),
      EndTime: eventTime(endedAt),
      Time: endedAt - startedAt,
      ...more,
    },
  });
}

/** As these events write a time: `Nov 29, 2024 7:43:25 PM`. */
function eventTime(time: number): string {
  const date = new Date(time);
  const pad = (value: number) => String(value).padStart(2, "0");
  const day = `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  const hour = date.getUTCHours();
  const clock = `${hour % 12 || 12}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  return `${day} ${clock} ${hour < 12 ? "AM" : "PM"}`;
}
