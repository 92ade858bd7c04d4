import { expect } from "chai";
import {
  approvalKey,
  baselineName,
  baseOfReturned,
  cohortOfBaseline,
  groupOf,
  keyOfStatus,
  markOf,
  parseGroup,
  returnedMark,
  statusKey,
} from "#shared/contract/exclusionNames.js";
import { canonicalJson, counted, several, sortedUnion } from "#shared/text/words.js";

describe("names", () => {
  for (const [group, base, word] of [
    ["web.x-0123456789", "web", "x-0123456789"],
    ["a.b.hold", "a.b", "hold"],
    ["web.hold.x-abcdefabcd", "web.hold", "x-abcdefabcd"],
  ] as const) {
    it(`take ${group} apart, and put it together`, () => {
      expect(parseGroup(group)).to.deep.equal({ base, word });
      expect(groupOf(base, word)).to.equal(group);
    });
  }

  for (const group of [
    "web",
    ".hold",
    "hold",
    "web.x-012345678",
    "web.x-01234567890",
    "web.x-returned",
    "web.X-0123456789",
  ]) {
    it(`see no exclusion in the group ${group}`, () => {
      expect(parseGroup(group)).to.equal(undefined);
    });
  }

  it("give held nodes a mark that no install target selects", () => {
    expect(markOf("web", "hold")).to.equal("web.hold");
    expect(markOf("web", "x-0123456789")).to.equal("web");
    expect(returnedMark("web")).to.equal("web.x-returned");
    expect([baseOfReturned("web.x-returned"), baseOfReturned("web")]).to.deep.equal(["web", undefined]);
  });

  it("know a derived baseline by its name, whatever the prefix", () => {
    const name = baselineName("patchplane-prod", "x-0123456789", "UBUNTU");
    expect(name).to.equal("patchplane-prod-x-0123456789-UBUNTU");
    expect(cohortOfBaseline(name, "UBUNTU")).to.equal("x-0123456789");
    expect(cohortOfBaseline(name, "DEBIAN")).to.equal(undefined);
    expect(cohortOfBaseline("other-hold-REDHAT_ENTERPRISE_LINUX", "REDHAT_ENTERPRISE_LINUX")).to.equal(
      "hold",
    );
    expect(cohortOfBaseline("patchplane-prod-UBUNTU", "UBUNTU")).to.equal(undefined);
    expect(cohortOfBaseline("patchplane-x-01234567-UBUNTU", "UBUNTU")).to.equal(undefined);
  });

  it("tell where objects are", () => {
    expect(statusKey("exclusions/a.yaml")).to.equal("status/exclusions/a.yaml.json");
    expect(keyOfStatus(statusKey("plans/x/y.json"))).to.equal("plans/x/y.json");
    expect(keyOfStatus("exclusions/a.yaml.json")).to.equal(undefined);
    expect(keyOfStatus("status/readme.txt")).to.equal(undefined);
    expect(approvalKey("exclusions/a.yaml")).to.equal("approvals/exclusions/a.yaml");
  });
});

describe("texts", () => {
  it("are equal for equal values", () => {
    expect(canonicalJson({ b: [1, null, true], a: { d: "x", c: 2 } })).to.equal(
      '{"a":{"c":2,"d":"x"},"b":[1,null,true]}',
    );
    expect(canonicalJson([{ b: 1, a: 2 }])).to.equal(canonicalJson([{ a: 2, b: 1 }]));
    expect(canonicalJson([1, 2])).to.not.equal(canonicalJson([2, 1]));
  });

  it("are in an order that no locale changes", () => {
    expect(sortedUnion(["b", "a", "B"], ["a", "é"])).to.deep.equal(["B", "a", "b", "é"]);
  });

  it("name the first few of many", () => {
    expect(several(["a", "b"])).to.equal("a, b");
    expect(several(["a", "b", "c"], 2)).to.equal("a, b and 1 more");
    expect([counted(1, "node"), counted(0, "node")]).to.deep.equal(["1 node", "0 nodes"]);
  });
});
