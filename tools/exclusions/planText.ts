import { timeOf } from "#functions/exclusion-processor/core/entryStatus.js";
import type { Version } from "#functions/exclusion-processor/core/manifests.js";
import type { RegionState } from "#functions/exclusion-processor/core/model.js";
import { approvalKey } from "#shared/contract/exclusionNames.js";
import type { StatusProblem } from "#shared/contract/manifestStatus.js";
import type { PlannedNode, PlanReport } from "#shared/contract/planReport.js";
import { table } from "#shared/terminal/table.js";
import type { Colour, Printer } from "#shared/terminal/terminal.js";
import { counted, several, timeText } from "#shared/text/words.js";
import type { UnreadRegion } from "./present.js";

/** Most nodes that a table shows; a selector by tags can name a whole fleet. */
const mostShown = 50;

/** Where a report stops to list the nodes that an entry leaves alone. */
const mostLeftAlone = 100;

/** A plan with what a person wants to know beside it. */
interface Draft {
  readonly file: string;
  readonly key: string;
  /** `<project>/<stack>`. */
  readonly stack: string;
  readonly version: Version;
  /** The version of the same manifest that is in force. */
  readonly present: Version | undefined;
  readonly report: PlanReport;
  readonly unread: readonly UnreadRegion[];
  readonly states: ReadonlyMap<string, RegionState>;
  /** Entries that end too soon. */
  readonly ends: readonly StatusProblem[];
}

const colours: Readonly<Record<PlanReport["verdict"], Colour>> = {
  "would be applied": "green",
  "would be held": "yellow",
  "would be refused": "red",
};

/** What a plan comes to, for a terminal. */
export function planLines(draft: Draft, paint: Printer["paint"]): string[] {
  const { file, key, stack, version, present, report, unread, ends } = draft;
  const { reading } = version;
  const instead =
    present === undefined ? "nothing of it is in force now" : `version ${present.versionId} is in force now`;
  return [
    `${key} of stack ${stack}: ${paint(colours[report.verdict], report.verdict)}; ${instead}.`,
    ...report.problems.map((problem) => problemLine(file, problem, version)),
    ...(reading.ok ? [...reading.warnings, ...ends] : []).map(
      (one) => `${place(file, one)} warning: ${one.message}`,
    ),
    ...(report.verdict === "would be refused" ? [] : changes(draft, paint)),
    ...entryLines(report),
    ...unread.map(({ region, error }) => `${region}: ${error}; what would change there is not known.`),
    "Nothing was written.",
  ];
}

function changes({ key, report, states }: Draft, paint: Printer["paint"]): string[] {
  const { nodes, changedNodes, mostChangedNodes } = report;
  const rows = nodes.slice(0, mostShown).map((node) => row(node, states));
  const head = ["Node", "Region", "Patch group now -> then", "Loses", "Gains back", "When"];
  const more = nodes.length - rows.length;
  const without = `${mostChangedNodes} may without an approval`;
  return [
    ...(rows.length === 0 ? [] : ["", ...table(head, rows, paint)]),
    ...(more > 0 ? [`and ${counted(more, "more node", "more nodes")}; --json tells them all.`] : []),
    "",
    changedNodes === 0
      ? "No node would move."
      : `${counted(changedNodes, "node")} would move (${without}): ${totals(nodes)}.`,
    ...(report.verdict === "would be held"
      ? [`Nothing would move until an object ${approvalKey(key)} names the version that S3 gives the upload.`]
      : []),
  ];
}

function row(node: PlannedNode, states: Draft["states"]): string[] {
  const { id, region, from, to, loses, gains, hold } = node;
  const state = states.get(region);
  return [
    id,
    region,
    from === to ? from : `${from} -> ${to}`,
    hold === "begins" ? "all, it is held" : several(loses),
    hold === "ends" ? "all, no hold any more" : several(gains),
    state === undefined ? "" : timeText(timeOf(state)),
  ];
}

function totals(nodes: readonly PlannedNode[]): string {
  const count = (isOne: (node: PlannedNode) => boolean) => nodes.filter(isOne).length;
  const held = count(({ hold }) => hold === "begins");
  const released = count(({ hold }) => hold === "ends");
  const losing = count(({ loses, hold }) => loses.length > 0 && hold !== "begins");
  const gaining = count(({ gains, hold }) => gains.length > 0 && hold !== "begins");
  const other = count(({ loses, gains, hold }) => loses.length + gains.length === 0 && hold === undefined);
  const parts = [
    ...(losing > 0 ? [`${losing} would lose patches`] : []),
    ...(gaining > 0 ? [`${gaining} would gain some back`] : []),
    ...(held > 0 ? [`${held} would be held`] : []),
    ...(released > 0 ? [`${released} would not be held any more`] : []),
    ...(other > 0 ? [`${other} would keep the patches and change what happens to dependencies`] : []),
  ];
  return parts.join(", ");
}

function entryLines({ entries }: PlanReport): string[] {
  const lines = new Set<string>();
  for (const id of new Set(entries.map((entry) => entry.id))) {
    const own = entries.filter((entry) => entry.id === id);
    // An id that one Region does not know may be another's.
    const [first, ...others] = own;
    const unknown = (first?.unknownNodes ?? []).filter((node) =>
      others.every(({ unknownNodes }) => unknownNodes.includes(node)),
    );
    if (unknown.length > 0) lines.add(`${id}: no Region knows ${several(unknown)}.`);
    if (own.every(({ nodes }) => nodes === 0)) lines.add(`${id}: would be in force on no node.`);
    for (const { region, leftAlone } of own) {
      for (const why of new Set(leftAlone.map((node) => node.why))) {
        const ids = leftAlone.filter((node) => node.why === why).map((node) => node.id);
        lines.add(`${id}: would leave alone ${several(ids)} in ${region}: ${why}.`);
      }
      if (leftAlone.length >= mostLeftAlone) {
        lines.add(`${id}: of those left alone in ${region}, only the first ${mostLeftAlone} are counted.`);
      }
    }
  }
  return [...lines];
}

function place(file: string, { line, column }: StatusProblem): string {
  return [file, ...(line === undefined ? [] : [line]), ...(column === undefined ? [] : [column]), ""].join(
    ":",
  );
}

/** Problems of the text have their place; those of budgets have an entry, whose line the manifest tells. */
function problemLine(file: string, problem: StatusProblem, { reading }: Version): string {
  if (problem.line !== undefined) return `${place(file, problem)} ${problem.message}`;
  const entry = reading.ok ? reading.entries.find(({ id }) => id === problem.entry) : undefined;
  const label = problem.entry === undefined ? "" : `${problem.entry}: `;
  return `${place(file, { ...problem, ...(entry === undefined ? {} : { line: entry.line }) })} ${label}${problem.message}`;
}
