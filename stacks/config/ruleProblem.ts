import type { ConfigKeyName } from "./configSchema.js";

/** A rule that a well-formed configuration breaks. */
export interface RuleProblem {
  readonly key: ConfigKeyName;
  /** The key, with a path into its value. */
  readonly path: string;
  readonly reason: string;
  /** Other keys that were looked at: while one of them is wrong, nothing is known of this one. */
  readonly needs?: readonly ConfigKeyName[];
  /** A line for the shell that mends it. @default the key's own */
  readonly mend?: string;
}
