import { html, isolated } from "#shared/page/escape.js";
import { table } from "#shared/page/grid.js";
import { figures, page } from "#shared/page/page.js";
import type { Section } from "#shared/page/section.js";
import { countText, instantText, momentText, numberText, toMs } from "#shared/text/format.js";
import type { Evidence } from "./core/evidence.js";

/** Rows of a table; the files have all. */
const mostRows = 300;

/** The page of some days' evidence. The same evidence gives the same bytes. */
export function evidencePage(evidence: Evidence): string {
  const { stack, from, to, runs, failures, exceptions, unread, isOver, exclusionsUnread } = evidence;
  const blind = unread.length + (exclusionsUnread === null ? 0 : 1);
  const notCovered = runs.reduce((sum, { states, nodes }) => sum + nodes - coveredIn(states), 0);
  const title =
    blind === 0
      ? `${countText(runs.length, "run")}, each with its record`
      : `${countText(blind, "thing")} could not be read`;
  return page({
    title: `${stack}: evidence from ${from} to ${to}`,
    header: html`Evidence · stack ${isolated(stack)} · ${from} to ${to}`,
    verdict: html`<section class="verdict ${blind === 0 ? "" : "wrong"}" id="verdict"><h2>${title}</h2>${isOver ? null : html`<p>The last day was not over.</p>`}</section>`,
    figures: figures([
      ["Runs", numberText(runs.length), `${from} to ${to}`],
      ["Nodes, run by run", numberText(runs.reduce((sum, { nodes }) => sum + nodes, 0)), "in nodes.csv"],
      ["Of those not covered", numberText(notCovered), "with why, in nodes.csv"],
      ["Failures", numberText(failures.length), "of nodes in runs"],
      ["Exceptions", numberText(exceptions.length), "with owner and end"],
      ["Not read", numberText(blind), blind === 0 ? "everything was read" : "and so not none"],
    ]),
    sections: [
      runSection(evidence),
      failureSection(evidence),
      exceptionSection(evidence),
      unreadSection(evidence),
    ].filter((section) => section !== null),
    footer: html`<p>From the records of runs of stack ${isolated(stack)}. The files are <a href="runs.csv">runs.csv</a>, <a href="nodes.csv">nodes.csv</a>, <a href="patches.csv">patches.csv</a>, <a href="exceptions.csv">exceptions.csv</a>, <a href="unread.csv">unread.csv</a> and <a href="evidence.json">evidence.json</a>; <a href="manifest.json">manifest.json</a> has the SHA-256 of each.</p>`,
  });
}

const coveredStates = ["patched", "scanned", "nothing to do", "excluded", "pending reboot"] as const;

function coveredIn(states: Evidence["runs"][number]["states"]): number {
  return coveredStates.reduce((sum, state) => sum + (states[state] ?? 0), 0);
}

function more(count: number, file: string) {
  return count > mostRows
    ? html`<p class="note">And ${numberText(count - mostRows)} more in <a href="${file}">${file}</a>.</p>`
    : null;
}

function runSection({ runs }: Evidence): Section {
  const columns = [
    { label: "Began (UTC)", className: "when" },
    { label: "Window" },
    { label: "Operation" },
    { label: "End" },
    { label: "Nodes", className: "number" },
    { label: "States" },
  ] as const;
  const rows = runs
    .slice(0, mostRows)
    .map(({ startedAt, window, operation, end, nodes, states, unread }) => [
      momentText(toMs(startedAt)),
      isolated(window),
      operation,
      end,
      numberText(nodes),
      html`${Object.entries(states).map(([state, count]) => html`<div>${numberText(count)} ${state}</div>`)}${unread.map((line) => html`<div class="bad">${isolated(line)}</div>`)}`,
    ]);
  return {
    id: "runs",
    title: "Runs",
    content: html`${table("Runs", columns, rows, "named")}${more(runs.length, "runs.csv")}`,
  };
}

function failureSection({ failures }: Evidence): Section | null {
  if (failures.length === 0) return null;
  const columns = [
    { label: "Day", className: "when" },
    { label: "Node" },
    { label: "Window" },
    { label: "Why" },
  ] as const;
  const rows = failures
    .slice(0, mostRows)
    .map(({ day, id, window, why }) => [day, isolated(id), isolated(window), isolated(why)]);
  return {
    id: "failures",
    title: "Failures",
    content: html`${table("Failures", columns, rows, "named")}${more(failures.length, "nodes.csv")}`,
  };
}

function exceptionSection({ exceptions }: Evidence): Section | null {
  if (exceptions.length === 0) return null;
  const columns = [
    { label: "Entry" },
    { label: "Keeps off" },
    { label: "Owner" },
    { label: "Ends", className: "when" },
    { label: "Nodes", className: "number" },
    { label: "Uploaded, approved by" },
  ] as const;
  const rows = exceptions
    .slice(0, mostRows)
    .map(({ manifest, entry, effect, patches, reason, owner, expires, nodes, uploadedBy, approvedBy }) => [
      html`${isolated(entry)}<span class="sub">${isolated(manifest)}</span>`,
      html`${effect === "hold" ? "everything" : isolated(patches?.join(", ") ?? "no verdict tells any more")}<span class="sub">${isolated(reason ?? "")}</span>`,
      isolated(owner),
      instantText(toMs(expires)),
      numberText(nodes),
      html`${isolated(uploadedBy)}<span class="sub">${isolated(approvedBy)}</span>`,
    ]);
  return {
    id: "exceptions",
    title: "Exceptions",
    content: html`${table("Exceptions", columns, rows, "named")}${more(exceptions.length, "exceptions.csv")}`,
  };
}

function unreadSection({ unread, exclusionsUnread, uploadsUnread }: Evidence): Section | null {
  const all = [
    ...unread,
    ...(exclusionsUnread === null ? [] : [{ key: "verdicts of exclusions", why: exclusionsUnread }]),
    ...(uploadsUnread === null ? [] : [{ key: "who uploaded and approved", why: uploadsUnread }]),
  ];
  if (all.length === 0) return null;
  const columns = [{ label: "What" }, { label: "Why" }] as const;
  return {
    id: "unread",
    title: "What could not be read",
    content: table(
      "What could not be read",
      columns,
      all.map(({ key, why }) => [isolated(key), isolated(why)]),
      "named",
    ),
  };
}
