import { expect } from "chai";
import { renderReport } from "#lab/report/page/html.js";
import { headlineOf } from "#lab/report/summary/headline.js";
import type { NodeSummary, Summary } from "#lab/report/summary/summary.js";
import { renderTable } from "#lab/report/terminal/table.js";
import { known, under } from "../causesSupport.js";
import { node, quietSummary, summary } from "../support.js";

const good = { windowsDidTheirJob: true, problems: [] };

/** Ten nodes, the first ones changed. */
function fleet(
  ...changes: readonly Partial<NodeSummary>[]
): Pick<Summary, "nodes" | "compliance" | "verdict"> {
  const nodes = Array.from({ length: 10 }, (_, index) => node(index, changes[index]));
  return { verdict: good, nodes, compliance: [] };
}

const bad = { state: "non-compliant" } as const;
const unseen = { state: "unknown", ...under(known.stopped) } as const;
const waits = { ...bad, ...under(known.waiting) };
const kept = { ...bad, ...under(known.exclusion) };
const fallback = { reasons: ["no baseline"], ...under(known.fallback) };
const quiet = { windows: quietSummary().windows, uncovered: [] };

const cases: readonly (readonly [string, Summary, title: string, mood: string, turns?: string])[] = [
  ["nothing to look at", quietSummary(), "All windows did their job, every node is compliant", "good"],
  [
    "windows that did not do their job and nodes",
    summary(),
    "Not every window did its job: 4 problems; 4 of 40 nodes are not compliant, and 7 were never scanned",
    "wrong",
    "Somebody must act on 11 nodes, 1 node is under an exclusion.",
  ],
  [
    "most nodes not compliant, though every window did its job",
    summary({ ...quiet, ...fleet(waits, waits, waits, waits, waits, waits, unseen) }),
    "6 of 10 nodes are not compliant, and 1 was never scanned",
    "wrong",
    "Somebody must act on 1 node, 6 nodes wait for a window.",
  ],
  [
    "nodes under an exclusion",
    summary({ ...quiet, ...fleet(kept, kept) }),
    "2 of 10 nodes are not compliant",
    "mixed",
    "2 nodes are under an exclusion.",
  ],
  [
    "nodes never scanned",
    summary({ ...quiet, ...fleet(unseen) }),
    "1 of 10 nodes was never scanned",
    "mixed",
    "Somebody must act on 1 node.",
  ],
  [
    "no node scanned",
    summary({ ...quiet, ...fleet(...Array(10).fill(unseen)) }),
    "None of 10 nodes was scanned",
    "wrong",
    "Somebody must act on 10 nodes.",
  ],
  [
    "compliant nodes that are on the wrong baseline",
    summary({ ...quiet, ...fleet(fallback) }),
    "Every node is compliant, but somebody must act on 1",
    "mixed",
    "Somebody must act on 1 node.",
  ],
  [
    "openings to look at alone",
    summary(fleet()),
    "Every node is compliant, but in 5 of 32 openings nodes failed or were left out",
    "mixed",
  ],
  [
    "a problem and nothing else",
    summary({ ...quiet, ...fleet(), verdict: { windowsDidTheirJob: false, problems: ["x"] } }),
    "Not every window did its job: 1 problem",
    "wrong",
  ],
];

describe("headlineOf", () => {
  for (const [what, run, title, mood, turns] of cases)
    it(`leads with the worst fact: ${what}`, () => {
      const headline = headlineOf(run);
      expect([headline.title, headline.mood]).to.eql([title, mood]);
      expect(headline.lines.filter((line) => /exclusion|act on|wait/.test(line))).to.eql(
        turns === undefined ? [] : [turns],
      );
    });

  it("does not call a job done in one half of a sentence and open in the other", () => {
    const told = cases.map(([, run]) => headlineOf(run).lines.join(" "));
    expect(told.filter((text) => /did their job/.test(text) && /failed or/.test(text))).to.eql([]);
    expect(told).to.include(
      "Every window opened and ended as planned, but in 5 of 32 openings nodes failed or were left out. 10 of 10 nodes compliant at the end.",
    );
  });

  it("is the same on page and terminal", () => {
    for (const [what, run, title] of cases) {
      const { lines } = headlineOf(run);
      expect(renderReport(run), what).to.contain(`<h2>${title}</h2>`).and.contain(lines.join(" "));
      const text = renderTable(run, { width: 200, colour: false });
      expect(text.split("\n"), what).to.include.members([title, ...lines]);
    }
  });
});
