import { expect } from "chai";
import { hour, monday } from "#test/lab/support.js";
import { accountId, locationsWorld, type makeRoles } from "./locationSupport.js";
import { statuses } from "./support.js";

const ireland = "eu-west-1";

describe("the roles of an automation with locations", () => {
  const trusts = {
    "the administration role and SSM": (admin: string) => [{ AWS: admin }, { Service: "ssm.amazonaws.com" }],
    "the account and SSM": () => [{ AWS: accountId }, { Service: "ssm.amazonaws.com" }],
    "the account's root and SSM": () => [
      { AWS: `arn:aws:iam::${accountId}:root` },
      { Service: "ssm.amazonaws.com" },
    ],
    "a stranger and SSM": (admin: string) => [{ AWS: `${admin}-2` }, { Service: "ssm.amazonaws.com" }],
    "another account and SSM": () => [{ AWS: "210987654321" }, { Service: "ssm.amazonaws.com" }],
    "SSM alone": () => [{ Service: "ssm.amazonaws.com" }],
    "the administration role alone": (admin: string) => [{ AWS: admin }],
  };
  const unable =
    /^The execution role arn:aws:iam::\d+:role\/\S+ in the target location is unable to be assumed/;
  for (const [trust, message] of [
    ["the administration role and SSM", undefined],
    ["the account and SSM", undefined],
    ["the account's root and SSM", undefined],
    ["a stranger and SSM", unable],
    ["another account and SSM", unable],
    ["SSM alone", unable],
    ["the administration role alone", /is not authorized to perform: sts:AssumeRole/],
  ] as [keyof typeof trusts, RegExp | undefined][]) {
    it(`${message === undefined ? "takes on" : "cannot take on"} a role that trusts ${trust}`, async () => {
      const { begin, get, clock } = locationsWorld({ trusted: trusts[trust] });
      const id = begin({ Regions: [ireland] });
      await clock.advanceTo(monday + hour);
      const [step] = get(id).StepExecutions ?? [];
      expect(step?.StepStatus).to.equal(message === undefined ? "Success" : "Failed");
      if (message !== undefined) expect(step?.FailureMessage).to.match(message);
    });
  }

  for (const [what, roles, denied] of [
    [
      "an administration role that may take on no other",
      { adminMay: [], trusted: trusts["the account and SSM"] },
      "sts:AssumeRole",
    ],
    ["an execution role that may start nothing", { mayDo: ["iam:PassRole"] }, "ssm:StartAutomationExecution"],
    [
      "an execution role that may not pass itself",
      { mayDo: ["ssm:StartAutomationExecution"] },
      "iam:PassRole",
    ],
  ] as [string, Parameters<typeof makeRoles>[1], string][]) {
    it(`fails with ${what}`, async () => {
      const { begin, get, clock, account } = locationsWorld(roles);
      const id = begin({ Regions: [ireland] });
      await clock.advanceTo(monday + hour);
      expect(statuses(get(id))).to.deep.equal(["Failed", "Failed"]);
      expect(account.iam.denials.map(({ action }) => action)).to.deep.equal([denied]);
    });
  }
});
