import { expect } from "chai";
import { renderCompliance, renderInside, renderTimeline, shownInside } from "#lab/report/charts/charts.js";
import type { Size } from "#lab/report/charts/plot.js";
import { occurrencesOf } from "#lab/report/summary/facts.js";
import type { Summary, WindowSummary } from "#lab/report/summary/summary.js";
import { largeSummary, summary } from "../support.js";

const SIZES: readonly Size[] = ["wide", "narrow"];

function installOf({ windows }: Summary): WindowSummary {
  const install = windows.find(({ operation }) => operation === "Install");
  if (install === undefined) throw new Error("no install window");
  return install;
}

function charts(of: Summary): string[] {
  const install = installOf(of);
  return SIZES.flatMap((size) => [
    renderTimeline(of, size),
    renderCompliance(of, size),
    renderInside(install, shownInside(install, 6), "inside-1", size),
  ]);
}

function ids(svg: string): string[] {
  return [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => id);
}

describe("charts", () => {
  it("give the same bytes again in the same process", () => {
    const first = charts(summary());
    renderTimeline(largeSummary(3), "wide");
    expect(charts(summary())).to.deep.equal(first);
  });

  it("share no id and point at none of another chart", () => {
    const all = charts(summary()).map((svg) => ({ svg, own: ids(svg) }));
    const every = all.flatMap(({ own }) => own);
    expect(new Set(every).size).to.equal(every.length);
    for (const { svg, own } of all) {
      const used = [...svg.matchAll(/url\(#([^)]*)\)/g)].map(([, id = ""]) => id);
      expect(own).to.include.members(used);
      expect(svg).not.to.match(/zr\d|ecmeta|<style|class=|NaN|Infinity|undefined/);
    }
  });

  it("carry a title and a description that name them", () => {
    for (const svg of charts(summary())) {
      const [, labels = ""] = / aria-labelledby="([^"]*)"/.exec(svg) ?? [];
      const [title = "", description = ""] = labels.split(" ");
      expect(svg).to.contain(`<title id="${title}">`).and.contain(`<desc id="${description}">`);
    }
    expect(renderCompliance(summary(), "wide")).to.contain("29 compliant, 4 not compliant, 7 never scanned");
  });

  it("keep names as text", () => {
    const base = summary();
    const name = `</svg><script>x</script>zr0-c0 url(#zr0-c0) {a|b} "'&`;
    const windows = base.windows.map((window) => ({ ...window, name }));
    const svg = renderTimeline({ ...base, windows }, "wide");
    expect(svg).to.contain(
      "&lt;/svg&gt;&lt;script&gt;x&lt;/script&gt;zr0-c0 url(#zr0-c0) {a|b} &quot;&#39;&amp;",
    );
    expect(svg).not.to.contain("<script");
  });

  it("cut a long name without leaving half a character", () => {
    const base = summary();
    for (let length = 20; length < 40; length++) {
      const windows = base.windows.map((window) => ({
        ...window,
        name: `${"x".repeat(length)}${"🧨".repeat(20)}`,
      }));
      expect(renderTimeline({ ...base, windows }, "narrow")).not.to.match(/\p{Cs}/u);
    }
  });

  it("label what went wrong where there is room", () => {
    const svg = renderTimeline(summary(), "wide");
    for (const label of ["Ran out of time", "Stopped by error limit", "Some nodes failed", "20/33", "12 Oct"])
      expect(svg).to.contain(`>${label}<`);
  });

  it("draw one badge per opening, at its time and within the picture", () => {
    for (const size of SIZES) {
      const svg = renderTimeline(summary(), size);
      const fills = (colour: string) =>
        svg.match(new RegExp(`<path [^>]*fill="var\\(--${colour},`, "g")) ?? [];
      expect(["good", "warn", "late", "bad"].map((colour) => fills(colour).length)).to.deep.equal([
        27, 1, 1, 1,
      ]);
      expect(fills("surface")).to.have.length(2);
      const [, width = ""] = / width="(\d+)"/.exec(svg) ?? [];
      const starts = [...svg.matchAll(/<path d="M(-?[\d.]+) /g)].map(([, x]) => Number(x));
      expect(Math.min(...starts)).to.be.at.least(0);
      expect(Math.max(...starts)).to.be.at.most(Number(width));
    }
  });

  it("say of a crowded lane in words what its badges cannot", () => {
    expect(renderTimeline(largeSummary(3), "narrow")).to.contain("due 672 times, 0 to look at");
  });

  it("show how long a window would have needed", () => {
    const install = installOf(summary());
    const svg = renderInside(install, occurrencesOf(install), "inside", "narrow");
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
    const svg = renderInside(window, occurrencesOf(window), "inside", "narrow");
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
    for (const size of SIZES)
      for (const svg of [renderTimeline(empty, size), renderCompliance(empty, size)])
        expect(svg)
          .to.match(/^<svg [\s\S]*<\/svg>$/)
          .and.not.match(/NaN|Infinity/);
  });
});
