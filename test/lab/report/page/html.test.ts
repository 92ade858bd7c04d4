import { expect } from "chai";
import { renderReport } from "#lab/report/page/html.js";
import type { Summary } from "#lab/report/summary/summary.js";
import { renderTable } from "#lab/report/terminal/table.js";
import { largeSummary, quietSummary, summary } from "../support.js";

const hostile = `<script>alert(1)</script><img src=x onerror='y'>" onload="z 🧨 \u202Eשרת\u0007`;

const knownTags = new Set(
  (
    "html head meta title style body header main footer section nav h1 h2 h3 p a ul li div dl dt dd span bdi b code pre " +
    "table caption thead tbody tr th td details summary svg desc g path rect text line defs clippath"
  ).split(" "),
);

/** Every text of a run that a fleet, a stack or AWS could have chosen is hostile. */
function poisoned(run: Summary): Summary {
  return {
    ...run,
    run: {
      ...run.run,
      project: hostile,
      stack: hostile,
      fleet: hostile,
      accountId: hostile,
      homeRegion: hostile,
    },
    verdict: { windowsDidTheirJob: false, problems: run.verdict.problems.map(() => hostile) },
    windows: run.windows.map((window) => ({
      ...window,
      windowId: hostile,
      name: hostile,
      region: hostile,
      operation: hostile,
      schedule: hostile,
      timezone: hostile,
      missed: window.missed.map(({ at }) => ({ at, reason: hostile })),
      executions: window.executions.map((execution) => ({
        ...execution,
        statusDetails: hostile,
        commands: execution.commands.map((command) => ({
          ...command,
          task: hostile,
          status: hostile,
          statusDetails: hostile,
          invocations: { [hostile]: 2 },
        })),
      })),
    })),
    causes: run.causes.map((one) => ({
      ...one,
      cause: hostile,
      who: hostile,
      remedy: hostile,
      examples: [hostile],
    })),
    uncovered: run.uncovered.map(({ nodes }) => ({ reason: hostile, nodes, examples: [hostile] })),
    messages: run.messages.map(({ at }) => ({
      at,
      topic: hostile,
      subject: hostile,
      text: hostile,
      recipients: [hostile],
    })),
    exclusions: {
      foreign: [
        { id: hostile, region: hostile, why: hostile, times: 2, since: run.run.from, last: run.run.from },
      ],
      objects: run.exclusions.objects.map((object) => ({
        ...object,
        key: hostile,
        uploads: object.uploads.map((one) => ({ ...one, versionId: hostile, sameAs: hostile })),
        verdicts: object.verdicts.map((one) => ({
          ...one,
          verdict: hostile,
          message: [hostile],
          problems: [{ place: hostile, message: hostile }],
        })),
        entries: object.entries.map((entry) => ({
          ...entry,
          id: hostile,
          patches: [hostile],
          reason: hostile,
          owner: hostile,
          nodes: entry.nodes.map((node) => ({ ...node, name: hostile, from: hostile, group: hostile })),
          notReached: [{ id: hostile, why: hostile }],
          runs: entry.runs.map((one) => ({
            ...one,
            window: hostile,
            left: [{ patch: hostile, nodes: [hostile] }],
          })),
        })),
      })),
      skipped: run.exclusions.skipped.map((one) => ({ ...one, key: hostile, why: hostile })),
    },
    nodes: run.nodes.map((node) => ({
      ...node,
      id: hostile,
      name: hostile,
      region: hostile,
      platform: hostile,
      patchGroup: hostile,
      cause: hostile,
      who: hostile,
      reasons: [hostile],
      windows: [hostile],
      baselineId: hostile,
      lastOperation: hostile,
    })),
  };
}

function attributes(page: string): string[] {
  const tags = page.match(/<[a-z][^>]*>/gi) ?? [];
  return tags.flatMap((tag) => [...tag.matchAll(/\s([\w:-]+)=/g)].map(([, name = ""]) => name));
}

describe("renderReport", () => {
  const page = renderReport(summary());

  it("gives the same bytes for the same run", () => {
    expect(renderReport(summary())).to.equal(page);
  });

  it("puts the verdict first and what is to do before the charts", () => {
    const order = [...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title);
    expect(order).to.deep.equal([
      "Not every window did its job: 4 problems; 4 of 40 nodes are not compliant, and 7 were never scanned",
      "What to do, by cause",
      "Offered, and not approved",
      "Timeline of the windows",
      "What ran in the windows",
      "Exclusions",
      "Compliance over time",
      "Functions",
      "Messages sent",
      "Nodes with nothing to look at",
    ]);
  });

  it("needs neither script nor network", () => {
    const links = [...page.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, link]) => link);
    const files = ["summary.json", "nodes.csv", "windows.csv", "patches.csv"];
    const outside = links.filter((link) => !link?.startsWith("#"));
    expect(outside.filter((link) => !files.includes(link ?? ""))).to.deep.equal([]);
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.to.match(/https?:|@import|<script/);
    expect(page).to.contain("default-src &#39;none&#39;");
  });

  it("has a table of contents that leads to every section, and no link to nowhere", () => {
    const sections = [...page.matchAll(/<section id="([^"]*)"><h2>([^<]*)</g)].map(([, id, title]) => [
      id,
      title,
    ]);
    const [, nav = ""] = /<nav[^>]*>(.*?)<\/nav>/.exec(page) ?? [];
    const entries = [...nav.matchAll(/<a href="#([^"]*)">([^<]*)</g)].map(([, id, title]) => [id, title]);
    expect(entries).to.deep.equal(sections);
    const targets = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    for (const id of targets) expect(page).to.contain(` id="${id}"`);
  });

  it("has each id once and refers only to those it has", () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    const labels = [...page.matchAll(/ aria-labelledby="([^"]*)"/g)].flatMap(([, names = ""]) =>
      names.split(" "),
    );
    expect(ids).to.include.members(labels);
  });

  it("tells what the console hides", () => {
    for (const truth of [
      "needed 4 h 50 min, had 2 h until its cutoff; durationHours 6 would have been enough",
      "install-base: stopped by its error limit; 3 failed, 19 left out by the error limit (of 31 nodes)",
      "install-base: 1 failed, 2 stopped (of 31 nodes)",
      "AWS: SUCCESS",
      "AWS: SKIPPED_OVERLAPPING",
      "AWS: nothing",
      "The window was disabled at that time",
      "04:00 America/New_York",
      "in no window: no tag PatchGroup",
      "Somebody must act: 11 nodes",
      "Under an exclusion: 1 node",
      "payments@example.com, until Thu 31 Dec 2026 00:00 UTC",
      "SSM Agent does not answer: connection lost since 12 Sep",
      "No baseline for patch group",
      "to nobody: the topic has no subscriber",
      "<h3><bdi>patchplane-prod-failures</bdi></h3>",
      "28 nodes of 40 have nothing to look at",
    ])
      expect(page).to.contain(truth);
  });

  it("names the run, so that it can be made again", () => {
    const [, footer = ""] = page.split("<footer>");
    for (const part of ["<code>7</code>", "shop.yaml", "prod", "Mon 5 Oct 2026 to Mon 2 Nov 2026 (28 days)"])
      expect(footer).to.contain(part);
  });

  it("keeps every hostile text as text", () => {
    const bad = renderReport(poisoned(summary()));
    const tags = [...bad.matchAll(/<\/?([a-z][\w-]*)/gi)].map(([, tag = ""]) => tag.toLowerCase());
    expect(tags.filter((tag) => !knownTags.has(tag))).to.deep.equal([]);
    expect(attributes(bad).filter((name) => /^(on|src|action|formaction|xlink)/i.test(name))).to.deep.equal(
      [],
    );
    expect(bad).to.contain("&lt;script&gt;alert(1)&lt;/script&gt;").and.contain("🧨").and.contain("שרת");
    expect(bad).not.to.match(/\p{Bidi_Control}|(?!\n)\p{Cc}/u);
  });

  it("says so when all went well", () => {
    const quiet = renderReport(quietSummary());
    expect(quiet).to.contain("<h2>All windows did their job, every node is compliant</h2>");
    expect(quiet).to.contain("patching reaches every one of the 40 nodes");
    expect(quiet).to.contain("nobody was told anything");
  });

  it("counts every node under one cause, by an exclusion, waiting, or with nothing to look at", () => {
    const chapters = [
      ...page.matchAll(/<h3>(Somebody must act|Under an exclusion|Waiting for a window): (\d+)/g),
    ];
    const told = chapters.map(([, , nodes]) => Number(nodes)).reduce((sum, nodes) => sum + nodes, 0);
    const [, fine] = /(\d+) nodes of 40 have nothing to look at/.exec(page) ?? [];
    expect(told + Number(fine)).to.equal(40);
    expect(page).to.contain('Somebody must act</dt><dd><span class="value">11<');
    expect(page).to.contain('Under an exclusion</dt><dd><span class="value">1<');
    const rows = [...page.matchAll(/data-label="Who must act"/g)];
    expect(rows).to.have.length(told);
  });

  it("leaves the causes of a small fleet open, folds those of a large one, and names the file that has all", () => {
    const large = renderReport(largeSummary(1700));
    const folds = (text: string) => {
      const [, causes = ""] = text.split('<section id="causes">');
      const [own = ""] = causes.split("</section>");
      return [...own.matchAll(/<details( open)?>/g)].map(([, open]) => open !== undefined);
    };
    expect(folds(page)).to.deep.equal(Array(9).fill(true));
    expect(folds(large)).to.deep.equal([false]);
    expect(large).to.contain('And 533 more in <a href="nodes.csv">nodes.csv</a>');
    expect(large).to.contain('372 earlier rows in <a href="windows.csv">windows.csv</a>');
    expect(large).to.contain("Somebody must act: 1,133 nodes");
    expect(renderReport(summary({ nodes: quietSummary().nodes }))).not.to.contain("more in");
  });

  it("says behind every fold which file has what it hides, for those who read on paper", () => {
    const folds = page.match(/<details/g) ?? [];
    const files =
      page.match(/<summary data-file="(nodes\.csv|windows\.csv|patches\.csv|summary\.json)">/g) ?? [];
    expect(files).to.have.length(folds.length);
  });

  it("names at most 1,000 nodes of a large fleet, and the terminal three", () => {
    const nodes = largeSummary(3000).nodes.map((node, index) => ({ ...node, name: `server-${index}.` }));
    const large = summary({ nodes });
    const named = (text: string) => new Set(text.match(/server-\d+\./g)).size;
    expect(named(renderReport(large))).to.be.within(500, 1000);
    expect(named(renderTable(large, { width: 100, colour: false }))).to.equal(3);
  });

  it("calls a fleet that nobody has scanned not scanned", () => {
    const none = summary({ compliance: [] });
    expect(renderReport(none)).to.contain('Compliant at the end</dt><dd><span class="value">not scanned<');
    expect(renderTable(none, { width: 100, colour: false })).to.match(/^Not scanned +–/m);
  });

  it("folds the messages of a busy topic and shows those of a quiet one", () => {
    const [first] = summary().messages;
    if (first === undefined) throw new Error("no message");
    const busy = Array.from({ length: 250 }, () => ({ ...first, subject: null, text: "ended as SUCCESS" }));
    const quiet = { ...first, topic: "quiet", subject: null, text: "x".repeat(5000) };
    const many = renderReport(summary({ messages: [...busy, quiet] }));
    expect(many)
      .to.contain('<summary data-file="summary.json">250 messages</summary>')
      .and.contain("50 more messages in summary.json");
    expect(many).to.contain("1 message to <bdi>ops@example.com</bdi>, <bdi>oncall@example.com</bdi>");
    expect(many).to.contain(`${"x".repeat(4000)}… (all of it in summary.json)`);
  });

  it("stands without windows, nodes or samples", () => {
    const empty = renderReport(
      summary({ windows: [], nodes: [], compliance: [], uncovered: [], messages: [] }),
    );
    expect(empty).to.contain("No maintenance window was deployed");
    expect(empty).not.to.match(/NaN|undefined|Infinity/);
  });
});
