import { type CsvColumn, csvText } from "#shared/page/csv.js";
import { iso } from "#shared/text/format.js";
import { type Occurrence, occurrencesOf } from "./facts.js";
import { outcomeLabels } from "./outcome.js";
import type { NodeSummary, Summary } from "./summary.js";

/** A patch that a node's last report did not simply call installed. */
export interface PatchRow {
  readonly nodeId: string;
  readonly node: string;
  readonly region: string;
  readonly patch: string;
  readonly state: string;
  readonly classification: string | null;
  readonly severity: string | null;
  readonly released: string;
  /** Names of its baseline's rejected list that it goes by. */
  readonly rejectedBy: readonly string[];
}

const together = (texts: readonly string[]) => texts.join("; ");

const nodeColumns: readonly CsvColumn<NodeSummary>[] = [
  { name: "id", value: ({ id }) => id },
  { name: "name", value: ({ name }) => name },
  { name: "region", value: ({ region }) => region },
  { name: "operatingSystem", value: ({ operatingSystem }) => operatingSystem },
  { name: "platform", value: ({ platform }) => platform },
  { name: "patchGroup", value: ({ patchGroup }) => patchGroup },
  { name: "state", value: ({ state }) => state },
  { name: "cause", value: ({ cause }) => cause },
  { name: "who", value: ({ who }) => who },
  { name: "reasons", value: ({ reasons }) => together(reasons) },
  { name: "windows", value: ({ windows }) => together(windows) },
  { name: "baselineId", value: ({ baselineId }) => baselineId },
  { name: "onDefaultBaseline", value: ({ onDefaultBaseline }) => onDefaultBaseline },
  { name: "installed", value: ({ installed }) => installed },
  { name: "installedOther", value: ({ installedOther }) => installedOther },
  { name: "installedRejected", value: ({ installedRejected }) => installedRejected },
  { name: "pendingReboot", value: ({ pendingReboot }) => pendingReboot },
  { name: "missing", value: ({ missing }) => missing },
  { name: "failed", value: ({ failed }) => failed },
  { name: "availableSecurityUpdates", value: ({ availableSecurityUpdates }) => availableSecurityUpdates },
  { name: "lastOperation", value: ({ lastOperation }) => lastOperation },
  { name: "lastReportedAt", value: ({ lastReportedAt }) => lastReportedAt },
];

const windowColumns: readonly CsvColumn<Occurrence>[] = [
  { name: "window", value: ({ window }) => window.name },
  { name: "windowId", value: ({ window }) => window.windowId },
  { name: "region", value: ({ window }) => window.region },
  { name: "operation", value: ({ window }) => window.operation },
  { name: "due", value: ({ at }) => iso(at) },
  { name: "outcome", value: ({ outcome }) => outcomeLabels[outcome] },
  { name: "status", value: ({ execution }) => execution?.status ?? null },
  { name: "endedAt", value: ({ execution }) => execution?.fanout?.closedAt ?? execution?.endedAt ?? null },
  { name: "targeted", value: ({ targeted }) => targeted },
  { name: "done", value: ({ done }) => done },
  { name: "installed", value: ({ installed }) => installed },
  { name: "rebooted", value: ({ rebooted }) => rebooted },
  { name: "notes", value: ({ notes }) => together(notes) },
];

const patchColumns: readonly CsvColumn<PatchRow>[] = [
  { name: "nodeId", value: ({ nodeId }) => nodeId },
  { name: "node", value: ({ node }) => node },
  { name: "region", value: ({ region }) => region },
  { name: "patch", value: ({ patch }) => patch },
  { name: "state", value: ({ state }) => state },
  { name: "classification", value: ({ classification }) => classification },
  { name: "severity", value: ({ severity }) => severity },
  { name: "released", value: ({ released }) => released },
  { name: "rejectedBy", value: ({ rejectedBy }) => together(rejectedBy) },
];

/** The tables beside the page, whole: every node, every opening of a window, every patch that is not simply installed. */
export function csvFiles(
  summary: Summary,
  patches: Iterable<PatchRow>,
): Readonly<Record<"nodes.csv" | "windows.csv" | "patches.csv", string>> {
  return {
    "nodes.csv": csvText(nodeColumns, summary.nodes),
    "windows.csv": csvText(windowColumns, summary.windows.flatMap(occurrencesOf)),
    "patches.csv": csvText(patchColumns, patches),
  };
}
