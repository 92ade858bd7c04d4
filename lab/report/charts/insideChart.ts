import { type Html, lineText } from "#shared/page/escape.js";
import { durationText, momentText, toMs } from "#shared/text/format.js";
import { hourMs } from "#shared/text/time.js";
import { colours, outcomeMarks } from "../page/marks.js";
import {
  hasRun,
  isProblem,
  leftOnlyTheUnreachable,
  nodesDone,
  type Occurrence,
  occurrencesOf,
} from "../summary/facts.js";
import { outcomeLabels } from "../summary/outcome.js";
import { seriesOf } from "../summary/series.js";
import type { CommandSummary, ExecutionSummary, WindowSummary } from "../summary/summary.js";
import { drawBadge, drawBox, drawLine, drawText, textWidth } from "./drawing.js";
import { type Axis, drawAxis, drawChart, hourAxis } from "./plot.js";

const side = 8;
const head = 30;
const labelHeight = 20;
const barHeight = 12;
const stripe = labelHeight + barHeight + 6;
const gap = 14;

type Shown = Occurrence & { readonly execution: ExecutionSummary };

/** The executions worth a look from the inside: the last of each outcome in a row, those with problems first chosen. */
export function shownInside(window: WindowSummary, most: number): Occurrence[] {
  const last = seriesOf(occurrencesOf(window).filter(hasRun)).map((one) => one.last);
  const late = last.reverse();
  const chosen = [...late.filter(isProblem), ...late.filter((one) => !isProblem(one))].slice(0, most);
  return chosen.sort((left, right) => left.at - right.at);
}

function commandColour(command: CommandSummary): string {
  if (command.stoppedByErrorLimit || command.status === "Failed") return colours.bad;
  if (leftOnlyTheUnreachable(command)) return colours.good;
  return command.status === "Success" ? colours.warn : colours.late;
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
  /** Where something ran, in milliseconds from the opening; null when nothing did. */
  readonly ran: readonly [number, number] | null;
  readonly broken: boolean;
}

function stripesOf(shown: Shown, room: number): Stripe[] {
  const { execution } = shown;
  const since = (at: string) => toMs(at) - shown.at;
  const stripes = execution.commands.map((command): Stripe => {
    const ended = command.endedAt ?? execution.endedAt ?? execution.closesAt;
    const began = command.targeted === 0 ? null : command.startedAt;
    return {
      text: commandText(shown.window, command, room),
      colour: commandColour(command),
      ran: began === null ? null : [since(began), since(ended)],
      broken: false,
    };
  });
  if (execution.neededUntil === null) return stripes;
  const needed = since(execution.neededUntil);
  const text = `needed ${durationText(needed)}, had ${durationText(since(execution.cutoffAt))} until the cutoff`;
  return [...stripes, { text, colour: colours.late, ran: [0, needed], broken: true }];
}

function drawStripe(one: Stripe, { execution, at }: Shown, top: number, { left, right, x }: Axis): Html[] {
  const bar = top + labelHeight;
  const closes = x(toMs(execution.closesAt) - at);
  const cutoff = x(toMs(execution.cutoffAt) - at);
  const parts = [
    drawText(one.text, left, top + labelHeight / 2 - 1, { width: right - left }),
    drawBox(left, bar, closes - left, barHeight, { fill: colours.track, stroke: colours.line }),
    drawBox(cutoff, bar, closes - cutoff, barHeight, { fill: colours.quiet, "fill-opacity": 0.25 }),
  ];
  if (one.ran !== null) {
    const [from, to] = one.ran;
    parts.push(
      drawBox(x(from), bar, Math.max(4, x(to) - x(from)), barHeight, {
        rx: 2,
        fill: one.colour,
        stroke: one.colour,
        "stroke-width": 1.5,
        ...(one.broken ? { "fill-opacity": 0.2, "stroke-dasharray": "5 3" } : {}),
      }),
    );
  }
  if (cutoff < closes) {
    const style = { stroke: colours.ink, "stroke-width": 1.5 };
    parts.push(drawLine(cutoff, bar - 3, cutoff, bar + barHeight + 3, style));
  }
  return parts;
}

function drawRow(shown: Shown, stripes: readonly Stripe[], top: number, axis: Axis): Html[] {
  const { left, right } = axis;
  const title = `${momentText(shown.at)} · ${outcomeLabels[shown.outcome]}`;
  return [
    drawBadge(outcomeMarks[shown.outcome], left + 8, top + 14, 16),
    drawText(title, left + 23, top + 14, { size: 13, bold: true, width: right - left - 23 }),
    ...stripes.flatMap((one, index) => drawStripe(one, shown, top + head + index * stripe, axis)),
  ];
}

/** What ran in a window, counted from its opening. `id` must be unique on the page. */
export function renderInside(
  window: WindowSummary,
  occurrences: readonly Occurrence[],
  id: string,
  width: number,
): Html {
  const shown = occurrences.filter(hasRun);
  const lengths = shown.map(
    ({ at, execution: { closesAt, neededUntil } }) =>
      Math.max(toMs(closesAt), toMs(neededUntil ?? closesAt)) - at,
  );
  const axis = hourAxis(Math.max(window.durationHours * hourMs, ...lengths) * 1.002, side, width - side);
  let height = 0;
  const rows = shown.map((one) => {
    const top = height;
    const stripes = stripesOf(one, axis.right - axis.left);
    height += head + stripes.length * stripe + gap;
    return drawRow(one, stripes, top, axis);
  });
  return drawChart(
    {
      id,
      title: `What ran in ${lineText(window.name)}`,
      description: `${shown.length} executions, each with its commands from the opening of the window; the longest needed or had ${durationText(Math.max(0, ...lengths))}. The table below says the same in words.`,
      width,
      height,
    },
    [rows, drawAxis(axis, height, width)],
  );
}
