import { expect } from "chai";
import { lookElsewhere } from "#functions/regional-fanout/core/elsewhere.js";
import { dueAt, elsewhereKey, nodeFilterText, parseNodeFilter } from "#shared/contract/elsewhere.js";
import { Fuse } from "#test/memory/fuse.js";
import { MemoryWorld, named } from "#test/memory/regionalFanout/world.js";
import { began, hour } from "./closingSupport.js";
import { endless, nodeId, state } from "./support.js";

const day = 24 * hour;
const [paris, milan, tokyo] = ["eu-west-3", "eu-south-1", "ap-northeast-1"];
const sought = {
  regions: [paris, milan, tokyo],
  nodes: [{ key: "tag:PatchGroup", values: ["web"] }],
};

/** Two nodes in Paris, of which another stack has scanned one, and a Region that is not enabled. */
function made(): MemoryWorld {
  const world = new MemoryWorld();
  world.region(paris).nodes = [
    { id: nodeId(1), name: "web-1" },
    { id: nodeId(2), name: "" },
    { id: nodeId(3), name: "web-3" },
  ];
  world.region(paris).states.set(nodeId(2), { ...state(nodeId(2)), endedAt: began - 36 * day });
  world.region(paris).states.set(nodeId(3), { ...state(nodeId(3)), endedAt: began - 30 * day });
  world.region(milan).fault = named("UnrecognizedClientException", "The security token is invalid.");
  return world;
}

function look(world: MemoryWorld, now = began, fuse = new Fuse()) {
  return lookElsewhere(world.closingPorts(fuse), sought, now, endless());
}

describe("nodes in Regions that nothing of the stack reaches", () => {
  it("are told by name, but for those that somebody has scanned or patched lately", async () => {
    const world = made();
    expect(await look(world)).to.deep.equal({ nodes: 2, unknown: [] });
    expect(world.told.map(({ subject, kind, facts }) => ({ subject, kind, facts }))).to.deep.equal([
      {
        subject: "patchplane: 2 nodes that nothing patches",
        kind: "nodes-elsewhere",
        facts: { nodes: "2", regions: paris },
      },
    ]);
    expect(world.told[0]?.text).to.contain(`\n- ${paris}: ${nodeId(1)} (web-1), ${nodeId(2)}\n`);
    // A node that was registered an hour ago is told too.
    expect(world.told[0]?.text).to.contain("SSM has no patch report of them from the last 35 days");
  });

  it("are told once a week", async () => {
    const world = made();
    for (let hours = 0; hours < 15 * 24; hours++) await look(world, began + hours * hour);
    expect(world.told).to.have.lengthOf(3);
  });

  it("are told with the Regions that cannot be looked at, which are told alone as well", async () => {
    const world = made();
    world.region(tokyo).fault = named("AccessDeniedException", "explicit deny");
    const unknown = [`${tokyo}: AccessDeniedException: explicit deny`];
    expect(await look(world)).to.deep.equal({ nodes: 2, unknown });
    expect(world.told[0]?.text).to.contain(`These Regions could not be looked at: ${unknown[0]}.`);
    world.region(paris).nodes = [];
    expect(await look(world, began + 8 * day)).to.deep.equal({ nodes: 0, unknown });
    expect(world.told[1]?.subject).to.equal(
      "patchplane: 1 Region not looked at for nodes that nothing patches",
    );
    // What the organization forbids is no Region of anybody's.
    world.region(tokyo).fault = named(
      "AccessDeniedException",
      "with an explicit deny in a service control policy",
    );
    expect(await look(world, began + 16 * day)).to.deep.equal({ nodes: 0, unknown: [] });
    expect(world.told).to.have.lengthOf(2);
  });

  it("are told to be unknown once a week where no Region at all can be looked at", async () => {
    const world = made();
    for (const region of [paris, tokyo]) world.region(region).fault = named("AccessDeniedException", "no");
    const unknown = [paris, tokyo].map((region) => `${region}: AccessDeniedException: no`);
    // A Region that is not enabled has not been looked at either.
    expect(await look(world)).to.deep.equal({ nodes: 0, unknown });
    await look(world, began + hour);
    expect(world.told).to.have.lengthOf(1);
    const [{ subject, kind, facts, text } = { text: "" }] = world.told;
    expect({ subject, kind, facts }).to.deep.equal({
      subject: "patchplane: 2 Regions not looked at for nodes that nothing patches",
      kind: "nodes-elsewhere",
      facts: { nodes: "0", regions: "" },
    });
    expect(text)
      .to.match(/^These Regions could not be looked at: /)
      .and.contain(unknown.join(", "));
    expect(text).to.not.contain("35 days");
    await look(world, began + 8 * day);
    expect(world.told).to.have.lengthOf(2);
  });

  it("are told within the hour by another invocation, where one dies after any number of calls", async () => {
    for (let calls = 0; ; calls++) {
      const world = made();
      const isOver = await look(world, began, new Fuse(calls)).then(
        () => true,
        () => false,
      );
      if (isOver) break;
      const before = world.told.length;
      await look(world, began + hour + 1);
      expect([world.told.length, before], `after ${calls} calls`).to.satisfy(
        ([told, at]: [number, number]) => told >= 1 && told - at <= 1,
      );
    }
  });

  it("are looked for by one of two invocations at once", async () => {
    const world = made();
    const found = await Promise.all([look(world), look(world)]);
    expect(found.filter((one) => one !== undefined)).to.have.lengthOf(1);
    expect(world.told).to.have.lengthOf(1);
  });

  it("are looked for again where somebody has broken what is kept", async () => {
    for (const broken of ["{", "{}", '{"version":1,"dueAt":"soon"}']) {
      const world = made();
      world.bucket.put(elsewhereKey, broken);
      expect(dueAt(broken)).to.equal(0);
      expect((await look(world))?.nodes).to.equal(2);
    }
  });

  it("are sought by the targets' tags, or by the first key where these are too many for an environment", () => {
    const few = [
      { key: "tag:Patch Group", values: ["web, db"] },
      { key: "tag:Environment", values: ["dev"] },
    ];
    expect(parseNodeFilter(nodeFilterText(few))).to.deep.equal(few);
    const many = [{ key: "tag:Patch Group", values: Array.from({ length: 25 }, () => "g".repeat(243)) }];
    expect(parseNodeFilter(nodeFilterText(many))).to.deep.equal([
      { key: "tag-key", values: ["Patch Group"] },
    ]);
  });
});
