import { closeSync, fstatSync, ftruncateSync, openSync, readSync, unlinkSync } from "node:fs";

/** Bytes of logs that are kept of an invocation; more would serve nobody, and could fill the lab's memory. */
export const keptLogBytes = 1024 * 1024;

const longestFile = 64 * keptLogBytes;

/** What a process has written and nobody has read yet, in the order in which it was written. */
export class LogFile {
  /** The process writes its output to it. */
  readonly descriptor: number;
  private left = keptLogBytes;
  private cut = 0;

  constructor(private readonly path: string) {
    this.descriptor = openSync(path, "a+");
  }

  /** Lines that were written since the last call, as far as they are kept. */
  take(): string[] {
    const { size } = fstatSync(this.descriptor);
    if (size === 0) return [];
    const bytes = Buffer.alloc(Math.min(size, this.left));
    const length = readSync(this.descriptor, bytes, 0, bytes.length, 0);
    ftruncateSync(this.descriptor);
    this.left -= length;
    this.cut += size - length;
    const lines = bytes.toString("utf8", 0, length).split("\n");
    // When V8 runs out of memory it tells of it with addresses and times, which no two runs have in common.
    const end = lines.indexOf("<--- Last few GCs --->");
    const told = end < 0 ? lines : lines.slice(0, end);
    return told.filter((line) => line !== "").map((line) => line.replace(/\r$/, "").replaceAll("\r", "\n"));
  }

  /**
   * Keeps the file from growing for as long as a process does not rest. What the process writes at this very moment is
   * not counted, so only what is beyond all measure is cut here.
   */
  trim(): void {
    const { size } = fstatSync(this.descriptor);
    if (size <= longestFile) return;
    ftruncateSync(this.descriptor, this.left);
    this.cut += size - this.left;
  }

  /** Begins the count anew for the next invocation. @returns bytes that were cut of the last one */
  restart(): number {
    const { cut } = this;
    this.left = keptLogBytes;
    this.cut = 0;
    return cut;
  }

  close(): void {
    closeSync(this.descriptor);
    unlinkSync(this.path);
  }
}
