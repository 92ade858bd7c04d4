import type { PatchFilter, PatchRule } from "@aws-sdk/client-ssm";
import {
  type OperatingSystem,
  operatingSystemNames,
  operatingSystems,
  packageManagers,
} from "#shared/contract/operatingSystems.js";
import { dayMs } from "#shared/text/time.js";
import type { Catalog, Patch } from "../../fleet/model.js";
import { blocksDependency, listNames } from "./matcher.js";

/** A patch baseline as it is at one moment. */
export interface Baseline {
  readonly id: string;
  readonly name: string;
  readonly operatingSystem: OperatingSystem;
  readonly approvalRules: readonly PatchRule[];
  readonly globalFilters: readonly PatchFilter[];
  readonly approvedPatches: readonly string[];
  readonly approvedPatchesComplianceLevel: string;
  /** Whether the approved list takes what has no notice. @default false */
  readonly approvesNonSecurity?: boolean;
  readonly rejectedPatches: readonly string[];
  readonly rejectedPatchesAction: "ALLOW_AS_DEPENDENCY" | "BLOCK";
  /** What security updates that are available and not approved make of a node. @default COMPLIANT */
  readonly availableSecurityUpdates?: "COMPLIANT" | "NON_COMPLIANT";
}

/** What a baseline says of one patch, and why. */
export type Decision =
  | { readonly verdict: "approved"; readonly reason: string; readonly level: string }
  | { readonly verdict: "rejected"; readonly reason: string; readonly blocksDependents: boolean }
  | { readonly verdict: "not approved"; readonly reason: string };

/** What a baseline says of a patch of a catalog at a time, in milliseconds since the epoch. Total. */
export function decide(baseline: Baseline, catalog: Catalog, patch: Patch, now: number): Decision {
  const { operatingSystem } = baseline;
  // Named in both lists, a patch is rejected.
  if (listNames(baseline.rejectedPatches, "rejected", operatingSystem, patch)) {
    // zypper locks rejected packages whatever the action.
    const isBlocked =
      baseline.rejectedPatchesAction === "BLOCK" || packageManagers[operatingSystem] === "zypper";
    const blocksDependents = isBlocked && blocksDependency(baseline.rejectedPatches, operatingSystem, patch);
    return { verdict: "rejected", reason: `rejected by ${baseline.name}`, blocksDependents };
  }
  const isListed = listNames(baseline.approvedPatches, "approved", operatingSystem, patch);
  const needsNotice = noticesOnly.has(operatingSystem) && baseline.approvesNonSecurity !== true;
  if (isListed && (!needsNotice || carriesSecurity(operatingSystem, patch))) {
    return {
      verdict: "approved",
      reason: `on the approved list of ${baseline.name}`,
      level: baseline.approvedPatchesComplianceLevel,
    };
  }
  const fitsFilter = (filter: PatchFilter) => passes(filter, catalog, patch);
  if (!baseline.globalFilters.every(fitsFilter)) {
    return { verdict: "not approved", reason: "left out by a global filter" };
  }
  let reason = "no approval rule matches";
  for (const rule of baseline.approvalRules) {
    if (!(rule.PatchFilterGroup?.PatchFilters ?? []).every(fitsFilter)) continue;
    if (!carriesSecurity(operatingSystem, patch) && rule.EnableNonSecurity !== true) {
      reason = "not a security update, and the rule takes only those";
      continue;
    }
    const from = approvedFrom(rule, operatingSystem, patch);
    if (from === undefined) {
      reason = "released after the rule's ApproveUntilDate";
      continue;
    }
    if (from <= now)
      return {
        verdict: "approved",
        reason: "an approval rule",
        level: rule.ComplianceLevel ?? "UNSPECIFIED",
      };
    reason = `waits for approval until ${new Date(from).toISOString().slice(0, 10)}`;
  }
  return { verdict: "not approved", reason };
}

function passes(filter: PatchFilter, catalog: Catalog, patch: Patch): boolean {
  const values = filter.Values ?? [];
  if (values.includes("*")) return true;
  const value = property(filter.Key ?? "", catalog, patch);
  if (value === undefined) return false;
  const manager = packageManagers[catalog.operatingSystem];
  if (manager !== "dnf" && manager !== "zypper") return values.includes(value);
  // Notices there write "security" and "important".
  return values.some((one) => one.toLowerCase() === value.toLowerCase());
}

function property(key: string, catalog: Catalog, patch: Patch): string | undefined {
  switch (key) {
    case "PRODUCT":
      return catalog.product;
    case "PRODUCT_FAMILY":
      return catalog.productFamily;
    case "CLASSIFICATION":
      return patch.classification;
    case "SEVERITY":
    case "MSRC_SEVERITY":
      return patch.severity;
    case "PRIORITY":
      return patch.priority;
    case "PATCH_SET":
      return "OS";
    default:
      return undefined;
  }
}

/** dnf and yum, where an approved list takes what has a notice, but for ApprovedPatchesEnableNonSecurity. */
const noticesOnly: ReadonlySet<OperatingSystem> = new Set(
  operatingSystemNames.filter((name) => ["dnf", "yum"].includes(packageManagers[name])),
);

/**
 * Without EnableNonSecurity a Linux rule takes what the repository publishes with a notice: on Debian and Ubuntu the
 * packages of the security pocket, elsewhere those that updateinfo classifies, with dnf by a type and a severity.
 */
function carriesSecurity(operatingSystem: OperatingSystem, patch: Patch): boolean {
  const rules = operatingSystems[operatingSystem];
  if (!rules.nonSecurity) return true;
  if ("priority" in rules.filters) return patch.advisory !== undefined;
  return (
    patch.classification !== undefined &&
    (packageManagers[operatingSystem] !== "dnf" || patch.severity !== undefined)
  );
}

function approvedFrom(rule: PatchRule, operatingSystem: OperatingSystem, patch: Patch): number | undefined {
  const { approvalDelay } = operatingSystems[operatingSystem];
  // Without a notice dnf knows no date, and the program takes 1970 for it.
  const isUndated =
    packageManagers[operatingSystem] === "dnf" &&
    patch.classification === undefined &&
    patch.severity === undefined;
  if (!approvalDelay || isUndated) return patch.released;
  if (rule.ApproveUntilDate !== undefined) {
    const end = Date.parse(`${rule.ApproveUntilDate}T00:00:00Z`) + dayMs;
    return patch.released < end ? patch.released : undefined;
  }
  return patch.released + (rule.ApproveAfterDays ?? 0) * dayMs;
}
