import { parseSchedule, type Schedule } from "#schedule/expression.js";
import { nextOccurrence } from "#schedule/occurrences.js";
import { AwsError, NotModelledError, validationError } from "../base/errors.js";
import { page } from "../base/page.js";
import type { CloudWatch } from "../cloudwatch/cloudWatch.js";
import type { Lambda } from "../lambda/lambda.js";
import type { Sns } from "../messages/sns.js";
import type { Sqs } from "../messages/sqs.js";
import type { Place } from "../place.js";
import { compilePattern, type EventPattern, matches } from "./eventPattern.js";

/** Where rules are, and what they reach. */
type Needs = Place & {
  readonly cloudWatch: CloudWatch;
  readonly lambda: Lambda;
  readonly sns: Sns;
  readonly sqs: Sqs;
};

/** An event on the default bus. */
interface BusEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

interface Target {
  readonly Id: string;
  readonly Arn: string;
  /** JSON that the target gets in the event's place. */
  readonly Input?: string;
  readonly InputTransformer?: InputTransformer;
  /** Queue for what the target does not take. */
  readonly DeadLetterConfig?: { readonly Arn: string };
}

/** PutRule's input, as far as the lab models rules. */
interface RuleInput {
  readonly Name: string;
  readonly EventPattern?: string;
  /** In UTC. */
  readonly ScheduleExpression?: string;
  readonly State?: string;
}

interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly input: RuleInput;
  readonly pattern: EventPattern | undefined;
  readonly targets: Map<string, Target>;
}

type FullEvent = Readonly<Record<string, unknown>>;

const caller = { kind: "service", name: "events.amazonaws.com" } as const;

/** EventBridge's default bus: rules with patterns and schedules, and topics, queues and functions as their targets. */
export class EventBridge {
  private readonly rules = new Map<string, Rule>();
  private readonly disabled = new Set<string>();

  constructor(private readonly region: Needs) {}

  /** @throws AwsError ValidationException for a schedule that EventBridge does not take */
  putRule({ Name, EventPattern, ScheduleExpression, State = "ENABLED" }: RuleInput): { RuleArn: string } {
    if (State !== "ENABLED") throw new NotModelledError(`the rule ${Name}, which is ${State}`);
    if (EventPattern === undefined && ScheduleExpression === undefined)
      throw validationError("Parameter(s) EventPattern or ScheduleExpression must be specified.");
    const schedule = ScheduleExpression === undefined ? undefined : readSchedule(ScheduleExpression);
    const rule = {
      name: Name,
      arn: this.region.arn("events", `rule/${Name}`),
      input: {
        Name,
        ...(EventPattern === undefined ? {} : { EventPattern }),
        ...(ScheduleExpression === undefined ? {} : { ScheduleExpression }),
      },
      pattern: EventPattern === undefined ? undefined : compilePattern(EventPattern),
      targets: this.rules.get(Name)?.targets ?? new Map<string, Target>(),
    };
    this.rules.set(Name, rule);
    const { now } = this.region.account.clock;
    if (schedule !== undefined) this.plan(rule, schedule, now, now);
    return { RuleArn: rule.arn };
  }

  putTargets({ Rule, Targets }: { Rule: string; Targets: readonly Target[] }): { FailedEntryCount: 0 } {
    const rule = this.rule(Rule);
    for (const target of Targets) {
      const [, , service = "", region] = target.Arn.split(":");
      const isKnown = ["sns", "sqs", "lambda"].includes(service) && region === this.region.name;
      if (!isKnown) throw new NotModelledError(`rule target ${target.Arn}`);
      rule.targets.set(target.Id, target);
    }
    return { FailedEntryCount: 0 };
  }

  removeTargets({ Rule, Ids }: { Rule: string; Ids: readonly string[] }): { FailedEntryCount: 0 } {
    const { targets } = this.rule(Rule);
    for (const id of Ids) targets.delete(id);
    return { FailedEntryCount: 0 };
  }

  disableRule({ Name }: { readonly Name: string }): object {
    this.disabled.add(this.rule(Name).name);
    return {};
  }

  enableRule({ Name }: { readonly Name: string }): object {
    this.disabled.delete(this.rule(Name).name);
    return {};
  }

  listRules({ NextToken, Limit }: { readonly NextToken?: string; readonly Limit?: number }) {
    const { items, token } = page([...this.rules.values()], { NextToken, MaxResults: Limit }, 1, 100);
    const Rules = items.map(({ arn, input }) => ({
      ...input,
      Arn: arn,
      State: this.disabled.has(input.Name) ? "DISABLED" : "ENABLED",
      EventBusName: "default",
    }));
    return { Rules, ...token };
  }

  listTargetsByRule(input: { readonly Rule: string; readonly NextToken?: string; readonly Limit?: number }) {
    const { NextToken, Limit } = input;
    const targets = [...this.rule(input.Rule).targets.values()];
    const { items, token } = page(targets, { NextToken, MaxResults: Limit }, 1, 100);
    return { ...(items.length === 0 ? {} : { Targets: items }), ...token };
  }

  /** @throws AwsError ValidationException while it has targets */
  deleteRule({ Name }: { Name: string }): void {
    if (this.rule(Name).targets.size > 0)
      throw validationError("Rule can't be deleted since it has targets.");
    this.rules.delete(Name);
    this.disabled.delete(Name);
  }

  /** Whether any rule listens to a kind of event, so that a million events nobody wants are not made. */
  listens(detailType: string): boolean {
    for (const { pattern } of this.rules.values()) {
      const wanted = pattern?.["detail-type"];
      if (pattern === undefined) continue;
      if (
        !Array.isArray(wanted) ||
        wanted.some((value) => typeof value !== "string" || value === detailType)
      ) {
        return true;
      }
    }
    return false;
  }

  /** Puts an event on the bus; every rule that matches invokes its targets at once. */
  emit(event: BusEvent): void {
    const full = this.complete(event);
    for (const rule of this.rules.values()) {
      if (rule.pattern !== undefined && matches(rule.pattern, full)) this.trigger(rule, full);
    }
  }

  private rule(name: string): Rule {
    const rule = this.rules.get(name);
    if (rule !== undefined) return rule;
    throw new AwsError("ResourceNotFoundException", `Rule ${name} does not exist.`);
  }

  /** Plans the next time of a rule's schedule. */
  private plan(rule: Rule, schedule: Schedule, created: number, after: number): void {
    const next = nextOccurrence(schedule, { timezone: "UTC", created }, after);
    if (next === undefined) return;
    this.region.account.clock.at(next, () => {
      if (this.rules.get(rule.name) !== rule) return;
      const event = {
        source: "aws.events",
        "detail-type": "Scheduled Event",
        resources: [rule.arn],
        detail: {},
      };
      this.trigger(rule, this.complete(event));
      this.plan(rule, schedule, created, next);
    });
  }

  private complete(event: BusEvent): FullEvent {
    const { account, name } = this.region;
    return {
      version: "0",
      id: account.ids.uuid("event"),
      account: account.id,
      time: new Date(account.clock.now).toISOString(),
      region: name,
      ...event,
    };
  }

  private trigger(rule: Rule, event: FullEvent): void {
    if (this.disabled.has(rule.name)) return;
    this.count("TriggeredRules", rule);
    for (const target of rule.targets.values()) {
      this.send(rule, target, target.Input ?? messageOf(event, target.InputTransformer));
    }
  }

  private count(metric: string, rule: Rule): void {
    this.region.cloudWatch.metric("AWS/Events", metric, "RuleName", rule.name).add(1);
  }

  private send(rule: Rule, to: Target, text: string): void {
    const { Arn: target } = to;
    const { account, sns, sqs } = this.region;
    const { clock, faults } = account;
    const source = rule.arn;
    switch (target.split(":")[2]) {
      case "sns":
        this.attempt(rule, to, text, () => sns.publish({ TopicArn: target, Message: text }, { caller }));
        break;
      case "sqs":
        this.attempt(rule, to, text, () =>
          sqs.sendMessage({ QueueUrl: target, MessageBody: text }, { caller, source }),
        );
        break;
      default:
        for (const delay of faults.onDelivery({
          functionName: target.split(":")[6] ?? "",
          time: clock.now,
        })) {
          clock.at(clock.now + delay, () =>
            this.attempt(rule, to, text, () => this.call(rule, target, text)),
          );
        }
    }
  }

  private call(rule: Rule, functionArn: string, payload: string): void {
    const { account, lambda } = this.region;
    const context = { "aws:SourceAccount": account.id, "aws:SourceArn": rule.arn };
    account.iam.authorize({ caller, action: "lambda:InvokeFunction", resource: functionArn, context });
    lambda.invokeAsync({ functionArn, payload, source: `rule ${rule.name}` });
  }

  /** Does what another service may refuse: what is refused is tried no more, and goes to the target's queue. */
  private attempt(rule: Rule, target: Target, text: string, work: () => unknown): void {
    if (this.succeeds(work)) return;
    this.count("FailedInvocations", rule);
    const { DeadLetterConfig: kept } = target;
    if (kept === undefined) return;
    const message = { QueueUrl: kept.Arn, MessageBody: text };
    const isKept = this.succeeds(() => this.region.sqs.sendMessage(message, { caller, source: rule.arn }));
    this.count(isKept ? "InvocationsSentToDlq" : "InvocationsFailedToBeSentToDlq", rule);
  }

  private succeeds(work: () => unknown): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return false;
    }
  }
}

/** A schedule as EventBridge takes it: rates from a minute on, of which the lab knows those from five. */
function readSchedule(text: string): Schedule {
  const parsed = parseSchedule(text);
  if (/^rate\((1 minute|[2-4] minutes)\)$/.test(text)) throw new NotModelledError(`the schedule ${text}`);
  const isCron = /^cron\((\S+ ){5}\S+\)$/.test(text);
  if (!parsed.ok || (parsed.schedule.kind !== "rate" && !isCron)) {
    throw validationError("Parameter ScheduleExpression is not valid.");
  }
  return parsed.schedule;
}

function messageOf(event: FullEvent, transformer: InputTransformer | undefined): string {
  if (transformer === undefined) return JSON.stringify(event);
  const paths = transformer.InputPathsMap ?? {};
  return transformer.InputTemplate.replace(/<([^<>]+)>/g, (placeholder, name: string) => {
    const path = paths[name];
    if (path === undefined) return placeholder;
    const value = path
      .replace(/^\$\./, "")
      .split(".")
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], event);
    return typeof value === "string" ? value : JSON.stringify(value ?? "");
  });
}
