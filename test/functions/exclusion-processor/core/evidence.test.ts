import { expect } from "chai";
import {
  type Expected,
  evidenceAfter,
  evidenceOf,
  type Reading,
  type Report,
} from "#functions/exclusion-processor/core/evidence.js";
import type { Told } from "#functions/exclusion-processor/core/promiseSpans.js";

const day = 86_400_000;
const blocked: Expected = { isHeld: false, baselineIds: new Set(["pb-own"]), since: 1_000 };
const held: Expected = { ...blocked, isHeld: true };
const report: Report = {
  id: "i-1",
  operation: "Install",
  startedAt: 2_500,
  endedAt: Date.parse("2026-10-10T05:00:00Z"),
  baselineId: "pb-own",
  snapshotId: "s-1",
};

/** What a node's last run came to, and what it says of a promise. */
const rows: readonly [title: string, expected: Expected, report: Partial<Report>, says: string][] = [
  ["an installation with the cohort's baseline", blocked, {}, "proved"],
  ["a scan with the cohort's baseline", blocked, { operation: "Scan" }, "proved"],
  ["a scan of a held node", held, { operation: "Scan" }, "proved"],
  ["a scan with another baseline", blocked, { operation: "Scan", baselineId: "pb-base" }, "none"],
  [
    "an installation with another baseline",
    blocked,
    { baselineId: "pb-base" },
    "breach: installed with pb-base, which",
  ],
  [
    "an installation of a list of its own",
    blocked,
    { overrideList: "s3://b/list.yaml" },
    "breach: installed the list s3://b/list.yaml",
  ],
  ["the turn of a node that waited in a run as it was held", held, {}, "none"],
  [
    "any installation of a node that is held for longer than a window",
    held,
    { startedAt: 1_000 + day },
    "breach: installed although it is held",
  ],
  [
    "an installation of a held node with another baseline",
    held,
    { baselineId: "pb-base" },
    "breach: installed although it is held, with pb-base",
  ],
  ["one that began before the promise", blocked, { baselineId: "pb-base", startedAt: 999 }, "none"],
];

describe("what a node's last run says of a promise", () => {
  for (const [title, expected, changes, says] of rows) {
    it(`${title}: ${says}`, () => {
      const found = evidenceOf(expected, { ...report, ...changes });
      expect(found.kind === "breach" ? `breach: ${found.why}` : found.kind).to.satisfy((text: string) =>
        text.startsWith(says),
      );
    });
  }
});

describe("what is kept of a Region's evidence", () => {
  const [monday, tuesday, friday, saturday, sunday] = [5, 6, 9, 10, 11].map((date) =>
    Date.parse(`2026-10-${String(date).padStart(2, "0")}T00:37:00.000Z`),
  ) as [number, number, number, number, number];
  const iso = (time: number) => new Date(time).toISOString();
  const group = "web.x-0123456789";
  const registered = new Map([
    [group, new Set(["pb-own"])],
    ["web.hold", new Set(["pb-hold"])],
  ]);
  const promised = (...ids: string[]) => new Map(ids.map((id) => [id, group]));
  const told = (nodes: ReadonlyMap<string, string>, at: number, changes: Partial<Told> = {}): Told => ({
    promised: nodes,
    found: nodes,
    registered,
    now: at,
    ...changes,
  });
  const endedAt = Date.parse("2026-10-08T04:30:00Z");
  const reading = (...reports: Partial<Report>[]): Reading => ({
    keeping: () => new Set(),
    reports: reports.map((changes) => ({ ...report, startedAt: endedAt - 60_000, endedAt, ...changes })),
  });
  const keptAfter = (...args: Parameters<typeof evidenceAfter>) => evidenceAfter(...args).evidence;
  const first = keptAfter(undefined, told(promised("i-1", "i-2"), monday, { found: new Map() }), undefined);
  const wrong = { baselineId: "pb-base" };
  const breach = {
    id: "i-1",
    why: "installed with pb-base, which is not its exclusions' baseline",
    at: "2026-10-08T04:30:00.000Z",
    snapshotId: "s-1",
  };

  it("begins with since when each node is promised, and keeps that for as long as its group is the same", () => {
    expect(first).to.eql({
      promised: [{ group, since: iso(monday), ids: ["i-1", "i-2"] }],
      ended: [],
      baselines: { [group]: ["pb-own"] },
      seen: {},
      proved: [],
      breaches: [],
    });
    const moved = promised("i-1").set("i-2", "web.hold");
    const then = keptAfter(first, told(moved, tuesday), undefined);
    expect([then.promised, then.ended]).to.eql([
      [
        { group: "web.hold", since: iso(tuesday), ids: ["i-2"] },
        { group, since: iso(monday), ids: ["i-1"] },
      ],
      [{ group, since: iso(monday), until: iso(tuesday), ids: ["i-2"] }],
    ]);
    expect(keptAfter(first, told(new Map(), tuesday), undefined).promised).to.eql([]);
  });

  it("says of which nodes a run has come back with the right baseline, until they are moved", () => {
    const read = keptAfter(first, told(promised("i-1", "i-2"), friday), reading({}));
    expect([read.proved, read.breaches, read.seen]).to.eql([["i-1"], [], { "i-1": endedAt }]);
    expect(keptAfter(read, told(promised("i-1"), saturday), undefined).proved).to.eql(["i-1"]);
    expect(keptAfter(read, told(new Map([["i-1", "web.hold"]]), saturday), undefined).proved).to.eql([]);
  });

  it("tells a breach until the node has installed as it should, whether its promise goes on or not", () => {
    const read = keptAfter(first, told(promised("i-1", "i-2"), friday), reading(wrong, { id: "i-2" }));
    expect([read.proved, read.breaches]).to.eql([["i-2"], [breach]]);
    for (const nodes of [promised("i-1"), promised()]) {
      expect(keptAfter(read, told(nodes, saturday), reading(wrong)).breaches).to.eql([breach]);
    }
    const scan = { operation: "Scan", startedAt: endedAt + 2 * day, endedAt: endedAt + 2 * day };
    const then = (one: Partial<Report>) => keptAfter(read, told(promised("i-1"), sunday), reading(one));
    expect([then(scan).proved, then(scan).breaches]).to.eql([["i-1"], [breach]]);
    const right = then({ ...scan, operation: "Install" });
    expect([right.proved, right.breaches]).to.eql([["i-1"], []]);
  });

  it("holds an install to the promise that stood as it began, whatever has become of it since", () => {
    for (const nodes of [promised(), new Map([["i-1", "web.hold"]])]) {
      const since = keptAfter(first, told(nodes, friday, { found: promised("i-1") }), undefined);
      expect(keptAfter(since, told(nodes, friday), reading(wrong)).breaches).to.eql([breach]);
      expect(keptAfter(since, told(nodes, friday), reading({})).breaches, "as it should").to.eql([]);
      const late = { ...wrong, startedAt: friday, endedAt: friday + 1 };
      const read = keptAfter(since, told(nodes, saturday), reading(late));
      expect(read.breaches.map(({ why }) => why)).to.eql(
        nodes.size === 0 ? [] : ["installed although it is held, with pb-base"],
      );
    }
  });

  it("forgets a promise that has ended when no run that began before can have yet to report", () => {
    const since = keptAfter(first, told(promised("i-2"), friday), reading());
    expect(since.ended.map(({ ids }) => ids)).to.eql([["i-1"]]);
    const lateBy = (ms: number) =>
      keptAfter(since, told(promised("i-2"), friday + day + ms), reading()).ended;
    expect(lateBy(599_999).map(({ ids }) => ids)).to.eql([["i-1"]]);
    expect(lateBy(600_000)).to.eql([]);
    expect(keptAfter(since, told(promised("i-2"), sunday), undefined).ended, "not looked at yet").to.eql(
      since.ended,
    );
  });

  it("takes what a run had ended that was cut off as over when that began to write", () => {
    const [cut, install] = [friday, friday + 60_000];
    const none = { found: promised(), wroteFrom: cut };
    const since = keptAfter(first, told(promised(), friday + 3_600_000, none), undefined);
    expect(since.ended.map(({ until }) => until)).to.eql([iso(cut)]);
    const own = reading({ ...wrong, startedAt: install, endedAt: install + 1 });
    expect(keptAfter(since, told(promised(), saturday), own).breaches).to.eql([]);
  });

  it("looks at each report once, however late it comes, and at none of a node without a promise", () => {
    const read = keptAfter(first, told(promised("i-1", "i-2"), friday), reading({ endedAt: endedAt - 1 }));
    expect(read.seen).to.eql({ "i-1": endedAt - 1 });
    // It had ended before the last look, and has come only now.
    const late = keptAfter(read, told(promised("i-1"), saturday), reading(wrong));
    expect([late.breaches, late.proved]).to.eql([[breach], []]);
    // Its baseline is another one since.
    const anew = told(promised("i-1"), saturday, { registered: new Map([[group, new Set(["pb-new"])]]) });
    const same = keptAfter(read, anew, reading({ endedAt: endedAt - 1 }));
    expect([same.breaches, same.proved, same.baselines]).to.eql([
      [],
      ["i-1"],
      { [group]: ["pb-new", "pb-own"] },
    ]);
    expect(keptAfter(first, told(promised("i-2"), monday), reading(wrong)).breaches).to.eql([]);
  });

  it("is made anew from when the promises were written, and names of whom nobody can tell", () => {
    const found = promised("i-1", "i-2", "i-3");
    const lost = told(found, friday, { foundSince: endedAt - 30_000 });
    const reports = reading(wrong, { ...wrong, id: "i-2", startedAt: endedAt - 30_000 }, { id: "i-3" });
    const { evidence, doubtful } = evidenceAfter(undefined, lost, reports);
    expect(evidence.promised).to.eql([{ group, since: iso(endedAt - 30_000), ids: ["i-1", "i-2", "i-3"] }]);
    expect([evidence.breaches, doubtful]).to.eql([[{ ...breach, id: "i-2" }], ["i-1"]]);
  });
});
