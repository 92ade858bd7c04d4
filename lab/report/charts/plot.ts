import type { EChartsCoreOption } from "echarts/core";
import { COLOUR } from "../page/marks.js";
import type { Drawn, Tick } from "./drawing.js";

/** Every chart is drawn twice, for a screen and for a phone: scaling one picture would make its words unreadable. */
export const WIDTHS = { wide: 1100, narrow: 352 } as const;
export type Size = keyof typeof WIDTHS;

/** From a value on the horizontal axis and a height in the plot to a point in the picture. */
export type Place = (value: number, top: number) => readonly [number, number];

export interface CoordinateApi {
  coord(value: readonly number[]): number[];
}

export interface Plot {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly Tick[];
  /** Width of the plot alone, without the sides. */
  readonly width: number;
  /** Height of the plot alone, without the axis. */
  readonly height: number;
  readonly top: number;
  readonly side: number;
}

export const AXIS_HEIGHT = 28;

// Half the width of a label: one in the middle of a tick nearer to the edge than that would be cut off.
const EDGE = 22;

export function timeAxis(plot: Pick<Plot, "from" | "to" | "ticks" | "width" | "side">): EChartsCoreOption {
  const labels = new Map(plot.ticks.map((tick) => [tick.at, tick.label]));
  const values = [...labels.keys()];
  const pixels = (value: number) => ((value - plot.from) / (plot.to - plot.from)) * plot.width;
  const nearStart = pixels(values[0] ?? plot.to) + plot.side < EDGE;
  const nearEnd = plot.width - pixels(values.at(-1) ?? plot.from) + plot.side < EDGE;
  return {
    type: "value",
    min: plot.from,
    max: plot.to,
    position: "bottom",
    axisLine: { show: true, onZero: false, lineStyle: { color: COLOUR.line } },
    axisTick: { show: true, customValues: values, lineStyle: { color: COLOUR.line } },
    axisLabel: {
      customValues: values,
      color: COLOUR.dim,
      fontSize: 12,
      hideOverlap: true,
      ...(nearStart ? { alignMinLabel: "left" } : {}),
      ...(nearEnd ? { alignMaxLabel: "right" } : {}),
      formatter: (value: number) => labels.get(value) ?? "",
    },
    splitLine: { show: false },
  };
}

/** A picture with a horizontal axis, in which `draw` places elements itself. */
export function plotOption(plot: Plot, draw: (place: Place) => Drawn[]): EChartsCoreOption {
  return {
    grid: {
      left: plot.side,
      right: plot.side,
      top: plot.top,
      height: plot.height,
      outerBoundsMode: "none",
    },
    xAxis: timeAxis(plot),
    yAxis: { type: "value", min: 0, max: plot.height, inverse: true, show: false },
    series: [
      {
        type: "custom",
        silent: true,
        clip: false,
        data: [[plot.from, 0]],
        renderItem: (_: unknown, api: CoordinateApi) => ({
          type: "group",
          children: draw((value, top) => {
            const [x = 0, y = 0] = api.coord([value, top]);
            return [x, y];
          }),
        }),
      },
    ],
  };
}
