import { expect } from "chai";
import { renderTimeline } from "#lab/report/charts/timelineChart.js";
import { renderReport } from "#lab/report/page/html.js";
import { occurrencesOf } from "#lab/report/summary/facts.js";
import type { FanoutRun } from "#lab/report/summary/fanoutShape.js";
import { cyclesOf, gateText, inOrder, resultText, verdictText } from "#lab/report/summary/ringFacts.js";
import { summarySchema, type WindowSummary } from "#lab/report/summary/summary.js";
import { renderTable } from "#lab/report/terminal/table.js";
import { fanoutRun, fanoutWindow, openedAt } from "../fanoutSupport.js";
import { quietSummary, summary } from "../support.js";
import { hourMs, time } from "../windowsSupport.js";

type Stand = NonNullable<FanoutRun["ring"]>;
const cycle = time(openedAt);

/** The window of a ring that has opened some hours after the first one. */
function ringWindow(
  name: string,
  after: string | null,
  hours: number,
  stand: Partial<Stand> & Pick<Stand, "verdict">,
): WindowSummary {
  const isHeld = stand.verdict === "held";
  const startedAt = time(openedAt + hours * hourMs);
  const ring = { name, cycle, why: [], ...stand };
  const run = fanoutRun({ startedAt, ring, ...(isHeld ? { end: "held", regions: [] } : {}) });
  const rule = { soakHours: 24, minSuccess: 95, maxFailed: 2 };
  return {
    ...fanoutWindow(run, { startedAt }),
    ...{ windowId: `mw-${name}`, name: `central-${name}` },
    ring: {
      name,
      after: after === null ? null : { name: after, ...rule },
      maxFailedTotal: 5,
      alarms: ["arn"],
    },
  };
}

const why = "0 of 4 nodes of <b>canary have done well, and 90% must";
const windows = [
  ringWindow("all", "early", 48, {
    verdict: "promoted",
    why: ["early was held", "promoted"],
    by: "web-team",
  }),
  ringWindow("canary", null, 0, { verdict: "first" }),
  ringWindow("early", "canary", 24, { verdict: "held", why: [why] }),
];

describe("rings in the report", () => {
  it("stand behind each other among other windows", () => {
    const others = ["a", "central", "z"].map((name) => ({ ...fanoutWindow(null), name }));
    expect(inOrder([...others, ...windows]).map(({ name }) => name)).to.eql([
      "a",
      "central",
      "central-canary",
      "central-early",
      "central-all",
      "z",
    ]);
  });

  it("are told by their cycles: what each gate asks and has said, and what came of it", () => {
    const [only, ...more] = cyclesOf(windows);
    expect([only?.at, more]).to.eql([cycle, []]);
    expect(only?.runs.map((one) => [one.stand.name, verdictText(one.stand), resultText(one)])).to.eql([
      ["canary", "first ring", "4 of 4 nodes patched"],
      ["early", "held", "nothing was started"],
      ["all", "promoted by web-team", "4 of 4 nodes patched"],
    ]);
    expect(windows.flatMap(({ ring }) => (ring === undefined ? [] : [gateText(ring)]))).to.eql([
      "24 h after early, 95% of its nodes patched, at most 2 failed, at most 5 failed in all rings, 1 alarm not in ALARM",
      "the first ring, 1 alarm not in ALARM",
      "24 h after canary, 95% of its nodes patched, at most 2 failed, at most 5 failed in all rings, 1 alarm not in ALARM",
    ]);
    expect(windows.flatMap(occurrencesOf).map(({ outcome, notes }) => [outcome, notes[0]])).to.eql([
      ["done", "early was held"],
      ["done", "eu-west-1: skipped, no members"],
      ["held", "its ring is held in this cycle: nothing was started"],
    ]);
  });

  it("have a section, lines on the timeline from one to the next, and lines on the terminal", () => {
    const bad = { patch: "<i>httpd-2", catalog: "web", breaks: "node", of: 31, got: 3, broken: 2 } as const;
    const all = summary({ windows: inOrder(windows), badPatches: [bad] });
    expect(summarySchema.parse(JSON.parse(JSON.stringify(all)))).to.eql(all);
    const page = renderReport(all);
    expect(page).to.include("Rings and their gates").and.include("The ring was held: no Region");
    expect(page).to.include("came to 3 of 31 nodes that could have had it, and broke 2 of them");
    expect(page).not.to.match(/<b>canary|<i>httpd/);
    const chart = String(renderTimeline(all, 1100));
    expect(chart.match(/<line [^>]*opacity="0.6"/g)).to.have.length(2);
    expect(chart.match(/stroke-dasharray="3 4"/g)).to.have.length(1);
    expect(renderTable(all, { width: 100, colour: false })).to.include(
      ["    early: held; nothing was started", `      ${why}`].join("\n"),
    );
  });

  it("are not there for a stack without any", () => {
    expect(renderReport(quietSummary())).not.to.include("Rings and their gates");
  });
});
