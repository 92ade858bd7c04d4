import { openKey } from "#shared/contract/runKeys.js";
import { parseRunRecord } from "#shared/contract/runRecord.js";
import type { StartPorts } from "../ports.js";
import { Recorder } from "./recorder.js";

/** What became of a run that is to start nothing more. */
export interface StoppedStarts {
  readonly runId: string;
  /** ISO 8601: from then on nothing starts; undefined when the run is over, or was never begun. */
  readonly startUntil?: string;
}

/** Lets a run start nothing any more, whatever it has waited for. It may be called again. */
export async function stopStarts(
  runId: string,
  { runs, now }: Pick<StartPorts, "runs" | "now">,
): Promise<StoppedStarts> {
  const key = openKey(runId);
  const found = await runs.read(key);
  if (found === undefined) return { runId };
  const recorder = new Recorder(runs, key, { record: parseRunRecord(key, found.text), etag: found.etag });
  const time = new Date(now()).toISOString();
  await recorder.apply((record) => (record.startUntil <= time ? record : { ...record, startUntil: time }));
  return { runId, startUntil: recorder.record.startUntil };
}
