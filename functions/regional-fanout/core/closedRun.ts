import {
  type ClosedRegion,
  type ClosedRun,
  type NodeCounts,
  placeText,
  type Reason,
  type Uncovered,
} from "#shared/contract/closedRun.js";
import { parseGroup } from "#shared/contract/exclusionNames.js";
import { memberRegions, membersOf, type RunRecord } from "#shared/contract/runRecord.js";
import type { WindowEntry } from "#shared/contract/windowRecord.js";
import { compare, sortedUnion } from "#shared/text/words.js";
import { entriesByNode } from "../../shared/entriesByNode.js";
import type { RunAutomation } from "./evidence.js";
import { closedStart, type Findings, failures, troubleOf } from "./failures.js";
import { othersStarts } from "./others.js";
import { type NodeOutcome, outcomeOfNode } from "./outcome.js";
import { countsOf } from "./patchStates.js";

/** Sums a run up. Total: whatever is not known is said to be unknown. */
export function closedRun(record: RunRecord, findings: Findings, now: number): ClosedRun {
  const own = memberRegions(record).map((region) => ({
    ...closedRegion(record, region, findings),
    ...exclusionsIn(findings, record.startedAt, region, membersOf(record, region)),
    ...namesIn(findings, { region }),
  }));
  const regions = [...own, ...othersRegions(record, findings)];
  const uncounted = uncountedOf(findings);
  const total = (part: (counts: NodeCounts) => number) =>
    regions.reduce((sum, { counts }) => sum + part(counts), 0);
  return {
    version: 4,
    runId: record.runId,
    windowId: record.windowId,
    startedAt: record.startedAt,
    closedAt: new Date(now).toISOString(),
    end: endOf(record, findings),
    ...(record.ring === undefined ? {} : { ring: record.ring }),
    request: record.request,
    starts: record.starts.map((start) => closedStart(start, findings)),
    skipped: record.filter.flatMap((one) =>
      one.outcome === "skipped" ? [{ region: one.region, group: one.group, reason: one.reason }] : [],
    ),
    failed: failures(record, findings),
    regions,
    ...(uncounted.length === 0 ? {} : { uncounted }),
    ...(findings.unread.length === 0 ? {} : { unread: [...findings.unread] }),
    totals: {
      members: total(({ members }) => members),
      patched: total(({ patched }) => patched),
      failed: total(({ failed }) => failed),
      notCovered: total(({ notCovered }) => notCovered),
    },
  };
}

function endOf({ calendar, ring, starts, filter }: RunRecord, { isGivenUp }: Findings): ClosedRun["end"] {
  if (calendar !== undefined && calendar.state !== "OPEN") return "calendar closed";
  if (ring?.verdict === "held") return "held";
  if (isGivenUp) return "given up";
  const isHollow =
    starts.length === 0 && filter.length > 0 && filter.every(({ outcome }) => outcome === "skipped");
  return isHollow ? "hollow" : "ended";
}

function closedRegion(record: RunRecord, region: string, findings: Findings): ClosedRegion {
  const ids = membersOf(record, region);
  const found = findings.evidence.get(region) ?? "it was not asked for";
  const groupsOf = groupsByNode(record, region);
  const troubles = new Map(
    record.starts.flatMap((start) =>
      start.region === region && start.accounts.length === 0
        ? [[start.group, troubleOf(start, findings)] as const]
        : [],
    ),
  );
  const outcomes = ids.map((id): readonly [string, NodeOutcome] => {
    if (typeof found === "string") return [id, { kind: "not covered", reason: "unknown", why: found }];
    const groups = groupsOf.get(id) ?? [];
    const trouble = groups.flatMap((group) => troubles.get(group) ?? [])[0];
    return [id, outcomeOfNode({ id, groups, record, evidence: found, trouble })];
  });
  const states = typeof found === "string" ? [] : [...found.states.values()];
  const isPatched = new Set(outcomes.flatMap(([id, { kind }]) => (kind === "not covered" ? [] : [id])));
  return {
    region,
    counts: countNodes(outcomes.map(([, outcome]) => outcome)),
    excluded: states.filter(({ id, patchGroup }) => isPatched.has(id) && isCohort(patchGroup)).length,
    before: record.before.find((one) => one.region === region)?.counts,
    after: typeof found === "string" ? undefined : countsOf(ids, states),
    patched: outcomes.flatMap(([id, { kind }]) => (kind === "patched" ? [id] : [])),
    findings: outcomes.flatMap(([id, outcome]) => {
      if (outcome.kind !== "findings") return [];
      const { missing, failed, pendingReboot } = outcome;
      return [{ id, missing, failed, pendingReboot }];
    }),
    ...reportedOf(outcomes),
    notCovered: uncovered(outcomes),
  };
}

function reportedOf(outcomes: readonly (readonly [string, NodeOutcome])[]): Pick<ClosedRegion, "reported"> {
  const reported = outcomes.flatMap(([id, outcome]) => {
    if (outcome.kind !== "not covered" || outcome.state === undefined) return [];
    const { missing, failed, pendingReboot } = outcome.state;
    return [{ id, missing, failed, pendingReboot }];
  });
  return reported.length === 0 ? {} : { reported };
}

/** The entries in force on nodes of a Region. The processor knows those of its own account alone. */
function exclusionsIn(
  { verdicts }: Findings,
  startedAt: string,
  region: string,
  members: readonly string[],
): Pick<ClosedRegion, "exclusions"> {
  const byEntry = new Map<WindowEntry, string[]>();
  const byNode = entriesByNode(verdicts, region, Date.parse(startedAt));
  for (const id of members)
    for (const entry of byNode.get(id) ?? []) byEntry.set(entry, [...(byEntry.get(entry) ?? []), id]);
  const exclusions = [...byEntry].map(([entry, ids]) => ({ ...entry, ids: ids.sort(compare) }));
  return exclusions.length === 0 ? {} : { exclusions };
}

/** Regions of other accounts in which there is anybody, each as its account's own record would have it. */
function othersRegions(record: RunRecord, findings: Findings): ClosedRegion[] {
  return findings.others.flatMap((one) => {
    if ("error" in one || one.filter.length === 0) return [];
    const { account, region, filter, evidence } = one;
    const starts = othersStarts(record, region).map((start) => ({ ...start, accounts: [] }));
    const executions = new Map(
      starts.flatMap(({ executionId }) =>
        executionId === undefined
          ? []
          : [[executionId, partOf(findings.executions.get(executionId), one)] as const],
      ),
    );
    const own = { ...record, filter: [...filter], before: [], starts };
    const found = { ...findings, executions, evidence: new Map([[region, evidence]]) };
    return [{ ...closedRegion(own, region, found), account, ...namesIn(findings, { region, account }) }];
  });
}

/** What is known by name of the patches of a place. */
function namesIn({ named }: Findings, place: Parameters<typeof placeText>[0]) {
  const found = named.get(placeText(place));
  if (found === undefined) return {};
  return { patches: found.patches, ...(found.unnamed === 0 ? {} : { unnamed: found.unnamed }) };
}

/** What an automation says of one account. */
function partOf(
  found: RunAutomation | string | undefined,
  { account, region }: { readonly account: string; readonly region: string },
): RunAutomation | string {
  if (typeof found !== "object") return found ?? "it was not asked for";
  const { status, failureMessage } =
    found.locations.find((one) => one.account === account && one.region === region) ?? found;
  return { status, failureMessage, locations: [] };
}

/** One entry for an account and reason. */
function uncountedOf({ others }: Findings): NonNullable<ClosedRun["uncounted"]> {
  const found = new Map<string, { account: string; regions: string[]; why: string }>();
  for (const one of others) {
    if (!("error" in one)) continue;
    const { account, region, error: why } = one;
    const key = `${account}: ${why}`;
    found.set(key, { account, why, regions: [...(found.get(key)?.regions ?? []), region] });
  }
  return [...found.values()];
}

function isCohort(patchGroup: string): boolean {
  const word = parseGroup(patchGroup)?.word;
  return word !== undefined && word !== "hold";
}

function groupsByNode({ filter }: RunRecord, region: string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const one of filter) {
    if (one.region !== region || one.outcome !== "members") continue;
    for (const id of one.ids) groups.set(id, [...(groups.get(id) ?? []), one.group]);
  }
  return groups;
}

function uncovered(outcomes: readonly (readonly [string, NodeOutcome])[]): Uncovered[] {
  const found = new Map<string, { reason: Reason; why: string; nodes: string[] }>();
  for (const [id, outcome] of outcomes) {
    if (outcome.kind !== "not covered") continue;
    const { reason, why } = outcome;
    const key = `${reason}: ${why}`;
    const one = found.get(key) ?? { reason, why, nodes: [] };
    one.nodes.push(id);
    found.set(key, one);
  }
  return sortedUnion([...found.keys()]).flatMap((key) => found.get(key) ?? []);
}

const failedReasons: readonly Reason[] = ["failed", "timed out", "cancelled"];

function countNodes(outcomes: readonly NodeOutcome[]): NodeCounts {
  const isFailed = (one: NodeOutcome) =>
    one.kind === "not covered"
      ? failedReasons.includes(one.reason)
      : one.kind === "findings" && one.failed > 0;
  const failed = outcomes.filter(isFailed).length;
  const patched = outcomes.filter((one) => one.kind !== "not covered" && !isFailed(one)).length;
  return { members: outcomes.length, patched, failed, notCovered: outcomes.length - patched - failed };
}
