import { AwsError, NotModelledError } from "./errors.js";
import { compilePattern, type EventPattern, matches } from "./eventPattern.js";
import type { Region } from "./region.js";

/** An event on the default bus. */
export interface BusEvent {
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
  readonly InputTransformer?: InputTransformer;
}

interface Rule {
  readonly name: string;
  readonly pattern: EventPattern;
  readonly targets: Map<string, Target>;
}

/** EventBridge's default bus: rules with patterns, and topics as their targets. */
export class EventBridge {
  private readonly rules = new Map<string, Rule>();

  constructor(private readonly region: Region) {}

  putRule({ Name, EventPattern }: { Name: string; EventPattern: string }): { RuleArn: string } {
    const targets = this.rules.get(Name)?.targets ?? new Map<string, Target>();
    this.rules.set(Name, { name: Name, pattern: compilePattern(EventPattern), targets });
    return { RuleArn: this.region.arn("events", `rule/${Name}`) };
  }

  putTargets({ Rule, Targets }: { Rule: string; Targets: readonly Target[] }): { FailedEntryCount: 0 } {
    const rule = this.rules.get(Rule);
    if (rule === undefined) throw new AwsError("ResourceNotFoundException", `Rule ${Rule} does not exist.`);
    for (const target of Targets) {
      if (target.Arn.split(":")[2] !== "sns") throw new NotModelledError(`rule target ${target.Arn}`);
      rule.targets.set(target.Id, target);
    }
    return { FailedEntryCount: 0 };
  }

  /** Whether any rule listens to a kind of event, so that a million events nobody wants are not made. */
  listens(detailType: string): boolean {
    for (const rule of this.rules.values()) {
      const wanted = rule.pattern["detail-type"];
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
    const { account, name } = this.region;
    const full: Record<string, unknown> = {
      version: "0",
      id: account.ids.uuid("event"),
      account: account.id,
      time: new Date(account.clock.now).toISOString(),
      region: name,
      ...event,
    };
    for (const rule of this.rules.values()) {
      if (!matches(rule.pattern, full)) continue;
      this.region.cloudWatch.metric("AWS/Events", "TriggeredRules", "RuleName", rule.name).add(1);
      for (const target of rule.targets.values()) {
        this.region.sns.deliver(
          { TopicArn: target.Arn, Message: messageOf(full, target.InputTransformer) },
          {
            caller: { kind: "service", name: "events.amazonaws.com" },
            source: this.region.arn("events", `rule/${rule.name}`),
          },
        );
      }
    }
  }
}

function messageOf(
  event: Readonly<Record<string, unknown>>,
  transformer: InputTransformer | undefined,
): string {
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
