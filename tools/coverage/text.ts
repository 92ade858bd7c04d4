import { table } from "#shared/terminal/table.js";
import type { Printer } from "#shared/terminal/terminal.js";
import { countText, instantText, numberText, toMs } from "#shared/text/format.js";
import type { Coverage } from "./core/model.js";
import type { Judged, Sla } from "./core/sla.js";
import { judgedText, openingText, unreadText } from "./words.js";

type Paint = Printer["paint"];

/** Rows of a table on the terminal; the files have all. */
const mostRows = 20;

type Count = readonly [count: number, what: string, colour?: "red" | "green"];

/** A coverage for people on a terminal. */
export function coverageLines(coverage: Coverage, sla: Sla | undefined, paint: Paint): string[] {
  return [
    ...headLines(coverage, paint),
    ...causeLines(coverage, paint),
    ...windowLines(coverage, paint),
    ...otherLines(coverage, paint),
    ...(sla === undefined ? [] : slaLines(coverage, sla, paint)),
    ...organizationLines(coverage),
    ...unseenLines(coverage, paint),
  ];
}

function headLines({ totals, stack, regions, unread }: Coverage, paint: Paint): string[] {
  const { nodes, fine, somebody, exclusion, nobody, unseen } = totals;
  const acts = counted(unread.causes, [
    [fine, "with nothing to look at"],
    [somebody, "that somebody must act on", somebody > 0 ? "red" : "green"],
    [exclusion, "under an exclusion"],
    [nobody, "waiting for a window"],
    ...(unseen > 0 ? [[unseen, "that could not be seen", "red"] as const] : []),
  ]);
  const reports = counted(unread.reports, [
    [totals.compliant, "compliant"],
    [totals.nonCompliant, "not"],
    [totals.neverScanned, "never scanned"],
    ...(unseen > 0 ? [[unseen, "unseen"] as const] : []),
  ]);
  function counted(where: readonly string[], all: readonly Count[]): string {
    const words = all
      .filter(([count]) => count > 0 || where.length === 0)
      .map(([count, what, colour]) => {
        const text = `${numberText(count)} ${what}`;
        return colour === undefined ? text : paint(colour, text);
      });
    return [...words, ...(where.length === 0 ? [] : [paint("red", unreadText("the rest", where))])].join(
      ", ",
    );
  }
  const found = `${countText(nodes, "node")} in ${countText(regions.length, "Region")}`;
  const some = unread.nodes.length === 0 ? found : unreadText("nodes", unread.nodes);
  return [
    `${paint("bold", `Stack ${stack}`)}: ${nodes > 0 ? found : some}: ${acts}.`,
    ...(nodes > 0 && unread.nodes.length > 0
      ? [paint("red", `More nodes ${unreadText("", unread.nodes).trim()}.`)]
      : []),
    `Last reports: ${reports}.`,
  ];
}

function causeLines({ causes }: Coverage, paint: Paint): string[] {
  if (causes.length === 0) return [];
  const rows = causes.map(({ cause, nodes, who, examples }) => [
    numberText(nodes),
    cause,
    who,
    [...examples.slice(0, 3), ...(nodes > 3 ? ["..."] : [])].join(" "),
  ]);
  return ["", ...table(["Nodes", "Why", "Who must act", "Such as"], rows, paint)];
}

function windowLines({ windows, withoutWindow, unread }: Coverage, paint: Paint): string[] {
  const rows = windows.map(({ name, region, operation, nodes, next, enabled }) => [
    name,
    region,
    operation,
    numberText(nodes),
    openingText(enabled, next),
  ]);
  return [
    "",
    ...(rows.length === 0
      ? []
      : table(["Window", "Region", "Operation", "Nodes", "Opens next"], rows, paint)),
    ...(unread.windows.length > 0
      ? [paint("red", `${unreadText("Windows of the stack", unread.windows)}.`)]
      : rows.length === 0
        ? ["The stack has no window in these Regions."]
        : []),
    ...withoutWindow.map(({ region, nodes }) =>
      paint("red", `${region}: ${countText(nodes, "node")} with the stack's tags, and no window.`),
    ),
  ];
}

function otherLines({ others, nodes, unread }: Coverage, paint: Paint): string[] {
  const strangers = nodes.filter(({ baseline }) => baseline === "another").length;
  const rows = others.map(({ what, name, region, operation, nodes: all, shared }) => [
    `${what} ${name}`,
    region,
    operation,
    numberText(all),
    numberText(shared),
  ]);
  return [
    ...(rows.length === 0
      ? []
      : [
          "",
          "Other programs that patch:",
          ...table(["Program", "Region", "What it runs", "Nodes", "Of those ours"], rows, paint),
        ]),
    ...(unread.others.length === 0
      ? []
      : ["", paint("red", `${unreadText("Other programs that patch", unread.others)}.`)]),
    ...(strangers === 0
      ? []
      : [
          "",
          `${countText(strangers, "node")} whose last report was made by another baseline than the stack's.`,
        ]),
  ];
}

function slaLines({ unread }: Coverage, sla: Sla, paint: Paint): string[] {
  const { terms, overdue, exceptions, ageless, within, unjudged } = sla;
  const words = Object.entries(terms).map(([severity, days]) => `${severity} ${countText(days, "day")}`);
  const row = ({ patch, severity, node, region, owner, days, exception }: Judged) => [
    `${days ?? "?"}`,
    severity,
    patch,
    `${region} ${node}`,
    exception === null
      ? (owner ?? "")
      : `${exception.entry}: ${exception.owner}, until ${instantText(toMs(exception.expires))}`,
  ];
  const oldestFirst = (list: readonly Judged[]) =>
    list.toSorted((a, b) => (b.days ?? -1) - (a.days ?? -1)).slice(0, mostRows);
  const part = (title: string, list: readonly Judged[], last: string, where: readonly string[]) => [
    `${title}: ${judgedText(list.length, where, unjudged)}.`,
    ...(list.length === 0
      ? []
      : table(["Days", "Severity", "Patch", "Node", last], oldestFirst(list).map(row), paint)),
  ];
  return [
    "",
    paint("bold", `Terms: ${words.join(", ")}. Within their term: ${countText(within, "patch", "patches")}.`),
    ...part("Overdue", overdue, "Owner", unread.patches),
    ...part("Excepted", exceptions, "Exception", unread.exceptions),
    ...part("Of unknown age", ageless, "Owner", unread.patches),
    ...(unjudged > 0
      ? [`${countText(unjudged, "node")} with missing patches whose names were not read.`]
      : []),
  ];
}

function organizationLines({ organization }: Coverage): string[] {
  if (!organization.seen) return ["", `Organization view: not seen (${organization.why}).`];
  const parts = organization.accounts.map(
    ({ account, nodes, unmanaged }) =>
      `${account} ${countText(nodes, "node")}${unmanaged > 0 ? `, ${numberText(unmanaged)} unmanaged` : ""}`,
  );
  return ["", `Organization view: ${parts.length === 0 ? "no node" : parts.join("; ")}.`];
}

function unseenLines({ unseen, unnamed }: Coverage, paint: Paint): string[] {
  const lines = unseen.map(({ region, what, why }) => `  ${region ?? "account"}: ${what}: ${why}`);
  return [
    ...(lines.length === 0 ? [] : ["", paint("red", "Could not be seen, and is not none:"), ...lines]),
    ...(unnamed === 0
      ? []
      : [
          "",
          `Names of missing patches were not read of ${countText(unnamed, "node")}: a run reads those of 5,000.`,
        ]),
  ];
}
