import { expect } from "chai";
import { approvalKey } from "#shared/contract/exclusionNames.js";
import { nodesInForce } from "#shared/contract/manifestStatus.js";
import { entry, keyOf, nodes, record, region, tagged, World, west } from "./support.js";

const hour = 3_600_000;
const ids = (from: string, count: number) => Array.from({ length: count }, (_, index) => `i-${from}${index}`);
const hold = { kind: "hold" } as const;
const pay = { kind: "tags", tags: { App: ["pay"] } } as const;

/** Ten nodes in each of two Regions, where three may move without an approval. The second does not answer. */
function outage(): World {
  const fleet = (name: string) => ids(name, 10).map((id) => tagged(id, { App: "pay" }));
  const world = new World(
    [region(fleet("e")), region(fleet("w"), { region: west })],
    record({ maxChangedNodes: 3 }),
  );
  world.region(west).isDown = true;
  return world;
}
const heldThere = (world: World) =>
  ids("w", 10).filter((id) => world.marks(id, west)[0] === "web.hold").length;

describe("while a Region cannot be read", () => {
  it("what it may hold by tags there is held, and is counted when the Region is back", async () => {
    const world = outage();
    const version = world.upload("pay", entry({ effect: hold, selector: pay, regions: [west] }));
    await world.run();
    expect(world.status("pay").message).to.deep.equal([
      "Held: nobody can tell how many nodes it would move, because eu-west-1 cannot be read.",
      "Nothing of it is in force until then.",
      `To release it, put an object approvals/exclusions/pay.yaml with the text ${version} into the bucket.`,
    ]);
    world.region(west).isDown = false;
    await world.run();
    expect(world.status("pay").message[0]).to.equal(
      "Held: it would move 10 nodes, and 3 may move without an approval.",
    );
    expect(heldThere(world)).to.equal(0);
    world.bucket.put(approvalKey(keyOf("pay")), version, world.now);
    await world.run();
    expect(heldThere(world)).to.equal(10);
  });

  // Each row: what an entry looks for, and the verdict.
  for (const [what, changes, verdict] of [
    ["nodes that other Regions know", { selector: nodes(...ids("e", 3)) }, "being applied"],
    [
      "as few nodes as may move, whether they are there or not",
      { selector: nodes(...ids("w", 3)) },
      "being applied",
    ],
    ["more nodes than may move", { selector: nodes(...ids("e", 2), ...ids("w", 2)) }, "held"],
    ["tags in all Regions", { selector: pay }, "held"],
    ["tags in other Regions alone", { selector: nodes("i-e1"), regions: ["us-east-1"] }, "being applied"],
  ] as const) {
    it(`a new manifest that looks for ${what} is ${verdict}`, async () => {
      const world = outage();
      world.upload("pay", entry({ effect: hold, ...changes }));
      await world.run();
      expect(world.status("pay").verdict).to.equal(verdict);
    });
  }

  it("the status says since when, whatever manifest comes later, until it is back", async () => {
    const world = outage();
    const since = new Date(world.now).toISOString();
    const failed = { region: west, error: "cannot be read (Error: eu-west-1 does not answer)", since };
    world.upload("a", entry({ selector: nodes("i-e1") }));
    await world.run();
    world.now += hour;
    world.upload("b", entry({ selector: nodes("i-e2") }));
    await world.run();
    for (const name of ["a", "b"]) expect(world.status(name).failedRegions).to.deep.equal([failed]);
    expect((await world.run()).writes).to.equal(0);
    world.region(west).isDown = false;
    await world.run();
    expect(world.status("a").failedRegions).to.deep.equal([]);
  });

  it("what was in force before stays so", async () => {
    const world = outage();
    world.region(west).isDown = false;
    world.upload("pay", entry({ effect: hold, selector: nodes(...ids("w", 2)) }));
    await world.run();
    world.region(west).isDown = true;
    await world.run();
    expect([world.status("pay").verdict, heldThere(world)]).to.deep.equal(["being applied", 2]);
  });
  it("an entry that asks for other things than were in force is not in force", async () => {
    const world = outage();
    world.region(west).isDown = false;
    const about = { selector: nodes(...ids("w", 2)), regions: [west] };
    const upload = (...patches: string[]) =>
      world.upload("pay", entry({ ...about, effect: { kind: "reject", patches, action: "BLOCK" } }));
    upload("openssl*", "curl*");
    await world.run();
    world.now += hour;
    await world.run();
    const phase = () => world.status("pay").entries.map((one) => [one.phase, nodesInForce(one).length]);
    expect(phase()).to.deep.equal([["in force", 2]]);
    world.region(west).isDown = true;
    upload("openssl*", "nginx*");
    for (let run = 0; run < 2; run++) {
      await world.run();
      expect(phase()).to.deep.equal([["being applied", 0]]);
    }
    world.region(west).isDown = false;
    await world.run();
    world.now += hour;
    await world.run();
    expect(phase()).to.deep.equal([["in force", 2]]);
  });
});
