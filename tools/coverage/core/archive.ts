import {
  type ClosedRecord,
  type NamedNode,
  namedNodes,
  type RecordedNode,
  recordedNodes,
} from "#shared/contract/closedRecords.js";
import { countOfState } from "#shared/contract/nodeStates.js";
import type { WindowPatch } from "#shared/contract/windowRecord.js";
import { dayMs } from "#shared/text/time.js";
import { compare } from "#shared/text/words.js";
import { windowOf } from "./history.js";
import type { KeptRecord } from "./model.js";

/** A run as its record has it, with the nodes that it was for. */
export interface Run {
  readonly key: string;
  readonly window: string;
  readonly operation: "Scan" | "Install";
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly closedAt: string;
  readonly end: string;
  /** What the record itself could not read. */
  readonly unread: readonly string[];
  readonly nodes: readonly RecordedNode[];
  /** Open patches by name; undefined where the record names none. */
  readonly patches: readonly WindowPatch[] | undefined;
  /** Nodes whose open patches it names, and those that it knows to have none. */
  readonly named: readonly NamedNode[];
  /** Nodes with open patches that the record does not name. */
  readonly unnamed: number;
}

/** A run from its record. */
function runOf({ key, record }: KeptRecord, centralName: string): Run {
  const common = { key, nodes: recordedNodes(record), named: namedNodes(record), ...namesIn(record) };
  if (record.kind === "central") {
    const { startedAt, closedAt, end, request, failed, uncounted = [], unread: told = [] } = record.run;
    const unread = [
      ...failed.map(({ region, group, error }) => `${region}, group ${group}: ${error}`),
      ...uncounted.map(({ account, why }) => `account ${account}: ${why}`),
      ...told,
    ];
    const window = windowOf(record, centralName);
    return { ...common, window, operation: request.operation, startedAt, closedAt, end, unread };
  }
  const { windowName, operation, startedAt, closedAt, end, unread } = record.run;
  return { ...common, window: windowName, operation, startedAt, closedAt, end, unread };
}

function namesIn(record: ClosedRecord): Pick<Run, "patches" | "unnamed"> {
  if (record.kind === "central") {
    const { regions } = record.run;
    const isNamed = regions.some(({ patches }) => patches !== undefined);
    return {
      patches: isNamed ? regions.flatMap(({ patches = [] }) => patches) : undefined,
      unnamed: regions.reduce((sum, { unnamed = 0 }) => sum + unnamed, 0),
    };
  }
  return { patches: record.run.patches, unnamed: record.run.unnamed ?? 0 };
}

/** Records of a span, in the order of time, of which questions are asked. Total: the same records give the same answers. */
export class Archive {
  readonly runs: readonly Run[];
  private readonly named = new Map<string, readonly NamedNode[]>();

  constructor(records: readonly KeptRecord[], centralName: string) {
    this.runs = records
      .map((one) => runOf(one, centralName))
      .sort((a, b) => compare(a.startedAt, b.startedAt) || compare(a.key, b.key));
  }

  /** 1. Which nodes belonged to a window on a day (2026-10-04)? */
  members(window: string, day: string): string[] {
    return sorted(this.on(day, window).flatMap(({ nodes }) => nodes.map(({ id }) => id)));
  }

  /** 2. Which nodes did the runs of a day cover, and which not? */
  covered(window: string, day: string): { readonly covered: string[]; readonly not: string[] } {
    const nodes = this.on(day, window).flatMap((run) => run.nodes);
    const isCovered = ({ state }: RecordedNode) => countOfState(state) === "patched";
    return {
      covered: sorted(nodes.filter(isCovered).map(({ id }) => id)),
      not: sorted(nodes.filter((one) => !isCovered(one)).map(({ id }) => id)),
    };
  }

  /** 3. Why was a node not covered on a day? One answer for each run that was for it. */
  why(id: string, day: string): { readonly window: string; readonly state: string; readonly why: string }[] {
    return this.on(day).flatMap(({ window, nodes }) =>
      nodes
        .filter((one) => one.id === id && countOfState(one.state) !== "patched")
        .map(({ state, why = "" }) => ({ window, state, why })),
    );
  }

  /** 4. On which nodes was a patch missing at the end of a day? By the last record until then that names the node's patches. */
  missingOn(patch: string, day: string): string[] {
    return this.lastNamed(day)
      .filter(({ patches }) => patches.some(({ name, state }) => name === patch && state === "missing"))
      .map(({ id }) => id)
      .sort(compare);
  }

  /** 5. Since when was it missing on a node, on a day? Undefined when it was not. */
  missingSince(patch: string, id: string, day: string): string | undefined {
    const node = this.lastNamed(day).find((one) => one.id === id);
    return node?.patches.find(({ name }) => name === patch)?.since;
  }

  /** 6. Which exceptions were in force on a node on a day? By the records of its runs. */
  exceptions(id: string, day: string): RecordedNode["exclusions"][number][] {
    const all = this.on(day).flatMap(({ nodes }) =>
      nodes.flatMap((one) => (one.id === id ? one.exclusions : [])),
    );
    const once = new Map(all.map((one) => [`${one.manifest} ${one.entry}`, one]));
    return [...once.values()].sort((a, b) => compare(a.manifest, b.manifest) || compare(a.entry, b.entry));
  }

  /** Manifests whose entries a run has met. */
  manifests(): string[] {
    const all = this.runs.flatMap(({ nodes }) =>
      nodes.flatMap(({ exclusions }) => exclusions.map(({ manifest }) => manifest)),
    );
    return sorted(all);
  }

  /** 8. Which patches were missing for longer than a term at the end of a day? */
  overdue(days: number, severity: string, day: string): { readonly id: string; readonly patch: string }[] {
    const end = Date.parse(`${day}T00:00:00Z`) + dayMs;
    return this.lastNamed(day)
      .flatMap(({ id, patches }) =>
        patches
          .filter(
            (one) => one.severity.toLowerCase() === severity && Date.parse(one.since) + days * dayMs < end,
          )
          .map(({ name }) => ({ id, patch: name })),
      )
      .sort((a, b) => compare(a.id, b.id) || compare(a.patch, b.patch));
  }

  /** 9. Which nodes had no scan or install that came back within some days before the end of a day, though runs were for them? */
  unscanned(days: number, day: string): string[] {
    const end = Date.parse(`${day}T00:00:00Z`) + dayMs;
    const within = this.runs.filter(
      ({ startedAt }) => Date.parse(startedAt) < end && Date.parse(startedAt) >= end - days * dayMs,
    );
    const all = new Set(within.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
    // Only who reports shows by which baseline; not every version has kept its numbers.
    for (const { nodes } of within)
      for (const { id, missing, state } of nodes)
        if (missing !== undefined || state === "default baseline") all.delete(id);
    return [...all].sort(compare);
  }

  /** 10. Which nodes waited for a reboot after the runs of a day? */
  pendingReboot(day: string): string[] {
    return sorted(
      this.on(day).flatMap(({ nodes }) =>
        nodes.flatMap(({ id, pendingReboot = 0 }) => (pendingReboot > 0 ? [id] : [])),
      ),
    );
  }

  /** 11. On which nodes did a run of a day fail, and how? */
  failures(day: string): { readonly id: string; readonly window: string; readonly why: string }[] {
    return this.on(day)
      .flatMap(({ window, nodes }) =>
        nodes.flatMap(({ id, state, why = "" }) => (state === "failed" ? [{ id, window, why }] : [])),
      )
      .sort((a, b) => compare(a.id, b.id) || compare(a.window, b.window));
  }

  /** 12. How did the runs of each day end, and what could their records not read? */
  ends(): Pick<Run, "key" | "window" | "operation" | "startedAt" | "closedAt" | "end" | "unread">[] {
    return this.runs.map(({ key, window, operation, startedAt, closedAt, end, unread }) => ({
      ...{ key, window, operation, startedAt, closedAt, end, unread },
    }));
  }

  /** Runs that began on a day. */
  private on(day: string, window?: string): readonly Run[] {
    return this.runs.filter(
      (run) => run.startedAt.startsWith(day) && (window === undefined || run.window === window),
    );
  }

  /** Each node with the open patches that the last record until the end of a day names. */
  private lastNamed(day: string): readonly NamedNode[] {
    const known = this.named.get(day) ?? this.readNames(day);
    this.named.set(day, known);
    return known;
  }

  private readNames(day: string): NamedNode[] {
    const last = new Map<string, NamedNode>();
    for (const { startedAt, named } of this.runs) {
      if (startedAt.slice(0, 10) > day) break;
      for (const node of named) last.set(`${node.account}|${node.region}|${node.id}`, node);
    }
    return [...last.values()];
  }
}

function sorted(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort(compare);
}
