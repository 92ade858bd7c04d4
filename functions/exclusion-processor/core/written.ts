import type { RegionAccess } from "../ports.js";
import type { DoneStep } from "./afterwards.js";
import type { Step } from "./steps.js";

/** What became of a Region's plan. */
export interface Written {
  /** Steps that were done, by kind. */
  readonly done: Readonly<Record<string, number>>;
  /** The same steps in order, with what they have given. */
  readonly steps: readonly DoneStep[];
  /** Why it stopped before its end; what is done until then is safe, and the next run goes on. */
  readonly error?: string;
  /** Nodes whose tags could not be written. */
  readonly failedNodes: ReadonlyMap<string, string>;
  /** Nodes that do not exist any more, although a read still shows them. */
  readonly goneNodes: ReadonlySet<string>;
  /** Patch group of each node on which entries are in force. */
  readonly promised: ReadonlyMap<string, string>;
  /** How many of them were put back since the last settled read. */
  readonly unsure: number;
  /** Nodes that stay where they are for now, since something is about to install. */
  readonly waiting: ReadonlySet<string>;
  /** From when on a read is settled, epoch milliseconds; missing when this run's was and it has written no tags. */
  readonly settlesAt?: number;
  /** Since when nobody uses what exclusions have made. */
  readonly unused: ReadonlyMap<string, number>;
}

/** What a run may do in a Region. */
export interface Means {
  readonly access: Pick<RegionAccess, "apply">;
  /** Keeps the bytes of the Region's memory. */
  readonly keep: (text: string) => Promise<unknown>;
  /** Is told of each step before it is made. */
  readonly onStep: (step: Step) => void;
  readonly isLate: () => boolean;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}
