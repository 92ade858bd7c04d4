import { expect } from "chai";
import { settle } from "../support/mocks.js";
import { deployStack } from "../support/program.js";

const boundary = "arn:aws:iam::111122223333:policy/boundary";

describe("a permissions boundary", () => {
  after(settle);

  it("bounds every role of a stack with all parts, and nothing else", async () => {
    const { recording } = await deployStack("prod", { permissionsBoundary: boundary });
    const bounded = recording.resources.filter(
      ({ type, props }) => type.startsWith("aws:") && props.permissionsBoundary === boundary,
    );
    const roles = recording.all("iam.Role");
    expect(roles.length).to.be.at.least(9);
    expect(bounded.map(({ urn }) => urn).sort()).to.deep.equal(roles.map(({ urn }) => urn).sort());
  });

  it("is not there without the key", async () => {
    const { recording } = await deployStack("prod");
    expect(recording.all("iam.Role").some(({ props }) => "permissionsBoundary" in props)).to.equal(false);
  });
});
