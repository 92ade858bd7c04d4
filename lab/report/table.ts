import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import {
  type ComplianceCounts,
  complianceAtEnd,
  complianceAtStart,
  isProblem,
  OUTCOME_LABELS,
  occurrencesOf,
} from "./facts.js";
import { countText, dateText, numberText, percentText, toMs } from "./format.js";
import type { Summary, WindowSummary } from "./summary.js";

export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

const NARROWEST = 60;
const MOST_PROBLEMS = 20;
const MOST_EXAMPLES = 3;

const CODES = { bold: 1, red: 31, green: 32, yellow: 33, dim: 2 } as const;

type Paint = (kind: keyof typeof CODES, text: string) => string;

/** A name as a terminal may show it: no escape sequence, no control character, nothing that turns the direction. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s+/gu, " ")
    .replace(/\p{Cc}|\p{Cs}|\p{Bidi_Control}/gu, "")
    .trim();
}

const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

type Align = "left" | "right";

/** Columns apart by two blanks. The first gives way when the terminal is too narrow. */
function grid(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  aligns: readonly Align[],
  width: number,
  paint: Paint,
): string {
  const shown = [head.map((text) => paint("dim", text)), ...rows.map((row) => [...row])];
  const others = aligns
    .slice(1)
    .map((_, column) =>
      Math.max(...[head, ...rows].map((row) => stripVTControlCharacters(row[column + 1] ?? "").length)),
    );
  const taken = others.reduce((total, column) => total + column + 2, 0);
  const table = new Table({
    chars: { ...NO_LINES },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: [...aligns],
    colWidths: [Math.max(12, width - taken), ...others],
    wordWrap: false,
  });
  table.push(...shown);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

function windowRow(window: WindowSummary, paint: Paint): string[] {
  const all = occurrencesOf(window);
  const wrong = all.filter(isProblem);
  const skipped = all.filter((one) => one.outcome === "skipped" || one.outcome === "missed").length;
  const succeeded = all.filter((one) => one.outcome === "done").length;
  const failed = wrong.length - skipped;
  const total = (value: (one: (typeof all)[number]) => number) =>
    all.reduce((sum, one) => sum + value(one), 0);
  const red = (count: number) => (count > 0 ? paint("red", numberText(count)) : "0");
  return [
    `${plain(window.operation)}  ${plain(window.name)}`,
    numberText(all.length),
    succeeded > 0 ? paint("green", numberText(succeeded)) : "0",
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
    const label = OUTCOME_LABELS[one.outcome].toLowerCase();
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
  const { windowsDidTheirJob, problems } = summary.verdict;
  if (windowsDidTheirJob && problems.length === 0) return [paint("green", "All windows did their job.")];
  const title = windowsDidTheirJob
    ? paint("yellow", "All windows did their job, but:")
    : paint("red", "Not every window did its job:");
  const left = problems.length - MOST_PROBLEMS;
  const lines = problems.slice(0, MOST_PROBLEMS).map((problem) => `  - ${plain(problem)}`);
  return [title, ...lines, ...(left > 0 ? [`  - and ${numberText(left)} more in summary.json`] : [])];
}

function uncoveredLines(summary: Summary): string[] {
  if (summary.uncovered.length === 0)
    return [`Patching reaches all of ${countText(summary.fleet.nodes, "node")}.`];
  const digits = Math.max(...summary.uncovered.map(({ nodes }) => numberText(nodes).length));
  return summary.uncovered.map(({ reason, nodes, examples }) => {
    const shown = examples.slice(0, MOST_EXAMPLES).map(plain);
    const some = nodes > shown.length ? [...shown, "..."] : shown;
    return `  ${numberText(nodes).padStart(digits)}  ${plain(reason)}${some.length > 0 ? ` (${some.join(", ")})` : ""}`;
  });
}

/** The end of a run on the terminal. */
export function renderTable(summary: Summary, options: TableOptions): string {
  const paint: Paint = (kind, text) => (options.colour ? `\u001b[${CODES[kind]}m${text}\u001b[0m` : text);
  const width = Math.max(NARROWEST, options.width);
  const { run } = summary;
  const right = (count: number): Align[] => ["left", ...Array.from({ length: count }, (): Align => "right")];
  const head = ["Window", "Opened", "Done", "Failed", "Skipped", "Nodes done", "Installed", "Reboots"];
  const windows = summary.windows.map((window) => windowRow(window, paint));
  const problems = outcomesText(summary);
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
    summary.windows.length === 0 ? "No window was deployed." : grid(head, windows, right(7), width, paint),
    ...(problems === "" ? [] : [`To look at: ${problems}`]),
    "",
    grid(
      ["Compliance", "Compliant", "", "Not compliant", "Never scanned"],
      compliance,
      right(4),
      Math.min(width, 72),
      paint,
    ),
    "",
    paint("bold", "What patching did not reach"),
    ...uncoveredLines(summary),
    "",
    ...verdictLines(summary, paint),
    "",
  ].join("\n");
}
