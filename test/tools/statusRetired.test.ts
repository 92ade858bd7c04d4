import { expect } from "chai";
import { retiredKey, retiredText } from "#shared/contract/retired.js";
import { sealOf, sealText } from "#shared/contract/seal.js";
import { putSealed } from "#test/memory/sealed.js";
import { retiredLines } from "#tools/exclusions/statusText.js";
import { node, region, World } from "../functions/exclusion-processor/core/support.js";
import { bucket, devRecord, runOn } from "./support.js";

describe("what has left the stack, in npm run exclusions -- status", () => {
  const nothing = { nodes: 0, some: [], baselines: 0 };
  it("is told with what is left of it, and that it may go for good", () => {
    const lines = retiredLines(
      [
        { kind: "region", name: "eu-west-1", ...nothing, nodes: 6, some: ["i-1", "i-2"], baselines: 1 },
        { kind: "region", name: "eu-west-2", ...nothing, baselines: 2 },
        { kind: "patchGroup", name: "old", ...nothing },
      ],
      (_colour, text) => text,
    );
    expect(lines).to.deep.equal([
      "",
      "What has left the stack:",
      "  Region eu-west-1: exclusions still have 6 of its nodes (i-1, i-2, ...). Leave it in retiredRegions until it is empty.",
      "  Region eu-west-2: 2 baselines of exclusions go an hour after the last node. Leave it in retiredRegions until it is empty.",
      "  patch group old is empty: take it out of retiredPatchGroups.",
    ]);
    expect(retiredLines([], (_colour, text) => text)).to.deep.equal([]);
  });

  it("is believed only as a run has left it", async () => {
    const retired = { regions: [], patchGroups: ["old"], operatingSystems: [] };
    const world = new World([region([node("i-1")])], devRecord({ retired }));
    const empty = retiredText([{ kind: "patchGroup", name: "old", nodes: 0, some: [], baselines: 0 }]);
    putSealed(world.bucket, retiredKey, empty);
    const status = () => runOn(world, ["status", "--bucket", bucket]);
    expect((await status()).out).to.contain("patch group old is empty: take it out");
    world.bucket.put(sealOf(retiredKey), sealText(["x"]), world.now);
    expect((await status()).out).to.match(
      /patch group old: .*retired.json is not as a run has left it.*within the hour/,
    );
  });
});
