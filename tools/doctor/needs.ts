import { fanoutRoleNames } from "#components/fanout/fanoutNames.js";
import { baseGroupTagKey, groupOf, parseGroup } from "#shared/contract/exclusionNames.js";
import type { Work } from "./expected.js";
import type { AskedRole, Criterion, DeployedFunction, Need, WindowFacts } from "./facts.js";

/** Where a stack is. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** The tag that puts a node under patching. */
  readonly patchGroupTagKey: string;
}

/** The partition of a Region. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** What the roles of a window must be able to do, by what its tasks do. Total. */
export function windowNeeds(
  { targets, tasks }: WindowFacts,
  { partition, region, account, patchGroupTagKey }: Place,
): ReadonlyMap<string, readonly Need[]> {
  const needs = new Map<string, Need[]>();
  const arn = (service: string, resource: string, owner = account) =>
    `arn:${partition}:${service}:${region}:${owner}:${resource}`;
  const requested = { "aws:RequestedRegion": region };
  for (const { type, arn: task, roleArn, targetIds, bucket, notificationRoleArn } of tasks) {
    if (roleArn === undefined) continue;
    const add = (action: string, resource: string, why: string, context = {}) => {
      needs.set(roleArn, [
        ...(needs.get(roleArn) ?? []),
        { action, resource, why, context: { ...requested, ...context } },
      ]);
    };
    if (type === "LAMBDA") {
      add("lambda:InvokeFunction", task, "the window's call of the function is refused");
      continue;
    }
    if (type !== "RUN_COMMAND") continue;
    const refused = "every command of the window is refused, and no node is patched";
    add("ssm:SendCommand", arn("ssm", `document/${task}`, ""), refused);
    if (bucket !== undefined) add("ssm:SendCommand", `arn:${partition}:s3:::${bucket}`, refused);
    for (const { criteria } of targets.filter(({ id }) => targetIds.includes(id)))
      add(
        "ssm:SendCommand",
        arn("ec2", "instance/i-0123456789abcdef0"),
        refused,
        nodeContext(criteria, patchGroupTagKey),
      );
    add("ssm:CancelCommand", "*", "commands go on after the cutoff");
    add("ssm:ListCommandInvocations", "*", "the window does not learn what became of its commands");
    if (notificationRoleArn !== undefined)
      add("iam:PassRole", notificationRoleArn, refused, { "iam:PassedToService": "ssm.amazonaws.com" });
  }
  return needs;
}

/** Condition keys of a node that a target selects: one that an exclusion has moved is in a group of the exclusion's. */
function nodeContext(
  criteria: readonly Criterion[],
  patchGroupTagKey: string,
): Readonly<Record<string, string>> {
  const own = criteria.flatMap(({ key, values: [value = ""] }) =>
    key.startsWith("tag:") ? [[key.slice("tag:".length), value] as const] : [],
  );
  const mark = own.find(([key]) => key === baseGroupTagKey)?.[1];
  const moved = mark === undefined || parseGroup(mark) !== undefined ? mark : groupOf(mark, "x-0123456789");
  const tags = moved === undefined ? own : [...own, [patchGroupTagKey, moved] as const];
  return Object.fromEntries(
    tags.flatMap(([key, value]) => [
      [`ssm:resourceTag/${key}`, value],
      [`aws:ResourceTag/${key}`, value],
    ]),
  );
}

/** What the role of a function must be able to do: what it is for, and to say what it does. */
export function functionNeeds(
  { logGroup }: Pick<DeployedFunction, "logGroup">,
  work: Work | undefined,
  { partition, region, account }: Place,
): Need[] {
  const inRegion = (name: string) => ({ "aws:RequestedRegion": name });
  const stream = `arn:${partition}:logs:${region}:${account}:log-group:${logGroup}:log-stream:x`;
  return [
    {
      ...{ action: "logs:PutLogEvents", resource: stream, context: inRegion(region) },
      why: "nobody can read what it has done",
    },
    ...(work === undefined
      ? []
      : [{ action: work.action, resource: "*", context: inRegion(work.region), why: work.why }]),
  ];
}

/** What the role that begins automations of other accounts must be able to do: take on a role there, which may refuse it all the same. */
export function administrationNeeds(
  { prefix }: { readonly prefix: string },
  accounts: readonly string[],
  { partition, region, account }: Place,
): AskedRole[] {
  if (accounts.length === 0) return [];
  const { administration, execution } = fanoutRoleNames(prefix);
  const context = { "aws:RequestedRegion": region };
  return [
    {
      arn: `arn:${partition}:iam::${account}:role/${administration}`,
      ...{ usedBy: "automations of other accounts", service: "ssm.amazonaws.com" },
      needs: accounts.map((other) => ({
        ...{
          action: "sts:AssumeRole",
          resource: `arn:${partition}:iam::${other}:role/${execution}`,
          context,
        },
        why: `no node of ${other} is patched`,
      })),
    },
  ];
}

/** What the role of nodes must be able to do, by what a window's commands make them do. */
export function nodeNeeds(windows: readonly WindowFacts[], { partition }: Place): Need[] {
  const outputs = windows.flatMap(({ tasks }) =>
    tasks.flatMap(({ bucket, prefix = "" }) =>
      bucket === undefined ? [] : [`arn:${partition}:s3:::${bucket}/${prefix}/command/node/output`],
    ),
  );
  return [
    {
      action: "ssm:UpdateInstanceInformation",
      resource: "*",
      context: {},
      why: "SSM loses the node",
    },
    ...[...new Set(outputs)].map((resource) => ({
      action: "s3:PutObject",
      resource,
      context: {},
      why: "the output of commands is lost, and a window that patched looks hollow",
    })),
  ];
}
