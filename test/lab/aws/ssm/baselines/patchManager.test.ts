import { expect } from "chai";
import {
  account,
  catalog,
  day,
  errorCode,
  minute,
  monday,
  node,
  nodes,
  register,
  send,
} from "#test/lab/support.js";

const offered = catalog({
  openssl: [
    { released: "2026-01-01", version: "1.0" },
    { released: "2026-02-01", version: "2.0", severity: "Critical", cves: ["CVE-2026-1", "CVE-2026-2"] },
  ],
  curl: [{ released: "2026-01-01", version: "8.0" }],
  bash: [{ released: "2026-01-01", version: "5.0" }],
});

describe("DescribeInstancePatchStates", () => {
  const server = node({ patchGroup: "servers", catalog: offered, versions: { bash: null }, speed: 1 });

  it("gives what the node reported, and nothing of a node that never did", async () => {
    const world = account([server, server]);
    const BaselineId = register(world, "servers");
    const SnapshotId = "11111111-2222-4333-8444-555555555555";
    const InstanceIds = [world.node(0).id];
    send(world, "Scan", { InstanceIds, Parameters: { Operation: ["Scan"], SnapshotId: [SnapshotId] } });
    await world.clock.advanceTo(monday + minute);
    const { InstancePatchStates = [] } = world.region.patchManager.reports.describeInstancePatchStates({
      InstanceIds: [...InstanceIds, world.node(1).id, "i-unknown"],
    });
    expect(InstancePatchStates).to.have.length(1);
    const { OperationEndTime, ...rest } = InstancePatchStates[0] ?? {};
    expect(rest).to.deep.equal({
      InstanceId: world.node(0).id,
      PatchGroup: "servers",
      BaselineId,
      SnapshotId,
      Operation: "Scan",
      OperationStartTime: new Date(monday),
      RebootOption: "RebootIfNeeded",
      InstalledCount: 1,
      InstalledOtherCount: 0,
      InstalledPendingRebootCount: 0,
      InstalledRejectedCount: 0,
      MissingCount: 1,
      FailedCount: 0,
      NotApplicableCount: 1,
      AvailableSecurityUpdateCount: 0,
      CriticalNonCompliantCount: 0,
      SecurityNonCompliantCount: 1,
      OtherNonCompliantCount: 0,
    });
    expect(OperationEndTime?.getTime()).to.be.within(monday + 24_000, monday + 56_000);
  });

  it("remembers when a node was last installed upon without a reboot", async () => {
    const world = account([server]);
    register(world, "servers");
    send(world, "Install", { Parameters: { RebootOption: ["NoReboot"] } });
    await world.clock.advanceTo(monday + day);
    send(world, "Scan");
    await world.clock.advanceTo(monday + 2 * day);
    const { InstancePatchStates = [] } = world.region.patchManager.reports.describeInstancePatchStates({
      InstanceIds: [world.node(0).id],
    });
    const [state] = InstancePatchStates;
    expect(state).to.include({ Operation: "Scan", InstalledPendingRebootCount: 1, MissingCount: 0 });
    expect(state?.LastNoRebootInstallOperationTime?.getTime()).to.be.within(monday, monday + minute * 2);
  });

  it("takes 50 ids and not 51, and answers in pages of 10 to 100", async () => {
    const world = account(nodes(60, () => server));
    register(world, "servers");
    send(world, "Scan");
    await world.clock.advanceTo(monday + day);
    const { patchManager } = world.region;
    const ids = (count: number) => world.region.nodes.all.slice(0, count).map(({ id }) => id);
    expect(
      patchManager.reports.describeInstancePatchStates({ InstanceIds: ids(50) }).InstancePatchStates,
    ).to.have.length(50);
    expect(
      errorCode(() => patchManager.reports.describeInstancePatchStates({ InstanceIds: ids(51) })),
    ).to.equal("ValidationException");
    const page = patchManager.reports.describeInstancePatchStates({ InstanceIds: ids(50), MaxResults: 30 });
    const { NextToken = "" } = page;
    expect(page.InstancePatchStates).to.have.length(30);
    const last = patchManager.reports.describeInstancePatchStates({
      InstanceIds: ids(50),
      MaxResults: 30,
      NextToken,
    });
    expect(last.InstancePatchStates).to.have.length(20);
  });
});

describe("DescribeInstancePatches", () => {
  it("lists what is there, what is missing and what could come, but not what does not apply", async () => {
    const world = account([node({ patchGroup: "servers", catalog: offered, versions: { bash: null } })]);
    register(world, "servers");
    const list = () =>
      world.region.patchManager.reports.describeInstancePatches({ InstanceId: world.node(0).id }).Patches;
    expect(list()).to.deep.equal([]);
    send(world, "Scan");
    await world.clock.advanceTo(monday);
    const InstalledTime = new Date(0);
    const common = { Classification: "Security", InstalledTime };
    expect(list()).to.deep.equal([
      {
        ...common,
        Title: "openssl",
        KBId: "openssl.x86_64",
        Severity: "Critical",
        State: "MISSING",
        CVEIds: "CVE-2026-1,CVE-2026-2",
      },
      { ...common, Title: "curl", KBId: "curl.x86_64", Severity: "Important", State: "INSTALLED" },
    ]);
    send(world, "Install");
    await world.clock.advanceTo(monday + 1);
    expect(list()?.map(({ KBId, State }) => `${KBId} ${State}`)).to.deep.equal([
      "openssl.x86_64 INSTALLED",
      "curl.x86_64 INSTALLED",
    ]);
  });

  it("names the security update that Windows waits for", async () => {
    const chain = catalog(
      {
        KB1: [
          { released: "2026-01-01", name: "KB1", id: "KB1", classification: "SecurityUpdates" },
          { released: "2026-05-31", name: "KB2", id: "KB2", classification: "SecurityUpdates" },
        ],
      },
      "WINDOWS",
    );
    const world = account([node({ patchGroup: "servers", catalog: chain })]);
    send(world, "Scan");
    await world.clock.advanceTo(monday);
    const { Patches } = world.region.patchManager.reports.describeInstancePatches({
      InstanceId: world.node(0).id,
    });
    expect(Patches?.map(({ KBId, State }) => [KBId, State])).to.deep.equal([
      ["KB2", "AVAILABLE_SECURITY_UPDATE"],
    ]);
    expect(world.node(0).state?.availableSecurityUpdates).to.equal(1);
  });

  it("refuses unknown nodes and filters", () => {
    const { patchManager } = account([]).region;
    expect(errorCode(() => patchManager.reports.describeInstancePatches({ InstanceId: "i-0" }))).to.equal(
      "InvalidInstanceId",
    );
    expect(
      errorCode(() => patchManager.reports.describeInstancePatches({ InstanceId: "i-0", Filters: [] })),
    ).to.equal("InvalidInstanceId");
  });
});
