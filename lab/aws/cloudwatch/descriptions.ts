import { AwsError, NotModelledError, refuseOthers } from "../base/errors.js";
import { page } from "../base/page.js";
import type { Place } from "../place.js";
import type { Metric, MetricAlarm, MetricAlarmInput } from "./metrics.js";

/** What is told of. */
interface Told {
  readonly alarms: ReadonlyMap<string, MetricAlarm>;
  readonly composites: ReadonlyMap<string, CompositeTold>;
  /** Undefined where nobody has ever put a value. */
  known(namespace: string, name: string, dimension: string, value: string): Metric | undefined;
  isRinging(compositeName: string): boolean;
}

interface Named {
  readonly AlarmName: string;
  readonly AlarmActions?: readonly string[];
}

interface CompositeTold {
  readonly input: Named & { readonly AlarmRule: string };
}

type AlarmType = "MetricAlarm" | "CompositeAlarm";

interface AlarmsRequest {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly AlarmTypes?: readonly AlarmType[];
  readonly StateValue?: string;
  readonly ActionPrefix?: string;
  readonly MaxRecords?: number;
  readonly NextToken?: string;
}

interface DataRequest {
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat?: {
      readonly Metric: Pick<MetricAlarmInput, "Namespace" | "MetricName" | "Dimensions">;
      /** Seconds. */
      readonly Period: number;
      readonly Stat: string;
    };
  }[];
}

/** CloudWatch's answers about its alarms and metrics. */
export class CloudWatchDescriptions {
  constructor(
    private readonly region: Place,
    private readonly told: Told,
  ) {}

  /** API reference, DescribeAlarms: without AlarmTypes, metric alarms alone. */
  describeAlarms(input: AlarmsRequest) {
    refuseOthers("DescribeAlarms", input, [
      ...["AlarmNames", "AlarmNamePrefix", "AlarmTypes", "StateValue", "ActionPrefix"],
      ...["MaxRecords", "NextToken"],
    ]);
    const { AlarmTypes = ["MetricAlarm"], MaxRecords, NextToken } = input;
    const fits = ({ AlarmName, AlarmActions = [] }: Named, state: string) =>
      (input.AlarmNames?.includes(AlarmName) ?? true) &&
      AlarmName.startsWith(input.AlarmNamePrefix ?? "") &&
      (input.StateValue === undefined || input.StateValue === state) &&
      (input.ActionPrefix === undefined ||
        AlarmActions.some((action) => action.startsWith(input.ActionPrefix ?? "")));
    const common = (name: string, state: string) => ({
      AlarmName: name,
      AlarmArn: this.region.arn("cloudwatch", `alarm:${name}`),
      ActionsEnabled: true,
      StateValue: state,
    });
    const metricAlarms = [...this.told.alarms.values()]
      .filter((alarm) => AlarmTypes.includes("MetricAlarm") && fits(alarm.input, alarm.state))
      .map(({ input: { DatapointsToAlarm, ...own }, state }) => ({
        kind: "MetricAlarm" as const,
        ...common(own.AlarmName, state),
        AlarmActions: own.AlarmActions ?? [],
        ...{ Namespace: own.Namespace, MetricName: own.MetricName, Dimensions: own.Dimensions },
        ...{ Statistic: own.Statistic, Period: own.Period, EvaluationPeriods: own.EvaluationPeriods },
        ...{ Threshold: own.Threshold, ComparisonOperator: own.ComparisonOperator },
        TreatMissingData: own.TreatMissingData,
        ...(DatapointsToAlarm === undefined ? {} : { DatapointsToAlarm }),
      }));
    const composites = [...this.told.composites.values()].flatMap(({ input: own }) => {
      const state = this.told.isRinging(own.AlarmName) ? "ALARM" : "OK";
      if (!AlarmTypes.includes("CompositeAlarm") || !fits(own, state)) return [];
      const { AlarmActions = [], AlarmRule } = own;
      return [{ kind: "CompositeAlarm" as const, ...common(own.AlarmName, state), AlarmActions, AlarmRule }];
    });
    const asked = { NextToken, MaxResults: MaxRecords };
    const { items, token } = page([...metricAlarms, ...composites], asked, 1, 100, { unasked: 50 });
    const of = (wanted: AlarmType) => items.flatMap(({ kind, ...alarm }) => (kind === wanted ? [alarm] : []));
    return { MetricAlarms: of("MetricAlarm"), CompositeAlarms: of("CompositeAlarm"), ...token };
  }

  getMetricData(input: DataRequest) {
    refuseOthers("GetMetricData", input, ["StartTime", "EndTime", "MetricDataQueries"]);
    const [from, to] = [input.StartTime.getTime(), input.EndTime.getTime()];
    if (from >= to)
      throw new AwsError("ValidationError", "The parameter StartTime must be less than EndTime");
    const MetricDataResults = input.MetricDataQueries.map(({ Id, MetricStat }) => {
      if (MetricStat === undefined || MetricStat.Stat !== "Sum")
        throw new NotModelledError(`the query ${Id} of GetMetricData`);
      const { Metric: asked, Period } = MetricStat;
      const [dimension] = asked.Dimensions;
      if (dimension === undefined || asked.Dimensions.length !== 1)
        throw new NotModelledError(`the dimensions of ${Id} of GetMetricData`);
      const metric = this.told.known(asked.Namespace, asked.MetricName, dimension.Name, dimension.Value);
      const step = Period * 1000;
      const points: { readonly at: number; readonly value: number }[] = [];
      for (let at = Math.floor(from / step) * step; at < to; at += step) {
        const value = metric?.total(at, at + step);
        if (value !== undefined) points.unshift({ at, value });
      }
      return {
        Id,
        Label: asked.MetricName,
        Timestamps: points.map(({ at }) => new Date(at)),
        Values: points.map(({ value }) => value),
        StatusCode: "Complete",
      };
    });
    return { MetricDataResults };
  }
}
