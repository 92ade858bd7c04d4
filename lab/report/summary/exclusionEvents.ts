import { countText, momentText, toMs } from "#shared/text/format.js";
import type { EntryRun, ExclusionEntry, ExclusionObject } from "./exclusionShape.js";

/** Something that happened in an exclusion's life. */
interface LifeEvent {
  readonly at: number;
  readonly title: string;
  /** More about it, a line each. */
  readonly lines: readonly string[];
  readonly isBad?: boolean;
}

/** Nodes and patches in few words: `on x, y: a, b`, patches of the same nodes together. */
function onNodes(
  left: readonly { readonly patch: string; readonly nodes: readonly string[] }[],
): readonly string[] {
  const groups = new Map<string, { patches: string[]; nodes: readonly string[] }>();
  for (const { patch, nodes } of left) {
    const key = JSON.stringify(nodes);
    const group = groups.get(key) ?? { patches: [], nodes };
    if (!group.patches.includes(patch)) group.patches.push(patch);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ patches, nodes }) => `on ${nodes.join(", ")}: ${patches.join(", ")}`);
}

function count(left: EntryRun["left"]): string {
  const nodes = new Set(left.flatMap((one) => one.nodes));
  return `${countText(left.length, "patch", "patches")} off ${countText(nodes.size, "node")}`;
}

function runEvent({ id, effect }: ExclusionEntry, { window, startedAt, reached, left }: EntryRun): LifeEvent {
  const at = toMs(startedAt);
  if (left.length > 0) {
    return { at, title: `${window}: ${id} kept ${count(left)}`, lines: onNodes(left) };
  }
  const nothing = effect === "hold" ? "nothing was due" : "nothing that it excludes was due";
  const title = reached === 0 ? `reached none of the nodes of ${id}` : `${nothing} on the nodes of ${id}`;
  return { at, title: `${window}: ${title}`, lines: [] };
}

function lateEvents({ id, later }: ExclusionEntry): LifeEvent[] {
  const groups = new Map<
    string,
    { at: number; window: string; left: { patch: string; nodes: string[] }[] }
  >();
  for (const { nodes, installed } of later) {
    if (installed === null) continue;
    const { at, window, patch } = installed;
    const key = `${window} ${at.slice(0, 10)}`;
    const group = groups.get(key) ?? { at: 0, window, left: [] };
    group.at = Math.max(group.at, toMs(at));
    group.left.push({ patch, nodes });
    groups.set(key, group);
  }
  return [...groups.values()].map(({ at, window, left }) => ({
    at,
    title: `${window} has installed what ${id} had kept off`,
    lines: onNodes(left),
  }));
}

const endings = {
  expired: "has expired",
  removed: "is not in the manifest any more",
  deleted: "has ended with its manifest",
} as const;

function endEvents(entry: ExclusionEntry): LifeEvent[] {
  return entry.inForce.flatMap(({ until, ended }, index) => {
    if (until === null || ended === null) return [];
    const isLast = index === entry.inForce.length - 1;
    const away = entry.nodes.filter(({ from, atEnd }) => atEnd !== from);
    const lines =
      !isLast || entry.nodes.length === 0
        ? []
        : away.map(
            ({ name, from, atEnd }) =>
              `${name} came from ${from}, and is in ${atEnd ?? "no patch group"} at the end of the run`,
          );
    const back = isLast && entry.nodes.length > 0 && away.length === 0;
    const title = `${entry.id} ${endings[ended]}${back ? "; its nodes are back in their patch group" : ""}`;
    return [{ at: toMs(until), title, lines }];
  });
}

/** The life of a manifest, plan or approval, in the order of time. */
export function lifeEvents({ uploads, verdicts, entries }: ExclusionObject): LifeEvent[] {
  const events: LifeEvent[] = [
    ...uploads.map(({ at, action, versionId, sameAs }) => ({
      at: toMs(at),
      title: action === "deleted" ? "Deleted" : `Uploaded, version ${versionId}`,
      lines: sameAs === null ? [] : [`The same bytes as version ${sameAs}.`],
    })),
    ...verdicts.map(({ at, verdict, message, problems }) => ({
      at: toMs(at),
      title: `Verdict: ${verdict}`,
      lines: [
        // Its first sentence is often the verdict itself.
        ...message.filter((line) => line.toLowerCase() !== `${verdict}.`),
        ...problems.map(({ place, message: text }) => `${place}: ${text}`),
      ],
      isBad: problems.length > 0,
    })),
    ...entries.flatMap((entry) => [
      ...entry.runs.map((run) => runEvent(entry, run)),
      ...endEvents(entry),
      ...lateEvents(entry),
    ]),
  ];
  return events
    .map((event, order) => ({ event, order }))
    .sort((a, b) => a.event.at - b.event.at || a.order - b.order)
    .map(({ event }) => event);
}

/** An entry's state at the end of the run, and what it has done. */
export function entryText(entry: ExclusionEntry): string {
  const last = entry.inForce.at(-1);
  const state =
    last === undefined
      ? "never in force"
      : last.until === null
        ? `in force since ${momentText(toMs(last.from))}`
        : `${endings[last.ended ?? "removed"]} (${momentText(toMs(last.until))})`;
  const effective = entry.runs.filter(({ left }) => left.length > 0);
  if (effective.length === 0) return `${entry.id} ${state}; no window had anything to leave for it`;
  const patches = new Set(entry.later.map(({ patch }) => patch)).size;
  const nodes = new Set(entry.later.flatMap((one) => one.nodes)).size;
  const open = new Set(entry.later.flatMap(({ installed, patch }) => (installed === null ? [patch] : [])))
    .size;
  const rest =
    open === 0 ? "all installed since" : `${open === patches ? "none" : `all but ${open}`} installed since`;
  return `${entry.id} ${state}; ${countText(patches, "patch", "patches")} kept off ${countText(nodes, "node")} in ${countText(effective.length, "window run")}, ${rest}`;
}
