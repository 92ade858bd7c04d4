import { expect } from "chai";
import { FleetError, loadFleet } from "#lab/fleet/load.js";
import {
  catalogOf,
  fleetOf,
  linuxCatalog,
  linuxNode,
  load,
  memoryIo,
  opensslPatch,
  problemsOf,
} from "./support/files.js";

const other = { ...linuxNode, id: "i-0a1b2c3d" };
const kb = (name: string, released: string, supersedes?: string) =>
  supersedes === undefined ? { name, released } : { name, released, supersedes };

describe("what loadFleet refuses", () => {
  const cases: readonly (readonly [string, unknown, readonly string[]])[] = [
    ["an empty file", "", ["fleet.yaml: got null; allowed is an object"]],
    ["another version", { ...fleetOf(linuxNode), version: 2 }, ["fleet.yaml: version: got 2; allowed is 1"]],
    [
      "a fleet without nodes",
      fleetOf(),
      ["fleet.yaml: got a fleet without nodes; allowed is nodes, a generate section, or both"],
    ],
    [
      "a number where a string belongs",
      catalogOf("AMAZON_LINUX_2023", [{ ...opensslPatch, version: 3.1 }]),
      [
        "fleet.yaml: catalogs.linux.patches[0].version: got 3.1; allowed is a string (in quotes, where it looks like " +
          "a number or a date)",
      ],
    ],
    [
      "a day that no month has",
      fleetOf({ ...linuxNode, patchedUntil: "2026-02-30" }),
      ['fleet.yaml: nodes[0].patchedUntil: got "2026-02-30"; allowed is a date that exists'],
    ],
    [
      "a Region that is a zone",
      fleetOf({ ...linuxNode, region: "us-east-1a" }),
      ['fleet.yaml: nodes[0].region: got "us-east-1a"; allowed is a Region such as us-east-1'],
    ],
    [
      "a Region that AWS does not have",
      fleetOf({ ...linuxNode, region: "us-esat-1" }, { ...other, region: "moon-darkside-9" }),
      [
        'fleet.yaml: nodes[0].region: got "us-esat-1"; allowed is a Region of AWS; did you mean us-east-1?',
        'fleet.yaml: nodes[1].region: got "moon-darkside-9"; allowed is a Region of AWS; write one such as us-east-1',
      ],
    ],
    [
      "a long value, cut",
      fleetOf({ ...linuxNode, id: "x".repeat(500) }),
      [
        `fleet.yaml: nodes[0].id: got "${"x".repeat(80)}"...; allowed is an id such as i-0a1b2c3d4e5f60718 or ` +
          "mi-0a1b2c3d4e5f60718",
      ],
    ],
    [
      "an unknown catalog",
      fleetOf({ ...linuxNode, catalog: "toString" }),
      ['fleet.yaml: nodes[0].catalog: got "toString"; allowed is one of linux, windows'],
    ],
    [
      "an id that stands twice",
      fleetOf(linuxNode, other, linuxNode),
      [`fleet.yaml: nodes[2].id: got "${linuxNode.id}"; allowed is an id that nodes[0] does not have`],
    ],
    [
      "unknown packages",
      fleetOf({ ...linuxNode, packages: ["nginx"], installed: ["httpd-9"], fails: ["vim"] }),
      [
        'fleet.yaml: nodes[0].packages[0]: got "nginx"; allowed is a package of the catalog linux',
        'fleet.yaml: nodes[0].installed[0]: got "httpd-9"; allowed is a package, version or KB of the catalog linux',
        'fleet.yaml: nodes[0].fails[0]: got "vim"; allowed is a package of the catalog linux',
      ],
    ],
    [
      "an interval that ends before it starts",
      fleetOf({ ...linuxNode, offline: [{ from: "2026-10-02", to: "2026-10-01" }] }),
      ['fleet.yaml: nodes[0].offline[0].to: got "2026-10-01"; allowed is a time after 2026-10-02'],
    ],
    [
      "a hybrid node that is stopped or has no agent",
      fleetOf({ ...linuxNode, id: "mi-0a1b2c3d4e5f60718", state: "stopped", agent: false }),
      [
        'fleet.yaml: nodes[0].state: got "stopped"; allowed is "running": AWS does not know whether a hybrid node ' +
          "runs; write ping: ConnectionLost",
        "fleet.yaml: nodes[0].agent: got false; allowed is true: only an agent makes a server a hybrid node",
      ],
    ],
    [
      "more tags than AWS takes, those of AWS aside",
      fleetOf({
        ...linuxNode,
        tags: Object.fromEntries(
          Array.from({ length: 51 }, (_, at) => [`t${at}`, ""]).concat([["aws:x", ""]]),
        ),
      }),
      ["fleet.yaml: nodes[0].tags: got 51 tags; allowed is at most 50, those of AWS aside"],
    ],
    [
      "a tag key that is too long",
      fleetOf({ ...linuxNode, tags: { [`a b${"c".repeat(126)}`]: "" } }),
      [
        `fleet.yaml: nodes[0].tags["a b${"c".repeat(77)}"...]: got ""; allowed is as a key at most 128 characters`,
      ],
    ],
    [
      "a name and version twice",
      catalogOf("AMAZON_LINUX_2023", [opensslPatch, { ...opensslPatch, arch: "aarch64" }]),
      [
        'fleet.yaml: catalogs.linux.patches[1]: got "openssl 1:3.0.8-1"; allowed is a name and version that ' +
          "patches[0] does not have; one catalog is for one architecture",
      ],
    ],
    [
      "requirements that are not there, or the package itself",
      catalogOf("UBUNTU", [
        { ...opensslPatch, requires: ["libssl3", "openssl", "libc6>=3"] },
        { ...opensslPatch, name: "libc6", version: "2", requires: ["openssl=1:3.0.8-1"] },
      ]),
      [
        'fleet.yaml: catalogs.linux.patches[0].requires[0]: got "libssl3"; allowed is a package of this catalog',
        'fleet.yaml: catalogs.linux.patches[0].requires[1]: got "openssl"; allowed is a package other than its own',
        'fleet.yaml: catalogs.linux.patches[0].requires[2]: got "libc6>=3"; allowed is a version of libc6 that this catalog has: 2',
      ],
    ],
    [
      "values that no approval rule could name",
      catalogOf("UBUNTU", [{ ...opensslPatch, priority: "High" }]),
      [
        'fleet.yaml: catalogs.linux.patches[0].priority: got "High"; allowed is one of Required, Important, ' +
          "Standard, Optional, Extra for UBUNTU",
      ],
    ],
    [
      "Linux patches without version or with a successor",
      catalogOf("SUSE", [{ name: "vim", released: "2026-01-01", supersedes: "vi" }]),
      [
        'fleet.yaml: catalogs.linux.patches[0].supersedes: got "vi"; allowed is nothing: only a KB replaces another one',
        "fleet.yaml: catalogs.linux.patches[0].version: got nothing; allowed is the version of the package",
      ],
    ],
    [
      "KBs that are none",
      catalogOf("WINDOWS", [{ ...kb("MS17-010", "2026-01-01"), version: "1" }]),
      [
        'fleet.yaml: catalogs.linux.patches[0].name: got "MS17-010"; allowed is a KB number such as KB5034129',
        'fleet.yaml: catalogs.linux.patches[0].version: got "1"; allowed is no version, a KB has none',
      ],
    ],
    [
      "chains that fork, start nowhere or go back in time",
      catalogOf("WINDOWS", [
        kb("KB5000001", "2026-02-01"),
        kb("KB5000002", "2026-03-01", "KB5000001"),
        kb("KB5000003", "2026-03-01", "KB5000001"),
        kb("KB5000004", "2026-03-01", "KB4999999"),
        kb("KB5000005", "2026-01-01", "KB5000002"),
      ]),
      [
        'fleet.yaml: catalogs.linux.patches[2].supersedes: got "KB5000001"; allowed is a KB that no other one ' +
          "supersedes; KB5000002 does",
        'fleet.yaml: catalogs.linux.patches[3].supersedes: got "KB4999999"; allowed is a KB of this catalog',
        'fleet.yaml: catalogs.linux.patches[4].supersedes: got "KB5000002"; allowed is a KB that was not released later',
      ],
    ],
    [
      "circles of KBs",
      catalogOf("WINDOWS", [
        kb("KB5000001", "2026-02-01", "KB5000002"),
        kb("KB5000002", "2026-02-01", "KB5000001"),
        kb("KB5000003", "2026-02-01", "KB5000003"),
      ]),
      ["KB5000002", "KB5000001", "KB5000003"].map(
        (name, at) =>
          `fleet.yaml: catalogs.linux.patches[${at}].supersedes: got "${name}"; allowed is a KB that does not lead ` +
          "back to this one",
      ),
    ],
    [
      "more versions than fit",
      catalogOf(
        "SUSE",
        Array.from({ length: 128 }, (_, at) => ({ ...opensslPatch, version: `1.${at}` })),
      ),
      [
        'fleet.yaml: catalogs.linux.patches: got 128 versions; allowed is at most 127 versions, of "openssl" as well',
      ],
    ],
  ];
  for (const [what, content, problems] of cases) {
    it(what, () => expect(problemsOf(content)).to.eql(problems));
  }

  it("also finds what does not fit together beside what has the wrong shape", () => {
    const broken = { ...linuxCatalog, product: 1 };
    const content = {
      version: 1,
      catalogs: { linux: linuxCatalog, broken },
      nodes: [
        { ...linuxNode, id: 5 },
        { ...other, packages: ["nginx"] },
        { ...linuxNode, catalog: "broken" },
      ],
    };
    expect(problemsOf(content).map((problem) => problem.split(": ")[1])).to.have.members([
      "catalogs.broken.product",
      "nodes[0].id",
      "nodes[1].packages[0]",
    ]);
  });

  it("a catalog that stands in two files", () => {
    const catalogs = { linux: linuxCatalog };
    const io = memoryIo({
      "f.json": JSON.stringify({ version: 1, catalogs, catalogFiles: ["c.json"], nodes: [linuxNode] }),
      "c.json": JSON.stringify({ version: 1, catalogs }),
    });
    expect(() => loadFleet("f.json", 1, io)).to.throw(
      FleetError,
      'c.json: catalogs.linux: got "linux"; allowed is a key that f.json does not use',
    );
  });

  it("a catalog file that is missing, without blaming the nodes", () => {
    const main = { version: 1, catalogFiles: ["none.yaml"], nodes: [linuxNode] };
    expect(problemsOf(main)).to.eql(["none.yaml: cannot be read: ENOENT"]);
  });

  it("a catalog file that is none, without a word of what is in it", () => {
    const main = (file: string) => ({ version: 1, catalogFiles: [file], nodes: [linuxNode] });
    expect(problemsOf(main("/etc/passwd"))).to.eql([
      'fleet.yaml: catalogFiles[0]: got "/etc/passwd"; allowed is a file that ends in .yaml, .yml or .json',
      'fleet.yaml: nodes[0].catalog: got "linux"; allowed is a catalog, and this fleet has none',
    ]);
    const io = memoryIo({ "f.json": JSON.stringify(main("s.yaml")), "s.yaml": "the secret of the house\n" });
    expect(() => loadFleet("f.json", 1, io))
      .to.throw(FleetError, "s.yaml: is no file of catalogs")
      .with.property("message")
      .that.does.not.contain("secret");
  });

  it("no more than 200 problems in one message, and says how many there are", () => {
    const nodes = Array.from({ length: 1000 }, () => ({}));
    try {
      load(fleetOf(...nodes));
      expect.fail("it was accepted");
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      expect(error.problems).to.have.length(4000);
      expect(error.message.split("\n")).to.have.length(202);
      expect(error.message).to.match(/and 3800 more problems$/);
    }
  });
});
