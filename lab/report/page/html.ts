import { type Html, html, isolated } from "#shared/page/escape.js";
import { fold } from "#shared/page/fold.js";
import { type Cell, table } from "#shared/page/grid.js";
import { type Figure, figures, page } from "#shared/page/page.js";
import type { Section } from "#shared/page/section.js";
import { countText, dateText, momentText, numberText, percentText, toMs } from "#shared/text/format.js";
import { complianceAreas, renderCompliance } from "../charts/complianceChart.js";
import { bothWidths } from "../charts/plot.js";
import {
  type ComplianceCounts,
  complianceAtEnd,
  complianceAtFirstScan,
  complianceByDay,
  isProblem,
  occurrencesOf,
} from "../summary/facts.js";
import { headlineOf, turnsOf } from "../summary/headline.js";
import type { Summary } from "../summary/summary.js";
import { closingSection } from "./closingSection.js";
import { deploymentSection } from "./deploymentSection.js";
import { exclusionSection } from "./exclusionSection.js";
import { fanoutSection } from "./fanoutSection.js";
import { functionSection } from "./functionSection.js";
import { areaKey } from "./marks.js";
import { messageSection } from "./messageSection.js";
import { causeSection, fineSection } from "./nodeSections.js";
import { offerSection } from "./offerSection.js";
import { ringSection } from "./ringSection.js";
import { windowSections } from "./windowSections.js";

const firstProblems = 12;
const mostProblems = 200;

function shareOf({ compliant, nonCompliant, unknown }: ComplianceCounts): string {
  return percentText(compliant, compliant + nonCompliant + unknown);
}

function verdictSection(summary: Summary): Html {
  const { problems } = summary.verdict;
  const { title, mood, lines } = headlineOf(summary);
  const item = (problem: string) => html`<li>${isolated(problem)}</li>`;
  const first = problems.slice(0, firstProblems);
  const later = problems.slice(firstProblems, mostProblems);
  const left = problems.length - first.length - later.length;
  const rest =
    later.length > 0
      ? fold({
          title: countText(later.length, "more problem"),
          content: html`<ul>${later.map(item)}</ul>`,
          file: "summary.json",
        })
      : null;
  const beyond = left > 0 ? html`<p class="note">${numberText(left)} more in summary.json.</p>` : null;
  const why =
    summary.causes.length > 0 ? html` <a href="#causes">Which nodes, why, and who must act</a>` : null;
  return html`<section class="verdict ${mood}" id="verdict"><h2>${title}</h2>
${first.length > 0 ? html`<ul>${first.map(item)}</ul>` : null}${rest}${beyond}<p>${lines.join(" ")}${why}</p></section>`;
}

function figuresOf(summary: Summary): Html {
  const { fleet } = summary;
  const openings = summary.windows.flatMap(occurrencesOf);
  const wrong = openings.filter(isProblem).length;
  const first = complianceAtFirstScan(summary);
  const end = complianceAtEnd(summary);
  const installed = openings.reduce((total, one) => total + one.installed, 0);
  const rebooted = openings.reduce((total, one) => total + one.rebooted, 0);
  const { somebody, exclusion, nobody } = turnsOf(summary);
  const regions = countText(Object.keys(fleet.byRegion).length, "Region");
  const compliant: readonly [string, string] =
    first === null
      ? ["not scanned", "no scan has ended so far"]
      : [shareOf(end), `${shareOf(first)} after the first scan`];
  const all: readonly Figure[] = [
    ["Nodes", numberText(fleet.nodes), `${numberText(fleet.hybrid)} hybrid, in ${regions}`],
    ["Somebody must act", numberText(somebody), `of ${countText(fleet.nodes, "node")}`],
    ["Under an exclusion", numberText(exclusion), "wanted, until it ends"],
    ["Waiting for a window", numberText(nobody), "nobody has to act"],
    ["Compliant at the end", ...compliant],
    ["Never scanned", numberText(end.unknown), "absence is not compliance"],
    [
      "Window openings due",
      numberText(openings.length),
      wrong === 0 ? "nothing to look at" : `${numberText(wrong)} to look at`,
    ],
    ["Patches installed", numberText(installed), countText(rebooted, "reboot")],
  ];
  return figures(all);
}

function complianceSection(summary: Summary): Section {
  const first = complianceAtFirstScan(summary);
  const numbers = complianceByDay(summary).map(({ at, compliant, nonCompliant, unknown }): Cell[] => {
    const isKnown = first !== null && toMs(at) >= toMs(first.at);
    const counts = [compliant, nonCompliant, unknown].map(numberText);
    return [momentText(toMs(at)), ...(isKnown ? counts : [null, null, "not scanned"])];
  });
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
  const days = fold({
    title: "The numbers, day by day",
    content: table("Last figures of each day", columns, numbers),
    file: "summary.json",
  });
  return {
    id: "compliance",
    title: "Compliance over time",
    content: html`<p class="note">Nodes by state, from the first scan on. A state holds until the next scan or install reports another, also while new patches come out.${lines}</p>
<ul class="keys" aria-label="Key to the areas, from the bottom">${keys}</ul>${bothWidths((width) => renderCompliance(summary, width))}
${days}`,
  };
}

function period(summary: Summary): string {
  const { from, to, days } = summary.run;
  return `${dateText(toMs(from))} to ${dateText(toMs(to))} (${countText(days, "day")})`;
}

function sectionsOf(summary: Summary): Section[] {
  const all = [
    causeSection(summary),
    offerSection(summary),
    deploymentSection(summary),
    ringSection(summary),
    ...windowSections(summary),
    closingSection(summary),
    fanoutSection(summary),
    exclusionSection(summary),
    complianceSection(summary),
    functionSection(summary),
    messageSection(summary),
    fineSection(summary),
  ];
  return all.filter((section) => section !== null);
}

/** The report of a run: one page that needs no script and no network. The same summary gives the same bytes. */
export function renderReport(summary: Summary): string {
  const { run } = summary;
  const sections = sectionsOf(summary);
  return page({
    title: `${run.project}: ${run.stack} over ${countText(run.days, "day")}`,
    header: html`${isolated(run.project)} lab · stack ${isolated(run.stack)} · fleet ${isolated(run.fleet)} · ${period(summary)}`,
    verdict: verdictSection(summary),
    figures: figuresOf(summary),
    sections,
    footer: html`<p>Simulated ${period(summary)}, UTC, in an embedded AWS: account <code>${run.accountId}</code>, home Region ${run.homeRegion}, stack ${isolated(run.stack)}, fleet ${isolated(run.fleet)}, seed <code>${run.seed}</code>. The same seed and fleet give this page again, byte for byte. All figures are in <a href="summary.json">summary.json</a>; for spreadsheets there are <a href="nodes.csv">nodes.csv</a>, <a href="windows.csv">windows.csv</a> and <a href="patches.csv">patches.csv</a>.</p>`,
  });
}
