import type { Region } from "#lab/aws/region.js";

/** A topic on which rules and alarms of the account may publish, as its policy says. */
export function topicForServices(region: Region, name: string): string {
  const { TopicArn } = region.sns.createTopic({ Name: name });
  const services = ["events.amazonaws.com", "cloudwatch.amazonaws.com"];
  const statement = {
    Effect: "Allow",
    Principal: { Service: services },
    Action: "sns:Publish",
    Resource: TopicArn,
  };
  region.account.iam.putResourcePolicy(
    TopicArn,
    JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  );
  return TopicArn;
}
