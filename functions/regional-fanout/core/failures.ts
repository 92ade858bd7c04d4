import type { ClosedFailure, ClosedStart } from "#shared/contract/closedRun.js";
import type { RunRecord, Start } from "#shared/contract/runRecord.js";
import { hasEnded, hasSucceeded, type RegionEvidence, type RunAutomation } from "./evidence.js";

/** Characters of an automation's own words: some of them are a whole stack trace. */
const maxFailureMessage = 300;

/** What was found out about a run. */
export interface Findings {
  /** By execution id; a failure to read it is a text. */
  readonly executions: ReadonlyMap<string, RunAutomation | string>;
  /** By Region; a failure to read it is a text. */
  readonly evidence: ReadonlyMap<string, RegionEvidence | string>;
  readonly isGivenUp: boolean;
}

/** The automation of a group as it ended. */
export function closedStart({ group, executionId, error, regions }: Start, findings: Findings): ClosedStart {
  if (executionId === undefined) {
    const hasCommands = regions.some((region) => hasCommandsOf(findings.evidence.get(region), group));
    const lost = "its commands were found; the function ended before it could note the id";
    return hasCommands
      ? { group, executionId, status: "unknown", error: lost }
      : {
          group,
          executionId,
          status: "not started",
          error: error ?? "the function ended before it was started",
        };
  }
  const found = findings.executions.get(executionId) ?? "it was not asked for";
  return typeof found === "string"
    ? { group, executionId, status: "unknown", error: found }
    : { group, executionId, status: found.status, error: found.failureMessage };
}

function hasCommandsOf(evidence: RegionEvidence | string | undefined, group: string): boolean {
  if (evidence === undefined || typeof evidence === "string") return false;
  // Commands to single nodes do not tell their group.
  return evidence.commands.some(({ groups }) => groups.length === 0 || groups.includes(group));
}

/** What went wrong in Regions, for people and for the count of failed Regions. */
export function failures(record: RunRecord, findings: Findings): ClosedFailure[] {
  const filter = record.filter.flatMap((one) =>
    one.outcome === "failed" ? [{ region: one.region, group: one.group, error: one.error }] : [],
  );
  const starts = record.starts.flatMap((start) => {
    const places = [
      ...new Set([...start.regions, ...(start.accounts.length > 0 ? record.request.regions : [])]),
    ];
    return places.flatMap((region): ClosedFailure[] => {
      const own = start.regions.includes(region) ? troubleOf(record, start, region, findings) : undefined;
      const others = troublesElsewhere(record, start, region, findings);
      return [...(own === undefined ? [] : [{ region, group: start.group, error: own }]), ...others];
    });
  });
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
  return [...filter, ...starts, ...unread];
}

function troublesElsewhere(
  record: RunRecord,
  { group, executionId = "", accounts }: Start,
  region: string,
  { executions }: Findings,
): ClosedFailure[] {
  const found = executions.get(executionId);
  if (accounts.length === 0 || found === undefined || typeof found === "string") return [];
  return found.locations.flatMap((one) => {
    const isElsewhere =
      one.region === region && one.account !== undefined && one.account !== record.accountId;
    const error = isElsewhere ? troubleOfPlace(record, one, found) : undefined;
    return error === undefined ? [] : [{ region, group, account: one.account ?? "", error }];
  });
}

/** What is wrong with a group's automation in a Region of the own account; undefined when it succeeded. */
export function troubleOf(
  record: RunRecord,
  start: Start,
  region: string,
  findings: Findings,
): string | undefined {
  const { status, error, executionId } = closedStart(start, findings);
  const found = findings.executions.get(executionId ?? "");
  const parent = { status, failureMessage: error };
  const locations = typeof found === "object" ? found.locations : [];
  const isOwn = ({ account = record.accountId }: Location) => account === record.accountId;
  const own = locations.find((one) => one.region === region && isOwn(one));
  if (own !== undefined) return troubleOfPlace(record, own, parent);
  if (hasSucceeded(status)) return undefined;
  // With no Region begun, the reason is the parent's own.
  return locations.length === 0 ? statusText(parent) : notBegun(record, parent);
}

type Location = RunAutomation["locations"][number];
type Ended = Pick<RunAutomation, "status" | "failureMessage">;

function troubleOfPlace(record: RunRecord, place: Location, parent: Ended): string | undefined {
  if (hasSucceeded(place.status)) return undefined;
  return place.status === "Pending" && hasEnded(parent.status) ? notBegun(record, parent) : statusText(place);
}

/** AWS does not document how a Region is told that the automation did not come to: as Pending, or not at all. */
function notBegun({ request }: RunRecord, { status, failureMessage = "no reason given" }: Ended): string {
  const words = failureMessage.slice(0, maxFailureMessage);
  return `its automation was not begun; that of all Regions, with LocationMaxErrors ${request.locationMaxErrors}, is ${status}: ${words}`;
}

function statusText({ status, failureMessage }: Ended): string {
  const text = status === "not started" ? "the automation was not started" : `its automation is ${status}`;
  return failureMessage === undefined ? text : `${text}: ${failureMessage.slice(0, maxFailureMessage)}`;
}
