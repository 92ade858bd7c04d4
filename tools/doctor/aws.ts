import { CloudWatchClient, GetMetricDataCommand, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { DescribeRegionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  EventBridgeClient,
  ListRulesCommand,
  type ListRulesCommandOutput,
  ListTargetsByRuleCommand,
  type Rule,
} from "@aws-sdk/client-eventbridge";
import {
  type ContextEntry,
  GetInstanceProfileCommand,
  GetRoleCommand,
  IAMClient,
  NoSuchEntityException,
  paginateSimulatePrincipalPolicy,
} from "@aws-sdk/client-iam";
import { GetKeyPolicyCommand, KMSClient, NotFoundException as NoKey } from "@aws-sdk/client-kms";
import {
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  LambdaClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { GetBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3";
import {
  GetScheduleGroupCommand,
  ResourceNotFoundException as NoSchedule,
  paginateListSchedules,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import {
  GetTopicAttributesCommand,
  NotFoundException,
  paginateListSubscriptionsByTopic,
  SNSClient,
} from "@aws-sdk/client-sns";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { allPages, clientSettings } from "#functions/shared/aws/clients.js";
import { dayMs } from "#shared/text/time.js";
import { AwsDoctorRegion } from "./awsRegion.js";
import type { Need, RuleFacts } from "./facts.js";
import type { DoctorPorts } from "./ports.js";

const minuteMs = 60_000;

/** What there is, or nothing where an error says that there is no such thing. */
async function orNothing<T>(
  reading: Promise<T>,
  isMissing: (error: unknown) => boolean,
): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * What reads AWS or the lab: the environment says where, and by whose credentials.
 *
 * @param now the end of the day that metrics are asked of, in milliseconds since 1970
 */
export function awsDoctorPorts(homeRegion: string, now: () => number): DoctorPorts {
  const home = { ...clientSettings, region: homeRegion };
  const [iam, lambda, sns] = [new IAMClient(home), new LambdaClient(home), new SNSClient(home)];
  const [events, watch, kms] = [new EventBridgeClient(home), new CloudWatchClient(home), new KMSClient(home)];
  // A queue's address is the one that it tells; where somebody has set another endpoint, that one counts.
  const sqs = new SQSClient({ ...home, useQueueUrlAsEndpoint: false });
  const schedules = new SchedulerClient(home);
  const [s3, ec2, sts] = [new S3Client(home), new EC2Client(home), new STSClient(home)];
  return {
    region: (name) => new AwsDoctorRegion(name),
    account: async () => (await sts.send(new GetCallerIdentityCommand({}))).Account ?? "",
    regionStates: async () => {
      const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
      return Object.fromEntries(
        Regions.map(({ RegionName = "", OptInStatus = "" }) => [RegionName, OptInStatus]),
      );
    },
    trust: async (RoleName) => {
      const found = await orNothing(iam.send(new GetRoleCommand({ RoleName })), isNoEntity);
      const document = found?.Role?.AssumeRolePolicyDocument;
      return document === undefined ? undefined : decodeURIComponent(document);
    },
    profileRole: async (InstanceProfileName) => {
      const command = new GetInstanceProfileCommand({ InstanceProfileName });
      return (await orNothing(iam.send(command), isNoEntity))?.InstanceProfile?.Roles?.[0]?.Arn;
    },
    simulate: async (roleArn, needs) => {
      const decisions: string[] = [];
      for (const need of needs) decisions.push(await simulated(iam, roleArn, need));
      return decisions;
    },
    lambda: async (FunctionName) => {
      const found = await orNothing(lambda.send(new GetFunctionCommand({ FunctionName })), isNoFunction);
      if (found === undefined) return undefined;
      const { FunctionArn = "", State = "", LastUpdateStatus = "", Role = "" } = found.Configuration ?? {};
      const { LogGroup = "" } = found.Configuration?.LoggingConfig ?? {};
      const environment = found.Configuration?.Environment?.Variables ?? {};
      const reserved = found.Concurrency?.ReservedConcurrentExecutions;
      return {
        ...{ arn: FunctionArn, state: State, lastUpdate: LastUpdateStatus, reserved },
        ...{ role: Role, logGroup: LogGroup, environment },
      };
    },
    lambdaFailures: async (FunctionName) => {
      const command = new GetFunctionEventInvokeConfigCommand({ FunctionName });
      return (await orNothing(lambda.send(command), isNoFunction))?.DestinationConfig?.OnFailure?.Destination;
    },
    lambdaPolicy: async (FunctionName) =>
      (await orNothing(lambda.send(new GetPolicyCommand({ FunctionName })), isNoFunction))?.Policy,
    functionSums: async (MetricName, names) => {
      if (names.length === 0) return [];
      const MetricDataQueries = names.map((Value, index) => ({
        Id: `f${index}`,
        MetricStat: {
          Metric: { Namespace: "AWS/Lambda", MetricName, Dimensions: [{ Name: "FunctionName", Value }] },
          Period: 3600,
          Stat: "Sum",
        },
      }));
      // The end is exclusive (API reference, GetMetricData): the minute that is under way counts.
      const [StartTime, EndTime] = [new Date(now() - dayMs), new Date(now() + minuteMs)];
      const answer = await watch.send(new GetMetricDataCommand({ StartTime, EndTime, MetricDataQueries }));
      const sums = new Map(
        answer.MetricDataResults?.map(({ Id, Values = [] }) => [Id, Values.reduce((a, b) => a + b, 0)]),
      );
      return names.map((_, index) => sums.get(`f${index}`) ?? 0);
    },
    rules: async () => {
      const found: RuleFacts[] = [];
      let NextToken: string | undefined;
      do {
        const page: ListRulesCommandOutput = await events.send(new ListRulesCommand({ NextToken }));
        NextToken = page.NextToken;
        for (const rule of page.Rules ?? []) found.push(await ruleOf(events, rule));
      } while (NextToken !== undefined);
      return found;
    },
    topic: async (TopicArn) => {
      const found = await orNothing(
        sns.send(new GetTopicAttributesCommand({ TopicArn })),
        (error) => error instanceof NotFoundException,
      );
      const attributes = found?.Attributes;
      return attributes === undefined
        ? undefined
        : { policy: attributes.Policy ?? "", keyArn: attributes.KmsMasterKeyId };
    },
    subscriptions: async (TopicArn) => {
      const pages = paginateListSubscriptionsByTopic({ client: sns }, { TopicArn });
      const all = await allPages(pages, ({ Subscriptions }) => Subscriptions);
      return all.map(({ Endpoint = "", SubscriptionArn = "" }) => ({
        endpoint: Endpoint,
        isConfirmed: SubscriptionArn.startsWith("arn:"),
      }));
    },
    keyPolicy: async (KeyId) => {
      const command = new GetKeyPolicyCommand({ KeyId, PolicyName: "default" });
      return (await orNothing(kms.send(command), (error) => error instanceof NoKey))?.Policy;
    },
    alarms: async (topicArn) => {
      const pages = paginateDescribeAlarms(
        { client: watch },
        { ActionPrefix: topicArn, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
      );
      const all = await allPages(pages, ({ MetricAlarms = [], CompositeAlarms = [] }) => [
        ...MetricAlarms,
        ...CompositeAlarms.map((one) => ({ ...one, MetricName: undefined, Dimensions: undefined })),
      ]);
      return all.map(({ AlarmName = "", StateValue = "", MetricName, Dimensions = [] }) => ({
        name: AlarmName,
        state: StateValue,
        metric: MetricName,
        dimensions: Object.fromEntries(Dimensions.map(({ Name = "", Value = "" }) => [Name, Value])),
      }));
    },
    waiting: async (QueueName) => {
      const isNone = (error: unknown) => error instanceof QueueDoesNotExist;
      const found = await orNothing(sqs.send(new GetQueueUrlCommand({ QueueName })), isNone);
      if (found === undefined) return undefined;
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: found.QueueUrl,
          AttributeNames: ["ApproximateNumberOfMessages"],
        }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages);
    },
    schedules: async (GroupName) => {
      const command = new GetScheduleGroupCommand({ Name: GroupName });
      const isNone = (error: unknown) => error instanceof NoSchedule;
      const group = await orNothing(schedules.send(command), isNone);
      if (group?.State !== "ACTIVE") return undefined;
      const all = await allPages(
        paginateListSchedules({ client: schedules }, { GroupName }),
        ({ Schedules }) => Schedules,
      );
      return all.map(({ Name = "", State }) => ({ name: Name, isOn: State !== "DISABLED" }));
    },
    bucketPolicy: async (Bucket) =>
      (
        await orNothing(
          s3.send(new GetBucketPolicyCommand({ Bucket })),
          (error) => error instanceof Error && error.name === "NoSuchBucketPolicy",
        )
      )?.Policy,
  };
}

const isNoEntity = (error: unknown) => error instanceof NoSuchEntityException;
const isNoFunction = (error: unknown) => error instanceof ResourceNotFoundException;

async function simulated(client: IAMClient, roleArn: string, need: Need): Promise<string> {
  const ContextEntries = Object.entries(need.context).map(
    ([ContextKeyName, value]): ContextEntry => ({
      ContextKeyName,
      ContextKeyValues: [value],
      ContextKeyType: "string",
    }),
  );
  const pages = paginateSimulatePrincipalPolicy(
    { client },
    {
      PolicySourceArn: roleArn,
      ActionNames: [need.action],
      ResourceArns: [need.resource],
      ContextEntries,
    },
  );
  const results = await allPages(pages, ({ EvaluationResults }) => EvaluationResults);
  return results[0]?.EvalDecision ?? "nothing";
}

async function ruleOf(client: EventBridgeClient, rule: Rule): Promise<RuleFacts> {
  const { Name = "", Arn = "", State = "", EventPattern, ScheduleExpression } = rule;
  const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: Name }));
  return {
    name: Name,
    arn: Arn,
    state: State,
    pattern: EventPattern,
    schedule: ScheduleExpression,
    targets: Targets.map((one) => ({ arn: one.Arn ?? "", deadLetterArn: one.DeadLetterConfig?.Arn })),
  };
}
