import { type Html, html, isolated } from "#shared/page/escape.js";
import { fold } from "#shared/page/fold.js";
import { type Cell, table } from "#shared/page/grid.js";
import type { Section } from "#shared/page/section.js";
import { countText, momentText, numberText, toMs } from "#shared/text/format.js";
import type { FunctionSummary, Summary } from "../summary/summary.js";

const mostShown = 100;
const columns = [
  { label: "When (UTC)", className: "when" },
  { label: "Called by" },
  { label: "Attempt", className: "number" },
  { label: "Ended as" },
  { label: "Error" },
] as const;

function part({ name, region, invocations, coldStarts, failed, givenUp }: FunctionSummary): Html {
  const rows = failed
    .slice(0, mostShown)
    .map(({ at, source, attempt, status, error }): Cell[] => [
      momentText(toMs(at)),
      isolated(source),
      numberText(attempt),
      status,
      isolated(error ?? ""),
    ]);
  const left = failed.length - rows.length;
  const list =
    failed.length === 0
      ? null
      : fold({
          title: `${countText(failed.length, "failed attempt")}, ${numberText(givenUp)} given up`,
          content: html`${table("Failed attempts in the order of time", columns, rows)}${left > 0 ? html`<p class="note">${numberText(left)} more in summary.json.</p>` : null}`,
          file: "summary.json",
        });
  return html`<h3>${isolated(name)}</h3><p class="note">${region}: ${countText(invocations, "invocation")}, ${countText(coldStarts, "cold start")}</p>${list}`;
}

/** What the functions did; nothing for a stack without any. */
export function functionSection({ functions }: Summary): Section | null {
  if (functions.length === 0) return null;
  return { id: "functions", title: "Functions", content: functions.map(part) };
}
