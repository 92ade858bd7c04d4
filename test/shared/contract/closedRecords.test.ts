import { expect } from "chai";
import { readClosedRecord, recordedNodes } from "#shared/contract/closedRecords.js";
import { type ClosedRegion, closedRunText, reasons } from "#shared/contract/closedRun.js";
import { closedKey, openKey, windowClosedKey } from "#shared/contract/runKeys.js";
import { windowRecordText } from "#shared/contract/windowRecord.js";
import { centralRecord } from "../../support/centralRecords.js";
import { windowRecord } from "../../support/windowRecords.js";

const began = Date.parse("2026-09-05T04:00:00.000Z");
const windowKey = windowClosedKey("e-1", began);
const centralKey = closedKey("r-1", began);

const central = (operation: "Scan" | "Install", region: Partial<ClosedRegion>) =>
  centralRecord({ operation, regions: [region] });

describe("readClosedRecord", () => {
  it("reads both kinds by their keys", () => {
    const run = central("Install", {});
    expect(readClosedRecord(centralKey, closedRunText(run))).to.deep.equal({ kind: "central", run });
    const record = windowRecord();
    expect(readClosedRecord(windowKey, windowRecordText(record))).to.deep.equal({
      kind: "window",
      run: record,
    });
  });

  it("refuses one kind below the key of the other, and a key of neither", () => {
    expect(() => readClosedRecord(windowKey, closedRunText(central("Install", {})))).to.throw("kind: ");
    expect(() => readClosedRecord(centralKey, windowRecordText(windowRecord()))).to.throw("runId: ");
    expect(() => readClosedRecord(openKey("r-1"), "{}")).to.throw(
      "runs/open/r-1.json is no key of a final record: those begin with runs/windows/closed/ or runs/closed/",
    );
  });
});

describe("recordedNodes", () => {
  it("tells each node of a window once, with its exclusions and its numbers", () => {
    const run = windowRecord();
    const nodes = recordedNodes({ kind: "window", run });
    expect(nodes.map(({ id, state }) => `${id} ${state}`)).to.deep.equal([
      "i-1 patched",
      "i-2 patched",
      "i-3 pending reboot",
      "i-4 excluded",
      "i-5 failed",
      "mi-6 not connected",
    ]);
    expect(nodes[0]).to.deep.equal({
      ...{ id: "i-1", region: "us-east-1", state: "patched", exclusions: [] },
      ...{ missing: 0, failed: 0, pendingReboot: 0 },
    });
    expect(nodes[2]?.pendingReboot).to.equal(2);
    expect(nodes[3]?.exclusions).to.deep.equal(run.exclusions);
    expect(nodes[4]).to.not.have.property("missing");
    expect(nodes[5]?.why).to.equal("its ping status is ConnectionLost");
  });

  it("tells those of the central window in the same words", () => {
    const findings = [
      { id: "i-2", missing: 0, failed: 1, pendingReboot: 1 },
      { id: "i-3", missing: 0, failed: 0, pendingReboot: 1 },
      { id: "i-4", missing: 3, failed: 0, pendingReboot: 0 },
    ];
    const notCovered = [{ reason: "on strike", why: "new", nodes: ["i-5"] }];
    const states = (operation: "Scan" | "Install") => {
      const run = central(operation, { account: "210987654321", patched: ["i-1"], findings, notCovered });
      return recordedNodes({ kind: "central", run });
    };
    expect(states("Install").map(({ state }) => state)).to.deep.equal([
      ...["patched", "failed", "pending reboot", "patched", "unknown"],
    ]);
    expect(states("Scan").map(({ state }) => state)).to.deep.equal([
      ...["scanned", "failed", "scanned", "scanned", "unknown"],
    ]);
    expect(states("Install")[3]).to.deep.equal({
      ...{ id: "i-4", region: "eu-west-1", account: "210987654321", exclusions: [], state: "patched" },
      ...{ missing: 3, failed: 0, pendingReboot: 0 },
    });
    expect(states("Install")[4]?.why).to.equal("on strike: new");
  });

  it("has a state for each reason of the central window", () => {
    const notCovered = reasons.map((reason) => ({ reason, why: "w", nodes: [reason] }));
    const nodes = recordedNodes({ kind: "central", run: central("Install", { notCovered }) });
    expect(Object.fromEntries(nodes.map(({ id, state }) => [id, state]))).to.deep.equal({
      "stopped or terminated": "stopped",
      offline: "not connected",
      "no agent": "no agent",
      "on the default baseline": "default baseline",
      held: "held",
      "timed out": "failed",
      failed: "failed",
      cancelled: "failed",
      undelivered: "not connected",
      "command not sent": "not started",
      unknown: "unknown",
    });
  });
});
