import { type ClosingSummary, closeRuns } from "#functions/regional-fanout/core/closing.js";
import type { ClosedRun } from "#shared/contract/closedRun.js";
import { closedKey } from "#shared/contract/runKeys.js";
import { membersOf } from "#shared/contract/runRecord.js";
import { Fuse } from "#test/memory/fuse.js";
import type { MemoryWorld } from "#test/memory/regionalFanout/world.js";
import { endless, invoke, openRecord, payload, runId, state, worldOf } from "./support.js";

export const minute = 60_000;
export const hour = 60 * minute;

/** When the runs of tests begin. */
export const began = Date.parse("2026-09-06T08:00:00Z");

/** A world in which a run has been started. */
export async function startedWorld(
  members: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  event = payload(),
): Promise<MemoryWorld> {
  const world = worldOf(members);
  await invoke(world, event);
  return world;
}

/** Lets every automation succeed, and every member be patched. */
export function finish(world: MemoryWorld): void {
  const { starts, filter } = openRecord(world);
  for (const { executionId = "" } of starts)
    world.executions.set(executionId, { status: "Success", failureMessage: undefined, locations: [] });
  for (const { region: name, group, ...one } of filter) {
    if (one.outcome !== "members") continue;
    const region = world.region(name);
    const commandId = `command-${name}-${group}`;
    region.commands = [
      ...region.commands,
      { id: commandId, snapshotId: runId, status: "Success", groups: [group] },
    ];
    for (const id of membersOf({ filter }, name)) {
      region.pings.set(id, "Online");
      region.states.set(id, state(id));
    }
    const invocations = one.ids.map((nodeId) => ({
      commandId,
      nodeId,
      status: "Success",
      requestedAt: began + minute,
    }));
    region.invocations = [...region.invocations, ...invocations];
  }
  world.now = began + 40 * minute;
}

/** One invocation of the closing function in a process of its own. */
export function close(world: MemoryWorld, fuse = new Fuse()): Promise<ClosingSummary> {
  return closeRuns(world.closingPorts(fuse), world.now, endless());
}

export function finalText(world: MemoryWorld): string {
  return world.bucket.text(closedKey(runId, began)) ?? "";
}

export function finalRecord(world: MemoryWorld): ClosedRun {
  return JSON.parse(finalText(world));
}

/** Changes the status of a node's invocation; without a status there is none. */
export function invocationOf(world: MemoryWorld, region: string, nodeId: string, status?: string): void {
  const one = world.region(region);
  one.invocations = one.invocations.flatMap((invocation) => {
    if (invocation.nodeId !== nodeId) return [invocation];
    return status === undefined ? [] : [{ ...invocation, status }];
  });
}
