import { expect } from "chai";
import { settleMs } from "#shared/contract/regionMemory.js";
import { word } from "./planSupport.js";
import { readsOf } from "./reads.js";
import { dev, excluded, memoryOf, minute, said } from "./settleSupport.js";
import { day, east, entry, node, nodes, record, rejects, tagged, type World } from "./support.js";

describe("a node that somebody has put into a group without a baseline, and no mark", () => {
  it("is left in no window about an opening, which would install by the account's default baseline, and comes back after it", async () => {
    const world = dev();
    await world.run();
    world.region().nodes.set("i-1", tagged("i-1", { PatchGroup: "web.x-0123456789" }));
    world.region().nextInstallAt = world.now + minute;
    world.upload("a", entry({ selector: nodes("i-2") }));
    await world.run();
    expect(world.marks("i-1")).to.deep.equal(["web.x-0123456789", undefined]);
    world.now += 30 * minute;
    world.region().nextInstallAt = undefined;
    await world.run();
    expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
  });
});

describe("what nobody uses", () => {
  async function unused(): Promise<World> {
    const world = dev();
    world.upload("a", entry());
    await world.rest();
    world.delete("a");
    await world.rest();
    expect(Object.keys(memoryOf(world).unused)).to.deep.equal([
      `AMAZON_LINUX_2023|web.${word}`,
      "pb-00000000000000001",
    ]);
    return world;
  }

  it("goes a day after a settled read has seen that, and not before", async () => {
    const world = await unused();
    world.now += day - 1;
    await world.run();
    expect(world.derivedNames()).to.have.lengthOf(1);
    world.now += 1;
    await world.run();
    expect([world.derivedNames(), memoryOf(world).unused]).to.deep.equal([[], {}]);
  });

  it("stays when it is used again, and begins anew then", async () => {
    const world = await unused();
    world.now += day - 1;
    world.upload("b", entry());
    await world.run();
    expect(memoryOf(world).unused).to.deep.equal({});
    world.now += day;
    world.delete("b");
    await world.rest();
    world.now += day - 1;
    await world.run();
    expect(world.derivedNames()).to.have.lengthOf(1);
  });

  it("is told by no read that is not settled", async () => {
    const world = await unused();
    world.now += day;
    world.upload("b", entry({ selector: nodes("i-2"), effect: rejects("curl*") }));
    await world.run();
    world.now += minute;
    world.upload("c", entry({ id: "c", selector: nodes("i-2") }));
    const { ports } = await world.run();
    expect(ports.steps.map(({ step }) => step.kind)).to.not.include("deleteBaseline");
  });

  it("goes by the next settled read when it could not be taken away", async () => {
    const world = await unused();
    world.now += day;
    await world.run(undefined, (ports) => ({
      ...ports,
      region: (name, deployed) => {
        const access = ports.region(name, deployed);
        const refused = new Error("AccessDeniedException");
        return {
          ...readsOf(access),
          apply: (step) => (step.kind === "deregisterGroup" ? Promise.reject(refused) : access.apply(step)),
        };
      },
    }));
    // It may be gone all the same, so that this run leaves it alone.
    world.now += minute;
    await world.run();
    expect(world.derivedNames()).to.have.lengthOf(1);
    world.now += settleMs;
    await world.run();
    expect([world.derivedNames(), memoryOf(world).unused]).to.deep.equal([[], {}]);
  });

  it("goes after an hour where new baselines need the room", async () => {
    const world = await unused();
    for (let count = world.region().baselines.size; count < 50; count++) {
      const id = `pb-other-${count}`;
      world.region().baselines.set(id, { id, name: id, operatingSystem: "UBUNTU", isOwned: false });
    }
    world.upload("b", entry({ effect: rejects("curl*") }));
    await world.run();
    expect(world.status("b").verdict).to.equal("refused");
    world.now += 60 * minute;
    await world.run();
    expect([world.status("b").verdict, world.marks("i-1")[1]]).to.deep.equal(["being applied", "web"]);
    expect(world.derivedNames()).to.have.lengthOf(1);
  });
});

describe("around the opening of a window that installs", () => {
  const opening = (world: World) => {
    world.region().nextInstallAt = world.now + 9 * minute;
  };

  it("a changed intent waits, and the verdict says till when", async () => {
    const world = dev();
    opening(world);
    world.upload("a", entry());
    const { regions } = await world.run();
    expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
    expect(said(world)).to.deep.equal([
      "being applied",
      "1 entry is being applied: in force on 0 of 1 node so far.",
      "Not yet on i-1: waits until 2026-09-01T10:29:00.000Z, since a window that installs opens about now.",
    ]);
    expect(regions[0]?.waitsUntil).to.equal(Date.parse("2026-09-01T10:29:00.000Z"));
    world.now += 29 * minute;
    world.region().nextInstallAt = world.now + day;
    await world.run();
    expect(world.marks("i-1")).to.deep.equal(excluded);
  });

  it("an entry in force goes on for the nodes that it was on, whether it has been changed, deleted or has ended", async () => {
    for (const change of [
      (world: World) => world.delete("a"),
      (world: World) => world.upload("a", entry({ effect: rejects("curl*") })),
      (world: World) => world.upload("a", entry({ expiresAt: world.now })),
    ]) {
      const world = dev();
      world.upload("a", entry());
      await world.rest();
      opening(world);
      change(world);
      world.region().nodes.set("i-1", node("i-1"));
      await world.run();
      expect(world.marks("i-1"), "put back").to.deep.equal(excluded);
      world.now += 30 * minute;
      world.region().nextInstallAt = world.now + day;
      await world.run();
      expect(world.marks("i-1")).to.not.deep.equal(excluded);
    }
  });

  it("an entry that ends keeps its nodes over the opening, and both are told: before, and to who closes its record", async () => {
    const world = dev();
    const ends = world.now + 60 * minute;
    world.upload("a", entry({ expiresAt: ends }));
    await world.rest();
    const one = () => world.status("a").entries[0];
    world.region().nextInstallAt = ends + 5 * minute;
    await world.run();
    expect(one()?.endsLate).to.eql({
      [east]: { from: "2026-09-01T11:05:00.000Z", back: "2026-09-01T10:37:00.000Z" },
    });
    world.now = ends + minute;
    await world.run();
    const had = { [east]: { until: "2026-09-01T11:25:00.000Z", ids: ["i-1"], isLate: true } };
    expect([one()?.phase, one()?.nodes, one()?.had]).to.eql(["expired", [], had]);
    expect(world.told.at(-1)?.text).to.contain(
      "openssl has ended on 2026-09-01T11:00:00.000Z; that was too late for i-1 to be back before a window opened: its patches are kept off there in that window either (",
    );
    // The window closes hours later, when the node has long been back.
    world.now += 60 * minute;
    world.region().nextInstallAt = world.now + day;
    await world.run();
    expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
    expect(one()?.had).to.eql(had);
  });

  it("is known of the stack's other windows by what watches them, but not of those that only scan", async () => {
    for (const [id, isQuiet] of [
      ["mw-central", true],
      ["mw-scan", false],
    ] as const) {
      const world = dev();
      world.deploy(
        record({ regions: [{ ...record().regions[0], name: east, scanWindowId: "mw-scan" }] as never }),
      );
      world.upload("a", entry());
      await world.run(undefined, (ports) => ({
        ...ports,
        watchWindows: async () => ({
          openings: [{ id, at: world.now - 5 * minute, endsAt: world.now + minute }],
        }),
      }));
      expect(world.marks("i-1")[1]).to.equal(isQuiet ? undefined : "web");
    }
  });
});
