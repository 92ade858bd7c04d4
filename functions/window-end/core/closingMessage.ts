import type { NodeState } from "#shared/contract/nodeStates.js";
import { stateCounts, type WindowRecord } from "#shared/contract/windowRecord.js";
import { counted, several } from "#shared/text/words.js";
import type { Notice } from "../../shared/message.js";

/** Names that a message has at most; the record has them all. */
const mostNames = 10;

/** States in which nobody has to do anything: it was done, or somebody has meant it so. */
const nobodys: readonly NodeState[] = [
  ...(["patched", "scanned", "nothing to do", "excluded", "held", "stopped"] as const),
];

/** An opening that was skipped: the window's own rule tells of it. */
const skipped = "SKIPPED_OVERLAPPING";

/**
 * What people are to be told of an execution; undefined when nobody has to do anything. Of one that has not ended well they are told
 * by this alone, the window's own rule is silent. A scan opens often: of it they are told what was otherwise in the scan before.
 *
 * @param key of the closing record
 * @param before the record before of the same window
 */
export function messageOf(
  record: WindowRecord,
  key: string,
  before: WindowRecord | undefined,
): Notice | undefined {
  const { operation, totals, windowName, executionId, end, unread, status } = record;
  if (status === skipped) return undefined;
  const known = operation === "Scan" ? statesOf(before) : new Map<string, NodeState>();
  const lines: string[] = [];
  let names = 0;
  let told = 0;
  for (const { state, why, ids } of record.nodes) {
    if (nobodys.includes(state)) continue;
    const fresh = ids.filter((id) => known.get(id) !== state);
    if (fresh.length === 0) continue;
    told += fresh.length;
    const most = Math.max(0, mostNames - names);
    names += Math.min(most, fresh.length);
    const named = most === 0 ? "" : ` (${several(fresh, most)})`;
    lines.push(`${state}: ${counted(fresh.length, "node")}${named}${why === undefined ? "" : `: ${why}`}`);
  }
  if (told === 0 && unread.length === 0 && end !== "given up" && status === "SUCCESS") return undefined;
  const counts = [...stateCounts(record.nodes)].map(([state, count]) => `${count} ${state}`);
  const what = operation === "Scan" ? "scan" : "install";
  const parts = [
    ...(end === "given up" ? ["given up"] : []),
    ...(status === "SUCCESS" ? [] : [`ended as ${status}`]),
    ...(told > 0 ? [`${counted(told, "node")} to look at`] : []),
    ...(unread.length > 0 ? ["not everything could be read"] : []),
  ];
  const text = [
    `Execution ${executionId} of window ${windowName} (${record.windowId}), ${record.startedAt} to ${record.endedAt}, ended as ${record.status}.`,
    `${counted(totals.members, "node")}: ${counts.length === 0 ? "none" : counts.join(", ")}.`,
    ...(operation === "Scan" && before !== undefined
      ? ["What was the same in the scan before is counted, and not told again."]
      : []),
    "",
    ...lines.map((line) => `- ${line}`),
    ...unread.map((line) => `- ${line}`),
    "",
    `All of it is in ${key}.`,
    "",
  ].join("\n");
  return {
    subject: `patchplane: ${what} window: ${parts.join(", ")}`,
    ...{ text, kind: "window-closed", about: executionId, resources: [key] },
    facts: {
      end,
      windowId: record.windowId,
      failed: String(totals.failed),
      notCovered: String(totals.notCovered),
    },
  };
}

function statesOf(record: WindowRecord | undefined): Map<string, NodeState> {
  return new Map(record?.nodes.flatMap(({ state, ids }) => ids.map((id) => [id, state] as const)));
}
