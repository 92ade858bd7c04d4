import type { ServiceName } from "#lab/aws/model/model.js";
import { type Ids, type PagedWorld, upTo } from "./supportPages.js";

/** How an operation's pages are asked for and read where no client of the SDK is at hand. */
export interface Loop {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input?: object;
  /** Members of the request for a page's size and its token, and of the answer for the next token. */
  readonly members: readonly [size: string | undefined, token: string, next: string];
  /** The answer's list, and what tells its items apart. */
  readonly items: readonly [list: string, member: string];
  readonly truth: Ids;
}

const simulated = ["ssm:SendCommand", "ssm:CancelCommand", "ssm:ListCommands"];
const metrics = {
  StartTime: new Date("2026-05-31T00:00:00Z"),
  EndTime: new Date("2026-06-01T00:00:00Z"),
  MetricDataQueries: [
    {
      Id: "errors",
      MetricStat: {
        Metric: {
          Namespace: "AWS/Lambda",
          MetricName: "Errors",
          Dimensions: [{ Name: "FunctionName", Value: "f0" }],
        },
        Period: 3600,
        Stat: "Sum",
      },
    },
  ],
};
/** Of what tells of a stack that stands: subscriptions, rules, alarms, metrics, IAM. */
export function watchedLoops(world: PagedWorld): Loop[] {
  return [
    {
      service: "sns",
      operation: "ListSubscriptionsByTopic",
      input: { TopicArn: world.topicArns[0] },
      members: [undefined, "NextToken", "NextToken"],
      items: ["Subscriptions", "Endpoint"],
      truth: world.endpoints,
    },
    {
      service: "events",
      operation: "ListRules",
      members: ["Limit", "NextToken", "NextToken"],
      items: ["Rules", "Name"],
      truth: upTo(4).map((number) => `rule-${number}`),
    },
    {
      service: "events",
      operation: "ListTargetsByRule",
      input: { Rule: "rule-0" },
      members: ["Limit", "NextToken", "NextToken"],
      items: ["Targets", "Id"],
      truth: upTo(4).map((number) => `to-${number}`),
    },
    {
      service: "scheduler",
      operation: "ListSchedules",
      input: { GroupName: "ends" },
      members: ["MaxResults", "NextToken", "NextToken"],
      items: ["Schedules", "Name"],
      truth: upTo(4).map((number) => `schedule-${number}`),
    },
    {
      service: "cloudwatch",
      operation: "DescribeAlarms",
      members: ["MaxRecords", "NextToken", "NextToken"],
      items: ["MetricAlarms", "AlarmName"],
      truth: upTo(4).map((number) => `alarm-${number}`),
    },
    {
      service: "cloudwatch",
      operation: "GetMetricData",
      input: metrics,
      members: [undefined, "NextToken", "NextToken"],
      items: ["MetricDataResults", "Id"],
      truth: ["errors"],
    },
    {
      service: "iam",
      operation: "ListAttachedRolePolicies",
      input: { RoleName: "many" },
      members: ["MaxItems", "Marker", "Marker"],
      items: ["AttachedPolicies", "PolicyName"],
      truth: upTo(4).map((number) => `policy-${number}`),
    },
    {
      service: "iam",
      operation: "SimulatePrincipalPolicy",
      input: { PolicySourceArn: "arn:aws:iam::123456789012:role/many", ActionNames: simulated },
      members: ["MaxItems", "Marker", "Marker"],
      items: ["EvaluationResults", "EvalActionName"],
      truth: simulated,
    },
  ];
}
