import { CustomChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { escapeText } from "../page/escape.js";

use([CustomChart, LineChart, GridComponent, SVGRenderer]);

export const FONT = "system-ui,sans-serif";

export interface ChartFrame {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
}

const ROOT = /^<svg [^>]*>\s*<rect [^>]*><\/rect>/;

/**
 * The library numbers its ids and classes through the life of the process, so the second chart would differ from the
 * first even for the same data. Here ids are counted per chart, and what only its client script reads is dropped. A
 * tag never holds a text of the fleet, and such a text never holds a bare `<`, so only the library's names are touched.
 */
function settle(svg: string, id: string): string {
  const numbers = new Map<string, number>();
  const settled = (name: string): string => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return `${id}-${number}`;
  };
  return (
    svg
      .replace(/<style\b[\s\S]*?<\/style>/g, "")
      .replace(/<[^>]*>/g, (tag) =>
        tag
          .replace(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, "")
          .replace(/\bzr\d+-\w+/g, settled)
          // Coordinates to a hundredth of a pixel: shorter, and no last digit that hangs on the machine's arithmetic.
          .replace(/-?\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100)),
      )
      // Where the library cuts a long text, it may cut a character outside the basic plane in two.
      .replace(/\p{Cs}/gu, "")
      .replace(/\n\s*\n/g, "\n")
      .trim()
  );
}

/** Renders a chart as an SVG element to be put into a page. */
export function renderSvg(option: EChartsCoreOption, frame: ChartFrame): string {
  const { id, width, height } = frame;
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  let drawn: string;
  try {
    chart.setOption({ animation: false, useUTC: true, textStyle: { fontFamily: FONT }, ...option });
    drawn = chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
  if (!ROOT.test(drawn)) throw new Error("the chart library's SVG does not begin as it used to");
  const head =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"` +
    ` role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${escapeText(frame.title)}</title>` +
    `<desc id="${id}-desc">${escapeText(frame.description)}</desc>`;
  return settle(drawn, id).replace(ROOT, () => head);
}
