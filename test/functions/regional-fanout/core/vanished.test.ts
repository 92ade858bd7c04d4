import { expect } from "chai";
import { vanishedOf } from "#functions/regional-fanout/core/vanished.js";
import { closedKey } from "#shared/contract/runKeys.js";
import { Fuse } from "#test/memory/fuse.js";
import type { MemoryWorld } from "#test/memory/regionalFanout/world.js";
import { began, close, finalRecord, finish, hour, startedWorld } from "./closingSupport.js";
import { east, nodeId, ohio, openRecord } from "./support.js";

const otherId = "11111111-1111-4111-8111-111111111111";
const day = 24 * hour;

/** A closed run of some days before, with so many members in Ohio. */
function earlier(world: MemoryWorld, members: number, changes: Record<string, unknown> = {}, days = 7): void {
  const runId = `${String(days).padStart(8, "1")}-1111-4111-8111-111111111111`;
  const startedAt = new Date(began - days * day).toISOString();
  const counts = { members, patched: members, failed: 0, notCovered: 0 };
  const region = { region: ohio, counts, excluded: 0, patched: [], findings: [], notCovered: [] };
  const run = {
    ...{ version: 1, runId, windowId: "mw-0123456789abcdef0", startedAt, closedAt: startedAt },
    ...{ end: "ended", request: openRecord(world).request, starts: [], skipped: [], failed: [] },
    ...{ regions: members === 0 ? [] : [region], totals: counts, ...changes },
  };
  world.bucket.put(closedKey(runId, began - days * day), JSON.stringify(run));
}

const world = () => startedWorld({ [east]: { "group-a": [nodeId(1)] }, [ohio]: { "group-a": [] } });
const found = (one: MemoryWorld) => vanishedOf(one.closingPorts(new Fuse()), openRecord(one));

describe("a Region that has lost its nodes", () => {
  it("is told where the last run that asked it had some, once", async () => {
    const one = await world();
    earlier(one, 3);
    finish(one);
    await close(one);
    const startedAt = new Date(began - 7 * day).toISOString();
    expect(finalRecord(one).vanished).to.deep.equal([{ region: ohio, members: 3, startedAt }]);
    expect(one.told.map(({ subject }) => subject)).to.deep.equal([
      "patchplane: fan-out Install: 1 Region lost all nodes",
    ]);
    expect(one.told[0]?.text).to.contain(
      `- ${ohio}: no node is in the groups, which had 3 nodes in the run of ${startedAt}. If they are still there, see that`,
    );
  });

  const failed = (region: string) => ({ failed: [{ region, group: "group-a", error: "Rate exceeded" }] });
  const older: readonly [string, (one: MemoryWorld) => void][] = [
    ["could not ask it", (one) => earlier(one, 0, failed(ohio))],
    [
      "was about other Regions",
      (one) => earlier(one, 3, { request: { ...openRecord(one).request, regions: [east] } }),
    ],
    ["was kept from starting by a calendar", (one) => earlier(one, 0, { end: "calendar closed" })],
    ["left a record that nobody can read", (one) => one.bucket.put(closedKey(otherId, began - 7 * day), "{")],
    ["left a record of another shape", (one) => earlier(one, 3, { totals: "many" })],
  ];
  for (const [why, arrange] of older) {
    it(`is told by the run before, where the last one ${why}`, async () => {
      const one = await world();
      arrange(one);
      earlier(one, 5, {}, 14);
      const startedAt = new Date(began - 14 * day).toISOString();
      expect(await found(one)).to.deep.equal([{ region: ohio, members: 5, startedAt }]);
    });
  }

  const silent: readonly [string, (one: MemoryWorld) => void][] = [
    ["there was no run before", () => undefined],
    ["the last run found none either", (one) => earlier(one, 0)],
    [
      "the last run found none, and could not ask another Region",
      (one) => {
        earlier(one, 0, failed(east));
        earlier(one, 3, {}, 14);
      },
    ],
    [
      "the last run was about other groups",
      (one) => earlier(one, 3, { request: { ...openRecord(one).request, groups: ["b"] } }),
    ],
    [
      "the last run was about other Regions",
      (one) => earlier(one, 3, { request: { ...openRecord(one).request, regions: [east] } }),
    ],
    ["a run began later", (one) => earlier(one, 3, {}, -1)],
    ["the calendar was closed", (one) => earlier(one, 3, { end: "calendar closed" })],
  ];
  for (const [why, arrange] of silent) {
    it(`is not, where ${why}`, async () => {
      const one = await world();
      arrange(one);
      expect(await found(one)).to.deep.equal([]);
    });
  }

  it("is not told of a Region that failed or has members, and reads nothing for them", async () => {
    const one = await startedWorld({
      [east]: { "group-a": [nodeId(1)] },
      [ohio]: { "group-a": [nodeId(2)] },
    });
    earlier(one, 3);
    const ports = one.closingPorts(new Fuse());
    expect(await vanishedOf(ports, openRecord(one))).to.deep.equal([]);
    expect(ports.calls.counts.get("read") ?? 0).to.equal(0);
  });
});
