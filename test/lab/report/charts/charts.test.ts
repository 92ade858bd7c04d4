import { readFileSync } from "node:fs";
import { expect } from "chai";
import { renderCompliance } from "#lab/report/charts/complianceChart.js";
import { renderInside, shownInside } from "#lab/report/charts/insideChart.js";
import { renderTimeline } from "#lab/report/charts/timelineChart.js";
import { renderReport } from "#lab/report/page/html.js";
import { occurrencesOf } from "#lab/report/summary/facts.js";
import type { Summary, WindowSummary } from "#lab/report/summary/summary.js";
import { largeSummary, summary } from "../support.js";
import { dayMs, shownFrom, time } from "../windowsSupport.js";

const widths = [1100, 352];

function installOf({ windows }: Summary): WindowSummary {
  const install = windows.find(({ operation }) => operation === "Install");
  if (install === undefined) throw new Error("no install window");
  return install;
}

function charts(of: Summary): string[] {
  const install = installOf(of);
  return widths
    .flatMap((width) => [
      renderTimeline(of, width),
      renderCompliance(of, width),
      renderInside(install, shownInside(install, 6), "inside-1", width),
    ])
    .map(String);
}

function ids(svg: string): string[] {
  return [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => id);
}

describe("charts", () => {
  it("give the same bytes again in the same process", () => {
    const first = charts(summary());
    renderTimeline(largeSummary(3), 1100);
    expect(charts(summary())).to.deep.equal(first);
  });

  it("share no id and point at none of another chart", () => {
    const all = charts(summary()).map((svg) => ({ svg, own: ids(svg) }));
    const every = all.flatMap(({ own }) => own);
    expect(new Set(every).size).to.equal(every.length);
    for (const { svg, own } of all) {
      const used = [...svg.matchAll(/url\(#([^)]*)\)/g)].map(([, id = ""]) => id);
      expect(own).to.include.members(used);
      expect(svg).not.to.match(/<style|class=|NaN|Infinity|undefined/);
    }
  });

  it("carry a title and a description that name them", () => {
    for (const svg of charts(summary())) {
      const [, labels = ""] = / aria-labelledby="([^"]*)"/.exec(svg) ?? [];
      const [title = "", description = ""] = labels.split(" ");
      expect(svg).to.contain(`<title id="${title}">`).and.contain(`<desc id="${description}">`);
    }
    expect(String(renderCompliance(summary(), 1100))).to.contain(
      "29 compliant, 4 not compliant, 7 never scanned",
    );
  });

  it("keep names as text", () => {
    const base = summary();
    const name = `</svg><script>x</script>{a|b} "'&`;
    const windows = base.windows.map((window) => ({ ...window, name }));
    const svg = String(renderTimeline({ ...base, windows }, 1100));
    expect(svg).to.contain("&lt;/svg&gt;&lt;script&gt;x&lt;/script&gt;{a|b} &quot;&#39;&amp;");
    expect(svg).not.to.contain("<script");
  });

  it("cut a long name without leaving half a character", () => {
    const base = summary();
    for (let length = 20; length < 40; length++) {
      const windows = base.windows.map((window) => ({
        ...window,
        name: `${"x".repeat(length)}${"🧨".repeat(20)}`,
      }));
      expect(String(renderTimeline({ ...base, windows }, 352))).not.to.match(/\p{Cs}/u);
    }
  });

  it("label what went wrong where there is room", () => {
    const svg = String(renderTimeline(summary(), 1100));
    for (const label of ["Ran out of time", "Stopped by error limit", "Some nodes failed", "20/33", "12 Oct"])
      expect(svg).to.contain(`>${label}<`);
  });

  // Counted in the charts of 28 days that a charting library drew, once, before these were written by hand. Since
  // then what repeats is drawn once inside a window, and a line stands where the first scan was in.
  const drawn = {
    small: [
      ["timeline-1100", 74, 44, 34],
      ["timeline-352", 25, 44, 16],
      ["inside-0-1100", 9, 1, 15],
      ["inside-0-352", 9, 1, 15],
      ["inside-1-1100", 9, 1, 15],
      ["inside-1-352", 9, 1, 15],
      ["inside-2-1100", 12, 1, 18],
      ["inside-2-352", 6, 1, 12],
      ["compliance-1100", 24, 0, 44],
      ["compliance-352", 18, 0, 35],
    ],
    prod: [
      ["timeline-1100", 60, 36, 38],
      ["timeline-352", 23, 36, 20],
      ["inside-0-1100", 12, 1, 24],
      ["inside-0-352", 12, 1, 24],
      ["inside-1-1100", 10, 1, 15],
      ["inside-1-352", 10, 1, 15],
      ["inside-2-1100", 12, 1, 17],
      ["inside-2-352", 6, 1, 11],
      ["compliance-1100", 26, 0, 42],
      ["compliance-352", 20, 0, 33],
    ],
  };
  for (const [fleet, counts] of Object.entries(drawn)) {
    it(`draw all marks and labels of the fleet ${fleet}`, () => {
      const file = new URL(`fixtures/${fleet}.json`, import.meta.url);
      const shipped: Pick<Summary, "run" | "windows" | "compliance"> = JSON.parse(readFileSync(file, "utf8"));
      const page = renderReport(summary(shipped));
      const found = [...page.matchAll(/<svg [^>]*aria-labelledby="([\w-]+)-title [\s\S]*?\n<\/svg>/g)];
      const count = (svg: string, pattern: RegExp) => svg.match(pattern)?.length ?? 0;
      const marks = found.map(([svg, id]) => {
        const badges = count(svg, /<g transform/g);
        const glyphs = count(svg, /stroke-linejoin/g);
        return [id, count(svg, /<text/g), badges, count(svg, /<(rect|line|path)/g) - badges - glyphs];
      });
      expect(marks).to.deep.equal(counts);
    });
  }

  it("leave the time before the first scan empty, and call it not scanned", () => {
    const sample = (day: number, compliant: number) => ({
      at: time(shownFrom + day * dayMs),
      compliant,
      nonCompliant: 0,
      unknown: 40 - compliant,
    });
    const [late, never] = [[sample(0, 0), sample(14, 30)], [sample(0, 0)]].map((compliance) =>
      String(renderCompliance(summary({ compliance }), 1100)),
    );
    expect(late).to.contain(">not scanned<").and.contain("75 % after the first scan, Mon 19 Oct 00:00");
    const [, edge = ""] = /<path d="M([\d.]+)/.exec(late ?? "") ?? [];
    expect(Number(edge)).to.be.within(480, 540);
    expect(never).to.contain(">not scanned<").and.contain("nodes: not scanned, ").and.not.contain("<path");
  });

  it("draw one badge per opening, at its time and within the picture", () => {
    for (const width of widths) {
      const svg = String(renderTimeline(summary(), width));
      const badges = [...svg.matchAll(/<g transform="translate\(([\d.-]+) [^>]*>(<rect [^>]*>)/g)];
      const filled = (colour: string) =>
        badges.filter(([, , box = ""]) => box.includes(` fill="var(--${colour},`)).length;
      expect(["good", "warn", "late", "bad", "surface"].map(filled)).to.deep.equal([27, 1, 1, 1, 2]);
      const starts = badges.map(([, x]) => Number(x));
      expect(Math.min(...starts)).to.be.at.least(0);
      expect(Math.max(...starts)).to.be.at.most(width);
    }
  });

  it("say of a crowded lane in words what its badges cannot", () => {
    expect(String(renderTimeline(largeSummary(3), 352))).to.contain("due 672 times, 0 to look at");
  });

  it("show how long a window would have needed", () => {
    const install = installOf(summary());
    const svg = String(renderInside(install, occurrencesOf(install), "inside", 352));
    expect(svg).to.contain("needed 4 h 50 min, had 2 h until the cutoff");
    expect(svg).to.contain("install-base: Cancelled, 18 of 31 nodes");
  });

  it("drop the window's name from its tasks, and say when no node was selected", () => {
    const install = installOf(summary());
    const [execution] = install.executions;
    const [base] = execution?.commands ?? [];
    if (execution === undefined || base === undefined) throw new Error("no command");
    const idle = { ...base, targeted: 0, invocations: {} };
    const commands = [
      { ...base, task: `${install.name}-base` },
      { ...idle, task: `${install.name}-excluded` },
      { ...idle, task: "late", commandId: null, startedAt: null },
    ];
    const window = { ...install, executions: [{ ...execution, commands }] };
    const svg = String(renderInside(window, occurrencesOf(window), "inside", 352));
    for (const text of ["base: Success, 28 of 31 nodes", "excluded: no node selected", "late: never started"])
      expect(svg).to.contain(`>${text}<`);
  });

  it("show executions with problems before those without, in the order of time", () => {
    const install = installOf(summary());
    expect(shownInside(install, 2).map(({ outcome }) => outcome)).to.deep.equal([
      "out-of-time",
      "error-limit",
    ]);
    expect(shownInside(install, 9)).to.have.length(4);
  });

  it("draw a run without windows, samples or time", () => {
    const { run } = summary();
    const empty = summary({ windows: [], compliance: [], nodes: [], run: { ...run, to: run.from, days: 0 } });
    for (const width of widths)
      for (const svg of [renderTimeline(empty, width), renderCompliance(empty, width)])
        expect(String(svg))
          .to.match(/^<svg [\s\S]*<\/svg>$/)
          .and.not.match(/NaN|Infinity/);
  });
});
