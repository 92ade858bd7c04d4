import type { AutomationExecutionStatus } from "@aws-sdk/client-ssm";
import { AwsError } from "../errors.js";
import type { Caller } from "../iam/evaluate.js";
import type { Region } from "../region.js";
import { announceExecution, announceStep } from "./automationEvents.js";
import type { AutomationPlan } from "./automationRequest.js";
import { sleep } from "./automationSleep.js";
import { resolved } from "./documentContent.js";

/** A step of an execution. */
export interface StepExecution {
  readonly id: string;
  readonly name: string;
  readonly action: string;
  status: AutomationExecutionStatus;
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** Resolved, once it has started. */
  inputs: Readonly<Record<string, unknown>>;
  failure: string | undefined;
}

/** A run of a runbook. */
export interface AutomationExecution {
  readonly id: string;
  readonly plan: AutomationPlan;
  readonly startedBy: Caller;
  readonly steps: readonly StepExecution[];
  readonly startedAt: number;
  endedAt: number | undefined;
  status: AutomationExecutionStatus;
  failure: string | undefined;
}

/** What a kind of step knows while it runs. */
export interface StepContext {
  readonly region: Region;
  /** The runbook's role, or whoever started the execution. */
  readonly caller: Caller;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Runs a step, and calls `done` once, when it has ended: with what went wrong, if anything did. What it throws ends the
 * step as well.
 */
export type StepKind = (context: StepContext, done: (failure?: string) => void) => void;

/** The kinds of steps that the lab runs, by action. */
const stepKinds: Readonly<Record<string, StepKind>> = { "aws:sleep": sleep };

/** Runs the steps of an execution one after the other, on the clock. */
export class AutomationRun {
  private current: StepExecution | undefined;
  private isCompleting = false;

  constructor(
    private readonly region: Region,
    readonly execution: AutomationExecution,
    private readonly onEnd: () => void,
  ) {}

  start(): void {
    this.execution.status = "InProgress";
    const caller = this.assumed();
    if (caller !== undefined) this.next(caller);
  }

  /** Ends the execution at once, its running step with it. */
  cancel(): void {
    if (this.current !== undefined) this.endStep(this.current, "Cancelled");
    this.end("Cancelled");
  }

  /** Lets the running step end, and no other begin. */
  complete(): void {
    if (this.current === undefined) this.end("Success");
    else this.isCompleting = true;
  }

  /** Whoever the steps run as; undefined when that cannot be, which ends the execution. */
  private assumed(): Caller | undefined {
    const { plan, id, startedBy } = this.execution;
    if (plan.roleArn === undefined) return startedBy;
    const source = this.region.arn("ssm", `automation-execution/${id}`);
    try {
      return this.region.account.iam.assume(plan.roleArn, "ssm.amazonaws.com", source);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.end("Failed", `The role ${plan.roleArn} cannot be assumed: ${error.message}`);
      return undefined;
    }
  }

  private next(caller: Caller): void {
    const step = this.isCompleting
      ? undefined
      : this.execution.steps.find(({ status }) => status === "Pending");
    if (step === undefined) {
      this.end("Success");
      return;
    }
    const { account, name } = this.region;
    const { plan, id } = this.execution;
    const now = new Date(account.clock.now).toISOString();
    const inputs = plan.runbook.mainSteps.find((one) => one.name === step.name)?.inputs;
    const globals = {
      "automation:EXECUTION_ID": id,
      "global:ACCOUNT_ID": account.id,
      "global:DATE": now.slice(0, 10),
      "global:DATE_TIME": now.slice(0, 19).replace(/:/g, "."),
      "global:REGION": name,
    };
    this.current = step;
    step.status = "InProgress";
    step.startedAt = account.clock.now;
    step.inputs = resolved(inputs ?? {}, { ...plan.values, ...globals }) as StepExecution["inputs"];
    const done = (failure?: string) => {
      // The execution may have been cancelled meanwhile.
      if (this.current !== step) return;
      this.endStep(step, failure === undefined ? "Success" : "Failed", failure);
      if (failure === undefined) this.next(caller);
      else this.end("Failed", `Step ${step.name} failed: ${failure}`);
    };
    this.run(step, caller, done);
  }

  private run(step: StepExecution, caller: Caller, done: (failure?: string) => void): void {
    const kind = stepKinds[step.action];
    if (kind === undefined) {
      done(`the lab does not model the action ${step.action}`);
      return;
    }
    try {
      kind({ region: this.region, caller, inputs: step.inputs }, done);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      done(error.message);
    }
  }

  private endStep(step: StepExecution, status: AutomationExecutionStatus, failure?: string): void {
    this.current = undefined;
    step.status = status;
    step.failure = failure;
    step.endedAt = this.region.account.clock.now;
    announceStep(this.region, this.execution, step);
  }

  private end(status: AutomationExecutionStatus, failure?: string): void {
    this.execution.status = status;
    this.execution.failure = failure;
    this.execution.endedAt = this.region.account.clock.now;
    announceExecution(this.region, this.execution);
    this.onEnd();
  }
}
