import type { Result } from "#functions/shared/errors.js";
import type { RecordedNode } from "#shared/contract/closedRecords.js";
import type { Status } from "#shared/contract/manifestStatus.js";
import { type NodeState, nodeStateNames } from "#shared/contract/nodeStates.js";
import { compare } from "#shared/text/words.js";
import type { Archive, Run } from "./archive.js";

/** What a question about some days is answered from. */
export interface EvidenceInput {
  readonly stack: string;
  /** First and last day, 2026-10-01. */
  readonly from: string;
  readonly to: string;
  readonly archive: Archive;
  /** Records that nobody can read. */
  readonly unread: readonly { readonly key: string; readonly why: string }[];
  readonly exclusions: Result<readonly Status[]>;
  /** Whether the last day is over, so that nothing can be added any more. */
  readonly isOver: boolean;
}

/** A run in numbers. */
interface RunEvidence
  extends Pick<Run, "key" | "window" | "operation" | "startedAt" | "closedAt" | "end" | "unread"> {
  readonly nodes: number;
  readonly states: Readonly<Partial<Record<NodeState, number>>>;
  /** Open patches that it names, and nodes of which it names none although they have some. */
  readonly patches: number | null;
  readonly unnamed: number;
}

/** An entry, and on how many nodes runs have met it. */
export interface ExceptionEvidence {
  readonly manifest: string;
  readonly entry: string;
  readonly owner: string;
  readonly effect: string;
  readonly expires: string;
  /** First and last run that met it (ISO 8601). */
  readonly first: string;
  readonly last: string;
  readonly nodes: number;
  /** What it keeps off, and why, by the verdict of today; null where the manifest has no such entry any more. */
  readonly patches: readonly string[] | null;
  readonly reason: string | null;
  /** Nothing that is kept tells who that was. */
  readonly uploadedBy: string;
  readonly approvedBy: string;
}

/** The evidence of some days. */
export interface Evidence {
  readonly version: 1;
  readonly stack: string;
  readonly from: string;
  readonly to: string;
  readonly isOver: boolean;
  readonly runs: readonly RunEvidence[];
  readonly failures: readonly {
    readonly day: string;
    readonly id: string;
    readonly window: string;
    readonly why: string;
  }[];
  readonly exceptions: readonly ExceptionEvidence[];
  readonly unread: EvidenceInput["unread"];
  /** What of the exclusions could not be read; null when they were. */
  readonly exclusionsUnread: string | null;
}

const unknown = "unknown";

/** Answers for all of the days. Total: the same records and verdicts give the same evidence. */
export function evidenceOf({
  stack,
  from,
  to,
  archive,
  unread,
  exclusions,
  isOver,
}: EvidenceInput): Evidence {
  const days = [...new Set(archive.runs.map(({ startedAt }) => startedAt.slice(0, 10)))];
  return {
    ...{ version: 1, stack, from, to, isOver },
    runs: archive.runs.map(runEvidence),
    failures: days.flatMap((day) => archive.failures(day).map((failure) => ({ day, ...failure }))),
    exceptions: exceptionsOf(archive, exclusions.ok ? exclusions.value : []),
    unread: unread.toSorted((a, b) => compare(a.key, b.key)),
    exclusionsUnread: exclusions.ok ? null : exclusions.error,
  };
}

function runEvidence({ nodes, patches, named: _, ...run }: Run): RunEvidence {
  const states = nodeStateNames.flatMap((state) => {
    const count = nodes.filter((one) => one.state === state).length;
    return count === 0 ? [] : [[state, count] as const];
  });
  return {
    ...run,
    nodes: nodes.length,
    states: Object.fromEntries(states),
    patches: patches === undefined ? null : patches.length,
  };
}

function exceptionsOf({ runs }: Archive, statuses: readonly Status[]): ExceptionEvidence[] {
  const met = new Map<
    string,
    { entry: RecordedNode["exclusions"][number]; runs: string[]; ids: Set<string> }
  >();
  for (const { nodes, startedAt } of runs) {
    for (const { id, exclusions } of nodes) {
      for (const entry of exclusions) {
        const key = JSON.stringify([entry.manifest, entry.entry, entry.owner, entry.effect, entry.expires]);
        const known = met.get(key) ?? { entry, runs: [], ids: new Set<string>() };
        met.set(key, known);
        known.ids.add(id);
        known.runs.push(startedAt);
      }
    }
  }
  return [...met.values()]
    .map(({ entry: { manifest, entry, owner, effect, expires }, runs: times, ids }) => {
      const told = statuses.find(({ key }) => key === manifest)?.entries.find(({ id }) => id === entry);
      return {
        ...{ manifest, entry, owner, effect, expires, nodes: ids.size },
        first: times[0] ?? "",
        last: times.at(-1) ?? "",
        patches: told === undefined ? null : (told.patches ?? []),
        reason: told?.reason ?? null,
        ...{ uploadedBy: unknown, approvedBy: unknown },
      };
    })
    .sort(
      (a, b) => compare(a.manifest, b.manifest) || compare(a.entry, b.entry) || compare(a.first, b.first),
    );
}
