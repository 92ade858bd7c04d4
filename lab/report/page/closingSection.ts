import { nodeStates } from "#shared/contract/nodeStates.js";
import { type Html, html, isolated } from "#shared/page/escape.js";
import { type Cell, table } from "#shared/page/grid.js";
import type { Section } from "#shared/page/section.js";
import { countText, momentText, numberText, toMs } from "#shared/text/format.js";
import type { ClosingRecord } from "../summary/closingShape.js";
import type { Summary } from "../summary/summary.js";

const columns = [
  { label: "State", className: "state" },
  { label: "Nodes", className: "number" },
  { label: "Which means" },
  { label: "Such as" },
] as const;

function part({ windowName, startedAt, status, end, states, unread }: ClosingRecord): Html {
  const rows = states.map(({ state, nodes, examples }): Cell[] => [
    state,
    numberText(nodes),
    nodeStates[state],
    isolated(examples.join(", ")),
  ]);
  const members = states.reduce((sum, { nodes }) => sum + nodes, 0);
  const missing = unread.map((text) => html`<p>${isolated(text)}</p>`);
  const list = rows.length === 0 ? null : table("Nodes by state", columns, rows);
  return html`<h3>${isolated(windowName)}</h3><p class="note">Opened ${momentText(toMs(startedAt))}, ${status}, ${end}: ${countText(members, "node")}</p>${missing}${list}`;
}

/** What the program itself has written of the last opening of each window; nothing where it has written nothing. */
export function closingSection({ closingRecords }: Summary): Section | null {
  if (closingRecords.length === 0) return null;
  return {
    id: "closing-records",
    title: "Closing records",
    content: html`<p class="note">The stack's own word on the last opening of each scan and install window, from its bucket of runs.</p>
${closingRecords.map(part)}`,
  };
}
