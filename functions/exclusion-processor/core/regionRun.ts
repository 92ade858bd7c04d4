import type { RegionEvidence } from "#shared/contract/evidence.js";
import type { Ledger } from "./ledger.js";
import type { Written } from "./written.js";

/** How a run went in one Region. Its error, why not everything was done, is the same for the same failure in every run. */
export interface RegionRun extends Written {
  readonly region: string;
  /** What was kept of it for the next run, with its ETags. */
  readonly kept: ReadonlyMap<string, string>;
  /** Missing when the Region could not be read. */
  readonly ledger?: Ledger;
  /** Since when it cannot be read (ISO 8601), where it cannot. */
  readonly since?: string;
  /** What nodes' runs have shown; missing where nothing is promised. */
  readonly evidence?: RegionEvidence;
}
