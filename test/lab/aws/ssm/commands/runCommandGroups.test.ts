import type { SendCommandRequest } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { account, errorCode, node, send } from "#test/lab/support.js";

const hybrid = "mi-0123456789abcdef0";
const id = (index: number) => `i-${String(index).padStart(17, "0")}`;

/** Nodes of a team, one held, one without an agent, one in another Region, and a group of those that are not held. */
function world() {
  const tags = { Team: "web", Hold: "no" };
  const made = account([
    node({ tags }),
    node({ tags: { ...tags, Hold: "yes" } }),
    node({ tags, id: hybrid }),
    node({ tags, agent: false }),
    node({ tags, region: "eu-west-1" }),
    node({ tags, state: "stopped" }),
    node({ tags: { Team: "db", Hold: "no" } }),
  ]);
  const query = (...ResourceTypeFilters: string[]) => {
    const TagFilters = [
      { Key: "Team", Values: ["web"] },
      { Key: "Hold", Values: ["no"] },
    ];
    return { Type: "TAG_FILTERS_1_0" as const, Query: JSON.stringify({ ResourceTypeFilters, TagFilters }) };
  };
  const { resourceGroups } = made.region;
  resourceGroups.createGroup({
    Name: "web",
    ResourceQuery: query("AWS::EC2::Instance", "AWS::SSM::ManagedInstance"),
  });
  resourceGroups.createGroup({ Name: "hybrid", ResourceQuery: query("AWS::SSM::ManagedInstance") });
  resourceGroups.createGroup({ Name: "documents", ResourceQuery: query("AWS::SSM::Document") });
  return made;
}

const named = (...Values: string[]) => ({ Key: "resource-groups:Name", Values });

describe("a command to a resource group", () => {
  for (const [name, expected] of [
    ["web", [id(0), hybrid, id(5)]],
    ["hybrid", [hybrid]],
    ["documents", []],
  ] as [string, string[]][]) {
    it(`goes to the managed nodes of ${name} in its Region`, () => {
      const command = send(world(), "Scan", { Targets: [named(name)] });
      expect(command.nodes.map((one) => one.id)).to.deep.equal(expected);
    });
  }

  it("takes shares of the nodes that it goes to", () => {
    const command = send(world(), "Scan", {
      Targets: [named("web")],
      MaxConcurrency: "67%",
      MaxErrors: "34%",
    });
    expect(command).to.include({ concurrency: 2, errorLimit: 1 });
  });

  for (const [what, Targets, code] of [
    ["a group that there is not", [named("none")], "InvalidParameters"],
    ["two groups", [named("web", "hybrid")], "ValidationException"],
    ["no group", [named()], "ValidationException"],
    ["two targets", [named("web"), named("hybrid")], "ValidationException"],
    ["a group and a tag", [named("web"), { Key: "tag:Team", Values: ["web"] }], "ValidationException"],
    ["a tag and a group", [{ Key: "tag:Team", Values: ["web"] }, named("web")], "ValidationException"],
    ["Automation's name for groups", [{ Key: "ResourceGroup", Values: ["web"] }], "NotModelledError"],
    [
      "types",
      [{ Key: "resource-groups:ResourceTypeFilters", Values: ["AWS::EC2::Instance"] }],
      "NotModelledError",
    ],
  ] as [string, SendCommandRequest["Targets"], string][]) {
    it(`is refused with ${what}`, () => {
      expect(errorCode(() => send(world(), "Scan", { Targets }))).to.equal(code);
    });
  }
});
