import { scaleLinear } from "d3-scale";
import { type Html, html } from "#shared/page/escape.js";
import { dateText, momentText, numberText, percentText, toMs } from "#shared/text/format.js";
import { colours, stateColours } from "../page/marks.js";
import { chartEnd, complianceAtEnd, complianceAtFirstScan } from "../summary/facts.js";
import type { Summary } from "../summary/summary.js";
import { drawLine, drawText, px, textWidth } from "./drawing.js";
import { type Axis, dateAxis, drawAxis, drawChart, isNarrow } from "./plot.js";

const plotHeight = 230;
const top = 26;
const bottom = top + plotHeight;
const mostInstalls = 40;

/** The states from the bottom of the chart to its top. */
export const complianceAreas = [
  { key: "compliant", label: "compliant", colour: stateColours.compliant },
  { key: "nonCompliant", label: "not compliant", colour: stateColours.nonCompliant },
  { key: "unknown", label: "never scanned", colour: stateColours.unknown },
] as const;

type Counts = Readonly<Record<(typeof complianceAreas)[number]["key"], number>>;

function totalOf(counts: Counts): number {
  return counts.compliant + counts.nonCompliant + counts.unknown;
}

/** Nodes in a state and in those below it. */
function upTo(counts: Counts, state: number): number {
  return complianceAreas.slice(0, state + 1).reduce((sum, { key }) => sum + counts[key], 0);
}

/** Middles of the labels: next to their areas, moved apart where those are too thin for a line of text. */
function spread(middles: readonly number[], low: number, high: number, apart: number): number[] {
  const placed: number[] = [];
  middles.forEach((middle, index) => {
    placed.push(Math.min(middle, (placed[index - 1] ?? high + apart) - apart));
  });
  // The first pass only pushes upwards; what went over the top comes back down, from the top.
  let ceiling = low;
  for (let index = placed.length - 1; index >= 0; index--) {
    placed[index] = Math.max(placed[index] ?? low, ceiling);
    ceiling = (placed[index] ?? low) + apart;
  }
  return placed;
}

function endLabels(end: Counts, y: (nodes: number) => number, left: number, width: number, narrow: boolean) {
  const middles = complianceAreas.map(({ key }, state) => y(upTo(end, state) - end[key] / 2));
  const places = spread(middles, top + 7, bottom - 7, narrow ? 30 : 17);
  return complianceAreas.map(({ key, label, colour }, index) => {
    const at = places[index] ?? 0;
    const count = numberText(end[key]);
    if (!narrow) return drawText(`${count} ${label}`, left, at, { colour, bold: true, width });
    return [
      drawText(count, left, at - 6, { colour, bold: true, width }),
      drawText(label, left, at + 7, { colour, size: 10, width }),
    ];
  });
}

/** Openings of install windows, where they are few enough to be told apart. */
function installsOf(summary: Summary): number[] {
  const windows = summary.windows.filter(({ operation }) => operation === "Install");
  const times = windows.flatMap(({ executions }) => executions.map(({ startedAt }) => toMs(startedAt)));
  return times.length > mostInstalls ? [] : times;
}

interface Point {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** An area of which each height holds until the next point. */
function drawArea([first, ...rest]: readonly Point[], colour: string): Html | null {
  if (first === undefined) return null;
  const edge = `M${px(first.x)} ${px(first.high)}${rest.map(({ x, high }) => `H${px(x)}V${px(high)}`).join("")}`;
  const points = [first, ...rest];
  const back = points.map(
    ({ x, low }, index) => `V${px(points[index - 1]?.low ?? low)}H${px(points[index - 1]?.x ?? x)}`,
  );
  const last = points.at(-1) ?? first;
  return html`<path d="${edge}V${px(last.low)}${back.reverse().join("")}Z" fill="${colour}" fill-opacity="0.85"/>
<path d="${edge}" fill="none" stroke="${colours.surface}" stroke-width="1.5"/>\n`;
}

/** The time before the first scan, in words where there is room for them. */
function notScanned({ left, x }: Axis, until: number): Html | null {
  const [middle, room] = [(left + x(until)) / 2, x(until) - left];
  const style = { stroke: colours.quiet, "stroke-dasharray": "2 3" };
  const edge = drawLine(x(until), top, x(until), bottom, style);
  const words = "not scanned";
  return room < textWidth(words) + 8
    ? edge
    : html`${edge}${drawText(words, middle, (top + bottom) / 2, { colour: colours.dim, align: "middle" })}`;
}

/** Nodes per state over the run, as steps: a state holds until the next scan says otherwise. */
export function renderCompliance(summary: Summary, width: number): Html {
  const from = toMs(summary.run.from);
  const to = chartEnd(summary);
  const narrow = isNarrow(width);
  const [left, right] = narrow ? [40, width - 82] : [48, width - 140];
  const [first, end] = [complianceAtFirstScan(summary), complianceAtEnd(summary)];
  const nodes = Math.max(1, totalOf(end), ...summary.compliance.map(totalOf));
  const axis = dateAxis(from, to, left, right);
  const y = scaleLinear([0, nodes], [bottom, top]);
  // Before the first scan nobody knows anything, which is no state of a node.
  const known = first === null ? [] : summary.compliance.slice(summary.compliance.indexOf(first));
  const samples =
    first === null
      ? []
      : [...known.map((sample) => ({ ...sample, ms: toMs(sample.at) })), { ...end, ms: to }];
  const areas = complianceAreas.map(({ colour }, state) =>
    drawArea(
      samples.map((sample) => ({
        x: axis.x(sample.ms),
        low: y(upTo(sample, state - 1)),
        high: y(upTo(sample, state)),
      })),
      colour,
    ),
  );
  const whole = y.ticks(5).filter((tick) => Number.isInteger(tick) && y(tick) - top >= 14);
  const grid = [...whole, nodes].map((tick) => [
    drawLine(left, y(tick), right, y(tick), { stroke: colours.line, opacity: 0.6 }),
    drawLine(left - 5, y(tick), left, y(tick), { stroke: colours.line }),
    drawText(numberText(tick), left - 8, y(tick), { colour: colours.dim, align: "end" }),
  ]);
  const installs = installsOf(summary).map((at) =>
    drawLine(axis.x(at), top, axis.x(at), bottom, { stroke: colours.surface, "stroke-dasharray": "4 4" }),
  );
  const share = (counts: Counts) => percentText(counts.compliant, totalOf(counts));
  return drawChart(
    {
      id: "compliance",
      title: "Compliance over time",
      description: `Compliant nodes: ${first === null ? "not scanned" : `${share(first)} after the first scan, ${momentText(toMs(first.at))}`}, ${share(end)} on ${dateText(to)} (${end.compliant} compliant, ${end.nonCompliant} not compliant, ${end.unknown} never scanned).`,
      width,
      height: bottom,
    },
    [
      drawText("nodes", left - 6, top - 16, { colour: colours.dim, align: "end" }),
      grid,
      areas,
      notScanned(axis, first === null ? to : toMs(first.at)),
      installs,
      drawLine(left, top, left, bottom, { stroke: colours.line }),
      drawLine(right, top, right, bottom, { stroke: colours.line }),
      drawAxis(axis, bottom, width),
      endLabels(end, y, right + 8, width - right - 10, narrow),
    ],
  );
}
