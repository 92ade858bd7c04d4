import { resultOf } from "#functions/regional-fanout/core/result.js";
import type { ClosedRegion, ClosedRun } from "#shared/contract/closedRun.js";
import { membersOf, type RunRecord } from "#shared/contract/runRecord.js";
import { iso, toMs } from "#shared/text/format.js";
import type { FanoutRegion, FanoutRun } from "../summary/fanoutShape.js";

/** What a record does not say. */
interface RunSurroundings {
  readonly nameOf: (id: string) => string;
  /** When a run in order is closed at the latest. */
  readonly closeBy: number;
  /** The end of the simulation. */
  readonly until: number;
}

type Place = Pick<FanoutRegion, "region" | "state" | "skipped" | "failures">;
type Nodes = Omit<FanoutRegion, keyof Place>;

interface Failure {
  readonly region: string;
  readonly group: string;
  readonly account?: string;
  readonly error: string;
}

/** What the final record of a run says. */
export function closedFanoutRun(run: ClosedRun, { nameOf, closeBy }: RunSurroundings): FanoutRun {
  const { request, skipped, failed, end } = run;
  return {
    ...head(run),
    closedAt: iso(toMs(run.closedAt)),
    closedInTime: toMs(run.closedAt) <= closeBy,
    end,
    regions: asked(end, request.regions).map((region) => {
      const nodes = nodesOf(
        run.regions.filter((one) => one.region === region),
        nameOf,
      );
      return { ...placeOf({ region, members: nodes.members, request, skipped, failed }), ...nodes };
    }),
  };
}

/** What the record of a run that is not closed says: what was started, and not what came of it. */
export function openFanoutRun(record: RunRecord, { closeBy, until }: RunSurroundings): FanoutRun {
  const { skipped, failed: notStarted, verdict } = resultOf(record);
  const failed = notStarted.flatMap(({ accounts, ...one }): Failure[] =>
    accounts === undefined ? [one] : accounts.map((account) => ({ ...one, account })),
  );
  const { request } = record;
  return {
    ...head(record),
    closedAt: null,
    closedInTime: until < closeBy ? null : false,
    end: null,
    regions: asked(verdict, request.regions).map((region) => {
      const members = membersOf(record, region).length;
      return {
        ...placeOf({ region, members, request, skipped, failed }),
        ...noNodes,
        members,
        counts: null,
        before: record.before.find((one) => one.region === region)?.counts ?? null,
      };
    }),
  };
}

function head({
  runId,
  request,
  startedAt,
  ring,
}: Pick<RunRecord, "runId" | "request" | "startedAt" | "ring">) {
  return {
    ...{ runId, operation: request.operation, startedAt: iso(toMs(startedAt)) },
    ...(ring === undefined ? {} : { ring: { ...ring, cycle: iso(toMs(ring.cycle)) } }),
  };
}

/** With a closed calendar, or where a ring is held, no Region was asked for anything. */
function asked(end: string, regions: readonly string[]): readonly string[] {
  return end === "calendar closed" || end === "held" ? [] : regions;
}

function placeOf({
  region,
  members,
  request,
  ...all
}: {
  readonly region: string;
  readonly members: number;
  readonly request: RunRecord["request"];
  readonly skipped: readonly { readonly region: string; readonly group: string; readonly reason: string }[];
  readonly failed: readonly Failure[];
}): Place {
  const skipped = all.skipped.filter((one) => one.region === region);
  const failures = all.failed.filter((one) => one.region === region);
  // What other accounts have in a Region is not known here: they are asked all the same.
  const isStarted = members > 0 || request.accounts.length > 0;
  return {
    region,
    state: failures.length > 0 ? "failed" : isStarted ? "started" : "skipped",
    skipped: skipped.map(({ group, reason }) => ({ group, reason })),
    failures: failures.map(({ group, account = null, error }) => ({ group, account, error })),
  };
}

const noNodes: Nodes = {
  members: 0,
  counts: { patched: 0, failed: 0, notCovered: 0 },
  patched: [],
  findings: [],
  notPatched: [],
  before: null,
  after: null,
};

/** @param found the nodes of a Region, those of each account apart; of which the own one alone tells what was before */
function nodesOf(found: readonly ClosedRegion[], nameOf: (id: string) => string): Nodes {
  if (found.length === 0) return noNodes;
  const named = (id: string) => ({ id, name: nameOf(id) });
  const sum = (part: (counts: ClosedRegion["counts"]) => number) =>
    found.reduce((total, { counts }) => total + part(counts), 0);
  const own = found.find(({ account }) => account === undefined);
  return {
    members: sum(({ members }) => members),
    counts: {
      patched: sum(({ patched }) => patched),
      failed: sum(({ failed }) => failed),
      notCovered: sum(({ notCovered }) => notCovered),
    },
    patched: found.flatMap(({ patched }) => patched.map(named)),
    findings: found.flatMap(({ findings }) =>
      findings.map((finding) => ({ ...finding, ...named(finding.id) })),
    ),
    notPatched: found.flatMap(({ notCovered }) =>
      notCovered.map(({ reason, why, nodes }) => ({ reason, why, nodes: nodes.map(named) })),
    ),
    before: own?.before ?? null,
    after: own?.after ?? null,
  };
}
