import type {
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
import { AwsError, NotModelledError, refuseOthers } from "../../base/errors.js";
import { page } from "../../base/page.js";
import type { Caller } from "../../iam/evaluate.js";
import { requestedTags } from "../../tags/tags.js";
import type { Documents } from "../documents/documents.js";
import { byPrefix, byText, byTime, type FilterTests, filterOf } from "../filters.js";
import { ClientTokens } from "../requests.js";
import type { AutomationPlace } from "./automationPlace.js";
import { ChildrenRun } from "./children.js";
import {
  currentStep,
  describedExecution,
  describedMetadata,
  describedStep,
  stepFilters,
  typeOf,
} from "./described.js";
import { announceExecution, announceStep } from "./events.js";
import type { AutomationExecution, Beginning, StepRun } from "./execution.js";
import { Places } from "./places.js";
import { type AutomationPlan, planOf } from "./request.js";
import { StepsRun } from "./stepsRun.js";

/** Where automations are, and the runbooks that they run. */
type Needs = AutomationPlace & { readonly documents: Documents };

const maxRunning = 100;
const maxQueued = 5000;
/** Of those with targets, which have a place among all others as well. */
const maxRateControlled = 25;
const maxRateControlledQueued = 1000;
/** What a start may give; more may be added. */
const maxTags = 5;

/** Automation: executions of runbooks. */
export class Automation {
  /** Told of each execution that has come to its end, children too. */
  readonly onEnd: ((execution: AutomationExecution) => void)[] = [];
  private readonly runs = new Map<string, StepRun>();
  private readonly places: Places<StepRun>;
  private readonly rateControlled: Places<StepRun>;
  /** Nothing in the lab starts an automation but its API, for no OpsItem. */
  private readonly filters: FilterTests<AutomationExecution> = {
    AutomationSubtype: byText(() => undefined),
    AutomationType: byText(typeOf),
    CurrentAction: byText((one) => currentStep(one)?.action),
    DocumentNamePrefix: byPrefix(({ plan }) => plan.documentName),
    ExecutionId: byText(({ id }) => id),
    ExecutionStatus: byText(({ status }) => status),
    OpsItemId: byText(() => undefined),
    ParentExecutionId: byText(({ parent }) => parent),
    StartTimeAfter: byTime(({ startedAt }) => startedAt, "from"),
    StartTimeBefore: byTime(({ startedAt }) => startedAt, "before"),
    TagKey: (key) => (one) => Object.hasOwn(this.region.tags.of(this.arn(one.id)), key),
    TargetResourceGroup: byText(({ plan }) => groupOf(plan)),
  };
  private readonly tokens = new ClientTokens<StartAutomationExecutionResult>();

  constructor(private readonly region: Needs) {
    const { clock } = region.account;
    this.places = new Places(clock, maxRunning, maxQueued, (run) => run.start());
    this.rateControlled = new Places(clock, maxRateControlled, maxRateControlledQueued, (run) =>
      this.places.add(run),
    );
  }

  /** Starts a runbook, which runs as its role, or as whoever starts it. */
  startAutomationExecution(
    input: StartAutomationExecutionRequest,
    caller: Caller,
  ): StartAutomationExecutionResult {
    const token = input.ClientToken?.toLowerCase();
    const request = token === undefined ? input : { ...input, ClientToken: token };
    let isNew = false;
    const answer = this.tokens.once(request, () => {
      isNew = true;
      return this.start(input, caller);
    });
    if (!isNew && this.region.account.unknowns.repeatedToken === "refused")
      throw new AwsError("IdempotentParameterMismatch", `The client token ${token} has been used.`);
    return answer;
  }

  private start(input: StartAutomationExecutionRequest, caller: Caller): StartAutomationExecutionResult {
    const { account, documents, tags } = this.region;
    const plan = planOf(documents, input);
    const { roleArn } = plan;
    const given = requestedTags(input.Tags, maxTags);
    // User guide, Troubleshooting Systems Manager Automation, "Assume role can't be assumed": this code and these words.
    if (
      roleArn !== undefined &&
      account.iam.assumed(roleArn, "ssm.amazonaws.com", this.arn("started")) === undefined
    )
      throw new AwsError(
        "InvalidAutomationExecutionParametersException",
        "The defined assume role is unable to be assumed.",
      );
    const assume = (source: string): Caller => {
      if (roleArn === undefined) return caller;
      try {
        return account.iam.assume(roleArn, "ssm.amazonaws.com", source);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new AwsError(error.code, `The role ${roleArn} cannot be assumed: ${error.message}`);
      }
    };
    const { id } = this.begin({ plan, startedBy: caller, assume });
    if (input.Tags !== undefined) tags.set(this.arn(id), given);
    return { AutomationExecutionId: id };
  }

  /**
   * Begins an execution as soon as there is room for it: one that was started, or a parent's child.
   *
   * @returns its id, and how to cancel it
   * @throws AwsError AutomationExecutionLimitExceededException
   */
  begin({ plan, startedBy, assume, parent, target, onEnd }: Beginning): {
    readonly id: string;
    readonly stop: () => void;
  } {
    const { account, name } = this.region;
    const isParent = plan.targets !== undefined || plan.locations.length > 0;
    const isRateControlled = plan.targets !== undefined && plan.locations.length === 0;
    this.checkQuotas(isRateControlled);
    const id = account.ids.uuid(`automation|${name}|${plan.documentName}`);
    const execution: AutomationExecution = {
      id,
      plan,
      startedBy,
      parent,
      target,
      steps: [],
      startedAt: account.clock.now,
      endedAt: undefined,
      status: "Pending",
      failure: undefined,
    };
    const Kind = isParent ? ChildrenRun : StepsRun;
    const run: StepRun = new Kind(this.region, execution, assume, {
      onStep: (step) => announceStep(this.region, execution, step),
      onEnd: () => {
        this.places.leave(run);
        this.rateControlled.leave(run);
        announceExecution(this.region, execution);
        for (const listener of this.onEnd) listener(execution);
        onEnd?.(execution);
      },
    });
    this.runs.set(id, run);
    (isRateControlled ? this.rateControlled : this.places).add(run);
    return { id, stop: () => run.cancel() };
  }

  getAutomationExecution(input: GetAutomationExecutionRequest): GetAutomationExecutionResult {
    const { execution } = this.find(input.AutomationExecutionId);
    return { AutomationExecution: describedExecution(execution) };
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
    return { AutomationExecutionMetadataList: items.map(describedMetadata), ...token };
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
    if (input.Type === "Complete") run.complete();
    else run.cancel();
    return {};
  }

  has(id: string): boolean {
    return this.runs.has(id);
  }

  /**
   * The role that a start would hand to Automation, which whoever starts must be allowed to pass. Of a start that will
   * be refused, it is the one that the parameter by the usual name gives.
   */
  passedRole(input: StartAutomationExecutionRequest): string | undefined {
    try {
      return planOf(this.region.documents, input).roleArn;
    } catch (error) {
      if (!(error instanceof AwsError || error instanceof NotModelledError)) throw error;
      return input.Parameters?.AutomationAssumeRole?.[0];
    }
  }

  private checkQuotas(isRateControlled: boolean): void {
    const message = this.places.isFull
      ? `${maxRunning} automations are running and ${maxQueued} are waiting.`
      : isRateControlled && this.rateControlled.isFull
        ? `${maxRateControlled} rate control automations are running and ${maxRateControlledQueued} are waiting.`
        : undefined;
    if (message !== undefined) throw new AwsError("AutomationExecutionLimitExceededException", message);
  }

  private find(id = ""): StepRun {
    const run = this.runs.get(id);
    if (run === undefined)
      throw new AwsError("AutomationExecutionNotFoundException", `There is no automation execution ${id}.`);
    return run;
  }

  private arn(id: string): string {
    return this.region.arn("ssm", `automation-execution/${id}`);
  }
}

/** The resource group that an execution's targets name. */
function groupOf({ targets }: AutomationPlan): string | undefined {
  return targets?.target.Key === "ResourceGroup" ? targets.target.Values?.[0] : undefined;
}
