import type { Problem } from "#components/index.js";
import type { ConfigKeyName } from "./configSchema.js";
import type { Edit } from "./edit.js";

/** One thing wrong with a configuration, and what may mend it. Nothing of that has been tried yet. */
export interface Found {
  /** The key, with a path into its value. */
  readonly path: string;
  readonly reason: string;
  /** What is meant there, where the value leaves no doubt; null where nothing should stand there. */
  readonly instead?: Problem["instead"];
  /** What may be meant there, where that is not sure. */
  readonly perhaps?: Problem["perhaps"];
  /** Edits beside that which leave no doubt. */
  readonly edits?: readonly Edit[];
  /** Edits that are one way of many. @default the key's example, where the whole key is wrong */
  readonly examples?: readonly Edit[];
}

/** A rule that a well-formed configuration breaks. */
export interface RuleProblem extends Found {
  /** While its shape is wrong, nothing is known of it. */
  readonly key?: ConfigKeyName;
  /** Other keys that were looked at: while one of them is wrong, nothing is known of this one. */
  readonly needs?: readonly ConfigKeyName[];
}
