import { expect } from "chai";
import { removalRefusal } from "#functions/exclusion-processor/core/retirement.js";
import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { settleMs } from "#shared/contract/regionMemory.js";
import {
  isLetGo,
  parseRemoval,
  parseRetired,
  type RetiredPart,
  retiredKey,
  retiredLine,
} from "#shared/contract/retired.js";
import { entry, node, nodes, record, region, World, west } from "./support.js";

const hour = 3_600_000;
type Retired = NonNullable<DeploymentRecord["retired"]>;
const retired = (changes: Partial<Retired>): Retired => ({
  ...{ regions: [], patchGroups: [], operatingSystems: [] },
  ...changes,
});
const held = entry({ id: "freeze", selector: nodes("i-2"), effect: { kind: "hold" } });

/** Two nodes that entries have moved, and a third of another group and system; then the stack is another. */
async function left(changed: Partial<DeploymentRecord>) {
  const fleet = [
    ...[node("i-1"), node("i-2", { operatingSystem: "UBUNTU" })],
    node("i-3", { tags: { PatchGroup: "app", Environment: "prod" }, operatingSystem: "UBUNTU" }),
  ];
  const world = new World([region(fleet, { region: west })]);
  world.upload("pay", entry({ selector: nodes("i-1", "i-3") }), held);
  await world.rest();
  const regions = record().regions.filter(({ name }) => name === west);
  world.deploy(record({ regions, ...changed }));
  const told = () => parseRetired(world.bucket.text(retiredKey) ?? "") ?? [];
  const refusal = (part: RetiredPart) => removalRefusal(world.ports().store, part);
  return { world, told, refusal };
}

const groupsOf = (world: World) => ["i-1", "i-2", "i-3"].map((id) => world.marks(id, west)[0]);
const isMoved = (group: string | undefined) => /\.(x-.*|hold)$/.test(group ?? "");

describe("what leaves a stack while exclusions have nodes of it", () => {
  const rows: readonly [RetiredPart, Partial<DeploymentRecord>, moved: readonly boolean[], count: number][] =
    [
      [{ kind: "region", name: west }, { retired: retired({ regions: [west] }) }, [false, false, false], 3],
      [
        { kind: "patchGroup", name: "web" },
        { patchGroups: ["app"], retired: retired({ patchGroups: ["web"] }) },
        [false, false, true],
        2,
      ],
      [
        { kind: "operatingSystem", name: "UBUNTU" },
        { retired: retired({ operatingSystems: ["UBUNTU"] }) },
        [true, false, false],
        2,
      ],
    ];
  for (const [part, changed, moved, count] of rows) {
    it(`is let go of, and told: ${part.kind}`, async () => {
      const { world, told, refusal } = await left(changed);
      expect(groupsOf(world).map(isMoved)).to.deep.equal([true, true, true]);
      expect(await refusal(part)).to.contain("nobody has looked yet");
      await world.run();
      expect(groupsOf(world).map(isMoved)).to.deep.equal(moved);
      expect(told()).to.have.lengthOf(1);
      expect(told()[0]).to.deep.include({ ...part, nodes: count });
      expect(await refusal(part)).to.match(/have \d of its nodes \(i-.*Put it back, and deploy again\.$/);
      world.now += settleMs;
      await world.run();
      world.now += hour;
      await world.run();
      world.now += settleMs;
      await world.run();
      expect(told().map(isLetGo)).to.deep.equal([true]);
      expect(await refusal(part)).to.equal(undefined);
      // What is gone from the record is remembered, and what is back is not.
      world.deploy(record({ regions: [{ name: "us-east-1", baselines: {} }], patchGroups: ["app"] }));
      await world.run();
      expect(told()).to.have.lengthOf(part.kind === "operatingSystem" ? 0 : 1);
    });
  }

  it("is not empty while an exclusion has a node whose operating system nobody knows", async () => {
    const world = new World([region([node("i-1"), node("i-2", { operatingSystem: undefined })])]);
    world.upload("pay", held);
    await world.rest();
    world.deploy(record({ retired: retired({ operatingSystems: ["UBUNTU"] }) }));
    await world.run();
    const told = () => parseRetired(world.bucket.text(retiredKey) ?? "") ?? [];
    expect(told()[0]).to.deep.include({ nodes: 1, some: ["i-2"] });
    world.region("us-east-1").nodes.set("i-2", { ...node("i-2"), tags: world.tags("i-2") });
    await world.run();
    expect(told()[0]).to.deep.include({ nodes: 0 });
  });

  it("says why nobody knows where what was kept is not as a run has left it, as after an update", async () => {
    const { world, refusal } = await left({ retired: retired({ regions: [west] }) });
    await world.run();
    world.bucket.put(retiredKey, '{"version":1,"parts":[]}', world.now);
    expect(await refusal({ kind: "region", name: west })).to.match(
      /retired.json is not as a run has left it.* update .*within the hour.* Put it back, and deploy again/,
    );
  });

  it("is not empty while a Region cannot be read", async () => {
    const { world, told } = await left({ retired: retired({ operatingSystems: ["WINDOWS"] }) });
    world.region(west).isDown = true;
    await world.run();
    expect(told().map(retiredLine)).to.deep.equal([
      `operating system WINDOWS: ${west} could not be read or written. Leave it in retiredOperatingSystems until it is empty`,
    ]);
  });
});

describe("a deployment's call about what has left the stack", () => {
  const part = { kind: "patchGroup", name: "web" } as const;
  for (const [what, event, expected] of [
    ["its removal", { retired: part, tf: { action: "delete", prev_input: {} } }, part],
    ["its retirement", { retired: part, tf: { action: "create" } }, undefined],
    ["an event of S3", { Records: [] }, undefined],
    ["an unknown kind", { retired: { kind: "x", name: "web" }, tf: { action: "delete" } }, undefined],
  ] as const) {
    it(`is told from others: ${what}`, () => expect(parseRemoval(event)).to.deep.equal(expected));
  }
});
