import { expect } from "chai";
import { messagesBetween, troubles } from "#functions/exclusion-processor/core/messages.js";
import type { Status, StatusEntry } from "#shared/contract/manifestStatus.js";
import { publication } from "#shared/contract/topicMessage.js";
import { day, entry, node, nodes, now, record, region, World, west } from "./support.js";

function statusEntry(changes: Partial<StatusEntry> = {}): StatusEntry {
  return {
    id: "openssl",
    phase: "in force",
    effect: "reject",
    patches: ["openssl*"],
    action: "BLOCK",
    reason: "handshakes fail",
    owner: "payments@example.com",
    expires: "2026-10-01T00:00:00.000Z",
    takesEffect: {},
    nodes: [{ id: "i-1", region: "us-east-1", from: "web", group: "web.x-0123456789" }],
    baselines: [],
    unknownNodes: [],
    leftAlone: [],
    failedNodes: [],
    notes: [],
    ...changes,
  };
}

function status(changes: Partial<Status> = {}): Status {
  return {
    version: 1,
    key: "exclusions/pay.yaml",
    versionId: "v1",
    verdict: "being applied",
    inForceVersionId: "v1",
    message: [],
    problems: [],
    warnings: [],
    entries: [statusEntry()],
    failedRegions: [],
    ...changes,
  };
}

const about = (last: Status | undefined, next: Status) =>
  messagesBetween(last, next).map(({ subject }) => /exclusions (.*): exclusions/.exec(subject)?.[1]);
const entries = (changes: Partial<StatusEntry>) => status({ entries: [statusEntry(changes)] });

describe("messages", () => {
  const refused = status({ verdict: "refused", versionId: "v2" });
  const held = status({ verdict: "held", versionId: "v2" });
  for (const [what, last, next, expected] of [
    ["of what is applied without trouble", undefined, status(), []],
    ["of a refusal", status(), refused, ["refused"]],
    ["of a refusal that is known", refused, refused, []],
    ["of a further refused version", refused, { ...refused, versionId: "v3" }, ["refused"]],
    ["of a first version that is refused", undefined, refused, ["refused"]],
    ["of a held version", status(), held, ["held"]],
    ["of a held version that is known", held, held, []],
    ["of a held version that is released", held, status({ versionId: "v2" }), []],
    ["of an entry that comes near its end", status(), entries({ phase: "expiring" }), ["expiring"]],
    [
      "of an entry that is near its end still",
      entries({ phase: "expiring" }),
      entries({ phase: "expiring" }),
      [],
    ],
    ["of an entry that begins near its end", undefined, entries({ phase: "expiring" }), []],
    [
      "of an entry that has ended",
      entries({ phase: "expiring" }),
      entries({ phase: "expired", nodes: [] }),
      ["expired"],
    ],
    ["of nodes that nobody knows", status(), entries({ unknownNodes: ["i-9"] }), ["applied with trouble"]],
    [
      "of nodes that nobody has known before",
      entries({ unknownNodes: ["i-9"] }),
      entries({ unknownNodes: ["i-9"] }),
      [],
    ],
    [
      "of a node that is lost while a new version is refused",
      refused,
      status({
        verdict: "refused",
        versionId: "v2",
        entries: [statusEntry({ unknownNodes: ["i-9"] })],
      }),
      ["in trouble"],
    ],
    ["of an entry without nodes", undefined, entries({ nodes: [] }), ["applied with trouble"]],
    [
      "of a Region that fails for a new version",
      undefined,
      status({ failedRegions: [{ region: west, error: "down" }] }),
      ["applied with trouble"],
    ],
    [
      "of a Region that fails for a version in force",
      status(),
      status({ failedRegions: [{ region: west, error: "down" }] }),
      [],
    ],
    ["of what has ended by deletion", status(), status({ verdict: "ended", entries: [] }), []],
  ] as const) {
    it(`${expected.length === 0 ? "are not sent" : "are sent"} ${what}`, () => {
      expect(about(last, next)).to.deep.equal(expected);
    });
  }

  it("say what is wrong, where, and where to read more", () => {
    const problems = [{ message: "got 1", line: 4, column: 7, entry: "openssl" }, { message: "is empty" }];
    const [sent] = messagesBetween(
      undefined,
      status({ verdict: "refused", message: ["Refused."], problems }),
    );
    expect(sent).to.deep.equal({
      subject: "patchplane: exclusions refused: exclusions/pay.yaml",
      text: [
        "exclusions/pay.yaml: refused (version v1)",
        "",
        "- Refused.",
        "- line 4:7: openssl: got 1",
        "- is empty",
        "",
        "All of it is in status/exclusions/pay.yaml.json.",
        "",
      ].join("\n"),
      kind: "exclusions-refused",
      about: "exclusions/pay.yaml",
      resources: ["status/exclusions/pay.yaml.json"],
      facts: { versionId: "v1" },
    });
  });

  it("say when an entry ends, whose it is, and on which nodes", () => {
    const near = entries({ phase: "expiring", ticket: "CHG-1" });
    expect(messagesBetween(status(), near)[0]?.text).to.contain(
      "- openssl ends on 2026-10-01T00:00:00.000Z; then its patches are installed on i-1 (payments@example.com, CHG-1: handshakes fail).",
    );
    const over = entries({ phase: "expired", nodes: [] });
    expect(messagesBetween(near, over)[0]?.text).to.contain(
      "- openssl has ended on 2026-10-01T00:00:00.000Z; its patches are installed again (payments@example.com: handshakes fail).",
    );
  });

  it("have a subject of plain characters that SNS takes, and a text of a few lines", () => {
    const key = `exclusions/${"é".repeat(200)}\n.yaml`;
    const problems = Array.from({ length: 500 }, (_, index) => ({ message: `problem ${index}` }));
    const [sent] = messagesBetween(undefined, status({ key, verdict: "refused", problems }));
    if (sent === undefined) throw new Error("nothing is told");
    expect(publication(sent, "f").Subject).to.match(/^[\x20-\x7e]{96}\.\.\.$/);
    expect(sent?.text.split("\n").length).to.be.below(40);
    expect(sent?.text).to.contain("- and 480 more");
  });

  it("name an entry that ends before a window opens: it keeps nothing off", () => {
    const told = (takesEffect: Record<string, string>) => troubles(entries({ takesEffect }));
    const [early, late] = ["2026-09-27T04:00:00.000Z", "2026-10-04T04:00:00.000Z"];
    expect(told({ [west]: late, "us-east-1": late })).to.deep.equal([
      `openssl: ends on 2026-10-01T00:00:00.000Z, before a window opens at ${late}: it keeps nothing off.`,
    ]);
    for (const times of [{}, { [west]: early }, { [west]: late, "us-east-1": early }])
      expect(told(times), JSON.stringify(times)).to.deep.equal([]);
    expect(told({ [west]: "from the next installation" })).to.deep.equal([]);
    const endsLate = {
      [west]: { from: "2026-10-01T00:00:00.000Z", back: "2026-09-30T23:37:00.000Z" },
    };
    expect(troubles(entries({ takesEffect: { [west]: late }, endsLate, effect: "hold" }))).to.deep.equal([
      "openssl: ends on 2026-10-01T00:00:00.000Z, just before the install window that opens at 2026-10-01T00:00:00.000Z: that is too late for its nodes to be back, so that nothing is installed on its nodes in that window either. To have them back, let it end by 2026-09-30T23:37:00Z.",
    ]);
  });

  it("name trouble once for all nodes that have it", () => {
    const left = ["i-2", "i-3"].map(
      (id) => ({ id, region: "us-east-1", cause: "foreign", why: "was changed" }) as const,
    );
    const failed = ["i-4", "i-5"].map((id) => ({ id, region: "us-east-1", error: "denied" }));
    expect(troubles(entries({ leftAlone: left, failedNodes: failed, unknownNodes: ["i-9"] }))).to.deep.equal([
      "openssl: no Region knows i-9.",
      "openssl: could not move i-4, i-5 (denied); the next run tries again.",
      "openssl: left alone i-2, i-3: was changed.",
    ]);
    const other = [
      { id: "i-2", region: "us-east-1", cause: "noNameApplies", why: "not its system" } as const,
    ];
    expect(troubles(entries({ leftAlone: other }))).to.deep.equal([]);
    expect(troubles(entries({ leftAlone: other, nodes: [] }))).to.deep.equal([
      "openssl: left alone i-2: not its system.",
      "openssl: there is no node for it.",
    ]);
    expect(troubles(entries({ phase: "expired", nodes: [] }))).to.deep.equal([]);
  });
});

describe("people", () => {
  it("are told of the life of an exclusion, each step once", async () => {
    const world = new World(
      [region([node("i-1"), node("i-2"), node("i-3")])],
      record({ maxChangedNodes: 1 }),
    );
    world.upload("pay", entry({ selector: nodes("i-1") }));
    for (let hour = 0; hour < 31 * 24; hour += 12) {
      world.now = now + (hour * day) / 24;
      if (hour === 24) world.uploadText("pay", "bad");
      if (hour === 48) world.upload("pay", entry({ selector: nodes("i-1", "i-2", "i-3") }));
      if (hour === 72) world.upload("pay", entry({ selector: nodes("i-1", "i-9") }));
      await world.run();
    }
    expect(world.told.map(({ subject }) => subject)).to.deep.equal(
      ["refused", "held", "applied with trouble", "expiring", "expired"].map(
        (what) => `patchplane: exclusions ${what}: exclusions/pay.yaml`,
      ),
    );
  });

  it("are told again when telling them failed, since the status was not written", async () => {
    const world = new World([region([node("i-1")])]);
    world.uploadText("pay", "bad");
    const publish = () => Promise.reject(new Error("no topic"));
    const { ok, errors } = await world.run(undefined, (ports) => ({
      ...ports,
      notifier: { publish },
    }));
    expect([ok, errors]).to.deep.equal([
      false,
      ["exclusions/pay.yaml: nobody could be told (Error: no topic)."],
    ]);
    expect(() => world.status("pay")).to.throw("no status");
    await world.run();
    expect(world.told).to.have.lengthOf(1);
    expect(world.status("pay").verdict).to.equal("refused");
  });
});
