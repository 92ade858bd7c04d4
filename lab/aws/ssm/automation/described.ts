import type {
  AutomationExecutionMetadata,
  AutomationType,
  AutomationExecution as Described,
} from "@aws-sdk/client-ssm";
import { byText, byTime, type FilterTests } from "../filters.js";
import type { AutomationExecution, StepExecution } from "./execution.js";
import { emptyOutputs } from "./runbook.js";

/** Steps that GetAutomationExecution tells; a parent may have more. */
const mostSteps = 100;
/** Of a value of an output, in the API's model. */
const longestValue = 512;

export function currentStep({ steps }: AutomationExecution): StepExecution | undefined {
  return steps.find((step) => step.status === "InProgress");
}

/** An execution as DescribeAutomationExecutions tells it. */
export function describedMetadata(execution: AutomationExecution): AutomationExecutionMetadata {
  return { ...common(execution), AutomationType: typeOf(execution) };
}

export function typeOf({ plan }: AutomationExecution): AutomationType {
  return plan.locations.length > 0 ? "CrossAccount" : "Local";
}

/** An execution as GetAutomationExecution tells it. */
export function describedExecution(execution: AutomationExecution): Described {
  const { plan, steps } = execution;
  return {
    ...common(execution),
    ...(Object.keys(plan.given).length === 0 ? {} : { Parameters: plan.given }),
    ...(plan.locations.length === 0
      ? {}
      : { TargetLocations: [...plan.locations], ProgressCounters: counters(steps) }),
    StepExecutions: steps.slice(0, mostSteps).map(describedStep),
    StepExecutionsTruncated: steps.length > mostSteps,
  };
}

function common(execution: AutomationExecution) {
  const { id, plan, status, startedAt, endedAt, failure, startedBy, parent, target, steps } = execution;
  const { targets } = plan;
  const current = currentStep(execution);
  const outputs = givenOut(execution);
  return {
    AutomationExecutionId: id,
    DocumentName: plan.documentName,
    DocumentVersion: plan.documentVersion,
    AutomationExecutionStatus: status,
    ExecutionStartTime: new Date(startedAt),
    ...(endedAt === undefined ? {} : { ExecutionEndTime: new Date(endedAt) }),
    ...(failure === undefined ? {} : { FailureMessage: failure }),
    ...(Object.keys(outputs).length === 0 ? {} : { Outputs: outputs }),
    Mode: "Auto" as const,
    ...(parent === undefined ? {} : { ParentAutomationExecutionId: parent }),
    ExecutedBy: startedBy.kind === "role" ? startedBy.arn : startedBy.name,
    ...(current === undefined ? {} : { CurrentStepName: current.name, CurrentAction: current.action }),
    ...(target === undefined ? {} : { Target: target }),
    ...(targets === undefined
      ? {}
      : {
          TargetParameterName: targets.parameter,
          Targets: [targets.target],
          MaxConcurrency: targets.maxConcurrency,
          MaxErrors: targets.maxErrors,
        }),
    ...(targets === undefined || plan.locations.length > 0
      ? {}
      : {
          ResolvedTargets: {
            ParameterValues: steps.slice(0, mostSteps).map(({ name }) => name),
            Truncated: steps.length > mostSteps,
          },
        }),
  };
}

/** What a runbook gives out of its steps; a parent gives nothing. */
function givenOut({ plan, steps }: AutomationExecution): Record<string, string[]> {
  if (plan.targets !== undefined || plan.locations.length > 0) return {};
  const values = emptyOutputs(plan.runbook);
  for (const { name, outputs } of steps)
    for (const [output, value] of Object.entries(outputs)) values[`${name}.${output}`] = value;
  return Object.fromEntries((plan.runbook.outputs ?? []).map((one) => [one, texts(values[one])]));
}

/** Of an empty text, which the API has no place for, nothing is told. */
function texts(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list
    .map((one) => (typeof one === "string" ? one : JSON.stringify(one)))
    .filter((text) => text !== "")
    .map((text) => [...text].slice(0, longestValue).join(""));
}

function counters(steps: readonly StepExecution[]) {
  const count = (status: StepExecution["status"]) => steps.filter((step) => step.status === status).length;
  return {
    TotalSteps: steps.length,
    SuccessSteps: count("Success"),
    FailedSteps: count("Failed"),
    CancelledSteps: count("Cancelled"),
    TimedOutSteps: count("TimedOut"),
  };
}

export function describedStep(step: StepExecution) {
  const { id, name, action, location, status, startedAt, endedAt, inputs, outputs, failure } = step;
  const given = Object.entries(inputs).map(([key, value]) => [key, JSON.stringify(value)]);
  const out = Object.entries(outputs).map(([key, value]) => [key, texts(value)]);
  return {
    StepExecutionId: id,
    StepName: name,
    Action: action,
    StepStatus: status,
    ...(startedAt === undefined ? {} : { ExecutionStartTime: new Date(startedAt) }),
    ...(endedAt === undefined ? {} : { ExecutionEndTime: new Date(endedAt) }),
    ...(startedAt === undefined ? {} : { Inputs: Object.fromEntries(given) as Record<string, string> }),
    ...(out.length === 0 ? {} : { Outputs: Object.fromEntries(out) as Record<string, string[]> }),
    ...(failure === undefined ? {} : { FailureMessage: failure }),
    ...(location === undefined ? {} : { TargetLocation: location }),
  };
}

export const stepFilters: FilterTests<StepExecution> = {
  Action: byText(({ action }) => action),
  ParentStepExecutionId: byText(() => undefined),
  ParentStepIteration: byText(() => undefined),
  ParentStepIteratorValue: byText(() => undefined),
  StartTimeAfter: byTime(({ startedAt = Number.NEGATIVE_INFINITY }) => startedAt, "from"),
  StartTimeBefore: byTime(({ startedAt = Number.POSITIVE_INFINITY }) => startedAt, "before"),
  StepExecutionId: byText(({ id }) => id),
  StepExecutionStatus: byText(({ status }) => status),
  StepName: byText(({ name }) => name),
};
