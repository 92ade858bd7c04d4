import { AwsError, NotModelledError } from "../../base/errors.js";
import type { Caller } from "../../iam/evaluate.js";
import { resolved } from "../documents/documentContent.js";
import type { AutomationPlace } from "./automationPlace.js";
import type { RunListener } from "./children.js";
import {
  type AutomationExecution,
  type Beginning,
  pendingStep,
  type StepExecution,
  type StepRun,
} from "./execution.js";
import { emptyOutputs } from "./runbook.js";
import type { RunbookStep } from "./runbookStep.js";
import { stepKinds } from "./steps/index.js";
import type { StepEnd } from "./steps/kind.js";

/** Runs the steps of an execution one after the other, on the clock. */
export class StepsRun implements StepRun {
  /** The step that runs, and which attempt at it this is. */
  private current:
    | { readonly step: StepExecution; readonly attempt: number; stop: (() => void) | undefined }
    | undefined;
  private isCompleting = false;
  /** What the execution will end as, once a step that matters has failed. */
  private broken: { readonly status: "Failed" | "TimedOut"; readonly failure: string } | undefined;

  constructor(
    private readonly region: AutomationPlace,
    readonly execution: AutomationExecution,
    private readonly assume: Beginning["assume"],
    private readonly listener: RunListener,
  ) {
    const { id, plan } = execution;
    execution.steps = plan.runbook.mainSteps.map(({ name, action }) =>
      pendingStep({ id: region.account.ids.uuid(`automation step|${id}|${name}`), name, action }),
    );
  }

  start(): void {
    const { id, plan } = this.execution;
    this.execution.status = "InProgress";
    try {
      const caller = this.assume(this.region.arn("ssm", `automation-execution/${id}`));
      this.begin(plan.runbook.mainSteps[0]?.name, caller);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.end("Failed", error.message);
    }
  }

  cancel(): void {
    const given = this.current;
    if (given !== undefined) this.endStep(given.step, "Cancelled");
    this.end("Cancelled");
    this.giveUp(given);
  }

  complete(): void {
    if (this.current === undefined) this.end("Success");
    else this.isCompleting = true;
  }

  private begin(name: string | undefined, caller: Caller): void {
    const spec = this.execution.plan.runbook.mainSteps.find((one) => one.name === name);
    const step = this.execution.steps.find((one) => one.name === name);
    if (spec === undefined || step === undefined || this.isCompleting) {
      this.end(this.broken?.status ?? "Success", this.broken?.failure);
      return;
    }
    step.status = "InProgress";
    step.startedAt = this.region.account.clock.now;
    step.inputs = resolved(spec.inputs, this.values()) as StepExecution["inputs"];
    this.attempt(spec, step, caller, 1);
  }

  private attempt(spec: RunbookStep, step: StepExecution, caller: Caller, attempt: number): void {
    const { clock } = this.region.account;
    const current: NonNullable<StepsRun["current"]> = { step, attempt, stop: undefined };
    this.current = current;
    const done = (end: StepEnd, isTimeout = false) => {
      // The execution may have been cancelled meanwhile, or the step given up.
      if (this.current !== current) return;
      step.outputs = end.outputs ?? {};
      if (end.failure !== undefined && attempt < (spec.maxAttempts ?? 1)) {
        this.attempt(spec, step, caller, attempt + 1);
        return;
      }
      const failed = isTimeout ? "TimedOut" : "Failed";
      this.endStep(step, end.failure === undefined ? "Success" : failed, end.failure);
      this.goOn(spec, step, end, caller);
    };
    if (spec.timeoutSeconds !== undefined) {
      const failure = `the step needs more than its ${spec.timeoutSeconds} seconds`;
      clock.at(clock.now + spec.timeoutSeconds * 1000, () => {
        if (this.current !== current) return;
        done({ failure }, true);
        this.giveUp(current);
      });
    }
    current.stop = this.run(spec, step, caller, done);
  }

  /** Ends what an attempt that has been given up has begun, a command for one, if AWS does. */
  private giveUp(attempt: StepsRun["current"]): void {
    if (this.region.account.unknowns.stoppedStep === "cancelled") attempt?.stop?.();
  }

  private run(
    spec: RunbookStep,
    step: StepExecution,
    caller: Caller,
    done: (end: StepEnd) => void,
  ): (() => void) | undefined {
    const kind = stepKinds[step.action];
    if (kind === undefined) {
      done({ failure: `the lab does not model the action ${step.action}` });
      return undefined;
    }
    try {
      return kind({ region: this.region, caller, spec, inputs: step.inputs }, done);
    } catch (error) {
      if (!(error instanceof AwsError || error instanceof NotModelledError)) throw error;
      done({ failure: error.message });
      return undefined;
    }
  }

  /** Decides what follows a step that has ended. */
  private goOn(spec: RunbookStep, step: StepExecution, { failure, next }: StepEnd, caller: Caller): void {
    const { mainSteps } = this.execution.plan.runbook;
    const { onFailure = "Abort", isCritical = onFailure !== "Continue" } = spec;
    if (failure !== undefined && (isCritical || onFailure === "Abort")) {
      const status = step.status === "TimedOut" ? "TimedOut" : "Failed";
      this.broken ??= { status, failure: `Step ${step.name} failed: ${failure}` };
    }
    const following = mainSteps[mainSteps.indexOf(spec) + 1]?.name;
    if (spec.isEnd === true && next === undefined) this.begin(undefined, caller);
    else if (failure === undefined) this.begin(next ?? spec.nextStep ?? following, caller);
    else if (onFailure === "Abort") this.begin(undefined, caller);
    else this.begin(onFailure === "Continue" ? following : onFailure.slice("step:".length), caller);
  }

  /** What references stand for. */
  private values(): Record<string, unknown> {
    const { account, name } = this.region;
    const { plan, id, steps } = this.execution;
    const now = new Date(account.clock.now).toISOString();
    return {
      ...plan.values,
      ...emptyOutputs(plan.runbook),
      ...Object.fromEntries(
        steps.flatMap(({ name: step, outputs }) =>
          Object.entries(outputs).map(([output, value]) => [`${step}.${output}`, value]),
        ),
      ),
      "automation:EXECUTION_ID": id,
      "global:ACCOUNT_ID": account.id,
      "global:DATE": now.slice(0, 10),
      "global:DATE_TIME": now.slice(0, 19).replace(/:/g, "."),
      "global:REGION": name,
    };
  }

  private endStep(step: StepExecution, status: StepExecution["status"], failure?: string): void {
    this.current = undefined;
    step.status = status;
    step.failure = failure;
    step.endedAt = this.region.account.clock.now;
    this.listener.onStep(step);
  }

  private end(status: StepExecution["status"], failure?: string): void {
    this.execution.status = status;
    this.execution.failure = failure;
    this.execution.endedAt = this.region.account.clock.now;
    this.listener.onEnd();
  }
}
