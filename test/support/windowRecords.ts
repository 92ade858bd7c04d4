import { totalsOf, type WindowRecord } from "#shared/contract/windowRecord.js";

/** A closing record of an install window with a few nodes, with whatever is to be otherwise. Its sums fit its nodes. */
export function windowRecord(changes: Partial<WindowRecord> = {}): WindowRecord {
  const record: WindowRecord = {
    kind: "window",
    version: 1,
    executionId: "0f8fad5b-d9cb-469f-a165-70867728950e",
    windowId: "mw-0123456789abcdef0",
    windowName: "patchplane-dev-install",
    operation: "Install",
    accountId: "123456789012",
    region: "us-east-1",
    startedAt: "2026-09-05T04:00:00.000Z",
    endedAt: "2026-09-05T04:40:00.000Z",
    closedAt: "2026-09-05T04:41:00.000Z",
    end: "ended",
    status: "SUCCESS",
    commands: [{ id: "c-1", targetId: "t-base", status: "Success" }],
    nodes: [
      { state: "patched", ids: ["i-1", "i-2"] },
      { state: "pending reboot", ids: ["i-3"] },
      { state: "excluded", exclusions: [0], ids: ["i-4"] },
      { state: "failed", why: "its command is Failed, exit code 156, AWS's patch program", ids: ["i-5"] },
      { state: "not connected", why: "its ping status is ConnectionLost", ids: ["mi-6"] },
    ],
    findings: [{ id: "i-3", missing: 0, failed: 0, pendingReboot: 2 }],
    exclusions: [
      {
        manifest: "exclusions/payments.yaml",
        entry: "payments-openssl",
        owner: "payments@example.com",
        expires: "2026-12-31T00:00:00.000Z",
        effect: "reject",
      },
    ],
    unread: [],
    totals: { members: 0, patched: 0, failed: 0, notCovered: 0 },
    ...changes,
  };
  return { ...record, totals: changes.totals ?? totalsOf(record.nodes) };
}
