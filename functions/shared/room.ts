import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const mebibyte = 2 ** 20;
/** Share of a function's memory from which on garbage is collected as it comes. */
const much = 0.55;
/** Share by which memory has grown since it was collected last, so that what lives is not looked through all the time. */
const more = 0.06;

/** What a process has of memory, and can do about it. */
interface Memory {
  /** Bytes that the system has given to it. */
  readonly taken: () => number;
  /** Collects garbage. */
  readonly collect: () => void;
}

/**
 * Keeps a function's memory below what Lambda ends it at. Node.js collects garbage in earnest only when its heap is nearly as
 * large as the function's memory, in which there is more than the heap. Small runs never come so far.
 *
 * @param megabytes the function's memory
 * @returns to be called now and then, where garbage has come about
 */
export function roomKeeper(megabytes: number, { taken, collect }: Memory = ownMemory): () => void {
  const step = megabytes * mebibyte * more;
  let next = megabytes * mebibyte * much;
  return () => {
    if (taken() < next) return;
    collect();
    next = Math.max(megabytes * mebibyte * much, taken() + step);
  };
}

let own: (() => void) | undefined;

const ownMemory: Memory = {
  taken: () => process.memoryUsage.rss(),
  collect: () => {
    if (own === undefined) {
      // Node.js has no other way to it without a flag of its own command line, which is Lambda's.
      setFlagsFromString("--expose-gc");
      own = runInNewContext("gc") as () => void;
    }
    own();
  },
};
