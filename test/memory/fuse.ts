/** Thrown by every port once the process that they belong to is dead. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/**
 * Counts the writes of all ports of a process, and ends the process after one of them: the write is done, and from then
 * on nothing is answered any more.
 */
export class Fuse {
  writes = 0;

  constructor(
    /** The last write that is done. */
    readonly most = Number.POSITIVE_INFINITY,
  ) {}

  /** Called before anything is read or written. @throws Crash when the process is dead */
  check(): void {
    if (this.writes >= this.most) throw new Crash(`the process has died after ${this.writes} writes`);
  }

  /** Called after each write. */
  burn(): void {
    this.writes++;
  }
}
