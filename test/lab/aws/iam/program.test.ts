import { expect } from "chai";
import { type Caller, type Decision, decideAccess } from "#lab/aws/iam/evaluate.js";
import { type Policy, readPolicy } from "#lab/aws/iam/policy.js";
import { type Recording, settle } from "#test/support/mocks.js";
import { deployStack } from "#test/support/program.js";
import { allowed, denied, withoutTls } from "./programCalls.js";
import { exclusionsBucket, exclusionsFunction, fenced } from "./programExclusionCalls.js";
import { bucket, type Call, key, ownPolicies, roleArn, topic } from "./programParts.js";
import { account } from "./support.js";

/** What they keep out is in test/lab/scenarios/accessBucket.test.ts. */
const keepingOut = ["ProcessorWritesItsOwn", "ProcessorDeletesItsOwn"].map(
  (sid) => `exclusions-policy ${sid}`,
);

describe("the program's own policies", () => {
  let recording: Recording;
  before(async () => {
    // The roles of the central window have a test of their own, test/lab/scenarios/accessFanout.test.ts.
    ({ recording } = await deployStack("dev", { stacks: '["scan","install"]' }));
  });
  after(settle);

  function policyOf(name: string): Policy {
    const { policy, assumeRolePolicy } = recording.named(name).props;
    return readPolicy(name, String(policy ?? assumeRolePolicy));
  }

  /** The decision on a call, without one statement if one is named. */
  function decide({ by, action, resource, guard, context = {} }: Call, missing?: string): Decision {
    const read = (name: string): Policy => {
      const policy = policyOf(name);
      return { name, statements: policy.statements.filter(({ sid }) => `${name} ${sid}` !== missing) };
    };
    const own = ownPolicies[by];
    const caller: Caller =
      own === undefined
        ? { kind: "service", name: by }
        : { kind: "role", arn: roleArn(by), accountId: account, policies: own.map(read) };
    const resourceDecides = action.startsWith("kms:") || action === "sts:AssumeRole";
    const guarded = guard === undefined ? {} : { resourcePolicy: read(guard) };
    const whole = own === undefined ? context : { ...context, "aws:PrincipalArn": roleArn(by) };
    return decideAccess({ caller, action, resource, context: whole, resourceDecides, ...guarded });
  }

  it("are about what these tests call upon", () => {
    const state = (name: string) => recording.named(name).state.arn;
    for (const role of ["install-role", "scan-role", "notifications-role", "exclusions-role"])
      expect(state(role)).to.equal(roleArn(role));
    expect(state("encryption-key")).to.equal(key);
    expect(state("logs-bucket")).to.equal(bucket);
    expect(state("exclusions-bucket")).to.equal(exclusionsBucket);
    expect(state("exclusions-function")).to.equal(exclusionsFunction);
    for (const name of ["failures", "completions"])
      expect(state(`notifications-${name}`)).to.equal(topic(name));
  });

  for (const [what, call, statement] of allowed) {
    it(`allow: ${what}`, () => {
      expect(decide(call)).to.deep.equal({ allowed: true, reason: `allowed by ${statement}` });
    });
  }

  for (const [what, call] of Object.entries(denied)) {
    it(`leave out: ${what}`, () => {
      const reason = `no statement allows ${call.action} on ${call.resource}`;
      expect(decide(call)).to.deep.equal({ allowed: false, reason });
    });
  }

  for (const [what, call, statement] of fenced) {
    it(`deny in another Region: ${what}`, () => {
      const reason = `explicitly denied by ${statement}`;
      expect(decide(call)).to.deep.equal({ allowed: false, reason, deniedBy: "identity" });
      expect(decide(call, statement).allowed).to.equal(true);
    });
  }

  for (const [statement, call] of Object.entries(withoutTls)) {
    it(`deny without TLS: ${statement}`, () => {
      const open = { ...call, context: { ...call.context, "aws:SecureTransport": "false" } };
      const reason = `explicitly denied by ${statement}`;
      expect(decide(open)).to.deep.equal({ allowed: false, reason, deniedBy: "resource" });
      expect(decide(open, statement).allowed).to.equal(true);
      expect(decide(call).allowed).to.equal(true);
    });
  }

  it("have no statement that nothing needs", () => {
    const carriers = recording.resources.filter(
      ({ props }) => typeof (props.policy ?? props.assumeRolePolicy) === "string",
    );
    expect(carriers).to.have.lengthOf(21);
    for (const { name } of carriers) {
      for (const { sid, effect } of policyOf(name).statements) {
        const statement = `${name} ${sid}`;
        if (effect === "Deny") {
          const known = [...Object.keys(withoutTls), ...fenced.map(([, , by]) => by), ...keepingOut];
          expect(known).to.include(statement);
          continue;
        }
        const broken = allowed.filter(([, call]) => !decide(call, statement).allowed).map(([what]) => what);
        const needing = allowed.filter(([, , by]) => by === statement).map(([what]) => what);
        // The key's first statement allows nothing by itself; it lets the policies of roles count.
        const handedOver = ["the processor's", "SSM's", "the end's"].flatMap((whose) =>
          ["Decrypt", "GenerateDataKey"].map((action) => `${whose} publisher calls ${action}`),
        );
        const expected = sid === "ManagedByIamOfThisAccount" ? handedOver : needing;
        expect(broken, statement).to.deep.equal(expected);
        expect(broken, statement).to.not.be.empty;
      }
    }
  });

  it("are understood in full in every stack", async () => {
    const prod = await deployStack("prod");
    const gov = await deployStack("dev", {}, { partition: "aws-us-gov", region: "us-gov-west-1" });
    for (const { resources } of [prod.recording, gov.recording]) {
      for (const { name, props } of resources) {
        const text = props.policy ?? props.assumeRolePolicy;
        if (typeof text === "string") expect(readPolicy(name, text).statements).to.not.be.empty;
      }
    }
  });
});
