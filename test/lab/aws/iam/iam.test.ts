import { expect } from "chai";
import { AwsError } from "#lab/aws/base/errors.js";
import { denialMessage } from "#lab/aws/iam/denial.js";
import type { Call, Iam } from "#lab/aws/iam/iam.js";
import { account as worldOf } from "../../support.js";
import { account, allow, deny, document, otherAccount, policy, roleArn, service } from "./support.js";

const bucket = "arn:aws:s3:::manifests";
const object = `${bucket}/exclusions/a.yaml`;
const topic = "arn:aws:sns:us-east-1:123456789012:t";

function read(changes: Partial<Call> = {}, ...own: readonly object[]): Call {
  return {
    caller: { kind: "role", arn: roleArn, accountId: account, policies: [policy("own", ...own)] },
    action: "s3:GetObject",
    resource: object,
    ...changes,
  };
}
const reading = (changes: object = {}) => ({ Action: "s3:GetObject", Resource: `${bucket}/*`, ...changes });
const toRole = { Principal: { AWS: roleArn } };

/** The bucket's policy, the call, and whether it is allowed. */
const decisions: Readonly<Record<string, readonly [theirs: object[], call: Call, allowed: boolean]>> = {
  "the role allows": [[], read({}, allow(reading())), true],
  "nobody allows": [[], read(), false],
  "the bucket's policy allows its objects": [[allow(reading(toRole))], read(), true],
  "the bucket's policy allows the bucket alone": [
    [allow(reading({ ...toRole, Resource: bucket }))],
    read(),
    false,
  ],
  "the bucket's policy allows some objects": [
    [allow(reading({ ...toRole, Resource: `${bucket}/plans/*` }))],
    read(),
    false,
  ],
  "the bucket's policy denies its objects": [
    [deny(reading({ Principal: "*" }))],
    read({}, allow(reading())),
    false,
  ],
  "the bucket's policy denies what has no TLS": [
    [deny(reading({ Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }))],
    read({}, allow(reading())),
    true,
  ],
  "the bucket's policy allows the bucket": [
    [allow({ ...toRole, Action: "s3:ListBucket", Resource: bucket })],
    read({ action: "s3:ListBucket", resource: bucket }),
    true,
  ],
  "the policy of a bucket whose name begins alike": [
    [allow(reading({ ...toRole, Resource: "*" }))],
    read({ resource: `${bucket}2/a` }),
    false,
  ],
  "a key with a slash at its beginning": [[allow(reading(toRole))], read({ resource: `${bucket}//a` }), true],
  "another account's role": [
    [allow(reading({ Principal: { AWS: `arn:aws:iam::${otherAccount}:role/patcher` } }))],
    read(),
    false,
  ],
  "another resource that has no policy": [
    [allow({ ...toRole, Action: "*", Resource: "*" })],
    read({ action: "sns:Publish", resource: topic }),
    false,
  ],
};

function iamWith(...theirs: readonly object[]): Iam {
  const { iam } = worldOf([]).account;
  if (theirs.length > 0) iam.putResourcePolicy(bucket, document(theirs));
  return iam;
}

describe("IAM of the account", () => {
  for (const [what, [theirs, call, allowed]] of Object.entries(decisions)) {
    it(`${what}: ${allowed ? "allowed" : "refused"}, and told alike by all who ask`, () => {
      const iam = iamWith(...theirs);
      expect(iam.wouldAllow(call)).to.equal(allowed);
      expect(iam.denials).to.eql([]);
      expect(iam.allows(call)).to.equal(allowed);
      expect(iam.denialOf(call) === undefined).to.equal(allowed);
      const { action, resource } = call;
      const denials = iam.denials.map((denial) => [denial.caller, denial.action, denial.resource]);
      expect(denials).to.eql(allowed ? [] : [0, 1].map(() => [roleArn, action, resource]));
    });
  }

  it("tells the caller what AWS tells", () => {
    const iam = iamWith(deny(reading({ Principal: "*", Resource: `${bucket}/secret` })));
    const publish = { action: "sns:Publish", resource: topic };
    const told = (call: Call) => {
      expect(() => iam.authorize(call))
        .to.throw(AwsError)
        .with.property("code", "AccessDeniedException");
      const denial = iam.denials.at(-1);
      return denial === undefined ? "" : denialMessage(denial);
    };
    const start = `User: ${roleArn} is not authorized to perform: s3:GetObject on resource: `;
    expect(told(read())).to.equal(
      `${start}${object} because no identity-based policy allows the s3:GetObject action`,
    );
    expect(told(read({}, deny(reading())))).to.equal(
      `${start}${object} with an explicit deny in an identity-based policy`,
    );
    expect(told(read({ resource: `${bucket}/secret` }, allow(reading())))).to.equal(
      `${start}${bucket}/secret with an explicit deny in a resource-based policy`,
    );
    expect(told({ caller: service("events.amazonaws.com"), ...publish })).to.equal(
      `User: events.amazonaws.com is not authorized to perform: sns:Publish on resource: ${topic} because no resource-based policy allows the sns:Publish action`,
    );
    expect(iam.denials.map(({ deniedBy }) => deniedBy)).to.eql([
      undefined,
      "identity",
      "resource",
      undefined,
    ]);
  });

  it("gives the owner everything", () => {
    const { iam } = worldOf([]).account;
    expect(iam.wouldAllow({ caller: iam.owner, action: "ssm:SendCommand", resource: "*" })).to.equal(true);
    expect(iam.wouldAllow({ caller: iam.owner, action: "s3:PutObject", resource: object })).to.equal(true);
  });
});
