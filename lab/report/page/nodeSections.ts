import { needsAttention, nodesInOrder } from "../summary/facts.js";
import { countText, momentText, numberText, toMs } from "../summary/format.js";
import type { NodeSummary, Summary } from "../summary/summary.js";
import { type Html, html, isolated } from "./escape.js";
import { type Cell, type Column, table } from "./grid.js";
import { stateBadge } from "./marks.js";

const mostNodes = 500;
const mostExamples = 8;

const columns: readonly Column[] = [
  { label: "Node", className: "who" },
  { label: "State", className: "state" },
  { label: "Why", className: "words" },
  { label: "System", className: "who" },
  { label: "Windows and baseline" },
  { label: "Patches, last report" },
];

const stateLabels: Readonly<Record<NodeSummary["state"], string>> = {
  compliant: "compliant",
  "non-compliant": "not compliant",
  unknown: "never scanned",
};

function patches(node: NodeSummary): string {
  const parts: (readonly [number, string])[] = [
    [node.missing, "missing"],
    [node.failed, "failed"],
    [node.pendingReboot, "pending reboot"],
    [node.installedRejected, "installed though rejected"],
    [node.installed, "installed"],
  ];
  const some = parts.filter(([count]) => count > 0);
  return some.map(([count, label]) => `${numberText(count)} ${label}`).join(", ");
}

function report(node: NodeSummary): Cell {
  if (node.lastReportedAt === null) return null;
  const when = `${node.lastOperation ?? "Report"} ${momentText(toMs(node.lastReportedAt))}`;
  return html`${patches(node)}<span class="sub">${when}</span>`;
}

/** A baseline of AWS goes by a whole ARN, of which the last part names it. */
function shortBaseline(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

function treatment(node: NodeSummary): Cell {
  const windows = node.windows.length === 0 ? "in no window" : lines(node.windows);
  if (node.baselineId === null) return windows;
  const fallback = node.onDefaultBaseline ? ", the fallback" : "";
  return html`${windows}<span class="sub"><code>${shortBaseline(node.baselineId)}</code>${fallback}</span>`;
}

function lines(texts: readonly string[]): Cell {
  return texts.length === 0 ? null : texts.map((text) => html`<div>${isolated(text)}</div>`);
}

function row(node: NodeSummary): Cell[] {
  const group = node.patchGroup === null ? "no patch group" : html`group ${isolated(node.patchGroup)}`;
  return [
    html`${isolated(node.name === "" ? node.id : node.name)}<span class="sub"><code>${node.id}</code></span>`,
    html`${stateBadge(node.state)} ${stateLabels[node.state]}`,
    lines(node.reasons),
    html`${isolated(node.platform)}<span class="sub">${node.region} · ${group}</span>`,
    treatment(node),
    report(node),
  ];
}

export function nodeSection(summary: Summary): Html {
  const nodes = nodesInOrder(summary.nodes);
  const shown = nodes.slice(0, mostNodes);
  const attention = shown.filter(needsAttention);
  const fine = shown.filter((node) => !needsAttention(node));
  const left = nodes.length - shown.length;
  const looks =
    attention.length > 0
      ? table("Nodes that need attention", columns, attention.map(row))
      : html`<p>No node needs attention.</p>`;
  const rest =
    fine.length > 0
      ? html`<details><summary>${countText(fine.length, "node")} with nothing to look at</summary>${table("Nodes with nothing to look at", columns, fine.map(row))}</details>`
      : null;
  const needing = nodes.filter(needsAttention).length;
  const unnamed = needing - attention.length;
  const more =
    left > 0
      ? html`<p class="note">${countText(left, "more node")} in summary.json${unnamed > 0 ? `, ${numberText(unnamed)} of them with something to look at` : ""}.</p>`
      : null;
  return html`<section><h2>Nodes</h2><p class="note">${numberText(needing)} of ${countText(nodes.length, "node")} need attention. Last reports in UTC.</p>${looks}${rest}${more}</section>`;
}

export function uncoveredSection(summary: Summary): Html {
  const { uncovered, fleet } = summary;
  if (uncovered.length === 0)
    return html`<section id="uncovered"><h2>What patching did not reach</h2><p>Nothing: patching reaches every one of the ${countText(fleet.nodes, "node")}.</p></section>`;
  const rows = uncovered.map(({ reason, nodes, examples }): Cell[] => {
    const shown = examples.slice(0, mostExamples);
    const more = nodes - shown.length;
    return [
      isolated(reason),
      `${numberText(nodes)} of ${numberText(fleet.nodes)}`,
      html`${shown.map((text) => html`<code>${isolated(text)}</code> `)}${more > 0 ? `and ${numberText(more)} more` : null}`,
    ];
  });
  return html`<section id="uncovered"><h2>What patching did not reach</h2>
<p class="note">A node may be under several reasons. A node without a scan is not in the AWS console's compliance figures at all.</p>
${table("Nodes that patching does not reach, by reason", [{ label: "Reason" }, { label: "Nodes", className: "number" }, { label: "Which", className: "examples" }], rows)}</section>`;
}
