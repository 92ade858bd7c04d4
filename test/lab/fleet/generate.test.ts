import { expect } from "chai";
import { absent, type FleetNode, isHybrid } from "#lab/fleet/model.js";
import { fleetOf, linuxNode, load, problemsOf } from "./support/files.js";

const generate = {
  count: 1000,
  regions: { "us-east-1": 3, "eu-west-1": 1 },
  catalogs: { linux: 1, windows: 1 },
  tags: [
    { weight: 9, tags: { PatchGroup: "dev servers", Environment: "dev" } },
    { weight: 1, tags: {} },
  ],
  patchedUntil: { from: "2026-06-01", to: "2026-09-30" },
};

function fleetWith(changes: object, ...nodes: readonly unknown[]) {
  return { ...fleetOf(...nodes), generate: { ...generate, ...changes } };
}

function nodesWith(changes: object, seed = 1): readonly FleetNode[] {
  return load(fleetWith(changes), seed).nodes;
}

function shareOf(nodes: readonly FleetNode[], test: (node: FleetNode) => boolean): number {
  return nodes.filter(test).length / nodes.length;
}

/** A node without what it shares, for comparisons. */
function flat(node: FleetNode) {
  return { ...node, catalog: node.catalog.key, installed: [...node.installed], fails: [...node.fails] };
}

describe("generated nodes", () => {
  it("repeat themselves for the same seed", () => {
    expect(nodesWith({}, 5).map(flat)).to.eql(nodesWith({}, 5).map(flat));
    expect(nodesWith({}, 5).map(flat)).not.to.eql(nodesWith({}, 6).map(flat));
  });

  it("follow their own seed before that of the run", () => {
    expect(nodesWith({ seed: 5 }, 1).map(flat)).to.eql(nodesWith({}, 5).map(flat));
  });

  it("stay as they are when there are more of them, whatever is drawn", () => {
    const all = { hybridShare: 0.2, stoppedShare: 0.2, connectionLostShare: 0.2, failingShare: 0.5 };
    const many = nodesWith(all).slice(0, 50).map(flat);
    expect(nodesWith({ ...all, count: 50 }).map(flat)).to.eql(many);
  });

  it("have ids and names of their own, in the form of AWS", () => {
    const nodes = nodesWith({ count: 20_000, hybridShare: 0.5 });
    expect(new Set(nodes.map(({ id }) => id.replace("mi-", "i-"))).size).to.equal(20_000);
    expect(new Set(nodes.map(({ name }) => name)).size).to.equal(20_000);
    for (const { id } of nodes) expect(id).to.match(/^m?i-0[0-9a-f]{16}$/);
    expect(nodes[0]?.name).to.match(/^(dev-servers|node)-(use1|euw1)-00001$/);
  });

  it("come after those of the file and avoid their ids", () => {
    const id = nodesWith({})[0]?.id;
    const fleet = load(fleetWith({}, { ...linuxNode, id }));
    expect(fleet.nodes.map(({ index }) => index)).to.eql(Array.from({ length: 1001 }, (_, at) => at));
    expect(fleet.nodes.filter((node) => node.id === id)).to.have.length(1);
    expect(fleet.nodes.slice(2).map(({ id }) => id)).to.eql(
      nodesWith({})
        .slice(1)
        .map(({ id }) => id),
    );
  });

  it("follow the weights", () => {
    const nodes = nodesWith({ count: 10_000 });
    expect(shareOf(nodes, ({ region }) => region === "us-east-1")).to.be.within(0.73, 0.77);
    expect(shareOf(nodes, ({ catalog }) => catalog.key === "linux")).to.be.within(0.48, 0.52);
    expect(shareOf(nodes, ({ tags }) => tags.Environment === "dev")).to.be.within(0.88, 0.92);
    expect(new Set(nodes.map(({ tags }) => tags)).size, "tag objects").to.equal(2);
  });

  it("follow the shares", () => {
    const shares = { hybridShare: 0.5, noAgentShare: 0.1, stoppedShare: 0.2, connectionLostShare: 0.3 };
    const nodes = nodesWith({ count: 10_000, failingShare: 0.4, ...shares });
    const hybrid = nodes.filter(({ id }) => isHybrid(id));
    const ec2 = nodes.filter(({ id }) => !isHybrid(id));
    expect(hybrid.length).to.be.within(4800, 5200);
    expect(shareOf(hybrid, ({ agent, state }) => agent && state === "running")).to.equal(1);
    expect(shareOf(hybrid, ({ ping }) => ping === "ConnectionLost")).to.be.within(0.27, 0.33);
    expect(shareOf(ec2, ({ agent }) => !agent)).to.be.within(0.08, 0.12);
    expect(shareOf(ec2, ({ state }) => state === "stopped")).to.be.within(0.18, 0.22);
    expect(shareOf(ec2, ({ ping }) => ping === "ConnectionLost")).to.be.within(0.47, 0.53);
    expect(shareOf(nodes, ({ fails }) => fails.size === 1)).to.be.within(0.38, 0.42);
  });

  it("are all well when no share says otherwise", () => {
    const well = ({ agent, state, ping, fails }: FleetNode) =>
      agent && state === "running" && ping === "Online" && fails.size === 0;
    expect(shareOf(nodesWith({}), well)).to.equal(1);
  });

  it("fail at packages that they have, and that are not up to date where there are such", () => {
    for (const { catalog, installed, fails } of nodesWith({ failingShare: 1 })) {
      const behind = (index: number) => {
        const at = installed[index] ?? absent;
        return at !== absent && at < (catalog.packages[index]?.patches.length ?? 0) - 1;
      };
      const anyBehind = catalog.packages.some(({ index }) => behind(index));
      for (const index of fails) {
        expect(installed[index]).not.to.equal(absent);
        if (anyBehind) expect(behind(index)).to.equal(true);
      }
    }
  });

  it("have what their packages require, and the base packages", () => {
    const nodes = nodesWith({ packageShare: 0.3, basePackages: ["httpd"], catalogs: { linux: 1 } });
    const cell = ({ catalog, installed }: FleetNode, name: string) =>
      installed[catalog.packageIndexes.get(name) ?? -1] !== absent;
    expect(shareOf(nodes, (node) => cell(node, "httpd"))).to.equal(1);
    expect(shareOf(nodes, (node) => cell(node, "openssl"))).to.be.within(0.25, 0.35);
    // By itself or because openssl needs it: 1 - 0.7 * 0.7.
    expect(shareOf(nodes, (node) => cell(node, "openssl-libs"))).to.be.within(0.46, 0.56);
    expect(shareOf(nodes, (node) => cell(node, "openssl") && !cell(node, "openssl-libs"))).to.equal(0);
  });

  it("have every KB apply on Windows", () => {
    const nodes = nodesWith({ packageShare: 0, catalogs: { windows: 1 } });
    expect(shareOf(nodes, ({ installed }) => installed.includes(absent))).to.equal(0);
  });

  it("are patched up to dates all over the span, and durations differ", () => {
    const nodes = nodesWith({ packageShare: 1, catalogs: { linux: 1 } });
    expect(new Set(nodes.map(({ installed }) => installed[0]))).to.eql(new Set([-1, 0, 1]));
    expect(new Set(nodes.map(({ speed }) => speed)).size).to.be.above(50);
    for (const { speed } of nodes) expect(speed).to.be.within(0.75, 1.75);
  });

  const cases: readonly (readonly [string, object, string])[] = [
    ["weights that are all zero", { regions: { "us-east-1": 0 } }, "regions: got weights with a sum of 0; "],
    ["no Region", { regions: {} }, "regions: got weights with a sum of 0; "],
    [
      "a Region that is none",
      { regions: { mars: 1 } },
      "regions.mars: got 1; allowed is as a key a Region such as",
    ],
    [
      "an unknown catalog",
      { catalogs: { constructor: 1 } },
      'catalogs.constructor: got "constructor"; allowed is one of',
    ],
    [
      "a span that ends before it starts",
      { patchedUntil: { from: "2026-02-01", to: "2026-01-01" } },
      'patchedUntil.to: got "2026-01-01"; allowed is 2026-02-01 or later',
    ],
    ["shares above the whole", { stoppedShare: 0.6, noAgentShare: 0.6 }, "got shares with a sum of 1.2; "],
    [
      "an unknown base package",
      { basePackages: ["vi"] },
      'basePackages[0]: got "vi"; allowed is a package of "linux, windows"',
    ],
    [
      "too many tags",
      {
        tags: [{ weight: 1, tags: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`${at}`, ""])) }],
      },
      "tags[0].tags: got 51 tags; allowed is at most 50",
    ],
  ];
  for (const [what, changes, problem] of cases) {
    it(`refuse ${what}`, () => {
      const problems = problemsOf(fleetWith(changes));
      expect(problems).to.have.length(1);
      expect(problems[0]).to.contain(problem);
    });
  }
});
