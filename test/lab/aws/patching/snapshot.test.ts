import { expect } from "chai";
import type { Baseline } from "#lab/aws/patching/approval.js";
import { Snapshot } from "#lab/aws/patching/snapshot.js";
import { type Catalog, none } from "#lab/fleet/model.js";
import { at, baseline, catalog, rule } from "../../support.js";

const versions = [
  { released: "2026-01-01", version: "1.0" },
  { released: "2026-02-01", version: "2.0" },
  { released: "2026-03-01", version: "3.0" },
];

function snapshot(offered: Catalog, time: string, changes: Partial<Baseline> = {}): Snapshot {
  const { operatingSystem } = offered;
  return new Snapshot(baseline({ operatingSystem, ...changes }), offered, at(time));
}

describe("a snapshot of a baseline", () => {
  const openssl = catalog({ openssl: versions });

  it("knows only what the repository offers by then", () => {
    for (const [time, newest] of [
      ["2025-12-31T23:59:59Z", none],
      ["2026-01-01T00:00:00Z", 0],
      ["2026-02-28T23:59:59Z", 1],
      ["2026-03-01T00:00:00Z", 2],
    ] as const) {
      const taken = snapshot(openssl, time);
      expect([taken.newest[0], taken.target[0]], time).to.deep.equal([newest, newest]);
    }
  });

  it("aims at the newest version that is approved, though a newer one waits or is rejected", () => {
    const waiting = snapshot(openssl, "2026-03-03", { approvalRules: [rule({ ApproveAfterDays: 7 })] });
    expect([waiting.newest[0], waiting.target[0]]).to.deep.equal([2, 1]);
    expect(snapshot(openssl, "2026-03-03", { rejectedPatches: ["openssl-3*"] }).target[0]).to.equal(1);
    expect(snapshot(openssl, "2026-03-03", { rejectedPatches: ["openssl"] }).target[0]).to.equal(none);
  });

  it("does not fall back to a KB that a later one has superseded", () => {
    const chain = catalog(
      { KB1: versions.map((version, index) => ({ ...version, name: `KB${index + 1}` })) },
      "WINDOWS",
    );
    expect(snapshot(chain, "2026-03-03").target[0]).to.equal(2);
    expect(snapshot(chain, "2026-03-03", { rejectedPatches: ["KB3"] }).target[0]).to.equal(none);
    expect(snapshot(chain, "2026-03-03", { rejectedPatches: ["KB2"] }).target[0]).to.equal(2);
  });
});

describe("what a patch needs", () => {
  const libraries = [
    { released: "2026-01-01", version: "1.0" },
    { released: "2026-02-01", version: "2.0" },
    { released: "2026-04-01", version: "3.0" },
  ];
  const offered = catalog({
    libs: libraries,
    app: [{ released: "2026-02-15", requires: ["libs"] }],
    early: [{ released: "2025-06-01", requires: ["libs"] }],
  });

  function need(changes: Partial<Baseline>, time = "2026-05-01") {
    const taken = snapshot(offered, time, changes);
    const patch = taken.patch(1, 0);
    if (patch === undefined) throw new RangeError("the catalog has no app");
    return taken.needs(patch);
  }

  it("is the version that there was when it came out, and comes in as the newest approved one", () => {
    expect(need({})).to.deep.equal([{ packageIndex: 0, atLeast: 1, comesAs: 2, blocks: false }]);
    expect(need({}, "2026-03-01")).to.deep.equal([
      { packageIndex: 0, atLeast: 1, comesAs: 1, blocks: false },
    ]);
  });

  it("comes in although nothing approves it", () => {
    expect(need({ approvalRules: [], approvedPatches: ["app"] })).to.deep.equal([
      { packageIndex: 0, atLeast: 1, comesAs: 1, blocks: false },
    ]);
  });

  it("blocks when it is rejected so that it may not even come as a dependency", () => {
    const rejectedPatches = ["libs*"];
    expect(need({ rejectedPatches, rejectedPatchesAction: "BLOCK" })[0]?.blocks).to.equal(true);
    expect(need({ rejectedPatches, rejectedPatchesAction: "ALLOW_AS_DEPENDENCY" })[0]?.blocks).to.equal(
      false,
    );
  });

  it("does not block when a newer version than the rejected one is approved", () => {
    const rejectedPatches = ["libs-0:2.0*"];
    const changes = { rejectedPatches, rejectedPatchesAction: "BLOCK" } as const;
    expect(need(changes)).to.deep.equal([{ packageIndex: 0, atLeast: 1, comesAs: 2, blocks: false }]);
    expect(need(changes, "2026-03-01")[0]?.blocks).to.equal(true);
  });

  it("is nothing where the repository had no version of it then", () => {
    const taken = snapshot(offered, "2026-05-01");
    const early = taken.patch(2, 0);
    expect(early === undefined ? undefined : taken.needs(early)).to.deep.equal([]);
  });
});
