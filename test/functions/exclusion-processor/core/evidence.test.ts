import { expect } from "chai";
import {
  type Expected,
  evidenceAfter,
  evidenceOf,
  type PatchReport,
} from "#functions/exclusion-processor/core/evidence.js";

const day = 86_400_000;
const blocked: Expected = { isHeld: false, baselineIds: new Set(["pb-own"]), since: 1_000 };
const held: Expected = { ...blocked, isHeld: true };
const report: PatchReport = {
  id: "i-1",
  operation: "Install",
  startedAt: 2_500,
  endedAt: Date.parse("2026-10-10T05:00:00Z"),
  baselineId: "pb-own",
};

/** What a node's last run came to, and what it says of a promise. */
const rows: readonly [title: string, expected: Expected, report: Partial<PatchReport>, says: string][] = [
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
  const [monday, tuesday, friday, saturday] = [5, 6, 9, 10].map(
    (date) => `2026-10-${String(date).padStart(2, "0")}T00:37:00.000Z`,
  ) as [string, string, string, string];
  const group = "web.x-0123456789";
  const baselinesOf = (_: string, of: string) => new Set([of === group ? "pb-own" : "pb-hold"]);
  const promised = (...ids: string[]) => new Map(ids.map((id) => [id, group]));
  const endedAt = Date.parse("2026-10-08T04:30:00Z");
  const reading = (...reports: Partial<PatchReport>[]) => ({
    baselinesOf,
    reports: reports.map((changes) => ({ ...report, startedAt: endedAt - 60_000, endedAt, ...changes })),
  });
  const first = evidenceAfter(undefined, promised("i-1", "i-2"), undefined, monday);

  it("begins with since when each node is promised, and keeps that for as long as its group is the same", () => {
    expect(first).to.eql({
      readAt: monday,
      promised: [{ group, since: monday, ids: ["i-1", "i-2"] }],
      proved: [],
      breaches: [],
    });
    const moved = promised("i-1").set("i-2", "web.hold");
    expect(evidenceAfter(first, moved, undefined, tuesday).promised).to.eql([
      { group: "web.hold", since: tuesday, ids: ["i-2"] },
      { group, since: monday, ids: ["i-1"] },
    ]);
    expect(evidenceAfter(first, new Map(), undefined, tuesday).promised).to.eql([]);
  });

  it("says of which nodes a run has come back with the right baseline, until they are moved", () => {
    const read = evidenceAfter(first, promised("i-1", "i-2"), reading({}), friday);
    expect([read.proved, read.breaches, read.readAt]).to.eql([["i-1"], [], friday]);
    expect(evidenceAfter(read, promised("i-1"), undefined, saturday).proved).to.eql(["i-1"]);
    expect(evidenceAfter(read, new Map([["i-1", "web.hold"]]), undefined, saturday).proved).to.eql([]);
  });

  it("tells a breach until the node has installed as it should, whether its promise goes on or not", () => {
    const wrong = { id: "i-2", baselineId: "pb-base" };
    const read = evidenceAfter(first, promised("i-1", "i-2"), reading({}, wrong), friday);
    const breach = {
      id: "i-2",
      why: "installed with pb-base, which is not its exclusions' baseline",
      at: "2026-10-08T04:30:00.000Z",
    };
    expect([read.proved, read.breaches]).to.eql([["i-1"], [breach]]);
    for (const nodes of [promised("i-2"), promised()]) {
      expect(evidenceAfter(read, nodes, reading(wrong), saturday).breaches).to.eql([breach]);
    }
    const scan = { ...wrong, operation: "Scan", baselineId: "pb-own", endedAt: endedAt + 2 * day };
    const then = (one: Partial<PatchReport>) =>
      evidenceAfter(read, promised("i-2"), reading(one), "2026-10-11T00:37:00.000Z");
    expect([then(scan).proved, then(scan).breaches]).to.eql([[], [breach]]);
    const right = then({ ...scan, operation: "Install" });
    expect([right.proved, right.breaches]).to.eql([["i-2"], []]);
  });

  it("looks at no report twice, but at those that came up to ten minutes late, and at none without a promise", () => {
    const wrong = { baselineId: "pb-base" };
    const readAt = (minutes: number) => ({
      ...first,
      readAt: new Date(endedAt + minutes * 60_000).toISOString(),
    });
    expect(evidenceAfter(readAt(10), promised("i-1"), reading(wrong), saturday).breaches).to.eql([]);
    expect(evidenceAfter(readAt(9), promised("i-1"), reading(wrong), saturday).breaches).to.have.lengthOf(1);
    expect(evidenceAfter(first, promised("i-2"), reading(wrong), friday).breaches).to.eql([]);
  });
});
