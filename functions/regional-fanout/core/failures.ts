import type { ClosedFailure, ClosedStart } from "#shared/contract/closedRun.js";
import type { KeptVerdicts } from "#shared/contract/keptVerdicts.js";
import type { RunRecord, Start } from "#shared/contract/runRecord.js";
import { several } from "#shared/text/words.js";
import type { Named } from "../../shared/names/openPatches.js";
import {
  hasEnded,
  hasSucceeded,
  type OtherEvidence,
  type RegionEvidence,
  type RunAutomation,
} from "./evidence.js";
import { neverStarted, undecidedRegions } from "./result.js";

/** Characters of an automation's own words: some of them are a whole stack trace. */
const maxFailureMessage = 300;

/** What was found out about a run. */
export interface Findings {
  /** By execution id; a failure to read it is a text. */
  readonly executions: ReadonlyMap<string, RunAutomation | string>;
  /** By Region; a failure to read it is a text. */
  readonly evidence: ReadonlyMap<string, RegionEvidence | string>;
  /** What other accounts tell. */
  readonly others: readonly OtherEvidence[];
  /** Names of open patches by Region, in words; empty where they could not be read. */
  readonly named: ReadonlyMap<string, Named>;
  /** What the exclusion processor has last said; undefined where there is none, or it could not be read. */
  readonly verdicts: KeptVerdicts | undefined;
  /** What could not be read beside that: whole sentences. */
  readonly unread: readonly string[];
  readonly isGivenUp: boolean;
}

/** An automation as it ended. */
export function closedStart(start: Start, findings: Findings): ClosedStart {
  const { region, group, executionId, error, accounts } = start;
  const place = { region, group, ...(accounts.length === 0 ? {} : { accounts }) };
  if (executionId === undefined) {
    return hasCommandsOf(start, findings)
      ? { ...place, executionId, status: "unknown", error: "its commands were found, and it was not" }
      : { ...place, executionId, status: "not started", error: error ?? neverStarted };
  }
  const found = findings.executions.get(executionId) ?? "it was not asked for";
  return typeof found === "string"
    ? { ...place, executionId, status: "unknown", error: found }
    : { ...place, executionId, status: found.status, error: found.failureMessage };
}

function hasCommandsOf({ region, group, accounts }: Start, findings: Findings): boolean {
  const evidence = findings.evidence.get(region);
  if (accounts.length > 0 || evidence === undefined || typeof evidence === "string") return false;
  // Commands to single nodes do not tell their group.
  return evidence.commands.some(({ groups }) => groups.length === 0 || groups.includes(group));
}

/** What went wrong in Regions, for people and for the count of failed Regions. */
export function failures(record: RunRecord, findings: Findings): ClosedFailure[] {
  const filter = record.filter.flatMap((one) =>
    one.outcome === "failed" ? [{ region: one.region, group: one.group, error: one.error }] : [],
  );
  const silent = undecidedRegions(record);
  const starts = record.starts.flatMap((start) =>
    start.accounts.length === 0
      ? ownTrouble(start, findings)
      : othersTroubles(record, start, closedStart(start, findings), findings),
  );
  const unread = [...findings.evidence].flatMap(([region, found]) =>
    typeof found === "string"
      ? [
          {
            region,
            group: record.request.groups.join(", "),
            error: `what became of it could not be read: ${found}`,
          },
        ]
      : [],
  );
  return [...filter, ...silent, ...starts, ...unread];
}

function ownTrouble(start: Start, findings: Findings): ClosedFailure[] {
  const error = troubleOf(start, findings);
  return error === undefined ? [] : [{ region: start.region, group: start.group, error }];
}

/** What is wrong with an automation of the own account; undefined when it succeeded. */
export function troubleOf(start: Start, findings: Findings): string | undefined {
  const { status, error } = closedStart(start, findings);
  return hasSucceeded(status) ? undefined : statusText({ status, failureMessage: error });
}

/**
 * What is wrong in other accounts, each on its own; where none was begun, what is wrong with the automation of them all. With as
 * many errors as LocationMaxErrors allows that one succeeds all the same.
 */
function othersTroubles(
  record: RunRecord,
  { region, group, accounts, executionId = "" }: Start,
  { status, error }: ClosedStart,
  { executions }: Findings,
): ClosedFailure[] {
  const found = executions.get(executionId);
  const locations = typeof found === "object" ? found.locations : [];
  const parent = { status, failureMessage: error };
  const troubles = locations.flatMap((place) => {
    if (hasSucceeded(place.status) || place.account === undefined) return [];
    const words =
      place.status === "Pending" && hasEnded(status) ? notBegun(record, parent) : statusText(place);
    return [{ region, group, account: place.account, error: words }];
  });
  if (troubles.length > 0 || hasSucceeded(status)) return troubles;
  return [{ region, group, account: several(accounts), error: statusText(parent) }];
}

type Ended = Pick<RunAutomation, "status" | "failureMessage">;

/** AWS does not document how an account is told that the automation did not come to: as Pending, or not at all. */
function notBegun({ request }: RunRecord, { status, failureMessage = "no reason given" }: Ended): string {
  const words = failureMessage.slice(0, maxFailureMessage);
  return `its automation was not begun; that of all accounts, with LocationMaxErrors ${request.locationMaxErrors}, is ${status}: ${words}`;
}

function statusText({ status, failureMessage }: Ended): string {
  const text = status === "not started" ? "the automation was not started" : `its automation is ${status}`;
  return failureMessage === undefined ? text : `${text}: ${failureMessage.slice(0, maxFailureMessage)}`;
}
