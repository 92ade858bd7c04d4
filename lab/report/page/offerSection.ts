import { html, isolated } from "#shared/page/escape.js";
import { type Cell, table } from "#shared/page/grid.js";
import type { Section } from "#shared/page/section.js";
import { countText, dateText, numberText, toMs } from "#shared/text/format.js";
import { outlookText } from "../summary/outcome.js";
import type { Summary } from "../summary/summary.js";

const mostUpdates = 8;

/** What the repositories offer to nodes and no rule has approved; AWS calls such a node compliant. */
export function offerSection({ availableUpdates }: Summary): Section | null {
  if (availableUpdates.length === 0) return null;
  const rows = availableUpdates.map(({ operatingSystem, outlook, nodes, updates }): Cell[] => {
    const shown = updates.slice(0, mostUpdates).map(({ name, approvedFrom }) => {
      const when = approvedFrom === null ? null : html` from ${dateText(toMs(approvedFrom))}`;
      return html`<div><code>${isolated(name)}</code>${when}</div>`;
    });
    const left = updates.length - shown.length;
    return [
      isolated(operatingSystem),
      html`${countText(updates.length, "update")} ${outlookText[outlook]}`,
      numberText(nodes),
      html`${shown}${left > 0 ? html`<div>and ${numberText(left)} more</div>` : null}`,
    ];
  });
  return {
    id: "offered",
    title: "Offered, and not approved",
    content: html`<p class="note">At each node's last report, by what becomes of it. Nodes count as compliant all the same, unless their baseline says otherwise.</p>
${table("Updates that are offered and not approved", [{ label: "System" }, { label: "What becomes of them", className: "words" }, { label: "Nodes", className: "number" }, { label: "Which", className: "words" }], rows)}`,
  };
}
