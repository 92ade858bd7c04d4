import { type ClosedRun, placeText, type Reason, readClosedRun } from "./closedRun.js";
import { countOfState, type NodeState } from "./nodeStates.js";
import { runKeys } from "./runKeys.js";
import { readWindowRecord, type WindowEntry, type WindowPatch, type WindowRecord } from "./windowRecord.js";

/** A final record: of a run of the central window, or of an execution of a scan or install window. */
export type ClosedRecord =
  | { readonly kind: "central"; readonly run: ClosedRun }
  | { readonly kind: "window"; readonly run: WindowRecord };

/**
 * Reads a final record of whichever kind; its key says of which.
 *
 * @param key where it was read
 * @throws Error that names every problem, or a key that is none of a final record
 */
export function readClosedRecord(key: string, text: string): ClosedRecord {
  if (key.startsWith(runKeys.windowsClosed)) return { kind: "window", run: readWindowRecord(key, text) };
  if (key.startsWith(runKeys.closed)) return { kind: "central", run: readClosedRun(key, text) };
  throw new Error(
    `${key} is no key of a final record: those begin with ${runKeys.windowsClosed} or ${runKeys.closed}`,
  );
}

/** What a final record says of a node. */
export interface RecordedNode {
  readonly id: string;
  readonly region: string;
  /** Set where it is another account's. */
  readonly account?: string;
  readonly state: NodeState;
  readonly why?: string;
  /** Entries in force on it when the run was closed; the central window's records before version 4 name none. */
  readonly exclusions: readonly WindowEntry[];
  /** Numbers of patches; missing where it reported nothing of this run. */
  readonly missing?: number;
  readonly failed?: number;
  readonly pendingReboot?: number;
}

/** Every node of a final record of whichever kind, each once, in the words of one kind. */
export function recordedNodes(record: ClosedRecord): RecordedNode[] {
  return record.kind === "central" ? centralNodes(record.run) : windowNodes(record.run);
}

/** A node whose open patches a final record names. */
export interface NamedNode extends Pick<RecordedNode, "id" | "region" | "account" | "missing" | "failed"> {
  /** What it lacks and what has failed there; none where it has reported that nothing has. */
  readonly patches: readonly WindowPatch[];
}

/** The nodes of which a final record says which patches are open: of all others it takes nothing back that an earlier one says. */
export function namedNodes(record: ClosedRecord): NamedNode[] {
  const patches = new Map<string, { readonly byNode: Map<string, WindowPatch[]>; readonly isAll: boolean }>();
  for (const place of record.kind === "central" ? record.run.regions : [record.run])
    if (place.patches !== undefined)
      patches.set(placeText(place), {
        byNode: patchesByNode(place.patches),
        isAll: place.unnamed === undefined,
      });
  return recordedNodes(record).flatMap(({ id, region, account, missing, failed, state }) => {
    const here = patches.get(placeText({ region, ...(account === undefined ? {} : { account }) }));
    if (here === undefined) return [];
    const named = here.byNode.get(id) ?? [];
    // It has reported, or nobody knew its baseline; not every version has kept its numbers.
    const least = state === "default baseline" && here.isAll ? 0 : 1;
    // Of one with open patches and no names nobody was asked, and one that is away may have none.
    if (named.length === 0 && (missing ?? least) + (failed ?? 0) > 0) return [];
    return [
      {
        id,
        region,
        ...(account === undefined ? {} : { account }),
        ...counts(missing, failed),
        patches: named,
      },
    ];
  });
}

function patchesByNode(patches: readonly WindowPatch[]): Map<string, WindowPatch[]> {
  const found = new Map<string, WindowPatch[]>();
  for (const patch of patches)
    for (const id of patch.ids) {
      const known = found.get(id);
      if (known === undefined) found.set(id, [patch]);
      else known.push(patch);
    }
  return found;
}

function counts(missing: number | undefined, failed: number | undefined) {
  return missing === undefined || failed === undefined ? {} : { missing, failed };
}

const clean = { missing: 0, failed: 0, pendingReboot: 0 };

function windowNodes({ nodes, findings, region, exclusions }: WindowRecord): RecordedNode[] {
  const found = new Map(findings.map((finding) => [finding.id, finding]));
  return nodes.flatMap(({ state, why, ids, exclusions: places = [] }) => {
    const entries = places.flatMap((place) => exclusions[place] ?? []);
    const reason = why === undefined ? {} : { why };
    // They have reported: what is not among the findings is 0.
    const counts = countOfState(state) === "patched" ? clean : {};
    return ids.map((id) => ({
      id,
      region,
      state,
      ...reason,
      exclusions: entries,
      ...counts,
      ...found.get(id),
    }));
  });
}

/** The states by the reasons of the central window's records. */
const stateByReason: Readonly<Record<Reason, NodeState>> = {
  "stopped or terminated": "stopped",
  offline: "not connected",
  "no agent": "no agent",
  "on the default baseline": "default baseline",
  held: "held",
  "timed out": "failed",
  failed: "failed",
  cancelled: "failed",
  undelivered: "not connected",
  "command not sent": "not started",
  unknown: "unknown",
};

function centralNodes({ regions, request }: ClosedRun): RecordedNode[] {
  const done: NodeState = request.operation === "Scan" ? "scanned" : "patched";
  return regions.flatMap(
    ({ region, account, patched, findings, notCovered, reported = [], exclusions = [] }) => {
      const place = { region, ...(account === undefined ? {} : { account }) };
      const entries = new Map<string, WindowEntry[]>();
      for (const { ids, ...entry } of exclusions)
        for (const id of ids) entries.set(id, [...(entries.get(id) ?? []), entry]);
      const entriesOf = (id: string) => ({ exclusions: entries.get(id) ?? [] });
      const numbers = new Map(reported.map((one) => [one.id, one]));
      const stateOf = ({ failed, pendingReboot }: (typeof findings)[number]): NodeState => {
        if (failed > 0) return "failed";
        return pendingReboot > 0 && done === "patched" ? "pending reboot" : done;
      };
      return [
        ...patched.map((id) => ({ id, ...place, ...entriesOf(id), state: done, ...clean })),
        ...findings.map((finding) => ({
          ...finding,
          ...place,
          ...entriesOf(finding.id),
          state: stateOf(finding),
        })),
        ...notCovered.flatMap(({ reason, why, nodes }) => {
          const isKnown = Object.hasOwn(stateByReason, reason);
          const state = isKnown ? stateByReason[reason as Reason] : "unknown";
          return nodes.map((id) => ({
            ...{ id, ...place, ...entriesOf(id), ...numbers.get(id) },
            ...{ state, why: isKnown ? why : `${reason}: ${why}` },
          }));
        }),
      ];
    },
  );
}
