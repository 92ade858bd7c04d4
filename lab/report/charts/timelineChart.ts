import { lineText } from "../page/escape.js";
import { COLOUR, MARKS } from "../page/marks.js";
import { chartEnd, isProblem, type Occurrence, occurrencesOf } from "../summary/facts.js";
import { regionOutcome } from "../summary/fanoutFacts.js";
import { countText, dateText, toMs } from "../summary/format.js";
import { OUTCOME_LABELS } from "../summary/outcome.js";
import type { Summary, WindowSummary } from "../summary/summary.js";
import { type Drawn, dateTicks, drawBadge, drawLine, drawText, textWidth } from "./drawing.js";
import { AXIS_HEIGHT, type Place, plotOption, type Size, WIDTHS } from "./plot.js";
import { renderSvg } from "./svg.js";

/** Heights of a lane and of its badges. On a phone the Region stands below the name instead of beside it. */
const LANES = { wide: { height: 84, badges: 44 }, narrow: { height: 100, badges: 60 } } as const;
/** A Region of a central window has a lane of its own below it. */
const REGION_LANE = { height: 60, badges: 26 };
const LARGEST_BADGE = 18;
const SMALLEST_GLYPH = 9;
const SIDE = 12;

/** What a badge stands for. */
type Marked = Pick<Occurrence, "at" | "outcome" | "targeted" | "done">;

interface Placed {
  readonly occurrence: Marked;
  readonly x: number;
  /** Distance to the nearest neighbour. */
  readonly gap: number;
}

function neighbours(occurrences: readonly Marked[], x: (at: number) => number): Placed[] {
  return occurrences.map((occurrence, index) => {
    const here = x(occurrence.at);
    const before = occurrences[index - 1];
    const after = occurrences[index + 1];
    const gaps = [before, after].flatMap((other) =>
      other === undefined ? [] : [Math.abs(x(other.at) - here)],
    );
    return { occurrence, x: here, gap: Math.min(WIDTHS.wide, ...gaps) };
  });
}

function captions(placed: Placed, y: number, left: number, right: number): Drawn[] {
  const { occurrence, x, gap } = placed;
  const lines: (readonly [string, string])[] = [];
  if (occurrence.targeted > 0) lines.push([`${occurrence.done}/${occurrence.targeted}`, COLOUR.dim]);
  if (isProblem(occurrence))
    lines.push([OUTCOME_LABELS[occurrence.outcome], MARKS[occurrence.outcome].colour]);
  return lines
    .filter(([text]) => textWidth(text, 11) + 4 <= gap)
    .map(([text, colour], row) => {
      // Next to the edge a caption would be cut off, so it leans inwards.
      const half = textWidth(text, 11) / 2;
      const middle = Math.min(Math.max(x, left + half), right - half);
      return drawText(text, middle, y + 19 + row * 14, { size: 11, colour, align: "center" });
    });
}

/** What the badges of a lane would say, had they room for it. */
function crowdText(placed: readonly Placed[]): string {
  const problems = placed.filter(({ occurrence }) => isProblem(occurrence)).length;
  return `due ${countText(placed.length, "time")}, ${problems} to look at`;
}

function lane(
  window: WindowSummary,
  top: number,
  range: { from: number; to: number },
  size: Size,
  place: Place,
): Drawn[] {
  const [left, y] = place(range.from, top + LANES[size].badges);
  const [right] = place(range.to, 0);
  const title = [window.operation, window.name]
    .map(lineText)
    .filter((part) => part !== "")
    .join(" · ");
  const where = `${lineText(window.region)} · ${window.durationHours} h`;
  const room = right - left;
  const heading =
    size === "narrow"
      ? [
          drawText(title, left, y - 42, { size: 13, bold: true, width: room }),
          drawText(where, left, y - 24, { colour: COLOUR.dim, width: room }),
        ]
      : [
          drawText(title, left, y - 26, { size: 13, bold: true, width: room - textWidth(where) - 12 }),
          drawText(where, right, y - 26, { colour: COLOUR.dim, align: "right" }),
        ];
  return [...heading, ...badges(occurrencesOf(window), { left, right, y }, place)];
}

/** What became of a Region in each run of a central window. */
function regionMarks({ executions }: WindowSummary, region: string): Marked[] {
  return executions.flatMap(({ startedAt, fanout }) =>
    (fanout?.regions ?? []).flatMap((one) =>
      fanout === null || one.region !== region
        ? []
        : [
            {
              at: toMs(startedAt),
              outcome: regionOutcome(fanout, one),
              targeted: one.members,
              done: one.counts?.patched ?? 0,
            },
          ],
    ),
  );
}

function regionLane(
  window: WindowSummary,
  region: string,
  top: number,
  range: { from: number; to: number },
  place: Place,
): Drawn[] {
  const [left, y] = place(range.from, top + REGION_LANE.badges);
  const [right] = place(range.to, 0);
  return [
    drawText(`↳ ${lineText(region)}`, left, y - 17, { colour: COLOUR.dim, width: right - left }),
    ...badges(regionMarks(window, region), { left, right, y }, place),
  ];
}

function badges(
  marks: readonly Marked[],
  { left, right, y }: { left: number; right: number; y: number },
  place: Place,
): Drawn[] {
  const parts: Drawn[] = [drawLine(left, y, right, y, { stroke: COLOUR.line, lineWidth: 2 })];
  const placed = neighbours(marks, (at) => place(at, 0)[0]);
  const crowded = placed.filter(({ gap }) => gap < SMALLEST_GLYPH).length;
  if (crowded > 0) parts.push(drawText(crowdText(placed), left, y + 20, { size: 11, colour: COLOUR.dim }));
  // Problems last, so that in a crowded lane nothing covers them.
  const inOrder = [
    ...placed.filter((one) => !isProblem(one.occurrence)),
    ...placed.filter((one) => isProblem(one.occurrence)),
  ];
  for (const one of inOrder) {
    const fits = Math.min(LARGEST_BADGE, one.gap * 0.8);
    const badge = isProblem(one.occurrence) ? Math.max(fits, SMALLEST_GLYPH + 1) : Math.max(fits, 3);
    parts.push(drawBadge(MARKS[one.occurrence.outcome], one.x, y, badge));
    parts.push(...captions(one, y, left - SIDE, right + SIDE));
  }
  return parts;
}

interface Lane {
  readonly window: WindowSummary;
  /** undefined for the lane of the window itself. */
  readonly region: string | undefined;
  readonly top: number;
  readonly end: number;
}

function lanesOf(windows: readonly WindowSummary[], size: Size): Lane[] {
  let end = 0;
  return windows.flatMap((window) =>
    [undefined, ...window.fanoutRegions].map((region) => {
      const top = end;
      end += region === undefined ? LANES[size].height : REGION_LANE.height;
      return { window, region, top, end };
    }),
  );
}

/** All windows over the whole run: a lane each, and one for each Region of a central window; a badge per opening. */
export function renderTimeline(summary: Summary, size: Size): string {
  const from = toMs(summary.run.from);
  const to = chartEnd(summary);
  const { windows } = summary;
  const width = WIDTHS[size];
  const ticks = dateTicks(from, to, width - 2 * SIDE);
  const tops = lanesOf(windows, size);
  const height = Math.max(LANES[size].height, tops.at(-1)?.end ?? 0);
  const option = plotOption(
    { from, to, ticks, width: width - 2 * SIDE, height, top: 0, side: SIDE },
    (place) => {
      const grid = ticks.map(({ at }) => {
        const [x, top] = place(at, 0);
        return drawLine(x, top, x, top + height, { stroke: COLOUR.line, lineWidth: 1, opacity: 0.5 });
      });
      return [
        ...grid,
        ...tops.flatMap(({ window, region, top }) =>
          region === undefined
            ? lane(window, top, { from, to }, size, place)
            : regionLane(window, region, top, { from, to }, place),
        ),
      ];
    },
  );
  const all = windows.flatMap(occurrencesOf);
  const problems = all.filter(isProblem).length;
  return renderSvg(option, {
    id: `timeline-${size}`,
    title: "Timeline of maintenance windows",
    description: `${countText(windows.length, "window")} from ${dateText(from)} to ${dateText(to)}: ${countText(all.length, "opening")} due, ${problems} with something to look at. The tables below say the same in words.`,
    width,
    height: height + AXIS_HEIGHT,
  });
}
