import { expect } from "chai";
import { rejecting } from "#functions/exclusion-processor/core/placement.js";
import { parseStatus } from "#shared/contract/manifestStatus.js";
import type { PlanReport } from "#shared/contract/planReport.js";
import { east, entry, manifest, node, nodes, now, record, region, rejects, World, west } from "./support.js";

const group = (...names: string[]) => `web.${rejecting(names, "ALLOW_AS_DEPENDENCY").word}`;
const statusOfPlan = "status/plans/pay.yaml.json";

function report(world: World): PlanReport {
  return JSON.parse(world.bucket.text(statusOfPlan) ?? "") as PlanReport;
}

describe("a plan's report", () => {
  const fleet = () => [region([node("i-1"), node("i-2"), node("i-3")])];

  it("tells which nodes would gain and lose which patches, and nothing is done", async () => {
    const world = new World(fleet());
    world.upload("pay", entry({ selector: nodes("i-1", "i-2") }));
    await world.run();
    const before = world.region().state;
    const draft = [
      entry({ selector: nodes("i-2"), effect: rejects("kernel*", "openssl*") }),
      entry({ id: "freeze", selector: nodes("i-3", "i-9"), effect: { kind: "hold" } }),
    ];
    const versionId = world.bucket.put("plans/pay.yaml", manifest(...draft), now);
    const { writes } = await world.run();
    expect(writes).to.equal(1);
    expect(world.region().state).to.deep.equal(before);
    const openssl = group("openssl*");
    expect(report(world)).to.deep.equal({
      version: 1,
      key: "plans/pay.yaml",
      insteadOf: "exclusions/pay.yaml",
      versionId,
      verdict: "would be applied",
      problems: [],
      changedNodes: 3,
      mostChangedNodes: 1000,
      nodes: [
        { id: "i-1", region: east, from: openssl, to: "web", loses: [], gains: ["openssl*"] },
        {
          id: "i-2",
          region: east,
          from: openssl,
          to: group("kernel*", "openssl*"),
          loses: ["kernel*"],
          gains: [],
        },
        { id: "i-3", region: east, from: "web", to: "web.hold", loses: [], gains: [], hold: "begins" },
      ],
      entries: [
        { id: "openssl", region: east, nodes: 1, unknownNodes: [], leftAlone: [] },
        { id: "freeze", region: east, nodes: 1, unknownNodes: ["i-9"], leftAlone: [] },
      ],
      unreadRegions: [],
    });
    const { writes: none, ports } = await world.run();
    // The record, the listing, the verdicts with their seal, the manifest, the plan, whose report is not read again, and what is
    // known of the Region with its seal.
    expect([none, ports.store.reads]).to.deep.equal([0, 8]);
  });

  it("tells of a hold that would end", async () => {
    const world = new World(fleet());
    world.upload("pay", entry({ effect: { kind: "hold" } }));
    await world.run();
    world.bucket.put("plans/pay.yaml", manifest(), now);
    await world.run();
    expect(report(world).nodes).to.deep.equal([
      { id: "i-1", region: east, from: "web.hold", to: "web", loses: [], gains: [], hold: "ends" },
    ]);
  });

  it("tells what would be refused or held", async () => {
    const world = new World(fleet(), record({ maxChangedNodes: 1 }));
    world.bucket.put("plans/pay.yaml", manifest(entry({ selector: nodes("i-1", "i-2") })), now);
    await world.run();
    expect(report(world)).to.include({ verdict: "would be held", changedNodes: 2, mostChangedNodes: 1 });
    world.bucket.put("plans/pay.yaml", "bad", now);
    await world.run();
    expect(report(world)).to.deep.include({
      verdict: "would be refused",
      problems: [{ message: "got bad; allowed is a list", line: 1, column: 1 }],
    });
    const many = Array.from({ length: 51 }, (_, index) => `p${index}`);
    world.bucket.put("plans/pay.yaml", manifest(entry({ effect: rejects(...many) })), now);
    await world.run();
    expect(report(world).verdict).to.equal("would be refused");
    expect(report(world).problems[0]).to.include({ entry: "openssl" });
    expect(world.told).to.deep.equal([]);
  });

  it("is about what is in force after the run, and one plan is none of another's business", async () => {
    const world = new World(fleet());
    world.upload("pay", entry());
    world.bucket.put("plans/pay.yaml", manifest(entry({ selector: nodes("i-1", "i-2") })), now);
    world.bucket.put("plans/other.yaml", manifest(entry({ selector: nodes("i-2") })), now);
    await world.run();
    expect(report(world).nodes.map(({ id }) => id)).to.deep.equal(["i-2"]);
    const other = JSON.parse(world.bucket.text("status/plans/other.yaml.json") ?? "") as PlanReport;
    expect(other.nodes.map(({ id }) => id)).to.deep.equal(["i-2"]);
    expect(other.insteadOf).to.equal("exclusions/other.yaml");
    expect(world.marks("i-2")[0]).to.equal("web");
  });

  it("names Regions that it knows nothing of", async () => {
    const world = new World([...fleet(), region([], { region: west })]);
    world.bucket.put("plans/pay.yaml", manifest(entry()), now);
    world.region(west).isDown = true;
    await world.run();
    expect(report(world).unreadRegions).to.deep.equal([west]);
  });

  it("is taken back when the plan is gone", async () => {
    const world = new World(fleet());
    world.bucket.put("plans/pay.yaml", manifest(entry()), now);
    await world.run();
    world.bucket.remove("plans/pay.yaml", now);
    expect((await world.run()).writes).to.equal(1);
    expect(JSON.parse(world.bucket.text(statusOfPlan) ?? "")).to.deep.equal({
      version: 1,
      key: "plans/pay.yaml",
      verdict: "withdrawn",
    });
    const { writes, ports } = await world.run();
    expect([writes, ports.store.reads]).to.deep.equal([0, 2]);
  });

  it("is no status of a manifest", async () => {
    const world = new World(fleet());
    world.bucket.put("plans/pay.yaml", manifest(entry()), now);
    await world.run();
    expect(parseStatus(world.bucket.text(statusOfPlan) ?? "")).to.equal(undefined);
  });
});
