import { expect } from "chai";
import fc from "fast-check";
import { FleetError, type FleetIo, loadFleet } from "#lab/fleet/load.js";
import { size } from "#test/support/size.js";
import { fleetOf, linuxNode, load, problemsOf } from "./support/files.js";

const mib = 1024 * 1024;

/** Nothing but a fleet or a FleetError comes of it. */
function survives(content: unknown): void {
  try {
    load(content);
  } catch (error) {
    expect(error).to.be.instanceOf(FleetError);
  }
}

describe("loadFleet and hostile bytes", () => {
  const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
    ["bad YAML", "version: 1\nnodes: [\n  {a: b", "fleet.yaml: line 3, column 8: "],
    ["bad JSON", '{"version": 1,\n "nodes": [}', "fleet.yaml: line 2, column 12: "],
    ["two documents", "version: 1\n---\nversion: 1", "fleet.yaml: line 2, column 1: "],
    [
      "a key twice in YAML",
      "version: 1\nversion: 1",
      "fleet.yaml: line 2, column 1: Map keys must be unique",
    ],
    [
      "a key twice in JSON",
      '{"nodes": [],\n  "a\\u0062": {"x": [{"ab": 1}]}, "ab": 1}',
      'fleet.yaml: line 2, column 34: the key "ab" stands twice in one object',
    ],
    ["a tag that means nothing", "version: !foo 1", "fleet.yaml: line 1, column 10: Unresolved tag: !foo"],
    [
      "text that is not UTF-8",
      Uint8Array.of(0x61, 0xff, 0xfe),
      "fleet.yaml: cannot be read: it is not UTF-8 text",
    ],
    [
      "a circle of aliases",
      "a: &a\n  [*a]",
      "line 2, column 4: an alias inside of what an anchor stands for",
    ],
    [
      "a chain of aliases",
      Array.from({ length: 5000 }, (_, at) => `a${at}: &a${at} [${at === 0 ? "" : `*a${at - 1}`}]`).join(
        "\n",
      ),
      "line 2, column 10: an alias inside of what an anchor stands for",
    ],
    ["an unknown alias", "a: *b", "fleet.yaml: "],
    ["ten thousand brackets", "[".repeat(10_000), "fleet.yaml: "],
    ["ten thousand closed brackets", "[".repeat(10_000) + "]".repeat(10_000), "fleet.yaml: "],
    ["ten thousand levels of YAML", "- ".repeat(10_000), "fleet.yaml: "],
    [
      "__proto__ in JSON",
      '{"version": 1, "nodes": [{"__proto__": {"a": 1}}]}',
      "nodes[0].__proto__: this key",
    ],
    ["__proto__ in YAML", "catalogs:\n  __proto__: {a: 1}", "catalogs.__proto__: this key is not allowed"],
    [
      "more aliases than can be resolved",
      `a: &a 1\nb: [${"*a, ".repeat(10_001)}]`,
      "fleet.yaml: got 10001 YAML aliases; allowed is at most 10000; use generate",
    ],
    ["YAML of 17 MiB", `#${" ".repeat(17 * mib)}`, "fleet.yaml: got YAML of more than 16 MiB"],
  ];
  for (const [what, content, problem] of cases) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(content);
      expect(problems[0]).to.contain(problem);
      expect(Object.hasOwn(Object.prototype, "a")).to.equal(false);
    });
  }

  it("refuses a bomb of aliases before it goes off", () => {
    const level = (at: number) =>
      `l${at}: &l${at} [${Array.from({ length: 10 }, () => `*l${at - 1}`).join(", ")}]`;
    const bomb = ["l0: &l0 [x, x]", ...Array.from({ length: 9 }, (_, at) => level(at + 1))].join("\n");
    expect(problemsOf(bomb)[0]).to.contain("an alias inside of what an anchor stands for");
  });

  it("refuses a leaf of aliases that is large by their number", () => {
    const bomb = `a: &a [${"x, ".repeat(20_000)}]\nb: [${"*a, ".repeat(9_000)}]`;
    expect(problemsOf(bomb)[0]).to.contain("more than 10000000 values, with all aliases expanded");
  });

  const stat = (size: number) => ({ size, isFile: () => true });
  const noBytes = () => new Uint8Array();

  it("does not read a file of more than 64 MiB", () => {
    const io: FleetIo = {
      statSync: () => stat(64 * mib + 1),
      readFileSync: () => expect.fail("it was read"),
    };
    expect(() => loadFleet("f", 1, io)).to.throw(
      FleetError,
      "f: got a file of 65 MiB; allowed is at most 64 MiB",
    );
  });

  it("refuses a file that has grown since", () => {
    const io: FleetIo = { statSync: () => stat(1), readFileSync: () => new Uint8Array(64 * mib + 1) };
    expect(() => loadFleet("f", 1, io)).to.throw(FleetError, "allowed is at most 64 MiB");
  });

  it("refuses what is no file", () => {
    const io: FleetIo = { statSync: () => ({ size: 0, isFile: () => false }), readFileSync: noBytes };
    expect(() => loadFleet("f", 1, io)).to.throw(FleetError, "it is no regular file");
    expect(() => loadFleet(import.meta.dirname, 1)).to.throw(FleetError, "it is no regular file");
    expect(() => loadFleet("no/such/file.yaml", 1)).to.throw(FleetError, "cannot be read: ENOENT");
    expect(() => loadFleet("a\0b", 1)).to.throw(FleetError, "cannot be read: ERR_INVALID_ARG_VALUE");
  });

  it("throws nothing but FleetError, for any bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survives), { numRuns: size(10, 500) });
  });

  it("throws nothing but FleetError, for any text of YAML's signs", () => {
    const signs = "&*!|>'\"%@`{}[],?:-#\n ab1~<=\t\\";
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...signs), maxLength: 60 }), survives), {
      numRuns: size(10, 2000),
    });
  });

  it("throws nothing but FleetError, for any JSON", () => {
    fc.assert(fc.property(fc.json(), survives), { numRuns: size(10, 500) });
  });

  it("throws nothing but FleetError, for a fleet with one value replaced", () => {
    const generate = {
      count: 3,
      regions: { "us-east-1": 1 },
      catalogs: { linux: 1, windows: 1 },
      tags: [{ weight: 1, tags: { PatchGroup: "a" } }],
      patchedUntil: { from: "2026-01-01", to: "2026-12-01" },
    };
    const whole = JSON.stringify({ ...fleetOf(linuxNode), generate });
    const values = [...whole.matchAll(/"(?:[^"\\]|\\.)*"|\d+|\[[^[\]]*\]|\{[^{}]*\}/g)];
    fc.assert(
      fc.property(fc.constantFrom(...values), fc.json({ maxDepth: 1 }), ({ index, 0: found }, value) => {
        survives(whole.slice(0, index) + value + whole.slice(index + found.length));
      }),
      { numRuns: size(10, 2000) },
    );
  });
});
