import type { InstanceInformation } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { account, catalog, errorCode, hour, monday, node, nodes, type World } from "#test/lab/support.js";
import { call, pages } from "../support.js";

const windows = catalog({ KB1: [{ released: "2026-01-01" }] }, "WINDOWS");
const mac = catalog({ tool: [{ released: "2026-01-01" }] }, "MACOS");
const hybrid = "mi-00000000000000001";

function fleet(): World {
  return account([
    node({ name: "web", tags: { App: "web", Stage: "dev" } }),
    node({ id: hybrid, name: "cellar", catalog: windows, tags: { App: "api" } }),
    node({
      name: "mac",
      catalog: mac,
      connectionLost: true,
      offline: [{ from: monday + hour, to: monday + 2 * hour }],
    }),
    node({ name: "away", offline: [{ from: monday + hour, to: monday + 2 * hour }], tags: { App: "web" } }),
    node({ name: "stopped", state: "stopped", tags: { App: "web" } }),
    node({ name: "no-agent", agent: false, tags: { App: "web" } }),
    node({ name: "far", region: "eu-west-1", tags: { App: "web" } }),
  ]);
}

function names(world: World, input: object = {}): (string | undefined)[] {
  return pages<InstanceInformation>(
    world,
    "DescribeInstanceInformation",
    input,
    "InstanceInformationList",
  ).items.map(({ ComputerName }) => ComputerName);
}

const by = (Key: string, ...Values: string[]) => ({ Filters: [{ Key, Values }] });

describe("DescribeInstanceInformation", () => {
  it("tells of each managed node that is not stopped what it is and whether it answers now", async () => {
    const world = fleet();
    const list = () => call(world, "DescribeInstanceInformation", {}).InstanceInformationList;
    const common = { AgentVersion: "3.3.0.0", PlatformVersion: "1" };
    const linux = {
      ...common,
      PlatformType: "Linux",
      PlatformName: "AMAZON_LINUX_2023",
      ResourceType: "EC2Instance",
    };
    const online = { PingStatus: "Online", LastPingDateTime: new Date(monday) };
    expect(list()).to.deep.equal([
      { InstanceId: world.node(0).id, ComputerName: "web", ...linux, ...online },
      {
        InstanceId: hybrid,
        Name: "cellar",
        ComputerName: "cellar",
        ...common,
        PlatformType: "Windows",
        PlatformName: "WINDOWS",
        ResourceType: "ManagedInstance",
        ...online,
      },
      {
        InstanceId: world.node(2).id,
        ComputerName: "mac",
        ...common,
        PlatformType: "MacOS",
        PlatformName: "MACOS",
        ResourceType: "EC2Instance",
        PingStatus: "ConnectionLost",
      },
      { InstanceId: world.node(3).id, ComputerName: "away", ...linux, ...online },
    ]);
    await world.clock.advanceTo(monday + 1.5 * hour);
    const [, , , away] = list() as object[];
    expect(away).to.deep.include({
      PingStatus: "ConnectionLost",
      LastPingDateTime: new Date(monday + hour),
    });
    await world.clock.advanceTo(monday + 2 * hour);
    expect((list() as object[])[3]).to.deep.include({
      PingStatus: "Online",
      LastPingDateTime: new Date(monday + 2 * hour),
    });
  });

  for (const [what, input, found] of [
    ["nothing", {}, ["web", "cellar", "mac", "away"]],
    ["an id", by("InstanceIds", hybrid), ["cellar"]],
    ["being online", by("PingStatus", "Online"), ["web", "cellar", "away"]],
    ["either ping status", by("PingStatus", "Online", "ConnectionLost"), ["web", "cellar", "mac", "away"]],
    ["a ping status that is no more", by("PingStatus", "Inactive"), []],
    ["a platform", by("PlatformTypes", "Linux", "MacOS"), ["web", "mac", "away"]],
    ["a platform by the other key", by("PlatformType", "Windows"), ["cellar"]],
    ["being hybrid", by("ResourceType", "ManagedInstance"), ["cellar"]],
    ["being on EC2", by("ResourceType", "EC2Instance"), ["web", "mac", "away"]],
    ["a tag", by("tag:App", "web"), ["web", "away"]],
    ["any of a tag's values", by("tag:App", "web", "api"), ["web", "cellar", "away"]],
    ["a tag key", by("tag-key", "Stage"), ["web"]],
    ["a tag that every object has", by("tag:constructor", "x"), []],
    [
      "several tags",
      { Filters: [...by("tag:App", "web").Filters, ...by("tag-key", "Stage").Filters] },
      ["web"],
    ],
    [
      "several of the others",
      { Filters: [...by("PingStatus", "Online").Filters, ...by("PlatformType", "Linux").Filters] },
      ["web", "away"],
    ],
    [
      "the list of old",
      { InstanceInformationFilterList: [{ key: "PlatformTypes", valueSet: ["Windows"] }] },
      ["cellar"],
    ],
  ] as [string, object, string[]][]) {
    it(`finds nodes by ${what}`, () => {
      expect(names(fleet(), input)).to.deep.equal(found);
    });
  }

  it("knows the id of a stopped node, and tells nothing of it", () => {
    const world = fleet();
    expect(names(world, by("InstanceIds", world.node(4).id))).to.deep.equal([]);
  });

  for (const [what, input, code] of [
    ["an id that is not managed", by("InstanceIds", "i-00000000000000099"), "InvalidInstanceId"],
    [
      "an id of a server without an agent",
      by("InstanceIds", `i-${"5".padStart(17, "0")}`),
      "InvalidInstanceId",
    ],
    ["a key that there is not", by("Platform", "Linux"), "InvalidFilterKey"],
    ["a key of the lab's blind spots", by("AgentVersion", "3"), "NotModelledError"],
    ["another of them", by("IamRole", "r"), "NotModelledError"],
    ["a ping status that there is not", by("PingStatus", "Lost"), "InvalidInstanceInformationFilterValue"],
    ["a platform that there is not", by("PlatformTypes", "BeOS"), "InvalidInstanceInformationFilterValue"],
    ["a type that there is not", by("ResourceType", "Instance"), "InvalidInstanceInformationFilterValue"],
    [
      "both kinds of filters",
      { ...by("tag:App", "web"), InstanceInformationFilterList: [] },
      "ValidationException",
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(errorCode(() => names(fleet(), input))).to.equal(code);
    });
  }

  it("says of tags together with other filters what AWS says", () => {
    const Filters = [...by("tag:App", "web").Filters, ...by("PingStatus", "Online").Filters];
    expect(() => names(fleet(), { Filters })).to.throw(
      "Tag filters can't be combined with other filter types",
    );
    expect(errorCode(() => names(fleet(), { Filters }))).to.equal("InvalidFilterKey");
  });

  it("answers in pages of 10 unasked, of 5 to 50 when asked", () => {
    const world = account(nodes(60));
    const sizes = (input: object) =>
      pages(world, "DescribeInstanceInformation", input, "InstanceInformationList").sizes;
    expect(sizes({})).to.deep.equal([10, 10, 10, 10, 10, 10]);
    expect(sizes({ MaxResults: 50 })).to.deep.equal([50, 10]);
    for (const MaxResults of [4, 51]) {
      const describe = () => world.region.nodes.describeInstanceInformation({ MaxResults });
      expect(errorCode(describe)).to.equal("ValidationException");
    }
  });
});
