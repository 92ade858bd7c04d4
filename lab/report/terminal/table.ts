import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import { noLines } from "#shared/terminal/table.js";
import { countText, dateText, momentText, numberText, percentText, toMs } from "#shared/text/format.js";
import { several } from "#shared/text/words.js";
import { deploymentText, failureText } from "../summary/deploymentFacts.js";
import { entryText } from "../summary/exclusionEvents.js";
import {
  type ComplianceCounts,
  complianceAtEnd,
  complianceAtFirstScan,
  isProblem,
  type Occurrence,
  occurrencesOf,
} from "../summary/facts.js";
import { closingText, regionText } from "../summary/fanoutFacts.js";
import { headlineOf } from "../summary/headline.js";
import { type Outcome, outcomeLabels, outlookText } from "../summary/outcome.js";
import { cyclesOf, resultText, verdictText } from "../summary/ringFacts.js";
import type { Summary, WindowSummary } from "../summary/summary.js";

interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

const narrowest = 60;
const mostProblems = 20;
const mostExamples = 3;
const mostCauses = 20;
const mostExclusionLines = 24;
const mostRegionLines = 12;
const mostCycles = 4;

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

type Outcomes = readonly Outcome[];

/** Openings by how they ended, each in one column; the last two only where there is any. */
const columns: readonly {
  readonly label: string;
  readonly paint: keyof typeof codes;
  readonly outcomes: Outcomes;
  readonly isRare?: true;
}[] = [
  { label: "Done", paint: "green", outcomes: ["done", "out-of-reach"] },
  { label: "Partly", paint: "yellow", outcomes: ["incomplete", "not-covered"] },
  {
    label: "Failed",
    paint: "red",
    outcomes: ["out-of-time", "error-limit", "failed", "cancelled", "no-nodes", "not-closed"],
  },
  { label: "Skipped", paint: "red", outcomes: ["skipped", "missed"] },
  { label: "Frozen", paint: "dim", outcomes: ["frozen", "absent"], isRare: true },
  { label: "Held", paint: "yellow", outcomes: ["held"], isRare: true },
  { label: "Open", paint: "yellow", outcomes: ["running"], isRare: true },
];

function windowGrid(windows: readonly WindowSummary[], paint: Paint): Grid {
  const rows = windows.map((window) => ({ window, all: occurrencesOf(window) }));
  const has = (outcomes: Outcomes) =>
    rows.some(({ all }) => all.some((one) => outcomes.includes(one.outcome)));
  const shown = columns.filter(({ isRare, outcomes }) => isRare === undefined || has(outcomes));
  return {
    head: ["Window", "Due", ...shown.map(({ label }) => label), "Nodes done", "Installed", "Reboots"],
    rows: rows.map(({ window, all }) => {
      const total = (value: (one: Occurrence) => number) => all.reduce((sum, one) => sum + value(one), 0);
      return [
        window.operation === "" ? plain(window.name) : `${plain(window.name)} (${plain(window.operation)})`,
        numberText(all.length),
        ...shown.map(({ paint: colour, outcomes }) => {
          const count = all.filter((one) => outcomes.includes(one.outcome)).length;
          return count > 0 ? paint(colour, numberText(count)) : "0";
        }),
        `${numberText(total((one) => one.done))}/${numberText(total((one) => one.targeted))}`,
        numberText(total((one) => one.installed)),
        numberText(total((one) => one.rebooted)),
      ];
    }),
  };
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

const moods = { good: "green", mixed: "yellow", wrong: "red" } as const;

function verdictLines(summary: Summary, paint: Paint): string[] {
  const { problems } = summary.verdict;
  const { title, mood, lines } = headlineOf(summary);
  const left = problems.length - mostProblems;
  return [
    paint(moods[mood], title),
    ...problems.slice(0, mostProblems).map((problem) => `  - ${plain(problem)}`),
    ...(left > 0 ? [`  - and ${numberText(left)} more in summary.json`] : []),
    ...lines,
  ];
}

/** A line for each cause: how many nodes, some of their names, who must act. */
function causeLines({ causes, fleet }: Summary): string[] {
  if (causes.length === 0)
    return [`Nothing: patching reaches all of ${countText(fleet.nodes, "node")}, and all are compliant.`];
  const digits = Math.max(...causes.map(({ nodes }) => numberText(nodes).length));
  const shown = causes.slice(0, mostCauses);
  const left = causes.length - shown.length;
  return [
    ...shown.map(({ cause, nodes, examples, who }) => {
      const names = examples.slice(0, mostExamples).map(plain);
      const some = nodes > names.length ? [...names, "..."] : names;
      return `  ${numberText(nodes).padStart(digits)}  ${plain(cause)} (${some.join(", ")}): ${plain(who)}`;
    }),
    ...(left > 0 ? [`  and ${countText(left, "more cause")} in report.html`] : []),
  ];
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

/** The last cycles of the rings, a line for each ring; of one that was held, why. */
function ringLines({ windows }: Summary): string[] {
  return cyclesOf(windows)
    .slice(-mostCycles)
    .flatMap(({ at, runs }) => [
      `  cycle of ${momentText(toMs(at))}`,
      ...runs.flatMap((one) => [
        `    ${plain(one.stand.name)}: ${verdictText(one.stand)}; ${resultText(one)}`,
        ...one.stand.why.map((why) => `      ${plain(why)}`),
      ]),
    ]);
}

/** The last run of each central window, a line for each of its Regions. */
function fanoutLines({ windows }: Summary): string[] {
  return windows.flatMap(({ name, executions }) => {
    const last = executions.findLast(({ fanout }) => fanout !== null);
    if (last === undefined || last.fanout === null) return [];
    const run = last.fanout;
    if (run.end === "held") return [];
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
  const problems = outcomesText(summary);
  const rings = ringLines(summary);
  const regions = fanoutLines(summary);
  const deployments = deploymentLines(summary);
  const exclusions = exclusionLines(summary);
  const available = availableLines(summary);
  const firstScan = complianceAtFirstScan(summary);
  const compliance = [
    firstScan === null ? ["Not scanned", "–", "–", "–", "–"] : complianceRow("First scan", firstScan),
    complianceRow("At the end", complianceAtEnd(summary)),
  ];
  const period = `${dateText(toMs(run.from))} to ${dateText(toMs(run.to))}`;
  return [
    paint(
      "bold",
      `${plain(run.project)} ${plain(run.stack)}, fleet ${plain(run.fleet)}, seed ${run.seed}: ${period}`,
    ),
    "",
    summary.windows.length === 0
      ? "No window was deployed."
      : grid(windowGrid(summary.windows, paint), width, paint),
    ...(problems === "" ? [] : [`To look at: ${problems}`]),
    "",
    grid({ head: complianceHead, rows: compliance }, width, paint),
    "",
    ...(deployments.length === 0 ? [] : [paint("bold", "Deployed later"), ...deployments, ""]),
    ...(rings.length === 0 ? [] : [paint("bold", "Rings"), ...rings, ""]),
    ...(regions.length === 0 ? [] : [paint("bold", "Regions in the last run"), ...regions, ""]),
    ...(exclusions.length === 0 ? [] : [paint("bold", "Exclusions"), ...exclusions, ""]),
    paint("bold", "What to do, by cause"),
    ...causeLines(summary),
    ...(available.length === 0 ? [] : ["", paint("bold", "Offered, and not approved"), ...available]),
    "",
    ...verdictLines(summary, paint),
    "",
  ].join("\n");
}
