import { expect } from "chai";
import fc from "fast-check";
import { closeRuns } from "#functions/regional-fanout/core/closing.js";
import type { PatchState } from "#functions/shared/patchState.js";
import { size } from "#test/support/size.js";
import { began, close, finalRecord, finish, hour, invocationOf, startedWorld } from "./closingSupport.js";
import { east, groups, nodeId, ohio, payload, state } from "./support.js";

describe("the calls of closing", () => {
  it("grow with Regions and pages, not with nodes", async () => {
    const callsFor = async (nodes: number) => {
      const ids = Array.from({ length: nodes }, (_, index) => nodeId(index));
      const world = await startedWorld({ [east]: { "group-a": ids }, [ohio]: { "group-a": ids } });
      finish(world);
      const ports = world.closingPorts();
      await closeRuns(ports, world.now, new AbortController().signal);
      expect(finalRecord(world).totals.patched).to.equal(2 * nodes);
      return Object.fromEntries(ports.calls.counts);
    };
    const few = await callsFor(1);
    expect(few).to.deep.equal({
      list: 1,
      read: 3,
      readVerdicts: 1,
      automation: 2,
      commands: 2,
      invocations: 2,
      pings: 2,
      patchStates: 2,
      defaultBaselines: 2,
      create: 1,
      remove: 1,
    });
    expect(await callsFor(5000)).to.deep.equal(few);
  });
});

describe("the final record", () => {
  it("has exactly one outcome for every member, and counts that add up", async () => {
    const statuses = [
      "Success",
      "Failed",
      "TimedOut",
      "Undeliverable",
      "DeliveryTimedOut",
      "Terminated",
      "Cancelled",
      "InvalidPlatform",
      "InProgress",
      "Weird",
    ];
    const states: readonly Partial<PatchState>[] = [
      {},
      { missing: 1 },
      { failed: 1 },
      { pendingReboot: 1 },
      { endedAt: 0, snapshotId: "x" },
      { baselineId: "pb-default", patchGroup: "" },
    ];
    const node = fc.record({
      status: fc.option(fc.constantFrom(...statuses), { nil: undefined }),
      state: fc.option(fc.constantFrom(...states), { nil: undefined }),
      ping: fc.option(fc.constantFrom("Online", "ConnectionLost", "Inactive"), { nil: undefined }),
      region: fc.constantFrom(east, ohio),
      groups: fc.constantFrom<string[]>(["a"], ["b"], ["a", "b"]),
    });
    const end = fc.constantFrom("Success", "Failed", "Cancelled", "InProgress");
    await fc.assert(
      fc.asyncProperty(
        fc.array(node, { maxLength: 25 }),
        end,
        fc.boolean(),
        async (nodes, status, hasCommands) => {
          const inGroup = (region: string, group: string) =>
            nodes.flatMap((one, index) =>
              one.region === region && one.groups.includes(group) ? [nodeId(index)] : [],
            );
          const all = Object.fromEntries(
            [east, ohio].map((region) => [region, { a: inGroup(region, "a"), b: inGroup(region, "b") }]),
          );
          const world = await startedWorld(all, payload(groups("a", "b")));
          finish(world);
          for (const [id, execution] of world.executions)
            world.executions.set(id, { ...execution, status, locations: [] });
          for (const [index, one] of nodes.entries()) {
            const region = world.region(one.region);
            region.baselines = { defaults: new Set(["pb-default"]), registered: new Map() };
            if (one.ping === undefined) region.pings.delete(nodeId(index));
            else region.pings.set(nodeId(index), one.ping);
            if (one.state === undefined) region.states.delete(nodeId(index));
            else region.states.set(nodeId(index), state(nodeId(index), one.state));
            invocationOf(world, one.region, nodeId(index), one.status);
          }
          if (!hasCommands) world.region(east).commands = [];
          world.now = began + 24 * hour;
          expect((await close(world)).ok).to.equal(true);
          const run = finalRecord(world);
          for (const region of run.regions) {
            const told = [
              ...region.patched,
              ...region.findings.map(({ id }) => id),
              ...region.notCovered.flatMap((one) => one.nodes),
            ];
            const wanted = nodes.flatMap((one, index) =>
              one.region === region.region ? [nodeId(index)] : [],
            );
            expect(told).to.have.members(wanted);
            expect(told).to.have.lengthOf(wanted.length);
            const { counts } = region;
            expect(counts.patched + counts.failed + counts.notCovered).to.equal(counts.members);
            expect(counts.members).to.equal(wanted.length);
          }
          const { totals } = run;
          expect(totals.members).to.equal(nodes.length);
          expect(totals.patched + totals.failed + totals.notCovered).to.equal(nodes.length);
          const isFine = totals.patched === nodes.length && run.failed.length === 0 && run.end === "ended";
          expect(world.told).to.have.lengthOf(isFine ? 0 : 1);
          expect(world.told.every(({ subject }) => /^[\x20-\x7e]{1,100}$/.test(subject))).to.equal(true);
        },
      ),
      { numRuns: size(10, 200) },
    );
  });
});
