import { setMaxListeners } from "node:events";
import type { StartResult } from "#functions/regional-fanout/core/result.js";
import { startRun } from "#functions/regional-fanout/core/start.js";
import type { StartContext } from "#functions/regional-fanout/core/startContext.js";
import type { PatchState } from "#functions/shared/patchState.js";
import { openKey } from "#shared/contract/runKeys.js";
import { parseRunRecord, type RunRecord } from "#shared/contract/runRecord.js";
import { Fuse } from "#test/memory/fuse.js";
import { MemoryWorld, pagesOf } from "#test/memory/regionalFanout/world.js";

export const runId = "0b5f1c1e-8a7d-4c3b-9e2f-112233445566";
export const account = "123456789012";
export const east = "us-east-1";
export const ohio = "us-east-2";

/** The seed's payload as the window sends it. */
export function payload(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    WindowId: "mw-0123456789abcdef0",
    TaskExecutionId: runId,
    Document: {
      Name: "CustomAutomationDocument",
      Version: "1",
      Parameters: {
        AutomationAssumeRole: ["arn:aws:iam::123456789012:role/automation"],
        Operation: ["Install"],
      },
    },
    TargetParameterName: "InstanceIds",
    Targets: [{ Key: "ResourceGroup", Values: ["group-a"] }],
    MaxConcurrency: "10",
    MaxErrors: "1",
    Regions: [ohio, east],
    ...changes,
  };
}

export const groups = (...names: string[]) => ({ Targets: [{ Key: "ResourceGroup", Values: names }] });

export function nodeId(index: number): string {
  return `i-${index.toString(16).padStart(17, "0")}`;
}

export function arnOf(id: string, region = east): string {
  const [service, type] = id.startsWith("mi-") ? ["ssm", "managed-instance"] : ["ec2", "instance"];
  return `arn:aws:${service}:${region}:${account}:${type}/${id}`;
}

/** A world whose Regions have these members of groups. */
export function worldOf(
  members: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): MemoryWorld {
  const world = new MemoryWorld();
  for (const [region, ofGroups] of Object.entries(members)) {
    for (const [group, ids] of Object.entries(ofGroups)) {
      world.region(region).groups.set(group, pagesOf(ids.map((id) => arnOf(id, region))));
    }
  }
  return world;
}

/** A signal that never ends anything. */
export function endless(): AbortSignal {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return signal;
}

/** What an invocation in the home Region is told. */
export function context(
  changes: Partial<StartContext["deadlines"]> = {},
  vouchUntil = Number.POSITIVE_INFINITY,
): StartContext {
  const never = endless();
  return {
    homeRegion: east,
    functionArn: `arn:aws:lambda:${east}:${account}:function:SSM-patchplane-test-fanout`,
    accountId: account,
    executionRoleName: "patchplane-test-automation-execution",
    ownGroups: ["own"],
    perInstanceNodes: 1_000,
    vouchUntil,
    deadlines: { filter: never, starts: never, counts: never, vouching: never, ...changes },
  };
}

/** One invocation of the starting function in a process of its own. */
export function invoke(
  world: MemoryWorld,
  event: unknown = payload(),
  fuse = new Fuse(),
  vouchUntil?: number,
): Promise<StartResult> {
  return startRun(event, context({}, vouchUntil), world.startPorts(fuse));
}

export function openRecord(world: MemoryWorld, id = runId): RunRecord {
  return parseRunRecord(openKey(id), world.bucket.text(openKey(id)) ?? "");
}

/** A patch state of this run with nothing missing. */
export function state(id: string, changes: Partial<PatchState> = {}): PatchState {
  return {
    id,
    patchGroup: "web",
    baselineId: "pb-own",
    snapshotId: runId,
    operation: "Install",
    startedAt: Date.parse("2026-09-06T08:10:00Z"),
    endedAt: Date.parse("2026-09-06T08:30:00Z"),
    missing: 0,
    failed: 0,
    pendingReboot: 0,
    ...changes,
  };
}

export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return "no failure";
}
