import type { ClosedRegion, ClosedRun } from "#shared/contract/closedRun.js";

/** A closed record of the central window with what is known of some Regions, and whatever is to be otherwise. */
export function centralRecord({
  operation = "Install",
  regions,
  ...changes
}: Partial<Omit<ClosedRun, "regions" | "request">> & {
  readonly operation?: "Scan" | "Install";
  readonly regions: readonly Partial<ClosedRegion>[];
}): ClosedRun {
  const counts = { members: 0, patched: 0, failed: 0, notCovered: 0 };
  return {
    version: 2,
    runId: "r-1",
    windowId: "mw-0123456789abcdef0",
    startedAt: "2026-09-05T04:00:00.000Z",
    closedAt: "2026-09-05T06:00:00.000Z",
    end: "ended",
    request: {
      runId: "r-1",
      windowId: "mw-0123456789abcdef0",
      document: { name: "d", version: "1" },
      assumeRole: "a",
      operation,
      rebootOption: "NoReboot",
      executionMode: "per-region",
      parameters: {},
      groups: ["base"],
      maxConcurrency: "10",
      maxErrors: "1",
      regions: ["eu-west-1"],
      locationMaxConcurrency: "2",
      locationMaxErrors: "100%",
      accounts: [],
      calendars: [],
      executionRoleName: "e",
    },
    starts: [],
    skipped: [],
    failed: [],
    regions: regions.map((region) => ({
      ...{ region: "eu-west-1", counts, excluded: 0, patched: [], findings: [], notCovered: [] },
      ...region,
    })),
    totals: counts,
    ...changes,
  };
}
