import { resultOf } from "#functions/regional-fanout/core/result.js";
import type { RunRecord } from "#shared/contract/runRecord.js";
import { table } from "#shared/terminal/table.js";
import type { Printer } from "#shared/terminal/terminal.js";
import { several, timeText } from "#shared/text/words.js";
import type { AutomationProgress, Progress, RegionProgress } from "./progress.js";

/** What a run is, in a line. */
export function headLine({ runId, startedAt, request }: RunRecord, paint: Printer["paint"]): string {
  return `Run ${runId} (${request.operation}), ${paint("yellow", "open")} since ${timeText(startedAt)}.`;
}

/** What was started, and what was not and why. Started is not patched. */
export function startLines(record: RunRecord, paint: Printer["paint"]): string[] {
  const { started, skipped, failed, verdict, message } = resultOf(record);
  if (["hollow", "calendar closed", "held"].includes(verdict)) return [paint("yellow", message)];
  const of = (accounts: readonly string[] | undefined) =>
    accounts === undefined ? "" : ` of ${several(accounts)}`;
  return [
    ...started.map(
      ({ group, region, accounts, executionId }) =>
        `${paint("green", "started")}  ${group} in ${region}${of(accounts)}: automation ${executionId}`,
    ),
    ...skipped.map(({ region, group, reason }) => `skipped  ${group} in ${region}: ${reason}`),
    ...failed.map(
      ({ region, group, accounts, error }) =>
        `${paint("red", "failed")}   ${group} in ${region}${of(accounts)}: ${error}`,
    ),
  ];
}

/** How far each Region is, for a terminal. */
export function progressLines({ regions, hasEnded }: Progress, paint: Printer["paint"]): string[] {
  const rows = regions.filter(({ automations }) => automations.length > 0).map(row);
  const lines =
    rows.length === 0
      ? []
      : table(["Region", "Automations", "Nodes", "Done", "Failed, unreached", "Left"], rows, paint);
  const errors = regions.flatMap(({ region, error }) =>
    error === undefined ? [] : [`${region}: ${error}.`],
  );
  const ended =
    "Its automations have ended; the closing function now looks what was patched, within the hour.";
  return [...lines, ...errors, ...(hasEnded ? [ended] : [])];
}

function row({ region, automations, nodes, error }: RegionProgress): string[] {
  const counts =
    nodes === undefined
      ? Array.from({ length: 4 }, () => (error === undefined ? "" : "?"))
      : [nodes.nodes, nodes.done, nodes.failed, nodes.left].map(String);
  return [region, automationsText(automations), ...counts];
}

/** Groups in the same state together: `2 InProgress, 1 Failed`. */
function automationsText(automations: readonly AutomationProgress[]): string {
  const counts = new Map<string, number>();
  for (const { status, account } of automations) {
    const what = account === undefined ? status : `${status} in ${account}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `${count} ${what}`).join(", ");
}
