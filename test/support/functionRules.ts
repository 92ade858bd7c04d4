import { policyOf } from "./arguments.js";
import { isFanout } from "./fanoutRules.js";
import { accountId } from "./mocks.js";
import { at, type Declared, each, isText, of, type Rule, unless } from "./rule.js";

const retriesOf = (resources: readonly Declared[], functionName: unknown) =>
  of(resources, "lambda.FunctionEventInvokeConfig").filter(
    ({ props }) => props.functionName === functionName,
  );

/** Runs where it is cheapest, on a runtime that we chose, and loses no event and no line. */
const functionsAreSound = each("lambda.Function", (props, resources) => {
  const { architectures, runtime, reservedConcurrentExecutions: reserved } = props;
  const queues = of(resources, "sqs.Queue").map(({ name }) => name);
  const kept = retriesOf(resources, props.name).map(({ props: retries }) =>
    String(at(retries, "destinationConfig", "onFailure", "destination")),
  );
  const log = of(resources, "cloudwatch.LogGroup").filter(
    (group) => group.props.name === at(props, "loggingConfig", "logGroup"),
  );
  return [
    ...unless(JSON.stringify(architectures) === '["arm64"]', `runs on ${JSON.stringify(architectures)}`),
    ...unless(/^nodejs\d\d\.x$/.test(String(runtime)), `has the runtime ${String(runtime)}`),
    // An account that is new can reserve none: one writer is the business of leases and of conditional writes.
    ...unless(reserved === undefined, `reserves the concurrency ${String(reserved)}`),
    ...unless(
      kept.some((arn) => queues.some((queue) => arn.split(":").at(-1)?.startsWith(`${queue}-`))),
      "loses the events that it could not handle",
    ),
    ...unless(
      log.some((group) => Number(group.props.retentionInDays) > 0 && isText(group.props.kmsKeyId)),
      "writes to a log group that is not there, or not kept and encrypted",
    ),
  ];
});

const queuesAreEncrypted = each("sqs.Queue", ({ sqsManagedSseEnabled, kmsMasterKeyId }) =>
  unless(sqsManagedSseEnabled === true || isText(kmsMasterKeyId), "is not encrypted"),
);

/** A bucket's ARN names no account, so that a bucket of the same name in another one could call. */
const functionsAreCalledByOurs = each("lambda.Permission", (props, resources) => {
  const { action, principal, sourceArn, sourceAccount } = props;
  const functions = of(resources, "lambda.Function").map((one) => one.props.name);
  const ours = sourceAccount === accountId || String(sourceArn).split(":")[4] === accountId;
  return [
    ...unless(action === "lambda:InvokeFunction", `allows ${String(action)}`),
    ...unless(/^[a-z0-9]+\.amazonaws\.com$/.test(String(principal)), `lets ${String(principal)} call`),
    ...unless(functions.includes(props.function), `is about no function of ours: ${String(props.function)}`),
    ...unless(isText(sourceArn) && !sourceArn.includes("*"), "names no source"),
    ...unless(ours, "lets other accounts call"),
  ];
});

/** What the function writes there would call it again, for ever. */
const written = "status/";

const uploadsDoNotRecurse = each("s3.BucketNotification", ({ lambdaFunctions }) => {
  const calls: readonly unknown[] = Array.isArray(lambdaFunctions) ? lambdaFunctions : [];
  const prefixes = calls.map((call) => String(at(call, "filterPrefix") ?? ""));
  const covers = (a: string, b: string) => a.startsWith(b) || b.startsWith(a);
  return [
    ...unless(calls.length > 0, "calls nothing"),
    ...prefixes.flatMap((prefix) =>
      unless(!covers(prefix, written), `calls for its own status: "${prefix}"`),
    ),
    // S3 refuses two that overlap.
    ...prefixes.flatMap((prefix, index) =>
      prefixes
        .slice(index + 1)
        .flatMap((other) => unless(!covers(prefix, other), `calls twice for "${prefix}" and "${other}"`)),
    ),
  ];
});

/** An exclusion that a lifecycle deletes ends without anybody's will. */
const manifestsNeverExpire: Rule = (resources) =>
  of(resources, "s3.BucketNotification").flatMap(({ name, props }) => {
    const rules = of(resources, "s3.BucketLifecycleConfiguration")
      .filter((lifecycle) => lifecycle.props.bucket === props.bucket)
      .flatMap((lifecycle) => (Array.isArray(lifecycle.props.rules) ? lifecycle.props.rules : []));
    const ends = rules.filter((rule) =>
      ["days", "date"].some((key) => at(rule, "expiration", key) !== undefined),
    );
    const most = Math.min(
      ...rules.map((rule) => Number(at(rule, "noncurrentVersionExpiration", "noncurrentDays") ?? Infinity)),
    );
    return [
      ...unless(ends.length === 0, `${name} watches objects that expire`),
      // The last good version of a manifest stays in force for as long as an exclusion may last.
      ...unless(most > 365, `${name} watches objects whose versions go after ${most} days`),
      ...unless(Number.isFinite(most), `${name} watches objects whose versions stay for ever`),
    ];
  });

/**
 * A call comes before everything else in its window, and to no node; but a central window's work is a call itself. Its
 * role may call the functions of the window, and no other.
 */
const callsComeFirst = each("ssm.MaintenanceWindowTask", (props, resources) => {
  if (props.taskType === "RUN_COMMAND") return [];
  const payload = at(props, "taskInvocationParameters", "lambdaParameters", "payload");
  const tasks = of(resources, "ssm.MaintenanceWindowTask").filter(
    (task) => task.props.windowId === props.windowId,
  );
  const others = tasks.filter((task) => task.props.taskType === "RUN_COMMAND" || isFanout(task.props));
  const called = tasks.flatMap((task) => (task.props.taskType === "RUN_COMMAND" ? [] : task.props.taskArn));
  const functions = invocable(resources, props.serviceRoleArn);
  const isWork = isFanout(props);
  return [
    ...unless(props.taskType === "LAMBDA", `is a task of type ${String(props.taskType)}`),
    ...unless(props.targets === undefined, "calls once for each target"),
    ...unless(props.priority === (isWork ? 2 : 1), `has priority ${String(props.priority)}`),
    ...unless(
      isWork || (others.length > 0 && others.every((task) => Number(task.props.priority) > 1)),
      "runs beside what it comes before",
    ),
    ...unless(isText(payload) && isObject(payload), "has a payload that is no object"),
    ...unless(Buffer.byteLength(String(payload)) <= 4096, "has a payload of more than 4,096 bytes"),
    ...unless(
      JSON.stringify([...functions].sort()) === JSON.stringify([...called].sort()),
      `has a role that may call ${functions.join(" and ") || "nothing"}`,
    ),
  ];
});

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** The functions that a role may call, as its policies name them. The recording gives a role its name and an ending. */
function invocable(resources: readonly Declared[], roleArn: unknown): string[] {
  const role = of(resources, "iam.Role").find(({ name }) =>
    String(roleArn).endsWith(`:role/${name}-0a1b2c3`),
  );
  return of(resources, "iam.RolePolicy")
    .filter(({ props }) => role !== undefined && props.role === `${role.name}-id`)
    .flatMap(({ props }) => policyOf(props).Statement)
    .filter(
      ({ Effect, Action }) => Effect === "Allow" && [Action].flat().some((one) => /^lambda:|^\*/.test(one)),
    )
    .flatMap(({ Resource = [] }) => Resource);
}

/** The rules of functions, and of what calls them. */
export const functionRules = {
  functionsAreSound,
  queuesAreEncrypted,
  functionsAreCalledByOurs,
  uploadsDoNotRecurse,
  manifestsNeverExpire,
  callsComeFirst,
} as const satisfies Record<string, Rule>;
