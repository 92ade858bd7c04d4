import { expect } from "chai";
import { fanoutRegionsProblems, homeRegionProblems } from "#components/fanout/regions.js";

const home = homeRegionProblems("region");
const reasons = (regions: string[], from = "us-east-1") =>
  fanoutRegionsProblems(
    "regions",
    from,
  )(regions).map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
/** What a message names as the Regions of a partition. */
const listed = (from: string) =>
  reasons(["nowhere"], from)[0]
    ?.replace(/.*Regions are |\.$/g, "")
    .split(", ") ?? [];

describe("the home Region of a fan-out", () => {
  for (const region of ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1"]) {
    it(`may be ${region}`, () => expect(home(region)).to.deep.equal([]));
  }

  for (const region of ["eu-south-1", "ap-east-1", "me-central-1", "af-south-1"]) {
    it(`may not be ${region}, which is opt-in`, () => {
      expect(home(region)).to.deep.equal([
        {
          propertyPath: "region",
          reason: `"${region}" is an opt-in Region, from which Automation reaches no other. Deploy the central window to a Region that is enabled by default, such as us-east-1 or eu-central-1.`,
        },
      ]);
    });
  }

  const other = "write one such as eu-central-1.";
  for (const [region, advice, instead] of [
    ["", other, {}],
    ["global", other, {}],
    ["us-east", "did you mean us-east-1 or us-east-2?", {}],
    ["US-EAST-1", "did you mean us-east-1?", { instead: "us-east-1" }],
    ["us-est-1", "did you mean us-east-1 or us-west-1?", {}],
    ["Frankfurt", "did you mean eu-central-1?", { instead: "eu-central-1" }],
    ["eu-central-1a", "did you mean eu-central-1?", { instead: "eu-central-1" }],
  ] as const) {
    it(`may not be ${JSON.stringify(region)}`, () => {
      expect(home(region)).to.deep.equal([
        {
          propertyPath: "region",
          reason: `${JSON.stringify(region)} is not a Region of AWS; ${advice}`,
          ...instead,
        },
      ]);
    });
  }
});

describe("the Regions of a fan-out", () => {
  it("may be opt-in, and all of a partition at once", () => {
    expect(listed("us-east-1")).to.have.lengthOf(34);
    for (const from of ["us-east-1", "cn-north-1", "us-gov-east-1"]) {
      expect(listed(from)).to.include(from);
      expect(reasons(listed(from), from)).to.deep.equal([]);
    }
  });

  it("are 1 to 50", () => {
    expect(reasons([])).to.deep.equal(["regions: got 0 Regions; allowed are 1 to 50."]);
    const many = Array.from({ length: 51 }, () => "us-east-1");
    expect(reasons(many)[0]).to.equal("regions: got 51 Regions; allowed are 1 to 50.");
  });

  it("are there once each, and all that is wrong is told at once", () => {
    expect(reasons(["us-east-2", "us-east-2", "us-gov-west-1", "eu-west-3"])).to.deep.equal([
      'regions[1]: "us-east-2" is there twice. Remove one of them.',
      `regions[2]: "us-gov-west-1" is not a Region of the partition aws; its Regions are ${listed("us-east-1").join(", ")}.`,
    ]);
  });

  it("are of the home Region's partition", () => {
    expect(reasons(["us-east-1"], "us-gov-east-1")).to.deep.equal([
      'regions[0]: "us-east-1" is not a Region of the partition aws-us-gov; its Regions are us-gov-east-1, us-gov-west-1.',
    ]);
  });
});
