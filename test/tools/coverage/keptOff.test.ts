import { expect } from "chai";
import type { Status } from "#shared/contract/manifestStatus.js";
import { centralRecord } from "#test/support/centralRecords.js";
import { windowRecord } from "#test/support/windowRecords.js";
import { cover } from "#tools/coverage/core/cover.js";
import type { KeptRecord } from "#tools/coverage/core/model.js";
import { judge } from "#tools/coverage/core/sla.js";
import { instance, managed, ok, patchState, reading, region } from "./reading.js";

describe("what exclusions keep off a node", () => {
  it("is told by the record before the exclusion, since AWS no longer counts it", () => {
    const since = "2026-09-01T05:00:00.000Z";
    const key = "exclusions/a.yaml";
    const older = { name: "openssl.x86_64", title: "", severity: "Low", classification: "" } as const;
    const record = (day: string, names: readonly string[], isExcluded: boolean) => {
      const startedAt = `2026-10-${day}T05:00:00.000Z`;
      const entry = {
        manifest: key,
        entry: "pay",
        owner: "pay@example.com",
        expires: "2026-12-01T00:00:00.000Z",
      };
      const patch = { severity: "Critical", state: "missing" as const, since, ids: ["i-1"] };
      const run = windowRecord({
        ...{ windowName: "patchplane-prod-scan", region: "us-east-1", startedAt, executionId: `e-${day}` },
        nodes: [{ state: "scanned", ids: ["i-1"], ...(isExcluded ? { exclusions: [0] } : {}) }],
        findings: [{ id: "i-1", missing: names.length, failed: 0, pendingReboot: 0 }],
        exclusions: isExcluded ? [{ ...entry, effect: "reject" }] : [],
        patches: names.map((name) => ({ name, ...patch })),
      });
      return {
        key: `runs/windows/closed/2026/10/${day}/e-${day}.json`,
        record: { kind: "window" as const, run },
      };
    };
    const status = {
      key,
      entries: [
        {
          ...{ id: "pay", phase: "in force", effect: "reject", patches: ["openssl"], reason: "r" },
          ...{ owner: "pay@example.com", expires: "2026-12-01T00:00:00.000Z", failedNodes: [] },
          nodes: [{ id: "i-1", region: "us-east-1", from: "servers", group: "servers.x-1" }],
        },
      ],
    } as unknown as Status;
    const keptOff = (...records: KeptRecord[]) => {
      const { nodes, ...rest } = cover(
        reading(
          [
            region({
              instances: ok([instance("i-1")]),
              managed: ok([managed("i-1")]),
              states: ok(new Map([["i-1", patchState("i-1", { missing: 1, installedRejected: 1 })]])),
              // Of the version that is installed.
              patches: new Map([["i-1", ok([{ ...older, state: "InstalledRejected" }])]]),
            }),
          ],
          { records: ok({ records, unread: [] }), exclusions: ok([status]) },
        ),
      );
      const { exceptions } = judge({ ...rest, nodes }, { critical: 14 });
      return { kept: nodes[0]?.keptOff.map(({ name, state }) => `${name} ${state}`), exceptions };
    };
    const before = record("11", ["openssl.x86_64", "kernel.x86_64"], false);
    const { kept, exceptions } = keptOff(
      before,
      record("12", ["kernel.x86_64"], true),
      record("13", ["kernel.x86_64"], true),
    );
    expect(kept).to.deep.equal(["openssl.x86_64 Excluded"]);
    expect(exceptions.map(({ patch, exception, days }) => [patch, exception?.owner, days])).to.deep.equal([
      ["openssl.x86_64", "pay@example.com", 43],
    ]);
    // The central window's records name entries as the others do, and those of older versions name none, which ends nothing.
    const central = (day: string, names: readonly string[], isExcluded: boolean, version: 3 | 4) => {
      const { patches = [], findings, exclusions, startedAt } = record(day, names, isExcluded).record.run;
      const entries = version === 4 ? { exclusions: exclusions.map((of) => ({ ...of, ids: ["i-1"] })) } : {};
      const run = centralRecord({
        ...{ version, startedAt, runId: `r-${day}` },
        regions: [{ region: "us-east-1", findings, patches, ...entries }],
      });
      return { key: `runs/closed/2026/10/${day}/r-${day}.json`, record: { kind: "central" as const, run } };
    };
    expect(
      keptOff(central("11", ["openssl.x86_64"], false, 4), central("12", ["kernel.x86_64"], true, 4)).kept,
    ).to.deep.equal(["openssl.x86_64 Excluded"]);
    expect(keptOff(before, record("12", [], true), central("13", [], false, 3)).kept).to.deep.equal([
      "openssl.x86_64 Excluded",
    ]);
    expect(
      keptOff(before, record("12", [], true), central("13", [], false, 4), record("14", [], true)).kept,
    ).to.deep.equal([]);
    // What was installed before the exclusion came is not kept off by it.
    expect(keptOff(before, record("12", [], false), record("13", [], true)).kept).to.deep.equal([]);
  });
});
