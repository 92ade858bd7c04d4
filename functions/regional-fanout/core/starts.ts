import {
  type FilterResult,
  memberRegions,
  type RunRequest,
  type Start,
  type StartRequest,
} from "#shared/contract/runRecord.js";
import { clientToken } from "./ids.js";

type Location = StartRequest["TargetLocations"][number];

/** The automations of a run: one for each group with members, and for each group where further accounts are asked. */
export function startsOf(request: RunRequest, accountId: string, filter: FilterResult[]): Start[] {
  const accounts = request.accounts.filter((account) => account !== accountId);
  return request.groups.flatMap((group) => {
    const regions = memberRegions({ filter, request }, group);
    if (regions.length === 0 && accounts.length === 0) return [];
    return [
      { group, regions, accounts, request: startRequest(request, group, accountId, { regions, accounts }) },
    ];
  });
}

function startRequest(
  request: RunRequest,
  group: string,
  accountId: string,
  places: { readonly regions: string[]; readonly accounts: string[] },
): StartRequest {
  const { executionMode, operation, maxConcurrency, maxErrors } = request;
  const common: Record<string, string[]> = {
    ...request.parameters,
    AutomationAssumeRole: [request.assumeRole],
    Operation: [operation],
    RebootOption: [request.rebootOption],
    ExecutionMode: [executionMode],
    SnapshotId: [request.runId],
  };
  const named = {
    DocumentName: request.document.name,
    DocumentVersion: request.document.version,
    ClientToken: clientToken(request.runId, group, operation),
  };
  const TargetLocations = targetLocations(request, accountId, places);
  if (executionMode === "per-region") {
    const rates = { MaxConcurrency: [maxConcurrency], MaxErrors: [maxErrors] };
    return { ...named, Parameters: { ...common, ResourceGroup: [group], ...rates }, TargetLocations };
  }
  return {
    ...named,
    Parameters: common,
    TargetParameterName: "InstanceIds",
    Targets: [{ Key: "ResourceGroup", Values: [group] }],
    MaxConcurrency: maxConcurrency,
    MaxErrors: maxErrors,
    TargetLocations,
  };
}

/** Where an automation runs: the own account's Regions with members, and every Region of further accounts. */
function targetLocations(
  request: RunRequest,
  accountId: string,
  { regions, accounts }: { readonly regions: string[]; readonly accounts: string[] },
): Location[] {
  const common = {
    ExecutionRoleName: request.executionRoleName,
    TargetLocationMaxConcurrency: request.locationMaxConcurrency,
    TargetLocationMaxErrors: request.locationMaxErrors,
  };
  const own = regions.length === 0 ? [] : [{ Accounts: [accountId], Regions: regions, ...common }];
  if (accounts.length === 0) return own;
  // The own account may be in a unit that is named, and its Regions have been asked already.
  const hasUnits = accounts.some((account) => account.startsWith("ou-"));
  const others = { Accounts: accounts, Regions: [...request.regions], ...common };
  return [...own, hasUnits ? { ...others, ExcludeAccounts: [accountId] } : others];
}
