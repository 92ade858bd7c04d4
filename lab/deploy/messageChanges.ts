import { arnOf, type Change, listed, retagged } from "./change.js";
import { given, optional } from "./inputs.js";

/** How what the lab keeps no tags of gets others. */
function retag(service: "cloudwatch" | "events"): NonNullable<Change["retag"]> {
  return (_region, standing, changes, send) => {
    const ResourceARN = arnOf(standing);
    retagged(
      changes,
      (TagKeys) => send(service, "UntagResource", { ResourceARN, TagKeys }),
      (tags) => send(service, "TagResource", { ResourceARN, Tags: listed(tags) }),
    );
  };
}

const removeAlarm: Change["remove"] = ({ cloudWatch }, { id }, send) => {
  cloudWatch.deleteAlarms(send("cloudwatch", "DeleteAlarms", { AlarmNames: [id] }));
};

/** What SNS gives a topic that has been given no policy: everything to whoever is of the account. */
function ownPolicy(topicArn: string, accountId: string): string {
  const statement = {
    Sid: "__default_statement_ID",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:Subscribe", "SNS:Publish"],
    Resource: topicArn,
    Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
  };
  return JSON.stringify({ Version: "2008-10-17", Id: "__default_policy_ID", Statement: [statement] });
}

/** Topics, rules and alarms. */
export const messageChanges: Readonly<Record<string, Change>> = {
  "aws:sns/topic:Topic": {
    replacedBy: ["name", "namePrefix", "fifoTopic"],
    update: ({ sns }, { id: TopicArn }, inputs, send) => {
      const AttributeValue = optional<string>(inputs, "kmsMasterKeyId") ?? "";
      send("sns", "SetTopicAttributes", { TopicArn, AttributeName: "KmsMasterKeyId", AttributeValue });
      sns.setKey(TopicArn, AttributeValue);
      return undefined;
    },
    retag: (_region, { id: ResourceArn }, changes, send) =>
      retagged(
        changes,
        (TagKeys) => send("sns", "UntagResource", { ResourceArn, TagKeys }),
        (tags) => send("sns", "TagResource", { ResourceArn, Tags: listed(tags) }),
      ),
    remove: ({ sns }, { id: TopicArn }, send) => sns.deleteTopic(send("sns", "DeleteTopic", { TopicArn })),
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    replacedBy: ["arn"],
    update: "asMade",
    remove: ({ account: { iam, id } }, { id: TopicArn }, send) => {
      const AttributeValue = ownPolicy(TopicArn, id);
      send("sns", "SetTopicAttributes", { TopicArn, AttributeName: "Policy", AttributeValue });
      // It allows nothing to services, and the account's own need no policy of the topic.
      iam.deleteResourcePolicy(TopicArn);
    },
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    replacedBy: ["topic", "protocol", "endpoint"],
    remove: ({ sns }, { id: SubscriptionArn }, send) =>
      sns.unsubscribe(send("sns", "Unsubscribe", { SubscriptionArn })),
  },
  "aws:cloudwatch/eventRule:EventRule": {
    replacedBy: ["name", "namePrefix", "eventBusName"],
    update: "asMade",
    retag: retag("events"),
    remove: ({ events }, { id: Name }, send) =>
      events.deleteRule(send("events", "DeleteRule", { Name, EventBusName: "default" })),
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": {
    replacedBy: ["name", "namePrefix"],
    retag: (_region, standing, changes, send) => {
      const ResourceArn = arnOf(standing);
      retagged(
        changes,
        (TagKeys) => send("scheduler", "UntagResource", { ResourceArn, TagKeys }),
        (tags) => send("scheduler", "TagResource", { ResourceArn, Tags: listed(tags) }),
      );
    },
    remove: ({ scheduler }, { id: Name }, send) =>
      scheduler.deleteScheduleGroup(send("scheduler", "DeleteScheduleGroup", { Name })),
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    replacedBy: ["rule", "targetId", "eventBusName"],
    update: "asMade",
    remove: ({ events }, { name, inputs }, send) => {
      events.removeTargets(
        send("events", "RemoveTargets", {
          Rule: given<string>(inputs, "rule"),
          EventBusName: "default",
          Ids: [optional<string>(inputs, "targetId") ?? name],
        }),
      );
    },
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    replacedBy: ["name"],
    update: "asMade",
    retag: retag("cloudwatch"),
    remove: removeAlarm,
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
    replacedBy: ["alarmName"],
    update: "asMade",
    retag: (region, { id, ...standing }, changes, send) => {
      const arn = region.arn("cloudwatch", `alarm:${id}`);
      retag("cloudwatch")(region, { ...standing, id, state: { arn } }, changes, send);
    },
    remove: removeAlarm,
  },
};
