import { expect } from "chai";
import { recordedNodes } from "#shared/contract/closedRecords.js";
import type { KeptVerdicts } from "#shared/contract/keptVerdicts.js";
import { dayMs } from "#shared/text/time.js";
import { close, finalRecord, finish, startedWorld } from "./closingSupport.js";
import { east, nodeId, ohio, state } from "./support.js";

const members = { [east]: { "group-a": [nodeId(1), nodeId(2)] }, [ohio]: { "group-a": [nodeId(3)] } };
const told = {
  ...{ manifest: "exclusions/a.yaml", versionId: "v1", entry: "pay", owner: "pay@example.com" },
  ...{ expires: "2026-12-01T00:00:00.000Z", effect: "reject" },
} as const;
const verdicts = {
  moved: [],
  manifests: new Map([
    [
      told.manifest,
      {
        inForceVersionId: told.versionId,
        entries: [
          {
            ...{
              id: told.entry,
              phase: "in force",
              effect: told.effect,
              owner: told.owner,
              expires: told.expires,
            },
            failedNodes: [],
            nodes: [
              { id: nodeId(2), region: east },
              { id: nodeId(3), region: ohio, notYet: "written" },
              { id: nodeId(9), region: east },
            ],
          },
        ],
      },
    ],
  ]),
} as unknown as KeptVerdicts;

describe("closing a run, exclusions in force", () => {
  it("names the entries that are in force on members, and no other", async () => {
    const world = await startedWorld(members);
    finish(world);
    world.verdicts = verdicts;
    await close(world);
    const run = finalRecord(world);
    expect(run.regions.map(({ region, exclusions }) => [region, exclusions])).to.deep.equal([
      [ohio, undefined],
      [east, [{ ...told, ids: [nodeId(2)] }]],
    ]);
    const nodes = recordedNodes({ kind: "central", run });
    expect(nodes.map(({ id, exclusions }) => [id, exclusions.length]).sort()).to.deep.equal([
      [nodeId(1), 0],
      [nodeId(2), 1],
      [nodeId(3), 0],
    ]);
  });

  it("waits for them for a day, and says then that they could not be read", async () => {
    const world = await startedWorld(members);
    finish(world);
    world.verdicts = new Error("AccessDenied");
    expect((await close(world)).errors.join()).to.contain("the exclusions in force: ");
    world.now += dayMs;
    expect((await close(world)).errors).to.deep.equal([]);
    expect(finalRecord(world).unread).to.deep.equal([
      "The exclusions in force could not be read: Error: AccessDenied.",
    ]);
  });

  it("has the numbers of a node that has reported and is not covered, so that nobody takes it for silent", async () => {
    const world = await startedWorld(members);
    finish(world);
    const defaults = new Set(["pb-default"]);
    world.region(ohio).baselines = { defaults, registered: new Map() };
    world.region(ohio).states.set(nodeId(3), { ...state(nodeId(3)), baselineId: "pb-default" });
    await close(world);
    const run = finalRecord(world);
    const [one] = recordedNodes({ kind: "central", run }).filter(({ id }) => id === nodeId(3));
    expect(one).to.include({ state: "default baseline", missing: 0, failed: 0, pendingReboot: 0 });
  });
});
