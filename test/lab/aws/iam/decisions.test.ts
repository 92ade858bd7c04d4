import { expect } from "chai";
import fc from "fast-check";
import { Decisions } from "#lab/aws/iam/decisions.js";
import { type AccessRequest, type Caller, decideAccess } from "#lab/aws/iam/evaluate.js";
import { account as worldOf } from "../../support.js";
import { account, allow, deny, document, otherAccount, policy, roleArn, service } from "./support.js";

const thing = `arn:aws:s3:::manifests`;
const actions = ["s3:GetObject", "s3:ListBucket"];
const resources = [thing, `${thing}/a`];
const policies = [
  [],
  [policy("all", allow({ Action: "s3:*" }))],
  [policy("one", allow({ Action: "s3:GetObject", Resource: `${thing}/*` }))],
  [
    policy(
      "tagged",
      allow({ Action: "s3:*", Condition: { StringEquals: { "aws:ResourceTag/stage": "dev" } } }),
      deny({ Action: "s3:ListBucket", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    ),
  ],
];
const theirs = [
  policy("theirs", allow({ Action: "s3:*", Principal: { AWS: roleArn } })),
  policy("service", allow({ Action: "s3:*", Principal: { Service: "s3.amazonaws.com" } })),
  policy("account", deny({ Action: "s3:GetObject", Principal: { AWS: `arn:aws:iam::${account}:root` } })),
];
const callers = [
  ...policies.flatMap((own) =>
    [account, otherAccount].map(
      (accountId): Caller => ({ kind: "role", arn: roleArn, accountId, policies: own }),
    ),
  ),
  { kind: "role", arn: `${roleArn}2`, accountId: account, policies: policies[0] ?? [] } satisfies Caller,
  service("s3.amazonaws.com"),
  service("sns.amazonaws.com"),
];
const requests: fc.Arbitrary<AccessRequest> = fc.record(
  {
    caller: fc.constantFrom(...callers),
    action: fc.constantFrom(...actions),
    resource: fc.constantFrom(...resources),
    resourcePolicy: fc.constantFrom(...theirs),
    resourceDecides: fc.boolean(),
    context: fc.constantFrom<AccessRequest["context"]>(
      {},
      { "aws:ResourceTag/stage": "dev" },
      { "aws:ResourceTag/stage": "prod" },
      { "aws:ResourceTag/stage": ["dev", "prod"], "aws:SecureTransport": "false" },
    ),
  },
  { requiredKeys: ["caller", "action", "resource", "context"] },
);

describe("decisions that are kept", () => {
  it("are those that would be made anew, whatever has been asked before", () => {
    const history = fc.array(requests, { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(history, (asked) => {
        const decisions = new Decisions();
        for (const request of asked) expect(decisions.of(request)).to.deep.equal(decideAccess(request));
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it("are made once for as long as the policies are the same", () => {
    const decisions = new Decisions();
    const [caller = service("none")] = callers;
    const ask = (context: AccessRequest["context"]) =>
      decisions.of({ caller, action: "s3:GetObject", resource: thing, context });
    const first = ask({});
    expect(ask({})).to.equal(first);
    for (let number = 0; number < 1000; number++) ask({ "aws:SourceArn": `arn:${number}` });
    // There is a limit, beyond which they are made anew.
    expect(ask({})).not.to.equal(first);
    expect(ask({})).to.deep.equal(first);
  });

  it("end with every change of a policy, and refusals are noted each time", () => {
    const { iam } = worldOf([]).account;
    const trust = document([
      allow({ Action: "sts:AssumeRole", Resource: undefined, Principal: { Service: "ssm.amazonaws.com" } }),
    ]);
    iam.createRole({ RoleName: "patcher", AssumeRolePolicyDocument: trust });
    const allowed = () => {
      const caller = iam.assume(roleArn, "ssm.amazonaws.com", "arn:aws:ssm:us-east-1:1:a/b");
      return iam.allows({ caller, action: "s3:GetObject", resource: `${thing}/a` });
    };
    const put = (...statements: readonly object[]) =>
      iam.putRolePolicy({
        RoleName: "patcher",
        PolicyName: "own",
        PolicyDocument: document(statements),
      });
    const said = [allowed(), allowed()];
    put(allow({ Action: "s3:GetObject" }));
    said.push(allowed());
    iam.putResourcePolicy(thing, document([deny({ Action: "s3:*", Principal: "*" })]));
    said.push(allowed());
    iam.putResourcePolicy(thing, document([allow({ Action: "s3:ListBucket", Principal: "*" })]));
    said.push(allowed());
    put();
    said.push(allowed());
    iam.putResourcePolicy(thing, document([allow({ Action: "s3:*", Principal: { AWS: roleArn } })]));
    said.push(allowed());
    expect(said).to.deep.equal([false, false, true, false, true, false, true]);
    expect(iam.denials).to.have.length(4);
    iam.updateAssumeRolePolicy({ RoleName: "patcher", PolicyDocument: document([]) });
    expect(allowed).to.throw("sts:AssumeRole");
  });
});
