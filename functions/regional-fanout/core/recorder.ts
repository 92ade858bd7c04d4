import { parseRunRecord, type RunRecord, recordText } from "#shared/contract/runRecord.js";
import type { RunStore } from "../../shared/runStore.js";

/** Writes of the record that may find it changed by another invocation, one after the other. */
const maxConflicts = 10;

/** A change of a record: pure, and the same when it is made again on what another invocation has made of it. */
export type Change = (record: RunRecord) => RunRecord;

/**
 * An open record that many write to at the same time, Regions of this invocation and other invocations. What comes
 * while a write is under way goes with the next.
 */
export class Recorder {
  private waiting: { readonly change: Change; readonly done: (error?: unknown) => void }[] = [];
  private isWriting = false;

  constructor(
    private readonly runs: Pick<RunStore, "read" | "replace">,
    private readonly key: string,
    private held: { readonly record: RunRecord; readonly etag: string },
  ) {}

  /** The record as it was last seen in the bucket. */
  get record(): RunRecord {
    return this.held.record;
  }

  /** Makes a change. @throws Error when it may not have been made, since the record is gone or cannot be written */
  apply(change: Change): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: unknown) => (error === undefined ? resolve() : reject(error));
      this.waiting.push({ change, done });
      if (!this.isWriting) void this.writeAll();
    });
  }

  /** Looks at the record anew: somebody may have stopped the run. @throws Error when it is gone or cannot be read */
  async refresh(): Promise<void> {
    const newer = await this.runs.read(this.key);
    if (newer === undefined) throw new Error(`${this.key} is gone`);
    // What is being written sees to that itself.
    if (!this.isWriting) this.held = { record: parseRunRecord(this.key, newer.text), etag: newer.etag };
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      const error = await this.write(batch.map(({ change }) => change)).then(
        () => undefined,
        (cause: unknown) => cause ?? new Error(`${this.key} cannot be written`),
      );
      for (const { done } of batch) done(error);
    }
    this.isWriting = false;
  }

  private async write(changes: readonly Change[]): Promise<void> {
    for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
      const { record: known, etag } = this.held;
      const record = changes.reduce((current, change) => change(current), known);
      const text = recordText(record);
      if (text === recordText(known)) return;
      const written = await this.runs.replace(this.key, text, etag);
      if (written !== undefined) {
        this.held = { record, etag: written };
        return;
      }
      const newer = await this.runs.read(this.key);
      if (newer === undefined) throw new Error(`${this.key} is gone`);
      this.held = { record: parseRunRecord(this.key, newer.text), etag: newer.etag };
    }
    throw new Error(`${this.key} was changed by others ${maxConflicts} times`);
  }
}
