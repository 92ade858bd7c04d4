import { expect } from "chai";
import { runAsOnlyWriter } from "#functions/exclusion-processor/core/oneWriter.js";
import type { Ports } from "#functions/exclusion-processor/ports.js";
import { leaseKey } from "#shared/contract/believed.js";
import { east, entry, node, region, World } from "./support.js";

const minute = 60_000;
const lease1 = (until: number) => `${JSON.stringify({ version: 1, counter: 1, holder: "b 1", until })}\n`;

function dev(): World {
  const world = new World([region([node("i-1"), node("i-2")])]);
  world.upload("a", entry());
  return world;
}

describe("an invocation that writes", () => {
  /** How often an invocation reads its Region. @param change is told after each time */
  const readsOf = async (world: World, change: (reads: number) => void): Promise<number> => {
    let reads = 0;
    const ports = world.ports();
    const counted: Ports["region"] = (name, record) => {
      const access = ports.region(name, record);
      return {
        read: async (keys) => {
          const state = await access.read(keys);
          change(++reads);
          return state;
        },
        readTraces: () => access.readTraces(),
        readTagged: (groups, keys) => access.readTagged(groups, keys),
        readTold: (ids) => access.readTold(ids),
        readReports: (ids) => access.readReports(ids),
        apply: (step) => access.apply(step),
      };
    };
    const clock = { now: () => world.now, wait: () => Promise.reject(new Error("it need not wait")) };
    const times = { lateAt: world.now, endsAt: world.now + 15 * minute };
    const invocation = { id: "a", occasion: "other" as const, home: east, ...times, clock };
    const summary = await runAsOnlyWriter({ ...ports, region: counted }, invocation);
    expect([summary.ok, world.status("a").verdict]).to.deep.equal([true, "being applied"]);
    return reads;
  };

  it("reads once where nobody else has had the lease since before it did", async () => {
    expect(await readsOf(dev(), () => undefined)).to.equal(1);
    const ended = dev();
    ended.bucket.put(leaseKey, lease1(ended.now - minute), ended.now);
    expect(await readsOf(ended, () => undefined)).to.equal(1);
  });

  it("reads again where somebody has had it since, or had it then", async () => {
    const world = dev();
    const other = (reads: number) => {
      if (reads === 1) world.bucket.put(leaseKey, lease1(0), world.now);
    };
    expect(await readsOf(world, other)).to.equal(2);
    const died = dev();
    died.bucket.put(leaseKey, lease1(died.now + minute), died.now);
    const later = () => {
      died.now += 2 * minute;
    };
    expect(await readsOf(died, later)).to.equal(2);
  });
});
