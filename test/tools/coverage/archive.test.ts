import { expect } from "chai";
import { readClosedRecord } from "#shared/contract/closedRecords.js";
import { countOfState, type NodeState } from "#shared/contract/nodeStates.js";
import type { WindowRecord } from "#shared/contract/windowRecord.js";
import { windowRecord } from "#test/support/windowRecords.js";
import { Archive } from "#tools/coverage/core/archive.js";
import { evidenceOf } from "#tools/coverage/core/evidence.js";
import { evidenceFiles } from "#tools/coverage/evidenceFiles.js";
import { evidencePage } from "#tools/coverage/evidencePage.js";

const dayMs = 86_400_000;
const start = Date.parse("2026-07-01T00:00:00Z");
const [days, count] = [90, 1000];
const dayText = (day: number) => new Date(start + day * dayMs).toISOString().slice(0, 10);
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

const nodes = history();
const isIn = (one: Span | undefined, day: number) => one !== undefined && day >= one.from && day < one.to;
const isInstall = (day: number) => day % 7 === 3;
const severity = (name: string) => (name === "kernel" ? "Critical" : "Important");
const stateOn = ({ out, reboot }: (typeof nodes)[number], day: number): NodeState => {
  if (isIn(out, day)) return out?.state ?? "unknown";
  if (!isInstall(day)) return "scanned";
  return isIn(reboot, day) ? "pending reboot" : "patched";
};
const entry = {
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

describe("the twelve questions of an auditor, over 90 days and 1,000 nodes", () => {
  const seenSince = new Map<string, string>();
  const firstSeen: Map<string, string>[] = [];
  const texts = Array.from({ length: days }, (_, day): [string, string] => {
    const record = recordOf(day, seenSince);
    firstSeen.push(new Map(seenSince));
    const folder = dayText(day).replaceAll("-", "/");
    return [`runs/windows/closed/${folder}/${record.executionId}.json`, JSON.stringify(record)];
  });
  let archive: Archive;

  before(() => {
    archive = new Archive(
      texts.map(([key, text]) => ({ key, record: readClosedRecord(key, text) })),
      "central",
    );
  });

  const asked = [0, 3, 17, 45, 66, 89];
  const here = (day: number) => nodes.filter(({ joins }) => joins <= day);
  const isCovered = (node: (typeof nodes)[number], day: number) =>
    countOfState(stateOn(node, day)) === "patched";
  /** The day of the last run that came back from a node. */
  const lastSeen = (node: (typeof nodes)[number], day: number) => {
    for (let back = day; back >= node.joins; back--) if (isCovered(node, back)) return back;
    return undefined;
  };
  const missing = (node: (typeof nodes)[number], patch: string, day: number) => {
    const seen = lastSeen(node, day);
    return seen !== undefined && node.patches.some((one) => one.name === patch && isIn(one, seen));
  };
  const ids = (some: readonly { readonly id: string }[]) => some.map((one) => one.id);

  for (const day of asked) {
    const on = dayText(day);
    it(`1 to 3: who belonged, who was covered, and why not, on ${on}`, () => {
      expect(archive.members("w", on)).to.deep.equal(ids(here(day)));
      expect(archive.covered("w", on)).to.deep.equal({
        covered: ids(here(day).filter((node) => isCovered(node, day))),
        not: ids(here(day).filter((node) => !isCovered(node, day))),
      });
      for (const node of here(day).slice(0, 50)) {
        const state = stateOn(node, day);
        const why = [{ window: "w", state, why: state === "failed" ? "exit code 1" : "" }];
        expect(archive.why(node.id, on)).to.deep.equal(isCovered(node, day) ? [] : why);
      }
    });

    it(`4, 5 and 8: where a patch was missing, since when, and beyond its term, on ${on}`, () => {
      for (const patch of ["kernel", "openssl", "curl"]) {
        const lacking = nodes.filter((node) => missing(node, patch, day));
        expect(archive.missingOn(patch, on)).to.deep.equal(ids(lacking));
        for (const node of lacking.slice(0, 20)) {
          const seen = lastSeen(node, day) ?? 0;
          expect(archive.missingSince(patch, node.id, on)).to.equal(
            firstSeen[seen]?.get(`${node.id} ${patch}`),
          );
        }
      }
      const late = nodes.filter((node) => {
        const since = firstSeen[lastSeen(node, day) ?? 0]?.get(`${node.id} kernel`);
        return (
          missing(node, "kernel", day) && Date.parse(since ?? "") + 14 * dayMs < start + (day + 1) * dayMs
        );
      });
      expect(archive.overdue(14, "critical", on)).to.deep.equal(
        late.map((node) => ({ id: node.id, patch: "kernel" })),
      );
    });

    it(`6 and 9 to 11: exceptions, silence, reboots and failures, on ${on}`, () => {
      for (const node of here(day).slice(0, 100)) {
        const met = isIn(node.exception, day) ? [{ ...entry, effect: "reject" }] : [];
        expect(archive.exceptions(node.id, on)).to.deep.equal(met);
      }
      const silent = here(day).filter((node) => {
        const seen = lastSeen(node, day);
        return seen === undefined || seen <= day - 7;
      });
      expect(archive.unscanned(7, on)).to.deep.equal(ids(silent));
      const waiting = here(day).filter((node) => isCovered(node, day) && isIn(node.reboot, day));
      expect(archive.pendingReboot(on)).to.deep.equal(ids(waiting));
      const failed = here(day).filter((node) => stateOn(node, day) === "failed");
      expect(archive.failures(on)).to.deep.equal(
        failed.map((node) => ({ id: node.id, window: "w", why: "exit code 1" })),
      );
    });
  }

  it("7 and 12: who uploaded and approved the version in force, else unknown, and each run has its end; the same question gives the same bytes", () => {
    expect(archive.ends()).to.have.length(days);
    const input = {
      ...{ stack: "prod", from: dayText(0), to: dayText(days - 1), archive, isOver: true },
      ...{
        unread: [{ key: "runs/x.json", why: "is not JSON" }],
        exclusions: { ok: true as const, value: [] },
        uploads: { ok: true as const, value: [] },
      },
    };
    const evidence = evidenceOf(input);
    expect(evidence.exceptions).to.have.length(1);
    const { versionId: _, ...told } = entry;
    expect(evidence.exceptions[0]).to.include({ ...told, uploadedBy: "unknown", approvedBy: "unknown" });
    expect(evidence.exceptions[0]?.nodes).to.equal(
      nodes.filter((node) =>
        Array.from({ length: days }, (_, day) => day).some(
          (day) => node.joins <= day && isIn(node.exception, day),
        ),
      ).length,
    );
    const of = (key: string, versionId: string, principal: string) => ({
      ...{ key, versionId, principal, at: dayText(0) },
      ...(key.startsWith("approvals/") ? { approves: entry.versionId } : {}),
    });
    const value = [
      of(entry.manifest, "v1", "AWS:jane"),
      of(entry.manifest, "v2", "AWS:eve"),
      of(`approvals/${entry.manifest}`, "v3", "AWS:joe"),
    ];
    const whose = (some: typeof value) =>
      evidenceOf({ ...input, uploads: { ok: true, value: some } }).exceptions.map((one) => [
        one.uploadedBy,
        one.approvedBy,
      ]);
    expect(whose(value)).to.deep.equal([["AWS:jane", "AWS:joe"]]);
    expect(whose(value.slice(0, 2))).to.deep.equal([["AWS:jane", "none"]]);
    expect(evidenceOf({ ...input, uploads: { ok: false, error: "no right" } }).uploadsUnread).to.equal(
      "no right",
    );
    const again = new Archive(
      texts.toReversed().map(([key, text]) => ({ key, record: readClosedRecord(key, text) })),
      "central",
    );
    const files = (one: Archive): Readonly<Record<string, string>> => {
      const found = evidenceOf({ ...input, archive: one });
      return { ...evidenceFiles({ archive: one }, found), page: evidencePage(found) };
    };
    const [once, twice] = [files(archive), files(again)];
    expect(Object.keys(once)).to.have.length(6);
    for (const name of Object.keys(once)) expect(once[name] === twice[name], name).to.equal(true);
    expect(once["unread.csv"]).to.contain("is not JSON");
  });
});
