import type { Result } from "#functions/shared/errors.js";
import type { RecordedNode } from "#shared/contract/closedRecords.js";
import { approvalKey } from "#shared/contract/exclusionNames.js";
import type { Status } from "#shared/contract/manifestStatus.js";
import { type NodeState, nodeStateNames } from "#shared/contract/nodeStates.js";
import type { Upload } from "#shared/contract/uploads.js";
import { compare, sortedUnion } from "#shared/text/words.js";
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
  /** Who wrote the manifests that records name, and their approvals. */
  readonly uploads: Result<readonly Upload[]>;
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
  /** Principals of the versions that were in force, as S3 names them; `unknown` where nothing that is kept tells. */
  readonly uploadedBy: string;
  /** The same; `none` where the upload is known, and no approval of it. */
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
  /** The same of who uploaded and approved. */
  readonly uploadsUnread: string | null;
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
  uploads,
  isOver,
}: EvidenceInput): Evidence {
  const days = [...new Set(archive.runs.map(({ startedAt }) => startedAt.slice(0, 10)))];
  return {
    ...{ version: 1, stack, from, to, isOver },
    runs: archive.runs.map(runEvidence),
    failures: days.flatMap((day) => archive.failures(day).map((failure) => ({ day, ...failure }))),
    exceptions: exceptionsOf(archive, exclusions.ok ? exclusions.value : [], uploads.ok ? uploads.value : []),
    unread: unread.toSorted((a, b) => compare(a.key, b.key)),
    exclusionsUnread: exclusions.ok ? null : exclusions.error,
    uploadsUnread: uploads.ok ? null : uploads.error,
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

function exceptionsOf(
  { runs }: Archive,
  statuses: readonly Status[],
  uploads: readonly Upload[],
): ExceptionEvidence[] {
  const met = new Map<
    string,
    {
      entry: RecordedNode["exclusions"][number];
      runs: string[];
      ids: Set<string>;
      versions: Set<string | undefined>;
    }
  >();
  for (const { nodes, startedAt } of runs) {
    for (const { id, exclusions } of nodes) {
      for (const entry of exclusions) {
        const key = JSON.stringify([entry.manifest, entry.entry, entry.owner, entry.effect, entry.expires]);
        const known = met.get(key) ?? { entry, runs: [], ids: new Set(), versions: new Set() };
        met.set(key, known);
        known.ids.add(id);
        known.runs.push(startedAt);
        known.versions.add(entry.versionId);
      }
    }
  }
  return [...met.values()]
    .map(({ entry: { manifest, entry, owner, effect, expires }, runs: times, ids, versions }) => {
      const told = statuses.find(({ key }) => key === manifest)?.entries.find(({ id }) => id === entry);
      return {
        ...{ manifest, entry, owner, effect, expires, nodes: ids.size },
        first: times[0] ?? "",
        last: times.at(-1) ?? "",
        patches: told === undefined ? null : (told.patches ?? []),
        reason: told?.reason ?? null,
        ...whose(manifest, [...versions], uploads),
      };
    })
    .sort(
      (a, b) => compare(a.manifest, b.manifest) || compare(a.entry, b.entry) || compare(a.first, b.first),
    );
}

/** Who uploaded some versions of a manifest, and who approved them. */
function whose(
  manifest: string,
  versions: readonly (string | undefined)[],
  uploads: readonly Upload[],
): Pick<ExceptionEvidence, "uploadedBy" | "approvedBy"> {
  const all = versions.map((versionId) => {
    const own = uploads.find((one) => one.key === manifest && one.versionId === versionId);
    const approvals = uploads.filter(
      ({ approves, key }) => key === approvalKey(manifest) && approves === versionId,
    );
    const approved = approvals.map(({ principal }) => principal);
    return {
      uploaded: own?.principal ?? unknown,
      approved:
        own === undefined && approved.length === 0 ? [unknown] : approved.length === 0 ? ["none"] : approved,
    };
  });
  const listed = (names: readonly string[]) => sortedUnion(names).join("; ");
  return {
    uploadedBy: listed(all.map(({ uploaded }) => uploaded)),
    approvedBy: listed(all.flatMap(({ approved }) => approved)),
  };
}
