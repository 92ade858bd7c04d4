import { expect } from "chai";
import fc from "fast-check";
import type { Rule } from "#functions/exclusion-processor/core/placement.js";
import type { Cohort } from "#shared/contract/exclusionNames.js";
import { foreignTagsKey } from "#shared/contract/foreignTags.js";
import { size } from "#test/support/size.js";
import { type Edit, edits, entryLists, type FleetNode, fleets, History, tagsAtRest } from "./generate.js";
import { leftovers, mistakes } from "./oracle.js";
import { learn, unsafe } from "./safety.js";
import { baseGroups, day, type World } from "./support.js";

const histories = fc.array(edits, { minLength: 1, maxLength: 6 });

/** Everything in a world that a run may write. */
function snapshot(world: World): unknown {
  const regions = [...world.regions.values()].map(({ state }) => {
    const names = new Map(state.baselines.map(({ id, name }) => [id, name]));
    return {
      nodes: state.nodes,
      baselines: state.baselines.map(({ id: _, ...baseline }) => JSON.stringify(baseline)).sort(),
      groups: state.groups
        .map(({ group, operatingSystem, baselineId }) =>
          [group, operatingSystem, names.get(baselineId)].join(),
        )
        .sort(),
    };
  });
  // A run that is cut off has put tags right and not counted them.
  return { regions, objects: world.objects().filter(([key]) => key !== foreignTagsKey) };
}

/** A world in which everything but the last edit has been run. */
async function upTo(
  fleet: readonly FleetNode[],
  list: readonly Edit[],
  rules?: Map<Cohort, Rule>,
): Promise<History> {
  const history = new History(fleet);
  for (const [index, edit] of list.entries()) {
    history.make(edit);
    if (rules !== undefined) learn(rules, history);
    if (index < list.length - 1) await history.world.run();
  }
  return history;
}

describe("properties of runs", () => {
  it("bring about what entries ask for, touch nothing else, and then rest", async () => {
    await fc.assert(
      fc.asyncProperty(fleets, histories, async (fleet, list) => {
        const history = new History(fleet);
        const rules = new Map<Cohort, Rule>();
        for (const edit of list) {
          history.make(edit);
          learn(rules, history);
          const { ok } = await history.world.run();
          expect(ok).to.equal(true);
          expect(mistakes(history)).to.deep.equal([]);
          expect(unsafe(history.world, fleet, rules, true)).to.deep.equal([]);
          const again = await history.world.run();
          expect(again.ports.steps, "a second run").to.deep.equal([]);
          expect((await history.world.run()).writes, "a third run").to.equal(0);
        }
      }),
      { numRuns: size(10, 400) },
    );
  });

  it("are safe after each single write, and the next run ends where a whole one does", async () => {
    await fc.assert(
      fc.asyncProperty(fleets, histories, async (fleet, list) => {
        const rules = new Map<Cohort, Rule>();
        const whole = await upTo(fleet, list, rules);
        const { allWrites: writes } = await whole.world.run();
        const end = snapshot(whole.world);
        for (let most = 1; most <= writes; most++) {
          const { world } = await upTo(fleet, list);
          await world.run(most);
          expect(unsafe(world, fleet, rules), `after ${most} of ${writes}`).to.deep.equal([]);
          const { ok } = await world.hour();
          expect(ok).to.equal(true);
          expect(snapshot(world), `from ${most} of ${writes}`).to.deep.equal(end);
          expect((await world.run()).writes).to.equal(0);
        }
      }),
      { numRuns: size(10, 150) },
    );
  });

  it("leave nothing behind when all exclusions have ended", async () => {
    await fc.assert(
      fc.asyncProperty(fleets, histories, fc.boolean(), async (fleet, list, byDeletion) => {
        const history = await upTo(fleet, list);
        await history.world.run();
        if (byDeletion) for (const name of ["a", "b", "c"]) history.make({ kind: "delete", name });
        else history.make({ kind: "wait", days: 40 });
        const { world } = history;
        await world.rest();
        world.now += day;
        await world.run();
        expect(leftovers(history)).to.deep.equal([]);
        for (const region of world.regions.values()) {
          const ours = [...region.baselines.keys()].filter((id) => id.startsWith("pb-0"));
          expect(ours).to.deep.equal([]);
          expect(region.groups).to.have.lengthOf(baseGroups().length + 1);
          for (const one of fleet.filter((node) => node.region === region.name)) {
            expect(region.nodes.get(one.state.id)?.tags).to.deep.equal(tagsAtRest(one));
          }
        }
      }),
      { numRuns: size(10, 200) },
    );
  });

  it("do not depend on the order of manifests, entries and nodes", async () => {
    const lists = fc.tuple(entryLists, entryLists, entryLists);
    await fc.assert(
      fc.asyncProperty(fleets, lists, async (fleet, [a, b, c]) => {
        const there = new History(fleet);
        const back = new History([...fleet].reverse());
        for (const [name, entries] of [
          ["a", a],
          ["b", b],
          ["c", c],
        ] as const)
          there.world.upload(name, ...entries);
        for (const [name, entries] of [
          ["c", c],
          ["b", b],
          ["a", a],
        ] as const) {
          back.world.upload(name, ...[...entries].reverse());
        }
        await there.world.run();
        await back.world.run();
        const placed = ({ world }: History) =>
          [...world.regions.values()].map(({ state }) => ({
            nodes: new Map(state.nodes.map(({ id, tags }) => [id, tags])),
            baselines: state.baselines.map(({ id: _, ...baseline }) => JSON.stringify(baseline)).sort(),
          }));
        expect(placed(there)).to.deep.equal(placed(back));
      }),
      { numRuns: size(10, 200) },
    );
  });

  it("go on in one Region while the other is down for some runs", async () => {
    await fc.assert(
      fc.asyncProperty(fleets, histories, fc.array(fc.boolean()), async (fleet, list, downs) => {
        const history = new History(fleet);
        const [first] = history.world.regions.values();
        if (first === undefined) throw new Error("no Region");
        for (const [index, edit] of list.entries()) {
          history.make(edit);
          first.isDown = downs[index] ?? false;
          await history.world.run();
          const wrong = mistakes(history).filter((text) => !first.isDown || !text.startsWith(first.name));
          expect(wrong.filter((text) => text.startsWith("eu-west-1 "))).to.deep.equal([]);
        }
        first.isDown = false;
        await history.world.run();
        expect(mistakes(history)).to.deep.equal([]);
        expect((await history.world.run()).writes).to.equal(0);
      }),
      { numRuns: size(10, 200) },
    );
  });
});
