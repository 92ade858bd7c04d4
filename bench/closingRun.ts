import { closeWindows } from "#functions/window-end/core/closeWindows.js";
import { WindowWorld } from "#test/memory/windowEnd.js";

/** One closing of a window with so many nodes, in a process of its own, over an account in memory. */
const [nodes = 0, open = 0] = process.argv.slice(2).map(Number);
const began = Date.parse("2026-09-05T04:00:00Z");
const hour = 3_600_000;
const world = new WindowWorld();
world.windows = [{ id: "mw-1", name: "dev-install", operation: "Install" }];
world.targets.set("mw-1", [{ id: "base", criteria: [{ key: "PatchGroup", values: ["web"] }] }]);
const execution = { id: "e-1", status: "SUCCESS", startedAt: began, endedAt: began + 3 * hour };
world.executions.set("mw-1", [execution]);
world.commands.set("e-1", [{ id: "c-1", targetId: "base" }]);
world.statuses.set("c-1", "Success");
const patches = Array.from({ length: 20 }, (_, index) => ({
  ...{ name: `package-${index}.x86_64`, severity: "Important", state: "missing" as const },
}));
const ids = Array.from({ length: nodes }, (_, index) => `i-${index.toString(16).padStart(17, "0")}`);
world.invocations.set(
  "c-1",
  ids.map((nodeId) => ({ commandId: "c-1", nodeId, status: "Success", code: 0, requestedAt: began })),
);
for (const [index, id] of ids.entries()) {
  world.tags.set(id, { PatchGroup: "web" });
  world.pings.set(id, "Online");
  world.patches.set(id, patches);
  world.states.set(id, {
    ...{ id, patchGroup: "web", baselineId: "pb-1", snapshotId: undefined, operation: "Install" },
    ...{ startedAt: began, endedAt: began + hour, failed: 0, pendingReboot: 0 },
    missing: index < open ? patches.length : 0,
  });
}
const before = process.cpuUsage();
const { closed } = await closeWindows(world.ports(), began + 4 * hour, new AbortController().signal);
const { user, system } = process.cpuUsage(before);
const [key = ""] = world.bucket.keys();
process.stdout.write(
  JSON.stringify({
    closed: closed.length,
    seconds: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
    recordMegabytes: (world.bucket.text(key) ?? "").length / 2 ** 20,
    named: world.counts.get("openPatches") ?? 0,
    unnamed: closed[0]?.unnamed ?? 0,
  }),
);
