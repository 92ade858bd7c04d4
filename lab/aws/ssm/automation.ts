import type {
  AutomationExecutionMetadata,
  DescribeAutomationExecutionsRequest,
  DescribeAutomationExecutionsResult,
  DescribeAutomationStepExecutionsRequest,
  DescribeAutomationStepExecutionsResult,
  GetAutomationExecutionRequest,
  GetAutomationExecutionResult,
  StartAutomationExecutionRequest,
  StartAutomationExecutionResult,
  StopAutomationExecutionRequest,
  StopAutomationExecutionResult,
} from "@aws-sdk/client-ssm";
import { AwsError, refuseOthers } from "../errors.js";
import type { Caller } from "../iam/evaluate.js";
import { page } from "../page.js";
import type { Region } from "../region.js";
import { requestedTags } from "../tags.js";
import { planOf } from "./automationRequest.js";
import { type AutomationExecution, AutomationRun, type StepExecution } from "./automationRun.js";
import { byPrefix, byText, byTime, type FilterTests, filterOf } from "./filters.js";
import { ClientTokens } from "./requests.js";

const maxRunning = 100;
const maxQueued = 5000;
/** What a start may give; more may be added. */
const maxTags = 5;

/** Automation: executions of runbooks. */
export class Automation {
  private readonly runs = new Map<string, AutomationRun>();
  private readonly queue: AutomationRun[] = [];
  private readonly running = new Set<AutomationRun>();
  /** Nothing in the lab starts an automation but its API, for no group and no OpsItem. */
  private readonly filters: FilterTests<AutomationExecution> = {
    AutomationSubtype: byText(() => undefined),
    AutomationType: byText(() => "Local"),
    CurrentAction: byText((one) => currentStep(one)?.action),
    DocumentNamePrefix: byPrefix(({ plan }) => plan.documentName),
    ExecutionId: byText(({ id }) => id),
    ExecutionStatus: byText(({ status }) => status),
    OpsItemId: byText(() => undefined),
    ParentExecutionId: byText(() => undefined),
    StartTimeAfter: byTime(({ startedAt }) => startedAt, "from"),
    StartTimeBefore: byTime(({ startedAt }) => startedAt, "before"),
    TagKey: (key) => (one) => Object.hasOwn(this.region.tags.of(this.arn(one.id)), key),
    TargetResourceGroup: byText(() => undefined),
  };
  private readonly tokens = new ClientTokens<StartAutomationExecutionResult>();

  constructor(private readonly region: Region) {}

  /** Starts a runbook, which runs as its role, or as whoever starts it. */
  startAutomationExecution(
    input: StartAutomationExecutionRequest,
    caller: Caller,
  ): StartAutomationExecutionResult {
    const token = input.ClientToken?.toLowerCase();
    const request = token === undefined ? input : { ...input, ClientToken: token };
    return this.tokens.once(request, () => this.start(input, caller));
  }

  private start(input: StartAutomationExecutionRequest, caller: Caller): StartAutomationExecutionResult {
    const { account, documents, tags } = this.region;
    const plan = planOf(documents, input);
    const given = requestedTags(input.Tags, maxTags);
    if (this.running.size + this.queue.length >= maxRunning + maxQueued) {
      const message = `${maxRunning} automations are running and ${maxQueued} are waiting.`;
      throw new AwsError("AutomationExecutionLimitExceededException", message);
    }
    const id = account.ids.uuid(`automation|${this.region.name}|${plan.documentName}`);
    const steps = plan.runbook.mainSteps.map(({ name, action }) => ({
      id: account.ids.uuid(`automation step|${id}|${name}`),
      name,
      action,
      status: "Pending" as const,
      startedAt: undefined,
      endedAt: undefined,
      inputs: {},
      failure: undefined,
    }));
    const execution: AutomationExecution = {
      id,
      plan,
      startedBy: caller,
      steps,
      startedAt: account.clock.now,
      endedAt: undefined,
      status: "Pending",
      failure: undefined,
    };
    const run = new AutomationRun(this.region, execution, () => {
      if (this.running.delete(run)) this.planNext();
    });
    this.runs.set(id, run);
    if (input.Tags !== undefined) tags.set(this.arn(id), given);
    this.queue.push(run);
    this.planNext();
    return { AutomationExecutionId: id };
  }

  getAutomationExecution(input: GetAutomationExecutionRequest): GetAutomationExecutionResult {
    const { execution } = this.find(input.AutomationExecutionId);
    const StepExecutions = execution.steps.map(describedStep);
    return {
      AutomationExecution: { ...this.described(execution), StepExecutions, StepExecutionsTruncated: false },
    };
  }

  /** Newest first. */
  describeAutomationExecutions(
    input: DescribeAutomationExecutionsRequest,
  ): DescribeAutomationExecutionsResult {
    refuseOthers("DescribeAutomationExecutions", input, ["Filters", "MaxResults", "NextToken"]);
    const passes = filterOf(input.Filters, this.filters, "InvalidFilterKey");
    const found = [...this.runs.values()]
      .map(({ execution }) => execution)
      .filter(passes)
      .reverse();
    const { items, token } = page(found, input, 1, 50);
    const AutomationExecutionMetadataList = items.map((one): AutomationExecutionMetadata => {
      const { Parameters, ...metadata } = this.described(one);
      return { ...metadata, AutomationType: "Local" };
    });
    return { AutomationExecutionMetadataList, ...token };
  }

  describeAutomationStepExecutions(
    input: DescribeAutomationStepExecutionsRequest,
  ): DescribeAutomationStepExecutionsResult {
    const known = ["AutomationExecutionId", "Filters", "MaxResults", "NextToken", "ReverseOrder"];
    refuseOthers("DescribeAutomationStepExecutions", input, known);
    const passes = filterOf(input.Filters, stepFilters, "InvalidFilterKey");
    const { steps } = this.find(input.AutomationExecutionId).execution;
    const found = steps.filter(passes);
    const { items, token } = page(input.ReverseOrder === true ? found.reverse() : found, input, 1, 50);
    return { StepExecutions: items.map(describedStep), ...token };
  }

  /** @throws AwsError InvalidAutomationStatusUpdateException for an execution that has ended */
  stopAutomationExecution(input: StopAutomationExecutionRequest): StopAutomationExecutionResult {
    const run = this.find(input.AutomationExecutionId);
    const { id, status, endedAt } = run.execution;
    if (endedAt !== undefined)
      throw new AwsError("InvalidAutomationStatusUpdateException", `The execution ${id} is ${status}.`);
    const place = this.queue.indexOf(run);
    if (place >= 0) this.queue.splice(place, 1);
    if (input.Type === "Complete") run.complete();
    else run.cancel();
    return {};
  }

  has(id: string): boolean {
    return this.runs.has(id);
  }

  /** The role that a start would hand to Automation, which whoever starts must be allowed to pass. */
  passedRole(input: StartAutomationExecutionRequest): string | undefined {
    return planOf(this.region.documents, input).roleArn;
  }

  /** Lets those that wait begin, as far as there is room. */
  private planNext(): void {
    const { clock } = this.region.account;
    clock.at(clock.now, () => {
      while (this.running.size < maxRunning) {
        const run = this.queue.shift();
        if (run === undefined) return;
        this.running.add(run);
        run.start();
      }
    });
  }

  private find(id = ""): AutomationRun {
    const run = this.runs.get(id);
    if (run === undefined)
      throw new AwsError("AutomationExecutionNotFoundException", `There is no automation execution ${id}.`);
    return run;
  }

  private arn(id: string): string {
    return this.region.arn("ssm", `automation-execution/${id}`);
  }

  private described(execution: AutomationExecution) {
    const { id, plan, status, startedAt, endedAt, failure, startedBy } = execution;
    const current = currentStep(execution);
    return {
      AutomationExecutionId: id,
      DocumentName: plan.documentName,
      DocumentVersion: plan.documentVersion,
      AutomationExecutionStatus: status,
      ExecutionStartTime: new Date(startedAt),
      ...(endedAt === undefined ? {} : { ExecutionEndTime: new Date(endedAt) }),
      ...(Object.keys(plan.given).length === 0 ? {} : { Parameters: plan.given }),
      ...(failure === undefined ? {} : { FailureMessage: failure }),
      Mode: "Auto" as const,
      ExecutedBy: startedBy.kind === "role" ? startedBy.arn : startedBy.name,
      ...(current === undefined ? {} : { CurrentStepName: current.name, CurrentAction: current.action }),
    };
  }
}

function currentStep({ steps }: AutomationExecution): StepExecution | undefined {
  return steps.find((step) => step.status === "InProgress");
}

function describedStep(step: StepExecution) {
  const { id, name, action, status, startedAt, endedAt, inputs, failure } = step;
  const texts = Object.entries(inputs).map(([key, value]) => [key, JSON.stringify(value)]);
  return {
    StepExecutionId: id,
    StepName: name,
    Action: action,
    StepStatus: status,
    ...(startedAt === undefined ? {} : { ExecutionStartTime: new Date(startedAt) }),
    ...(endedAt === undefined ? {} : { ExecutionEndTime: new Date(endedAt) }),
    ...(startedAt === undefined ? {} : { Inputs: Object.fromEntries(texts) as Record<string, string> }),
    ...(failure === undefined ? {} : { FailureMessage: failure }),
  };
}

const stepFilters: FilterTests<StepExecution> = {
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
