import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hoursOverdue, metricDimension, metricNamespace } from "#shared/contract/metrics.js";
import { regionProblems } from "../common/awsContext.js";
import { ArgumentChecks } from "../common/problems.js";

export interface OverdueAlarmArgs {
  /** Region of the function. @default the provider's Region */
  region?: string;
  /** Name of the function that watches windows, and is called every hour. */
  functionName: pulumi.Input<string>;
  /** ARN of the topic that is told. */
  failuresTopicArn: pulumi.Input<string>;
  /** Tags of all that takes tags, by key. @default none */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Silence is a failure: an alarm for a window that does not open, is disabled or gone, and for the function that watches them when
 * it says nothing. An alarm cannot watch a window itself, since its periods together have at most seven days (CloudWatch,
 * PutMetricAlarm). Make it last: a period without a number counts as a bad one.
 *
 * @throws `pulumi.InputPropertiesError` that names everything that is wrong with the arguments
 */
export class OverdueAlarm extends pulumi.ComponentResource {
  /** ARN of the alarm. */
  readonly alarmArn: pulumi.Output<string>;

  constructor(name: string, args: OverdueAlarmArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:OverdueAlarm", name, args, options);
    const checks = new ArgumentChecks(`OverdueAlarm ${name}`);
    checks.plain(args.region, regionProblems);
    checks.done();
    const alarm = new aws.cloudwatch.MetricAlarm(
      `${name}-alarm`,
      {
        ...(args.region === undefined ? {} : { region: args.region }),
        ...(args.tags === undefined ? {} : { tags: args.tags }),
        alarmDescription: pulumi.interpolate`patchplane: a maintenance window has not opened when it should have, is disabled or is gone, or ${args.functionName}, which watches them, has said nothing for two hours. Its log names the window. Nodes may be unpatched.`,
        namespace: metricNamespace,
        metricName: hoursOverdue,
        dimensions: { [metricDimension]: args.functionName },
        statistic: "Maximum",
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        // One number an hour: a period in which none falls, since runs begin some seconds apart, is no failure yet.
        period: 3600,
        evaluationPeriods: 2,
        treatMissingData: "breaching",
        alarmActions: [args.failuresTopicArn],
      },
      { parent: this },
    );
    this.alarmArn = alarm.arn;
    this.registerOutputs({ alarmArn: this.alarmArn });
  }
}
