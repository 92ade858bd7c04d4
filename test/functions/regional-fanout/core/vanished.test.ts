import { expect } from "chai";
import { vanishedOf } from "#functions/regional-fanout/core/vanished.js";
import { closedKey } from "#shared/contract/runKeys.js";
import { Fuse } from "#test/memory/fuse.js";
import type { MemoryWorld } from "#test/memory/regionalFanout/world.js";
import { began, close, finalRecord, finish, hour, startedWorld } from "./closingSupport.js";
import { east, endless, nodeId, ohio, openRecord } from "./support.js";

const otherId = "11111111-1111-4111-8111-111111111111";
const day = 24 * hour;

/** A closed run of some days before, with so many members in Ohio. */
function earlier(world: MemoryWorld, members: number, changes: Record<string, unknown> = {}, days = 7): void {
  const runId = `${String(days).padStart(8, "1")}-1111-4111-8111-111111111111`;
  const startedAt = new Date(began - days * day).toISOString();
  const counts = { members, patched: members, failed: 0, notCovered: 0 };
  const [first = [], second = [], ...third] = Array.from({ length: members }, (_, index) =>
    nodeId(50 + index),
  );
  const findings = [second].flat().map((id) => ({ id, missing: 1, failed: 0, pendingReboot: 0 }));
  const notCovered = third.length === 0 ? [] : [{ reason: "offline", why: "unheard", nodes: third }];
  const region = { region: ohio, counts, excluded: 0, patched: [first].flat(), findings, notCovered };
  const run = {
    ...{ version: 1, runId, windowId: "mw-0123456789abcdef0", startedAt, closedAt: startedAt },
    ...{ end: "ended", request: openRecord(world).request, starts: [], skipped: [], failed: [] },
    ...{ regions: members === 0 ? [] : [region], totals: counts, ...changes },
  };
  world.bucket.put(closedKey(runId, began - days * day), JSON.stringify(run));
}

const world = () => startedWorld({ [east]: { "group-a": [nodeId(1)] }, [ohio]: { "group-a": [] } });
const asked = (one: MemoryWorld) => vanishedOf(one.closingPorts(new Fuse()), openRecord(one), endless());
const found = async (one: MemoryWorld) => (await asked(one)).vanished;

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

  it("has failed where the nodes are still there, with their names and what to do", async () => {
    const one = await world();
    earlier(one, 3);
    finish(one);
    for (const number of [50, 52, 99]) one.region(ohio).pings.set(nodeId(number), "Online");
    // A node that an exclusion holds is in no group.
    one.region(ohio).pings.set(nodeId(51), "Online");
    one.region(ohio).nodes = [{ id: nodeId(51), name: "" }];
    await close(one);
    const { vanished, failed } = finalRecord(one);
    expect([vanished, failed.map(({ region, group }) => [region, group])]).to.deep.equal([
      undefined,
      [[ohio, "group-a"]],
    ]);
    expect(failed[0]?.error)
      .to.contain("it has lost the 3 nodes that it had in the run of 2026-08-30T08:00:00.000Z")
      .and.contain(`and 2 are still there (${nodeId(50)}, ${nodeId(52)}): put back`)
      .and.contain("by the keys that the stack has, or the group's query by `pulumi up --refresh`");
    expect(one.told[0]?.subject).to.equal("patchplane: fan-out Install: 1 Region failed");
  });

  it("has not where an exclusion has moved what is left, and has where it does not answer", async () => {
    const one = await world();
    earlier(one, 1);
    one.region(ohio).pings.set(nodeId(50), "Online");
    one.region(ohio).nodes = [{ id: nodeId(50), name: "" }];
    expect((await asked(one)).failed).to.deep.equal([]);
    one.region(ohio).fault = new Error("Rate exceeded");
    const [failure] = (await asked(one)).failed;
    expect(failure?.error).to.match(/^it has lost the 1 node that .* is not known: (Error: )?Rate exceeded$/);
  });

  it("is not told of a Region that failed or has members, and reads nothing for them", async () => {
    const one = await startedWorld({
      [east]: { "group-a": [nodeId(1)] },
      [ohio]: { "group-a": [nodeId(2)] },
    });
    earlier(one, 3);
    const ports = one.closingPorts(new Fuse());
    const none = { vanished: [], failed: [] };
    expect(await vanishedOf(ports, openRecord(one), endless())).to.deep.equal(none);
    expect(ports.calls.counts.get("read") ?? 0).to.equal(0);
  });
});
