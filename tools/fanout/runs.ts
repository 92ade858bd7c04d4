import { mapLimited } from "#functions/shared/errors.js";
import { type ClosedRun, readClosedRun } from "#shared/contract/closedRun.js";
import { openKey, runKeys } from "#shared/contract/runKeys.js";
import { parseRunRecord, type RunRecord } from "#shared/contract/runRecord.js";
import { CannotRun } from "#shared/terminal/terminal.js";
import { reasonOf } from "#shared/text/words.js";
import { type Deployment, orCannotRun } from "./deployment.js";

/** Reads under way at a time. */
const parallelReads = 8;

/** A run by its record. */
export type RecordedRun =
  | { readonly state: "open"; readonly key: string; readonly record: RunRecord }
  | { readonly state: "closed"; readonly key: string; readonly record: ClosedRun };

/** The records of a stack's runs. */
export class Runs {
  private readonly store;
  private readonly bucket: string;

  constructor({ ports, bucket }: Pick<Deployment, "ports" | "bucket">) {
    this.store = ports.runs(bucket);
    this.bucket = bucket;
  }

  /**
   * The run of an id; undefined when there is no record of it.
   *
   * @throws CannotRun when it cannot be read
   */
  async find(runId: string): Promise<RecordedRun | undefined> {
    // Closed first: while the closing function is between its two writes, both are there.
    const closed = (await this.list(runKeys.closed)).find((key) => key.endsWith(`/${runId}.json`));
    if (closed !== undefined) return this.read(closed);
    const open = await this.read(openKey(runId));
    // It may have been closed between the two looks.
    if (open !== undefined) return open;
    const since = (await this.list(runKeys.closed)).find((key) => key.endsWith(`/${runId}.json`));
    return since === undefined ? undefined : this.read(since);
  }

  /** The runs that are not closed. */
  async open(): Promise<readonly Extract<RecordedRun, { state: "open" }>[]> {
    const found = await this.readAll(await this.list(runKeys.open));
    return found.flatMap((run) => (run.state === "open" ? [run] : []));
  }

  /** The last runs, open and closed, the newest first. */
  async last(most: number): Promise<readonly RecordedRun[]> {
    const [open, closed] = await Promise.all([this.list(runKeys.open), this.list(runKeys.closed)]);
    const known = new Set(closed.map(idOf));
    const days = closed.map((key) => key.slice(0, key.lastIndexOf("/"))).sort();
    // Keys tell the day; within it only the records tell an order.
    const from = days.at(-most) ?? "";
    const runs = await this.readAll([
      ...open.filter((key) => !known.has(idOf(key))),
      ...closed.filter((key) => key >= from),
    ]);
    return runs
      .sort((a, b) => Date.parse(b.record.startedAt) - Date.parse(a.record.startedAt))
      .slice(0, most);
  }

  private async readAll(keys: readonly string[]): Promise<RecordedRun[]> {
    const found = await mapLimited(keys, parallelReads, (key) => this.read(key));
    return found.flatMap((run) => run ?? []);
  }

  private async read(key: string): Promise<RecordedRun | undefined> {
    const found = await orCannotRun(`${key} in bucket ${this.bucket}`, this.store.read(key));
    if (found === undefined) return undefined;
    if (key.startsWith(runKeys.open))
      return { state: "open", key, record: read(parseRunRecord, key, found.text) };
    return { state: "closed", key, record: read(readClosedRun, key, found.text) };
  }

  private list(prefix: string): Promise<readonly string[]> {
    return orCannotRun(`Bucket ${this.bucket}`, this.store.list(prefix));
  }
}

function idOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/** @throws CannotRun when the record cannot be read */
function read<T>(reader: (key: string, text: string) => T, key: string, text: string): T {
  try {
    return reader(key, text);
  } catch (error) {
    throw new CannotRun(reasonOf(error));
  }
}
