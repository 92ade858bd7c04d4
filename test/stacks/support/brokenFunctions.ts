import { type Broken, type Change, rewrite, set } from "./changes.js";

/** Changes the call of a function by a window. */
const call = (payload: unknown) => set("taskInvocationParameters", { lambdaParameters: { payload } });

/** Changes what calls the function at an upload. */
const calls = (...prefixes: (string | undefined)[]) =>
  set(
    "lambdaFunctions",
    prefixes.map((filterPrefix) => ({ filterPrefix })),
  );

/** Changes the only rule of a lifecycle. */
const lifecycle = (changes: object): Change =>
  set("rules", [{ noncurrentVersionExpiration: { noncurrentDays: 400 }, ...changes }]);

const log = "writes to a log group that is not there, or not kept and encrypted";

/** What is broken in the functions of dev and in what calls them, and what the rule says. */
export const brokenFunctions: readonly Broken[] = [
  ["functionsAreSound", "exclusions-function", set("architectures", ["x86_64"]), 'runs on ["x86_64"]'],
  ["functionsAreSound", "exclusions-function", set("architectures", undefined), "runs on undefined"],
  [
    "functionsAreSound",
    "exclusions-function",
    set("runtime", "provided.al2023"),
    "has the runtime provided.al2023",
  ],
  ["functionsAreSound", "exclusions-function", set("runtime", "nodejs"), "has the runtime nodejs"],
  [
    "functionsAreSound",
    "exclusions-function",
    set("reservedConcurrentExecutions", 1),
    "reserves the concurrency 1",
  ],
  ["functionsAreSound", "exclusions-function", set("loggingConfig", undefined), log],
  ["functionsAreSound", "exclusions-logs", set("retentionInDays", undefined), log, "exclusions-function"],
  ["functionsAreSound", "exclusions-logs", set("kmsKeyId", undefined), log, "exclusions-function"],
  [
    "functionsAreSound",
    "exclusions-retries",
    set("destinationConfig", undefined),
    "loses the events that it could not handle",
    "exclusions-function",
  ],
  [
    "functionsAreSound",
    "exclusions-retries",
    set("functionName", "another"),
    "loses the events that it could not handle",
    "exclusions-function",
  ],
  [
    "functionsAreSound",
    "exclusions-retries",
    set("destinationConfig", {
      onSuccess: { destination: "arn:aws:sqs:us-east-1:123456789012:exclusions-failed-0a1b2c3" },
    }),
    "loses the events that it could not handle",
    "exclusions-function",
  ],
  ["queuesAreEncrypted", "exclusions-failed", set("sqsManagedSseEnabled", false), "is not encrypted"],
  [
    "functionsAreCalledByOurs",
    "exclusions-bucket-permission",
    set("sourceAccount", undefined),
    "lets other accounts call",
  ],
  [
    "functionsAreCalledByOurs",
    "exclusions-bucket-permission",
    set("sourceArn", undefined),
    "names no source",
  ],
  ["functionsAreCalledByOurs", "exclusions-bucket-permission", set("principal", "*"), "lets * call"],
  [
    "functionsAreCalledByOurs",
    "exclusions-bucket-permission",
    set("principal", "123456789012"),
    "lets 123456789012 call",
  ],
  ["functionsAreCalledByOurs", "exclusions-bucket-permission", set("action", "lambda:*"), "allows lambda:*"],
  [
    "functionsAreCalledByOurs",
    "exclusions-hourly-permission",
    set("function", "another"),
    "is about no function of ours: another",
  ],
  [
    "functionsAreCalledByOurs",
    "exclusions-hourly-permission",
    set("sourceArn", "arn:aws:events:us-east-1:210987654321:rule/x"),
    "lets other accounts call",
  ],
  [
    "functionsAreCalledByOurs",
    "exclusions-hourly-permission",
    set("sourceArn", "arn:aws:events:us-east-1:123456789012:rule/*"),
    "names no source",
  ],
  [
    "uploadsDoNotRecurse",
    "exclusions-notification",
    calls("exclusions/", "status/"),
    'calls for its own status: "status/"',
  ],
  ["uploadsDoNotRecurse", "exclusions-notification", calls("s"), 'calls for its own status: "s"'],
  [
    "uploadsDoNotRecurse",
    "exclusions-notification",
    calls("status/plans/"),
    'calls for its own status: "status/plans/"',
  ],
  ["uploadsDoNotRecurse", "exclusions-notification", calls(undefined), 'calls for its own status: ""'],
  [
    "uploadsDoNotRecurse",
    "exclusions-notification",
    calls("plans/", "plans/a"),
    'calls twice for "plans/" and "plans/a"',
  ],
  ["uploadsDoNotRecurse", "exclusions-notification", calls(), "calls nothing"],
  [
    "manifestsNeverExpire",
    "exclusions-lifecycle",
    lifecycle({ expiration: { days: 90 } }),
    "watches objects that expire",
    "exclusions-notification",
  ],
  [
    "manifestsNeverExpire",
    "exclusions-lifecycle",
    lifecycle({ expiration: { date: "2027-01-01" } }),
    "watches objects that expire",
    "exclusions-notification",
  ],
  [
    "manifestsNeverExpire",
    "exclusions-lifecycle",
    lifecycle({ noncurrentVersionExpiration: { noncurrentDays: 365 } }),
    "watches objects whose versions go after 365 days",
    "exclusions-notification",
  ],
  [
    "manifestsNeverExpire",
    "exclusions-lifecycle",
    set("rules", []),
    "watches objects whose versions stay for ever",
    "exclusions-notification",
  ],
  [
    "bucketsAreClosed",
    "exclusions-lifecycle",
    lifecycle({ noncurrentVersionExpiration: {} }),
    "lacks a sound s3.BucketLifecycleConfiguration",
    "exclusions-bucket",
  ],
  [
    "bucketsAreClosed",
    "exclusions-public-access",
    set("ignorePublicAcls", undefined),
    "lacks a sound s3.BucketPublicAccessBlock",
    "exclusions-bucket",
  ],
  [
    "logsAreKeptAndEncrypted",
    "exclusions-logs",
    set("kmsKeyId", undefined),
    "is not encrypted with a key of ours",
  ],
  [
    "callsComeFirst",
    "install-first-task",
    set("taskType", "STEP_FUNCTIONS"),
    "is a task of type STEP_FUNCTIONS",
  ],
  [
    "callsComeFirst",
    "install-first-task",
    set("targets", [{ key: "WindowTargetIds", values: ["x"] }]),
    "calls once for each target",
  ],
  ["callsComeFirst", "install-first-task", set("priority", 0), "has priority 0"],
  [
    "callsComeFirst",
    "install-excluded-task",
    set("priority", 0),
    "runs beside what it comes before",
    "install-first-task",
  ],
  ["callsComeFirst", "install-first-task", set("windowId", "mw-x"), "runs beside what it comes before"],
  ["callsComeFirst", "install-first-task", call("now"), "has a payload that is no object"],
  ["callsComeFirst", "install-first-task", call(undefined), "has a payload that is no object"],
  [
    "callsComeFirst",
    "install-first-task",
    call(JSON.stringify({ ä: "ä".repeat(2048) })),
    "has a payload of more than 4,096 bytes",
  ],
  [
    "callsComeFirst",
    "install-first-task",
    set("serviceRoleArn", "arn:aws:iam::123456789012:role/scan-role-0a1b2c3"),
    "has a role that may call nothing",
  ],
  [
    "callsComeFirst",
    "install-role-policy",
    rewrite("policy", "function:SSM-patchplane-dev-exclusions", "function:*"),
    "has a role that may call arn:aws:lambda:us-east-1:123456789012:function:* and arn:aws:lambda:us-east-1:123456789012:function:SSM-patchplane-dev-install-end",
    "install-first-task",
  ],
];
