import { mapLimited } from "../errors.js";
import type { Log } from "../log.js";
import type { RunStore } from "../runStore.js";
import { earlierNames, nodeKey } from "./earlierNames.js";
import {
  isOpen,
  type Named,
  namedPatches,
  type OpenPatch,
  planNames,
  type Report,
  readNames,
} from "./openPatches.js";

/** Regions that are read at a time. */
const parallelRegions = 8;

/** Nodes of one Region of one account. */
export interface NamesPlace {
  readonly region: string;
  readonly reports: readonly Report[];
  readonly openPatches: (id: string) => Promise<readonly OpenPatch[]>;
}

/** What is known of the nodes of a place, and why some names could not be read. */
export type PlaceNames = Named & { readonly unread?: string };

/**
 * The names of open patches of a run's nodes, place by place. That some cannot be read is no failure.
 *
 * @param startedAt when the run began, epoch milliseconds
 * @param read by node key, what has been read already; gets what is read, so that it can be gone on with when the time is up
 * @throws Error when earlier records cannot be read, by which it is told since when a patch is missing
 */
export async function nameNodes(
  ports: { readonly runs: RunStore; readonly log: Log },
  startedAt: number,
  places: readonly NamesPlace[],
  signal: AbortSignal,
  read = new Map<string, readonly OpenPatch[]>(),
): Promise<PlaceNames[]> {
  const open = places.map((place) => ({
    place,
    reports: place.reports
      .filter(isOpen)
      .map((report) => ({ ...report, id: nodeKey(place.region, report.id) })),
  }));
  const all = open.flatMap(({ reports }) => reports);
  const keys = all.map(({ id }) => id);
  const earlier = await earlierNames(ports, startedAt, keys, signal);
  const { ask, known } = planNames(all, earlier);
  const asked = new Set(ask);
  const began = new Date(startedAt).toISOString();
  return mapLimited(open, parallelRegions, async ({ place, reports }) => {
    const idOf = (key: string) => key.slice(nodeKey(place.region, "").length);
    const own = reports.map(({ id }) => id).filter((key) => asked.has(key));
    const unread = await readNames(own, read, (key) => place.openPatches(idOf(key)), signal);
    const { patches, unnamed } = namedPatches(began, reports, earlier, new Map([...known, ...read]));
    return {
      patches: patches.map((patch) => ({ ...patch, ids: patch.ids.map(idOf) })),
      unnamed,
      ...(unread === undefined ? {} : { unread }),
    };
  });
}
