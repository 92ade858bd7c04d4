import { expect } from "chai";
import { believedKey } from "#shared/contract/believed.js";
import { evidenceKey } from "#shared/contract/evidence.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { settleMs } from "#shared/contract/regionMemory.js";
import { sealOf } from "#shared/contract/seal.js";
import { day, entry, keyOf, node, nodes, now, record, region, tagged, World } from "./support.js";

const hour = 3_600_000;
const payApp = entry({ selector: { kind: "tags", tags: { App: ["pay"] } } });

describe("an hour checks everything", () => {
  const settled = async () => {
    const world = new World([
      region([tagged("i-1", { App: "pay" }), tagged("i-2", { App: "pay" }), node("i-3")]),
    ]);
    world.upload("pay", payApp);
    await world.rest();
    expect((await world.hour()).why).to.equal(undefined);
    return world;
  };
  const retag = (world: World, id: string, tags: Readonly<Record<string, string>>) => {
    const found = world.region().nodes.get(id) ?? node(id);
    world.region().nodes.set(id, { ...found, tags });
  };
  const app = { PatchGroup: "web", Environment: "prod", App: "pay" };
  const changes: readonly [what: string, change: (world: World) => void][] = [
    ["a new node that an entry looks for", (world) => retag(world, "i-4", app)],
    ["a node that gets the tag", (world) => retag(world, "i-3", app)],
    ["a moved node that loses the tag", (world) => retag(world, "i-1", { ...world.tags("i-1"), App: "x" })],
    [
      "a moved node whose mark is gone",
      (world) => retag(world, "i-1", { ...app, PatchGroup: world.tags("i-1").PatchGroup ?? "" }),
    ],
    ["a moved node that is put back", (world) => retag(world, "i-1", app)],
    [
      "a moved node whose patch group is changed",
      (world) => retag(world, "i-1", { ...world.tags("i-1"), PatchGroup: "x" }),
    ],
    [
      "a moved node out of the stack's scope",
      (world) => retag(world, "i-1", { ...world.tags("i-1"), Environment: "dev" }),
    ],
    [
      "a moved node with another key",
      (world) => retag(world, "i-1", { ...world.tags("i-1"), "Patch Group": "x" }),
    ],
    ["a moved node that is gone", (world) => world.region().nodes.delete("i-1")],
    ["a copy of a moved node", (world) => retag(world, "i-5", world.tags("i-1"))],
    ["a stray mark", (world) => retag(world, "i-3", { ...app, "patchplane:base-group": "web.x-returned" })],
    ["a new manifest", (world) => world.upload("more", entry({ selector: nodes("i-3") }))],
    ["a manifest that is gone", (world) => world.delete("pay")],
    ["the same manifest once more", (world) => world.upload("pay", payApp)],
    ["a plan", (world) => world.bucket.put("plans/pay.yaml", "[]", world.now)],
    ["an approval", (world) => world.bucket.put(`approvals/${keyOf("pay")}`, "x", world.now)],
    ["a status that is gone", (world) => world.bucket.remove(`status/${keyOf("pay")}.json`, world.now)],
    ["a status that is spoilt", (world) => world.bucket.put(`status/${keyOf("pay")}.json`, "{", world.now)],
    [
      "a deployment",
      (world) => world.deploy(record({ maxExclusionDays: 80, regions: record().regions.slice(0, 1) })),
    ],
    ["a stranger's object", (world) => world.bucket.put("x", "x", world.now)],
    ["a Region that does not answer", (world) => (world.region().isDown = true)],
  ];
  for (const [what, change] of changes) {
    it(`after ${what}`, async () => {
      const world = await settled();
      world.now += hour;
      change(world);
      expect((await world.hour()).why).to.be.a("string");
    });
  }

  const spoils: readonly [what: string, spoil: (text: string) => string | undefined][] = [
    ["is gone", () => undefined],
    ["is empty", () => ""],
    ["is half of it", (text) => text.slice(0, text.length / 2)],
    ["is of an older version", (text) => text.replace('"version":1', '"version":0')],
    ["is of a later version", (text) => text.replace('"version":1', '"version":2')],
    ["lacks a member", (text) => text.replace('"searches"', '"sought"')],
    ["has a deployment record that is none", (text) => text.replace('\\"version\\":1', '\\"version\\":9')],
  ];
  for (const [what, spoil] of spoils) {
    it(`when what is believed ${what}, and never refuses`, async () => {
      const world = await settled();
      const text = spoil(world.bucket.text(believedKey) ?? "");
      if (text === undefined) world.bucket.remove(believedKey, world.now);
      else world.bucket.put(believedKey, text, world.now);
      const { ok, why, writes } = await world.hour();
      expect([ok, writes]).to.deep.equal([true, 0]);
      expect(why).to.be.a("string");
      expect((await world.hour()).why, "and believes again").to.equal(undefined);
    });
  }

  it("when what is believed cannot be read or written, and says the latter", async () => {
    const world = await settled();
    const { ok, why, errors } = await world.run(
      undefined,
      (ports) => {
        ports.store.denied.add(believedKey);
        return ports;
      },
      "hour",
    );
    expect(why).to.contain(`${believedKey} cannot be read`);
    expect([ok, ...errors]).to.deep.equal([
      false,
      `${believedKey} could not be written (Error: AccessDenied: ${believedKey}).`,
    ]);
  });

  it("once a day, and mends what was deleted by hand", async () => {
    const world = await settled();
    const start = world.now;
    const before = world.region().state;
    const [group] = world.marks("i-1");
    world.region().groups = world.region().groups.filter((one) => one.group !== group);
    const whys: (string | undefined)[] = [];
    for (let hours = 1; hours <= 24; hours++) {
      world.now = start + hours * hour - 50;
      whys.push((await world.hour()).why);
    }
    expect(whys.map((why) => why !== undefined)).to.deep.equal([...Array(23).fill(false), true]);
    expect(world.region().state).to.deep.equal(before);
  });

  it("in another run than the hourly one, which mends a baseline at once", async () => {
    const world = await settled();
    for (const { id, isOwned } of [...world.region().baselines.values()]) {
      if (isOwned) world.region().baselines.delete(id);
    }
    world.region().groups = world
      .region()
      .groups.filter(({ baselineId }) => world.region().baselines.has(baselineId));
    await world.run();
    expect(world.contentFor("i-1")?.rejectedPatches).to.deep.equal(["openssl*"]);
  });

  it("at the moment in which an entry ends, and seven days before it", async () => {
    const world = new World([region([node("i-1")])]);
    world.upload("pay", entry({ expiresAt: now + 8 * day }));
    for (const [time, phase] of [
      [now, "being applied"],
      [now + hour, "in force"],
      [now + day - 1, "in force"],
      [now + day, "expiring"],
      [now + 8 * day - 1, "expiring"],
      [now + 8 * day, "expired"],
    ] as const) {
      world.now = time;
      await world.hour();
      expect(world.status("pay").entries[0]?.phase).to.equal(phase);
    }
  });

  it("when the clock is behind the last check", async () => {
    const world = await settled();
    world.now -= 1;
    expect((await world.hour()).why).to.be.a("string");
  });

  it("as long as a manifest waits, is pinned or could not be read", async () => {
    const held = new World([region([node("i-1")])], record({ maxChangedNodes: 0 }));
    held.upload("pay", entry());
    for (let runs = 0; runs < 2; runs++) expect((await held.hour()).why).to.be.a("string");

    const unread = await settled();
    unread.upload("more", entry({ selector: nodes("i-3") }));
    await unread.runDenied(keyOf("more"));
    expect(unread.status("more").verdict).to.equal("refused");
    await unread.hour();
    expect(unread.status("more").verdict, "an hour later").to.equal("being applied");

    const pinned = await settled();
    pinned.bucket.put(`status/${keyOf("pay")}.json`, "{", pinned.now);
    pinned.uploadText("pay", "garbage");
    await pinned.runDenied(`status/${keyOf("pay")}.json`);
    expect((await pinned.hour()).why).to.be.a("string");
  });

  it("after a run that has failed, whatever it has failed at", async () => {
    const failures: readonly [what: string, run: (world: World) => Promise<{ readonly ok: boolean }>][] = [
      ["the listing", (world) => world.runDenied("")],
      ["the record", (world) => world.runDenied(keys.record)],
      [
        "a Region",
        async (world) => {
          world.region().isDown = true;
          const ran = await world.run();
          world.region().isDown = false;
          return ran;
        },
      ],
      [
        "a message",
        (world) => {
          world.uploadText("bad", "garbage");
          return world.run(undefined, (ports) => ({
            ...ports,
            notifier: { publish: () => Promise.reject(new Error("no")) },
          }));
        },
      ],
      [
        "tags",
        async (world) => {
          world.upload("more", entry({ selector: nodes("i-3") }));
          world.region().stuck.add("i-3");
          const ran = await world.run();
          world.region().stuck.clear();
          return ran;
        },
      ],
    ];
    for (const [what, run] of failures) {
      const world = await settled();
      // Tags of a node are its manifest's trouble, and no failure of the run.
      expect((await run(world)).ok, what).to.equal(what === "tags");
      expect((await world.hour()).why, what).to.be.a("string");
      world.now += hour;
      await world.hour();
      expect((await world.hour()).why, `${what}, and an hour later`).to.equal(undefined);
    }
  });

  it("after a run that has died, after each of its writes", async () => {
    const total = async (most?: number) => {
      const world = await settled();
      world.upload("pay", payApp, entry({ id: "hold", effect: { kind: "hold" } }));
      const ran = await world.run(most);
      return { world, allWrites: ran.allWrites };
    };
    const { allWrites } = await total();
    expect(allWrites).to.be.above(5);
    for (let most = 1; most < allWrites; most++) {
      const { world } = await total(most);
      // Whatever else the listing would tell: what is believed is not, so that no change of it has to be seen.
      expect(world.bucket.text(believedKey), `after ${most}`).to.equal('{"version":1,"checking":true}\n');
      expect((await world.hour()).why, `after ${most}`).to.be.a("string");
      world.now += hour;
      await world.hour();
      expect((await world.hour()).why, `after ${most}, and an hour later`).to.equal(undefined);
    }
    const { world } = await total(allWrites);
    world.now += settleMs;
    const { ports } = await world.hour();
    expect(ports.store.written.at(-1), "the last write is what is believed").to.equal(believedKey);
    expect((await world.hour()).why).to.equal(undefined);
  });

  it("in a run that finds nothing changed at no further write than of what it believes, and of when it has asked the nodes", async () => {
    const world = await settled();
    world.now += day;
    const { ports, allWrites } = await world.hour();
    expect(allWrites).to.equal(5);
    const evidence = [sealOf(evidenceKey), evidenceKey, sealOf(evidenceKey)];
    expect(ports.store.written).to.deep.equal([believedKey, ...evidence, believedKey]);
  });
});
