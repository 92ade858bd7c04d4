import { expect } from "chai";
import { FleetError, loadFleet } from "#lab/fleet/load.js";
import { absent, none } from "#lab/fleet/model.js";
import {
  fleetOf,
  linuxCatalog,
  linuxNode,
  load,
  memoryIo,
  opensslPatch,
  windowsCatalog,
} from "./support/files.js";

function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error("there is none");
  return item;
}

/** Installed index by package name. */
function installedOf(...nodes: readonly unknown[]): Record<string, number | undefined> {
  const node = first(load(fleetOf(...nodes)).nodes);
  return Object.fromEntries(node.catalog.packages.map(({ index, name }) => [name, node.installed[index]]));
}

describe("loadFleet", () => {
  it("forms packages out of Linux patches, oldest version first", () => {
    const [catalog] = load(fleetOf(linuxNode)).catalogs;
    expect(catalog?.packages.map(({ name, patches }) => [name, patches.map(({ id }) => id)])).to.eql([
      ["openssl", ["openssl-1:3.0.8-1.x86_64", "openssl-1:3.0.8-2.x86_64"]],
      ["openssl-libs", ["openssl-libs-1:3.0.8-1.x86_64"]],
      ["httpd", ["httpd-2.4.59-2.x86_64"]],
    ]);
    expect(catalog?.packages[0]?.patches[1]).to.deep.include({
      name: "openssl",
      epoch: "1",
      version: "3.0.8",
      release: "2",
      fullVersion: "1:3.0.8-2",
      title: "openssl.x86_64:1:3.0.8-2",
      released: Date.UTC(2026, 7, 1),
      requires: [{ packageIndex: 1, version: none, exactly: false }],
      installSeconds: 15,
      packageIndex: 0,
      versionIndex: 1,
    });
    expect(catalog?.packages[2]?.patches[0]).to.include({ epoch: "0", title: "httpd.x86_64:0:2.4.59-2" });
  });

  it("leaves the version whole where packages are no RPMs", () => {
    const patch = { ...opensslPatch, arch: "amd64", version: "1:3.0-0ubuntu1" };
    const catalog = { ...linuxCatalog, operatingSystem: "UBUNTU", patches: [patch] };
    const fleet = load({ version: 1, catalogs: { linux: catalog }, nodes: [linuxNode] });
    expect(fleet.catalogs[0]?.packages[0]?.patches[0]).to.include({
      version: "1:3.0-0ubuntu1",
      epoch: undefined,
      release: undefined,
      title: "openssl.amd64:1:3.0-0ubuntu1",
    });
  });

  it("links KBs to chains, wherever they stand in the file", () => {
    const catalog = load(fleetOf(linuxNode)).catalogs[1];
    expect(catalog?.packages.map(({ patches }) => patches.map(({ id }) => id))).to.eql([
      ["KB5039227", "KB5040437", "KB5041160"],
      ["KB890830"],
    ]);
    expect(catalog?.packageIndexes.get("KB5041160")).to.equal(0);
  });

  it("installs what was released up to patchedUntil", () => {
    expect(installedOf(linuxNode)).to.eql({ openssl: 0, "openssl-libs": 0, httpd: none });
    expect(installedOf({ ...linuxNode, patchedUntil: "2026-08-01T00:00Z" }).openssl).to.equal(1);
    expect(installedOf({ ...linuxNode, patchedUntil: "2026-07-31T23:59:59Z" }).openssl).to.equal(0);
  });

  it("leaves out the packages that the node does not have", () => {
    expect(installedOf({ ...linuxNode, packages: ["openssl-libs", "httpd"] })).to.eql({
      openssl: absent,
      "openssl-libs": 0,
      httpd: none,
    });
    expect(Object.values(installedOf({ ...linuxNode, packages: [] }))).to.eql([absent, absent, absent]);
  });

  for (const name of ["openssl", "openssl-1:3.0.8-2", "openssl-3.0.8-2", "openssl-1:3.0.8-2.x86_64"]) {
    it(`adds ${name} by hand`, () => {
      expect(installedOf({ ...linuxNode, packages: [], installed: [name] }).openssl).to.equal(1);
    });
  }

  it("never goes back because of an older version in installed", () => {
    const node = { ...linuxNode, patchedUntil: "2026-12-01", installed: ["openssl-1:3.0.8-1"] };
    expect(installedOf(node).openssl).to.equal(1);
  });

  it("counts a KB together with all that it replaces", () => {
    const node = { ...linuxNode, catalog: "windows", patchedUntil: "2026-06-01", installed: ["KB5040437"] };
    expect(installedOf(node)).to.eql({ KB5039227: 1, KB890830: none });
  });

  it("fills in the defaults", () => {
    const node = first(load(fleetOf(linuxNode)).nodes);
    expect({ ...node, catalog: node.catalog.key, installed: [...node.installed] }).to.eql({
      index: 0,
      id: linuxNode.id,
      name: linuxNode.id,
      region: "us-east-1",
      catalog: "linux",
      tags: {},
      agent: true,
      state: "running",
      ping: "Online",
      offline: [],
      installed: [0, 0, none],
      fails: new Set(),
      speed: 1,
    });
  });

  it("names a node by its name, or else by its Name tag", () => {
    const tagged = { ...linuxNode, tags: { Name: "web-1" } };
    expect(first(load(fleetOf(tagged)).nodes).name).to.equal("web-1");
    expect(first(load(fleetOf({ ...tagged, name: "other" })).nodes).name).to.equal("other");
  });

  it("takes the connection from a stopped node", () => {
    expect(first(load(fleetOf({ ...linuxNode, state: "stopped" })).nodes).ping).to.equal("ConnectionLost");
  });

  it("finds the package of a failing KB by any KB of its chain", () => {
    const fails = ["KB5041160", "KB5039227"];
    const node = first(load(fleetOf({ ...linuxNode, catalog: "windows", fails })).nodes);
    expect([...node.fails]).to.eql([0]);
  });

  it("sorts and joins the times offline", () => {
    const offline = [
      { from: "2026-10-18", to: "2026-10-19" },
      { from: "2026-10-01", to: "2026-10-03" },
      { from: "2026-10-02T12:00Z", to: "2026-10-05T01:00:30Z" },
    ];
    expect(first(load(fleetOf({ ...linuxNode, offline })).nodes).offline).to.eql([
      { from: Date.UTC(2026, 9, 1), to: Date.UTC(2026, 9, 5, 1, 0, 30) },
      { from: Date.UTC(2026, 9, 18), to: Date.UTC(2026, 9, 19) },
    ]);
  });

  it("shares equal tags between nodes, whatever their order", () => {
    const other = { ...linuxNode, id: "i-0a1b2c3d", tags: { B: "2", A: "1" } };
    const fleet = load(fleetOf({ ...linuxNode, tags: { A: "1", B: "2" } }, other));
    expect(fleet.nodes[0]?.tags).to.equal(fleet.nodes[1]?.tags);
    expect(Object.isFrozen(fleet.nodes[0]?.tags)).to.equal(true);
  });

  it("takes keys that every object inherits for ordinary tags", () => {
    const tags = { constructor: "x", toString: "y", hasOwnProperty: "z" };
    expect({ ...first(load(fleetOf({ ...linuxNode, tags })).nodes).tags }).to.eql(tags);
    expect(first(load(fleetOf(linuxNode)).nodes).name).to.equal(linuxNode.id);
  });

  it("reads YAML with anchors, and JSON", () => {
    const yaml = [
      "version: 1",
      "catalogs:",
      `  linux: ${JSON.stringify(linuxCatalog)}`,
      "nodes:",
      "  - { id: i-0a1b2c3d, region: us-east-1, catalog: linux, tags: &t { A: b }, patchedUntil: 2026-07-15 }",
      "  - { id: i-0a1b2c3e, region: us-east-1, catalog: linux, tags: *t, patchedUntil: 2026-07-15 }",
    ];
    expect(load(yaml.join("\n")).nodes.map(({ tags }) => ({ ...tags }))).to.eql([{ A: "b" }, { A: "b" }]);
    expect(load(`\uFEFF${JSON.stringify(fleetOf(linuxNode), null, 2)}`).nodes).to.have.length(1);
  });

  it("reads catalogs from the files that it names, relative to its own", () => {
    const main = { version: 1, catalogFiles: ["cat/a.json", "../b.yaml", "/etc/c.json"], nodes: [linuxNode] };
    const file = (key: string) => JSON.stringify({ version: 1, catalogs: { [key]: windowsCatalog } });
    const io = memoryIo({
      "fleets/main.json": JSON.stringify(main),
      "fleets/cat/a.json": JSON.stringify({ version: 1, catalogs: { linux: linuxCatalog } }),
      "b.yaml": file("b"),
      "/etc/c.json": file("c"),
    });
    const fleet = loadFleet("fleets/main.json", 1, io);
    expect(fleet.catalogs.map(({ key }) => key)).to.eql(["linux", "b", "c"]);
    expect(fleet.source).to.equal("fleets/main.json");
  });

  it("throws one error that lists all problems", () => {
    const bad = { ...linuxNode, ping: "online", speed: 0 };
    const text = JSON.stringify({ ...fleetOf(linuxNode, bad), extra: 1 });
    expect(() => load(text)).to.throw(
      FleetError,
      [
        "fleet.yaml is no usable fleet, 3 problems:",
        '  - fleet.yaml: nodes[1].ping: got "online"; allowed is one of "Online", "ConnectionLost"',
        "  - fleet.yaml: nodes[1].speed: got 0; allowed is at least 0.1",
        "  - fleet.yaml: extra: got 1; allowed is nothing, there is no such key here",
      ].join("\n"),
    );
  });
});
