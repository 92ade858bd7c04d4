import type { Ledger } from "./ledger.js";
import type { Written } from "./written.js";

/** How a run went in one Region. Its error, why not everything was done, is the same for the same failure in every run. */
export interface RegionRun extends Written {
  readonly region: string;
  /** Missing when the Region could not be read. */
  readonly ledger?: Ledger;
<<<<<<< HEAD
  /** Since when it cannot be read (ISO 8601), where it cannot. */
  readonly since?: string;
  /** Why not everything was done. The same failure must give the same text in every run. */
  readonly error?: string;
  /** Nodes whose tags could not be written, with the reason. */
  readonly failedNodes: ReadonlyMap<string, string>;
=======
>>>>>>> e9173c1 (Exclusions: tags are read late, so an entry is in force only once a settled read has shown it)
}
