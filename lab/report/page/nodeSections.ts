import { type CauseGroup, type CauseRow, causeGroups } from "#shared/page/causeTable.js";
import { type Html, html, isolated } from "#shared/page/escape.js";
import { fold } from "#shared/page/fold.js";
import { type Cell, type Column, table } from "#shared/page/grid.js";
import type { Section } from "#shared/page/section.js";
import { countText, momentText, numberText, toMs } from "#shared/text/format.js";
import { nodesInOrder } from "../summary/facts.js";
import { turnsOf } from "../summary/headline.js";
import type { CauseSummary, NodeSummary, Summary } from "../summary/summary.js";
import { stateBadge } from "./marks.js";

/** Rows of all causes together, and of nodes with nothing to look at; the rest is in nodes.csv. */
const mostRows = 600;
const mostFine = 200;
const fewestOfCause = 5;
/** So many rows are read at a glance, and stand open. */
const mostOpen = 60;

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
    [node.installedRejected, "installed although rejected"],
    [node.availableSecurityUpdates, "available and not approved"],
    [node.installed, "installed"],
  ];
  const some = parts.filter(([count]) => count > 0);
  return some.map(([count, label]) => `${numberText(count)} ${label}`).join(", ");
}

/** Its state, and what its last report counts. */
function what(node: NodeSummary): Html {
  const state = html`<b>${stateBadge(node.state)} ${stateLabels[node.state]}</b>`;
  if (node.lastReportedAt === null) return state;
  const when = `${node.lastOperation ?? "Report"} ${momentText(toMs(node.lastReportedAt))}`;
  return html`${state}<span class="sub">${patches(node)}</span><span class="sub">${when}</span>`;
}

function place({ platform, region, patchGroup }: NodeSummary): string {
  const group = patchGroup === null ? "no patch group" : `group ${patchGroup}`;
  return [platform, region, group].join(" · ");
}

function causeRow(node: NodeSummary): CauseRow {
  const { name, id, reasons: why, who } = node;
  return { name, id, place: place(node), what: what(node), why, who: who ?? "" };
}

function keyOf({ cause, who }: Pick<NodeSummary, "cause" | "who">): string {
  return JSON.stringify([cause, who]);
}

function groupsOf({ causes, nodes }: Summary): (CauseGroup & Pick<CauseSummary, "act">)[] {
  const most = Math.max(fewestOfCause, Math.floor(mostRows / Math.max(1, causes.length)));
  const rows = new Map(causes.map((one) => [keyOf(one), [] as CauseRow[]]));
  for (const node of nodes) {
    const some = rows.get(keyOf(node));
    if (some !== undefined && some.length < most) some.push(causeRow(node));
  }
  return causes.map((one) => ({ ...one, rows: rows.get(keyOf(one)) ?? [] }));
}

const chapters: readonly { title: string; note: string; acts: readonly CauseSummary["act"][] }[] = [
  { title: "Somebody must act", note: "", acts: ["node", "stack"] },
  {
    title: "Under an exclusion",
    note: "Wanted, and over when the exclusion ends. What a node has of a rejected patch stays on it: SSM removes nothing.",
    acts: ["exclusion"],
  },
  { title: "Waiting for a window", note: "Nobody has to do anything.", acts: ["nobody"] },
];

/** Every node that is not patched or not compliant, under the one cause that comes first. */
export function causeSection(summary: Summary): Section {
  const { fleet, causes } = summary;
  const groups = groupsOf(summary);
  const isOpen = causes.reduce((sum, { nodes }) => sum + nodes, 0) <= mostOpen;
  let id = 0;
  const parts = chapters.map(({ title, note, acts }) => {
    const some = groups.filter(({ act }) => acts.includes(act));
    if (some.length === 0) return null;
    const nodes = some.reduce((sum, one) => sum + one.nodes, 0);
    const first = id;
    id += some.length;
    return html`<h3>${title}: ${countText(nodes, "node")}</h3>${note === "" ? null : html`<p class="note">${note}</p>`}${causeGroups(some, isOpen, (index) => `cause-${first + index + 1}`)}`;
  });
  const { somebody, exclusion, nobody } = turnsOf(summary);
  const fine = fleet.nodes - somebody - exclusion - nobody;
  const none = html`<p>Nothing: patching reaches every one of the ${countText(fleet.nodes, "node")}, and all are compliant.</p>`;
  const note = html`<p class="note">Each node is under the cause that comes first; the row has the others. ${countText(fine, "node")} of ${numberText(fleet.nodes)} ${fine === 1 ? "has" : "have"} nothing to look at. A node without a scan is not in the AWS console's compliance figures at all.</p>`;
  return {
    id: "causes",
    title: "What to do, by cause",
    content: causes.length === 0 ? none : html`${note}${parts}`,
  };
}

const columns: readonly Column[] = [
  { label: "Node", className: "who" },
  { label: "System", className: "who" },
  { label: "Windows and baseline" },
  { label: "Patches, last report" },
];

/** A baseline of AWS goes by a whole ARN, of which the last part names it. */
function shortBaseline(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

function fineRow(node: NodeSummary): Cell[] {
  const windows = node.windows.map((name) => html`<div>${isolated(name)}</div>`);
  const baseline =
    node.baselineId === null
      ? null
      : html`<span class="sub"><code>${shortBaseline(node.baselineId)}</code></span>`;
  return [
    html`${isolated(node.name === "" ? node.id : node.name)}<span class="sub"><code>${node.id}</code></span>`,
    isolated(place(node)),
    html`${windows}${baseline}`,
    what(node),
  ];
}

/** The nodes with nothing to look at. */
export function fineSection({ nodes }: Summary): Section | null {
  const fine = nodesInOrder(nodes.filter(({ cause }) => cause === null));
  if (fine.length === 0) return null;
  const left = fine.length - mostFine;
  const more =
    left > 0
      ? html`<p class="note">And ${numberText(left)} more in <a href="nodes.csv">nodes.csv</a>.</p>`
      : null;
  const title = "Nodes with nothing to look at";
  const rows = fine.slice(0, mostFine).map(fineRow);
  return {
    id: "fine",
    title,
    content: fold({
      title: countText(fine.length, "node"),
      content: html`${table(title, columns, rows)}${more}`,
      file: "nodes.csv",
    }),
  };
}
