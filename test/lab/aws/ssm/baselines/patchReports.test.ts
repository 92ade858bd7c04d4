import type { InstancePatchState, PatchComplianceData } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import {
  account,
  catalog,
  errorCode,
  hour,
  monday,
  node,
  nodes,
  register,
  send,
  type World,
} from "#test/lab/support.js";
import { call, pages } from "../support.js";

const offered = catalog({
  openssl: [{ released: "2026-01-01" }, { released: "2026-02-01", severity: "Critical" }],
  curl: [{ released: "2026-01-01", classification: "Bugfix" }],
  bash: [{ released: "2026-01-01" }],
});

/** Seven servers of a group, of which the first two miss an update, and one of another group. */
async function scanned(): Promise<World> {
  const world = account([
    ...nodes(7, (index) =>
      node({ patchGroup: "web", catalog: offered, versions: { openssl: index < 2 ? 0 : 1, bash: null } }),
    ),
    node({ patchGroup: "api", catalog: offered }),
    node({ patchGroup: "web", state: "stopped" }),
  ]);
  register(world, "web");
  const InstanceIds = world.region.nodes.all.map(({ id }) => id);
  send(world, "Scan", { InstanceIds });
  await world.clock.advanceTo(monday + hour);
  return world;
}

const states = (world: World, input: object = {}) =>
  pages<InstancePatchState>(
    world,
    "DescribeInstancePatchStatesForPatchGroup",
    { PatchGroup: "web", ...input },
    "InstancePatchStates",
  );
const filter = (Key: string, Type: string, value: string) => ({ Filters: [{ Key, Type, Values: [value] }] });

describe("DescribeInstancePatchStatesForPatchGroup", () => {
  it("lists the nodes that reported the group, five on a page at most", async () => {
    const world = await scanned();
    const { items, sizes } = states(world, { MaxResults: 10 });
    expect(items.map(({ InstanceId }) => InstanceId)).to.deep.equal(
      world.region.nodes.all.slice(0, 7).map(({ id }) => id),
    );
    expect(sizes).to.deep.equal([5, 2]);
    world.node(0).tags = { PatchGroup: "api" };
    expect(states(world).items).to.have.length(7);
  });

  it("leaves the list out where there is nothing, since it may not be empty", async () => {
    const world = await scanned();
    const answer = call(world, "DescribeInstancePatchStatesForPatchGroup", { PatchGroup: "nobody" });
    expect(answer).to.deep.equal({});
  });

  for (const [what, input, count] of [
    ["as many as", filter("MissingCount", "Equal", "1"), 2],
    ["not as many as", filter("MissingCount", "NotEqual", "1"), 5],
    ["fewer than", filter("MissingCount", "LessThan", "1"), 5],
    ["more than", filter("InstalledCount", "GreaterThan", "1"), 5],
    ["more than it has", filter("NotApplicableCount", "GreaterThan", "1"), 0],
    [
      "all of several",
      {
        Filters: [
          ...filter("MissingCount", "LessThan", "1").Filters,
          ...filter("FailedCount", "GreaterThan", "0").Filters,
        ],
      },
      0,
    ],
  ] as const) {
    it(`compares counts: ${what}`, async () => {
      expect(states(await scanned(), input).items).to.have.length(count);
    });
  }

  for (const [what, input, code] of [
    [
      "a count that is told but not compared",
      filter("CriticalNonCompliantCount", "Equal", "0"),
      "InvalidFilter",
    ],
    ["a member that is no count", filter("InstanceId", "Equal", "0"), "InvalidFilter"],
    ["something that is no number", filter("MissingCount", "Equal", "-1"), "InvalidFilter"],
    ["an empty value", filter("MissingCount", "Equal", ""), "InvalidFilter"],
    [
      "a count that the lab does not keep",
      filter("UnreportedNotApplicableCount", "Equal", "0"),
      "NotModelledError",
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const world = await scanned();
      expect(errorCode(() => states(world, input))).to.equal(code);
    });
  }
});

describe("DescribePatchGroupState", () => {
  it("counts the nodes of a group that reported, by what they reported", async () => {
    const world = await scanned();
    const none = { InstancesWithInstalledOtherPatches: 0, InstancesWithInstalledPendingRebootPatches: 0 };
    expect(call(world, "DescribePatchGroupState", { PatchGroup: "web" })).to.deep.equal({
      ...none,
      Instances: 7,
      InstancesWithInstalledPatches: 7,
      InstancesWithInstalledRejectedPatches: 0,
      InstancesWithMissingPatches: 2,
      InstancesWithFailedPatches: 0,
      InstancesWithNotApplicablePatches: 7,
      InstancesWithCriticalNonCompliantPatches: 0,
      InstancesWithSecurityNonCompliantPatches: 2,
      InstancesWithOtherNonCompliantPatches: 0,
      InstancesWithAvailableSecurityUpdates: 0,
    });
    expect(call(world, "DescribePatchGroupState", { PatchGroup: "nobody" }).Instances).to.equal(0);
  });
});

describe("DescribeInstancePatches", () => {
  const patches = (world: World, ...Filters: { Key: string; Values: string[] }[]) =>
    pages<PatchComplianceData>(
      world,
      "DescribeInstancePatches",
      { InstanceId: world.node(0).id, Filters },
      "Patches",
    ).items.map(({ KBId }) => KBId);

  for (const [Key, Values, found] of [
    ["Classification", ["Bugfix"], ["curl.x86_64"]],
    ["Classification", ["Bugfix", "Security"], ["openssl.x86_64", "curl.x86_64"]],
    ["Severity", ["Critical"], ["openssl.x86_64"]],
    ["KBId", ["curl.x86_64"], ["curl.x86_64"]],
    ["State", ["Missing"], ["openssl.x86_64"]],
    ["State", ["MISSING"], ["openssl.x86_64"]],
    ["State", ["Installed"], ["curl.x86_64"]],
    ["State", ["InstalledOther"], []],
  ] as const) {
    it(`finds patches by ${Key} ${Values.join(" or ")}`, async () => {
      expect(patches(await scanned(), { Key, Values: [...Values] })).to.deep.equal(found);
    });
  }

  it("takes all of several filters, and refuses others", async () => {
    const world = await scanned();
    const missing = { Key: "State", Values: ["Missing"] };
    expect(patches(world, missing, { Key: "Severity", Values: ["Important"] })).to.deep.equal([]);
    expect(errorCode(() => patches(world, { Key: "Title", Values: ["x"] }))).to.equal("InvalidFilter");
  });
});
