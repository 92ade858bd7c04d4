import type { Instance, ManagedNode, NodePatchState, RegionReading, TagMap } from "#tools/account/model.js";
import type { AccountReading } from "#tools/coverage/core/model.js";

/** When tests look, a Thursday. */
export const now = Date.parse("2026-10-15T00:00:00Z");
export const tags: TagMap = { PatchGroup: "servers", Environment: "prod" };

export const instance = (id: string, changes: Partial<Instance> = {}): Instance => ({
  ...{ id, state: "running", tags, profile: undefined },
  ...changes,
});

export const managed = (id: string, changes: Partial<ManagedNode> = {}): ManagedNode => ({
  ...{ id, name: id, ping: "Online", lastPing: now, platformName: "Amazon Linux", platformVersion: "2023" },
  ...changes,
});

export const patchState = (id: string, changes: Partial<NodePatchState> = {}): NodePatchState => ({
  ...{ id, patchGroup: "servers", baselineId: "pb-1", operation: "Scan", endedAt: now - 3_600_000 },
  ...{ snapshotId: undefined, installed: 1, missing: 0, failed: 0, pendingReboot: 0, installedRejected: 0 },
  ...{
    criticalNonCompliant: 0,
    securityNonCompliant: 0,
    otherNonCompliant: 0,
    lastNoRebootInstall: undefined,
  },
  ...changes,
});

const ok = <T>(value: T) => ({ ok: true as const, value });

const targets = {
  criteria: [
    { key: "tag:PatchGroup", values: ["servers"] },
    { key: "tag:Environment", values: ["prod"] },
  ],
};

/** A Region with a scan and an install window of the stack, and some nodes. */
export function region(changes: Partial<RegionReading> = {}): RegionReading {
  const window = { document: "AWS-RunPatchBaseline", enabled: true, durationHours: 2, owner: "Platform" };
  return {
    region: "us-east-1",
    instances: ok([]),
    managed: ok([]),
    tags: ok(new Map()),
    states: ok(new Map()),
    windows: ok([
      {
        ...{ ...window, id: "mw-1", name: "patchplane-prod-scan", operation: "Scan" },
        ...{ next: "2026-10-15T05:00:00.000Z", selections: [targets] },
      },
      {
        ...{ ...window, id: "mw-2", name: "patchplane-prod-install", operation: "Install" },
        ...{ next: "2026-10-18T08:00:00.000Z", selections: [targets] },
      },
    ]),
    associations: ok([]),
    groups: ok([{ group: "servers", operatingSystem: "AMAZON_LINUX_2023", baselineId: "pb-1" }]),
    patches: new Map(),
    releases: ok(new Map()),
    ...changes,
  };
}

/** An account with Regions, in which everything else was read and is empty. */
export function reading(
  regions: readonly RegionReading[],
  changes: Partial<AccountReading> = {},
): AccountReading {
  return {
    ...{ stack: "prod", prefix: "patchplane-prod", homeRegion: "us-east-1", now, regions },
    deployed: ok({
      ...{ patchGroupTagKey: "PatchGroup", patchGroups: ["servers"], targetTags: { Environment: ["prod"] } },
      baselines: new Map([["us-east-1", ok(new Set(["pb-1"]))]]),
    }),
    central: ok([]),
    records: ok({ records: [], unread: [] }),
    exclusions: ok([]),
    organization: { ok: false, error: "it is not turned on" },
    ownerTags: ["Owner", "Team"],
    unnamed: 0,
    ...changes,
  };
}

export { ok };
