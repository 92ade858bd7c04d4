import { maxLocationAccounts } from "#shared/contract/fanoutPayload.js";
import type { FilterResult, RunRequest, Start, StartRequest } from "#shared/contract/runRecord.js";
import { chunks } from "../../shared/chunks.js";
import { clientToken } from "./ids.js";

/**
 * The automations of a run in one Region: one for each group with members, and one for each group where further
 * accounts are asked, whatever the own one has.
 *
 * @param filter what was found in the Region
 */
export function startsOf(
  request: RunRequest,
  accountId: string,
  region: string,
  filter: readonly FilterResult[],
): Start[] {
  const accounts = request.accounts.filter((account) => account !== accountId);
  return request.groups.flatMap((group) => {
    const place = { region, group };
    const hasMembers = filter.some((one) => one.group === group && one.outcome === "members");
    const own = hasMembers ? [{ ...place, accounts: [], request: ownRequest(request, place) }] : [];
    if (accounts.length === 0) return own;
    return [...own, { ...place, accounts, request: otherRequest(request, place, accountId, accounts) }];
  });
}

type Place = Pick<Start, "region" | "group">;

function ownRequest(request: RunRequest, place: Place): StartRequest {
  const ClientToken = tokenOf(request, place, "own");
  return { ...common(request, place, request.assumeRole, documentIn(request, place.region)), ClientToken };
}

/**
 * The runbook as it is called in a Region; other accounts know one that is shared with them by its ARN, which is another in each
 * Region.
 */
function documentIn({ document, assumeRole }: RunRequest, region: string, sharedBy?: string): string {
  const [, start, end] = /^(arn:[\w-]+:ssm:)[\w-]+(:.*)$/.exec(document.name) ?? [];
  if (start !== undefined) return `${start}${region}${end}`;
  if (sharedBy === undefined) return document.name;
  const [, partition = "aws"] = assumeRole.split(":");
  return `arn:${partition}:ssm:${region}:${sharedBy}:document/${document.name}`;
}

/** From each Region the further accounts, of that one Region alone. */
function otherRequest(
  request: RunRequest,
  place: Place,
  accountId: string,
  accounts: readonly string[],
): StartRequest {
  const location = {
    Regions: [place.region],
    ExecutionRoleName: request.executionRoleName,
    TargetLocationMaxConcurrency: request.locationMaxConcurrency,
    TargetLocationMaxErrors: request.locationMaxErrors,
  };
  const TargetLocations = chunks(accounts, maxLocationAccounts).map((Accounts) =>
    // The own account may be in a unit that is named, and its nodes have been asked for already.
    Accounts.some((account) => account.startsWith("ou-"))
      ? { ...location, Accounts, ExcludeAccounts: [accountId] }
      : { ...location, Accounts },
  );
  return {
    ...common(
      request,
      place,
      request.administrationRole ?? request.assumeRole,
      documentIn(request, place.region, accountId),
    ),
    ClientToken: tokenOf(request, place, "others"),
    TargetLocations,
  };
}

function common(
  request: RunRequest,
  { group }: Place,
  role: string,
  DocumentName: string,
): Omit<StartRequest, "ClientToken" | "TargetLocations"> {
  const { executionMode, operation, maxConcurrency, maxErrors } = request;
  const parameters: Record<string, string[]> = {
    ...request.parameters,
    AutomationAssumeRole: [role],
    Operation: [operation],
    RebootOption: [request.rebootOption],
    SnapshotId: [request.runId],
  };
  const named = { DocumentName, DocumentVersion: request.document.version };
  if (executionMode === "per-region") {
    const rates = { MaxConcurrency: [maxConcurrency], MaxErrors: [maxErrors] };
    return { ...named, Parameters: { ...parameters, ResourceGroup: [group], ...rates } };
  }
  return {
    ...named,
    Parameters: parameters,
    TargetParameterName: "InstanceIds",
    Targets: [{ Key: "ResourceGroup", Values: [group] }],
    MaxConcurrency: maxConcurrency,
    MaxErrors: maxErrors,
  };
}

function tokenOf({ runId, operation }: RunRequest, place: Place, accounts: "own" | "others"): string {
  return clientToken(runId, place, operation, accounts);
}
