import { expect } from "chai";
import { closedRun } from "#functions/regional-fanout/core/closedRun.js";
import { closedRunText, readClosedRun } from "#shared/contract/closedRun.js";
import { requireSums } from "#shared/contract/closedSums.js";
import type { RunRecord } from "#shared/contract/runRecord.js";

const key = "runs/closed/2026/09/06/1.json";
const runId = "0f8fad5b-d9cb-469f-a165-70867728950e";

const record: RunRecord = {
  version: 2,
  runId,
  windowId: "mw-0123456789abcdef0",
  startedAt: "2026-09-06T04:00:00.000Z",
  startUntil: "2026-09-06T05:00:00.000Z",
  homeRegion: "us-east-1",
  accountId: "123456789012",
  request: {
    runId,
    windowId: "mw-0123456789abcdef0",
    document: { name: "patchplane-dev-fanout", version: "$DEFAULT" },
    assumeRole: "arn:aws:iam::123456789012:role/a",
    operation: "Install",
    rebootOption: "NoReboot",
    executionMode: "per-region",
    parameters: {},
    groups: ["base"],
    maxConcurrency: "10",
    maxErrors: "1",
    regions: ["us-east-1", "eu-west-1"],
    locationMaxConcurrency: "2",
    locationMaxErrors: "100%",
    accounts: [],
    calendars: [],
    executionRoleName: "e",
  },
  filter: [
    { region: "us-east-1", group: "base", outcome: "members", ids: ["i-1"] },
    { region: "eu-west-1", group: "base", outcome: "failed", error: "not asked" },
  ],
  before: [{ region: "us-east-1", unknown: "throttled" }],
  starts: [],
};
const closed = closedRun(
  record,
  {
    ...{ executions: new Map(), evidence: new Map(), others: [], named: new Map(), isGivenUp: false },
    ...{ verdicts: undefined, unread: [] },
  },
  Date.parse("2026-09-06T06:00:00Z"),
);
const stored = JSON.parse(closedRunText(closed));

describe("readClosedRun", () => {
  it("reads what the closing function writes", () => {
    expect(readClosedRun(key, closedRunText(closed))).to.deep.equal(stored);
    expect(stored.version).to.equal(4);
    expect(closed.regions[0]?.notCovered).to.have.lengthOf(1);
  });

  it("reads a record that has no version", () => {
    const { version: _, ...older } = stored;
    expect(readClosedRun(key, JSON.stringify(older))).to.deep.equal({ ...stored, version: 1 });
  });

  it("reads a record with what a later version says beside it", () => {
    expect(readClosedRun(key, JSON.stringify({ ...stored, cost: 3 }))).to.deep.equal(stored);
    const [region] = stored.regions;
    const notCovered = [{ reason: "on strike", why: "new", nodes: ["i-1"] }];
    const later = { ...stored, regions: [{ ...region, notCovered }] };
    expect(readClosedRun(key, JSON.stringify(later)).regions[0]?.notCovered).to.deep.equal(notCovered);
  });

  const cases: readonly (readonly [what: string, text: string, problem: string])[] = [
    ["no JSON", "{", "is not JSON: "],
    ["an empty text", "", "is not JSON: "],
    ["another version", JSON.stringify({ ...stored, version: 5 }), "version: is not 1, 2, 3 or 4"],
    ["an end that nobody knows", JSON.stringify({ ...stored, end: "lost" }), "end: "],
    [
      "totals that are no numbers",
      JSON.stringify({ ...stored, totals: { ...stored.totals, failed: "1" } }),
      "totals.failed: ",
    ],
    ["a record of another kind", JSON.stringify(record), "closedAt: "],
    ["a list", "[]", "record: "],
  ];
  for (const [what, text, problem] of cases) {
    it(`refuses ${what}, and says where and why`, () => {
      expect(() => readClosedRun(key, text)).to.throw(
        `${key} is no record of a run that this version can read: `,
      );
      expect(() => readClosedRun(key, text)).to.throw(problem);
    });
  }

  it("names everything that is wrong at once", () => {
    const text = JSON.stringify({ ...stored, runId: 1, regions: "none" });
    expect(() => readClosedRun(key, text)).to.throw(/runId: .*; regions: /);
  });
});

describe("requireSums", () => {
  const [region] = closed.regions;
  if (region === undefined) throw new Error("there is one");
  const withRegion = (changes: Partial<typeof region>) => ({
    ...closed,
    regions: [{ ...region, ...changes }],
  });
  const counts = { members: 1, patched: 1, failed: 0, notCovered: 1 };
  const cases: readonly (readonly [what: string, run: typeof closed, problem: string])[] = [
    ["a node that is there twice", withRegion({ patched: ["i-1"] }), "i-1 is there twice in us-east-1"],
    ["a Region twice", { ...closed, regions: [region, region] }, "us-east-1 is there twice"],
    ["a node without a name", withRegion({ notCovered: [] }), "us-east-1 has 1 nodes, and names 0"],
    ["numbers that are not all nodes", withRegion({ counts }), "us-east-1 has 1 nodes, and counts 2"],
    [
      "totals of other nodes",
      { ...closed, totals: { ...closed.totals, patched: 7 } },
      "totals.patched is 7, and Regions have 0",
    ],
  ];
  for (const [what, run, problem] of cases)
    it(`refuses ${what}`, () => {
      expect(() => requireSums(key, run))
        .to.throw(`${key} is no whole record of a run: `)
        .with.property("message")
        .contains(problem);
    });

  it("takes what the closing function writes", () => requireSums(key, closed));
});
