import { readClosedRecord, recordedNodes } from "#shared/contract/closedRecords.js";
import { countOfState, nodeStateNames } from "#shared/contract/nodeStates.js";
import { runKeys } from "#shared/contract/runKeys.js";
import type { WindowRecord } from "#shared/contract/windowRecord.js";
import { iso, toMs } from "#shared/text/format.js";
import { compare } from "#shared/text/words.js";
import type { Account } from "../../aws/account.js";
import type { ClosingRecord } from "../summary/closingShape.js";

const mostExamples = 5;

/** The newest closing record of each scan and install window, by the name of the window, as the function has written it. */
export function closingRecords(account: Account, nameOf: (id: string) => string): ClosingRecord[] {
  const newest = new Map<string, WindowRecord>();
  for (const { key, text } of windowObjects(account)) {
    const record = readClosedRecord(key, text);
    if (record.kind !== "window") continue;
    const { run } = record;
    const known = newest.get(run.windowId);
    if (known === undefined || known.startedAt < run.startedAt) newest.set(run.windowId, run);
  }
  return [...newest.values()]
    .sort((a, b) => compare(a.windowName, b.windowName))
    .map((run) => summarize(run, nameOf));
}

function summarize(run: WindowRecord, nameOf: (id: string) => string): ClosingRecord {
  const nodes = recordedNodes({ kind: "window", run });
  return {
    windowId: run.windowId,
    windowName: run.windowName,
    operation: run.operation,
    executionId: run.executionId,
    startedAt: iso(toMs(run.startedAt)),
    closedAt: iso(toMs(run.closedAt)),
    status: run.status,
    end: run.end,
    unread: run.unread,
    states: nodeStateNames.flatMap((state) => {
      const names = nodes.flatMap((node) => (node.state === state ? [nameOf(node.id)] : []));
      const examples = countOfState(state) === "patched" ? [] : names.sort(compare).slice(0, mostExamples);
      return names.length === 0 ? [] : [{ state, nodes: names.length, examples }];
    }),
  };
}

function windowObjects(account: Account): { readonly key: string; readonly text: string }[] {
  return account.regions().flatMap((region) =>
    (account.s3.listBuckets({ BucketRegion: region.name }).Buckets ?? []).flatMap(({ Name }) =>
      account.s3
        .bucket({ Bucket: Name }, region)
        .objects()
        .filter(({ key }) => key.startsWith(runKeys.windowsClosed))
        .map(({ key, content }) => ({ key, text: Buffer.from(content.body).toString() })),
    ),
  );
}
