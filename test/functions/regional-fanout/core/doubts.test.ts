import { expect } from "chai";
import { doubtsOf } from "#functions/regional-fanout/core/doubts.js";
import { nodeId } from "./support.js";

const node = nodeId(1);

describe("who vouches for an installation", () => {
  it("has no doubt about a held node in a group that people have named, as long as its tags are right", () => {
    const promised = { groups: new Map([[node, "web.hold"]]), written: new Set<string>(), isLost: false };
    const doubts = (tags: readonly string[], base: string | undefined) =>
      doubtsOf(
        promised,
        {
          groups: new Map([[node, ["theirs"]]]),
          tags: new Map([[node, { groups: tags, mark: "web.hold" }]]),
        },
        base,
      ).length;
    expect(doubts(["web.hold"], undefined)).to.equal(0);
    expect(doubts(["web"], undefined)).to.equal(1);
    expect(doubts(["web.hold"], "own")).to.equal(1);
  });
});
