import { join } from "node:path";
import { expect } from "chai";
import { loadFleet } from "#lab/fleet/load.js";
import { absent, type Catalog, type Fleet, type FleetNode, isHybrid } from "#lab/fleet/model.js";
import { shippedFleets } from "./support/files.js";

const start = Date.UTC(2026, 9, 5);
const end = Date.UTC(2026, 10, 2);

function shipped(file: string): Fleet {
  return loadFleet(join(shippedFleets, file), 1);
}

function patchesOf({ packages }: Catalog) {
  return packages.flatMap(({ patches }) => patches);
}

/** The packages that a node has without those that they require. */
function halfDependencies({ catalog, installed, name }: FleetNode): string[] {
  return patchesOf(catalog)
    .filter(({ packageIndex }) => installed[packageIndex] !== absent)
    .flatMap((patch) => patch.requires.map((required) => ({ patch, required })))
    .filter(({ required }) => installed[required.packageIndex] === absent)
    .map(({ patch }) => `${name}: ${patch.id}`);
}

describe("the shipped catalogs", () => {
  const { catalogs } = shipped("small.yaml");

  for (const catalog of catalogs) {
    it(`${catalog.key} has releases before, in and after the default run`, () => {
      const times = patchesOf(catalog).map(({ released }) => released);
      expect(times.filter((time) => time < start).length).to.be.above(5);
      expect(times.filter((time) => time >= start && time < end).length).to.be.above(2);
      expect(Math.max(...times)).to.be.above(end);
    });

    it(`${catalog.key} never requires what comes out later`, () => {
      for (const patch of patchesOf(catalog)) {
        for (const required of patch.requires) {
          const needed = catalog.packages[required.packageIndex]?.patches[Math.max(required.version, 0)];
          expect(needed?.released, patch.id).to.be.at.most(patch.released);
        }
      }
    });

    it(`${catalog.key} says what approval rules ask for`, () => {
      for (const patch of patchesOf(catalog)) {
        const asked = catalog.operatingSystem === "UBUNTU" ? patch.priority : patch.classification;
        expect(asked, patch.id).not.to.equal(undefined);
      }
    });
  }

  it("chain the cumulative updates of Windows", () => {
    const windows = catalogs.find(({ operatingSystem }) => operatingSystem === "WINDOWS");
    expect(windows?.packages.map(({ patches }) => patches.length)).to.eql([9, 4, 1, 1, 1, 1, 1]);
  });
});

describe("the shipped fleets", () => {
  for (const file of ["small.yaml", "thousand.yaml", "prod.yaml"]) {
    it(`${file} has no half dependencies`, () => {
      expect(shipped(file).nodes.flatMap(halfDependencies)).to.eql([]);
    });
  }

  it("small.yaml has one or two of each trouble among nodes without any, and eight nodes in a central window's Region", () => {
    const { nodes } = shipped("small.yaml");
    const count = (test: (node: FleetNode) => boolean) => nodes.filter(test).length;
    const groups = (value: string | undefined) => count(({ tags }) => tags.PatchGroup === value);
    expect(nodes).to.have.length(49);
    expect({
      stopped: count(({ state }) => state === "stopped"),
      lost: count(({ state, ping }) => state === "running" && ping === "ConnectionLost"),
      agentless: count(({ agent }) => !agent),
      withoutGroup: groups(undefined),
      mistyped: groups("dev-server"),
      rightGroup: groups("dev-servers"),
      withoutEnvironment: count(({ tags }) => tags.Environment === undefined),
      windows: count(({ catalog }) => catalog.operatingSystem === "WINDOWS"),
      hybrid: count(({ id }) => isHybrid(id)),
      failing: count(({ fails }) => fails.size > 0),
      elsewhere: count(({ region }) => region !== "us-east-1"),
      offline: count(({ offline }) => offline.length > 0),
      west: count(({ region }) => region === "us-west-2"),
    }).to.eql({
      stopped: 2,
      lost: 1,
      agentless: 1,
      withoutGroup: 1,
      mistyped: 1,
      rightGroup: 47,
      withoutEnvironment: 1,
      windows: 2,
      hybrid: 3,
      failing: 2,
      elsewhere: 9,
      offline: 1,
      west: 8,
    });
  });

  it("small.yaml is offline over a whole install window on a Saturday", () => {
    const [interval] = shipped("small.yaml").nodes.flatMap(({ offline }) => offline);
    expect(interval).to.eql({ from: Date.UTC(2026, 9, 17, 4), to: Date.UTC(2026, 9, 17, 9) });
    expect(new Date(interval?.from ?? 0).getUTCDay()).to.equal(6);
  });

  it("thousand.yaml follows the seed of the run, prod.yaml its own", () => {
    const ids = (file: string, seed: number) =>
      loadFleet(join(shippedFleets, file), seed).nodes.map(({ id }) => id);
    expect(ids("thousand.yaml", 1)).to.have.length(1000).and.not.eql(ids("thousand.yaml", 2));
    expect(ids("prod.yaml", 1)).to.have.length(68).and.eql(ids("prod.yaml", 2));
  });

  it("prod.yaml has nodes of every group and operating system", () => {
    const { nodes } = shipped("prod.yaml");
    expect(new Set(nodes.map(({ tags }) => tags.PatchGroup))).to.eql(
      new Set(["prod-web", "prod-app", "prod-data"]),
    );
    expect(new Set(nodes.map(({ catalog }) => catalog.operatingSystem)).size).to.equal(3);
  });
});
