import { foreignNodes } from "./fleet.js";
import { doubtsOf } from "./gate.js";
import { lostPromises } from "./promises.js";
import type { RegionRun } from "./regionRun.js";
import type { Reporter } from "./report.js";
import type { RegionSummary, RunSummary } from "./runSummary.js";
import type { Verdicts } from "./verdicts.js";

/** Nodes that a summary names. */
const maxDoubts = 20;

/** What a run has come to. @param last what was known of manifests before it */
export function summaryOf(
  runs: readonly RegionRun[],
  { verdicts: said, messages, written }: Reporter,
  last: Verdicts,
  breachMessages: number,
): Pick<RunSummary, "verdicts" | "regions" | "messages" | "statusWrites"> {
  const verdicts: Record<string, number> = {};
  for (const verdict of said.values()) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  const regions = runs.map(
    ({ region, ledger, done, error, failedNodes, settlesAt, unsure, waiting, evidence }): RegionSummary => {
      const failure = error === undefined ? {} : { error };
      const { quietUntil } = ledger?.memory ?? {};
      const isWaiting = waiting.size > 0 && quietUntil !== undefined;
      return {
        region,
        done,
        ...failure,
        failedNodes: failedNodes.size,
        foreign: ledger === undefined ? [] : foreignNodes(ledger.fleet),
        ...(ledger === undefined ? {} : unvouched({ region, ledger, ...failure })),
        ...(ledger?.memory.isKnown === false && last.kind === "lost"
          ? { lost: lostPromises(region, last.why) }
          : {}),
        ...(settlesAt === undefined ? {} : { settlesAt, unsure }),
        ...(evidence === undefined || evidence.breaches.length === 0
          ? {}
          : { breaches: evidence.breaches.length }),
        ...(isWaiting ? { waitsUntil: quietUntil } : {}),
      };
    },
  );
  return { verdicts, regions, messages: messages + breachMessages, statusWrites: written.size };
}

function unvouched(seen: Parameters<typeof doubtsOf>[0]): Pick<RegionSummary, "unvouched" | "doubts"> {
  const doubts = doubtsOf(seen);
  return { unvouched: doubts.length, ...(doubts.length === 0 ? {} : { doubts: doubts.slice(0, maxDoubts) }) };
}
