import { expect } from "chai";
import { writersProblems } from "#components/index.js";

const account = "arn:aws:iam::111122223333";
const session = "arn:aws:sts::111122223333:assumed-role";
const allowed =
  "allowed is an ARN of up to 300 characters such as arn:aws:iam::123456789012:role/PatchApprovers, * and ? in its name.";
const compares = "a session of a role; IAM compares with the role itself.";

describe("who may write into the bucket of exclusions", () => {
  for (const arn of [
    `${account}:role/PatchApprovers`,
    `${account}:role/team/a/Patch*`,
    `${account}:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Approvers_*`,
    `${account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Approvers_????????????????`,
    `${account}:user/anna`,
    `${account}:root`,
    "arn:aws-us-gov:iam::111122223333:role/a",
  ]) {
    it(`may be ${arn}`, () => expect(writersProblems("approvers")([arn])).to.deep.equal([]));
  }

  // Each row: what was written, the reason, what is meant.
  const refused: readonly (readonly [string, string, string?])[] = [
    ["", `got ""; ${allowed}`],
    ["*", `got "*"; ${allowed}`],
    [`${account}:role/*`, `got "${account}:role/*", which is everybody of the account; ${allowed}`],
    [`${account}:group/admins`, `got "${account}:group/admins"; ${allowed}`],
    ["arn:aws:iam::*:role/a", `got "arn:aws:iam::*:role/a"; ${allowed}`],
    [
      `${session}/Deployment/ci-7`,
      `got "${session}/Deployment/ci-7", ${compares} Write ${account}:role/Deployment, with the role's path before its name if it has one.`,
    ],
    [
      `${session}/AWSReservedSSO_A_0123456789abcdef/a`,
      `got "${session}/AWSReservedSSO_A_0123456789abcdef/a", ${compares} Write ${account}:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_A_*.`,
      `${account}:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_A_*`,
    ],
  ];
  for (const [arn, reason, instead] of refused) {
    it(`may not be ${arn || "nobody"}`, () => {
      const more = instead === undefined ? {} : { instead };
      expect(writersProblems("deployers")([arn])).to.deep.equal([
        { propertyPath: "deployers[0]", reason, ...more },
      ]);
    });
  }

  it("are named once each, and ten at most", () => {
    const arns = Array.from({ length: 11 }, (_, index) => `${account}:role/a${index}`);
    const [first = ""] = arns;
    expect(writersProblems("approvers")([...arns, first])).to.deep.equal([
      { propertyPath: "approvers", reason: "has 12 ARNs; allowed are up to 10. Use * for several." },
      {
        propertyPath: "approvers[11]",
        reason: `"${first}" is there twice. Remove one of them.`,
        instead: null,
      },
    ]);
  });
});
