import { countOfState, type NodeState } from "#shared/contract/nodeStates.js";
import type { WindowRecord } from "#shared/contract/windowRecord.js";
import { dayMs } from "#shared/text/time.js";
import { windowRecord } from "#test/support/windowRecords.js";

export const start = Date.parse("2026-07-01T00:00:00Z");
export const days = 90;
const count = 1000;
export const dayText = (day: number) => new Date(start + day * dayMs).toISOString().slice(0, 10);
const id = (node: number) => `i-${String(node).padStart(17, "0")}`;

/** A generator of numbers in [0, 1) that gives the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is true of each node on each day, before anybody has written a record. */
function history() {
  const next = numbers(16);
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T;
  const span = (): Span => {
    const from = Math.floor(next() * days);
    return { from, to: from + 1 + Math.floor(next() * 40) };
  };
  const bad: readonly NodeState[] = [
    "stopped",
    "not connected",
    "no agent",
    "not reached before cutoff",
    "failed",
  ];
  return Array.from({ length: count }, (_, node) => ({
    id: id(node),
    /** From when on it has the window's tags. */
    joins: next() < 0.9 ? 0 : Math.floor(next() * days),
    patches: ["kernel", "openssl", "curl"].flatMap((name) => (next() < 0.4 ? [{ name, ...span() }] : [])),
    out: next() < 0.3 ? { ...span(), state: pick(bad) } : undefined,
    reboot: next() < 0.1 ? span() : undefined,
    exception: next() < 0.1 ? span() : undefined,
  }));
}

export const nodes = history();
export const isIn = (one: Span | undefined, day: number) =>
  one !== undefined && day >= one.from && day < one.to;
const isInstall = (day: number) => day % 7 === 3;
const severity = (name: string) => (name === "kernel" ? "Critical" : "Important");
export const stateOn = ({ out, reboot }: (typeof nodes)[number], day: number): NodeState => {
  if (isIn(out, day)) return out?.state ?? "unknown";
  if (!isInstall(day)) return "scanned";
  return isIn(reboot, day) ? "pending reboot" : "patched";
};
export const entry = {
  manifest: "exclusions/a.yaml",
  versionId: "v1",
  entry: "pay",
  owner: "pay@example.com",
  expires: "2027-01-01T00:00:00.000Z",
};

/** A day's run as its function would write it: since when a patch is there is the first run in a row that saw it. */
function recordOf(day: number, seenSince: Map<string, string>): WindowRecord {
  const startedAt = new Date(start + day * dayMs + 7_200_000).toISOString();
  const members = nodes.filter(({ joins }) => joins <= day);
  const groups = new Map<string, WindowRecord["nodes"][number]>();
  const patches = new Map<string, NonNullable<WindowRecord["patches"]>[number]>();
  const findings: WindowRecord["findings"] = [];
  for (const one of members) {
    const state = stateOn(one, day);
    const exclusions = isIn(one.exception, day) ? { exclusions: [0] } : {};
    const why = state === "failed" ? { why: "exit code 1" } : {};
    const key = JSON.stringify([state, exclusions, why]);
    const group = groups.get(key) ?? { state, ...why, ...exclusions, ids: [] };
    group.ids.push(one.id);
    groups.set(key, group);
    if (countOfState(state) !== "patched") continue;
    const open = one.patches.filter((patch) => isIn(patch, day));
    const pendingReboot = isIn(one.reboot, day) ? 1 : 0;
    if (open.length + pendingReboot > 0)
      findings.push({ id: one.id, missing: open.length, failed: 0, pendingReboot });
    for (const { name } of one.patches)
      if (!open.some((patch) => patch.name === name)) seenSince.delete(`${one.id} ${name}`);
    for (const { name } of open) {
      const since = seenSince.get(`${one.id} ${name}`) ?? startedAt;
      seenSince.set(`${one.id} ${name}`, since);
      const known = patches.get(`${name} ${since}`) ?? {
        ...{ name, severity: severity(name), state: "missing" as const, since, ids: [] },
      };
      known.ids.push(one.id);
      patches.set(`${name} ${since}`, known);
    }
  }
  return windowRecord({
    ...{ executionId: `e-${day}`, windowName: "w", operation: isInstall(day) ? "Install" : "Scan" },
    ...{
      startedAt,
      endedAt: startedAt,
      closedAt: startedAt,
      commands: [],
      nodes: [...groups.values()],
      findings,
    },
    ...{ exclusions: [{ ...entry, effect: "reject" }], patches: [...patches.values()] },
  });
}

/** The records of all days, by their keys, and since when each was known to be missing after each day. */
export function auditRecords() {
  const seenSince = new Map<string, string>();
  const firstSeen: Map<string, string>[] = [];
  const texts = Array.from({ length: days }, (_, day): [string, string] => {
    const record = recordOf(day, seenSince);
    firstSeen.push(new Map(seenSince));
    const folder = dayText(day).replaceAll("-", "/");
    return [`runs/windows/closed/${folder}/${record.executionId}.json`, JSON.stringify(record)];
  });
  return { texts, firstSeen };
}
