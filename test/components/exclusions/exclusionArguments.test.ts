import { expect } from "chai";
import { namePrefixProblems, ownerProblems } from "#components/exclusions/exclusionArguments.js";
import { type CompleteTargets, excludedCriteria } from "#components/windows/patchTargets.js";
import { readEnvironment } from "#functions/exclusion-processor/environment.js";
import * as names from "#shared/contract/exclusionNames.js";
import { operatingSystemNames } from "#shared/contract/operatingSystems.js";

describe("names that the program and the exclusion processor share", () => {
  it("stay as they are in accounts where they are in use", () => {
    expect(names.keys).to.deep.equal({
      record: "deployment.json",
      manifests: "exclusions/",
      plans: "plans/",
      approvals: "approvals/",
      statuses: "status/",
    });
    expect(names.ownerTagKey).to.equal("patchplane:owner");
    expect(names.baseGroupTagKey).to.equal("patchplane:base-group");
  });

  it("are the same of held nodes, as they are marked and as the scan window selects them", () => {
    expect(names.holdGroup("web"))
      .to.equal(names.groupOf("web", "hold"))
      .and.to.equal(names.markOf("web", "hold"));
    const targets: CompleteTargets = { patchGroupTagKey: "PatchGroup", patchGroups: ["web"], tags: {} };
    const marks = (["hold", "x-0123456789"] as const).map((word) => names.markOf("web", word));
    expect(excludedCriteria(targets, "Scan")[0]?.values).to.have.members(marks);
    expect(excludedCriteria(targets, "Install")[0]?.values).to.deep.equal([
      names.markOf("web", "x-0123456789"),
    ]);
    for (const operation of ["Scan", "Install"] as const)
      expect(excludedCriteria(targets, operation)[0]?.values).to.not.include(names.returnedMark("web"));
  });

  it("are the same of the environment", () => {
    const told = { BUCKET: "b", TOPIC_ARN: "t", AWS_LAMBDA_FUNCTION_NAME: "f" };
    expect(readEnvironment({ ...told, AWS_REGION: "us-east-1" })).to.deep.equal({
      bucket: "b",
      topicArn: "t",
      functionName: "f",
      homeRegion: "us-east-1",
      windows: [],
    });
  });

  it("leave room in the longest name of a derived baseline", () => {
    for (const system of operatingSystemNames)
      expect(names.baselineName("p".repeat(49), "x-0123456789", system).length).to.be.at.most(128);
  });

  for (const prefix of ["abc", "patchplane-dev", "A_9", "p".repeat(49)]) {
    it(`may begin with ${prefix}`, () => expect(namePrefixProblems(prefix)).to.deep.equal([]));
  }

  for (const prefix of ["", "ab", "a.b", "a b", "päm", "p".repeat(50)]) {
    it(`may not begin with ${JSON.stringify(prefix)}`, () => {
      expect(namePrefixProblems(prefix).map(({ propertyPath }) => propertyPath)).to.deep.equal([
        "namePrefix",
      ]);
    });
  }

  for (const owner of ["patchplane/dev", "a", "org/Projekt_ä.1/stack-2", "o".repeat(201)]) {
    it(`may belong to ${owner.slice(0, 30)}`, () => expect(ownerProblems(owner)).to.deep.equal([]));
  }

  for (const owner of ["", "a b", "a*", "a?", "${x}", "a\n", "o".repeat(202)]) {
    it(`may not belong to ${JSON.stringify(owner).slice(0, 30)}`, () => {
      expect(ownerProblems(owner).map(({ propertyPath }) => propertyPath)).to.deep.equal(["owner"]);
    });
  }
});
