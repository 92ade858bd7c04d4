import { COLOUR, STATE_COLOUR } from "../page/marks.js";
import { chartEnd, complianceAtEnd, complianceAtStart } from "../summary/facts.js";
import { dateText, numberText, percentText, toMs } from "../summary/format.js";
import type { Summary } from "../summary/summary.js";
import { type Drawn, dateTicks, drawLine, drawText } from "./drawing.js";
import { AXIS_HEIGHT, type CoordinateApi, type Size, timeAxis, WIDTHS } from "./plot.js";
import { renderSvg } from "./svg.js";

const PLOT_HEIGHT = 230;
const TOP = 26;
const MOST_INSTALLS = 40;

/** The states from the bottom of the chart to its top. */
export const AREAS = [
  { key: "compliant", label: "compliant", colour: STATE_COLOUR.compliant },
  { key: "nonCompliant", label: "not compliant", colour: STATE_COLOUR.nonCompliant },
  { key: "unknown", label: "never scanned", colour: STATE_COLOUR.unknown },
] as const;

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

function endLabels(summary: Summary, nodes: number, left: number, width: number, narrow: boolean): Drawn[] {
  const end = complianceAtEnd(summary);
  const y = (value: number) => TOP + PLOT_HEIGHT * (1 - value / Math.max(1, nodes));
  let below = 0;
  const middles = AREAS.map(({ key }) => {
    const middle = y(below + end[key] / 2);
    below += end[key];
    return middle;
  });
  const places = spread(middles, TOP + 7, TOP + PLOT_HEIGHT - 7, narrow ? 30 : 17);
  return AREAS.flatMap(({ key, label, colour }, index): Drawn[] => {
    const at = places[index] ?? 0;
    const count = numberText(end[key]);
    if (!narrow) return [drawText(`${count} ${label}`, left, at, { colour, bold: true, width })];
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
  return times.length > MOST_INSTALLS ? [] : times;
}

/** Nodes per state over the run, as steps: a state holds until the next scan says otherwise. */
export function renderCompliance(summary: Summary, size: Size): string {
  const from = toMs(summary.run.from);
  const to = chartEnd(summary);
  const width = WIDTHS[size];
  const narrow = size === "narrow";
  const [left, right] = narrow ? [40, 82] : [48, 140];
  const installs = installsOf(summary);
  const start = complianceAtStart(summary);
  const end = complianceAtEnd(summary);
  const total = (counts: typeof end) => counts.compliant + counts.nonCompliant + counts.unknown;
  const nodes = summary.compliance.reduce(
    (most, sample) => Math.max(most, total(sample)),
    Math.max(1, total(end)),
  );
  const ticks = dateTicks(from, to, width - left - right);
  const samples = [
    ...summary.compliance.map((sample) => ({ ...sample, ms: toMs(sample.at) })),
    { ...end, ms: to },
  ];
  const option = {
    grid: { left, right, top: TOP, height: PLOT_HEIGHT, outerBoundsMode: "none" },
    xAxis: timeAxis({ from, to, ticks, width: width - left - right, side: 40 }),
    yAxis: {
      type: "value",
      min: 0,
      max: nodes,
      minInterval: 1,
      name: "nodes",
      nameGap: 10,
      nameTextStyle: { color: COLOUR.dim, align: "right", padding: [0, 6, 0, 0] },
      axisLabel: { color: COLOUR.dim, showMaxLabel: true, hideOverlap: true, formatter: numberText },
      splitLine: { lineStyle: { color: COLOUR.line, opacity: 0.6 } },
    },
    series: [
      ...AREAS.map(({ key, colour }) => ({
        type: "line",
        step: "end",
        stack: "nodes",
        symbol: "none",
        silent: true,
        emphasis: { disabled: true },
        lineStyle: { width: 1.5, color: COLOUR.surface },
        areaStyle: { color: colour, opacity: 0.85 },
        data: samples.map((sample) => [sample.ms, sample[key]]),
      })),
      {
        type: "custom",
        // Above the areas.
        z: 10,
        silent: true,
        clip: false,
        data: [[from, 0]],
        renderItem: (_: unknown, api: CoordinateApi) => ({
          type: "group",
          children: [
            ...installs.map((at) => {
              const [x = 0] = api.coord([at, 0]);
              const style = { stroke: COLOUR.surface, lineWidth: 1, lineDash: [4, 4] };
              return drawLine(x, TOP, x, TOP + PLOT_HEIGHT, style);
            }),
            drawLine(width - right, TOP, width - right, TOP + PLOT_HEIGHT, { stroke: COLOUR.line }),
            ...endLabels(summary, nodes, width - right + 8, right - 10, narrow),
          ],
        }),
      },
    ],
  };
  const share = (counts: typeof end) => percentText(counts.compliant, total(counts));
  return renderSvg(option, {
    id: `compliance-${size}`,
    title: "Compliance over time",
    description: `Compliant nodes: ${share(start)} on ${dateText(from)}, ${share(end)} on ${dateText(to)} (${end.compliant} compliant, ${end.nonCompliant} not compliant, ${end.unknown} never scanned).`,
    width,
    height: TOP + PLOT_HEIGHT + AXIS_HEIGHT,
  });
}
