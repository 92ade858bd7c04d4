import type { Clock } from "../clock.js";
import type { Answers } from "../unknowns.js";
import type { Ids } from "./base/ids.js";

/** The account, as IAM and the services above it know it. */
export interface Owner {
  readonly id: string;
  readonly partition: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Decides how long things take. */
  readonly seed: number;
  /** To what AWS's documents leave open. */
  readonly unknowns: Answers;
}
