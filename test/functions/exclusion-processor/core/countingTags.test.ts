import { expect } from "chai";
import { entry, manifest, node, now, region, World } from "./support.js";

/** Nodes come without tags that nobody asks for: whoever may ask must be known before they are read. */
describe("tags that entries select nodes by", () => {
  const app = { PatchGroup: "web", Environment: "prod", App: "pay" };
  const own = () => new World([region([node("i-1", { tags: app }), node("i-2")])]);
  const byTag = entry({ selector: { kind: "tags", tags: { App: ["pay"] } } });

  it("count for the version in force, under a refused upload", async () => {
    const world = own();
    world.upload("pay", byTag);
    await world.rest();
    world.uploadText("pay", "garbage");
    world.now += 60_000;
    await world.hour();
    expect(world.marks("i-1")[1]).to.equal("web");
  });

  it("count for the version that is found when nobody knows which was in force", async () => {
    const world = own();
    world.upload("pay", byTag);
    await world.rest();
    world.now += 60_000;
    world.uploadText("pay", "garbage");
    world.spoil(undefined);
    await world.hour();
    expect(world.status("pay").entries.map(({ nodes }) => nodes.map(({ id }) => id))).to.deep.equal([
      ["i-1"],
    ]);
    expect(world.marks("i-1")[1]).to.equal("web");
  });

  it("count for a plan, whatever is in force", async () => {
    const world = own();
    world.bucket.put("plans/pay.yaml", manifest(byTag), now);
    await world.run();
    const report = JSON.parse(world.bucket.text("status/plans/pay.yaml.json") ?? "");
    expect(report.nodes.map(({ id }: { readonly id: string }) => id)).to.deep.equal(["i-1"]);
  });
});
