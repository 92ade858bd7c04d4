import { type Html, html, isolated } from "#shared/page/escape.js";
import { fold } from "#shared/page/fold.js";
import { type Cell, type Column, table } from "#shared/page/grid.js";
import type { Section } from "#shared/page/section.js";
import {
  clockText,
  countText,
  dayText,
  durationText,
  momentText,
  numberText,
  toMs,
  zoneClockText,
} from "#shared/text/format.js";
import { dayMs } from "#shared/text/time.js";
import { renderInside, shownInside } from "../charts/insideChart.js";
import { bothWidths } from "../charts/plot.js";
import { renderTimeline } from "../charts/timelineChart.js";
import { hasRun, isProblem, type Occurrence, occurrencesOf } from "../summary/facts.js";
import { closingText, regionOutcome } from "../summary/fanoutFacts.js";
import { type Outcome, outcomeLabels } from "../summary/outcome.js";
import { problemsFolded, repeated } from "../summary/series.js";
import type { Summary, WindowSummary } from "../summary/summary.js";
import { outcomeBadge } from "./marks.js";

const mostRows = 300;
const mostDates = 6;
const mostInside = { install: 6, other: 2 };

const columns: readonly Column[] = [
  { label: "Opened (UTC)", className: "when" },
  { label: "Outcome", className: "state" },
  { label: "Ran for", className: "when" },
  { label: "Nodes done", className: "number" },
  { label: "Installed", className: "number" },
  { label: "Rebooted", className: "number" },
  { label: "What happened", className: "words" },
];

export function outcome(kind: Outcome): Html {
  return html`${outcomeBadge(kind)} ${outcomeLabels[kind]}`;
}

function ranFor(occurrence: Occurrence): Cell {
  const { execution } = occurrence;
  if (execution === null || !hasRun(occurrence)) return null;
  const { fanout, endedAt } = execution;
  // A central window ends before its Regions are patched.
  const end = fanout === null ? endedAt : fanout.closedAt;
  if (end === null) return fanout === null ? "still running" : closingText(fanout);
  const ended = toMs(end);
  const sameDay = Math.floor(ended / dayMs) === Math.floor(occurrence.at / dayMs);
  const until = sameDay ? clockText(ended) : momentText(ended);
  return html`${durationText(ended - occurrence.at)}<span class="sub">until ${until}</span>`;
}

function row(occurrence: Occurrence, earlier: Occurrence | undefined): Cell[] {
  const { window, execution, at, targeted } = occurrence;
  const local = window.timezone === "UTC" ? "" : zoneClockText(at, window.timezone);
  const ran = hasRun(occurrence);
  const again = repeated(occurrence, earlier);
  const notes = again === undefined ? occurrence.notes.map((note) => html`<li>${isolated(note)}</li>`) : [];
  return [
    html`${momentText(at)}${local === "" ? null : html`<span class="sub">${local} ${window.timezone}</span>`}`,
    html`${outcome(occurrence.outcome)}<span class="sub">AWS: ${execution === null ? "nothing" : execution.status}</span>`,
    ranFor(occurrence),
    targeted === 0 ? null : `${numberText(occurrence.done)} of ${numberText(targeted)}`,
    ran ? numberText(occurrence.installed) : null,
    ran ? numberText(occurrence.rebooted) : null,
    again ?? (notes.length === 0 ? null : html`<ul>${notes}</ul>`),
  ];
}

/** The latest are what somebody asks for; where there are too many, the first ones are left to the file. */
function rows(
  caption: string,
  occurrences: readonly Occurrence[],
  earlier: (one: Occurrence) => Occurrence | undefined,
): Html {
  const shown = occurrences.slice(-mostRows);
  const left = occurrences.length - shown.length;
  const more =
    left > 0
      ? html`<p class="note">${countText(left, "earlier row")} in <a href="windows.csv">windows.csv</a>.</p>`
      : null;
  const cells = shown.map((one) => row(one, earlier(one)));
  return html`${more}${table(caption, columns, cells)}`;
}

function inside(window: WindowSummary, index: number): Html | null {
  const most = window.operation === "Install" ? mostInside.install : mostInside.other;
  const shown = shownInside(window, most);
  if (shown.length === 0) return null;
  const isFanout = window.fanoutRegions.length > 0;
  const cutoff =
    window.cutoffHours > 0
      ? `The upright line is the cutoff: from there to the end of the window nothing new is started${isFanout ? ", but in the Regions that have begun" : ""}.`
      : "";
  const late = shown.some((one) => one.execution !== null && one.execution.neededUntil !== null)
    ? "The bar with a broken edge is the time that every node would have taken."
    : "";
  return html`<p class="note">What ran, from the opening of the window${shown.length < window.executions.length ? ` (${shown.length} of ${window.executions.length} executions: the last of each outcome)` : ""}. ${cutoff} ${late}</p>
${bothWidths((width) => renderInside(window, shown, `inside-${index}`, width))}`;
}

function windowPart(window: WindowSummary, index: number): Html {
  const all = occurrencesOf(window);
  const problems = all.filter(isProblem);
  const fine = all.filter((one) => !isProblem(one));
  const cutoff = window.cutoffHours > 0 ? `cutoff ${window.cutoffHours} h before its end` : "no cutoff";
  const { last, before } = problemsFolded(all);
  const earlierOf = new Map(all.map((one, index) => [one, all[index - 1]]));
  const earlier = (one: Occurrence) => earlierOf.get(one);
  const looks =
    last.length > 0 ? rows("To look at: the last of each outcome in a row", last, () => undefined) : null;
  const repeats =
    before.length > 0
      ? fold({
          title: `${countText(before.length, "earlier opening")} with the same outcome: ${before
            .slice(-mostDates)
            .map(({ at }) => dayText(at))
            .join(", ")}${before.length > mostDates ? ", and before" : ""}`,
          content: rows("Earlier openings with the same outcome", before, earlier),
          file: "windows.csv",
        })
      : null;
  const rest =
    fine.length > 0
      ? fold({
          title: `${countText(fine.length, "opening")} with nothing to look at`,
          content: rows("Openings with nothing to look at", fine, earlier),
          file: "windows.csv",
        })
      : null;
  return html`<h3>${window.operation === "" ? null : html`${window.operation}: `}${isolated(window.name)}</h3>
<p class="note"><code>${window.windowId}</code> in ${window.region} · <code>${window.schedule}</code> ${window.timezone} · ${window.durationHours} h, ${cutoff} · due ${countText(all.length, "time")}, ${numberText(problems.length)} to look at</p>
${inside(window, index)}${looks}${repeats}${rest}${all.length === 0 ? html`<p>It never opened in this run.</p>` : null}`;
}

function keys(summary: Summary): Html {
  const seen = new Set([
    ...summary.windows.flatMap(occurrencesOf).map((one) => one.outcome),
    ...summary.windows.flatMap(regionOutcomes),
  ]);
  const order = Object.keys(outcomeLabels) as Outcome[];
  const items = order.filter((kind) => seen.has(kind)).map((kind) => html`<li>${outcome(kind)}</li>`);
  return html`<ul class="keys" aria-label="Key to the badges">${items}</ul>`;
}

function regionOutcomes({ executions }: WindowSummary): Outcome[] {
  return executions.flatMap(({ fanout }) =>
    fanout === null ? [] : fanout.regions.map((region) => regionOutcome(fanout, region)),
  );
}

export function windowSections(summary: Summary): Section[] {
  if (summary.windows.length === 0)
    return [{ id: "windows", title: "Windows", content: html`<p>No maintenance window was deployed.</p>` }];
  const regions = summary.windows.some(({ fanoutRegions }) => fanoutRegions.length > 0)
    ? " Below a central window its Regions, as the record of each run has them."
    : "";
  const rings = summary.windows.some(({ ring }) => ring !== undefined)
    ? " A line leads from a ring to the next one of its cycle: broken where that one was held, yellow where somebody promoted it."
    : "";
  return [
    {
      id: "timeline",
      title: "Timeline of the windows",
      content: html`<p class="note">One badge for each time a window opened, or should have; below it the nodes done of those targeted.${regions}${rings} All times are UTC.</p>
${keys(summary)}${bothWidths((width) => renderTimeline(summary, width))}`,
    },
    { id: "windows", title: "What ran in the windows", content: summary.windows.map(windowPart) },
  ];
}
