import { type Html, lineText } from "#shared/page/escape.js";
import { countText, dateText, toMs } from "#shared/text/format.js";
import { colours, outcomeMarks } from "../page/marks.js";
import { chartEnd, isProblem, type Occurrence, occurrencesOf } from "../summary/facts.js";
import { regionOutcome } from "../summary/fanoutFacts.js";
import { outcomeLabels } from "../summary/outcome.js";
import { cyclesOf } from "../summary/ringFacts.js";
import type { Summary, WindowSummary } from "../summary/summary.js";
import { drawBadge, drawLine, drawText, textWidth } from "./drawing.js";
import { type Axis, dateAxis, drawAxis, drawChart, isNarrow } from "./plot.js";

/** Height of a lane, and of its badges in it. On a phone the Region stands below the name instead of beside it. */
const lanesOf = { wide: { height: 84, badges: 44 }, narrow: { height: 100, badges: 60 } } as const;
/** A Region of a central window has a lane of its own below it. */
const regionLane = { height: 60, badges: 26 };
const largestBadge = 18;
const smallestGlyph = 9;
const side = 12;

/** What a badge stands for. */
type Marked = Pick<Occurrence, "at" | "outcome" | "targeted" | "done">;

interface Placed {
  readonly mark: Marked;
  readonly x: number;
  /** Distance to the nearest neighbour. */
  readonly gap: number;
}

function placeMarks(marks: readonly Marked[], { x, left, right }: Axis): Placed[] {
  return marks.map((mark, index) => {
    const near = [marks[index - 1], marks[index + 1]].filter((other) => other !== undefined);
    const gaps = near.map((other) => Math.abs(x(other.at) - x(mark.at)));
    return { mark, x: x(mark.at), gap: Math.min(right - left, ...gaps) };
  });
}

function captions({ mark, x, gap }: Placed, y: number, axis: Axis): Html[] {
  const lines = [
    ...(mark.targeted > 0 ? [{ text: `${mark.done}/${mark.targeted}`, colour: colours.dim }] : []),
    ...(isProblem(mark)
      ? [{ text: outcomeLabels[mark.outcome], colour: outcomeMarks[mark.outcome].colour }]
      : []),
  ];
  return lines
    .filter(({ text }) => textWidth(text, 11) + 4 <= gap)
    .map(({ text, colour }, row) => {
      // Next to the edge a caption would be cut off, so it leans inwards.
      const half = textWidth(text, 11) / 2;
      const middle = Math.min(Math.max(x, axis.left - side + half), axis.right + side - half);
      return drawText(text, middle, y + 19 + row * 14, { size: 11, colour, align: "middle" });
    });
}

/** What the badges of a lane would say, had they room for it. */
function crowdText(marks: readonly Marked[]): string {
  return `due ${countText(marks.length, "time")}, ${marks.filter(isProblem).length} to look at`;
}

function badges(marks: readonly Marked[], y: number, axis: Axis): Html[] {
  const placed = placeMarks(marks, axis);
  const isCrowded = placed.some(({ gap }) => gap < smallestGlyph);
  // Problems last, so that in a crowded lane nothing covers them.
  const inOrder = placed.toSorted((a, b) => Number(isProblem(a.mark)) - Number(isProblem(b.mark)));
  return [
    drawLine(axis.left, y, axis.right, y, { stroke: colours.line, "stroke-width": 2 }),
    ...(isCrowded ? [drawText(crowdText(marks), axis.left, y + 20, { size: 11, colour: colours.dim })] : []),
    ...inOrder.flatMap((one) => {
      const smallest = isProblem(one.mark) ? smallestGlyph + 1 : 3;
      const size = Math.max(Math.min(largestBadge, one.gap * 0.8), smallest);
      return [drawBadge(outcomeMarks[one.mark.outcome], one.x, y, size), ...captions(one, y, axis)];
    }),
  ];
}

function heading(window: WindowSummary, y: number, { left, right }: Axis, narrow: boolean): Html[] {
  const title = [window.operation, window.name].map(lineText).filter((part) => part !== "");
  const after = window.ring?.after == null ? "" : ` · after ${lineText(window.ring.after.name)}`;
  const where = `${lineText(window.region)} · ${window.durationHours} h${after}`;
  const room = right - left - (narrow ? 0 : textWidth(where) + 12);
  return [
    drawText(title.join(" · "), left, y - (narrow ? 42 : 26), { size: 13, bold: true, width: room }),
    narrow
      ? drawText(where, left, y - 24, { colour: colours.dim, width: room })
      : drawText(where, right, y - 26, { colour: colours.dim, align: "end" }),
  ];
}

/** What became of a Region in each run of a central window. */
function regionMarks({ executions }: WindowSummary, region: string): Marked[] {
  return executions.flatMap(({ startedAt, fanout }) => {
    const one = fanout?.regions.find((other) => other.region === region);
    if (fanout === null || one === undefined) return [];
    const outcome = regionOutcome(fanout, one);
    return [{ at: toMs(startedAt), outcome, targeted: one.members, done: one.counts?.patched ?? 0 }];
  });
}

/** Thin enough for the words that they cross. */
const gateLine = { "stroke-width": 1.5, opacity: 0.6 };
const gateLines: Readonly<Record<string, Record<string, string | number>>> = {
  passed: { stroke: colours.good, ...gateLine },
  promoted: { stroke: colours.warn, ...gateLine },
  held: { stroke: colours.warn, ...gateLine, "stroke-dasharray": "3 4" },
};

/** From a run of a ring to the one of the next ring that has gone by it at its gate; broken where that one was held. */
function gates(windows: readonly WindowSummary[], heights: ReadonlyMap<string, number>, axis: Axis): Html[] {
  return cyclesOf(windows).flatMap(({ runs }) =>
    runs.flatMap(({ window, stand, run }) => {
      const before = runs.find(({ stand: other }) => other.name === window.ring?.after?.name);
      const style = gateLines[stand.verdict];
      const [from, to] = [before?.window, window].map((one) => heights.get(one?.windowId ?? ""));
      if (before === undefined || style === undefined || from === undefined || to === undefined) return [];
      return [drawLine(axis.x(toMs(before.run.startedAt)), from, axis.x(toMs(run.startedAt)), to, style)];
    }),
  );
}

/** All windows over the whole run: a lane each, and one for each Region of a central window; a badge per opening. */
export function renderTimeline(summary: Summary, width: number): Html {
  const [from, to] = [toMs(summary.run.from), chartEnd(summary)];
  const { windows } = summary;
  const narrow = isNarrow(width);
  const ofWindow = narrow ? lanesOf.narrow : lanesOf.wide;
  const axis = dateAxis(from, to, side, width - side);
  let height = 0;
  const heights = new Map<string, number>();
  const lanes = windows.flatMap((window) => {
    const y = height + ofWindow.badges;
    height += ofWindow.height;
    heights.set(window.windowId, y);
    return [
      ...heading(window, y, axis, narrow),
      ...badges(occurrencesOf(window), y, axis),
      ...window.fanoutRegions.flatMap((region) => {
        const middle = height + regionLane.badges;
        height += regionLane.height;
        const style = { colour: colours.dim, width: axis.right - axis.left };
        return [
          drawText(`↳ ${lineText(region)}`, axis.left, middle - 17, style),
          ...badges(regionMarks(window, region), middle, axis),
        ];
      }),
    ];
  });
  height = Math.max(height, ofWindow.height);
  const grid = axis.ticks.map(({ at }) =>
    drawLine(axis.x(at), 0, axis.x(at), height, { stroke: colours.line, opacity: 0.5 }),
  );
  const all = windows.flatMap(occurrencesOf);
  return drawChart(
    {
      id: "timeline",
      title: "Timeline of maintenance windows",
      description: `${countText(windows.length, "window")} from ${dateText(from)} to ${dateText(to)}: ${countText(all.length, "opening")} due, ${all.filter(isProblem).length} with something to look at. The tables below say the same in words.`,
      width,
      height,
    },
    [grid, gates(windows, heights, axis), lanes, drawAxis(axis, height, width)],
  );
}
