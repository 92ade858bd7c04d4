import { expect } from "chai";
import fc from "fast-check";
import type { Ports } from "#functions/exclusion-processor/ports.js";
import { believedKey } from "#shared/contract/believed.js";
import type { MemoryPorts } from "#test/memory/exclusionProcessor/ports.js";
import { size } from "#test/support/size.js";
import { edits, fleets, History } from "./generate.js";
import { east, entry, node, nodes, region, tagged, World, west } from "./support.js";

const hour = 3_600_000;

/** Ports that note every call, with its Region or key. */
function noting(calls: string[]) {
  return (ports: MemoryPorts): Ports => ({
    ...ports,
    store: {
      list: (prefix) => note(calls, "list", ports.store.list(prefix)),
      read: (key, version) => note(calls, `get ${key}`, ports.store.read(key, version)),
      write: (key, text) => note(calls, `put ${key}`, ports.store.write(key, text)),
      writeIf: (key, text, etag) => note(calls, `put ${key} if`, ports.store.writeIf(key, text, etag)),
      olderVersions: (key) => note(calls, `versions ${key}`, ports.store.olderVersions(key)),
    },
    region: (name, deployed) => {
      const access = ports.region(name, deployed);
      return {
        read: (keys) => note(calls, `all of ${name}`, access.read(keys)),
        readTraces: () => note(calls, `traces in ${name}`, access.readTraces()),
        readTagged: (groups, tags) =>
          note(calls, `${groups.join(" ") || "marked"} in ${name}`, access.readTagged(groups, tags)),
        readReports: (ids) => note(calls, `reports in ${name}`, access.readReports(ids)),
        readTold: (ids) => note(calls, `${ids.join(" ")} in ${name}`, access.readTold(ids)),
        apply: (step) => note(calls, step.kind, access.apply(step)),
      };
    },
  });
}

function note<T>(calls: string[], call: string, answer: Promise<T>): Promise<T> {
  calls.push(call);
  return answer;
}

/** What a run calls because an hour has passed. */
async function hourOf(world: World): Promise<string[]> {
  const calls: string[] = [];
  await world.hour(undefined, noting(calls));
  return calls.sort();
}

const payApp = entry({ selector: { kind: "tags", tags: { App: ["pay"] } } });
const twoRegions = () =>
  new World([region([node("i-1"), node("i-2")]), region([node("i-3")], { region: west })]);
const bucketCalls = [`get ${believedKey}`, "list"];

describe("an idle hour", () => {
  it("lists marked nodes alone when nothing is in force", async () => {
    const world = twoRegions();
    await world.run();
    const idle = [...bucketCalls, `marked in ${east}`, `marked in ${west}`].sort();
    for (let hours = 0; hours < 3; hours++) {
      world.now += hour;
      expect(await hourOf(world)).to.deep.equal(idle);
    }
  });

  it("lists marked nodes alone while all nodes that entries name are moved", async () => {
    const world = twoRegions();
    world.upload("pay", entry(), entry({ id: "b", selector: nodes("i-2", "i-3"), effect: { kind: "hold" } }));
    await world.rest();
    expect(await hourOf(world)).to.deep.equal(
      [...bucketCalls, `marked in ${east}`, `marked in ${west}`].sort(),
    );
  });

  it("lists base and moved groups in one go where an entry looks for tags, or for a node that is not moved", async () => {
    for (const looking of [payApp, entry({ selector: nodes("i-1", "i-9") })]) {
      const world = new World([region([tagged("i-1", { App: "pay" })]), region([], { region: west })]);
      world.upload("pay", { ...looking, regions: [east] });
      await world.rest();
      const [group] = world.marks("i-1");
      expect(await hourOf(world)).to.deep.equal(
        [...bucketCalls, `app app.hold web web.hold ${group} in ${east}`, `marked in ${west}`].sort(),
      );
    }
  });

  it("asks whether nodes tell their operating system by now, and checks everything when one does", async () => {
    const silent = node("i-1", { operatingSystem: undefined });
    const world = new World([region([silent, node("i-2", { operatingSystem: undefined })])]);
    world.upload("pay", entry());
    await world.rest();
    expect(await hourOf(world)).to.include(`i-1 in ${east}`);
    const tags = world.tags("i-1");
    world.region().nodes.set("i-1", { ...silent, tags, operatingSystem: "UBUNTU" });
    const { why } = await world.hour();
    expect(why).to.equal(`nodes of ${east} tell their operating system now`);
    expect(world.status("pay").entries[0]?.nodes[0]?.operatingSystem).to.equal("UBUNTU");
    await world.rest();
    expect((await world.hour()).why).to.equal(undefined);
  });

  it("says of verdicts what the last whole run has said, and of foreign nodes that they were put right", async () => {
    const stray = tagged("i-2", { "patchplane:base-group": "web" });
    const world = new World([region([node("i-1"), stray])]);
    world.upload("pay", entry());
    world.uploadText("bad", "garbage");
    const first = await world.run();
    world.now += hour;
    const whole = await world.run();
    const idle = await world.hour();
    expect(idle.verdicts).to.deep.equal({ "in force": 1, refused: 1 });
    expect(idle.verdicts).to.deep.equal(whole.verdicts);
    expect([first, idle].map(({ regions }) => regions.map(({ foreign }) => foreign.length))).to.deep.equal([
      [1],
      [0],
    ]);
    expect([idle.ok, idle.allWrites, idle.why]).to.deep.equal([true, 0, undefined]);
  });

  it("is none for any other call, whatever is believed", async () => {
    const world = twoRegions();
    world.upload("pay", entry());
    await world.rest();
    const calls: string[] = [];
    const { why, writes } = await world.run(undefined, noting(calls));
    expect([why, writes]).to.deep.equal(["something may have changed", 0]);
    expect(calls).to.include(`all of ${east}`).and.to.include(`all of ${west}`);
  });
});

describe("runs of which only the hourly ones come", () => {
  /** Everything in a world but what it believes. */
  const sights = (world: World) => ({
    regions: [...world.regions.values()].map(({ state }) => state),
    // Ids of versions are counted over the whole bucket, what is believed among it.
    texts: JSON.stringify([world.objects(), world.told]).replaceAll(/\bv\d+\b/g, "v"),
  });

  it("lead to the same end and the same words as runs that always check everything", async () => {
    const histories = fc.array(edits, { minLength: 1, maxLength: 8 });
    const tamperings = fc.array(
      fc.record({
        id: fc.integer({ min: 1, max: 9 }),
        tags: fc.constantFrom<Record<string, string>>(
          {},
          { App: "pay" },
          { App: "shop" },
          { PatchGroup: "web" },
          { "patchplane:base-group": "web.x-returned" },
        ),
      }),
      { maxLength: 4 },
    );
    const runs = size(15, 100);
    let idle = 0;
    await fc.assert(
      fc.asyncProperty(fleets, histories, tamperings, async (fleet, list, tampered) => {
        // Nodes outside of the stack, and new foreign ones, are seen once a day.
        const stack = fleet.filter(({ kind }) => kind === "patched");
        const [one, other] = [new History(stack), new History(stack)];
        for (const [index, edit] of list.entries()) {
          for (const { world } of [one, other]) {
            const { id, tags = {} } = tampered[index] ?? {};
            for (const place of world.regions.values()) {
              const found = place.nodes.get(`i-${id}`);
              if (found !== undefined)
                place.nodes.set(found.id, { ...found, tags: { ...found.tags, ...tags } });
            }
          }
          for (const history of [one, other]) history.make(edit);
          for (let hours = 0; hours < 3; hours++) {
            for (const { world } of [one, other]) world.now += hour;
            if ((await one.world.hour()).why === undefined) idle++;
            await other.world.run();
            expect(sights(one.world)).to.deep.equal(sights(other.world));
          }
        }
      }),
      { numRuns: runs },
    );
    expect(idle, "hours in which nothing had to be checked").to.be.above(2 * runs);
  });
});
