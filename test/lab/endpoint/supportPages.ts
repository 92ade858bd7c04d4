import type { Account } from "#lab/aws/account.js";
import type { ServiceName } from "#lab/aws/model/model.js";
import type { Region } from "#lab/aws/region.js";
import type { Window } from "#lab/aws/ssm/windows/windowTypes.js";
import { allow, document } from "../aws/iam/support.js";
import { roleOf } from "../aws/lambda/support.js";
import { sleep } from "../aws/ssm/automation/support.js";
import { calendar, runbook } from "../aws/ssm/documents/documentSupport.js";
import { account, catalog, hour, minute, node, register, send, type World } from "../support.js";
import { execution, maintenanceWindow } from "../windowSupport.js";
import { bytes } from "./supportWire.js";

/** What tells the items of a list apart. */
export type Ids = readonly (string | undefined)[];

/** A list that an operation gives in pages, and all that is in it. */
export interface Paged {
  readonly service: ServiceName;
  readonly operation: string;
  /** For pages of a size, where the operation takes one. */
  readonly pages: (size: number) => AsyncIterable<Ids>;
  readonly truth: Ids;
}

/** The numbers from 0 up to a number. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const packages = Object.fromEntries(
  upTo(23).map((number) => [`package-${number}`, [{ released: "2026-01-01" }, { released: "2026-02-01" }]]),
);
/** In another Region: what there is for Windows is told everywhere. */
const updates = catalog(
  Object.fromEntries(upTo(3).map((number) => [`KB${number}`, [{ released: "2026-01-01" }]])),
  "WINDOWS",
);
const manyPackages = catalog(packages);

/** An account with more of everything than a page of the smallest size holds, and what there is in the order of its lists. */
export interface PagedWorld {
  readonly account: Account;
  readonly region: Region;
  /** With twelve targets, twelve tasks and twelve executions. */
  readonly busy: Window;
  readonly windowIds: readonly string[];
  readonly nodeIds: readonly string[];
  readonly groupNames: readonly string[];
  readonly automationIds: readonly string[];
  readonly keys: readonly string[];
  readonly topicArns: readonly string[];
  readonly endpoints: readonly string[];
  /** Sent to all nodes. */
  readonly commandId: string;
}

/** Accounts that a runbook is shared with. */
export const sharedWith = ["111111111111", "222222222222", "333333333333"];

/** Makes that account. */
export async function pagedWorld(): Promise<PagedWorld> {
  const world = account([
    ...upTo(23).map((index) =>
      node({ patchGroup: "servers", catalog: manyPackages, tags: { App: `a${index % 3}` } }),
    ),
    node({ region: "eu-west-1", catalog: updates }),
  ]);
  const { region, clock } = world;
  const groupNames = ["servers", "b", "c", "d", "e"];
  for (const name of groupNames) register(world, name);
  const busy = busyWindow(world);
  const others = upTo(22).map((number) =>
    maintenanceWindow(world, { name: `other-${number}`, schedule: "cron(0 3 1 1 ? *)" }),
  );
  await clock.advanceTo(clock.now + 12 * hour);
  execution(busy, 11);
  const { id: commandId } = send(world, "Scan");
  const automationIds = automations(world);
  for (const number of upTo(12))
    region.associations.all.push({
      AssociationId: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    });
  region.nodes.organizationView = region.nodes.all.map(({ id }) => ({ Id: id, Region: region.name }));
  // No window opens any more.
  await clock.advanceTo(clock.now + 20 * minute);
  return {
    account: world.account,
    region,
    busy,
    windowIds: [busy, ...others].map(({ id }) => id),
    nodeIds: region.nodes.all.map(({ id }) => id),
    groupNames,
    automationIds,
    keys: await objects(world),
    ...watched(region),
    topicArns: upTo(205).map((number) => region.sns.createTopic({ Name: `topic-${number}` }).TopicArn),
    commandId,
  };
}

/** A topic with subscriptions, rules with targets, alarms, schedules, and a role with policies. */
function watched({ account: { iam }, sns, events, cloudWatch, scheduler }: World["region"]): {
  readonly endpoints: readonly string[];
} {
  const { TopicArn } = sns.createTopic({ Name: "topic-0" });
  const endpoints = upTo(205).map((number) => `person-${number}@example.com`);
  for (const Endpoint of endpoints) sns.subscribe({ TopicArn, Protocol: "email", Endpoint });
  const AssumeRolePolicyDocument = document([
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "123456789012" } },
  ]);
  iam.createRole({ RoleName: "many", AssumeRolePolicyDocument });
  for (const number of upTo(4)) {
    const PolicyArn = `arn:aws:iam::123456789012:policy/policy-${number}`;
    iam.putManagedPolicy(PolicyArn, document([allow()]));
    iam.attachRolePolicy({ RoleName: "many", PolicyArn });
    events.putRule({ Name: `rule-${number}`, ScheduleExpression: "rate(1 day)" });
    cloudWatch.putMetricAlarm({
      AlarmName: `alarm-${number}`,
      ...{
        Namespace: "AWS/Lambda",
        MetricName: "Errors",
        Statistic: "Sum",
        TreatMissingData: "notBreaching",
      },
      Dimensions: [{ Name: "FunctionName", Value: "f0" }],
      ...{ ComparisonOperator: "GreaterThanThreshold", Threshold: 0, Period: 300, EvaluationPeriods: 1 },
    });
  }
  const { Role } = iam.createRole({
    RoleName: "schedules",
    AssumeRolePolicyDocument: document([
      { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "scheduler.amazonaws.com" } },
    ]),
  });
  scheduler.createScheduleGroup({ Name: "ends" });
  for (const number of upTo(4))
    scheduler.createSchedule({
      ...{ Name: `schedule-${number}`, GroupName: "ends", FlexibleTimeWindow: { Mode: "OFF" } },
      ...{ ScheduleExpression: "at(2030-01-01T00:00:00)", State: "DISABLED" },
      Target: { Arn: "arn:aws:lambda:us-east-1:123456789012:function:f0", RoleArn: Role.Arn },
    });
  events.putTargets({
    Rule: "rule-0",
    Targets: upTo(4).map((number) => ({ Id: `to-${number}`, Arn: TopicArn })),
  });
  return { endpoints };
}

/** Every task goes to a node of its own, and the first to ten of them, one command each. */
function busyWindow(world: World): Window {
  const one = (index: number) => [{ Key: "InstanceIds", Values: [world.region.nodes.all[index]?.id ?? ""] }];
  return maintenanceWindow(world, {
    name: "busy",
    schedule: "cron(30 * * * ? *)",
    duration: 1,
    cutoff: 0,
    // One after the other, so that their commands are in the order of the tasks.
    tasks: [
      { targets: upTo(10).map(one), priority: 1 },
      ...upTo(11).map((index) => ({ targets: [one(index)], priority: index + 2 })),
    ],
  });
}

function automations({ region, account: { iam } }: World): string[] {
  const mainSteps = upTo(5).map((number) => sleep(`step${number}`, { Duration: "PT1M" }));
  const documents = region.documents;
  documents.createDocument({
    Name: "runbook-0",
    DocumentType: "Automation",
    Content: JSON.stringify(runbook({ mainSteps })),
  });
  documents.modifyDocumentPermission({
    Name: "runbook-0",
    PermissionType: "Share",
    AccountIdsToAdd: [...sharedWith],
  });
  for (const number of upTo(4)) {
    documents.createDocument({
      Name: `calendar-${number}`,
      DocumentType: "ChangeCalendar",
      DocumentFormat: "TEXT",
      Content: calendar,
    });
  }
  return upTo(5).map(
    () =>
      region.automation.startAutomationExecution({ DocumentName: "runbook-0" }, iam.owner)
        .AutomationExecutionId ?? "",
  );
}

async function objects({ region, account: { s3, iam } }: World): Promise<string[]> {
  const keys = ["a b+ü", "a/1", "a/2", "b", "z"];
  for (const number of upTo(5)) s3.createBucket({ Bucket: `bucket-${number}` }, region);
  s3.putBucketVersioning({ Bucket: "bucket-0", Status: "Enabled" }, region);
  const call = { region, caller: iam.owner };
  for (const Key of keys) {
    for (const text of ["old", "new"]) s3.putObject({ Bucket: "bucket-0", Key, Body: bytes(text) }, call);
  }
  s3.putObject({ Bucket: "bucket-0", Key: "gone", Body: bytes("") }, call);
  s3.deleteObject({ Bucket: "bucket-0", Key: "gone" }, call);
  const Role = roleOf(region, "function", []);
  for (const number of upTo(4)) {
    region.lambda.createFunction({
      FunctionName: `f${number}`,
      Role,
      Handler: "index.handler",
      Runtime: "nodejs22.x",
      code: async () => undefined,
    });
    for (const event of upTo(4)) region.logs.write(`/group/${number}`, `stream-${event}`, `event ${event}`);
    region.resourceGroups.createGroup({
      Name: `group-${number}`,
      ResourceQuery: {
        Type: "TAG_FILTERS_1_0",
        Query: JSON.stringify({
          ResourceTypeFilters: ["AWS::EC2::Instance"],
          TagFilters: [{ Key: "App", Values: ["a1"] }],
        }),
      },
    });
  }
  for (const event of upTo(5)) region.logs.write("/group/0", "stream-0", `more ${event}`);
  return keys;
}

/** The nodes of the fleet whose number leaves a rest when divided by three. */
export function nodesOfApp({ region }: PagedWorld, rest: number): string[] {
  return region.nodes.all.filter((_, index) => index % 3 === rest).map(({ id }) => region.nodeArn(id));
}
