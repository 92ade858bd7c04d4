import { expect } from "chai";
import { didYouMean, nearest } from "#shared/text/nearest.js";

const names = ["UBUNTU", "AMAZON_LINUX_2", "AMAZON_LINUX_2022", "AMAZON_LINUX_2023", "WINDOWS", "SUSE"];

describe("the nearest name", () => {
  for (const [what, given, meant] of [
    ["in another case", "Windows", ["WINDOWS"]],
    ["with other signs", "amazon-linux 2", ["AMAZON_LINUX_2"]],
    ["with a letter left out", "UBNTU", ["UBUNTU"]],
    ["with a letter too many", "WINDDOWS", ["WINDOWS"]],
    ["with another letter", "UBUNTO", ["UBUNTU"]],
    ["with two letters swapped", "SUES", ["SUSE"]],
    ["as people call it", "RHEL", ["REDHAT"]],
    ["between two", "AMAZON_LINUX_2024", ["AMAZON_LINUX_2022", "AMAZON_LINUX_2023"]],
    ["far away", "SOLARIS", []],
    ["of two letters", "XX", []],
    ["that is empty", " ", []],
    ["that is endless", "x".repeat(100_000), []],
    ["of an object's own", "constructor", []],
  ] as const) {
    it(`is found ${what}`, () => expect(nearest(given, names, { rhel: "REDHAT" })).to.deep.equal(meant));
  }

  it("is none where more than three are as near", () => {
    expect(nearest("eu-west-9", ["eu-west-1", "eu-west-2", "eu-west-3"])).to.have.lengthOf(3);
    expect(nearest("eu-west-9", ["eu-west-1", "eu-west-2", "eu-west-3", "eu-west-4"])).to.deep.equal([]);
  });

  it("is asked for, or what is allowed is told", () => {
    expect(didYouMean(["a", "b"], "allowed is c.")).to.equal("did you mean a or b?");
    expect(didYouMean([], "allowed is c.")).to.equal("allowed is c.");
  });
});
