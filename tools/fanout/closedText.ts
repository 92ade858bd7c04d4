import { ringLines, uncountedLine } from "#functions/regional-fanout/core/closingMessage.js";
import { type ClosedRegion, type ClosedRun, placeText } from "#shared/contract/closedRun.js";
import type { PatchCounts } from "#shared/contract/runRecord.js";
import { table } from "#shared/terminal/table.js";
import type { Printer } from "#shared/terminal/terminal.js";
import { counted, several, timeText } from "#shared/text/words.js";

/** Most nodes that a line names. */
const mostNamed = 10;

/** Whether nobody needs to look at a run that is closed. */
export function isFine({ end, failed, totals, uncounted = [] }: ClosedRun): boolean {
  return (
    end === "ended" &&
    failed.length + uncounted.length === 0 &&
    totals.failed === 0 &&
    totals.notCovered === 0
  );
}

/** What a run came to, for a terminal: what was started, and what of it was patched. */
export function closedLines(run: ClosedRun, key: string, paint: Printer["paint"]): string[] {
  const { runId, request, startedAt, closedAt, end, totals, starts, skipped, failed, regions } = run;
  const word = request.operation === "Scan" ? "scanned" : "patched";
  const title = isFine(run) ? paint("green", end) : paint("red", end);
  const rows = regions.map((region) => row(region));
  const head = ["Region", "Nodes", capital(word), "Failed", "Not covered", "Excluded", "Missing patches"];
  return [
    `Run ${runId} (${request.operation}): ${title}, ${timeText(startedAt)} to ${timeText(closedAt)}.`,
    ...endLines(run),
    `Started is not ${word}: ${counted(starts.length, "automation")} ${starts.length === 1 ? "was" : "were"} to be started, ${totals.patched} of ${counted(totals.members, "node")} ${totals.patched === 1 ? "was" : "were"} ${word}; ${totals.failed} failed, ${totals.notCovered} not covered.`,
    ...(rows.length === 0 ? [] : ["", ...table(head, rows, paint), ""]),
    ...starts.flatMap(({ region, group, status, error, executionId }) => {
      const reason = error === undefined ? "" : `: ${error}`;
      const where = region === undefined ? "" : ` in ${region}`;
      return status === "Success"
        ? []
        : [`automation of ${group}${where} (${executionId ?? "no id"}) is ${status}${reason}`];
    }),
    ...failed.map(
      ({ region, group, account, error }) =>
        `${paint("red", "failed")}   ${group} in ${region}${account === undefined ? "" : ` of ${account}`}: ${error}`,
    ),
    ...(run.uncounted ?? []).map((one) => paint("yellow", uncountedLine(one))),
    ...regions.flatMap((region) => regionLines(region, paint)),
    ...skipped.map(({ region, group, reason }) => `skipped  ${group} in ${region}: ${reason}`),
    `All of it is in ${key}.`,
  ];
}

function endLines(run: ClosedRun): string[] {
  return [...endingLines(run), ...ringLines(run)];
}

function endingLines({ end }: ClosedRun): string[] {
  if (end === "given up") {
    return [
      "It had not ended a day after it began, or could not be read: what goes on is not looked at any more.",
    ];
  }
  if (end === "hollow") return ["No Region had a node in the groups: nothing was started."];
  return end === "calendar closed" ? ["A calendar was not open: nothing was started."] : [];
}

function row({ counts, excluded, before, after, ...place }: ClosedRegion): string[] {
  const { members, patched, failed, notCovered } = counts;
  return [
    placeText(place),
    ...[members, patched, failed, notCovered, excluded].map(String),
    `${missing(before)} -> ${missing(after)}`,
  ];
}

function missing(counts: PatchCounts | undefined): string {
  // Nodes that were never scanned have reported nothing, which is not the same as nothing missing.
  return counts === undefined || counts.reported === 0 ? "unknown" : String(counts.missing);
}

function regionLines({ notCovered, findings, ...place }: ClosedRegion, paint: Printer["paint"]): string[] {
  const region = placeText(place);
  const found = (what: string, count: (one: ClosedRegion["findings"][number]) => number) => {
    const ids = findings.filter((one) => count(one) > 0).map(({ id }) => id);
    return ids.length === 0
      ? []
      : [`${region}: ${what} on ${counted(ids.length, "node")}: ${several(ids, mostNamed)}`];
  };
  return [
    ...notCovered.map(
      ({ reason, why, nodes }) =>
        `${region}: ${paint("yellow", reason)}: ${several(nodes, mostNamed)}: ${why}`,
    ),
    ...found("patches failed", ({ failed }) => failed),
    ...found("patches are missing", ({ missing: count }) => count),
    ...found("a reboot is pending", ({ pendingReboot }) => pendingReboot),
  ];
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
