import {
  type FilterName,
  type OperatingSystem,
  operatingSystems,
} from "#shared/contract/operatingSystems.js";
import { dayOf } from "#shared/text/dates.js";
import { didYouMean, nearest } from "#shared/text/nearest.js";
import { shown } from "#shared/text/quotes.js";
import type { ComplianceLevel, RejectedPatchesAction, SecurityUpdatesStatus } from "../common/choices.js";
import type { Problem } from "../common/problems.js";
import { dayMeant } from "../windows/windowSchedule.js";
import { patchListProblems } from "./patchLists.js";
import { type PatchSource, sourceProblems } from "./patchSources.js";
import { productProblem } from "./products.js";

const maxApprovalRules = 10;
const maxFilterValues = 20;
const maxFilterValueLength = 64;
const maxApproveAfterDays = 360;
const maxGlobalFilters = 4;

/**
 * Filters of patches (API: PatchFilter). A patch must match every filter that is named; each takes 1 to 20 values of 1 to 64
 * characters, and `*` means all. Which of them a system knows: API reference of DescribePatchProperties.
 */
export interface PatchFilters {
  /** Products such as `WindowsServer2022` or `Ubuntu22.04`. @default not looked at */
  product?: string[];
  /** Families of products. WINDOWS only. @default not looked at */
  productFamily?: string[];
  /** `OS` or `APPLICATION`. WINDOWS only. @default not looked at */
  patchSet?: string[];
  /** Classifications such as `Security` or `SecurityUpdates`. Not for DEBIAN, RASPBIAN and UBUNTU. @default not looked at */
  classification?: string[];
  /** Severities such as `Critical`. Not for DEBIAN, MACOS, RASPBIAN and UBUNTU. @default not looked at */
  severity?: string[];
  /** Priorities such as `Required`. DEBIAN, RASPBIAN and UBUNTU only. @default not looked at */
  priority?: string[];
}

/** One approval rule of a patch baseline (API: PatchRule). */
export interface ApprovalRule extends PatchFilters {
  /**
   * Days between a patch's release and its approval, 0 to 360. Not for DEBIAN, RASPBIAN and UBUNTU, where AWS
   * ignores it. With dnf a package without a notice is approved at once, whatever is said here.
   * @default 0, approved at release; the provider sends the 0 for every system
   */
  approveAfterDays?: number;
  /** Approves only patches released up to and on this date, as YYYY-MM-DD. Excludes `approveAfterDays`. @default no such date */
  approveUntilDate?: string;
  /** Severity that SSM reports when such a patch is missing. @default UNSPECIFIED */
  complianceLevel?: ComplianceLevel;
  /** Whether updates that are not security updates are installed as well. Linux only. @default false */
  enableNonSecurity?: boolean;
}

/** What a patch baseline approves and rejects, for one operating system. */
export interface BaselineSettings {
  /** 1 to 10 rules. A patch is approved when one of them approves it. */
  approvalRules: ApprovalRule[];
  /**
   * Up to 50 patch names that are approved whatever the rules say, of 1 to 100 characters each. On systems with dnf and yum
   * only updates with a notice, but for `approvedPatchesEnableNonSecurity`.
   * @default none
   */
  approvedPatches?: string[];
  /**
   * Whether `approvedPatches` takes updates that are not security updates. Linux only.
   * @default false
   * @see API reference of CreatePatchBaseline, ApprovedPatchesEnableNonSecurity
   */
  approvedPatchesEnableNonSecurity?: boolean;
  /**
   * What security updates that are available and that no rule has approved yet make of a node. WINDOWS only.
   * @default COMPLIANT
   * @see API reference of CreatePatchBaseline, AvailableSecurityUpdatesComplianceStatus
   */
  availableSecurityUpdatesComplianceStatus?: SecurityUpdatesStatus;
  /** Filters that each patch of the baseline must match, whatever its rules say, at most 4 (API: GlobalFilters). @default none */
  globalFilters?: PatchFilters;
  /** Repositories beside those that nodes have, at most 20 (API: Sources). Linux only. @default none */
  sources?: PatchSource[];
  /** Up to 50 patch names that are never installed, of 1 to 100 characters each. @default none */
  rejectedPatches?: string[];
  /**
   * `ALLOW_AS_DEPENDENCY` installs a rejected patch when an approved one needs it; `BLOCK` never does, and reports
   * one that is installed already as non-compliant.
   * @default ALLOW_AS_DEPENDENCY
   */
  rejectedPatchesAction?: RejectedPatchesAction;
}

/** The filters that a rule names, in the order of the operating system's table: SSM's key and values. */
export function patchFilters(
  operatingSystem: OperatingSystem,
  rule: PatchFilters,
): { key: string; values: string[] }[] {
  const { filters } = operatingSystems[operatingSystem] as { filters: Partial<Record<FilterName, string>> };
  return (Object.entries(filters) as [FilterName, string][]).flatMap(([name, key]) => {
    const values = rule[name];
    return values === undefined ? [] : [{ key, values: [...values] }];
  });
}

/** Everything that is wrong with a baseline's settings, with paths that start with `path`. */
export function baselineProblems(
  path: string,
  operatingSystem: OperatingSystem,
  settings: BaselineSettings,
): Problem[] {
  const problems: Problem[] = [];
  const count = settings.approvalRules.length;
  if (count < 1 || count > maxApprovalRules) {
    problems.push({
      propertyPath: `${path}.approvalRules`,
      reason: `got ${count} rules; a baseline takes 1 to ${maxApprovalRules}. Merge rules with equal delays.`,
    });
  }
  settings.approvalRules.forEach((rule, index) => {
    problems.push(...ruleProblems(`${path}.approvalRules[${index}]`, operatingSystem, rule));
  });
  const { nonSecurity } = operatingSystems[operatingSystem];
  if (settings.approvedPatchesEnableNonSecurity !== undefined && !nonSecurity) {
    problems.push({
      propertyPath: `${path}.approvedPatchesEnableNonSecurity`,
      reason: `is for Linux only, not for ${operatingSystem}. Leave it out.`,
      instead: null,
    });
  }
  if (settings.availableSecurityUpdatesComplianceStatus !== undefined && operatingSystem !== "WINDOWS") {
    problems.push({
      propertyPath: `${path}.availableSecurityUpdatesComplianceStatus`,
      reason: `is for WINDOWS only, not for ${operatingSystem}. Leave it out.`,
    });
  }
  const lists = (["approvedPatches", "rejectedPatches"] as const).flatMap((list) =>
    patchListProblems(`${path}.${list}`, operatingSystem, settings[list] ?? []),
  );
  const { globalFilters, sources = [] } = settings;
  return [
    ...problems,
    ...(globalFilters === undefined
      ? []
      : globalProblems(`${path}.globalFilters`, operatingSystem, globalFilters)),
    ...sourceProblems(`${path}.sources`, operatingSystem, sources),
    ...lists,
  ];
}

function globalProblems(path: string, operatingSystem: OperatingSystem, filters: PatchFilters): Problem[] {
  const count = Object.keys(filters).length;
  const many = { propertyPath: path, reason: `got ${count} filters; a baseline takes ${maxGlobalFilters}.` };
  return [...(count > maxGlobalFilters ? [many] : []), ...filterProblems(path, operatingSystem, filters)];
}

function ruleProblems(path: string, operatingSystem: OperatingSystem, rule: ApprovalRule): Problem[] {
  const problems: Problem[] = [];
  const rules = operatingSystems[operatingSystem];
  if (!rules.nonSecurity && rule.enableNonSecurity !== undefined) {
    problems.push({
      propertyPath: `${path}.enableNonSecurity`,
      reason: `is for Linux only, not for ${operatingSystem}. Leave it out and name classifications.`,
      instead: null,
    });
  }
  problems.push(
    ...delayProblems(path, operatingSystem, rule),
    ...filterProblems(path, operatingSystem, rule),
  );
  return problems;
}

function delayProblems(path: string, operatingSystem: OperatingSystem, rule: ApprovalRule): Problem[] {
  const { approveAfterDays: days, approveUntilDate: date } = rule;
  const at = (
    property: string,
    reason: string,
    more: Pick<Problem, "instead" | "perhaps"> = {},
  ): Problem => ({
    propertyPath: `${path}.${property}`,
    reason,
    ...more,
  });
  if (days === undefined && date === undefined) return [];
  if (!operatingSystems[operatingSystem].approvalDelay) {
    const reason = `AWS ignores approval delays for ${operatingSystem}, so patches would be approved at once. Leave it out.`;
    const given = (["approveAfterDays", "approveUntilDate"] as const).filter(
      (name) => rule[name] !== undefined,
    );
    return given.map((property) => at(property, reason, { instead: null }));
  }
  const problems: Problem[] = [];
  if (days !== undefined && date !== undefined)
    problems.push(at("approveUntilDate", "excludes approveAfterDays. Keep one of the two."));
  if (days !== undefined && (!Number.isInteger(days) || days < 0 || days > maxApproveAfterDays)) {
    const reason = `got ${shown(days)}; allowed is a whole number of days from 0 to 360.`;
    problems.push(at("approveAfterDays", reason));
  }
  if (date !== undefined && dayOf(date) === undefined) {
    const reason = `got ${shown(date)}; allowed is a date as YYYY-MM-DD, such as 2026-12-31.`;
    problems.push(at("approveUntilDate", reason, dayMeant(date)));
  }
  return problems;
}

function filterProblems(path: string, operatingSystem: OperatingSystem, rule: PatchFilters): Problem[] {
  const { filters, values: known } = operatingSystems[operatingSystem] as {
    filters: Partial<Record<FilterName, string>>;
    values: Partial<Record<FilterName, readonly string[]>>;
  };
  const names: readonly FilterName[] = [
    "product",
    "productFamily",
    "patchSet",
    "classification",
    "severity",
    "priority",
  ];
  const problems: Problem[] = [];
  const say = (name: FilterName, reason: string) =>
    problems.push({ propertyPath: `${path}.${name}`, reason });

  const given = names.filter((name) => rule[name] !== undefined);
  if (given.length === 0) {
    const allowed = Object.keys(filters).join(", ");
    problems.push({
      propertyPath: path,
      reason: `names no filter; name at least one of ${allowed}. Use ["*"] for all.`,
    });
  }
  for (const name of given) {
    const values = rule[name] ?? [];
    if (filters[name] === undefined) {
      say(name, `is not a filter of ${operatingSystem}; its filters are ${Object.keys(filters).join(", ")}.`);
      continue;
    }
    if (values.length < 1 || values.length > maxFilterValues) {
      say(name, `got ${values.length} values; a filter takes 1 to ${maxFilterValues}. Use ["*"] for all.`);
    }
    values.forEach((value, index) => {
      const allowed = known[name];
      const at = `${path}.${name}[${index}]`;
      if (allowed !== undefined && value !== "*" && !allowed.includes(value)) {
        const meant = nearest(value, allowed);
        const [instead] = meant.length === 1 ? meant : [];
        const reason = `got ${shown(value)}, which matches no patch; ${didYouMean(meant, `allowed are *, ${allowed.join(", ")}.`)}`;
        problems.push({ propertyPath: at, reason, ...(instead === undefined ? {} : { instead }) });
      } else if (value.length < 1 || value.length > maxFilterValueLength) {
        const reason = `got ${shown(value)}; a value has 1 to ${maxFilterValueLength} characters.`;
        problems.push({ propertyPath: at, reason });
      } else if (name === "product") {
        const wrong = productProblem(operatingSystem, value);
        if (wrong !== undefined) problems.push({ propertyPath: at, ...wrong });
      }
    });
  }
  return problems;
}
