import { endCalls } from "./programEndCalls.js";
import { exclusionsAllowed, exclusionsBucket, exclusionsDenied } from "./programExclusionCalls.js";
import {
  type Allowed,
  alarms,
  arn,
  assume,
  bucket,
  type Call,
  cancel,
  document,
  follow,
  group,
  home,
  instance,
  logs,
  ofTopic,
  pass,
  publish,
  queue,
  rule,
  rules,
  send,
  source,
  tags,
  useKey,
  viaSns,
} from "./programParts.js";
import { account, otherAccount } from "./support.js";

/** What a window's role must be able to do, and the statement that lets it. */
function windowCalls(by: string): Allowed[] {
  const policy = `${by}-policy`;
  const lists = ["ssm:ListCommands", "ssm:ListCommandInvocations", "ssm:GetCommandInvocation"];
  const node = { by, ...send, resource: instance() };
  return [
    [`${by} runs the patch document`, { by, ...document("AWS-RunPatchBaseline") }, "RunThePatchDocument"],
    [`${by} on a node`, { ...node, ...tags("dev-servers", "dev") }, "OnNodesOfTheTargets"],
    [`${by} on a moved node`, { ...node, ...tags("dev-servers.x-abc", "dev") }, "OnNodesOfTheTargets"],
    [
      `${by} on a node outside EC2`,
      { ...node, resource: arn("ssm", "managed-instance/mi-0a"), ...tags("dev-servers", "dev") },
      "OnNodesOfTheTargets",
    ],
    ...lists.map((action): Allowed => [`${by} calls ${action}`, { by, action, ...follow }, "FollowCommands"]),
    [`${by} cancels`, { by, ...cancel(home) }, "CancelCommandsAtCutoff"],
    [
      `${by} hands SSM its publisher`,
      { by, ...pass("notifications-role") },
      "PublishNotificationsOfCommands",
    ],
  ].map(([what, call, sid]) => [what, call, `${policy} ${sid}`] as Allowed);
}

export const allowed: readonly Allowed[] = [
  ...windowCalls("install-role"),
  ...windowCalls("scan-role"),
  ...exclusionsAllowed,
  [
    "the processor tells people",
    { by: "exclusions-role", ...publish("failures") },
    "exclusions-role-policy TellPeople",
  ],
  ...["Decrypt", "GenerateDataKey"].map(
    (action): Allowed => [
      `the processor's publisher calls ${action}`,
      { by: "exclusions-role", ...useKey(action, viaSns) },
      "exclusions-role-policy EncryptMessages",
    ],
  ),
  [
    "SSM publishes failures",
    { by: "notifications-role", ...publish("failures") },
    "notifications-role-policy PublishFailures",
  ],
  ...["Decrypt", "GenerateDataKey"].map(
    (action): Allowed => [
      `SSM's publisher calls ${action}`,
      { by: "notifications-role", ...useKey(action, viaSns) },
      "notifications-role-policy EncryptMessages",
    ],
  ),
  ...["failures", "completions"].flatMap((name): Allowed[] => [
    [`a rule publishes ${name}`, { by: rules, ...publish(name) }, `notifications-${name}-policy Rules`],
    [
      `an alarm publishes ${name}`,
      { by: alarms, ...publish(name, source(account)) },
      `notifications-${name}-policy AlarmsOfThisAccount`,
    ],
  ]),
  [
    "a rule's message",
    { by: rules, ...useKey("Decrypt", ofTopic(account)) },
    "encryption-key MessagesOfRules",
  ],
  [
    "a rule's message that nobody took",
    {
      by: rules,
      action: "sqs:SendMessage",
      resource: queue,
      guard: "notifications-undelivered-policy",
      context: rule(account),
    },
    "notifications-undelivered-policy RulesOfThisAccount",
  ],
  [
    "an alarm's message",
    { by: alarms, ...useKey("GenerateDataKey", source(account)) },
    "encryption-key MessagesOfAlarms",
  ],
  [
    "a log group of the program",
    { by: logs, ...useKey("Encrypt", group("/patchplane/dev/install")) },
    "encryption-key LogGroups",
  ],
  ...["install-role", "scan-role", "notifications-role"].map(
    (role): Allowed => [
      `SSM assumes ${role}`,
      { by: "ssm.amazonaws.com", ...assume(role, account) },
      `${role} SystemsManagerOfThisAccount`,
    ],
  ),
  [
    "a node uploads output",
    { by: "node", action: "s3:PutObject", resource: `${bucket}/install/stdout`, guard: "logs-policy" },
    "logs-node-policy UploadOutput",
  ],
  [
    "a node asks for the bucket's encryption",
    { by: "node", action: "s3:GetEncryptionConfiguration", resource: bucket, guard: "logs-policy" },
    "logs-node-policy AskForEncryption",
  ],
  [
    "a node writes logs",
    {
      by: "node",
      action: "logs:PutLogEvents",
      resource: arn("logs", "log-group:/patchplane/dev/install:log-stream:a"),
    },
    "logs-node-policy WriteLogs",
  ],
  [
    "a node finds log groups",
    { by: "node", action: "logs:DescribeLogGroups", resource: arn("logs", "log-group::log-stream:") },
    "logs-node-policy FindLogGroups",
  ],
  ...endCalls(),
];

const window = { by: "install-role" };
const onNode = { ...window, ...send, resource: instance() };
export const denied: Readonly<Record<string, Call>> = {
  ...exclusionsDenied,
  "another document": { ...window, ...document("AWS-RunShellScript") },
  "a document of the account": { ...window, ...send, resource: arn("ssm", "document/AWS-RunPatchBaseline") },
  "a node of another patch group": { ...onNode, ...tags("dev-databases", "dev") },
  "a node whose group only begins alike": { ...onNode, ...tags("dev-servers2", "dev") },
  "a node of another environment": { ...onNode, ...tags("dev-servers", "prod") },
  "a node without Environment": { ...onNode, ...tags("dev-servers") },
  "a node without tags": onNode,
  "a held node": { ...onNode, ...tags("dev-servers.hold", "dev") },
  "a node of another account": { ...onNode, ...tags("dev-servers", "dev"), resource: instance(otherAccount) },
  "a node of another Region": {
    ...onNode,
    ...tags("dev-servers", "dev"),
    resource: instance().replace(home, "eu-west-1"),
  },
  "any other role": { ...window, ...pass("install-role") },
  "the notification role to another service": {
    ...window,
    ...pass("notifications-role", "ec2.amazonaws.com"),
  },
  "cancelling in another Region": { ...window, ...cancel("eu-west-1") },
  "output of a node where nothing of ours lies": {
    by: "node",
    action: "s3:PutObject",
    resource: `${bucket}/run/stdout`,
    guard: "logs-policy",
  },
  "publishing as the window": { ...window, ...publish("failures") },
  "using the key as the window": { ...window, ...useKey("Decrypt", viaSns) },
  "publishing completions as SSM": { by: "notifications-role", ...publish("completions") },
  "the key as SSM, but not for SNS": {
    by: "notifications-role",
    ...useKey("Decrypt", { "kms:ViaService": `s3.${home}.amazonaws.com` }),
  },
  "an alarm of another account": { by: alarms, ...publish("failures", source(otherAccount)) },
  "another account's rule in the queue for what nobody took": {
    by: rules,
    action: "sqs:SendMessage",
    resource: queue,
    guard: "notifications-undelivered-policy",
    context: rule(otherAccount),
  },
  "an alarm as a rule": { by: alarms, ...publish("failures", rule(account)) },
  "another service on a topic": { by: "s3.amazonaws.com", ...publish("failures", source(account)) },
  "a rule's message of another account": { by: rules, ...useKey("Decrypt", ofTopic(otherAccount)) },
  "an alarm's message of another account": { by: alarms, ...useKey("Decrypt", source(otherAccount)) },
  "a rule that deletes the key": { by: rules, ...useKey("ScheduleKeyDeletion", ofTopic(account)) },
  "a log group of somebody else": { by: logs, ...useKey("Encrypt", group("/other/dev/install")) },
  "SSM for another account": { by: "ssm.amazonaws.com", ...assume("install-role", otherAccount) },
  "SSM for a resource of another account": {
    by: "ssm.amazonaws.com",
    ...assume("install-role", account, arn("ssm", "x", otherAccount)),
  },
  "EC2 as the window's role": { by: "ec2.amazonaws.com", ...assume("install-role", account) },
  "EC2 as SSM's publisher": { by: "ec2.amazonaws.com", ...assume("notifications-role", account) },
  "the window as SSM's publisher": { ...window, ...assume("notifications-role", account) },
};

export const withoutTls: Readonly<Record<string, Call>> = {
  "notifications-failures-policy TlsOnly": { by: rules, ...publish("failures") },
  "notifications-undelivered-policy TlsOnly": {
    by: rules,
    action: "sqs:SendMessage",
    resource: queue,
    guard: "notifications-undelivered-policy",
    context: { "aws:SecureTransport": "true", ...rule(account) },
  },
  "notifications-completions-policy TlsOnly": { by: alarms, ...publish("completions", source(account)) },
  "exclusions-policy TlsOnly": {
    by: "exclusions-role",
    action: "s3:PutObject",
    resource: `${exclusionsBucket}/status/a.json`,
    guard: "exclusions-policy",
  },
  "logs-policy TlsOnly": {
    by: "node",
    action: "s3:PutObject",
    resource: `${bucket}/install/stdout`,
    guard: "logs-policy",
  },
};
