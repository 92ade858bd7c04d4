import { expect } from "chai";
import { namedNodes } from "#shared/contract/closedRecords.js";
import { windowClosedKey } from "#shared/contract/runKeys.js";
import { windowRecordText } from "#shared/contract/windowRecord.js";
import { windowRecord } from "#test/support/windowRecords.js";
import { close, finalRecord, finish, startedWorld } from "./closingSupport.js";
import { east, nodeId, ohio, state } from "./support.js";

const members = { [east]: { "group-a": [nodeId(1), nodeId(2)] }, [ohio]: { "group-a": [nodeId(3)] } };
const kernel = { name: "kernel", severity: "Important", state: "missing" } as const;

describe("closing a run, patches by name", () => {
  it("names what is missing in each Region, since the first record of whichever window that has it there", async () => {
    const world = await startedWorld(members);
    finish(world);
    const since = "2026-09-01T00:00:00.000Z";
    const scan = windowRecord({
      ...{ operation: "Scan", region: east, startedAt: "2026-09-05T04:00:00.000Z", exclusions: [] },
      nodes: [{ state: "scanned", ids: [nodeId(1)] }],
      findings: [{ id: nodeId(1), missing: 1, failed: 0, pendingReboot: 0 }],
      patches: [{ ...kernel, since, ids: [nodeId(1)] }],
    });
    world.bucket.put(windowClosedKey("e", Date.parse(scan.startedAt)), windowRecordText(scan));
    for (const [region, id] of [
      [east, nodeId(1)],
      [ohio, nodeId(3)],
    ] as const) {
      world.region(region).states.set(id, { ...state(id), missing: 1 });
      world.region(region).patches.set(id, [kernel]);
    }
    await close(world);
    const run = finalRecord(world);
    const began = run.startedAt;
    expect(run.regions.map(({ region, patches, unnamed }) => [region, patches, unnamed])).to.deep.equal([
      [ohio, [{ ...kernel, since: began, ids: [nodeId(3)] }], undefined],
      [east, [{ ...kernel, since, ids: [nodeId(1)] }], undefined],
    ]);
    expect(namedNodes({ kind: "central", run }).map(({ id, patches }) => [id, patches.length])).to.deep.equal(
      [
        [nodeId(3), 1],
        [nodeId(2), 0],
        [nodeId(1), 1],
      ],
    );
  });

  it("is written although names cannot be read, and says of how many nodes", async () => {
    const world = await startedWorld(members);
    finish(world);
    world.region(ohio).states.set(nodeId(3), { ...state(nodeId(3)), failed: 1 });
    const { errors } = await close(world);
    expect(errors).to.deep.equal([]);
    const [there, here] = finalRecord(world).regions;
    expect([there?.patches, there?.unnamed, here?.patches, here?.unnamed]).to.deep.equal([
      [],
      1,
      [],
      undefined,
    ]);
  });
});
