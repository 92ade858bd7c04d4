import { dayMs } from "#shared/text/time.js";
import { exceptionFor } from "./exceptions.js";
import type { Coverage, Exception, NodeCoverage, Severity } from "./model.js";

/** For each severity, for how many days a patch may be missing. */
export type Terms = Readonly<Partial<Record<Severity, number>>>;

/** A patch that is missing on a node, held against its term. */
export interface Judged {
  readonly node: string;
  readonly name: string;
  readonly region: string;
  readonly owner: string | null;
  readonly patch: string;
  readonly severity: Severity;
  readonly since: string | null;
  /** Whole days; null when nobody can tell. */
  readonly days: number | null;
  readonly term: number;
  /** The entry that keeps the patch off the node. */
  readonly exception: Exception | null;
}

/** Missing patches against terms. Each is in exactly one of the lists, but for those within their term, which are a number. */
export interface Sla {
  readonly terms: Terms;
  readonly overdue: readonly Judged[];
  /** Beyond their term, and kept off by an entry in force. */
  readonly exceptions: readonly Judged[];
  /** Of which nobody can tell since when they are missing: not within the term. */
  readonly ageless: readonly Judged[];
  readonly within: number;
  /** Nodes with missing patches whose names were not read, and of which nothing is said here. */
  readonly unjudged: number;
}

/** Holds what is missing against terms, on a day. Total. */
export function judge(coverage: Pick<Coverage, "nodes" | "at">, terms: Terms): Sla {
  const now = Date.parse(coverage.at);
  const all = coverage.nodes.flatMap((node) => judged(node, terms, now));
  const late = all.filter(({ days, term }) => days !== null && days > term);
  return {
    terms,
    overdue: late.filter(({ exception }) => exception === null),
    exceptions: all.filter(
      ({ days, term, exception }) => exception !== null && (days === null || days > term),
    ),
    ageless: all.filter(({ days, exception }) => days === null && exception === null),
    within: all.filter(({ days, term }) => days !== null && days <= term).length,
    unjudged: coverage.nodes.filter(({ missing, patches }) => missing > 0 && patches === null).length,
  };
}

function judged(node: NodeCoverage, terms: Terms, now: number): Judged[] {
  return [...(node.patches ?? []), ...node.keptOff].flatMap((patch) => {
    const term = terms[patch.severity];
    if (patch.state === "InstalledPendingReboot" || patch.state === "InstalledRejected" || term === undefined)
      return [];
    return [
      {
        ...{ node: node.id, name: node.name, region: node.region, owner: node.owner },
        ...{ patch: patch.name, severity: patch.severity, since: patch.since, term },
        days: patch.since === null ? null : Math.floor((now - Date.parse(patch.since)) / dayMs),
        exception: exceptionFor(node.exclusions, patch),
      },
    ];
  });
}
