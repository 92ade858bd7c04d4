import { complianceAreas, renderCompliance } from "../charts/complianceChart.js";
import { bothWidths } from "../charts/plot.js";
import {
  type ComplianceCounts,
  complianceAtEnd,
  complianceAtStart,
  complianceByDay,
  isProblem,
  needsAttention,
  occurrencesOf,
  verdictTitle,
} from "../summary/facts.js";
import { countText, dateText, momentText, numberText, percentText, toMs } from "../summary/format.js";
import type { Summary } from "../summary/summary.js";
import { deploymentSection } from "./deploymentSection.js";
import { type Html, html, isolated, trusted } from "./escape.js";
import { exclusionSection } from "./exclusionSection.js";
import { fanoutSection } from "./fanoutSection.js";
import { functionSection } from "./functionSection.js";
import { type Cell, table } from "./grid.js";
import { areaKey } from "./marks.js";
import { messageSection } from "./messageSection.js";
import { nodeSection, uncoveredSection } from "./nodeSections.js";
import { offerSection } from "./offerSection.js";
import { style } from "./style.js";
import { windowSections } from "./windowSections.js";

const firstProblems = 12;
const mostProblems = 200;
// The page needs neither script nor network, so it forbids both: a slip in escaping would stay text.
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function totalOf(counts: ComplianceCounts): number {
  return counts.compliant + counts.nonCompliant + counts.unknown;
}

function shareOf(counts: ComplianceCounts): string {
  return percentText(counts.compliant, totalOf(counts));
}

function verdictSection(summary: Summary): Html {
  const { windowsDidTheirJob, problems } = summary.verdict;
  const end = complianceAtEnd(summary);
  const state = `${numberText(end.compliant)} of ${countText(totalOf(end), "node")} compliant at the end, ${numberText(end.nonCompliant)} not, ${numberText(end.unknown)} never scanned.`;
  const item = (problem: string) => html`<li>${isolated(problem)}</li>`;
  const first = problems.slice(0, firstProblems);
  const later = problems.slice(firstProblems, mostProblems);
  const left = problems.length - first.length - later.length;
  const rest =
    later.length > 0
      ? html`<details><summary>${countText(later.length, "more problem")}</summary><ul>${later.map(item)}</ul></details>`
      : null;
  const beyond = left > 0 ? html`<p class="note">${numberText(left)} more in summary.json.</p>` : null;
  const reach =
    summary.uncovered.length > 0
      ? html` <a href="#uncovered">Which nodes patching did not reach, and why</a>`
      : null;
  const title = verdictTitle(summary);
  const mixed = problems.length > 0 || title.includes(", but ") ? "mixed" : "";
  const mood = windowsDidTheirJob ? mixed : "wrong";
  return html`<section class="verdict ${mood}"><h2>${title}</h2>
${first.length > 0 ? html`<ul>${first.map(item)}</ul>` : null}${rest}${beyond}<p>${state}${reach}</p></section>`;
}

function figures(summary: Summary): Html {
  const openings = summary.windows.flatMap(occurrencesOf);
  const wrong = openings.filter(isProblem).length;
  const start = complianceAtStart(summary);
  const end = complianceAtEnd(summary);
  const installed = openings.reduce((total, one) => total + one.installed, 0);
  const rebooted = openings.reduce((total, one) => total + one.rebooted, 0);
  const needing = summary.nodes.filter(needsAttention).length;
  const { fleet } = summary;
  const regions = countText(Object.keys(fleet.byRegion).length, "Region");
  const all: readonly (readonly [string, string, string])[] = [
    ["Nodes", numberText(fleet.nodes), `${numberText(fleet.hybrid)} hybrid, in ${regions}`],
    ["Need attention", numberText(needing), `of ${countText(fleet.nodes, "node")}`],
    [
      "Window openings due",
      numberText(openings.length),
      wrong === 0 ? "nothing to look at" : `${numberText(wrong)} to look at`,
    ],
    ["Patches installed", numberText(installed), countText(rebooted, "reboot")],
    ["Compliant at the end", shareOf(end), `${shareOf(start)} at the start`],
    ["Never scanned", numberText(end.unknown), "absence is not compliance"],
  ];
  return html`<dl class="figures">${all.map(
    ([label, value, more]) =>
      html`<div><dt>${label}</dt><dd><span class="value">${value}</span> <span class="more">${more}</span></dd></div>`,
  )}</dl>`;
}

function complianceSection(summary: Summary): Html {
  const numbers = complianceByDay(summary).map(({ at, compliant, nonCompliant, unknown }): Cell[] => [
    momentText(toMs(at)),
    numberText(compliant),
    numberText(nonCompliant),
    numberText(unknown),
  ]);
  const columns = [
    { label: "When (UTC)", className: "when" },
    { label: "Compliant", className: "number" },
    { label: "Not compliant", className: "number" },
    { label: "Never scanned", className: "number" },
  ] as const;
  const keys = complianceAreas.map(({ label, colour }) => html`<li>${areaKey(colour)}${label}</li>`);
  const installs = summary.windows.some(
    ({ operation, executions }) => operation === "Install" && executions.length > 0,
  );
  const lines = installs ? " A broken line is the opening of an install window." : "";
  return html`<section><h2>Compliance over time</h2>
<p class="note">Nodes by state. A state holds until the next scan or install reports another, also while new patches come out.${lines}</p>
<ul class="keys" aria-label="Key to the areas, from the bottom">${keys}</ul>${bothWidths((width) => renderCompliance(summary, width))}
<details><summary>The numbers, day by day</summary>${table("Last figures of each day", columns, numbers)}</details></section>`;
}

function period(summary: Summary): string {
  const { from, to, days } = summary.run;
  return `${dateText(toMs(from))} to ${dateText(toMs(to))} (${countText(days, "day")})`;
}

/** The report of a run: one page that needs no script and no network. The same summary gives the same bytes. */
export function renderReport(summary: Summary): string {
  const { run } = summary;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<title>${run.project}: ${run.stack} over ${countText(run.days, "day")}</title>
<style>${trusted(style)}</style></head>
<body><header><h1>${isolated(run.project)} lab · stack ${isolated(run.stack)} · fleet ${isolated(run.fleet)} · ${period(summary)}</h1></header>
<main>${verdictSection(summary)}
${figures(summary)}
${uncoveredSection(summary)}
${offerSection(summary)}
${deploymentSection(summary)}${windowSections(summary)}
${fanoutSection(summary)}
${exclusionSection(summary)}
${complianceSection(summary)}
${functionSection(summary)}
${messageSection(summary)}
${nodeSection(summary)}</main>
<footer><p>Simulated ${period(summary)}, UTC, in an embedded AWS: account <code>${run.accountId}</code>, home Region ${run.homeRegion}, stack ${isolated(run.stack)}, fleet ${isolated(run.fleet)}, seed <code>${run.seed}</code>. The same seed and fleet give this page again, byte for byte. All figures are in <code>summary.json</code>.</p></footer>
</body></html>
`;
  return page.text;
}
