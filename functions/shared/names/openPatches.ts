import type { WindowPatch } from "#shared/contract/windowRecord.js";
import { compare } from "#shared/text/words.js";
import { mapLimited, stableText } from "../errors.js";
import type { PatchState } from "../patchState.js";
import { untilAborted } from "../untilAborted.js";
import type { EarlierNames } from "./earlierNames.js";

/** A patch that a node lacks, or that has failed there. */
export type OpenPatch = Pick<WindowPatch, "name" | "severity" | "state">;

/** Nodes that are asked for the names of their open patches, a run: one call each at least. */
const mostNamed = 5_000;
/** Nodes that are asked at a time. */
const parallelNodes = 2;
/** Failures after which nobody else is asked: a right is missing, or the calls are throttled for good. */
const mostFailures = 5;

/** What a node has reported, as far as it says whether something is open there. */
export type Report = Pick<PatchState, "id" | "endedAt" | "missing" | "failed">;

/** Nodes with open patches: those whose names are to be read, and those of which an earlier record has them. */
interface NamesPlan {
  readonly ask: readonly string[];
  readonly known: ReadonlyMap<string, readonly OpenPatch[]>;
}

/** Whether something is open on a node by its last report. */
export function isOpen({ missing, failed }: Report): boolean {
  return missing + failed > 0;
}

/**
 * Whose names are to be read: of a report that an earlier record has named nothing is asked again. Where more are left than a run may
 * ask, those that no record names come first, then those whose numbers have changed, then those that were read longest ago.
 *
 * @param earlier by node
 */
export function planNames(
  reports: readonly Report[],
  earlier: ReadonlyMap<string, EarlierNames>,
  most = mostNamed,
): NamesPlan {
  const known = new Map<string, readonly OpenPatch[]>();
  const changed: { readonly id: string; readonly rank: number; readonly readAt: number }[] = [];
  for (const report of reports) {
    if (!isOpen(report)) continue;
    const before = earlier.get(report.id);
    const isSame = before !== undefined && hasCounts(before, report);
    if (isSame && before.patches.length > 0 && report.endedAt <= before.readAt && known.size < most)
      known.set(report.id, before.patches);
    else
      changed.push({
        id: report.id,
        rank: before === undefined ? 0 : isSame ? 2 : 1,
        readAt: before?.readAt ?? 0,
      });
  }
  changed.sort((a, b) => a.rank - b.rank || a.readAt - b.readAt || compare(a.id, b.id));
  return { known, ask: changed.slice(0, most).map(({ id }) => id) };
}

/** Whether a record's numbers are those of a report; those of a node that was away are not there. */
function hasCounts(before: EarlierNames, { missing, failed }: Report): boolean {
  return (before.missing ?? missing) === missing && (before.failed ?? failed) === failed;
}

/**
 * Asks nodes for their open patches, one after the other, and keeps what has been read when the time is up.
 *
 * @param read by node, what is known already; gets what is read
 * @returns why some could not be read; missing where they could, or the time was up
 */
export async function readNames(
  ids: readonly string[],
  read: Map<string, readonly OpenPatch[]>,
  ask: (id: string) => Promise<readonly OpenPatch[]>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const failures: string[] = [];
  await mapLimited(ids, parallelNodes, async (id) => {
    if (read.has(id) || signal.aborted || failures.length >= mostFailures) return;
    try {
      read.set(id, await untilAborted(signal, () => ask(id)));
    } catch (error) {
      if (!signal.aborted) failures.push(stableText(error));
    }
  });
  return failures[0];
}

/** Open patches by name, with those nodes of which there are no names counted. */
export interface Named {
  readonly patches: WindowPatch[];
  readonly unnamed: number;
}

/**
 * What a record says of open patches: the same patch of nodes that lack it since the same run stands once. Total.
 *
 * @param startedAt when the run began, ISO 8601
 * @param earlier by node
 * @param names by node
 */
export function namedPatches(
  startedAt: string,
  reports: readonly Report[],
  earlier: ReadonlyMap<string, EarlierNames>,
  names: ReadonlyMap<string, readonly OpenPatch[]>,
): Named {
  const groups = new Map<string, WindowPatch>();
  let unnamed = 0;
  for (const { id } of reports.filter(isOpen).sort((a, b) => compare(a.id, b.id))) {
    const own = names.get(id) ?? [];
    // Its report has changed since its numbers were read, or nobody was asked.
    if (own.length === 0) unnamed++;
    const before = new Map(earlier.get(id)?.patches.map((one) => [one.name, one.since]));
    for (const { name, severity, state } of once(own)) {
      const since = before.get(name) ?? startedAt;
      const key = JSON.stringify([name, severity, state, since]);
      const known = groups.get(key);
      if (known !== undefined) known.ids.push(id);
      else groups.set(key, { name, severity, state, since, ids: [id] });
    }
  }
  const order = (a: WindowPatch, b: WindowPatch) =>
    compare(a.name, b.name) || compare(a.since, b.since) || compare(a.state, b.state);
  return { patches: [...groups.values()].sort(order), unnamed };
}

/** Each name once; one that is missing in one version and has failed in another has failed. */
function once(patches: readonly OpenPatch[]): Iterable<OpenPatch> {
  const found = new Map<string, OpenPatch>();
  for (const one of patches) if (one.state === "failed" || !found.has(one.name)) found.set(one.name, one);
  return found.values();
}
