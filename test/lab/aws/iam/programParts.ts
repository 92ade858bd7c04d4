import { account } from "./support.js";

export const home = "us-east-1";
export const arn = (service: string, resource: string, number = account) =>
  `arn:aws:${service}:${home}:${number}:${resource}`;
export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}-0a1b2c3`;
export const topic = (name: string) => arn("sns", `notifications-${name}-0a1b2c3`);
export const key = arn("kms", "key/encryption-key");
export const queue = arn("sqs", "notifications-undelivered-0a1b2c3");
export const bucket = "arn:aws:s3:::logs-bucket-0a1b2c3";

/** A call on what stack dev deploys; policies are named by the resource that carries them. */
export interface Call {
  /** A service, by its name with dots, or a role. */
  readonly by: string;
  readonly action: string;
  readonly resource: string;
  /** Whose policy is the resource's. */
  readonly guard?: string;
  readonly context?: Readonly<Record<string, string>>;
}

export const ownPolicies: Readonly<Record<string, readonly string[]>> = {
  "install-role": ["install-role-policy", "install-end-call-policy"],
  "install-end-role": ["install-end-role-policy"],
  "install-ends-role": ["install-ends-role-policy"],
  "scan-role": ["scan-role-policy"],
  "notifications-role": ["notifications-role-policy"],
  "exclusions-role": ["exclusions-role-policy", "install-gate-policy"],
  node: ["logs-node-policy"],
};

export const send = { action: "ssm:SendCommand" };
export const follow = { resource: "*", context: {} };
export const instance = (number = account) => arn("ec2", "instance/i-0a", number);
export const tags = (group: string, environment?: string) => ({
  context: {
    "ssm:resourceTag/PatchGroup": group,
    ...(environment === undefined ? {} : { "ssm:resourceTag/Environment": environment }),
  },
});
export const document = (name: string) => ({ ...send, resource: `arn:aws:ssm:${home}::document/${name}` });
export const cancel = (region: string) => ({
  action: "ssm:CancelCommand",
  resource: "*",
  context: { "aws:RequestedRegion": region },
});
export const pass = (role: string, to = "ssm.amazonaws.com") => ({
  action: "iam:PassRole",
  resource: roleArn(role),
  context: { "iam:PassedToService": to },
});
export const publish = (name: string, context: Readonly<Record<string, string>> = {}) => ({
  action: "sns:Publish",
  resource: topic(name),
  guard: `notifications-${name}-policy`,
  context: { "aws:SecureTransport": "true", ...context },
});
export const useKey = (action: string, context: Readonly<Record<string, string>>) => ({
  action: `kms:${action}`,
  resource: key,
  guard: "encryption-key",
  context,
});
export const assume = (role: string, number: string, sourceArn = arn("ssm", "x", number)) => ({
  action: "sts:AssumeRole",
  resource: roleArn(role),
  guard: role,
  context: { "aws:SourceAccount": number, "aws:SourceArn": sourceArn },
});
export const rule = (number: string) => ({ "aws:SourceArn": arn("events", "rule/install-failed", number) });
export const ofTopic = (number: string) => ({
  "kms:EncryptionContext:aws:sns:topicArn": arn("sns", "notifications-failures", number),
});
export const source = (number: string) => ({ "aws:SourceAccount": number });
export const group = (name: string) => ({
  "kms:EncryptionContext:aws:logs:arn": arn("logs", `log-group:${name}`),
});
export const viaSns = { "kms:ViaService": `sns.${home}.amazonaws.com` };
export const [rules, alarms] = ["events.amazonaws.com", "cloudwatch.amazonaws.com"] as const;
export const logs = `logs.${home}.amazonaws.com`;

export type Allowed = readonly [what: string, call: Call, statement: string];
