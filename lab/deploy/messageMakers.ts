import { autonamed, given, type Inputs, optional, passSet, tagList } from "./inputs.js";
import type { Maker } from "./maker.js";

/** Topics, rules and alarms: who is told of what. */
export const messageMakers: Readonly<Record<string, Maker>> = {
  "aws:sns/topic:Topic": ({ sns }, name, inputs, send) => {
    const Attributes = passSet<"KmsMasterKeyId", string>(inputs, "kmsMasterKeyId", "KmsMasterKeyId");
    const request = {
      Name: optional<string>(inputs, "name") ?? name,
      ...(Attributes.KmsMasterKeyId === undefined ? {} : { Attributes }),
      ...tagList(inputs, "Tags"),
    };
    const { TopicArn } = sns.createTopic(
      send("sns", "CreateTopic", request, autonamed(inputs, "name", "Name")),
    );
    return { id: TopicArn, state: { arn: TopicArn } };
  },
  "aws:sns/topicPolicy:TopicPolicy": ({ account: { iam } }, _name, inputs, send) => {
    const { TopicArn, AttributeValue } = send("sns", "SetTopicAttributes", {
      TopicArn: given<string>(inputs, "arn"),
      AttributeName: "Policy",
      AttributeValue: given<string>(inputs, "policy"),
    });
    iam.putResourcePolicy(TopicArn, AttributeValue);
    return { id: TopicArn };
  },
  "aws:sns/topicSubscription:TopicSubscription": ({ sns }, _name, inputs, send) => {
    const { SubscriptionArn } = sns.subscribe(
      send("sns", "Subscribe", {
        TopicArn: given<string>(inputs, "topic"),
        Protocol: given<string>(inputs, "protocol"),
        Endpoint: given<string>(inputs, "endpoint"),
        ReturnSubscriptionArn: true,
      }),
    );
    return { id: SubscriptionArn };
  },
  "aws:cloudwatch/eventRule:EventRule": ({ events }, name, inputs, send) => {
    const Name = optional<string>(inputs, "name") ?? name;
    const request = {
      Name,
      EventBusName: "default",
      State: optional<string>(inputs, "state") ?? "ENABLED",
      ...passSet<"Description", string>(inputs, "description", "Description"),
      ...passSet<"EventPattern", string>(inputs, "eventPattern", "EventPattern"),
      ...passSet<"ScheduleExpression", string>(inputs, "scheduleExpression", "ScheduleExpression"),
      ...tagList(inputs, "Tags"),
    };
    const { RuleArn } = events.putRule(send("events", "PutRule", request, autonamed(inputs, "name", "Name")));
    return { id: Name, state: { name: Name, arn: RuleArn } };
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": ({ scheduler }, name, inputs, send) => {
    const Name = optional<string>(inputs, "name") ?? name;
    const { ScheduleGroupArn } = scheduler.createScheduleGroup(
      send(
        "scheduler",
        "CreateScheduleGroup",
        { Name, ...tagList(inputs, "Tags") },
        autonamed(inputs, "name", "Name"),
      ),
    );
    return { id: Name, state: { name: Name, arn: ScheduleGroupArn } };
  },
  "aws:cloudwatch/eventTarget:EventTarget": ({ events }, name, inputs, send) => {
    const transformer = optional<{ inputPaths?: Record<string, string>; inputTemplate: string }>(
      inputs,
      "inputTransformer",
    );
    const kept = optional<{ arn: string }>(inputs, "deadLetterConfig");
    const target = {
      Id: optional<string>(inputs, "targetId") ?? name,
      Arn: given<string>(inputs, "arn"),
      ...passSet<"Input", string>(inputs, "input", "Input"),
      ...(kept === undefined ? {} : { DeadLetterConfig: { Arn: kept.arn } }),
      ...(transformer === undefined
        ? {}
        : {
            InputTransformer: {
              InputPathsMap: transformer.inputPaths ?? {},
              InputTemplate: transformer.inputTemplate,
            },
          }),
    };
    events.putTargets(
      send("events", "PutTargets", {
        Rule: given<string>(inputs, "rule"),
        EventBusName: "default",
        Targets: [target],
      }),
    );
    return { id: name };
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": (region, name, inputs, send) => {
    const AlarmName = optional<string>(inputs, "name") ?? name;
    const dimensions = Object.entries(optional<Record<string, string>>(inputs, "dimensions") ?? {});
    const request = {
      AlarmName,
      ActionsEnabled: true,
      Namespace: given<string>(inputs, "namespace"),
      MetricName: given<string>(inputs, "metricName"),
      Statistic: given<string>(inputs, "statistic"),
      ComparisonOperator: given<string>(inputs, "comparisonOperator"),
      TreatMissingData: optional<string>(inputs, "treatMissingData") ?? "missing",
      Threshold: optional<number>(inputs, "threshold") ?? 0,
      Period: given<number>(inputs, "period"),
      EvaluationPeriods: given<number>(inputs, "evaluationPeriods"),
      Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
      ...passSet<"DatapointsToAlarm", number>(inputs, "datapointsToAlarm", "DatapointsToAlarm"),
      ...alarmRest(inputs),
    };
    region.cloudWatch.putMetricAlarm(
      send("cloudwatch", "PutMetricAlarm", request, autonamed(inputs, "name", "AlarmName")),
    );
    return { id: AlarmName, state: { name: AlarmName, arn: region.arn("cloudwatch", `alarm:${AlarmName}`) } };
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": ({ cloudWatch }, name, inputs, send) => {
    const AlarmName = optional<string>(inputs, "alarmName") ?? name;
    const suppressor = optional<{ alarm: string; waitPeriod: number; extensionPeriod: number }>(
      inputs,
      "actionsSuppressor",
    );
    const request = {
      AlarmName,
      ActionsEnabled: true,
      AlarmRule: given<string>(inputs, "alarmRule"),
      ...alarmRest(inputs),
      ...(suppressor === undefined
        ? {}
        : {
            ActionsSuppressor: suppressor.alarm,
            ActionsSuppressorWaitPeriod: suppressor.waitPeriod,
            ActionsSuppressorExtensionPeriod: suppressor.extensionPeriod,
          }),
    };
    cloudWatch.putCompositeAlarm(
      send("cloudwatch", "PutCompositeAlarm", request, autonamed(inputs, "alarmName", "AlarmName")),
    );
    return { id: AlarmName };
  },
};

function alarmRest(inputs: Inputs) {
  return {
    ...passSet<"AlarmActions", string[]>(inputs, "alarmActions", "AlarmActions"),
    ...passSet<"AlarmDescription", string>(inputs, "alarmDescription", "AlarmDescription"),
    ...tagList(inputs, "Tags"),
  };
}
