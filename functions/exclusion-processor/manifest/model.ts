import type { Entry } from "../core/model.js";
import type { ManifestProblem, ManifestWarning } from "./problems.js";

/** A manifest as it was uploaded. */
export interface ManifestSource {
  /** Key of the object, such as `exclusions/payments.yaml`. */
  readonly key: string;
  /** Text, or bytes that should be UTF-8. */
  readonly text: string | Uint8Array;
  /** Epoch milliseconds. */
  readonly uploadedAt: number;
}

/** What of the stack a manifest is held to. */
export interface ManifestRules {
  /** SSM's names of the operating systems that the stack patches. */
  readonly operatingSystems: readonly string[];
  readonly regions: readonly string[];
  readonly maxExclusionDays: number;
  /** The zone in which a day ends: `UTC` or an IANA name. */
  readonly timezone: string;
}

/** What a manifest asks for, all of it valid. */
export interface Manifest {
  readonly entries: readonly Entry[];
}

/** A manifest, or everything that is wrong with it in order of place. */
export type ManifestResult =
  | { readonly ok: true; readonly manifest: Manifest; readonly warnings: readonly ManifestWarning[] }
  | {
      readonly ok: false;
      readonly problems: readonly ManifestProblem[];
      /** How many further problems there are, left out because a file can have as many as it has words. */
      readonly unlisted: number;
      readonly warnings: readonly ManifestWarning[];
    };
