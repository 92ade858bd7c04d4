import { type CsvColumn, csvText } from "#shared/page/csv.js";
import { instantText, toMs } from "#shared/text/format.js";
import type { Coverage, DatedPatch, NodeCoverage, Unseen } from "./core/model.js";

const nodeColumns: readonly CsvColumn<NodeCoverage>[] = [
  { name: "region", value: ({ region }) => region },
  { name: "id", value: ({ id }) => id },
  { name: "name", value: ({ name }) => name },
  { name: "owner", value: ({ owner }) => owner },
  { name: "platform", value: ({ platform }) => platform },
  { name: "patchGroup", value: ({ patchGroup }) => patchGroup },
  { name: "windows", value: ({ windows }) => windows.join("; ") },
  { name: "others", value: ({ others }) => others.join("; ") },
  { name: "state", value: ({ state }) => state },
  { name: "cause", value: ({ cause }) => cause },
  { name: "since", value: ({ since }) => since },
  { name: "who", value: ({ who }) => who },
  { name: "reasons", value: ({ reasons }) => reasons.join("; ") },
  { name: "missing", value: ({ missing }) => missing },
  { name: "critical", value: ({ bySeverity }) => bySeverity?.critical ?? null },
  { name: "important", value: ({ bySeverity }) => bySeverity?.important ?? null },
  { name: "medium", value: ({ bySeverity }) => bySeverity?.medium ?? null },
  { name: "low", value: ({ bySeverity }) => bySeverity?.low ?? null },
  { name: "other", value: ({ bySeverity }) => bySeverity?.other ?? null },
  { name: "failed", value: ({ failed }) => failed },
  { name: "pendingReboot", value: ({ pendingReboot }) => pendingReboot },
  { name: "installedRejected", value: ({ installedRejected }) => installedRejected },
  { name: "keptOff", value: ({ keptOff }) => keptOff.length },
  { name: "oldestCritical", value: ({ oldestCritical }) => oldestCritical?.name ?? null },
  { name: "oldestCriticalSince", value: ({ oldestCritical }) => oldestCritical?.since ?? null },
  { name: "lastScan", value: ({ lastScan }) => lastScan },
  { name: "lastInstall", value: ({ lastInstall }) => lastInstall },
  { name: "baseline", value: ({ baseline }) => baseline },
  { name: "baselineId", value: ({ baselineId }) => baselineId },
  {
    name: "exclusions",
    value: ({ exclusions }) =>
      exclusions
        .map(({ entry, owner, expires }) => `${entry} (${owner}, until ${instantText(toMs(expires))})`)
        .join("; "),
  },
];

interface PatchRow extends DatedPatch {
  readonly region: string;
  readonly id: string;
}

const patchColumns: readonly CsvColumn<PatchRow>[] = [
  { name: "region", value: ({ region }) => region },
  { name: "id", value: ({ id }) => id },
  { name: "patch", value: ({ name }) => name },
  { name: "state", value: ({ state }) => state },
  { name: "severity", value: ({ severity }) => severity },
  { name: "since", value: ({ since }) => since },
  { name: "sinceFrom", value: ({ from }) => from },
];

const unseenColumns: readonly CsvColumn<Unseen>[] = [
  { name: "region", value: ({ region }) => region },
  { name: "what", value: ({ what }) => what },
  { name: "why", value: ({ why }) => why },
];

/** The files for spreadsheets, by their names: the same coverage gives the same bytes. */
export function csvFiles({ nodes, unseen }: Coverage): Readonly<Record<string, string>> {
  const patches = nodes.flatMap(({ region, id, patches: all, keptOff }) =>
    [...(all ?? []), ...keptOff].map((patch) => ({ region, id, ...patch })),
  );
  return {
    "nodes.csv": csvText(nodeColumns, nodes),
    "patches.csv": csvText(patchColumns, patches),
    "unseen.csv": csvText(unseenColumns, unseen),
  };
}
