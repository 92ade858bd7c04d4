import type { Html } from "../page/escape.js";
import { html, trusted } from "../page/escape.js";
import type { Occurrence } from "../summary/facts.js";
import type { Summary, WindowSummary } from "../summary/summary.js";
import { renderCompliance } from "./complianceChart.js";
import { renderInside, shownInside } from "./insideChart.js";
import type { Size } from "./plot.js";
import { renderTimeline } from "./timelineChart.js";

export { renderCompliance, renderInside, renderTimeline, shownInside };

function bothSizes(draw: (size: Size) => string): Html {
  return html`<div class="chart wide">${trusted(draw("wide"))}</div><div class="chart narrow">${trusted(draw("narrow"))}</div>`;
}

/** Each chart in both of its sizes. The page's style shows one of them. */
export function timelineChart(summary: Summary): Html {
  return bothSizes((size) => renderTimeline(summary, size));
}

export function complianceChart(summary: Summary): Html {
  return bothSizes((size) => renderCompliance(summary, size));
}

export function insideChart(window: WindowSummary, shown: readonly Occurrence[], id: string): Html {
  return bothSizes((size) => renderInside(window, shown, id, size));
}
