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

describe("what comes in for a requirement that is not met", () => {
  const libraries = {
    libs: [
      { released: "2026-01-01", version: "1.0" },
      { released: "2026-02-01", version: "2.0" },
      { released: "2026-04-01", version: "3.0" },
    ],
  };
  const any = { packageIndex: 0, version: none, exactly: false };
  const atLeastSecond = { packageIndex: 0, version: 1, exactly: false };
  const second = { packageIndex: 0, version: 1, exactly: true };
  const blocked = { rejectedPatches: ["libs*"], rejectedPatchesAction: "BLOCK" } as const;
  const onlySecond = { approvalRules: [], approvedPatches: ["libs-2.0"] };

  for (const [what, system, changes, time, expected] of [
    ["the newest approved one with yum", "AMAZON_LINUX_2", onlySecond, "2026-05-01", [2, 1, 1]],
    ["the newest there is with dnf", "AMAZON_LINUX_2023", onlySecond, "2026-05-01", [2, 2, 1]],
    ["one that nothing approves", "AMAZON_LINUX_2", { approvalRules: [] }, "2026-05-01", [2, 1, 1]],
    ["none before it is released", "AMAZON_LINUX_2023", {}, "2026-01-15", [0, undefined, undefined]],
    [
      "none that is blocked, with yum",
      "AMAZON_LINUX_2",
      blocked,
      "2026-05-01",
      [undefined, undefined, undefined],
    ],
    [
      "a blocked one with dnf, which has looked before",
      "AMAZON_LINUX_2023",
      blocked,
      "2026-05-01",
      [2, 2, 1],
    ],
    [
      "a newer one than the blocked one, with yum",
      "AMAZON_LINUX_2",
      { ...blocked, rejectedPatches: ["libs-2.0*"] },
      "2026-05-01",
      [2, 2, undefined],
    ],
  ] as const) {
    it(`is ${what}`, () => {
      const taken = snapshot(catalog(libraries, system), time, changes);
      expect([any, atLeastSecond, second].map((one) => taken.bringsIn(one))).to.deep.equal(expected);
    });
  }
});
