import { expect } from "chai";
import { renderReport } from "#lab/report/page/html.js";
import type { Summary } from "#lab/report/summary/summary.js";
import { renderTable } from "#lab/report/terminal/table.js";
import { largeSummary, quietSummary, summary } from "../support.js";

const hostile = `<script>alert(1)</script><img src=x onerror='y'>" onload="z 🧨 \u202Eשרת\u0007`;

const knownTags = new Set(
  (
    "html head meta title style body header main footer section h1 h2 h3 p a ul li div dl dt dd span bdi code pre " +
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

  it("puts the verdict first and what was not reached before the charts", () => {
    const order = [...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title);
    expect(order).to.deep.equal([
      "Not every window did its job: 4 problems",
      "What patching did not reach",
      "Offered, and not approved",
      "Timeline of the windows",
      "What ran in the windows",
      "Exclusions",
      "Compliance over time",
      "Functions",
      "Messages sent",
      "Nodes",
    ]);
  });

  it("needs neither script nor network", () => {
    const links = [...page.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, link]) => link);
    expect(links).to.deep.equal(["#uncovered"]);
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.to.match(/https?:|@import|<script/);
    expect(page).to.contain("default-src &#39;none&#39;");
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
      "install-base: stopped by its error limit; 3 Failed, 19 Terminated (of 31 nodes)",
      "install-base: 1 Failed, 2 Undeliverable (of 31 nodes)",
      "AWS: SUCCESS",
      "AWS: SKIPPED_OVERLAPPING",
      "AWS: nothing",
      "The window was disabled at that time",
      "04:00 America/New_York",
      "In no window: no patch group tag",
      "Stopped whenever a window was open",
      "SSM Agent does not answer: connection lost since 12 Sep",
      "<code>pb-020d361a05defe4ed</code>, the fallback",
      "to nobody: the topic has no subscriber",
      "<h3><bdi>patchplane-prod-failures</bdi></h3>",
      "12 of 40 nodes need attention",
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
    expect(quiet).to.contain("<h2>All windows did their job</h2>");
    expect(quiet).to.contain("patching reaches every one of the 40 nodes");
    expect(quiet).to.contain("No node needs attention").and.contain("nobody was told anything");
    expect(quiet).not.to.contain("#uncovered");
  });

  it("shows 500 nodes of a large fleet and says how many more there are", () => {
    const large = renderReport(largeSummary(1700));
    expect(large).to.contain("1,200 more nodes in summary.json, 633 of them with something to look at.");
    expect(renderReport(summary({ nodes: quietSummary().nodes }))).not.to.contain("more nodes");
    expect(large).to.contain("372 more rows in summary.json");
    expect(large).to.contain("1,133 of 1,700 nodes need attention");
  });

  it("names at most 1,000 nodes of a large fleet, as the terminal does, those to look at first", () => {
    const nodes = largeSummary(3000).nodes.map((node, index) => ({ ...node, name: `server-${index}.` }));
    const all = nodes.map(({ name }) => name);
    const large = summary({ nodes, uncovered: [{ reason: "stopped", nodes: all.length, examples: all }] });
    const named = (text: string) => new Set(text.match(/server-\d+\./g)).size;
    expect(named(renderReport(large))).to.be.within(500, 1000);
    expect(named(renderTable(large, { width: 100, colour: false }))).to.equal(3);
    const [, table = ""] = renderReport(large).split("<h2>Nodes</h2>");
    expect(table).not.to.contain("with nothing to look at</summary>");
  });

  it("folds the messages of a busy topic and shows those of a quiet one", () => {
    const [first] = summary().messages;
    if (first === undefined) throw new Error("no message");
    const busy = Array.from({ length: 250 }, () => ({ ...first, subject: null, text: "ended as SUCCESS" }));
    const quiet = { ...first, topic: "quiet", subject: null, text: "x".repeat(5000) };
    const many = renderReport(summary({ messages: [...busy, quiet] }));
    expect(many)
      .to.contain("<summary>250 messages</summary>")
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
