import { recordedNodes } from "#shared/contract/closedRecords.js";
import { windowClosedKey } from "#shared/contract/runKeys.js";
import { readWindowRecord, type WindowRecord } from "#shared/contract/windowRecord.js";
import { hourMs } from "#shared/text/time.js";
import { WindowWorld } from "../../memory/windowEnd.js";

export const installId = "mw-0123456789abcdef0";
export const scanId = "mw-0123456789abcdef1";
export const began = Date.parse("2026-09-05T04:00:00Z");
export const ended = began + hourMs;
export const now = ended + 60_000;
export const never = new AbortController().signal;
const key = windowClosedKey("e-1", began);

const base = (groups: string[]) => [{ key: "PatchGroup", values: groups }];
const moved = (groups: string[]) => [{ key: "patchplane:base-group", values: groups }];

/** One install window that has ended: two nodes patched, one failed, one lost, one held, one without an agent, one in two targets. */
export function world(): WindowWorld {
  const made = new WindowWorld();
  made.windows = [
    { id: scanId, name: "dev-scan", operation: "Scan" },
    { id: installId, name: "dev-install", operation: "Install" },
  ];
  made.targets.set(installId, [
    { id: "base", criteria: base(["web"]) },
    { id: "excluded", criteria: moved(["web"]) },
  ]);
  made.targets.set(scanId, [{ id: "base", criteria: base(["web"]) }]);
  const tags: Record<string, Record<string, string>> = {
    "i-1": { PatchGroup: "web" },
    "i-2": { PatchGroup: "web.x-0123456789", "patchplane:base-group": "web" },
    "i-3": { PatchGroup: "web" },
    "i-4": { PatchGroup: "web" },
    "i-5": { PatchGroup: "web.hold", "patchplane:base-group": "web.hold" },
    "i-6": { PatchGroup: "web" },
    "i-7": { PatchGroup: "web", "patchplane:base-group": "web" },
    "mi-8": { PatchGroup: "web" },
    "i-9": { PatchGroup: "other" },
  };
  for (const [id, own] of Object.entries(tags)) made.tags.set(id, own);
  run(made, installId, "e-1", "Install", began);
  made.statuses.set("e-1-base", "Failed");
  return made;
}

/** An execution that has ended, with its commands. */
export function run(
  made: WindowWorld,
  windowId: string,
  id: string,
  operation: string,
  startedAt: number,
): void {
  const known = made.executions.get(windowId) ?? [];
  made.executions.set(windowId, [
    ...known,
    { id, status: "SUCCESS", startedAt, endedAt: startedAt + hourMs },
  ]);
  const targets = operation === "Install" ? ["base", "excluded"] : ["base"];
  made.commands.set(
    id,
    targets.map((target) => ({ id: `${id}-${target}`, targetId: target })),
  );
  for (const target of targets) made.statuses.set(`${id}-${target}`, "Success");
  const one = (target: string, nodeId: string, status: string, code: number) => ({
    ...{ commandId: `${id}-${target}`, nodeId, status, code, requestedAt: startedAt },
  });
  made.invocations.set(`${id}-base`, [
    one("base", "i-1", "Success", 0),
    one("base", "i-3", "Failed", 156),
    one("base", "i-7", "Failed", 1),
    one("base", "mi-8", "Success", 0),
  ]);
  made.invocations.set(`${id}-excluded`, [
    one("excluded", "i-2", "Success", 0),
    one("excluded", "i-7", "Success", 0),
  ]);
  for (const nodeId of ["i-1", "i-2", "i-3", "i-7", "mi-8"]) {
    made.pings.set(nodeId, "Online");
    made.states.set(nodeId, {
      ...{ id: nodeId, patchGroup: made.tags.get(nodeId)?.PatchGroup ?? "", baselineId: "pb-1" },
      ...{ snapshotId: undefined, operation, startedAt, endedAt: startedAt + 60_000 },
      ...{ missing: 0, failed: 0, pendingReboot: 0 },
    });
  }
  made.pings.set("i-4", "ConnectionLost");
}

export function recordIn({ bucket }: WindowWorld, at = key): WindowRecord {
  return readWindowRecord(at, bucket.text(at) ?? "");
}

export const statesOf = (run: WindowRecord) =>
  Object.fromEntries(recordedNodes({ kind: "window", run }).map(({ id, state }) => [id, state]));
