import { expect } from "chai";
import { readConfig } from "#stacks/config/config.js";
import { now, project, values } from "../../support/configuration.js";

/** In a stack of us-east-1. */
function problemsWith(changes: Readonly<Record<string, unknown>>) {
  const result = readConfig({ ...values(changes), "aws:region": "us-east-1" }, project, now);
  return result.ok ? [] : result.problems;
}

const many = Array.from({ length: 25 }, (_, index) => `g${index}`);
const central = { stacks: ["central"], fanoutRegions: ["us-east-2"] };

describe("what has left the stack", () => {
  for (const [what, changes, key, reason] of [
    [
      "a Region that is patched",
      { ...central, retiredRegions: ["us-east-2"] },
      "retiredRegions[0]",
      'got "us-east-2", which the stack still patches: take it out of one of the two.',
    ],
    [
      "the Region of the windows",
      { retiredRegions: ["us-east-1"] },
      "retiredRegions[0]",
      'got "us-east-1", which the stack still patches: take it out of one of the two.',
    ],
    [
      "a Region twice",
      { retiredRegions: ["us-west-2", "us-west-2"] },
      "retiredRegions[1]",
      '"us-west-2" is there twice. Remove one of them.',
    ],
    [
      "a group that is patched",
      { retiredPatchGroups: ["web"] },
      "retiredPatchGroups[0]",
      'got "web", which is among patchGroups: take it out of one of the two.',
    ],
    [
      "too many groups",
      { retiredPatchGroups: many },
      "retiredPatchGroups",
      "makes 26 patch groups with patchGroups; a baseline takes 25, and these stay registered. Retire fewer at a time.",
    ],
    [
      "a system that is patched",
      { retiredOperatingSystems: ["UBUNTU"] },
      "retiredOperatingSystems[0]",
      'got "UBUNTU", which is among operatingSystems: take it out of one of the two.',
    ],
  ] as const) {
    it(`is refused: ${what}`, () => {
      expect(problemsWith(changes).map((problem) => [problem.key, problem.reason])).to.deep.equal([
        [key, reason],
      ]);
    });
  }

  it("is refused: a system that SSM does not know, with those that it does, or the one that is meant", () => {
    const reasonOf = (name: string) => problemsWith({ retiredOperatingSystems: [name] })[0]?.reason;
    expect(reasonOf("BEOS")).to.contain("ALMA_LINUX, AMAZON_LINUX").and.contain("WINDOWS");
    expect(reasonOf("RHEL9")).to.contain("did you mean REDHAT_ENTERPRISE_LINUX?");
  });

  it("may keep a baseline of its own, and a Region that was the stack's", () => {
    const baselines = { SUSE: { approvalRules: [{ product: ["*"] }] } };
    expect(problemsWith({ baselines, retiredOperatingSystems: ["SUSE"] })).to.deep.equal([]);
    expect(problemsWith({ ...central, retiredRegions: ["us-east-1"] })).to.deep.equal([]);
  });
});
