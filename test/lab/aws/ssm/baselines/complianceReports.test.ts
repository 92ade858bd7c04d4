import type { ListComplianceItemsResult, ListResourceComplianceSummariesResult } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { account, catalog, errorCode, group, hour, monday, node, register, send } from "#test/lab/support.js";
import { call } from "../support.js";

const released = "2026-01-01";
const kb = catalog(
  { KB1: [{ released, classification: "SecurityUpdates" }, { released: "2026-09-01" }] },
  "WINDOWS",
);
const linux = catalog({
  openssl: [
    { released, classification: "Security", severity: "Critical" },
    { released, classification: "Security", severity: "Critical" },
  ],
  bash: [{ released, classification: "Bugfix", severity: "Low" }],
});

async function scanned() {
  const world = account([
    node({ catalog: linux, patchGroup: "web" }),
    node({ catalog: linux, patchGroup: "web", versions: { openssl: 1 } }),
    node({ catalog: kb }),
  ]);
  register(world, "web");
  send(world, "Scan", { Targets: group("web") });
  await world.clock.advanceTo(monday + hour);
  return world;
}

describe("compliance lists", () => {
  it("tell of each patch what DescribeInstancePatches does, and whether it makes the node non-compliant", async () => {
    const world = await scanned();
    const [first, second] = [world.node(0).id, world.node(1).id];
    const { ComplianceItems = [] } = call<ListComplianceItemsResult>(world, "ListComplianceItems", {
      ResourceIds: [first],
    });
    const told = ComplianceItems.map(({ Id, Status, Details }) => [Id, Status, Details?.PatchState]);
    expect(told).to.deep.equal([
      ["openssl.x86_64", "NON_COMPLIANT", "MISSING"],
      ["bash.x86_64", "COMPLIANT", "INSTALLED"],
    ]);
    const summaries = call<ListResourceComplianceSummariesResult>(
      world,
      "ListResourceComplianceSummaries",
      {},
    );
    const { ResourceComplianceSummaryItems: all = [] } = summaries;
    expect(all.map(({ ResourceId, Status }) => [ResourceId, Status])).to.deep.equal([
      [first, "NON_COMPLIANT"],
      [second, "COMPLIANT"],
    ]);
    expect(all[0]?.NonCompliantSummary?.NonCompliantCount).to.equal(1);
    const bad = { Filters: [{ Key: "Status", Values: ["NON_COMPLIANT"] }] };
    expect(call(world, "ListComplianceSummaries", bad)).to.have.nested.property(
      "ComplianceSummaryItems[0].NonCompliantSummary.NonCompliantCount",
      1,
    );
  });

  it("refuse what is no node, two nodes, and another type", async () => {
    const world = await scanned();
    const items = (input: object) => errorCode(() => call(world, "ListComplianceItems", input));
    const ids = [world.node(0).id, world.node(1).id];
    expect(items({ ResourceIds: ["i-0ffffffffffffffff"] })).to.equal("InvalidResourceId");
    expect(items({ ResourceIds: ids })).to.equal("InvalidResourceId");
    expect(items({ ResourceIds: ["x"], ResourceTypes: ["Other"] })).to.equal("InvalidResourceType");
    expect(items({ Filters: [{ Key: "Foo", Values: ["x"] }] })).to.equal("InvalidFilter");
  });
});

describe("what is there to be patched with", () => {
  // "Currently, DescribeAvailablePatches supports only the Amazon Linux 1, Amazon Linux 2, and Windows Server [...]"
  it("is told of Windows and of the older Amazon Linux, by now, and of Linux by its product alone", async () => {
    const world = await scanned();
    const ids = (...Filters: object[]) =>
      (
        call<{ Patches: { KbNumber: string }[] }>(world, "DescribeAvailablePatches", { Filters }).Patches ??
        []
      ).map(({ KbNumber }) => KbNumber);
    expect(ids()).to.have.length(1);
    expect(ids({ Key: "CLASSIFICATION", Values: ["CriticalUpdates"] })).to.deep.equal([]);
    expect(ids({ Key: "PRODUCT", Values: ["AmazonLinux2023"] })).to.deep.equal([]);
    expect(errorCode(() => ids({ Key: "CVE_ID", Values: ["CVE-2026-1"] }))).to.equal("ValidationException");
  });

  it("has properties that a baseline's filters take, of each system its own", async () => {
    const world = await scanned();
    const ask = (OperatingSystem: string, Property: string) =>
      call<{ Properties: { Name: string }[] }>(world, "DescribePatchProperties", {
        OperatingSystem,
        Property,
      });
    expect(ask("UBUNTU", "PRIORITY").Properties.map(({ Name }) => Name)).to.include("Required");
    expect(errorCode(() => ask("UBUNTU", "SEVERITY"))).to.equal("ValidationException");
  });
});
