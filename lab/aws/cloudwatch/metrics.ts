import type { Place } from "../place.js";

/** Where alarms are, and who is told that one has gone off. */
type AlarmPlace = Place & {
  readonly cloudWatch: {
    act(alarmName: string, actions: readonly string[]): void;
    rang(alarm: MetricAlarm): void;
  };
};

export const minute = 60_000;
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

/** A metric's sums and highest values per minute of the last week. */
export class Metric {
  private readonly minutes: number[] = [];
  private readonly sums: number[] = [];
  private readonly peaks: number[] = [];
  private readonly levels: { readonly at: number; readonly value: number }[] = [];
  readonly alarms: MetricAlarm[] = [];

  constructor(private readonly region: AlarmPlace) {}

  /** Adds to the current minute, and lets the metric's alarms look at it when the minute is over. */
  add(value: number): void {
    const now = this.region.account.clock.now;
    const start = Math.floor(now / minute) * minute;
    const last = this.minutes.length - 1;
    if (this.minutes[last] === start) {
      this.sums[last] = (this.sums[last] ?? 0) + value;
      this.peaks[last] = Math.max(this.peaks[last] ?? value, value);
      return;
    }
    this.minutes.push(start);
    this.sums.push(value);
    this.peaks.push(value);
    while ((this.minutes[0] ?? start) < start - week) {
      this.minutes.shift();
      this.sums.shift();
      this.peaks.shift();
    }
    for (const alarm of this.alarms) alarm.lookAt(start + minute);
  }

  /** Sum of what was added in [from, to). */
  sum(from: number, to: number): number {
    return this.total(from, to) ?? 0;
  }

  /** The same; undefined when nothing was added. */
  total(from: number, to: number): number | undefined {
    return this.within(this.sums, from, to, (total, sum) => total + sum);
  }

  /** The most that was added at once in [from, to); undefined when nothing was. */
  maximum(from: number, to: number): number | undefined {
    return this.within(this.peaks, from, to, Math.max);
  }

  private within(
    values: readonly number[],
    from: number,
    to: number,
    join: (a: number, b: number) => number,
  ): number | undefined {
    let joined: number | undefined;
    for (let index = this.minutes.length - 1; index >= 0; index--) {
      const at = this.minutes[index] ?? 0;
      if (at < from) break;
      const value = values[index] ?? 0;
      if (at < to) joined = joined === undefined ? value : join(joined, value);
    }
    return joined;
  }

  /** At what it stands now. */
  get level(): number {
    return this.levels.at(-1)?.value ?? 0;
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

/** A metric of people: on how many nodes their application is down. */
export const peoplesMetric = { namespace: "Applications", name: "NodesDown", dimension: "Alarm" } as const;

/** What an alarm asks of a metric: of a queue's length, which stands at something always, the highest level. */
export function statisticOf({ Namespace, MetricName, Statistic }: MetricAlarmInput) {
  const isLevel =
    (Namespace === "AWS/SQS" && MetricName === "ApproximateNumberOfMessagesVisible") ||
    Namespace === peoplesMetric.namespace;
  if (Statistic === "Maximum") return isLevel ? "highest" : "maximum";
  return Statistic === "Sum" && !isLevel ? "total" : undefined;
}

export const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
};

/**
 * An alarm on a metric's sum or maximum, with sliding periods as CloudWatch evaluates them, once a minute. Where missing data is
 * breaching, an alarm that is new rings within the minute unless there are data already.
 */
export class MetricAlarm {
  state: "OK" | "ALARM" = "OK";
  private readonly planned = new Set<number>();
  private isGone = false;

  constructor(
    private readonly region: AlarmPlace,
    private readonly metric: Metric,
    readonly input: MetricAlarmInput,
  ) {
    metric.alarms.push(this);
  }

  /** Looks at its metric no more. */
  end(): void {
    this.isGone = true;
    this.metric.alarms.splice(this.metric.alarms.indexOf(this), 1);
  }

  /** Looks at the metric at the end of a minute, and again whenever a value of that minute has left a period. */
  lookAt(time: number): void {
    const { Period, EvaluationPeriods, TreatMissingData } = this.input;
    const looks = TreatMissingData === "breaching" ? EvaluationPeriods : 0;
    for (let index = 0; index <= looks; index++) this.plan(time + index * Period * 1000);
  }

  private plan(time: number): void {
    if (this.planned.has(time)) return;
    this.planned.add(time);
    this.region.account.clock.at(time, () => {
      this.planned.delete(time);
      this.evaluate();
    });
  }

  private evaluate(): void {
    if (this.isGone) return;
    const { clock } = this.region.account;
    const { Period, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = this.input;
    const statistic = statisticOf(this.input) ?? "total";
    const length = Period * 1000;
    let breaching = 0;
    for (let index = 0; index < EvaluationPeriods; index++) {
      const end = clock.now - index * length;
      if (this.isBreaching(this.metric[statistic](end - length, end))) breaching++;
    }
    const state = breaching >= DatapointsToAlarm ? "ALARM" : "OK";
    // The alarm ends by itself once the datapoints have left its periods, and a level lasts while nothing happens.
    const isOver = state === "OK" && !(statistic === "highest" && breaching > 0);
    if (!isOver && this.input.TreatMissingData !== "breaching") this.plan(clock.now + length);
    if (state === this.state) return;
    this.state = state;
    if (state === "ALARM") this.region.cloudWatch.act(this.input.AlarmName, this.input.AlarmActions ?? []);
    if (state === "ALARM") this.region.cloudWatch.rang(this);
  }

  private isBreaching(value: number | undefined): boolean {
    const { ComparisonOperator, Threshold, TreatMissingData } = this.input;
    if (value === undefined) return TreatMissingData === "breaching";
    return comparisons[ComparisonOperator]?.(value, Threshold) === true;
  }
}
