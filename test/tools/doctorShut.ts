import { document, type Fault, home, type Patient, policy, prefix, topic, without } from "./doctorSupport.js";

const key = `arn:aws:kms:${home}:123456789012:key/encryption-key`;
const logs = "arn:aws:s3:::logs-bucket";
const nodePolicy = "arn:aws:iam::123456789012:policy/logs-node-policy";

const closingRole = ({ region }: Patient) =>
  (region.lambda.find(`${prefix}-closing`).input.Role ?? "").replace(/^.*\//, "");

/** A role that EC2 alone may take on. */
function otherTrust(roleOf: (patient: Patient) => string, service: string): Pick<Fault, "apply" | "undo"> {
  let before = "";
  const trust = (patient: Patient, PolicyDocument: string) =>
    patient.lab.account.iam.updateAssumeRolePolicy({ RoleName: roleOf(patient), PolicyDocument });
  return {
    apply: (patient) => {
      before = patient.lab.account.iam.role(roleOf(patient)).trustDocument;
      trust(patient, before.replaceAll(service, "ec2.amazonaws.com"));
    },
    undo: (patient) => trust(patient, before),
  };
}

/** Faults of rights and messages, after which the stack is well again. */
export const shut: readonly Fault[] = [
  {
    what: "a right that the window's role lacks",
    turn: 1,
    id: "right-missing",
    names: /scan-role.*ssm:SendCommand/,
    apply: ({ lab: { account } }) =>
      account.iam.putRolePolicy({
        RoleName: "scan-role",
        PolicyName: "shut",
        PolicyDocument: document({ Effect: "Deny", Action: "ssm:SendCommand", Resource: "*" }),
      }),
    undo: ({ lab: { account } }) =>
      account.iam.deleteRolePolicy({ RoleName: "scan-role", PolicyName: "shut" }),
  },
  {
    what: "a right that a function's role lacks",
    turn: 1,
    id: "right-missing",
    names: /of function patchplane-dev-closing, may not do tag:GetResources/,
    apply: (patient) =>
      patient.lab.account.iam.putRolePolicy({
        RoleName: closingRole(patient),
        PolicyName: "shut",
        PolicyDocument: document({ Effect: "Deny", Action: "tag:*", Resource: "*" }),
      }),
    undo: (patient) =>
      patient.lab.account.iam.deleteRolePolicy({ RoleName: closingRole(patient), PolicyName: "shut" }),
  },
  {
    what: "a function's role that Lambda may not take on",
    turn: 2,
    id: "role-untrusting",
    names: /of function patchplane-dev-closing, does not let lambda\.amazonaws\.com/,
    ...otherTrust(closingRole, "lambda.amazonaws.com"),
  },
  {
    what: "a role of schedules that Scheduler may not take on",
    turn: 1,
    id: "role-untrusting",
    names: /of schedules of SSM-patchplane-dev-install-end, does not let scheduler\.amazonaws\.com/,
    ...otherTrust(() => "install-ends-role", "scheduler.amazonaws.com"),
  },
  {
    what: "a role of schedules that may not call the function",
    turn: 2,
    id: "right-missing",
    names: /of schedules of .*-fanout, may not do lambda:InvokeFunction/,
    apply: ({ lab: { account } }) =>
      account.iam.putRolePolicy({
        RoleName: "central-ends-role",
        PolicyName: "shut",
        PolicyDocument: document({ Effect: "Deny", Action: "lambda:*", Resource: "*" }),
      }),
    undo: ({ lab: { account } }) =>
      account.iam.deleteRolePolicy({ RoleName: "central-ends-role", PolicyName: "shut" }),
  },
  {
    what: "a permissions boundary that leaves nothing",
    turn: 1,
    id: "right-missing",
    names: /install-role.*lambda:InvokeFunction/,
    apply: ({ lab: { account } }) => {
      const arn = "arn:aws:iam::123456789012:policy/boundary";
      account.iam.putManagedPolicy(arn, document({ Effect: "Allow", Action: "s3:*", Resource: "*" }));
      account.iam.putRolePermissionsBoundary({ RoleName: "install-role", PermissionsBoundary: arn });
    },
    undo: ({ lab: { account } }) => account.iam.putRolePermissionsBoundary({ RoleName: "install-role" }),
  },
  {
    what: "a role that trusts another service",
    turn: 2,
    id: "role-untrusting",
    names: /scan-role.*ssm\.amazonaws\.com/,
    ...otherTrust(() => "scan-role", "ssm.amazonaws.com"),
  },
  {
    what: "the nodes' role without the stack's policy",
    turn: 2,
    id: "node-right-missing",
    names: /lab-nodes.*s3:PutObject/,
    apply: ({ lab: { account } }) =>
      account.iam.detachRolePolicy({ RoleName: "lab-nodes", PolicyArn: nodePolicy }),
    undo: ({ lab: { account } }) =>
      account.iam.attachRolePolicy({ RoleName: "lab-nodes", PolicyArn: nodePolicy }),
  },
  {
    what: "a bucket that takes nothing from nodes",
    turn: 2,
    id: "bucket-shut",
    names: /logs-bucket/,
    ...policy(logs, (before) => {
      const { Statement } = JSON.parse(before) as { Statement: object[] };
      const shut = { Effect: "Deny", Principal: "*", Action: "s3:Put*", Resource: `${logs}/*` };
      return document(...Statement, shut);
    }),
  },
  {
    what: "a subscription that nobody has confirmed",
    turn: 1,
    id: "topic-unconfirmed",
    names: /platform-dev@example\.com/,
    apply: async (patient) => {
      const { Subscriptions } = (await patient.call("sns", "ListSubscriptionsByTopic", {
        TopicArn: topic,
      })) as unknown as { Subscriptions: { SubscriptionArn: string }[] };
      for (const { SubscriptionArn } of Subscriptions) patient.region.sns.unconfirmed.add(SubscriptionArn);
    },
    undo: ({ region }) => region.sns.unconfirmed.clear(),
  },
  {
    what: "a topic that takes nothing from rules",
    turn: 2,
    id: "topic-shut",
    names: /notifications-failures.*events\.amazonaws\.com/,
    ...policy(topic, without("events.amazonaws.com")),
  },
  {
    what: "a key that rules may not use any more",
    turn: 1,
    id: "key-shut",
    names: /encryption-key.*events\.amazonaws\.com/,
    ...policy(key, without("events.amazonaws.com")),
  },
  {
    what: "a key that is gone",
    turn: 2,
    id: "key-gone",
    names: /encryption-key/,
    ...(() => {
      const changed = policy(key, (before) => before);
      return {
        apply: (patient: Patient) => {
          changed.apply(patient);
          patient.lab.account.iam.deleteResourcePolicy(key);
        },
        undo: changed.undo,
      };
    })(),
  },
  {
    what: "a rule for failures that is disabled",
    turn: 1,
    id: "rule-disabled",
    names: /scan-failed-rule/,
    apply: (patient) => patient.call("events", "DisableRule", { Name: "scan-failed-rule" }),
  },
  {
    what: "an hourly schedule that is disabled",
    turn: 2,
    id: "rule-disabled",
    names: /exclusions-hourly-rule/,
    apply: (patient) => patient.call("events", "DisableRule", { Name: "exclusions-hourly-rule" }),
  },
  {
    what: "a function that a rule may not call",
    turn: 2,
    id: "rule-refused",
    names: /SSM-patchplane-dev-exclusions does not let rule exclusions-hourly-rule/,
    ...policy(
      `arn:aws:lambda:${home}:123456789012:function:SSM-${prefix}-exclusions`,
      without("events.amazonaws.com"),
    ),
  },
];
