import type { Status, StatusProblem } from "#shared/contract/manifestStatus.js";
import type { Entry } from "./model.js";

/** What the manifest reader makes of a text. */
export type Reading =
  | {
      readonly ok: true;
      readonly entries: readonly Entry[];
      /** What is allowed and perhaps not meant. */
      readonly warnings: readonly StatusProblem[];
    }
  | { readonly ok: false; readonly problems: readonly StatusProblem[] };

/** One version of a manifest object. */
export interface Version {
  readonly versionId: string;
  /** When it was uploaded, in epoch milliseconds. */
  readonly uploadedAt: number;
  readonly reading: Reading;
  /** Whether the problem is that the store has not given it. */
  readonly isUnread?: true;
  /** Whether an earlier run has read it, and this one has not. */
  readonly isRemembered?: true;
}

/** What the last run has said of a manifest. */
export type LastStatus =
  | { readonly kind: "missing" }
  /** Somebody else had a hand in it: which version is in force is not known. */
  | { readonly kind: "lost"; readonly why: string }
  | { readonly kind: "known"; readonly status: Status };

/** Whether nobody knows which version of a manifest was in force, so that its nodes cannot be told from others. */
export function isUnknown(last: LastStatus): boolean {
  return last.kind === "lost" || (last.kind === "known" && last.status.isUnknown === true);
}

/** What an approval says, or why it says nothing. */
export type Approval = { readonly versionId: string } | { readonly problem: string };

/** Everything that is known of one listed manifest. */
export interface ManifestFacts {
  readonly key: string;
  readonly newest: Version;
  readonly last: LastStatus;
  /** The version in force by the last status, if there is one; its reading is not ok when it has got lost. */
  readonly inForce?: Version;
  /** The newest older version without problems, looked for only when no status tells what is in force. */
  readonly recovered?: Version;
  /** What the approval object says, where there is one that may matter. */
  readonly approval?: Approval;
}

/** The entries of a version, none when it has problems. */
export function entriesOf(version: Version | undefined): readonly Entry[] {
  return version?.reading.ok === true ? version.reading.entries : [];
}
