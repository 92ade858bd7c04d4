import { readFileSync } from "node:fs";
import { expect } from "chai";
import { exitCodeSources, exitCodes, exitCodeText } from "#shared/contract/exitCodes.js";

describe("the exit codes of AWS-RunPatchBaseline", () => {
  it("have one meaning each, which docs/fanout.md tells with AWS's source", () => {
    const all = exitCodes.flatMap(({ codes }) => codes);
    expect(new Set(all).size).to.equal(all.length);
    expect(all).to.include.members([0, 1, 2, 126, 151, 152, 154, 155, 156, 194, 195, 196]);
    // What the program's list calls DEPENDENCY_CHECK_FAILURE, and sets where apt, yum and zypper leave packages out.
    expect(exitCodeText(2)).to.contain("dependencies do not fit");
    expect(exitCodeText(196)).to.contain("as after 2");
    const page = readFileSync("docs/fanout.md", "utf8");
    for (const { codes, meaning, remedy, source = "program" } of exitCodes)
      expect(page).to.contain(
        `| ${codes.join(", ")} | ${meaning} | ${remedy} | ${exitCodeSources[source]} |`,
      );
  });

  it("are told with what to do, and one that AWS has told nobody of as such", () => {
    expect(exitCodeText(156)).to.equal(
      "exit code 156, AWS's patch program could not be downloaded, or ended by an error without a code: let the node reach the S3 buckets of Patch Manager in its Region (VPC endpoint and its policy)",
    );
    expect(exitCodeText(169)).to.equal(
      "exit code 169, of which AWS's documents say nothing: the end of its output says more",
    );
  });
});
