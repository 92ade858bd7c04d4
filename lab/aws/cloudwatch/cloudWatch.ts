import { AwsError, NotModelledError } from "../base/errors.js";
import type { Sns } from "../messages/sns.js";
import type { Place } from "../place.js";

/** Where alarms are, and who is told of them. */
type Needs = Place & { readonly cloudWatch: CloudWatch; readonly sns: Sns };

const minute = 60_000;
const week = 7 * 24 * 60 * minute;

/** PutMetricAlarm's input, as far as the lab models alarms. */
export interface MetricAlarmInput {
  readonly AlarmName: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Statistic: string;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly Threshold: number;
  /** Seconds. */
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly AlarmActions?: readonly string[];
}

/** PutCompositeAlarm's input, as far as the lab models alarms: one child and a suppressor. */
interface CompositeAlarmInput {
  readonly AlarmName: string;
  /** `ALARM("name")`. */
  readonly AlarmRule: string;
  readonly AlarmActions?: readonly string[];
  readonly ActionsSuppressor?: string;
  /** Seconds for which the actions wait for the suppressor. */
  readonly ActionsSuppressorWaitPeriod?: number;
}

/** A metric's sums per minute of the last week. */
class Metric {
  private readonly minutes: number[] = [];
  private readonly sums: number[] = [];
  private readonly levels: { readonly at: number; readonly value: number }[] = [];
  readonly alarms: MetricAlarm[] = [];

  constructor(private readonly region: Needs) {}

  /** Adds to the current minute, and lets the metric's alarms look at it when the minute is over. */
  add(value: number): void {
    const now = this.region.account.clock.now;
    const start = Math.floor(now / minute) * minute;
    const last = this.minutes.length - 1;
    if (this.minutes[last] === start) {
      this.sums[last] = (this.sums[last] ?? 0) + value;
      return;
    }
    this.minutes.push(start);
    this.sums.push(value);
    while ((this.minutes[0] ?? start) < start - week) {
      this.minutes.shift();
      this.sums.shift();
    }
    for (const alarm of this.alarms) alarm.lookAt(start + minute);
  }

  /** Sum of what was added in [from, to). */
  sum(from: number, to: number): number {
    let total = 0;
    for (let index = this.minutes.length - 1; index >= 0; index--) {
      const at = this.minutes[index] ?? 0;
      if (at < from) break;
      if (at < to) total += this.sums[index] ?? 0;
    }
    return total;
  }

  /** Says at what the metric stands from now on, for one that is measured and not added up. */
  set(value: number): void {
    const { now } = this.region.account.clock;
    this.levels.push({ at: now, value });
    for (const alarm of this.alarms) alarm.lookAt((Math.floor(now / minute) + 1) * minute);
  }

  /** The most at which it stood in [from, to). */
  highest(from: number, to: number): number {
    let most = 0;
    for (let index = this.levels.length - 1; index >= 0; index--) {
      const { at, value } = this.levels[index] ?? { at: 0, value: 0 };
      if (at < to) most = Math.max(most, value);
      // It stood there until the next one.
      if (at <= from) break;
    }
    return most;
  }
}

/** What an alarm asks of a metric: of a queue's length, which is no sum, the maximum. */
function statisticOf({ Namespace, MetricName, Statistic }: MetricAlarmInput): "sum" | "highest" | undefined {
  const isLevel = Namespace === "AWS/SQS" && MetricName === "ApproximateNumberOfMessagesVisible";
  if (isLevel) return Statistic === "Maximum" ? "highest" : undefined;
  return Statistic === "Sum" ? "sum" : undefined;
}

/** An alarm on a metric's sum or maximum, with sliding periods as CloudWatch evaluates them, once a minute. */
class MetricAlarm {
  state: "OK" | "ALARM" = "OK";
  private planned = 0;
  readonly listeners: ((state: "OK" | "ALARM") => void)[] = [];

  constructor(
    private readonly region: Needs,
    private readonly metric: Metric,
    private readonly input: MetricAlarmInput,
  ) {}

  lookAt(time: number): void {
    if (this.planned >= time) return;
    this.planned = time;
    this.region.account.clock.at(time, () => this.evaluate());
  }

  private evaluate(): void {
    const { clock } = this.region.account;
    const { Period, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, Threshold } = this.input;
    const statistic = statisticOf(this.input) ?? "sum";
    const length = Period * 1000;
    let breaching = 0;
    for (let index = 0; index < EvaluationPeriods; index++) {
      const end = clock.now - index * length;
      if (this.metric[statistic](end - length, end) >= Threshold) breaching++;
    }
    const state = breaching >= DatapointsToAlarm ? "ALARM" : "OK";
    // The alarm ends by itself once the datapoints have left its periods, and a level lasts while nothing happens.
    if (state === "ALARM" || (statistic === "highest" && breaching > 0)) this.lookAt(clock.now + length);
    if (state === this.state) return;
    this.state = state;
    if (state === "ALARM") this.region.cloudWatch.act(this.input.AlarmName, this.input.AlarmActions ?? []);
    for (const listener of this.listeners) listener(state);
  }
}

/** CloudWatch: the metrics and alarms that the program's windows use. */
export class CloudWatch {
  private readonly metrics = new Map<string, Metric>();
  private readonly alarms = new Map<string, MetricAlarm>();

  constructor(private readonly region: Needs) {}

  /** The metric with one dimension, made on first use. */
  metric(namespace: string, name: string, dimension: string, value: string): Metric {
    const key = JSON.stringify([namespace, name, dimension, value]);
    const known = this.metrics.get(key);
    if (known !== undefined) return known;
    const metric = new Metric(this.region);
    this.metrics.set(key, metric);
    return metric;
  }

  putMetricAlarm(input: MetricAlarmInput): void {
    const [dimension] = input.Dimensions;
    const modelled =
      statisticOf(input) !== undefined &&
      input.ComparisonOperator === "GreaterThanOrEqualToThreshold" &&
      input.TreatMissingData === "notBreaching" &&
      input.Dimensions.length === 1;
    if (!modelled || dimension === undefined) throw new NotModelledError(`the alarm ${input.AlarmName}`);
    const metric = this.metric(input.Namespace, input.MetricName, dimension.Name, dimension.Value);
    const alarm = new MetricAlarm(this.region, metric, input);
    metric.alarms.push(alarm);
    this.alarms.set(input.AlarmName, alarm);
  }

  putCompositeAlarm(input: CompositeAlarmInput): void {
    const childName = /^ALARM\("([^"]+)"\)$/.exec(input.AlarmRule)?.[1];
    if (childName === undefined) throw new NotModelledError(`the alarm rule ${input.AlarmRule}`);
    const child = this.alarm(childName, input.AlarmName);
    const { ActionsSuppressor: name } = input;
    const suppressor =
      name === undefined ? undefined : this.alarm(name.replace(/^.*:alarm:/, ""), input.AlarmName);
    child.listeners.push((state) => {
      if (state !== "ALARM" || suppressor?.state === "ALARM") return;
      const wait = (input.ActionsSuppressorWaitPeriod ?? 0) * 1000;
      const { clock } = this.region.account;
      clock.at(clock.now + wait, () => {
        if (child.state === "ALARM" && suppressor?.state !== "ALARM")
          this.act(input.AlarmName, input.AlarmActions ?? []);
      });
    });
  }

  /** Tells an alarm's topics that it has gone off. */
  act(alarmName: string, actions: readonly string[]): void {
    for (const action of actions) {
      const message = { AlarmName: alarmName, NewStateValue: "ALARM", Region: this.region.name };
      this.region.sns.deliver(
        {
          TopicArn: action,
          Subject: `ALARM: "${alarmName}" in ${this.region.name}`,
          Message: JSON.stringify(message),
        },
        {
          caller: { kind: "service", name: "cloudwatch.amazonaws.com" },
          source: this.region.arn("cloudwatch", `alarm:${alarmName}`),
        },
      );
    }
  }

  private alarm(name: string, wantedBy: string): MetricAlarm {
    const alarm = this.alarms.get(name);
    if (alarm !== undefined) return alarm;
    throw new AwsError("ValidationError", `The alarm ${wantedBy} refers to ${name}, which does not exist`);
  }
}
