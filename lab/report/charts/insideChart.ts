import { lineText } from "../page/escape.js";
import { COLOUR, MARKS } from "../page/marks.js";
import {
  hasRun,
  isProblem,
  leftOnlyTheUnreachable,
  nodesDone,
  type Occurrence,
  occurrencesOf,
} from "../summary/facts.js";
import { durationText, HOUR, momentText, toMs } from "../summary/format.js";
import { OUTCOME_LABELS } from "../summary/outcome.js";
import type { CommandSummary, ExecutionSummary, WindowSummary } from "../summary/summary.js";
import { type Drawn, drawBadge, drawBox, drawLine, drawText, hourTicks, textWidth } from "./drawing.js";
import { AXIS_HEIGHT, type Place, plotOption, type Size, WIDTHS } from "./plot.js";
import { renderSvg } from "./svg.js";

const SIDE = 8;
const HEAD = 30;
const LABEL = 20;
const BAR = 12;
const STRIPE = LABEL + BAR + 6;
const GAP = 14;

type Shown = Occurrence & { readonly execution: ExecutionSummary };

/** The executions worth a look from the inside: those with problems, then the latest, back in the order of time. */
export function shownInside(window: WindowSummary, most: number): Occurrence[] {
  const ran = occurrencesOf(window).filter(hasRun);
  const late = [...ran].reverse();
  const chosen = [...late.filter(isProblem), ...late.filter((one) => !isProblem(one))].slice(0, most);
  return chosen.sort((left, right) => left.at - right.at);
}

function commandColour(command: CommandSummary): string {
  if (command.stoppedByErrorLimit || command.status === "Failed") return COLOUR.bad;
  if (leftOnlyTheUnreachable(command)) return COLOUR.good;
  return command.status === "Success" ? COLOUR.warn : COLOUR.late;
}

function commandFigures(command: CommandSummary): string {
  if (command.startedAt === null) return "never started";
  if (command.targeted === 0) return "no node selected";
  const status = lineText(command.statusDetails || command.status);
  return `${status}, ${nodesDone(command)} of ${command.targeted} nodes`;
}

/** The task's name gives way to the figures behind it when both do not fit. */
function commandText(window: WindowSummary, command: CommandSummary, room: number): string {
  const figures = commandFigures(command);
  const [prefix, name] = [`${lineText(window.name)}-`, lineText(command.task)];
  // The chart stands under the window's name, which tasks are often named after.
  const task = [...(name.startsWith(prefix) ? name.slice(prefix.length) : name)];
  const most = Math.max(8, Math.floor(room / textWidth("n")) - figures.length - 2);
  const shown = task.length > most ? `${task.slice(0, most - 1).join("")}…` : task.join("");
  return `${shown}: ${figures}`;
}

interface Stripe {
  readonly text: string;
  readonly colour: string;
  /** Where something ran, in hours from the opening; null when nothing did. */
  readonly ran: readonly [number, number] | null;
  readonly broken: boolean;
}

function stripesOf(shown: Shown, room: number): Stripe[] {
  const { execution } = shown;
  const hours = (at: string) => (toMs(at) - shown.at) / HOUR;
  const stripes = execution.commands.map((command): Stripe => {
    const ended = command.endedAt ?? execution.endedAt ?? execution.closesAt;
    const began = command.targeted === 0 ? null : command.startedAt;
    const ran = began === null ? null : ([hours(began), hours(ended)] as const);
    return {
      text: commandText(shown.window, command, room),
      colour: commandColour(command),
      ran,
      broken: false,
    };
  });
  if (execution.neededUntil === null) return stripes;
  const needed = hours(execution.neededUntil);
  const had = hours(execution.cutoffAt);
  const text = `needed ${durationText(needed * HOUR)}, had ${durationText(had * HOUR)} until the cutoff`;
  return [...stripes, { text, colour: COLOUR.late, ran: [0, needed], broken: true }];
}

function stripe(one: Stripe, shown: Shown, top: number, end: number, place: Place): Drawn[] {
  const { execution } = shown;
  const hours = (at: string) => (toMs(at) - shown.at) / HOUR;
  const [left, y] = place(0, top);
  const [right, barTop] = place(end, top + LABEL);
  const [closes] = place(hours(execution.closesAt), 0);
  const [cutoff] = place(hours(execution.cutoffAt), 0);
  const parts: Drawn[] = [
    drawText(one.text, left, y + LABEL / 2 - 1, { width: right - left }),
    drawBox(left, barTop, closes - left, BAR, { fill: COLOUR.track, stroke: COLOUR.line, lineWidth: 1 }),
    drawBox(cutoff, barTop, closes - cutoff, BAR, { fill: COLOUR.quiet, fillOpacity: 0.25 }),
  ];
  if (one.ran !== null) {
    const [from] = place(one.ran[0], 0);
    const width = Math.max(4, place(one.ran[1], 0)[0] - from);
    const style = { fill: one.colour, fillOpacity: one.broken ? 0.2 : 1, stroke: one.colour, lineWidth: 1.5 };
    parts.push(drawBox(from, barTop, width, BAR, one.broken ? { ...style, lineDash: [5, 3] } : style, 2));
  }
  if (cutoff < closes)
    parts.push(
      drawLine(cutoff, barTop - 3, cutoff, barTop + BAR + 3, { stroke: COLOUR.ink, lineWidth: 1.5 }),
    );
  return parts;
}

function rowHeight({ execution }: Shown): number {
  const stripes = execution.commands.length + (execution.neededUntil === null ? 0 : 1);
  return HEAD + stripes * STRIPE + GAP;
}

function row(shown: Shown, top: number, end: number, place: Place): Drawn[] {
  const [left, y] = place(0, top);
  const [right] = place(end, 0);
  const title = `${momentText(shown.at)} · ${OUTCOME_LABELS[shown.outcome]}`;
  return [
    drawBadge(MARKS[shown.outcome], left + 8, y + 14, 16),
    drawText(title, left + 23, y + 14, { size: 13, bold: true, width: right - left - 23 }),
    ...stripesOf(shown, right - left).flatMap((one, index) =>
      stripe(one, shown, top + HEAD + index * STRIPE, end, place),
    ),
  ];
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
  const option = plotOption(
    { from: 0, to: end, ticks, width: width - 2 * SIDE, height, top: 0, side: SIDE },
    (place) => {
      let top = 0;
      return shown.flatMap((one) => {
        const drawn = row(one, top, end, place);
        top += rowHeight(one);
        return drawn;
      });
    },
  );
  const longest = durationText(Math.max(0, ...shown.map(length)));
  return renderSvg(option, {
    id: `${id}-${size}`,
    title: `What ran in ${lineText(window.name)}`,
    description: `${shown.length} executions, each with its commands from the opening of the window; the longest needed or had ${longest}. The table below says the same in words.`,
    width,
    height: height + AXIS_HEIGHT,
  });
}
