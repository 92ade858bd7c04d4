import {
  type ClosedRecord,
  namedNodes,
  type RecordedNode,
  recordedNodes,
} from "#shared/contract/closedRecords.js";
import { countOfState } from "#shared/contract/nodeStates.js";
import type { WindowPatch } from "#shared/contract/windowRecord.js";
import type { FirstSeen } from "./ages.js";
import type { Exception, KeptRecord } from "./model.js";

/** What a record says of a node, and of which window's run it is. */
export interface Told extends RecordedNode {
  readonly window: string;
  readonly operation: "Scan" | "Install";
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** When the run of a record began, epoch milliseconds. */
function startOf({ run }: ClosedRecord): number {
  return Date.parse(run.startedAt);
}

/** What the run of a record did. */
function operationOf(record: ClosedRecord): "Scan" | "Install" {
  return record.kind === "window" ? record.run.operation : record.run.request.operation;
}

/** The window of a record; the central one, or that of a ring, by the name that the stack gives it. */
export function windowOf(record: ClosedRecord, centralName: string): string {
  if (record.kind === "window") return record.run.windowName;
  const { ring } = record.run.request;
  return ring === undefined ? centralName : `${centralName}-${ring.Name}`;
}

const nothingSeen: FirstSeen = new Map();

/** What records say of nodes, in the order of time. */
export class History {
  private readonly byNode = new Map<string, Told[]>();
  /** By node and by the name of a patch. */
  private readonly seen = new Map<string, FirstSeen>();
  /** By node, and by entry in force on it what had been open there by the record before the first that has the entry. */
  private readonly before = new Map<string, ReadonlyMap<string, readonly WindowPatch[]>>();
  private readonly open = new Map<string, readonly WindowPatch[]>();
  /** By window, when its last run that sent anything began. */
  private readonly lastRuns = new Map<string, number>();

  constructor(records: readonly KeptRecord[], centralName: string) {
    const inOrder = records.map(({ record }) => record).toSorted((a, b) => startOf(a) - startOf(b));
    for (const record of inOrder) this.add(record, windowOf(record, centralName));
  }

  /** Of one node, oldest first. */
  of(region: string, id: string): readonly Told[] {
    return this.byNode.get(`${region}|${id}`) ?? [];
  }

  /** When a window's last run that sent anything began, epoch milliseconds. */
  lastRunOf(window: string): number | undefined {
    return this.lastRuns.get(window);
  }

  /** Since when records have seen each patch missing on a node. */
  firstSeen(region: string, id: string): FirstSeen {
    return this.seen.get(`${region}|${id}`) ?? nothingSeen;
  }

  /** What was open on a node when an entry came into force there, as far as records name it. */
  openBefore(
    region: string,
    id: string,
    exception: Pick<Exception, "manifest" | "entry">,
  ): readonly WindowPatch[] {
    return this.before.get(`${region}|${id}`)?.get(keyOf(exception)) ?? [];
  }

  private add(record: ClosedRecord, window: string): void {
    const startedAt = startOf(record);
    if (hasRun(record)) this.lastRuns.set(window, startedAt);
    for (const node of recordedNodes(record)) {
      // Nodes of other accounts are those accounts' own.
      if (node.account !== undefined) continue;
      const key = `${node.region}|${node.id}`;
      const told = { ...node, window, operation: operationOf(record), startedAt };
      const known = this.byNode.get(key);
      if (known === undefined) this.byNode.set(key, [told]);
      else known.push(told);
      if (namesEntries(record)) this.noteEntries(key, node.exclusions);
    }
    // The last record that names a node's patches says since when each is there.
    for (const { region, id, account, patches } of namedNodes(record)) {
      if (account !== undefined) continue;
      const key = `${region}|${id}`;
      this.seen.set(key, new Map(patches.map(({ name, since }) => [name, Date.parse(since)])));
      this.open.set(key, patches);
    }
  }

  private noteEntries(key: string, entries: RecordedNode["exclusions"]): void {
    const known = this.before.get(key);
    if (entries.length === 0 && known === undefined) return;
    const open = this.open.get(key) ?? [];
    this.before.set(key, new Map(entries.map((one) => [keyOf(one), known?.get(keyOf(one)) ?? open])));
  }
}

/** Whether a record has every entry that was in force: those of the central window did not always. */
function namesEntries({ kind, run }: ClosedRecord): boolean {
  return run.version >= 4 || kind === "window";
}

function keyOf({ manifest, entry }: Pick<Exception, "manifest" | "entry">): string {
  return JSON.stringify([manifest, entry]);
}

/** Whether anything was sent to a node. */
function hasRun(record: ClosedRecord): boolean {
  if (record.kind === "window") return record.run.commands.length > 0;
  return record.run.end === "ended" || record.run.end === "given up";
}

/** Since when a node is not covered by the runs that were for it, as the last of them has it (epoch milliseconds). */
export function uncoveredSince(told: readonly Told[]): number | undefined {
  let since: number | undefined;
  for (const one of told.toReversed()) {
    if (countOfState(one.state) === "patched") break;
    since = one.startedAt;
  }
  return since;
}
