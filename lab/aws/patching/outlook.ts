import { dayMs } from "#shared/text/time.js";
import type { Catalog, Patch } from "../../fleet/model.js";
import { type Baseline, decide } from "./approval.js";

/** What becomes of an update that is offered and not approved yet. */
export type Outlook =
  | { readonly kind: "waits" | "superseded first"; readonly from: number }
  | { readonly kind: "never approved" };

/**
 * Whether a baseline approves a patch some day, and whether the next of its chain replaces it before that. Windows offers
 * nothing that a later update has superseded; as long as the one before was the newest, this one may be too.
 */
export function outlookOf(baseline: Baseline, catalog: Catalog, patch: Patch): Outlook {
  const from = approvedFrom(baseline, catalog, patch);
  if (from === undefined) return { kind: "never approved" };
  const before = catalog.packages[patch.packageIndex]?.patches[patch.versionIndex - 1];
  const isReplaced = baseline.operatingSystem === "WINDOWS" && before !== undefined;
  const next = isReplaced ? patch.released + (patch.released - before.released) : Number.POSITIVE_INFINITY;
  return { kind: from > next ? "superseded first" : "waits", from };
}

/** The first moment at which a baseline approves a patch; undefined when there is none. */
function approvedFrom(baseline: Baseline, catalog: Catalog, patch: Patch): number | undefined {
  const delays = [0, ...baseline.approvalRules.map(({ ApproveAfterDays = 0 }) => ApproveAfterDays)];
  return delays
    .map((days) => patch.released + days * dayMs)
    .sort((a, b) => a - b)
    .find((time) => decide(baseline, catalog, patch, time).verdict === "approved");
}
