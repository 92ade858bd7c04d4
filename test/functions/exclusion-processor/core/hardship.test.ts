import { expect } from "chai";
import fc from "fast-check";
import type { Rule } from "#functions/exclusion-processor/core/placement.js";
import { evidenceKey } from "#shared/contract/evidence.js";
import { approvalKey, type Cohort } from "#shared/contract/exclusionNames.js";
import { verdictsKey } from "#shared/contract/keptVerdicts.js";
import { memoryKey } from "#shared/contract/regionMemory.js";
import { size } from "#test/support/size.js";
import { edits, type FleetNode, fleets, History } from "./generate.js";
import { mistakes } from "./oracle.js";
import { learn, unsafe } from "./safety.js";
import { east, keyOf, record } from "./support.js";

const histories = fc.array(edits, { minLength: 1, maxLength: 6 });

/** Runs until nothing is written any more, and tells how many runs have written. */
async function settle(history: History, most: number): Promise<void> {
  for (let runs = 0; runs <= most; runs++) if ((await history.world.run()).writes === 0) return;
  expect.fail(`still writing after ${most} runs`);
}

function touched(fleet: readonly FleetNode[], { world }: History): string[] {
  return fleet.flatMap(({ kind, region, state: { id, tags } }) =>
    kind !== "outside" || JSON.stringify(world.tags(id, region)) === JSON.stringify(tags) ? [] : [id],
  );
}

describe("in hardship, runs", () => {
  it("are safe while tags of some nodes cannot be written, and end well when they can", async () => {
    const locks = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 9 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fleets, histories, locks, async (fleet, list, stuck) => {
        const history = new History(fleet);
        const rules = new Map<Cohort, Rule>();
        for (const [index, edit] of list.entries()) {
          history.make(edit);
          learn(rules, history);
          for (const region of history.world.regions.values()) {
            region.stuck.clear();
            for (const id of stuck[index] ?? []) region.stuck.add(`i-${id}`);
          }
          await history.world.run();
          expect(unsafe(history.world, fleet, rules)).to.deep.equal([]);
        }
        for (const region of history.world.regions.values()) region.stuck.clear();
        await history.world.run();
        expect(mistakes(history)).to.deep.equal([]);
        // What statuses say of a node is how the run has found it: the next one says what became of it.
        expect((await history.world.run()).ports.steps).to.deep.equal([]);
        expect((await history.world.run()).writes).to.equal(0);
      }),
      { numRuns: size(10, 300) },
    );
  });

  it("never exceed a Region's baselines, and settle, however little room there is", async () => {
    await fc.assert(
      fc.asyncProperty(fleets, histories, fc.integer({ min: 0, max: 6 }), async (fleet, list, room) => {
        const history = new History(fleet);
        const rules = new Map<Cohort, Rule>();
        for (const region of history.world.regions.values()) {
          for (let count = region.baselines.size; count < 50 - room; count++) {
            const id = `pb-other-${count}`;
            region.baselines.set(id, { id, name: id, operatingSystem: "UBUNTU", isOwned: false });
          }
        }
        for (const edit of list) {
          history.make(edit);
          learn(rules, history);
          const { ok, errors } = await history.world.run();
          expect([ok, ...errors]).to.deep.equal([true]);
          await settle(history, 4);
          expect(touched(fleet, history)).to.deep.equal([]);
        }
        for (const name of ["a", "b", "c"]) history.make({ kind: "delete", name });
        await settle(history, 2);
        expect(mistakes(history).filter((text) => !text.startsWith("baselines:"))).to.deep.equal([]);
      }),
      { numRuns: size(10, 300) },
    );
  });

  it("hold what moves too much, and do it all when everything is approved", async () => {
    await fc.assert(
      fc.asyncProperty(fleets, histories, fc.integer({ min: 0, max: 3 }), async (fleet, list, most) => {
        const history = new History(fleet);
        const { world } = history;
        const regions = record().regions;
        world.deploy(record({ maxChangedNodes: most, regions }));
        for (const edit of list) {
          history.make(edit);
          await world.run();
          expect((await world.run()).ports.steps).to.deep.equal([]);
          expect((await world.run()).writes).to.equal(0);
          expect(touched(fleet, history)).to.deep.equal([]);
        }
        // What is in force was approved or small; what is held is the newest version of its manifest.
        for (const name of history.inForce.keys()) {
          const { verdict, versionId = "" } = world.status(name);
          if (verdict === "held") world.bucket.put(approvalKey(keyOf(name)), versionId, world.now);
        }
        await world.run();
        const isHidden = list.some(({ kind }) => kind === "garbage");
        // A held version that garbage has followed was never looked at again, as people are told.
        if (!isHidden) expect(mistakes(history)).to.deep.equal([]);
        expect((await world.run()).writes).to.equal(0);
      }),
      { numRuns: size(10, 300) },
    );
  });

  it("recover from verdicts, evidence and what is kept of a Region, each lost or spoilt", async () => {
    const objects = ["verdicts", "evidence", "memory"] as const;
    const spoil = fc.option(
      fc.record({ what: fc.constantFrom(...objects), text: fc.constantFrom(undefined, "{", "older") }),
    );
    await fc.assert(
      fc.asyncProperty(fleets, histories, fc.array(spoil, { maxLength: 6 }), async (fleet, list, spoilt) => {
        const history = new History(fleet);
        const { world } = history;
        const { bucket } = world;
        const keyOfAll = { verdicts: verdictsKey, evidence: evidenceKey, memory: memoryKey(east) };
        const rules = new Map<Cohort, Rule>();
        for (const [index, edit] of list.entries()) {
          history.make(edit);
          learn(rules, history);
          await world.run();
          const { what, text } = spoilt[index] ?? {};
          const key = what === undefined ? undefined : keyOfAll[what];
          if (key === undefined || bucket.text(key) === undefined) continue;
          // An older object of the processor's own says what is not true any more.
          const older = bucket.history(key).find((one) => one.text !== undefined)?.text;
          if (text === undefined) bucket.remove(key, world.now);
          else bucket.put(key, text === "older" ? (older ?? "{") : text, world.now);
          await world.run();
          expect(unsafe(world, fleet, rules)).to.deep.equal([]);
          expect((await world.run()).writes).to.equal(0);
        }
        for (const name of ["a", "b", "c"]) {
          const entries = history.inForce.get(name);
          if (entries === undefined) world.delete(name);
          else world.upload(name, ...entries);
        }
        await world.run();
        expect(mistakes(history)).to.deep.equal([]);
      }),
      { numRuns: size(10, 300) },
    );
  });
});
