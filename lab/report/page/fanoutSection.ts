import { type Html, html, isolated } from "#shared/page/escape.js";
import { fold } from "#shared/page/fold.js";
import { type Cell, type Column, table } from "#shared/page/grid.js";
import type { Section } from "#shared/page/section.js";
import { countText, momentText, numberText, toMs } from "#shared/text/format.js";
import { isProblem } from "../summary/facts.js";
import {
  closingText,
  fanoutOutcome,
  regionOutcome,
  regionText,
  stateText,
  verbOf,
} from "../summary/fanoutFacts.js";
import type { FanoutRegion, FanoutRun } from "../summary/fanoutShape.js";
import { outcomeLabels } from "../summary/outcome.js";
import { recordReason } from "../summary/reasonNames.js";
import { asBefore } from "../summary/series.js";
import type { ExecutionSummary, Summary, WindowSummary } from "../summary/summary.js";
import { outcome } from "./windowSections.js";

const mostOpen = 4;
const mostRuns = 100;
const mostNames = 40;

type Run = ExecutionSummary & { readonly fanout: FanoutRun };

const columns: readonly Column[] = [
  { label: "Region", className: "who" },
  { label: "Start", className: "what" },
  { label: "What came of it", className: "state" },
  { label: "Nodes", className: "number" },
  { label: "Not clean, and why", className: "words" },
  { label: "Patches before" },
  { label: "Patches after" },
];

function started(region: FanoutRegion): Cell {
  const why = stateText(region);
  if (region.state === "started") return "started";
  const title = region.state === "failed" ? html`<span class="bad">failed</span>` : "skipped";
  return html`${title}: ${isolated(why)}`;
}

function names(nodes: readonly { readonly name: string }[]): string {
  const shown = nodes.slice(0, mostNames).map(({ name }) => name);
  const more = nodes.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${numberText(more)} more` : ""}`;
}

/** Nodes with findings and nodes that were not done, by name; which ones were is in summary.json. */
function left({ findings, notPatched }: FanoutRegion): Cell {
  const lines = [
    ...findings.map(({ name, ...counts }) => html`<li>${isolated(name)}: ${patchesText(counts)}</li>`),
    ...notPatched.map(
      ({ reason, why, nodes }) =>
        html`<li>${recordReason(reason)}: ${isolated(names(nodes))}<span class="sub">${isolated(why)}</span></li>`,
    ),
  ];
  const more = lines.length - mostNames;
  if (more > 0) lines.splice(mostNames, more, html`<li>${numberText(more)} more in summary.json</li>`);
  return lines.length === 0 ? null : html`<ul>${lines}</ul>`;
}

function patchesText(
  counts: Pick<FanoutRegion["findings"][number], "missing" | "failed" | "pendingReboot">,
): string {
  const { missing, failed, pendingReboot } = counts;
  const parts = [`${numberText(missing)} missing`, `${numberText(failed)} failed`];
  return [...parts, ...(pendingReboot > 0 ? [`${numberText(pendingReboot)} pending reboot`] : [])].join(", ");
}

function patches(counts: FanoutRegion["before"]): string {
  if (counts === null) return "unknown";
  if (counts.reported === 0) return "never scanned";
  const isPart = counts.reported < counts.nodes;
  return `${patchesText(counts)}${isPart ? ` on ${numberText(counts.reported)} of ${countText(counts.nodes, "node")}` : ""}`;
}

function row(run: FanoutRun, region: FanoutRegion): Cell[] {
  const { counts, members, state } = region;
  const isAsked = state !== "skipped" && members > 0;
  return [
    isolated(region.region),
    started(region),
    state === "skipped" ? null : outcome(regionOutcome(run, region)),
    isAsked && counts !== null
      ? `${numberText(counts.patched)} of ${numberText(members)} ${verbOf(run)}`
      : null,
    left(region),
    isAsked ? patches(region.before) : null,
    isAsked ? patches(region.after) : null,
  ];
}

function title({ startedAt, fanout }: Run, kind: ReturnType<typeof fanoutOutcome>): string {
  return `${momentText(toMs(startedAt))}: ${outcomeLabels[kind].toLowerCase()}, ${closingText(fanout)}`;
}

/** What became of a run, without its time and its patches. */
function essence({ fanout, ...execution }: Run): string {
  const regions = fanout.regions.map((region) => regionText(fanout, region));
  return JSON.stringify([fanoutOutcome({ ...execution, fanout }, fanout), fanout.end, ...regions]);
}

function runPart(run: Run, earlier: Run | undefined, isOpen: boolean): Html {
  const { fanout } = run;
  if (!isOpen && earlier !== undefined && essence(run) === essence(earlier)) {
    const again = asBefore(toMs(run.startedAt), toMs(earlier.startedAt));
    return html`<p class="again">${momentText(toMs(run.startedAt))}: ${again}</p>`;
  }
  const text = title(run, fanoutOutcome(run, fanout));
  const rows =
    fanout.regions.length === 0
      ? html`<p>${fanout.end === "held" ? "The ring was held" : "A calendar was not open"}: no Region was asked for anything.</p>`
      : table(
          `Regions of the run ${fanout.runId}`,
          columns,
          fanout.regions.map((one) => row(fanout, one)),
        );
  return fold({ title: text, content: rows, file: "summary.json", isOpen });
}

function windowPart({ name, operation, fanoutRegions, executions }: WindowSummary): Html {
  const runs = executions.filter((one): one is Run => one.fanout !== null);
  const without = executions.length - runs.length;
  const lost =
    without > 0 ? html`<p class="note">${countText(without, "opening")} left no record of a run.</p>` : null;
  const news = runs.filter((run, index) => {
    const later = runs[index + 1];
    return later === undefined || essence(run) !== essence(later);
  });
  const problems = news.filter((run) => isProblem({ outcome: fanoutOutcome(run, run.fanout) }));
  const open = new Set([...runs.slice(-1), ...problems.slice(-mostOpen)]);
  const shown = runs.slice(-mostRuns).reverse();
  const more =
    runs.length > shown.length
      ? html`<p class="note">${countText(runs.length - shown.length, "earlier run")} in summary.json.</p>`
      : null;
  return html`<h3>${operation}: ${isolated(name)}</h3>
<p class="note">${countText(fanoutRegions.length, "Region")}: ${fanoutRegions.join(", ")}</p>${lost}${shown.map((run) => runPart(run, runs[runs.indexOf(run) - 1], open.has(run)))}${more}`;
}

/** What became of each Region in each run of the central windows; nothing for a stack without any. */
export function fanoutSection({ windows }: Summary): Section | null {
  const fanoutWindows = windows.filter(({ fanoutRegions }) => fanoutRegions.length > 0);
  if (fanoutWindows.length === 0) return null;
  return {
    id: "regions",
    title: "Regions of the central window",
    content: html`<p class="note">A central window starts an automation in each Region that has nodes, and skips the others by name. That a Region has started does not say that anything was patched there: what came of it is what the run's record says once it was closed. Nodes are those of the groups when the run began, stopped ones too.</p>
${fanoutWindows.map(windowPart)}`,
  };
}
