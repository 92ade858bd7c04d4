import { expect } from "chai";
import fc from "fast-check";
import type { Ports } from "#functions/exclusion-processor/ports.js";
import type { MemoryPorts } from "#test/memory/exclusionProcessor/ports.js";
import { size } from "#test/support/size.js";
import { edits, fleets, History } from "./generate.js";
import { readsOf } from "./reads.js";
import { content, day, east, entry, node, now, record, region, tagged, World } from "./support.js";

/** Ports that note which way each Region is read. */
function noting(seen: string[]) {
  return (ports: MemoryPorts): Ports => ({
    ...ports,
    region: (name, deployed) => {
      const access = ports.region(name, deployed);
      return {
        ...readsOf(access),
        readTraces: () => {
          seen.push("traces");
          return access.readTraces();
        },
        read: (keys) => {
          seen.push("all");
          return access.read(keys);
        },
        apply: (step) => access.apply(step),
      };
    },
  });
}

async function reads(world: World): Promise<string[]> {
  const seen: string[] = [];
  await world.run(undefined, noting(seen));
  return seen;
}

/** Ports to which every Region seems to have something left, so that all of it is read. */
function thorough(ports: MemoryPorts): Ports {
  const left = { id: "pb", name: "x-hold-UBUNTU", operatingSystem: "UBUNTU", isOwned: true };
  return {
    ...ports,
    region: (name, deployed) => {
      const access = ports.region(name, deployed);
      return {
        ...readsOf(access),
        readTraces: async () => ({ ...(await access.readTraces()), baselines: [left] }),
        apply: (step) => access.apply(step),
      };
    },
  };
}

const derived = (isOwned: boolean) => ({
  id: "pb-left",
  name: "patchplane-test-x-0123456789-UBUNTU",
  operatingSystem: "UBUNTU",
  isOwned,
  content: content(),
});

describe("what a run reads of a Region", () => {
  const plain = () => new World([region([node("i-1")])]);

  it("is only what exclusions may have left, as long as none is in force", async () => {
    const world = plain();
    expect(await reads(world), "no manifest").to.deep.equal(["traces"]);
    world.uploadText("bad", "garbage");
    expect(await reads(world), "a manifest that nobody understands").to.deep.equal(["traces"]);
    world.upload("pay", entry({ expiresAt: now }));
    expect(await reads(world), "an entry that has ended").to.deep.equal(["traces"]);
  });

  it("is everything while an entry is in force, or a plan asks", async () => {
    const world = plain();
    world.upload("pay", entry({ expiresAt: now + 1 }));
    expect(await reads(world)).to.deep.equal(["all"]);
    world.uploadText("pay", "garbage");
    expect(await reads(world), "under a refused upload").to.deep.equal(["all"]);
    const other = plain();
    other.bucket.put("plans/pay.yaml", "[]", now);
    expect(await reads(other)).to.deep.equal(["all"]);
  });

  it("is everything for a day when the last exclusion has ended, and then no more", async () => {
    for (const end of ["delete", "expire"]) {
      const world = plain();
      world.upload("pay", entry({ expiresAt: now + day }));
      await world.run();
      if (end === "delete") world.delete("pay");
      else world.now += day;
      expect(await reads(world), end).to.deep.equal(["traces", "all"]);
      expect(world.marks("i-1")).to.deep.equal(["web", undefined]);
      for (let days = 0; days < 2; days++) {
        world.now += day;
        expect(await reads(world), end).to.deep.equal(["traces", "all"]);
      }
      expect(await reads(world), end).to.deep.equal(["traces"]);
    }
  });

  const marked = (mark: string, tags = {}) =>
    tagged("i-1", { ...tags, "patchplane:base-group": mark }, { operatingSystem: "UBUNTU" });
  const left: readonly [what: string, state: Parameters<typeof region>, isTrace: boolean][] = [
    ["a mark of a node's way back", [[marked("web.x-returned")]], true],
    ["a held node", [[marked("web.hold", { PatchGroup: "web.hold" })]], true],
    ["a moved node", [[marked("web", { PatchGroup: "web.x-0123456789" })]], true],
    ["a node that somebody else has a hand in", [[marked("web")]], true],
    ["a node in a moved group without its mark", [[tagged("i-1", { PatchGroup: "web.x-0123456789" })]], true],
    ["a held node without its mark", [[tagged("i-1", { PatchGroup: "web.hold" })]], true],
    ["another stack's node without its mark", [[tagged("i-1", { PatchGroup: "other.hold" })]], false],
    ["another stack's node", [[marked("other", { PatchGroup: "other.x-0123456789" })]], false],
    ["a derived baseline without registration", [[], { baselines: [derived(true)] }], true],
    ["another stack's derived baseline", [[], { baselines: [derived(false)] }], false],
  ];
  for (const [what, [fleet, changes], isTrace] of left) {
    it(`is ${isTrace ? "everything" : "no more"} when there is ${what}`, async () => {
      const base = region(fleet);
      const world = new World([{ ...base, baselines: [...base.baselines, ...(changes?.baselines ?? [])] }]);
      expect(await reads(world)).to.deep.equal(isTrace ? ["traces", "all"] : ["traces"]);
    });
  }

  it("is enough to notice that a base baseline is gone", async () => {
    const world = plain();
    world.region().baselines.delete("pb-base-ub");
    const { errors } = await world.run();
    expect(errors).to.deep.equal([
      `${east}: the base baseline pb-base-ub of UBUNTU is not there; run the deployment again.`,
    ]);
  });

  it("leads to the same end and the same words as reading everything", async () => {
    const histories = fc.array(edits, { minLength: 1, maxLength: 6 });
    const spoils = fc.array(fc.constantFrom("nothing", "nothing", "lost", "spoilt"), { maxLength: 6 });
    const sights = (world: World) => ({
      regions: [...world.regions.values()].map(({ state }) => state),
      objects: world.objects(),
      told: world.told,
    });
    let idle = 0;
    await fc.assert(
      fc.asyncProperty(fleets, histories, spoils, fc.nat(8), async (fleet, list, spoilt, most) => {
        const [one, other] = [new History(fleet), new History(fleet)];
        for (const [index, edit] of list.entries()) {
          const seen: string[] = [];
          const spoil = spoilt[index];
          for (const history of [one, other]) {
            history.make(edit);
            if (spoil !== undefined) history.world.spoil(spoil === "lost" ? undefined : "{");
          }
          // The first run may die half-way.
          await one.world.run(most, noting(seen));
          await other.world.run(most, thorough);
          await one.world.run(undefined, noting(seen));
          await other.world.run(undefined, thorough);
          if (!seen.includes("all")) idle++;
          expect(sights(one.world)).to.deep.equal(sights(other.world));
        }
      }),
      { numRuns: size(10, 300) },
    );
    expect(idle, "runs that were spared reading").to.be.above(size(2, 20));
  });

  it("is everything while a manifest waits for an approval, which its count decides", async () => {
    const world = new World([region([node("i-1")])], record({ maxChangedNodes: 0 }));
    world.upload("pay", entry());
    for (let runs = 0; runs < 2; runs++) expect(await reads(world)).to.deep.equal(["all"]);
    expect(world.status("pay").verdict).to.equal("held");
  });
});
