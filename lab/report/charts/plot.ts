import { scaleLinear } from "d3-scale";
import { utcDay, utcHour, utcMinute } from "d3-time";
import { type Html, html, type Part } from "#shared/page/escape.js";
import { clockText, dayText, durationText } from "#shared/text/format.js";
import { dayMs, hourMs } from "#shared/text/time.js";
import { colours } from "../page/marks.js";
import { drawLine, drawText, textWidth } from "./drawing.js";

/** Every chart is drawn twice, for a screen and for a phone: scaling one picture would make its words unreadable. */
export function bothWidths(draw: (width: number) => Html): Html {
  return html`<div class="chart wide">${draw(1100)}</div><div class="chart narrow">${draw(352)}</div>`;
}

export function isNarrow(width: number): boolean {
  return width < 600;
}

const axisHeight = 28;
// Half the width of a label: one in the middle of a tick nearer to the edge than that would be cut off.
const edge = 22;

/** Times from left to right. */
export interface Axis {
  readonly left: number;
  readonly right: number;
  readonly ticks: readonly Tick[];
  /** From a time to a point in the picture. */
  readonly x: (time: number) => number;
}

interface Tick {
  readonly at: number;
  readonly label: string;
}

/** The days of a run, or the hours of a short one, with no more ticks than fit. */
export function dateAxis(from: number, to: number, left: number, right: number): Axis {
  return axis(from, to, left, right, dateTicks(from, to, Math.max(2, Math.floor((right - left) / 52))));
}

/** Hours from an opening. */
export function hourAxis(to: number, left: number, right: number): Axis {
  return axis(0, to, left, right, hourTicks(to, right - left));
}

function axis(from: number, to: number, left: number, right: number, ticks: readonly Tick[]): Axis {
  return { left, right, ticks, x: scaleLinear([from, to], [left, right]) };
}

function dateTicks(from: number, to: number, most: number): Tick[] {
  const fits = (step: number) => (to - from) / step <= most;
  const [start, stop] = [new Date(from), new Date(to + 1)];
  if (to - from <= 2 * dayMs) {
    const hours = [1, 2, 3, 6, 12].find((step) => fits(step * hourMs)) ?? 24;
    const isTick = (at: Date) => at.getUTCHours() % hours === 0;
    return utcHour
      .filter(isTick)
      .range(start, stop)
      .map((at) => ({ at: +at, label: isMidnight(at) ? dayText(+at) : clockText(+at) }));
  }
  const days = [1, 2, 7, 14, 28, 56, 91, 182].find((step) => fits(step * dayMs)) ?? 364;
  const isTick = (day: Date) => utcDay.count(monday, day) % days === 0;
  return utcDay
    .filter(isTick)
    .range(start, stop)
    .map((at) => ({ at: +at, label: dayText(+at) }));
}

// So that weekly ticks fall on Mondays.
const monday = new Date("1970-01-05");

function isMidnight(at: Date): boolean {
  return +at % dayMs === 0;
}

function hourTicks(to: number, room: number): Tick[] {
  // Whole hours are shorter to write than quarters.
  const fits = (minutes: number) => to / (minutes * 60_000) <= room / (minutes < 60 ? 130 : 52);
  const step = [15, 30, 60, 120, 180, 360, 720].find(fits) ?? 1440;
  return utcMinute
    .range(new Date(0), new Date(to + 1), step)
    .map((at) => ({ at: +at, label: +at === 0 ? "opens" : durationText(+at) }));
}

/** The axis below a plot, as wide as the picture. */
export function drawAxis({ left, right, ticks, x }: Axis, y: number, width: number): Html {
  let free = 0;
  const drawn = ticks.map(({ at, label }, index) => {
    const middle = x(at);
    const room = textWidth(label);
    const leansRight = index === 0 && middle < edge;
    const leansLeft = index === ticks.length - 1 && width - middle < edge;
    const start = leansRight ? middle : leansLeft ? middle - room : middle - room / 2;
    const tick = drawLine(middle, y, middle, y + 5, { stroke: colours.line });
    if (start < free) return tick;
    free = start + room;
    const align = leansRight ? "start" : leansLeft ? "end" : "middle";
    return html`${tick}${drawText(label, middle, y + 14, { colour: colours.dim, align })}`;
  });
  return html`${drawLine(left, y, right, y, { stroke: colours.line })}${drawn}`;
}

interface Frame {
  /** Unique on the page, with the width. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly width: number;
  /** Without the axis. */
  readonly height: number;
}

/** A chart as an SVG element to be put into a page. */
export function drawChart({ id, title, description, width, height }: Frame, content: Part): Html {
  const whole = height + axisHeight;
  const [titleId, descriptionId] = [`${id}-${width}-title`, `${id}-${width}-desc`];
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${whole}" width="${width}" height="${whole}" role="img" aria-labelledby="${titleId} ${descriptionId}" font-family="system-ui,sans-serif" font-size="12">
<title id="${titleId}">${title}</title><desc id="${descriptionId}">${description}</desc>
${content}</svg>`;
}
