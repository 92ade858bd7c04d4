import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import { noLines } from "#shared/terminal/table.js";
import { several } from "#shared/text/words.js";
import { deploymentText, failureText } from "../summary/deploymentFacts.js";
import { entryText } from "../summary/exclusionEvents.js";
import {
  type ComplianceCounts,
  complianceAtEnd,
  complianceAtStart,
  isProblem,
  occurrencesOf,
  verdictTitle,
} from "../summary/facts.js";
import { closingText, regionText } from "../summary/fanoutFacts.js";
import { countText, dateText, momentText, numberText, percentText, toMs } from "../summary/format.js";
import { outcomeLabels, outlookText } from "../summary/outcome.js";
import type { Summary, WindowSummary } from "../summary/summary.js";

interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

const narrowest = 60;
const mostProblems = 20;
const mostExamples = 3;
const mostExclusionLines = 24;
const mostRegionLines = 12;

const complianceHead = ["Compliance", "Compliant", "Share", "Not compliant", "Never scanned"];
const codes = { bold: 1, red: 31, green: 32, yellow: 33, dim: 2 } as const;

type Paint = (kind: keyof typeof codes, text: string) => string;

/** A name as a terminal may show it: no escape sequence, no control character, nothing that turns the direction. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s+/gu, " ")
    .replace(/\p{Cc}|\p{Cs}|\p{Bidi_Control}/gu, "")
    .trim();
}

interface Grid {
  readonly head: readonly string[];
  /** The first cell names the row and stands on the left, the others are figures. */
  readonly rows: readonly (readonly string[])[];
}

function shownWidth(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Columns apart by two blanks. Where the terminal is too narrow, a row's name gets a line of its own. */
function grid({ head, rows }: Grid, width: number, paint: Paint): string {
  const column = (index: number) => Math.max(...[head, ...rows].map((row) => shownWidth(row[index] ?? "")));
  const figures = head.slice(1).map((_, index) => column(index + 1));
  const taken = figures.reduce((total, figure) => total + figure + noLines.middle.length, 0);
  const roomy = column(0) <= width - taken;
  const first = roomy ? column(0) : Math.max(shownWidth(head[0] ?? ""), Math.min(8, width - taken));
  const table = new Table({
    chars: { ...noLines },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: ["left", ...figures.map(() => "right" as const)],
    colWidths: [first, ...figures],
  });
  table.push(head.map((text) => paint("dim", text)));
  for (const row of rows) {
    const [name = "", ...rest] = row;
    if (roomy) table.push([...row]);
    else table.push([{ content: name, colSpan: head.length }], ["", ...rest]);
  }
  const lines = table.toString().split("\n");
  return lines.map((line) => line.trimEnd()).join("\n");
}

function windowRow(window: WindowSummary, paint: Paint): string[] {
  const all = occurrencesOf(window);
  const wrong = all.filter(isProblem);
  const skipped = all.filter((one) => one.outcome === "skipped" || one.outcome === "missed").length;
  const succeeded = all.filter((one) => one.outcome === "done" || one.outcome === "out-of-reach").length;
  const partly = all.filter(({ outcome }) => outcome === "incomplete" || outcome === "not-covered").length;
  const failed = wrong.length - skipped - partly;
  const total = (value: (one: (typeof all)[number]) => number) =>
    all.reduce((sum, one) => sum + value(one), 0);
  const red = (count: number) => (count > 0 ? paint("red", numberText(count)) : "0");
  return [
    window.operation === "" ? plain(window.name) : `${plain(window.name)} (${plain(window.operation)})`,
    numberText(all.length),
    succeeded > 0 ? paint("green", numberText(succeeded)) : "0",
    partly > 0 ? paint("yellow", numberText(partly)) : "0",
    red(failed),
    red(skipped),
    `${numberText(total((one) => one.done))}/${numberText(total((one) => one.targeted))}`,
    numberText(total((one) => one.installed)),
    numberText(total((one) => one.rebooted)),
  ];
}

function outcomesText(summary: Summary): string {
  const counts = new Map<string, number>();
  for (const one of summary.windows.flatMap(occurrencesOf)) {
    if (!isProblem(one)) continue;
    const label = outcomeLabels[one.outcome].toLowerCase();
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].map(([label, count]) => `${label}: ${count}`).join(", ");
}

function complianceRow(label: string, counts: ComplianceCounts): string[] {
  const { compliant, nonCompliant, unknown } = counts;
  const share = percentText(compliant, compliant + nonCompliant + unknown);
  return [label, numberText(compliant), share, numberText(nonCompliant), numberText(unknown)];
}

function verdictLines(summary: Summary, paint: Paint): string[] {
  const { verdict, uncovered } = summary;
  const { problems } = verdict;
  const mixed = problems.length + uncovered.length > 0 ? "yellow" : "green";
  const left = problems.length - mostProblems;
  const lines = problems.slice(0, mostProblems).map((problem) => `  - ${plain(problem)}`);
  const title = paint(verdict.windowsDidTheirJob ? mixed : "red", verdictTitle(summary));
  return [title, ...lines, ...(left > 0 ? [`  - and ${numberText(left)} more in summary.json`] : [])];
}

function uncoveredLines(summary: Summary): string[] {
  if (summary.uncovered.length === 0)
    return [`Patching reaches all of ${countText(summary.fleet.nodes, "node")}.`];
  const digits = Math.max(...summary.uncovered.map(({ nodes }) => numberText(nodes).length));
  return summary.uncovered.map(({ reason, nodes, examples }) => {
    const shown = examples.slice(0, mostExamples).map(plain);
    const some = nodes > shown.length ? [...shown, "..."] : shown;
    return `  ${numberText(nodes).padStart(digits)}  ${plain(reason)}${some.length > 0 ? ` (${some.join(", ")})` : ""}`;
  });
}

/** What is offered to nodes and comes in later, or never. */
function availableLines({ availableUpdates }: Summary): string[] {
  return availableUpdates.map(({ operatingSystem, outlook, nodes, updates }) => {
    const names = updates.slice(0, mostExamples).map(({ name }) => plain(name));
    const some = updates.length > names.length ? [...names, "..."] : names;
    const what = `${countText(updates.length, "update")} on ${countText(nodes, "node")}`;
    return `  ${operatingSystem}: ${what} ${outlookText[outlook]} (${some.join(", ")})`;
  });
}

/** The last run of each central window, a line for each of its Regions. */
function fanoutLines({ windows }: Summary): string[] {
  return windows.flatMap(({ name, executions }) => {
    const last = executions.findLast(({ fanout }) => fanout !== null);
    if (last === undefined || last.fanout === null) return [];
    const run = last.fanout;
    const regions = run.regions.slice(0, mostRegionLines);
    const left = run.regions.length - regions.length;
    return [
      `  ${plain(name)} of ${momentText(toMs(last.startedAt))}, ${closingText(run)}`,
      ...regions.map((region) => `    ${plain(regionText(run, region))}`),
      ...(left > 0 ? [`    and ${countText(left, "more Region")} in report.html`] : []),
    ];
  });
}

/** A line for each deployment after the first. */
function deploymentLines({ deployments }: Summary): string[] {
  return deployments.flatMap((deployment) => [
    `  ${momentText(toMs(deployment.at))} ${plain(deployment.source)}: ${plain(deploymentText(deployment))}`,
    ...(deployment.failure === null ? [] : [`    ${plain(failureText(deployment.failure))}`]),
  ]);
}

/** A line for each manifest, and for each of its entries or what is wrong with it. */
function exclusionLines({ exclusions: { objects, foreign, skipped } }: Summary): string[] {
  if (objects.length + foreign.length + skipped.length === 0) return [];
  const lines = objects.flatMap(({ key, uploads, verdicts, entries }) => {
    const { verdict, problems } = verdicts.at(-1) ?? { verdict: `${uploads.at(-1)?.action}`, problems: [] };
    return [
      `  ${plain(key)}: ${plain(verdict)}`,
      ...problems.map(({ place, message }) => `    ${plain(place)}: ${plain(message)}`),
      ...entries.map((entry) => `    ${plain(entryText(entry))}`),
    ];
  });
  const left = lines.length - mostExclusionLines;
  const more = left > 0 ? [`  and ${countText(left, "more line")} in report.html`] : [];
  const outside =
    skipped.length > 0 ? [`  ${countText(skipped.length, "change")} of the fleet file not in the run`] : [];
  const others =
    foreign.length > 0
      ? [`  somebody else wrote the tags of ${plain(several(foreign.map(({ id }) => id)))}`]
      : [];
  return [...lines.slice(0, mostExclusionLines), ...more, ...others, ...outside];
}

/** The end of a run on the terminal. */
export function renderTable(summary: Summary, options: TableOptions): string {
  const paint: Paint = (kind, text) => (options.colour ? `\u001b[${codes[kind]}m${text}\u001b[0m` : text);
  const width = Math.max(narrowest, options.width);
  const { run } = summary;
  const head = ["Window", "Due", "Done", "Partly", "Failed", "Skipped", "Nodes done", "Installed", "Reboots"];
  const windows = summary.windows.map((window) => windowRow(window, paint));
  const problems = outcomesText(summary);
  const regions = fanoutLines(summary);
  const deployments = deploymentLines(summary);
  const exclusions = exclusionLines(summary);
  const available = availableLines(summary);
  const compliance = [
    complianceRow("At the start", complianceAtStart(summary)),
    complianceRow("At the end", complianceAtEnd(summary)),
  ];
  const period = `${dateText(toMs(run.from))} to ${dateText(toMs(run.to))}`;
  return [
    paint(
      "bold",
      `${plain(run.project)} ${plain(run.stack)}, fleet ${plain(run.fleet)}, seed ${run.seed}: ${period}`,
    ),
    "",
    summary.windows.length === 0 ? "No window was deployed." : grid({ head, rows: windows }, width, paint),
    ...(problems === "" ? [] : [`To look at: ${problems}`]),
    "",
    grid({ head: complianceHead, rows: compliance }, width, paint),
    "",
    ...(deployments.length === 0 ? [] : [paint("bold", "Deployed later"), ...deployments, ""]),
    ...(regions.length === 0 ? [] : [paint("bold", "Regions in the last run"), ...regions, ""]),
    ...(exclusions.length === 0 ? [] : [paint("bold", "Exclusions"), ...exclusions, ""]),
    paint("bold", "What patching did not reach"),
    ...uncoveredLines(summary),
    ...(available.length === 0 ? [] : ["", paint("bold", "Offered, and not approved"), ...available]),
    "",
    ...verdictLines(summary, paint),
    "",
  ].join("\n");
}
