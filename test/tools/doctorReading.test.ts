import { expect } from "chai";
import fc from "fast-check";
import type { Criterion, NodeFacts } from "#tools/doctor/facts.js";
import { policySays } from "#tools/doctor/resourcePolicy.js";
import { sameCriteria, selects } from "#tools/doctor/selection.js";
import { size } from "../support/size.js";

const events = "events.amazonaws.com";
const role = "arn:aws:iam::123456789012:role/nodes";
const statement = (changes: object) => ({
  Effect: "Allow",
  Principal: { Service: events },
  Action: "sns:Publish",
  Resource: "*",
  ...changes,
});
const says = (who: string, ...statements: object[]) =>
  policySays(JSON.stringify({ Version: "2012-10-17", Statement: statements }), who, "sns:Publish");

describe("what a resource's policy says of somebody", () => {
  const tls = { Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } };
  const cases: readonly (readonly [what: string, said: string, expected: string])[] = [
    ["a service that it names", says(events, statement({})), "allows"],
    ["an action in other capitals", says(events, statement({ Action: ["SNS:publish"] })), "allows"],
    ["all actions of a service", says(events, statement({ Action: "sns:*" })), "allows"],
    ["a list of services", says(events, statement({ Principal: { Service: ["a", events] } })), "allows"],
    ["everybody", says(events, statement({ Principal: "*" })), "allows"],
    ["another service", says("cloudwatch.amazonaws.com", statement({})), "says nothing"],
    ["another action", says(events, statement({ Action: "sns:Subscribe" })), "says nothing"],
    ["a refusal beside a permission", says(events, statement({}), statement({ Effect: "Deny" })), "denies"],
    ["the refusal of what comes without TLS", says(events, statement({}), statement(tls)), "allows"],
    [
      "an account that hands the decision over",
      says(role, statement({ Principal: { AWS: "123456789012" } })),
      "allows",
    ],
    ["another account", says(role, statement({ Principal: { AWS: "210987654321" } })), "says nothing"],
    [
      "everybody but some, which nobody works out",
      says(events, { ...statement({}), NotPrincipal: {} }),
      "says nothing",
    ],
    ["no statement", says(events), "says nothing"],
    ["no policy", policySays("{", events, "sns:Publish"), "says nothing"],
    ["nothing", policySays("null", events, "sns:Publish"), "says nothing"],
  ];
  for (const [what, said, expected] of cases)
    it(`${what}: ${expected}`, () => {
      expect(said).to.equal(expected);
    });

  it("is told of whatever there may be, and nothing that is no policy allows anything", () => {
    const check = fc.property(fc.json(), (text) => {
      expect(policySays(text, events, "sns:Publish")).to.equal("says nothing");
    });
    fc.assert(check, { numRuns: size(10, 1000) });
  });
});

describe("which nodes a target selects", () => {
  const node: NodeFacts = {
    ...{ id: "i-1", tags: { PatchGroup: "web", App: "a" } },
    ...{ ping: "Online", platform: undefined, state: "running", profile: undefined },
  };
  const one = (key: string, ...values: string[]): Criterion => ({ key, values });
  const cases: readonly (readonly [criteria: readonly Criterion[], expected: boolean | undefined])[] = [
    [[one("tag:PatchGroup", "app", "web")], true],
    [[one("tag:PatchGroup", "web"), one("tag:App", "b")], false],
    [[one("tag:PATCHGROUP", "web")], false],
    [[one("tag-key", "App")], true],
    [[one("InstanceIds", "*")], true],
    [[one("InstanceIds", "i-2")], false],
    [[one("resource-groups:Name", "web")], undefined],
    [[one("resource-groups:Name", "web"), one("tag:App", "b")], false],
    [[], false],
  ];
  for (const [criteria, expected] of cases)
    it(`${JSON.stringify(criteria)}: ${expected}`, () => {
      expect(selects(criteria, node)).to.equal(expected);
    });

  it("criteria are the same in any order, and others with another value", () => {
    const some = [one("tag:A", "1", "2"), one("tag:B", "3")];
    expect(sameCriteria(some, [one("tag:B", "3"), one("tag:A", "2", "1")])).to.equal(true);
    expect(sameCriteria(some, [one("tag:A", "1"), one("tag:B", "3")])).to.equal(false);
  });
});
