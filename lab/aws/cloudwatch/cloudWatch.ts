import { AwsError, NotModelledError } from "../base/errors.js";
import type { Sns } from "../messages/sns.js";
import type { Place } from "../place.js";
import { CloudWatchDescriptions } from "./descriptions.js";
import { comparisons, Metric, MetricAlarm, type MetricAlarmInput, minute, statisticOf } from "./metrics.js";

/** Where alarms are, and who is told of them. */
type Needs = Place & { readonly cloudWatch: CloudWatch; readonly sns: Sns };

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

interface Composite {
  readonly input: CompositeAlarmInput;
  readonly childName: string;
  readonly suppressorName: string | undefined;
}

/** CloudWatch: the metrics and alarms that the program's windows use. */
export class CloudWatch {
  private readonly metrics = new Map<string, Metric>();
  private readonly alarms = new Map<string, MetricAlarm>();
  private readonly composites = new Map<string, Composite>();
  readonly descriptions: CloudWatchDescriptions;

  constructor(private readonly region: Needs) {
    const { alarms, composites } = this;
    this.descriptions = new CloudWatchDescriptions(region, {
      alarms,
      composites,
      known: (...key) => this.metrics.get(JSON.stringify(key)),
      isRinging: (name) => {
        const composite = composites.get(name);
        return (
          composite !== undefined &&
          alarms.get(composite.childName)?.state === "ALARM" &&
          !this.isSuppressed(composite)
        );
      },
    });
  }

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
      Object.hasOwn(comparisons, input.ComparisonOperator) &&
      ["breaching", "notBreaching"].includes(input.TreatMissingData) &&
      input.Dimensions.length === 1;
    if (!modelled || dimension === undefined) throw new NotModelledError(`the alarm ${input.AlarmName}`);
    const metric = this.metric(input.Namespace, input.MetricName, dimension.Name, dimension.Value);
    const before = this.alarms.get(input.AlarmName);
    before?.end();
    const alarm = new MetricAlarm(this.region, metric, input);
    // An alarm that is changed keeps its state until it is evaluated again.
    alarm.state = before?.state ?? alarm.state;
    this.alarms.set(input.AlarmName, alarm);
    if (before !== undefined || input.TreatMissingData === "breaching") {
      alarm.lookAt((Math.floor(this.region.account.clock.now / minute) + 2) * minute);
    }
  }

  putCompositeAlarm(input: CompositeAlarmInput): void {
    const childName = /^ALARM\("([^"]+)"\)$/.exec(input.AlarmRule)?.[1];
    if (childName === undefined) throw new NotModelledError(`the alarm rule ${input.AlarmRule}`);
    const suppressorName = input.ActionsSuppressor?.replace(/^.*:alarm:/, "");
    for (const name of [childName, suppressorName]) {
      if (name === undefined || this.alarms.has(name)) continue;
      const message = `The alarm ${input.AlarmName} refers to ${name}, which does not exist`;
      throw new AwsError("ValidationError", message);
    }
    this.composites.set(input.AlarmName, { input, childName, suppressorName });
  }

  /** @throws AwsError ValidationError for an alarm that a composite one refers to */
  deleteAlarms({ AlarmNames }: { readonly AlarmNames: readonly string[] }): void {
    for (const name of AlarmNames) {
      const user = [...this.composites.values()].find((one) =>
        [one.childName, one.suppressorName].includes(name),
      );
      if (user !== undefined) {
        const message = `The alarm ${name} cannot be deleted: ${user.input.AlarmName} refers to it`;
        throw new AwsError("ValidationError", message);
      }
      this.composites.delete(name);
      this.alarms.get(name)?.end();
      this.alarms.delete(name);
    }
  }

  /** Lets the composite alarms of one that has gone off go off too, unless they are suppressed. */
  rang(child: MetricAlarm): void {
    const { clock } = this.region.account;
    for (const composite of this.composites.values()) {
      if (this.alarms.get(composite.childName) !== child || this.isSuppressed(composite)) continue;
      const { input, childName } = composite;
      clock.at(clock.now + (input.ActionsSuppressorWaitPeriod ?? 0) * 1000, () => {
        const isThere = this.composites.get(input.AlarmName) === composite;
        if (isThere && this.alarms.get(childName)?.state === "ALARM" && !this.isSuppressed(composite))
          this.act(input.AlarmName, input.AlarmActions ?? []);
      });
    }
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

  private isSuppressed({ suppressorName = "" }: Composite): boolean {
    return this.alarms.get(suppressorName)?.state === "ALARM";
  }
}
