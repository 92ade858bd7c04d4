import type { Ledger } from "./ledger.js";

/** How a run went in one Region. */
export interface RegionRun {
  readonly region: string;
  /** Missing when the Region could not be read. */
  readonly ledger?: Ledger;
  /** Since when it cannot be read (ISO 8601), where it cannot. */
  readonly since?: string;
  /** Why not everything was done. The same failure must give the same text in every run. */
  readonly error?: string;
  /** Nodes whose tags could not be written, with the reason. */
  readonly failedNodes: ReadonlyMap<string, string>;
}
