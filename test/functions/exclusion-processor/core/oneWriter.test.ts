import { expect } from "chai";
import { runAsOnlyWriter } from "#functions/exclusion-processor/core/oneWriter.js";
import type { Occasion, RunSummary } from "#functions/exclusion-processor/core/runSummary.js";
import { keepGate } from "#functions/exclusion-processor/core/windowGate.js";
import type { Ports, RegionAccess } from "#functions/exclusion-processor/ports.js";
import { leaseKey } from "#shared/contract/believed.js";
import type { MemoryPorts } from "#test/memory/exclusionProcessor/ports.js";
import { readsOf } from "./reads.js";
import { east, entry, node, nodes, region, World, west } from "./support.js";

const minute = 60_000;

/** One invocation of fifteen minutes. */
async function invoke(
  world: World,
  {
    occasion = "other",
    change = (ports) => ports,
    onWait = () => undefined,
    lateAt = world.now,
  }: {
    occasion?: Occasion;
    lateAt?: number;
    change?: (ports: MemoryPorts) => Ports;
    onWait?: (waits: number) => void;
  } = {},
) {
  const ports = world.ports();
  const waits: number[] = [];
  const clock = {
    now: () => world.now,
    wait: async (milliseconds: number) => {
      waits.push(milliseconds);
      world.now += milliseconds;
      onWait(waits.length);
    },
  };
  const endsAt = world.now + 15 * minute;
  const invocation = { id: "a", occasion, home: east, lateAt, endsAt, clock };
  const summary = await runAsOnlyWriter(change(ports), invocation);
  return { ports, waits, summary };
}

/** What becomes of the window that has called. */
async function verdictOn(world: World, summary: RunSummary) {
  const ports = { ...world.ports(), cancelExecution: async () => undefined };
  const call = { windowId: "mw-1", executionId: "e-1", gate: "cancel" as const };
  return (await keepGate(ports, call, east, { ok: true, value: summary })).summary.verdict;
}

function lease(world: World): { holder: string; until: number; counter: number } | undefined {
  const text = world.bucket.text(leaseKey);
  return text === undefined ? undefined : JSON.parse(text);
}

const lease1 = (until: number) => `${JSON.stringify({ version: 1, counter: 1, holder: "b 1", until })}\n`;

function dev(): World {
  const world = new World([region([node("i-1"), node("i-2")])]);
  world.upload("a", entry());
  return world;
}

describe("an invocation beside others", () => {
  it("takes the lease, writes and lets it go", async () => {
    const world = dev();
    const { ports, summary } = await invoke(world);
    expect([summary.ok, summary.verdicts]).to.deep.equal([true, { "being applied": 1 }]);
    expect(ports.store.written.filter((key) => key === leaseKey)).to.have.lengthOf(2);
    expect([ports.store.written[0], ports.store.written.at(-1)]).to.deep.equal([leaseKey, leaseKey]);
    expect(lease(world)).to.deep.include({ until: 0, counter: 2 });
  });

  it("writes nothing, not even a lease, where nothing is to be done", async () => {
    const world = dev();
    await invoke(world);
    for (const occasion of ["other", "window", "hour"] as const) {
      const { ports, summary } = await invoke(world, { occasion });
      expect([summary.ok, ports.fuse.writes], occasion).to.deep.equal([true, 0]);
    }
  });

  it("renews what is believed once a day, with when it has asked the nodes, and only then", async () => {
    const world = dev();
    await world.rest();
    world.now += 24 * 60 * minute;
    expect((await invoke(world, { occasion: "hour" })).ports.fuse.writes).to.equal(7);
    expect((await invoke(world, { occasion: "hour" })).ports.fuse.writes).to.equal(0);
  });

  it("leaves its work to whoever is at work", async () => {
    const world = dev();
    world.bucket.put(leaseKey, lease1(world.now + minute), world.now);
    const { ports, summary } = await invoke(world);
    expect([summary.ok, summary.why, ports.fuse.writes]).to.deep.equal([
      true,
      "left to the invocation that is at work",
      0,
    ]);
  });

  it("begins again where something was uploaded while it was at work", async () => {
    const world = dev();
    let puts = 0;
    const { summary } = await invoke(world, {
      change: (ports) => ({
        ...ports,
        store: {
          list: (prefix) => ports.store.list(prefix),
          read: (key, version) => ports.store.read(key, version),
          olderVersions: (key) => ports.store.olderVersions(key),
          write: (key, text) => ports.store.write(key, text),
          writeIf: async (key, text, etag) => {
            const done = await ports.store.writeIf(key, text, etag);
            // Once it has let the lease go; whoever the upload calls before that leaves it to this one.
            if (++puts === 2) world.upload("b", entry({ id: "b", selector: nodes("i-2") }));
            return done;
          },
        },
      }),
    });
    expect(summary.verdicts).to.deep.equal({ "being applied": 2 });
    expect(world.status("b").verdict).to.equal("being applied");
  });

  it("waits for whoever is at work where a window is about to patch", async () => {
    const world = dev();
    world.bucket.put(leaseKey, lease1(world.now + 2 * minute), world.now);
    const { waits, summary } = await invoke(world, { occasion: "window" });
    expect([summary.ok, world.status("a").verdict]).to.deep.equal([true, "being applied"]);
    expect(waits).to.deep.equal(new Array(24).fill(5_000));
  });

  it("waits no longer than it has time, and says so", async () => {
    const world = dev();
    world.bucket.put(leaseKey, lease1(world.now + 20 * minute), world.now);
    const start = world.now;
    const { summary, ports } = await invoke(world, {
      occasion: "window",
      change: (one) => ({ ...one, isLate: () => world.now >= start + 12 * minute }),
    });
    expect([summary.ok, ports.fuse.writes]).to.deep.equal([false, 0]);
    expect(summary.errors).to.deep.equal(["Another invocation has been at work all the time."]);
    expect(await verdictOn(world, summary), "nothing is in force").to.equal("vouched");
  });

  // Each row: who has the lease, and what becomes of the window although the plan finds every node where it should be.
  for (const [who, took, verdict] of [
    ["nobody else", undefined, "vouched"],
    ["another invocation all the time", "before", "cancelled"],
    ["another invocation that has taken it", "meanwhile", "cancelled"],
  ] as const) {
    it(`vouches for promises where ${who} has the lease: ${verdict}`, async () => {
      const world = dev();
      await world.rest();
      world.upload("b", entry({ id: "b", selector: nodes("i-2") }));
      const start = world.now;
      const take = () => world.bucket.put(leaseKey, lease1(start + 20 * minute), world.now);
      if (took === "before") take();
      const { summary } = await invoke(world, {
        occasion: "window",
        change: (one) => ({
          ...one,
          isLate: () => world.now >= start + 12 * minute,
          isCut: () => {
            if (took === "meanwhile") take();
            return false;
          },
        }),
      });
      expect(await verdictOn(world, summary)).to.equal(verdict);
      expect(summary.ok).to.equal(took === undefined);
      if (took === "before") expect(summary.regions[0]?.done).to.deep.equal({});
    });
  }

  it("believes no lease for longer than an invocation can take, and none that it cannot read", async () => {
    const world = dev();
    world.bucket.put(leaseKey, lease1(world.now + 1e12), world.now);
    world.now += 17 * minute;
    expect((await invoke(world)).summary.verdicts).to.deep.equal({ "being applied": 1 });
    const broken = dev();
    broken.bucket.put(leaseKey, "{", broken.now);
    expect((await invoke(broken)).summary.verdicts).to.deep.equal({ "being applied": 1 });
  });

  it("keeps the lease where its writes were cut off, and says so", async () => {
    const world = dev();
    const { summary } = await invoke(world, { change: (ports) => ({ ...ports, isCut: () => true }) });
    expect(summary.ok).to.equal(false);
    expect(lease(world)?.until).to.equal(world.now + 17 * minute);
  });

  it("begins no step when it is late, and tells how far it has come", async () => {
    const world = dev();
    let steps = 0;
    const { summary } = await invoke(world, {
      change: (ports) => ({ ...ports, isLate: () => ++steps > 6 }),
    });
    expect(summary.errors[0]).to.equal("us-east-1: is not finished, the time was over.");
    expect(world.status("a").failedRegions).to.deep.equal([
      { region: "us-east-1", error: "is not finished, the time was over" },
    ]);
    expect((await invoke(world)).summary.ok).to.equal(true);
    expect(world.marks("i-1")[1]).to.equal("web");
  });

  it("waits for what it has written, reads again, and tells that it is in force", async () => {
    const world = dev();
    const { waits, summary } = await invoke(world, { lateAt: world.now + 12 * minute });
    expect([summary.verdicts, world.status("a").verdict]).to.deep.equal([{ "in force": 1 }, "in force"]);
    expect(waits).to.deep.equal(new Array(20).fill(30_000));
    expect(summary.regions[0]?.done, "of both runs").to.include({ createBaseline: 1, tagNodes: 1 });
  });

  it("leaves that to the next run where its time does not reach so far, and to whoever has written since", async () => {
    const world = dev();
    expect((await invoke(world, { lateAt: world.now + 9 * minute })).waits).to.deep.equal([]);
    expect(world.status("a").verdict).to.equal("being applied");
    const other = dev();
    const { waits } = await invoke(other, {
      lateAt: other.now + 12 * minute,
      onWait: (count) => {
        if (count === 3) other.bucket.put(leaseKey, lease1(0), other.now);
      },
    });
    expect(waits).to.have.lengthOf(3);
  });

  it("does not wait for a read that its time would cut off", async () => {
    for (const [seconds, verdict] of Object.entries({ 50: "in force", 80: "being applied" })) {
      const world = dev();
      const lateAt = world.now + 12 * minute;
      const slow = (access: RegionAccess): RegionAccess => ({
        ...readsOf(access),
        apply: (step) => access.apply(step),
        read: (keys) => {
          world.now += Number(seconds) * 1000;
          return world.now < lateAt ? access.read(keys) : Promise.reject(new Error("aborted"));
        },
      });
      const change = (ports: MemoryPorts): Ports => ({
        ...ports,
        isLate: () => world.now >= lateAt,
        region: (name, record) => slow(ports.region(name, record)),
      });
      const { summary } = await invoke(world, { lateAt, change });
      expect([summary.errors, world.status("a").verdict]).to.deep.equal([[], verdict]);
    }
  });

  it("waits before a window patches nodes that were put back, whoever has done it", async () => {
    const world = dev();
    await world.rest();
    world.region().nodes.set("i-1", node("i-1"));
    await world.run();
    world.now += 4 * minute;
    const { waits, ports } = await invoke(world, { occasion: "window", lateAt: world.now + 12 * minute });
    expect(waits).to.have.lengthOf(12);
    expect(ports.steps).to.deep.equal([]);
    expect(
      (await invoke(world, { occasion: "window", lateAt: world.now + 12 * minute })).waits,
    ).to.deep.equal([]);
  });

  it("goes by the window's own Region: another one that fails, or waits, is of no account to it", async () => {
    const both = () => new World([region([node("i-1")]), region([node("i-1")], { region: west })]);
    for (const [own, other] of [
      [east, west],
      [west, east],
    ] as const) {
      const world = both();
      world.upload("a", entry());
      await world.rest();
      world.region(own).nodes.set("i-1", node("i-1"));
      await world.run();
      world.now += 4 * minute;
      world.region(other).isDown = true;
      const { waits, summary } = await invoke(world, { occasion: "window", lateAt: world.now + 12 * minute });
      expect(waits, `put back in ${own}`).to.have.lengthOf(own === east ? 12 : 0);
      expect(await verdictOn(world, summary)).to.equal(own === east ? "vouched" : "cancelled");
    }
    const world = both();
    world.upload("a", entry());
    await world.rest();
    world.region(west).nodes.set("i-1", node("i-1"));
    const { waits, summary } = await invoke(world, { occasion: "window", lateAt: world.now + 12 * minute });
    expect([waits, await verdictOn(world, summary)]).to.deep.equal([[], "vouched"]);
  });

  it("counts a node that somebody else has taken, although its last look finds it put right", async () => {
    const taken = { PatchGroup: "theirs", Environment: "prod", "patchplane:base-group": "web" };
    const world = new World([region([node("i-1", { tags: taken })])]);
    const { summary, waits } = await invoke(world, { lateAt: world.now + 12 * minute });
    expect(waits).to.have.lengthOf.above(9);
    expect(summary.regions.map(({ foreign }) => foreign.map(({ id }) => id))).to.deep.equal([["i-1"]]);
    expect(world.marks("i-1")).to.deep.equal(["theirs", undefined]);
  });
});
