import type { RecordedNode } from "#shared/contract/closedRecords.js";
import type { WindowPatch } from "#shared/contract/windowRecord.js";
import { type CsvColumn, csvText } from "#shared/page/csv.js";
import type { Run } from "./core/archive.js";
import type { Evidence, EvidenceInput, ExceptionEvidence } from "./core/evidence.js";

interface NodeRow {
  readonly run: Run;
  readonly node: RecordedNode;
}

const nodeColumns: readonly CsvColumn<NodeRow>[] = [
  { name: "startedAt", value: ({ run }) => run.startedAt },
  { name: "window", value: ({ run }) => run.window },
  { name: "operation", value: ({ run }) => run.operation },
  { name: "region", value: ({ node }) => node.region },
  { name: "account", value: ({ node }) => node.account ?? null },
  { name: "id", value: ({ node }) => node.id },
  { name: "state", value: ({ node }) => node.state },
  { name: "why", value: ({ node }) => node.why ?? null },
  { name: "missing", value: ({ node }) => node.missing ?? null },
  { name: "failed", value: ({ node }) => node.failed ?? null },
  { name: "pendingReboot", value: ({ node }) => node.pendingReboot ?? null },
  {
    name: "exclusions",
    value: ({ node }) =>
      node.exclusions
        .map(({ manifest, entry, owner, expires }) => `${manifest}#${entry} (${owner}, until ${expires})`)
        .join("; "),
  },
  { name: "record", value: ({ run }) => run.key },
];

interface PatchRow {
  readonly run: Run;
  readonly patch: WindowPatch;
  readonly id: string;
}

const patchColumns: readonly CsvColumn<PatchRow>[] = [
  { name: "startedAt", value: ({ run }) => run.startedAt },
  { name: "window", value: ({ run }) => run.window },
  { name: "id", value: ({ id }) => id },
  { name: "patch", value: ({ patch }) => patch.name },
  { name: "state", value: ({ patch }) => patch.state },
  { name: "severity", value: ({ patch }) => patch.severity },
  { name: "since", value: ({ patch }) => patch.since },
  { name: "record", value: ({ run }) => run.key },
];

const runColumns: readonly CsvColumn<Evidence["runs"][number]>[] = [
  { name: "startedAt", value: ({ startedAt }) => startedAt },
  { name: "closedAt", value: ({ closedAt }) => closedAt },
  { name: "window", value: ({ window }) => window },
  { name: "operation", value: ({ operation }) => operation },
  { name: "end", value: ({ end }) => end },
  { name: "nodes", value: ({ nodes }) => nodes },
  {
    name: "states",
    value: ({ states }) =>
      Object.entries(states)
        .map(([state, count]) => `${count} ${state}`)
        .join("; "),
  },
  { name: "unnamed", value: ({ unnamed }) => unnamed },
  { name: "unread", value: ({ unread }) => unread.join("; ") },
  { name: "record", value: ({ key }) => key },
];

const exceptionColumns: readonly CsvColumn<ExceptionEvidence>[] = [
  { name: "manifest", value: ({ manifest }) => manifest },
  { name: "entry", value: ({ entry }) => entry },
  { name: "effect", value: ({ effect }) => effect },
  { name: "patches", value: ({ patches }) => patches?.join("; ") ?? null },
  { name: "owner", value: ({ owner }) => owner },
  { name: "reason", value: ({ reason }) => reason },
  { name: "expires", value: ({ expires }) => expires },
  { name: "firstRun", value: ({ first }) => first },
  { name: "lastRun", value: ({ last }) => last },
  { name: "nodes", value: ({ nodes }) => nodes },
  { name: "uploadedBy", value: ({ uploadedBy }) => uploadedBy },
  { name: "approvedBy", value: ({ approvedBy }) => approvedBy },
];

const unreadColumns: readonly CsvColumn<EvidenceInput["unread"][number]>[] = [
  { name: "record", value: ({ key }) => key },
  { name: "why", value: ({ why }) => why },
];

/** The files for spreadsheets, by their names. */
export function evidenceFiles(
  { archive: { runs } }: Pick<EvidenceInput, "archive">,
  evidence: Evidence,
): Readonly<Record<string, string>> {
  const nodes = runs.flatMap((run) => run.nodes.map((node) => ({ run, node })));
  const patches = runs.flatMap((run) =>
    (run.patches ?? []).flatMap((patch) => patch.ids.map((id) => ({ run, patch, id }))),
  );
  return {
    "runs.csv": csvText(runColumns, evidence.runs),
    "nodes.csv": csvText(nodeColumns, nodes),
    "patches.csv": csvText(patchColumns, patches),
    "exceptions.csv": csvText(exceptionColumns, evidence.exceptions),
    "unread.csv": csvText(unreadColumns, evidence.unread),
  };
}
