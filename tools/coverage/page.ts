import { type CauseRow, causeGroups, fileLink } from "#shared/page/causeTable.js";
import { type Html, html, isolated } from "#shared/page/escape.js";
import { fold } from "#shared/page/fold.js";
import { table } from "#shared/page/grid.js";
import { type Figure, figures, page } from "#shared/page/page.js";
import type { Section } from "#shared/page/section.js";
import { countText, instantText, momentText, numberText, percentText, toMs } from "#shared/text/format.js";
import type { Coverage, NodeCoverage } from "./core/model.js";
import type { Judged, Sla } from "./core/sla.js";
import { judgedText, openingText, unreadText } from "./words.js";

/** Rows of all causes together; the rest is in nodes.csv. */
const mostRows = 600;
const fewestOfCause = 5;
/** So many rows are read at a glance, and stand open. */
const mostOpen = 60;
const mostJudged = 200;
/** Of those, the ones that no fold has. */
const mostShown = 10;

/**
 * The page of a coverage: it needs no script and no network. The same coverage gives the same bytes.
 *
 * @param csv folder beside it that has the CSV files
 */
export function coveragePage(coverage: Coverage, csv: string, sla?: Sla): string {
  const { stack, at } = coverage;
  const sections = [
    causeSection(coverage, csv),
    ...(sla === undefined ? [] : [slaSection(coverage, sla, csv)]),
    windowSection(coverage),
    otherSection(coverage),
    organizationSection(coverage),
    unseenSection(coverage),
  ].filter((section) => section !== null);
  const when = instantText(toMs(at));
  return page({
    title: `${stack}: coverage of ${when}`,
    header: html`Coverage · stack ${isolated(stack)} · ${when}`,
    verdict: verdict(coverage, sla),
    figures: figures(figuresOf(coverage)),
    sections,
    footer: html`<p>As the APIs of AWS had it at ${when} for stack ${isolated(stack)}, in ${countText(coverage.regions.length, "Region")}: ${coverage.regions.join(", ")}. Each node is counted once, and times are in UTC. All rows: ${["nodes", "patches", "unseen"].map((name, index) => html`${index === 0 ? "" : ", "}${fileLink(`${csv}/${name}.csv`)}`)}.</p>`,
  });
}

function verdict({ totals, unseen, unread, withoutWindow }: Coverage, sla: Sla | undefined): Html {
  const { somebody, nodes } = totals;
  const isBlind = unseen.length > 0;
  const overdue = sla?.overdue.length ?? 0;
  const isWrong = somebody * 10 > nodes || isBlind || overdue > 0;
  const mood = isWrong ? "wrong" : somebody > 0 ? "mixed" : "";
  const late = overdue === 0 ? [] : [`${countText(overdue, "patch is", "patches are")} overdue`];
  const acts =
    somebody > 0
      ? [`Somebody must act on ${countText(somebody, "node")} of ${numberText(nodes)}`]
      : unread.causes.length > 0
        ? [`Who must act ${unreadText("", unread.causes).trim()}`]
        : overdue > 0
          ? []
          : ["Nobody has to act"];
  const title = [...acts, ...late].join("; ");
  const blind = isBlind
    ? html`<li><a href="#unseen">${countText(unseen.length, "thing")} could not be seen</a>, and ${unseen.length === 1 ? "is" : "are"} not none.</li>`
    : null;
  const without = withoutWindow.map(
    ({ region, nodes: count }) =>
      html`<li>${region}: ${countText(count, "node")} with the stack's tags, and no window.</li>`,
  );
  const list = isBlind || without.length > 0 ? html`<ul>${blind}${without}</ul>` : null;
  return html`<section class="verdict ${mood}" id="verdict"><h2>${title}</h2>${list}</section>`;
}

function figuresOf({ totals, regions, unread }: Coverage): Figure[] {
  const { nodes, somebody, exclusion, nobody, compliant, neverScanned, unseen, fine } = totals;
  // Of what was not read, no number says that there is none.
  const figure = (label: string, count: number, more: string, where: readonly string[]): Figure => {
    if (where.length === 0) return [label, numberText(count), more];
    return [label, count === 0 ? "?" : numberText(count), "not all could be read"];
  };
  const { causes, reports } = unread;
  return [
    figure("Nodes", nodes, `in ${countText(regions.length, "Region")}`, unread.nodes),
    figure("Somebody must act", somebody, `of ${countText(nodes, "node")}`, causes),
    figure("Under an exclusion", exclusion, "wanted, until it ends", causes),
    figure("Waiting for a window", nobody, "nobody has to act", causes),
    figure("Nothing to look at", fine, "covered and compliant", causes),
    reports.length > 0
      ? figure("Compliant", compliant, "", reports)
      : ["Compliant", percentText(compliant, nodes), `${numberText(compliant)} by their last reports`],
    figure("Never scanned", neverScanned, "absence is not compliance", reports),
    figure("Not seen", unseen, unseen === 0 ? "of every node it is known" : "and so not fine", causes),
  ];
}

function rowOf(node: NodeCoverage): CauseRow {
  const { id, region, platform, patchGroup, reasons, who } = node;
  const group = patchGroup === null ? "no patch group" : `group ${patchGroup}`;
  return {
    ...{ id, name: node.name, why: reasons, who: who ?? "" },
    place: [platform, region, group].filter((part) => part !== "").join(" · "),
    what: whatOf(node),
  };
}

function whatOf(node: NodeCoverage): Html {
  const { state, missing, failed, pendingReboot, installedRejected, keptOff } = node;
  const { lastScan, lastInstall, since } = node;
  const counts: readonly (readonly [number, string])[] = [
    [missing, "missing"],
    [failed, "failed"],
    [pendingReboot, "pending reboot"],
    [installedRejected, "installed although rejected"],
    [keptOff.length, "kept off by an exclusion"],
  ];
  const some = counts.filter(([count]) => count > 0).map(([count, label]) => `${numberText(count)} ${label}`);
  const times = [
    ...(since === null ? [] : [`since ${momentText(toMs(since))}`]),
    ...(lastScan === null ? [] : [`scan ${momentText(toMs(lastScan))}`]),
    ...(lastInstall === null ? [] : [`install ${momentText(toMs(lastInstall))}`]),
  ];
  return html`<b>${state}</b>${[...some, ...times].map((line) => html`<span class="sub">${line}</span>`)}`;
}

function causeSection({ causes, nodes, totals, unread }: Coverage, csv: string): Section {
  const most = Math.max(fewestOfCause, Math.floor(mostRows / Math.max(1, causes.length)));
  const groups = causes.map((one) => ({
    ...one,
    rows: nodes
      .filter(({ cause, who }) => cause === one.cause && who === one.who)
      .slice(0, most)
      .map(rowOf),
  }));
  const isOpen = nodes.length - totals.fine <= mostOpen;
  const none =
    nodes.length === 0
      ? "There is no node in these Regions."
      : "Nothing: patching reaches every node, and all are compliant.";
  const blind = unreadNote("Why patching does not reach a node", unread.causes);
  const note = html`<p class="note">Each node is under the cause that comes first; the row has the others. A node without a scan is not in the AWS console's compliance figures at all.</p>`;
  return {
    id: "causes",
    title: "What to do, by cause",
    content:
      groups.length === 0
        ? (blind ?? html`<p>${none}</p>`)
        : html`${blind}${note}${causeGroups(groups, isOpen, (index) => `cause-${index + 1}`, `${csv}/nodes.csv`)}`,
  };
}

function windowSection({ windows, unread }: Coverage): Section {
  const columns = [
    { label: "Window" },
    { label: "Region" },
    { label: "Operation" },
    { label: "Nodes", className: "number" },
    { label: "Opens next" },
  ] as const;
  const rows = windows.map(({ name, region, operation, nodes, enabled, next }) => [
    isolated(name),
    region,
    operation,
    numberText(nodes),
    openingText(enabled, next),
  ]);
  const blind = unreadNote("Windows of the stack", unread.windows);
  const content =
    rows.length === 0
      ? (blind ?? html`<p>The stack has no window in these Regions.</p>`)
      : html`${blind}${table("Windows of the stack", columns, rows, "named")}`;
  return { id: "windows", title: "Windows", content };
}

function otherSection({ others, nodes, unread }: Coverage): Section | null {
  const strangers = nodes.filter(({ baseline }) => baseline === "another").length;
  const blind = unreadNote("Other programs that patch", unread.others);
  if (others.length === 0 && strangers === 0 && blind === null) return null;
  const columns = [
    { label: "Program" },
    { label: "Region" },
    { label: "What it runs" },
    { label: "Nodes", className: "number" },
    { label: "Of those ours", className: "number" },
  ] as const;
  const rows = others.map(({ what, name, region, operation, nodes: all, shared }) => [
    html`${what} ${isolated(name)}`,
    region,
    isolated(operation),
    numberText(all),
    numberText(shared),
  ]);
  const note =
    strangers === 0
      ? null
      : html`<p>${countText(strangers, "node")} whose last report was made by another baseline than the stack's.</p>`;
  return {
    id: "others",
    title: "Other programs that patch",
    content: html`${blind}${rows.length === 0 ? null : table("Other programs that patch", columns, rows, "named")}${note}`,
  };
}

function slaSection({ unread }: Coverage, sla: Sla, csv: string): Section {
  const { terms, overdue, exceptions, ageless, within, unjudged } = sla;
  const columns = [
    { label: "Node" },
    { label: "Patch" },
    { label: "Severity" },
    { label: "Days", className: "number" },
    { label: "Term", className: "number" },
    { label: "Owner, or exception" },
  ] as const;
  const row = ({ node, name, region, patch, severity, days, term, owner, exception }: Judged) => [
    html`${isolated(name)}<span class="sub">${name === node ? null : html`<code>${node}</code> · `}${region}</span>`,
    isolated(patch),
    severity,
    days === null ? "unknown" : numberText(days),
    numberText(term),
    exception === null
      ? owner === null
        ? null
        : isolated(owner)
      : html`${isolated(exception.entry)}: ${isolated(exception.owner)}, until ${instantText(toMs(exception.expires))}`,
  ];
  const part = (title: string, list: readonly Judged[], where: readonly string[]) => {
    const oldest = list.toSorted((a, b) => (b.days ?? -1) - (a.days ?? -1)).slice(0, mostJudged);
    const [shown, rest] = [oldest.slice(0, mostShown), oldest.slice(mostShown)];
    const rows = (some: readonly Judged[]) => table(title, columns, some.map(row), "named");
    const more = { title: `The next ${numberText(rest.length)}`, file: `${csv}/patches.csv` };
    return html`<h3>${title}: ${judgedText(list.length, where, unjudged)}</h3>${shown.length === 0 ? null : rows(shown)}${rest.length === 0 ? null : fold({ ...more, content: rows(rest) })}`;
  };
  const words = Object.entries(terms).map(([severity, days]) => `${severity} ${countText(days, "day")}`);
  const blind =
    unjudged === 0
      ? null
      : html`<p class="note">${countText(unjudged, "node")} with missing patches whose names were not read.</p>`;
  return {
    id: "terms",
    title: "Missing patches against their terms",
    content: html`<p class="note">${words.join(", ")}. Within their term: ${countText(within, "patch", "patches")}.</p>${part("Overdue", overdue, unread.patches)}${part("Excepted", exceptions, unread.exceptions)}${part("Of unknown age", ageless, unread.patches)}${blind}`,
  };
}

function unreadNote(what: string, regions: readonly string[]): Html | null {
  return regions.length === 0 ? null : html`<p class="bad">${unreadText(what, regions)}.</p>`;
}

function organizationSection({ organization }: Coverage): Section {
  const columns = [
    { label: "Account" },
    { label: "Nodes", className: "number" },
    { label: "Unmanaged", className: "number" },
  ] as const;
  const content = organization.seen
    ? table(
        "Nodes of the organization",
        columns,
        organization.accounts.map(({ account, nodes, unmanaged }) => [
          account,
          numberText(nodes),
          numberText(unmanaged),
        ]),
        "named",
      )
    : html`<p>Not seen: ${isolated(organization.why)}</p>`;
  return { id: "organization", title: "The whole organization", content };
}

function unseenSection({ unseen, unnamed }: Coverage): Section | null {
  if (unseen.length === 0 && unnamed === 0) return null;
  const columns = [{ label: "Where" }, { label: "What" }, { label: "Why" }] as const;
  const rows = unseen.map(({ region, what, why }) => [region ?? "account", isolated(what), isolated(why)]);
  const names =
    unnamed === 0
      ? null
      : html`<p>Names of missing patches were not read of ${countText(unnamed, "node")}.</p>`;
  return {
    id: "unseen",
    title: "What could not be seen",
    content: html`${rows.length === 0 ? null : table("What could not be seen", columns, rows, "named")}${names}`,
  };
}
