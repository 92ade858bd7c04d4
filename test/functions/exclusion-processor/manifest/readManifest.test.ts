import { expect } from "chai";
import { parse } from "yaml";
import type { Entry } from "#functions/exclusion-processor/core/model.js";
import { edited, entriesOf, goodYaml, read, uploadedAt, warningsOf, withEntry } from "./support/manifests.js";

const payments: Entry = {
  id: "payments-openssl",
  selector: { kind: "nodes", ids: ["i-0a1b2c3d4e5f60718"] },
  effect: { kind: "reject", patches: ["openssl*"], action: "BLOCK" },
  reason: "TLS handshake fails with 3.2.2",
  owner: "payments@example.com",
  ticket: "CHG-1234",
  expiresAt: Date.UTC(2026, 11, 1, 23),
  regions: ["us-east-1"],
  line: 3,
};

const ledger: Entry = {
  id: "ledger-freeze",
  selector: { kind: "tags", tags: { App: ["ledger"], Env: ["prod", "dr"] } },
  effect: { kind: "hold" },
  reason: "quarter end",
  owner: "ledger team",
  expiresAt: Date.UTC(2026, 9, 5, 16),
  regions: ["us-east-1", "eu-west-1"],
  line: 12,
};

/** The one entry of a manifest. */
function only(text: string, key?: string): Entry {
  const [entry, ...others] = entriesOf(text, key);
  if (entry === undefined || others.length > 0) throw new Error(`${others.length} others`);
  return entry;
}

const members = [
  "patches: [openssl*, KB5034439]",
  "nodes: [i-0a1b2c3d]",
  "reason: r",
  "owner: o",
  "expires: 2026-12-01",
];

describe("readManifest", () => {
  it("reads every key of a manifest in YAML", () => {
    for (const key of ["exclusions/a.yaml", "b.yml", "exclusions/deep/er/c.yaml"]) {
      expect(entriesOf(goodYaml, key)).to.eql([payments, ledger]);
    }
  });

  it("reads the same in JSON", () => {
    const text = JSON.stringify(parse(goodYaml), null, 2);
    const lines = entriesOf(text, "m.json").map(({ line }) => line);
    expect(lines).to.eql([4, 21]);
    const unplaced = ({ line: _, ...entry }: Entry) => entry;
    expect(entriesOf(text, "m.json").map(unplaced)).to.eql([payments, ledger].map(unplaced));
  });

  it("gives the same result for bytes, a byte order mark, other line ends and comments", () => {
    const { line: _, ...same } = ledger;
    for (const text of [`\ufeff${goodYaml}`, goodYaml.replaceAll("\n", "\r\n"), `${goodYaml}\n# end\n`]) {
      expect(entriesOf(text)).to.eql([payments, ledger]);
      expect(entriesOf(new TextEncoder().encode(text))).to.eql([payments, ledger]);
    }
    const inJson = `\ufeff${JSON.stringify(parse(goodYaml))}`;
    expect(entriesOf(inJson, "m.json")).to.have.length(2);
    expect(entriesOf(new TextEncoder().encode(inJson), "m.json")).to.have.length(2);
    expect(entriesOf(`# yaml-language-server: $schema=x\n${goodYaml}`)[1]).to.deep.include(same);
  });

  it("reads a manifest without entries, which is no error", () => {
    expect(entriesOf("version: 1\nexclusions: []")).to.eql([]);
    expect(entriesOf('{"$schema": "x", "version": 1, "exclusions": []}', "m.json")).to.eql([]);
  });

  it("blocks unless the action says otherwise", () => {
    const effect = (...more: readonly string[]) => only(withEntry(...members, ...more)).effect;
    const patches = ["openssl*", "KB5034439"];
    expect(effect()).to.eql({ kind: "reject", patches, action: "BLOCK" });
    expect(effect("action: block")).to.eql({ kind: "reject", patches, action: "BLOCK" });
    const action = "ALLOW_AS_DEPENDENCY";
    expect(effect("action: allow-as-dependency")).to.eql({ kind: "reject", patches, action });
  });

  it("leaves out what is not there", () => {
    const entry = only(withEntry(...members));
    expect(Object.hasOwn(entry, "ticket")).to.equal(false);
    expect(entry.regions).to.eql(["us-east-1", "eu-west-1"]);
  });

  it("takes what YAML 1.1 would misread for the text that it is", () => {
    const entry = only(
      withEntry(
        "patches: [on, no, y, 0xfoo]",
        "tags: { on: yes, no: [off, n, 1_000, 12:30:45] }",
        "reason: on",
        "owner: no",
        "ticket: 2026-12-31T00:00:00Z",
        "expires: 2026-12-01",
        "action: block",
      ),
    );
    expect(entry).to.deep.include({ reason: "on", owner: "no", ticket: "2026-12-31T00:00:00Z" });
    expect(entry.selector).to.eql({
      kind: "tags",
      tags: { on: ["yes"], no: ["off", "n", "1_000", "12:30:45"] },
    });
    expect(entry.effect).to.deep.include({ patches: ["on", "no", "y", "0xfoo"] });
  });

  it("stays with YAML 1.2 whatever version a file declares", () => {
    const yaml11 = `%YAML 1.1\n---\n${edited("quarter end", "yes")}`;
    expect(entriesOf(yaml11)[1]?.reason).to.equal("yes");
  });

  it("takes numbers in quotes, folded texts and explicit texts", () => {
    const entry = only(
      withEntry(
        ...members.slice(0, 2),
        "reason: >-",
        "  one",
        "  two",
        "owner: !!str 1234",
        'ticket: "0777"',
        "expires: '2026-12-01'",
      ),
    );
    expect(entry).to.deep.include({ reason: "one two", owner: "1234", ticket: "0777" });
  });

  it("changes no text", () => {
    const reason = "  Ångström A\u030angstro\u0308m 😀 ﬁ ";
    expect(
      only(
        withEntry(
          ...members.filter((line) => !line.startsWith("reason")),
          `reason: ${JSON.stringify(reason)}`,
        ),
      ).reason,
    ).to.equal(reason);
  });

  it("follows aliases", () => {
    const text = [
      "version: 1",
      "exclusions:",
      "  - { id: a, patches: &p [openssl*], nodes: &n [i-0a1b2c3d], reason: &r r, owner: o, expires: 2026-12-01 }",
      "  - { id: b, patches: *p, nodes: *n, reason: *r, owner: o, expires: 2026-12-01 }",
    ].join("\n");
    const [a, b] = entriesOf(text);
    expect(b).to.eql({ ...a, id: "b", line: 4 });
  });

  it("takes nodes of both kinds and both lengths, and a thousand of them", () => {
    const ids = ["i-0a1b2c3d", "i-0a1b2c3d4e5f60718", "mi-0123456789abcdef0"];
    const thousand = Array.from({ length: 1000 }, (_, at) => `i-${10_000_000 + at}`);
    for (const nodes of [ids, thousand]) {
      const text = withEntry(
        ...members.map((line) => (line.startsWith("nodes") ? `nodes: [${nodes}]` : line)),
      );
      expect(only(text).selector).to.eql({ kind: "nodes", ids: nodes });
    }
  });

  it("takes every value to the edge of what is allowed", () => {
    const edges = [
      `id: ${"a".repeat(64)}`,
      `patches: [${Array.from({ length: 50 }, (_, at) => `a${at}${"b".repeat(100 - 3)}`.slice(0, 100))}]`,
      `tags: { ${"k".repeat(128)}: ${"v".repeat(256)}, b: "", c: [${Array.from({ length: 20 }, (_, at) => `v${at}`)}], d: ü/@=+ }`,
      `reason: ${"r".repeat(500)}`,
      `owner: ${"o".repeat(128)}`,
      `ticket: ${"t".repeat(64)}`,
      "expires: 2026-12-29T11:00:00+01:00",
    ];
    const text = ["version: 1", "exclusions:", `  - ${edges.join("\n    ")}`].join("\n");
    expect(only(text).expiresAt).to.equal(uploadedAt + 90 * 86_400_000);
  });

  it("goes by the stack's rules and by nothing else", () => {
    const linux = { operatingSystems: ["UBUNTU"] };
    expect(read(withEntry(...members), "m.yaml", linux).ok).to.equal(false);
    expect(read(goodYaml, "m.yaml", { regions: ["eu-west-1"] }).ok).to.equal(false);
    expect(read(goodYaml, "m.yaml", { maxExclusionDays: 30 }).ok).to.equal(false);
    expect(read(goodYaml, "m.yaml", { timezone: "UTC" }).ok).to.equal(true);
    expect(entriesOf(goodYaml, "m.yaml", { timezone: "UTC" })[0]?.expiresAt).to.equal(Date.UTC(2026, 11, 2));
  });

  it("warns of names that dnf installs as a dependency, where they are blocked", () => {
    const text = (action: string) =>
      withEntry("patches: [kernel, httpd*]", ...members.slice(1), `action: ${action}`);
    expect(warningsOf(text("block"))).to.eql([
      '4:15: warning: patches[0]: "kernel" does not keep the package out of AMAZON_LINUX_2023 where another one needs it, or one of the same source brings it along; "kernel*" does',
    ]);
    expect(warningsOf(text("allow-as-dependency"))).to.eql([]);
  });

  it("warns of base libraries that freeze most of a node, where they are blocked", () => {
    const [warning, ...more] = warningsOf(withEntry("patches: [httpd*, openssl*]", ...members.slice(1)));
    expect(warning).to.match(
      /^4:23: warning: patches\[1\]: "openssl\*" with block freezes on AMAZON_LINUX_2023 /,
    );
    expect(more).to.eql([]);
  });
});
