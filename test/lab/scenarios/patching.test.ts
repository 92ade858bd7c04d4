import { expect } from "chai";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import {
  account,
  catalog,
  day,
  hour,
  monday,
  node,
  register,
  send,
  statuses,
  versionsOn,
  type World,
} from "../support.js";

/** A month of openssl: a version a week. */
const weekly = catalog({
  openssl: ["2026-05-01", "2026-06-02", "2026-06-09", "2026-06-16"].map((released) => ({ released })),
});

async function run(
  world: World,
  operation: "Scan" | "Install",
  RebootOption = "RebootIfNeeded",
): Promise<string[]> {
  const command = send(world, operation, { Parameters: { RebootOption: [RebootOption] } });
  await world.clock.advanceTo(world.clock.now + 3 * hour);
  return statuses(command);
}

describe("the baseline of a node", () => {
  function baselineOf(spec: {
    tags: Record<string, string>;
    system?: OperatingSystem;
  }): Promise<string | undefined> {
    const { tags, system = "AMAZON_LINUX_2023" } = spec;
    const offered = catalog({ openssl: [{ released: "2026-01-01" }] }, system);
    const world = account([node({ catalog: offered, tags: { Name: "x", ...tags } })]);
    register(world, "servers");
    send(world, "Scan", { Targets: [{ Key: "tag:Name", Values: ["x"] }] });
    return world.clock.advanceTo(monday + hour).then(() => world.node(0).state?.snapshot.baseline.name);
  }

  it("is that of its patch group", async () => {
    expect(await baselineOf({ tags: { PatchGroup: "servers" } })).to.equal("servers-AMAZON_LINUX_2023");
    expect(await baselineOf({ tags: { "Patch Group": "servers" } })).to.equal("servers-AMAZON_LINUX_2023");
  });

  it("is silently AWS's own without a group, in an unknown one, and for another operating system", async () => {
    const own = "AWS-AmazonLinux2023DefaultPatchBaseline";
    expect(await baselineOf({ tags: {} })).to.equal(own);
    expect(await baselineOf({ tags: { PatchGroup: "Servers" } })).to.equal(own);
    expect(await baselineOf({ tags: { PatchGroup: "servers" }, system: "UBUNTU" })).to.equal(
      "AWS-UbuntuDefaultPatchBaseline",
    );
  });
});

describe("scanning and installing", () => {
  it("a scan reports what is missing and changes nothing", async () => {
    const world = account([node({ patchGroup: "servers" })]);
    register(world, "servers");
    await run(world, "Scan");
    expect(versionsOn(world.node(0))).to.deep.equal({ openssl: 0 });
    expect(world.node(0).state).to.include({ operation: "Scan", missing: 1, installed: 0 });
  });

  it("an install brings what is approved by then, and the next one what has come since", async () => {
    const world = account([node({ patchGroup: "servers", catalog: weekly })]);
    register(world, "servers");
    for (const [date, version] of [
      ["2026-06-01", 0],
      ["2026-06-03", 1],
      ["2026-06-17", 3],
    ] as const) {
      await world.clock.advanceTo(Date.parse(`${date}T02:00:00Z`));
      expect(await run(world, "Install")).to.deep.equal(["Success"]);
      expect(versionsOn(world.node(0)).openssl, date).to.equal(version);
    }
  });

  it("with NoReboot leaves patches waiting, which a scan still sees and the next install ends", async () => {
    const world = account([node({ patchGroup: "servers" })]);
    register(world, "servers");
    const waiting = () => world.node(0).state?.installedPendingReboot;
    await run(world, "Install", "NoReboot");
    expect([waiting(), world.node(0).state?.missing]).to.deep.equal([1, 0]);
    await run(world, "Scan");
    expect(waiting()).to.equal(1);
    await run(world, "Install", "NoReboot");
    expect(waiting()).to.equal(1);
    await run(world, "Install");
    expect([waiting(), world.node(0).state?.installed]).to.deep.equal([0, 1]);
  });

  it("installs a version that was approved while an older one waited for its reboot", async () => {
    const world = account([node({ patchGroup: "servers", catalog: weekly })]);
    register(world, "servers");
    await world.clock.advanceTo(monday + 2 * day);
    await run(world, "Install", "NoReboot");
    await world.clock.advanceTo(monday + 9 * day);
    await run(world, "Scan");
    expect(world.node(0).state).to.include({ missing: 1, installedPendingReboot: 0 });
    await run(world, "Install");
    expect(versionsOn(world.node(0)).openssl).to.equal(2);
    expect(world.node(0).state).to.include({ missing: 0, installed: 1 });
  });

  it("a failed installation is FAILED until the next scan calls it MISSING", async () => {
    const world = account([node({ patchGroup: "servers", fails: ["openssl"] })]);
    register(world, "servers");
    expect(await run(world, "Install")).to.deep.equal(["Failed"]);
    expect(world.node(0).state).to.include({ failed: 1, missing: 0 });
    expect(await run(world, "Scan")).to.deep.equal(["Success"]);
    expect(world.node(0).state).to.include({ failed: 0, missing: 1 });
  });

  it("the last report wins: a scan by another baseline overwrites what the first one found", async () => {
    const world = account([node({ patchGroup: "servers" })]);
    register(world, "servers");
    register(world, "frozen", { approvalRules: [] });
    await run(world, "Scan");
    expect(world.node(0).state).to.include({ missing: 1, patchGroup: "servers" });
    world.node(0).tags = { PatchGroup: "frozen" };
    send(world, "Scan", { Targets: [{ Key: "tag:PatchGroup", Values: ["frozen"] }] });
    await world.clock.advanceTo(world.clock.now + hour);
    expect(world.node(0).state).to.include({ missing: 0, installedOther: 1, patchGroup: "frozen" });
  });
});

describe("rejected patches", () => {
  const packages = {
    libs: [{ released: "2026-01-01" }, { released: "2026-02-01" }],
    app: [{ released: "2026-01-01" }, { released: "2026-02-01", requires: ["libs>=2.0"] }],
  };
  const app = catalog(packages);

  for (const [action, entry, versions, status, counts] of [
    [
      "ALLOW_AS_DEPENDENCY",
      "libs*",
      { libs: 1, app: 1 },
      "Success",
      { installedOther: 1, installed: 1, failed: 0 },
    ],
    // On dnf what needs a blocked package stays as it is, and counts as installed.
    ["BLOCK", "libs*", { libs: 0, app: 0 }, "Success", { installedRejected: 1, installed: 1, failed: 0 }],
    // On dnf a bare name keeps a package from being updated, not from coming in as a dependency.
    ["BLOCK", "libs", { libs: 1, app: 1 }, "Success", { installedRejected: 1, installed: 1, failed: 0 }],
  ] as const) {
    it(`${entry} with ${action} ends as ${JSON.stringify(versions)}`, async () => {
      const world = account([node({ patchGroup: "servers", catalog: app })]);
      register(world, "servers", { rejectedPatches: [entry], rejectedPatchesAction: action });
      expect(await run(world, "Install")).to.deep.equal([status]);
      expect(versionsOn(world.node(0))).to.deep.equal(versions);
      expect(world.node(0).state).to.include(counts);
    });
  }

  it("that block a dependency leave what needs it MISSING in a scan and FAILED by an install, with yum", async () => {
    const operatingSystem = "AMAZON_LINUX_2";
    const world = account([node({ patchGroup: "servers", catalog: catalog(packages, operatingSystem) })]);
    register(world, "servers", {
      operatingSystem,
      rejectedPatches: ["libs*"],
      rejectedPatchesAction: "BLOCK",
    });
    await run(world, "Scan");
    expect(world.node(0).state).to.include({ missing: 1, failed: 0 });
    expect(await run(world, "Install")).to.deep.equal(["Failed"]);
    expect(world.node(0).state).to.include({ missing: 0, failed: 1, installedRejected: 1 });
  });

  it("of which no expression can be made end every run on SUSE, and nothing is reported", async () => {
    const offered = catalog(
      { "libstdc++6": [{ released: "2026-01-01" }, { released: "2026-02-01" }] },
      "SUSE",
    );
    const world = account([node({ patchGroup: "servers", catalog: offered })]);
    register(world, "servers", { operatingSystem: "SUSE", rejectedPatches: ["libstdc++6"] });
    expect(await run(world, "Scan")).to.deep.equal(["Failed"]);
    expect(await run(world, "Install")).to.deep.equal(["Failed"]);
    expect(versionsOn(world.node(0))).to.deep.equal({ "libstdc++6": 0 });
    expect(world.node(0).state).to.equal(undefined);
  });

  it("by a CVE keep nothing out: a silent no-op", async () => {
    const offered = catalog({
      openssl: [{ released: "2026-01-01" }, { released: "2026-02-01", cves: ["CVE-2026-1"] }],
    });
    const world = account([node({ patchGroup: "servers", catalog: offered })]);
    register(world, "servers", { rejectedPatches: ["CVE-2026-1"], rejectedPatchesAction: "BLOCK" });
    await run(world, "Install");
    expect(versionsOn(world.node(0)).openssl).to.equal(1);
  });
});

describe("snapshots", () => {
  const SnapshotId = "11111111-2222-4333-8444-555555555555";
  const withId = { Parameters: { SnapshotId: [SnapshotId] } };

  function world() {
    const made = account([
      node({ patchGroup: "servers", catalog: weekly }),
      node({ patchGroup: "others", catalog: weekly }),
    ]);
    register(made, "servers");
    return made;
  }

  it("make an install see the patches of the scan before it, though newer ones have come", async () => {
    const made = world();
    send(made, "Scan", withId);
    await made.clock.advanceTo(monday + 2 * day);
    send(made, "Install", withId);
    await made.clock.advanceTo(monday + 2 * day + hour);
    expect(versionsOn(made.node(0)).openssl).to.equal(0);
    expect(made.node(0).state).to.include({ snapshotId: SnapshotId, missing: 0 });
  });

  it("are taken anew after three days", async () => {
    for (const [after, version] of [
      [3 * day - 1000, 0],
      [3 * day, 1],
    ] as const) {
      const made = world();
      send(made, "Scan", withId);
      await made.clock.advanceTo(monday + after);
      send(made, "Install", withId);
      await made.clock.advanceTo(monday + after + hour);
      expect(versionsOn(made.node(0)).openssl).to.equal(version);
    }
  });

  it("differ per patch group", async () => {
    const made = world();
    send(made, "Scan", { ...withId, Targets: [{ Key: "tag-key", Values: ["PatchGroup"] }] });
    await made.clock.advanceTo(monday + hour);
    const [first, second] = [0, 1].map((index) => made.node(index).state?.snapshot);
    expect(first?.baseline.name).to.equal("servers-AMAZON_LINUX_2023");
    expect(second?.baseline.name).to.equal("AWS-AmazonLinux2023DefaultPatchBaseline");
  });

  it("are each node's own without an id", async () => {
    const made = account([node({ patchGroup: "servers" }), node({ patchGroup: "servers" })]);
    send(made, "Scan");
    await made.clock.advanceTo(monday + hour);
    const ids = [0, 1].map((index) => made.node(index).state?.snapshotId ?? "");
    expect(new Set(ids).size).to.equal(2);
    for (const id of ids) expect(id).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("differ per operating system", async () => {
    const ubuntu = catalog({ openssl: [{ released: "2026-01-01" }] }, "UBUNTU");
    const made = account([node({ patchGroup: "servers" }), node({ patchGroup: "servers", catalog: ubuntu })]);
    register(made, "servers");
    register(made, "servers", { operatingSystem: "UBUNTU" });
    send(made, "Scan", withId);
    await made.clock.advanceTo(monday + hour);
    const systems = [0, 1].map((index) => made.node(index).state?.snapshot.baseline.operatingSystem);
    expect(systems).to.deep.equal(["AMAZON_LINUX_2023", "UBUNTU"]);
  });
});
