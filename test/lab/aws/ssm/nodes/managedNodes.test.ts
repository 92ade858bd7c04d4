import type { Target } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { account, at, errorCode, minute, monday, node, nodes } from "#test/lab/support.js";

function selected(targets: Target[]): string[] {
  const { region } = account([
    node({ id: "web-dev", tags: { App: "web", Stage: "dev" } }),
    node({ id: "web-prod", tags: { App: "web", Stage: "prod" } }),
    node({ id: "api-dev", tags: { App: "api", Stage: "dev" } }),
    node({ id: "bare" }),
    node({ id: "stopped", state: "stopped", tags: { App: "web", Stage: "dev" } }),
    node({ id: "no-agent", agent: false, tags: { App: "web", Stage: "dev" } }),
    node({ id: "far", region: "eu-west-1", tags: { App: "web", Stage: "dev" } }),
  ]);
  return region.nodes.select(targets).map(({ id }) => id);
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `i-${index}`);

describe("targets", () => {
  for (const [what, targets, found] of [
    ["a tag", [{ Key: "tag:App", Values: ["web"] }], ["web-dev", "web-prod", "stopped"]],
    [
      "any of a tag's values",
      [{ Key: "tag:App", Values: ["web", "api"] }],
      ["web-dev", "web-prod", "api-dev", "stopped"],
    ],
    [
      "all of several tags",
      [
        { Key: "tag:App", Values: ["web"] },
        { Key: "tag:Stage", Values: ["dev"] },
      ],
      ["web-dev", "stopped"],
    ],
    [
      "all of several tag keys",
      [{ Key: "tag-key", Values: ["App", "Stage"] }],
      ["web-dev", "web-prod", "api-dev", "stopped"],
    ],
    ["a tag key that nothing has", [{ Key: "tag-key", Values: ["App", "Team"] }], []],
    ["ids", [{ Key: "InstanceIds", Values: ["bare", "api-dev", "far", "no-agent"] }], ["api-dev", "bare"]],
    ["a value in another case", [{ Key: "tag:App", Values: ["Web"] }], []],
    ["a key in another case", [{ Key: "tag:app", Values: ["web"] }], []],
    ["what every object inherits", [{ Key: "tag:constructor", Values: [""] }], []],
    ["no values", [{ Key: "tag:App", Values: [] }], []],
  ] as [string, Target[], string[]][]) {
    it(`select by ${what}`, () => {
      expect(selected(targets)).to.deep.equal(found);
    });
  }

  for (const [what, targets, code] of [
    ["none", [], "ValidationException"],
    ["6 criteria", Array(6).fill({ Key: "tag:App", Values: ["web"] }), "ValidationException"],
    ["5 criteria", Array(5).fill({ Key: "tag:App", Values: ["web"] }), "none"],
    ["50 ids", [{ Key: "InstanceIds", Values: ids(50) }], "none"],
    ["51 ids", [{ Key: "InstanceIds", Values: ids(51) }], "ValidationException"],
    ["a key with a plus", [{ Key: "tag:a+b", Values: ["x"] }], "ValidationException"],
    [
      "a resource group, which the lab does not know",
      [{ Key: "resource-groups:Name", Values: ["x"] }],
      "NotModelledError",
    ],
    ["a made-up key", [{ Key: "tags:App", Values: ["x"] }], "NotModelledError"],
  ] as [string, Target[], string][]) {
    it(`${code === "none" ? "take" : "refuse"} ${what}`, () => {
      expect(errorCode(() => selected(targets))).to.equal(code);
    });
  }
});

describe("a node", () => {
  it("can be reached but for its outages, whose ends belong to it", () => {
    const offline = [
      { from: at("2026-06-01T01:00:00Z"), to: at("2026-06-01T02:00:00Z") },
      { from: at("2026-06-01T02:00:00Z"), to: at("2026-06-01T03:00:00Z") },
    ];
    const { node: found } = account([node({ offline })]);
    const iso = (time: string) =>
      new Date(found(0).reachableFrom(at(time)) ?? Number.NaN).toISOString().slice(11, 19);
    expect(iso("2026-06-01T00:59:59Z")).to.equal("00:59:59");
    expect(iso("2026-06-01T01:00:00Z")).to.equal("03:00:00");
    expect(iso("2026-06-01T02:30:00Z")).to.equal("03:00:00");
    expect(iso("2026-06-01T03:00:00Z")).to.equal("03:00:00");
  });

  it("is lost when an outage begins before its work ends", () => {
    const from = monday + 10 * minute;
    const { node: found } = account([node({ offline: [{ from, to: from + minute }] })]);
    const isLost = (start: number, end: number) =>
      found(0).isLostWithin(monday + start * minute, monday + end * minute);
    expect(isLost(0, 10)).to.equal(false);
    expect(isLost(0, 11)).to.equal(true);
    expect(isLost(11, 12)).to.equal(false);
  });

  it("never comes back when it is stopped or has lost its connection for good", () => {
    const { node: found } = account([node({ state: "stopped" }), node({ connectionLost: true })]);
    expect([found(0).reachableFrom(monday), found(1).reachableFrom(monday)]).to.deep.equal([
      undefined,
      undefined,
    ]);
  });

  it("is in the patch group that either of the two tags says", () => {
    const { node: found } = account([
      node({ tags: { PatchGroup: "a" } }),
      node({ tags: { "Patch Group": "b" } }),
      node({ tags: { patchgroup: "c" } }),
    ]);
    expect([0, 1, 2].map((index) => found(index).patchGroup)).to.deep.equal(["a", "b", undefined]);
  });

  it("does not write into what nodes share", () => {
    const world = account(nodes(2));
    world.node(0).installed[0] = 1;
    expect(world.account.fleet.nodes[0]?.installed[0]).to.equal(0);
  });
});
