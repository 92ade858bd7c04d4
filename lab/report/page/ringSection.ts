import { type Html, html, isolated } from "#shared/page/escape.js";
import { type Cell, type Column, table } from "#shared/page/grid.js";
import type { Section } from "#shared/page/section.js";
import { countText, dayText, momentText, toMs } from "#shared/text/format.js";
import { fanoutOutcome } from "../summary/fanoutFacts.js";
import type { Outcome } from "../summary/outcome.js";
import { cyclesOf, gateText, type RingRun, resultText, verdictText } from "../summary/ringFacts.js";
import type { Summary } from "../summary/summary.js";
import { outcomeBadge } from "./marks.js";

const mostCycles = 60;

const columns: readonly Column[] = [
  { label: "Ring", className: "who" },
  { label: "Opened (UTC)", className: "when" },
  { label: "Cycle of", className: "when" },
  { label: "Gate", className: "state" },
  { label: "Result", className: "what" },
  { label: "Why", className: "words" },
];

const gateMarks: Readonly<Record<RingRun["stand"]["verdict"], Outcome | undefined>> = {
  first: undefined,
  passed: "done",
  promoted: "incomplete",
  held: "held",
};

function gate({ stand }: RingRun): Cell {
  const mark = gateMarks[stand.verdict];
  return mark === undefined
    ? verdictText(stand)
    : html`${outcomeBadge(mark)} ${isolated(verdictText(stand))}`;
}

function row(at: string, one: RingRun): Cell[] {
  const { execution, run, stand } = one;
  const came = stand.verdict === "held" ? null : outcomeBadge(fanoutOutcome(execution, run));
  return [
    isolated(stand.name),
    momentText(toMs(run.startedAt)),
    dayText(toMs(at)),
    gate(one),
    html`${came} ${resultText(one)}`,
    stand.why.length === 0 ? null : html`<ul>${stand.why.map((why) => html`<li>${isolated(why)}</li>`)}</ul>`,
  ];
}

function badPatches({ badPatches: all = [] }: Summary): Html | null {
  if (all.length === 0) return null;
  const items = all.map(({ patch, got, broken, of }) => {
    const some = broken === 0 ? "and broke none" : `and broke ${broken} of them`;
    return html`<li>${isolated(patch)} came to ${got} of ${countText(of, "node")} that could have had it, ${some}</li>`;
  });
  return html`<p>Bad patches of the fleet file:</p><ul>${items}</ul>`;
}

/** Rings by their cycles: which started, which were held, and why; nothing for a stack without any. */
export function ringSection(summary: Summary): Section | null {
  const rings = summary.windows.flatMap(({ ring }) => ring ?? []);
  if (rings.length === 0) return null;
  const cycles = cyclesOf(summary.windows);
  const shown = cycles.slice(-mostCycles).reverse();
  const left = cycles.length - shown.length;
  const more =
    left > 0 ? html`<p class="note">${countText(left, "earlier cycle")} in summary.json.</p>` : null;
  const asks = rings.map((ring) => html`<li>${isolated(ring.name)}: ${gateText(ring)}</li>`);
  const rows = shown.flatMap(({ at, runs }) => runs.toReversed().map((one) => row(at, one)));
  return {
    id: "rings",
    title: "Rings and their gates",
    content: html`<p class="note">A ring starts where the one before it has done well in this cycle, or somebody has promoted it; else it is held until its next one. What each gate asks:</p>
<ul>${asks}</ul>${badPatches(summary)}${rows.length === 0 ? html`<p>No ring has opened.</p>` : table("Rings by their cycles, the latest first", columns, rows)}${more}`,
  };
}
