import { expect } from "chai";
import {
  account,
  allow,
  type Call,
  decide,
  defaultAction,
  defaultResource,
  deny,
  otherAccount,
  roleArn,
  service,
} from "./support.js";

const role = { Principal: { AWS: roleArn } };
const root = { Principal: { AWS: `arn:aws:iam::${account}:root` } };
const everybody = { Principal: "*" };
const events = { Principal: { Service: "events.amazonaws.com" } };
const silence = `no statement allows ${defaultAction} on ${defaultResource}`;
const tls = { Condition: { Bool: { "aws:SecureTransport": "true" } } };

/** What is asked, whether it is allowed, and what says so. */
const decisions: Readonly<Record<string, readonly [call: Call, allowed: boolean, reason: string]>> = {
  "silence denies": [{}, false, silence],
  "an identity's policy allows": [{ own: [allow()] }, true, "allowed by own Allow"],
  "the first statement that allows is named": [
    { own: [allow({ Action: "ssm:Other" }), allow({ Sid: "Second" }), allow({ Sid: "Third" })] },
    true,
    "allowed by own Second",
  ],
  "a statement without a name is named by its place": [
    { own: [deny({ Action: "ssm:Other" }), { Effect: "Allow", Action: "*", Resource: "*" }] },
    true,
    "allowed by own statement 2",
  ],
  "an action that no statement names": [{ own: [allow({ Action: "ssm:CancelCommand" })] }, false, silence],
  "a resource that no statement names": [
    { own: [allow({ Resource: "arn:aws:ssm:us-east-1:123456789012:thing/b" })] },
    false,
    silence,
  ],
  "a denial after an allowance": [{ own: [allow(), deny()] }, false, "explicitly denied by own Deny"],
  "a denial before an allowance": [{ own: [deny(), allow()] }, false, "explicitly denied by own Deny"],
  "a denial of another action": [
    { own: [allow(), deny({ Action: "ssm:CancelCommand" })] },
    true,
    "allowed by own Allow",
  ],
  "a denial whose condition fails": [
    { own: [allow(), deny(tls)], context: { "aws:SecureTransport": "false" } },
    true,
    "allowed by own Allow",
  ],
  "the resource denies what the identity allows": [
    { own: [allow()], theirs: [deny(role)] },
    false,
    "explicitly denied by theirs Deny",
  ],
  "the resource denies the identity's account": [
    { own: [allow()], theirs: [deny(root)] },
    false,
    "explicitly denied by theirs Deny",
  ],
  "the resource denies everybody, and a service": [
    { caller: service("events.amazonaws.com"), theirs: [allow(events), deny(everybody)] },
    false,
    "explicitly denied by theirs Deny",
  ],
  "the resource denies another role": [
    { own: [allow()], theirs: [deny({ Principal: { AWS: `arn:aws:iam::${account}:role/other` } })] },
    true,
    "allowed by own Allow",
  ],
  "the identity denies what the resource allows": [
    { own: [deny()], theirs: [allow(role)] },
    false,
    "explicitly denied by own Deny",
  ],
  "the resource alone allows a role of its account": [
    { theirs: [allow(role)] },
    true,
    "allowed by theirs Allow",
  ],
  "the resource allows one role of several": [
    { theirs: [allow({ Principal: { AWS: [`arn:aws:iam::${account}:role/other`, roleArn] } })] },
    true,
    "allowed by theirs Allow",
  ],
  "the resource allows another role": [
    { theirs: [allow({ Principal: { AWS: `arn:aws:iam::${account}:role/patcher2` } })] },
    false,
    silence,
  ],
  "the resource allows a role of that name elsewhere": [
    { theirs: [allow({ Principal: { AWS: `arn:aws:iam::${otherAccount}:role/patcher` } })] },
    false,
    silence,
  ],
  "the resource allows a service, not a role": [{ theirs: [allow(events)] }, false, silence],
  "the resource allows everybody": [{ theirs: [allow(everybody)] }, true, "allowed by theirs Allow"],
  "everybody in the other spelling": [
    { theirs: [allow({ Principal: { AWS: "*" } })] },
    true,
    "allowed by theirs Allow",
  ],
  "everybody under a condition that holds": [
    { theirs: [allow({ ...everybody, ...tls })], context: { "aws:SecureTransport": "true" } },
    true,
    "allowed by theirs Allow",
  ],
  "everybody under a condition that fails": [
    { theirs: [allow({ ...everybody, ...tls })], context: { "aws:SecureTransport": "false" } },
    false,
    silence,
  ],
  "the resource names the account, and the identity is silent": [{ theirs: [allow(root)] }, false, silence],
  "the resource names the account, and the identity allows": [
    { own: [allow()], theirs: [allow(root)] },
    true,
    "allowed by own Allow",
  ],
  "a key without a policy": [{ own: [allow()], resourceDecides: true }, false, silence],
  "a key whose policy is silent": [
    { own: [allow()], theirs: [allow(events)], resourceDecides: true },
    false,
    silence,
  ],
  "a key that hands over, and an identity that allows": [
    { own: [allow()], theirs: [allow(root)], resourceDecides: true },
    true,
    "allowed by own Allow",
  ],
  "a key that hands over to the account by its number": [
    { own: [allow()], theirs: [allow({ Principal: { AWS: account } })], resourceDecides: true },
    true,
    "allowed by own Allow",
  ],
  "a key that hands over, and an identity that is silent": [
    { theirs: [allow(root)], resourceDecides: true },
    false,
    silence,
  ],
  "a key that hands over to another account": [
    {
      own: [allow()],
      theirs: [allow({ Principal: { AWS: `arn:aws:iam::${otherAccount}:root` } })],
      resourceDecides: true,
    },
    false,
    silence,
  ],
  "a key that hands another action over": [
    { own: [allow()], theirs: [allow({ ...root, Action: "ssm:Other" })], resourceDecides: true },
    false,
    silence,
  ],
  "a key that hands over under a condition that fails": [
    { own: [allow()], theirs: [allow({ ...root, ...tls })], resourceDecides: true },
    false,
    silence,
  ],
  "a key that names the role": [
    { theirs: [allow(role)], resourceDecides: true },
    true,
    "allowed by theirs Allow",
  ],
  "a trust policy, which names no resource": [
    { theirs: [{ Sid: "Trust", Effect: "Allow", Action: defaultAction, ...role }], resourceDecides: true },
    true,
    "allowed by theirs Trust",
  ],
  "a key for a service that is called like the account": [
    { own: [allow()], theirs: [allow({ Principal: { Service: account } })], resourceDecides: true },
    false,
    silence,
  ],
  "the service that is named": [
    { caller: service("events.amazonaws.com"), theirs: [allow(events)] },
    true,
    "allowed by theirs Allow",
  ],
  "a service that is not named": [
    { caller: service("cloudwatch.amazonaws.com"), theirs: [allow(events)] },
    false,
    silence,
  ],
  "a service, and the account that is named": [
    { caller: service("events.amazonaws.com"), theirs: [allow(root)] },
    false,
    silence,
  ],
  "a service, and no policy": [{ caller: service("events.amazonaws.com") }, false, silence],
};

const actions: readonly (readonly [pattern: string | string[], action: string, allowed: boolean])[] = [
  ["ssm:SendCommand", "ssm:SendCommand", true],
  ["SSM:sendcommand", "ssm:SendCommand", true],
  ["ssm:SendCommand", "SSM:SENDCOMMAND", true],
  ["ssm:Send*", "ssm:SendCommand", true],
  ["ssm:send*", "ssm:CancelCommand", false],
  ["ssm:*Command", "ssm:SendCommands", false],
  ["ssm:?endCommand", "ssm:SendCommand", true],
  ["ssm:??endCommand", "ssm:SendCommand", false],
  ["ssm:*", "ssmmessages:SendCommand", false],
  ["*", "ssm:SendCommand", true],
  [["kms:Decrypt", "kms:GenerateDataKey*"], "kms:GenerateDataKeyWithoutPlaintext", true],
  [["kms:Decrypt", "kms:GenerateDataKey*"], "kms:Encrypt", false],
  [[], "ssm:SendCommand", false],
];

const group = (name: string) => `arn:aws:logs:us-east-1:${account}:log-group:${name}`;
const resources: readonly (readonly [pattern: string | string[], resource: string, allowed: boolean])[] = [
  ["*", group("a"), true],
  ["*", "*", true],
  ["arn:aws:logs:*:*:*", "*", false],
  ["arn:*:*:*:*:*", "*", false],
  [group("a"), group("a"), true],
  [group("a"), group("A"), false],
  [group("a*"), group("a"), true],
  [group("a*"), group("a/b:c"), true],
  [group("a?"), group("a"), false],
  [group("a/*/c"), group("a/b/b/c"), true],
  [`arn:aws:logs:*:${account}:log-group:a`, group("a"), true],
  [`arn:aws:logs:us-*:${account}:log-group:a`, group("a"), true],
  [`arn:aws:logs:eu-*:${account}:log-group:a`, group("a"), false],
  ["arn:aws:logs:us-east-1:*:log-group:a", group("a"), true],
  ["arn:aws:logs:*:*:b", group("a:b"), false],
  ["arn:aws:*:*:x:b", `arn:aws:logs:us-east-1:${account}:x:b`, false],
  ["arn:aws:ssm:us-east-1:*:document/a", "arn:aws:ssm:us-east-1::document/a", true],
  [`arn:aws:ssm:us-east-1:${account}:document/a`, "arn:aws:ssm:us-east-1::document/a", false],
  [[group("a"), group("b")], group("b"), true],
  [[group("a"), group("b")], group("c"), false],
  [`${group("a")}\${*}`, group("a*"), true],
  [`${group("a")}\${*}`, group("ab"), false],
  [`${group("a")}\${?}\${$}`, group("a?$"), true],
];

describe("decisions of IAM", () => {
  for (const [what, [call, allowed, reason]] of Object.entries(decisions)) {
    it(`${what}: ${allowed ? "allowed" : "denied"}`, () => {
      const deniedBy = /^explicitly denied by (own|theirs)/.exec(reason)?.[1];
      const whose = { own: "identity", theirs: "resource" }[deniedBy ?? ""];
      const expected = { allowed, reason, ...(whose === undefined ? {} : { deniedBy: whose }) };
      expect(decide(call)).to.deep.equal(expected);
    });
  }

  const toRole = { Principal: { AWS: roleArn } };
  // IAM user guide, "Permissions boundaries for IAM entities": what both allow, and no deny of either.
  for (const [what, call, allowed] of [
    ["that allows it too", { own: [allow()], within: [allow()] }, true],
    ["that allows something else", { own: [allow()], within: [allow({ Action: "s3:*" })] }, false],
    ["that says nothing", { own: [allow()], within: [] }, false],
    ["that denies it", { own: [allow()], within: [allow({ Action: "*" }), deny()] }, false],
    ["that alone allows it", { own: [], within: [allow()] }, false],
    ["and a resource's policy that allows the role", { theirs: [allow(toRole)], within: [allow()] }, true],
    [
      "that allows nothing of what a resource's policy allows",
      { theirs: [allow(toRole)], within: [] },
      false,
    ],
  ] as const) {
    it(`a permissions boundary ${what}: ${allowed ? "allowed" : "denied"}`, () => {
      const { allowed: isAllowed, deniedBy } = decide(call);
      expect(isAllowed).to.equal(allowed);
      if (what !== "that alone allows it") expect(deniedBy).to.equal(allowed ? undefined : "boundary");
    });
  }

  for (const [Action, action, allowed] of actions) {
    it(`the action ${String(Action)} ${allowed ? "covers" : "does not cover"} ${action}`, () => {
      expect(decide({ own: [allow({ Action })], action }).allowed).to.equal(allowed);
    });
  }

  for (const [Resource, resource, allowed] of resources) {
    it(`the resource ${String(Resource)} ${allowed ? "covers" : "does not cover"} ${resource}`, () => {
      expect(decide({ own: [allow({ Resource })], resource }).allowed).to.equal(allowed);
    });
  }
});
