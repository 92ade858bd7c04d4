import { expect } from "chai";
import { type RingSeen, ringGate, type SeenRun } from "#functions/regional-fanout/core/ringGate.js";
import type { ClosedRun } from "#shared/contract/closedRun.js";
import type { RingDecision, RingRule } from "#shared/contract/rings.js";

const hour = 3_600_000;
const now = Date.parse("2026-09-10T04:00:00Z");
const cycle = "2026-09-06T04:00:10.000Z";
const rule: RingRule = {
  Name: "early",
  After: { Name: "canary", SoakHours: 72, WithinHours: 102, MinSuccess: 90 },
  Alarms: [],
};
const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `i-${index + from}`);

/** A closed run of ten nodes that all went well, four days before. */
function closed(
  changes: Partial<ClosedRun> = {},
  failed: readonly string[] = [],
  others: string[] = [],
): ClosedRun {
  const patched = ids(10).filter((id) => !failed.includes(id) && !others.includes(id));
  const counts = { members: 10, patched: patched.length, failed: failed.length, notCovered: others.length };
  const region = {
    ...{ region: "us-east-1", counts, excluded: 0, patched },
    findings: failed.map((id) => ({ id, missing: 1, failed: 1, pendingReboot: 0 })),
    notCovered: others.length === 0 ? [] : [{ reason: "offline", why: "ConnectionLost", nodes: others }],
  };
  return {
    ...{
      version: 2,
      runId: "run",
      windowId: "mw-0",
      startedAt: cycle,
      end: "ended",
      starts: [],
      skipped: [],
    },
    closedAt: "2026-09-06T09:52:00.000Z",
    ring: { name: "canary", cycle, verdict: "first", why: [] },
    ...{ failed: [], regions: [region], totals: counts },
    ...changes,
  } as ClosedRun;
}

const seenRun = (run: ClosedRun, byWindow = true): SeenRun => ({
  ...{ runId: run.runId, byWindow },
  record: { state: "closed", run },
});

function seen(changes: Partial<RingSeen> = {}): RingSeen {
  const nobody = { pause: undefined, promote: undefined };
  return { now, ...nobody, before: [seenRun(closed())], silent: [], failedTotal: 0, alarms: [], ...changes };
}

const word = (say: "pause" | "promote", until = "2026-09-11T00:00:00Z"): RingDecision => ({
  ...{ version: 1, say, until, reason: "CHG-1", owner: "ops" },
});

describe("the gate of a ring", () => {
  it("passes when the ring before has done well, and hands its cycle on", () => {
    expect(ringGate(rule, seen())).to.deep.equal({ name: "early", cycle, verdict: "passed", why: [] });
  });

  it("lets a first ring start, in a cycle of its own", () => {
    const first = { Name: "canary", Alarms: [] };
    const own = { name: "canary", cycle: "2026-09-10T04:00:00.000Z", verdict: "first", why: [] };
    expect(ringGate(first, seen({ before: [] }))).to.deep.equal(own);
  });

  for (const [what, changes, why] of [
    ["no record", { before: [] }, /^no window of canary has begun a run within 102 hours$/],
    ["a run by hand alone", { before: [seenRun(closed(), false)] }, /^no window of canary/],
    [
      "records that cannot be listed",
      { before: "AccessDenied" },
      /^the runs of canary are not known: AccessDenied$/,
    ],
    [
      "a record that cannot be read",
      { before: [{ runId: "run", byWindow: true, record: { state: "unknown", why: "it is no JSON" } }] },
      /^what became of run run of canary is not known: it is no JSON$/,
    ],
    [
      "a run that goes on",
      { before: [{ runId: "run", byWindow: true, record: { state: "open" } }] },
      /^run run of canary has not ended$/,
    ],
    ["a run that was given up", { before: [seenRun(closed({ end: "given up" }))] }, /was given up$/],
    ["a run without nodes", { before: [seenRun(closed({ end: "hollow" }))] }, /had no node$/],
    [
      "a closed calendar",
      { before: [seenRun(closed({ end: "calendar closed" }))] },
      /a calendar was closed$/,
    ],
    [
      "a ring before that was held itself",
      {
        before: [
          seenRun(
            closed({ end: "held", ring: { name: "canary", cycle, verdict: "held", why: ["paused by ops"] } }),
          ),
        ],
      },
      /^canary was held: paused by ops$/,
    ],
    [
      "a Region that failed",
      { before: [seenRun(closed({ failed: [{ region: "us-west-2", group: "g", error: "denied" }] }))] },
      /^run run of canary failed in us-west-2, g: denied$/,
    ],
    [
      "nodes of another account that nobody could count",
      { before: [seenRun(closed({ uncounted: [{ account: "210987654321", regions: [], why: "denied" }] }))] },
      /^nodes of 210987654321 in run run of canary are not counted: denied$/,
    ],
    [
      "a record of an hour too little",
      { before: [seenRun(closed({ closedAt: "2026-09-07T05:00:01.000Z" }))] },
      /less than 72 hours ago$/,
    ],
    [
      "too few that did well",
      { before: [seenRun(closed({}, ids(1), ids(1, 1)))] },
      /^8 of 10 nodes of canary have done well, and 90% must$/,
    ],
    ["nodes that do not answer", { silent: ids(2) }, /^8 of 10 nodes .*; i-0, i-1 do not answer$/],
    [
      "nobody knows who answers",
      { silent: "us-east-1: throttled" },
      /answer is not known: us-east-1: throttled$/,
    ],
    ["an alarm", { alarms: ["alarm a is in ALARM"] }, /^alarm a is in ALARM$/],
  ] as const satisfies readonly (readonly [string, Partial<RingSeen>, RegExp])[]) {
    it(`holds it, and says why: ${what}`, () => {
      const held = ringGate(rule, seen(changes));
      expect(held.verdict).to.equal("held");
      expect(held.why).to.have.length(1);
      expect(held.why[0]).to.match(why);
    });
    it(`starts it even so where it is promoted, and still says why: ${what}`, () => {
      const found = ringGate(rule, seen({ ...changes, promote: word("promote") }));
      expect(found).to.deep.include({ verdict: "promoted", by: "ops" });
      expect(found.why[0]).to.match(why);
      const over = word("promote", "2026-09-10T04:00:00Z");
      expect(ringGate(rule, seen({ ...changes, promote: over })).verdict).to.equal("held");
    });
  }

  it("counts by whole percents, and holds at none less", () => {
    const before = [seenRun(closed({}, ids(1)))];
    expect(ringGate(rule, seen({ before })).verdict).to.equal("passed");
    const After = { Name: "canary", SoakHours: 72, WithinHours: 102, MinSuccess: 91 };
    expect(ringGate({ ...rule, After }, seen({ before })).why[0]).to.match(/^9 of 10 nodes .* and 91% must$/);
  });

  it("has an absolute lid beside the share, a failed node that does not answer counted once", () => {
    const After = { Name: "canary", SoakHours: 72, WithinHours: 102, MinSuccess: 10, MaxFailed: 1 };
    const before = [seenRun(closed({}, ids(1)))];
    expect(ringGate({ ...rule, After }, seen({ before, silent: ids(1) })).verdict).to.equal("passed");
    const two = ringGate({ ...rule, After }, seen({ before, silent: ids(2) }));
    expect(two.why).to.deep.equal(["2 nodes of canary failed, and 1 may; i-0, i-1 do not answer"]);
  });

  it("asks nothing of nodes that an exclusion holds", () => {
    const run = closed({}, [], ids(2));
    const [region] = run.regions;
    const held = { ...region, notCovered: [{ reason: "held", why: "", nodes: ids(2) }] };
    const before = [seenRun({ ...run, regions: [held] } as ClosedRun)];
    expect(ringGate(rule, seen({ before })).verdict).to.equal("passed");
    const all = { members: 2, patched: 0, failed: 0, notCovered: 2 };
    const none = {
      ...run,
      totals: all,
      regions: [{ ...held, counts: all, patched: [] }],
    } as unknown as ClosedRun;
    expect(ringGate(rule, seen({ before: [seenRun(none)] })).why[0]).to.match(/^0 of 0 nodes/);
  });

  it("is held by a run by hand that went badly, and not by one that came to nothing", () => {
    const window = seenRun(closed());
    const bad = seenRun(closed({ runId: "hand" }, ids(5)), false);
    expect(ringGate(rule, seen({ before: [window, bad] })).verdict).to.equal("held");
    const nothing = seenRun(closed({ runId: "hand", end: "hollow" }), false);
    expect(ringGate(rule, seen({ before: [window, nothing] })).verdict).to.equal("passed");
  });

  it("has a lid over all rings of a cycle", () => {
    const lid = { ...rule, MaxFailedTotal: 3 };
    expect(ringGate(lid, seen({ failedTotal: 3 })).verdict).to.equal("passed");
    expect(ringGate(lid, seen({ failedTotal: 4 })).why).to.deep.equal([
      "4 nodes of this cycle failed, and 3 may",
    ]);
    expect(ringGate(lid, seen({ failedTotal: "AccessDenied" })).verdict).to.equal("held");
  });

  it("is shut by a pause whatever else is said, in a first ring too, until the pause is over", () => {
    const paused = { pause: word("pause"), promote: word("promote") };
    expect(ringGate(rule, seen(paused))).to.deep.include({ verdict: "held", by: "ops" });
    expect(ringGate({ Name: "canary", Alarms: [] }, seen({ ...paused, before: [] })).why).to.deep.equal([
      "paused by ops until 2026-09-11T00:00:00Z: CHG-1",
    ]);
    const over = { pause: word("pause", new Date(now).toISOString()) };
    expect(ringGate(rule, seen(over)).verdict).to.equal("passed");
  });

  it("is shut by a pause that nobody can read, and a promotion that nobody can read promotes nothing", () => {
    const unreadable = { unreadable: "it is wrong" };
    expect(ringGate(rule, seen({ pause: unreadable, promote: word("promote") })).verdict).to.equal("held");
    expect(ringGate(rule, seen({ promote: unreadable })).verdict).to.equal("passed");
    expect(ringGate(rule, seen({ before: [], promote: unreadable })).why).to.have.length(2);
  });

  it("counts the soak from the record's closing, which comes within an hour of the end", () => {
    const at = (hours: number) => new Date(now - hours * hour).toISOString();
    expect(ringGate(rule, seen({ before: [seenRun(closed({ closedAt: at(71) }))] })).verdict).to.equal(
      "passed",
    );
    expect(ringGate(rule, seen({ before: [seenRun(closed({ closedAt: at(70.99) }))] })).verdict).to.equal(
      "held",
    );
  });
});
