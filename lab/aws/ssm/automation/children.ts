import type { StartAutomationExecutionRequest } from "@aws-sdk/client-ssm";
import { AwsError } from "../../base/errors.js";
import type { Caller } from "../../iam/evaluate.js";
import { held } from "../../model/held.js";
import { concurrencyOf, errorLimitOf } from "../commands/rateControl.js";
import type { AutomationPlace } from "./automationPlace.js";
import type { Child } from "./child.js";
import type { AutomationExecution, Beginning, StepExecution, StepRun } from "./execution.js";
import { pendingStep } from "./execution.js";
import { authorizeStart, locatedChild, pairsOf } from "./locations.js";
import { Ramp } from "./ramp.js";
import { type AutomationPlan, boundTo } from "./request.js";
import { resolvedTargets } from "./targets.js";

/** Children that go under one rate control, each with the parent's step that stands for it. */
interface Batch {
  readonly steps: readonly StepExecution[];
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  /** What the step begins; throws AwsError for one that cannot be. */
  readonly child: (place: number, caller: Caller) => Child;
}

/** The children of an execution for each of its targets, or for each of its locations. */
function batchesOf(
  region: AutomationPlace,
  execution: AutomationExecution,
  caller: Caller,
): readonly Batch[] {
  const { plan, id } = execution;
  const { ids } = region.account;
  const step = (name: string, more: Partial<Pick<StepExecution, "location" | "inputs">> = {}) => {
    const { location, inputs = {} } = more;
    const made = { id: ids.uuid(`automation step|${id}|${name}`), name, action: "aws:executeAutomation" };
    return pendingStep({ ...made, ...(location === undefined ? {} : { location }) }, inputs);
  };
  if (plan.locations.length > 0) {
    return plan.locations.map((location) => {
      const pairs = pairsOf(location);
      const inputs = { DocumentName: plan.documentName, RuntimeParameters: plan.given };
      return {
        steps: pairs.map((pair) =>
          step(`${pair.account}-${pair.region}`, { location: pair.location, inputs }),
        ),
        maxConcurrency: location.TargetLocationMaxConcurrency ?? "1",
        maxErrors: location.TargetLocationMaxErrors ?? "0",
        child: (place, admin) => locatedChild(region, plan, location, pairs[place], admin),
      };
    });
  }
  const { targets } = plan;
  if (targets === undefined) return [];
  const values = resolvedTargets(region, caller, plan, targets);
  const { Key, Values = [] } = targets.target;
  if (values.length === 0)
    throw new AwsError("InvalidTarget", `The target ${Key} ${Values.join(", ")} selects no resource.`);
  return [
    {
      steps: values.map((value) => step(value, { inputs: { [targets.parameter]: value } })),
      maxConcurrency: targets.maxConcurrency,
      maxErrors: targets.maxErrors,
      child: (place) => {
        const target = values[place] ?? "";
        authorizeStart(runbookPlace(region, plan), region, { plan, caller, roleArn: plan.roleArn });
        return { region, beginning: { plan: boundTo(plan, targets, target), assume: () => caller, target } };
      },
    },
  ];
}

function runbookPlace(region: AutomationPlace, { sharedFrom }: AutomationPlan): AutomationPlace {
  if (sharedFrom === undefined) return region;
  return region.account.account(sharedFrom.accountId)?.region(sharedFrom.region) ?? region;
}

/** A parent: runs a child for each of its targets or locations, so many at once, until it is done or too many failed. */
export class ChildrenRun implements StepRun {
  private readonly ramps: Ramp[] = [];
  /** The children that run, and how to stop each. */
  private readonly running = new Map<StepExecution, () => void>();
  private isCancelled = false;

  constructor(
    private readonly region: AutomationPlace,
    readonly execution: AutomationExecution,
    private readonly assume: Beginning["assume"],
    private readonly listener: RunListener,
  ) {}

  start(): void {
    const { id } = this.execution;
    this.execution.status = "InProgress";
    try {
      const caller = this.assume(this.region.arn("ssm", `automation-execution/${id}`));
      const batches = batchesOf(this.region, this.execution, caller);
      this.execution.steps = batches.flatMap(({ steps }) => steps);
      const rampOf = ({ steps: { length }, maxConcurrency, maxErrors }: Batch) =>
        new Ramp(length, concurrencyOf(maxConcurrency, length), errorLimitOf(maxErrors, length));
      this.ramps.push(...batches.map(rampOf));
      for (const [place, batch] of batches.entries()) this.go(batch, this.ramps[place], caller);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.end("Failed", error.message);
    }
  }

  cancel(): void {
    this.isCancelled = true;
    for (const ramp of this.ramps) ramp.stop();
    for (const stop of [...this.running.values()]) stop();
    this.end("Cancelled");
  }

  complete(): void {
    for (const ramp of this.ramps) ramp.stop();
    if (this.running.size === 0) this.end("Success");
  }

  /** Begins whatever may begin, and ends when nothing is left. */
  private go(batch: Batch, ramp: Ramp | undefined, caller: Caller): void {
    if (ramp === undefined || this.isCancelled) return;
    for (const place of ramp.begin()) this.launch(batch, place, caller, ramp);
    if (!this.ramps.every(({ isOver }) => isOver) || this.execution.endedAt !== undefined) return;
    const failed = this.execution.steps.filter(
      ({ endedAt, status }) => endedAt !== undefined && status !== "Success",
    );
    if (!this.ramps.some(({ hasFailed }) => hasFailed)) this.end("Success");
    else this.end("Failed", `${failed.length} of ${this.execution.steps.length} child automations failed.`);
  }

  private launch(batch: Batch, place: number, caller: Caller, ramp: Ramp): void {
    const step = batch.steps[place];
    if (step === undefined) throw new RangeError(`${this.execution.id} has no child ${place}`);
    const { clock } = this.region.account;
    step.status = "InProgress";
    step.startedAt = clock.now;
    const ended = (status: StepExecution["status"], failure?: string) => {
      this.running.delete(step);
      step.status = status;
      step.failure = failure;
      step.endedAt = clock.now;
      this.listener.onStep(step);
      ramp.ended(status !== "Success");
      this.go(batch, ramp, caller);
    };
    try {
      const { region, beginning } = batch.child(place, caller);
      held("ssm", "StartAutomationExecution", startOf(beginning.plan));
      const { id, stop } = region.automation.begin({
        ...beginning,
        startedBy: this.execution.startedBy,
        parent: this.execution.id,
        onEnd: ({ status, failure }) => {
          step.outputs = { ...step.outputs, Status: status };
          const denied = beginning.target === undefined ? undefined : unseen(region, caller, id);
          if (denied === undefined) ended(status, failure);
          else ended("Failed", denied);
        },
      });
      step.outputs = { ExecutionId: id };
      this.running.set(step, stop);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.running.set(step, () => ended("Cancelled"));
      // Not at once: a thousand refusals in a row would be a thousand calls deep.
      clock.at(clock.now, () => {
        if (this.running.has(step)) ended("Failed", error.message);
      });
    }
  }

  private end(status: StepExecution["status"], failure?: string): void {
    this.execution.status = status;
    this.execution.failure = failure;
    this.execution.endedAt = this.region.account.clock.now;
    this.listener.onEnd();
  }
}

/** A parent follows its children with the role that it begins them as (Automation actions reference, child automations). */
function unseen(region: AutomationPlace, caller: Caller, id: string): string | undefined {
  const context = { "aws:RequestedRegion": region.name };
  for (const action of ["ssm:GetAutomationExecution", "ssm:DescribeAutomationStepExecutions"]) {
    const resource = region.arn("ssm", `automation-execution/${id}`);
    const denial = region.account.iam.denialOf({ caller, action, resource, context });
    if (denial !== undefined) return `AccessDeniedException: ${denial.caller} may not call ${action}`;
  }
  return undefined;
}

/** The start that a child would have been asked for by. */
function startOf({ documentName, documentVersion, given }: AutomationPlan): StartAutomationExecutionRequest {
  const Parameters = Object.keys(given).length === 0 ? {} : { Parameters: given };
  return { DocumentName: documentName, DocumentVersion: documentVersion, ...Parameters };
}

/** Told of a run's steps and of the run, each when it has ended. */
export interface RunListener {
  readonly onStep: (step: StepExecution) => void;
  readonly onEnd: () => void;
}
