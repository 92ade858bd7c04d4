import type { CreatePatchBaselineRequest, PatchFilter, PatchRule } from "@aws-sdk/client-ssm";
import { productProblem } from "#components/baselines/products.js";
import {
  type FilterName,
  type OperatingSystem,
  type OperatingSystemRules,
  operatingSystemNames,
  operatingSystems,
} from "#shared/contract/operatingSystems.js";
import { dayOf } from "#shared/text/dates.js";
import { refuseOthers, validationError } from "../../base/errors.js";
import type { Baseline } from "../../patching/approval.js";
import { requireMembers } from "../requests.js";

const maxListEntries = 50;
const maxEntryLength = 100;
const maxFilters = 4;

/** Members of CreatePatchBaseline that the lab reads, or that change nothing in it. */
const baselineMembers: readonly (keyof CreatePatchBaselineRequest)[] = [
  "ApprovalRules",
  "ApprovedPatches",
  "ApprovedPatchesComplianceLevel",
  "ApprovedPatchesEnableNonSecurity",
  "AvailableSecurityUpdatesComplianceStatus",
  "ClientToken",
  "Description",
  "GlobalFilters",
  "Name",
  "OperatingSystem",
  "RejectedPatches",
  "RejectedPatchesAction",
  "Tags",
];

/** What a baseline is that is asked for like this. */
export function baselineOf(input: CreatePatchBaselineRequest, id: string): Baseline {
  refuseOthers("a patch baseline", input, baselineMembers);
  requireMembers(input, ["Name"]);
  const operatingSystem = operatingSystemOf(input.OperatingSystem);
  const name = input.Name ?? "";
  if (!/^[a-zA-Z0-9_\-.]{3,128}$/.test(name))
    throw validationError(`Name ${JSON.stringify(name)} is not valid`);
  const approvalRules = input.ApprovalRules?.PatchRules ?? [];
  const globalFilters = input.GlobalFilters?.PatchFilters ?? [];
  const { ApprovedPatches: approvedPatches = [], RejectedPatches: rejectedPatches = [] } = input;
  if (approvalRules.length > 10) throw validationError("a baseline has at most 10 approval rules");
  for (const rule of approvalRules) checkRule(rule, operatingSystem);
  checkFilters(globalFilters, operatingSystem);
  checkList("approved", approvedPatches);
  checkList("rejected", rejectedPatches);
  const { AvailableSecurityUpdatesComplianceStatus: available } = input;
  if (available !== undefined && operatingSystem !== "WINDOWS") {
    throw validationError(
      `AvailableSecurityUpdatesComplianceStatus is for Windows only, not for ${operatingSystem}`,
    );
  }
  // Whoever copies a baseline gives back the false that every answer has.
  const approvesNonSecurity = input.ApprovedPatchesEnableNonSecurity === true;
  if (approvesNonSecurity && !operatingSystems[operatingSystem].nonSecurity) {
    throw validationError(`ApprovedPatchesEnableNonSecurity is for Linux only, not for ${operatingSystem}`);
  }
  return {
    id,
    name,
    operatingSystem,
    approvalRules,
    globalFilters,
    approvedPatches,
    approvedPatchesComplianceLevel: input.ApprovedPatchesComplianceLevel ?? "UNSPECIFIED",
    approvesNonSecurity,
    rejectedPatches,
    rejectedPatchesAction: input.RejectedPatchesAction ?? "ALLOW_AS_DEPENDENCY",
    ...(available === undefined ? {} : { availableSecurityUpdates: available }),
  };
}

/** The operating system of that name, Windows unless there is one. */
export function operatingSystemOf(name = "WINDOWS"): OperatingSystem {
  const found = operatingSystemNames.find((one) => one === name);
  if (found === undefined) throw validationError(`OperatingSystem ${name} is not valid`);
  return found;
}

/** Refuses a list of approved or rejected patches that is longer than the API takes. */
function checkList(name: "approved" | "rejected", patches: readonly string[]): void {
  if (patches.length > maxListEntries) {
    throw validationError(`a baseline has at most ${maxListEntries} ${name} patches, got ${patches.length}`);
  }
  const bad = patches.find((entry) => entry.length < 1 || entry.length > maxEntryLength);
  if (bad !== undefined) {
    throw validationError(`${name} patches have 1 to ${maxEntryLength} characters, got ${bad.length}`);
  }
}

/** Refuses an approval rule that breaks the API's limits or fits another operating system. */
function checkRule(rule: PatchRule, operatingSystem: OperatingSystem): void {
  checkFilters(rule.PatchFilterGroup?.PatchFilters ?? [], operatingSystem);
  const { ApproveAfterDays: days, ApproveUntilDate: until, EnableNonSecurity } = rule;
  const rules = operatingSystems[operatingSystem];
  if (days !== undefined && until !== undefined) {
    throw validationError("a rule takes ApproveAfterDays or ApproveUntilDate, not both");
  }
  if (rules.approvalDelay && days === undefined && until === undefined) {
    throw validationError("a rule takes ApproveAfterDays or ApproveUntilDate");
  }
  if (days !== undefined && !(Number.isInteger(days) && days >= 0 && days <= 360)) {
    throw validationError(`ApproveAfterDays must be 0 to 360, got ${days}`);
  }
  if (until !== undefined && dayOf(until) === undefined) {
    throw validationError(`ApproveUntilDate must be YYYY-MM-DD, got ${until}`);
  }
  if (EnableNonSecurity === true && !rules.nonSecurity) {
    throw validationError(`EnableNonSecurity is for Linux only, not for ${operatingSystem}`);
  }
}

/** Refuses filters that an operating system does not take. */
function checkFilters(filters: readonly PatchFilter[], operatingSystem: OperatingSystem): void {
  if (filters.length > maxFilters) {
    throw validationError(`a rule has at most ${maxFilters} filters, got ${filters.length}`);
  }
  const names = Object.entries(operatingSystems[operatingSystem].filters) as [FilterName, string][];
  for (const { Key = "", Values = [] } of filters) {
    const name = names.find(([, key]) => key === Key)?.[0];
    if (name === undefined) throw validationError(`${Key} is no filter of ${operatingSystem}`);
    if (
      Values.length < 1 ||
      Values.length > 20 ||
      Values.some((value) => value.length < 1 || value.length > 64)
    ) {
      throw validationError(`${Key} takes 1 to 20 values of 1 to 64 characters`);
    }
    checkValues(operatingSystem, name, Key, Values);
  }
}

/**
 * Refuses a value that is none of the filter's, as SSM does ("Invalid Filter Value: All for Key: PRODUCT, valid values are: ...":
 * hashicorp/terraform-provider-aws#18359). Of products the lab knows the spelling alone: each release adds some.
 */
function checkValues(
  system: OperatingSystem,
  name: FilterName,
  key: string,
  values: readonly string[],
): void {
  const known: readonly string[] | undefined = rulesOf(system).values[name];
  const wrong = values.find((value) =>
    name === "product"
      ? productProblem(system, value) !== undefined
      : value !== "*" && known?.includes(value) === false,
  );
  if (wrong === undefined) return;
  const valid = known === undefined ? "" : `, valid values are: ${known.join(", ")}`;
  throw validationError(`Invalid Filter Value: ${wrong} for Key: ${key}${valid}`);
}

const rulesOf = (system: OperatingSystem): OperatingSystemRules => operatingSystems[system];
