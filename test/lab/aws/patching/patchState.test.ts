import { expect } from "chai";
import fc from "fast-check";
import type { Baseline } from "#lab/aws/patching/approval.js";
import {
  failedFlag,
  isCompliant,
  type PatchState,
  packageState,
  pendingRebootFlag,
  report,
} from "#lab/aws/patching/patchState.js";
import { Snapshot } from "#lab/aws/patching/snapshot.js";
import { absent, type Catalog, none } from "#lab/fleet/model.js";
import { baseline, catalog, monday, rule } from "../../support.js";

const linux = catalog({
  openssl: [
    { released: "2026-01-01", version: "1.0" },
    { released: "2026-02-01", version: "2.0" },
  ],
});
const windows = catalog(
  {
    KB1: [
      { released: "2026-01-01", name: "KB1", classification: "SecurityUpdates" },
      { released: "2026-05-30", name: "KB2", classification: "SecurityUpdates" },
    ],
  },
  "WINDOWS",
);
const afterAWeek: Partial<Baseline> = { approvalRules: [rule({ ApproveAfterDays: 7 })] };
const rejects = (action: Baseline["rejectedPatchesAction"]): Partial<Baseline> => ({
  rejectedPatches: ["openssl"],
  rejectedPatchesAction: action,
});

function snapshotOf(offered: Catalog, changes: Partial<Baseline> = {}): Snapshot {
  return new Snapshot(baseline({ operatingSystem: offered.operatingSystem, ...changes }), offered, monday);
}

function installation(installed: number[], flags: number[] = installed.map(() => 0)) {
  return { installed: Int8Array.from(installed), flags: Uint8Array.from(flags) };
}

describe("the state of a patch on a node", () => {
  const rows: [string, string | undefined, Catalog, Partial<Baseline>, number, number][] = [
    ["the newest approved version", "INSTALLED", linux, {}, 1, 0],
    ["an older version", "MISSING", linux, {}, 0, 0],
    ["a version before all others", "MISSING", linux, {}, none, 0],
    ["no such package", "NOT_APPLICABLE", linux, {}, absent, 0],
    ["an older version after a failure", "FAILED", linux, {}, 0, failedFlag],
    ["what waits for a reboot", "INSTALLED_PENDING_REBOOT", linux, {}, 1, pendingRebootFlag],
    ["what waits for a reboot, with a newer version approved", "MISSING", linux, {}, 0, pendingRebootFlag],
    ["a version that no rule approves", "INSTALLED_OTHER", linux, { approvalRules: [] }, 1, 0],
    ["an old version that no rule approves", undefined, linux, { approvalRules: [] }, none, 0],
    [
      "a rejected version, allowed as a dependency",
      "INSTALLED_OTHER",
      linux,
      rejects("ALLOW_AS_DEPENDENCY"),
      1,
      0,
    ],
    ["a rejected version, blocked", "INSTALLED_REJECTED", linux, rejects("BLOCK"), 1, 0],
    ["an older one of a rejected package", "INSTALLED_REJECTED", linux, rejects("BLOCK"), 0, 0],
    [
      "a Windows without a security update that waits for approval",
      "AVAILABLE_SECURITY_UPDATE",
      windows,
      afterAWeek,
      0,
      0,
    ],
    [
      "a Windows without a rejected security update",
      "INSTALLED",
      windows,
      { rejectedPatches: ["KB2"] },
      0,
      0,
    ],
    ["a Windows without any update", "AVAILABLE_SECURITY_UPDATE", windows, afterAWeek, none, 0],
    [
      "a Linux without a security update that waits for approval",
      "INSTALLED",
      linux,
      {
        approvalRules: [rule({ ApproveAfterDays: 130 })],
      },
      0,
      0,
    ],
  ];
  for (const [what, state, offered, changes, installed, flags] of rows) {
    it(`${state ?? "nothing"} is reported of ${what}`, () => {
      expect(packageState(installation([installed], [flags]), snapshotOf(offered, changes), 0)).to.equal(
        state,
      );
    });
  }
});

describe("a node's report", () => {
  const five = catalog({
    installed: [{ released: "2026-01-01" }],
    other: [{ released: "2026-01-01", classification: "Bugfix" }],
    critical: [{ released: "2026-01-01" }, { released: "2026-02-01", severity: "Critical" }],
    security: [{ released: "2026-01-01" }, { released: "2026-02-01" }],
    bugfix: [
      { released: "2026-01-01" },
      { released: "2026-02-01", classification: "Bugfix", severity: "Low" },
    ],
    absent: [{ released: "2026-01-01" }],
    held: [{ released: "2026-01-01" }],
  });
  const graded = (key: "SEVERITY" | "CLASSIFICATION", value: string, level: "CRITICAL" | "LOW") => ({
    PatchFilterGroup: { PatchFilters: [{ Key: key, Values: [value] }] },
    ApproveAfterDays: 0,
    ComplianceLevel: level,
  });
  const snapshot = snapshotOf(five, {
    approvalRules: [
      graded("SEVERITY", "Critical", "CRITICAL"),
      graded("CLASSIFICATION", "Security", "LOW"),
      graded("SEVERITY", "Low", "LOW"),
    ],
    rejectedPatches: ["held*"],
    rejectedPatchesAction: "BLOCK",
  });
  const header = {
    patchGroup: "servers",
    snapshot,
    snapshotId: "id",
    operation: "Install",
    rebootOption: "NoReboot",
    startedAt: monday,
    endedAt: monday + 1,
  } as const;

  // AWS's program counts an item of both kinds under both (_get_count), and a rejected RPM has no notice there.
  it("counts packages per state, and the non-compliant ones by what they mean", () => {
    const node = installation([0, 0, 0, 0, 0, absent, 0], [pendingRebootFlag, 0, 0, failedFlag, 0, 0, 0]);
    expect(report(node, header)).to.deep.equal({
      ...header,
      installed: 0,
      installedOther: 1,
      installedPendingReboot: 1,
      installedRejected: 1,
      missing: 2,
      failed: 1,
      notApplicable: 1,
      availableSecurityUpdates: 0,
      criticalNonCompliant: 1,
      securityNonCompliant: 3,
      otherNonCompliant: 2,
    });
  });

  for (const [name, installed, flags, compliant] of [
    ["everything in place", [0, 0, 1, 1, 1, absent, absent], 0, true],
    ["something missing", [0, 0, 1, 0, 1, absent, absent], 0, false],
    ["something failed", [0, 0, 1, 0, 1, absent, absent], failedFlag, false],
    ["something waiting for a reboot", [0, 0, 1, 1, 1, absent, absent], pendingRebootFlag, false],
    ["something rejected installed", [0, 0, 1, 1, 1, absent, 0], 0, false],
  ] as const) {
    it(`with ${name} makes the node ${compliant ? "compliant" : "non-compliant"}`, () => {
      const node = installation([...installed], [0, 0, 0, flags, 0, 0, 0]);
      expect(isCompliant(report(node, header))).to.equal(compliant);
    });
  }

  it("agrees with the states of its packages, whatever is on the node", () => {
    const cell = fc.record({
      version: fc.integer({ min: absent, max: 1 }),
      flags: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 7, maxLength: 7 }), (cells) => {
        const installed = cells.map(({ version }, index) =>
          Math.min(version, (five.packages[index]?.patches.length ?? 0) - 1),
        );
        const node = installation(
          installed,
          cells.map(({ flags }) => flags),
        );
        const state: PatchState = report(node, header);
        const names = five.packages.map(({ index }) => packageState(node, snapshot, index));
        const count = (...wanted: string[]) =>
          names.filter((name) => name !== undefined && wanted.includes(name)).length;
        expect(state.installed).to.equal(count("INSTALLED"));
        expect(state.installedOther).to.equal(count("INSTALLED_OTHER"));
        expect(state.missing).to.equal(count("MISSING"));
        expect(state.notApplicable).to.equal(count("NOT_APPLICABLE"));
        const bad = count("MISSING", "FAILED", "INSTALLED_REJECTED", "INSTALLED_PENDING_REBOOT");
        const isBad = (name = "") => /^(MISSING|FAILED|INSTALLED_(REJECTED|PENDING_REBOOT))$/.test(name);
        // The third is of security and of level CRITICAL.
        const twice = isBad(names[2]) ? 1 : 0;
        expect(state.criticalNonCompliant + state.securityNonCompliant + state.otherNonCompliant).to.equal(
          bad + twice,
        );
        expect(isCompliant(state)).to.equal(bad === 0);
      }),
    );
  });
});
