import { type Drawn, drawBadge, drawBox, drawLine, drawText, hourTicks, textWidth } from "./drawing.js";
import { lineText } from "./escape.js";
import { isProblem, nodesDone, type Occurrence, OUTCOME_LABELS, occurrencesOf } from "./facts.js";
import { durationText, HOUR, momentText, toMs } from "./format.js";
import { COLOUR, MARKS } from "./marks.js";
import { AXIS_HEIGHT, type Place, plotOption, type Size, WIDTHS } from "./plot.js";
import type { CommandSummary, ExecutionSummary, WindowSummary } from "./summary.js";
import { renderSvg } from "./svg.js";

const SIDE = 12;
const HEAD = 30;
const BAR = 22;
const GAP = 14;

type Shown = Occurrence & { readonly execution: ExecutionSummary };

function hasRun(occurrence: Occurrence): occurrence is Shown {
  return occurrence.execution !== null && occurrence.execution.commands.length > 0;
}

/** The executions worth a look from the inside: those with problems, then the latest, back in the order of time. */
export function shownInside(window: WindowSummary, most: number): Occurrence[] {
  const ran = occurrencesOf(window).filter(hasRun);
  const late = [...ran].reverse();
  const chosen = [...late.filter(isProblem), ...late.filter((one) => !isProblem(one))].slice(0, most);
  return chosen.sort((left, right) => left.at - right.at);
}

function commandColour(command: CommandSummary): string {
  if (command.stoppedByErrorLimit || command.status === "Failed") return COLOUR.bad;
  if (nodesDone(command) === command.targeted) return COLOUR.good;
  return command.status === "Success" ? COLOUR.warn : COLOUR.late;
}

function commandText(command: CommandSummary): string {
  const task = lineText(command.task);
  if (command.startedAt === null) return `${task}: never started`;
  const status = lineText(command.statusDetails || command.status);
  return `${task}: ${status}, ${nodesDone(command)} of ${command.targeted} nodes`;
}

function commandBar(command: CommandSummary, shown: Shown, top: number, end: number, place: Place): Drawn[] {
  const colour = commandColour(command);
  const hours = (at: string) => (toMs(at) - shown.at) / HOUR;
  const [edge, y] = place(0, top);
  const [last] = place(end, 0);
  const from = command.startedAt === null ? edge : place(hours(command.startedAt), 0)[0];
  const ended = command.endedAt ?? shown.execution.endedAt ?? shown.execution.closesAt;
  const to = command.startedAt === null ? edge : Math.max(from + 4, place(hours(ended), 0)[0]);
  const text = commandText(command);
  // Words run on past the end of a short bar; beside one that starts late they stand on its left.
  const fits = from + 8 + textWidth(text) <= last;
  const words = fits
    ? drawText(text, from + 9, y + BAR / 2, { width: last - from - 9 })
    : drawText(text, last - 4, y + BAR / 2, { align: "right", width: last - edge - 12 });
  if (command.startedAt === null) return [words];
  return [
    drawBox(
      from,
      y + 2,
      to - from,
      BAR - 4,
      { fill: colour, fillOpacity: 0.22, stroke: colour, lineWidth: 1 },
      3,
    ),
    drawBox(from, y + 2, 4, BAR - 4, { fill: colour }, 2),
    words,
  ];
}

function rowHeight(shown: Shown): number {
  return HEAD + shown.execution.commands.length * BAR + GAP;
}

function row(window: WindowSummary, shown: Shown, top: number, end: number, place: Place): Drawn[] {
  const { execution } = shown;
  const commands = execution.commands;
  const hours = (at: string) => (toMs(at) - shown.at) / HOUR;
  const [left, y] = place(0, top);
  const [right] = place(end, 0);
  const [closes] = place(hours(execution.closesAt), 0);
  const [cutoff] = place(hours(execution.cutoffAt), 0);
  const [, barsTop] = place(0, top + HEAD);
  const height = commands.length * BAR;
  const mark = MARKS[shown.outcome];
  const parts: Drawn[] = [
    drawBadge(mark, left + 8, y + 16, 16),
    drawText(`${momentText(shown.at)} · ${OUTCOME_LABELS[shown.outcome]}`, left + 23, y + 16, {
      size: 13,
      bold: true,
      width: right - left - 23,
    }),
    drawBox(left, barsTop, closes - left, height, { fill: COLOUR.track }, 3),
  ];
  if (window.cutoffHours > 0)
    parts.push(drawBox(cutoff, barsTop, closes - cutoff, height, { fill: COLOUR.quiet, fillOpacity: 0.16 }));
  if (execution.neededUntil !== null) {
    const [needed] = place(hours(execution.neededUntil), 0);
    const style = { stroke: COLOUR.late, lineWidth: 2, lineDash: [5, 4] };
    const line = barsTop + height + 5;
    parts.push(drawLine(left, line, needed, line, style));
    parts.push(drawLine(needed, barsTop, needed, line, { stroke: COLOUR.late, lineWidth: 2 }));
  }
  parts.push(drawLine(cutoff, barsTop, cutoff, barsTop + height, { stroke: COLOUR.dim, lineWidth: 1.5 }));
  commands.forEach((command, index) => {
    parts.push(...commandBar(command, shown, top + HEAD + index * BAR, end, place));
  });
  return parts;
}

/** What ran in a window, counted from its opening. `id` must be unique on the page. */
export function renderInside(
  window: WindowSummary,
  occurrences: readonly Occurrence[],
  id: string,
  size: Size,
): string {
  const shown = occurrences.filter(hasRun);
  const length = (one: Shown) =>
    Math.max(toMs(one.execution.closesAt), toMs(one.execution.neededUntil ?? one.execution.closesAt)) -
    one.at;
  const end = Math.max(window.durationHours, ...shown.map((one) => length(one) / HOUR)) * 1.002;
  const width = WIDTHS[size];
  const height = shown.reduce((total, one) => total + rowHeight(one), 0);
  const ticks = hourTicks(end, width - 2 * SIDE);
  const option = plotOption({ from: 0, to: end, ticks, width, height, top: 0, side: SIDE }, (place) => {
    let top = 0;
    return shown.flatMap((one) => {
      const drawn = row(window, one, top, end, place);
      top += rowHeight(one);
      return drawn;
    });
  });
  const longest = durationText(Math.max(0, ...shown.map(length)));
  return renderSvg(option, {
    id: `${id}-${size}`,
    title: `What ran in ${lineText(window.name)}`,
    description: `${shown.length} executions, each with its commands from the opening of the window; the longest needed or had ${longest}. The table below says the same in words.`,
    width,
    height: height + AXIS_HEIGHT,
  });
}
