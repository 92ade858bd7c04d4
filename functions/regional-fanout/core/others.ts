import type { RunRecord, RunRequest, Start } from "#shared/contract/runRecord.js";
import { hasEnded, type RunAutomation } from "./evidence.js";

/** How another account is worked in: the administration role takes on the execution role there, which trusts that one alone. */
export interface OtherRole {
  readonly account: string;
  /** ARNs. */
  readonly administrationRole: string;
  readonly executionRole: string;
}

/** The roles by which a run's automations work in another account too. */
export function otherRole(request: RunRequest, account: string): OtherRole {
  const administrationRole = request.administrationRole ?? request.assumeRole;
  const [, partition = "aws"] = administrationRole.split(":");
  const executionRole = `arn:${partition}:iam::${account}:role/${request.executionRoleName}`;
  return { account, administrationRole, executionRole };
}

/** The automations of other accounts, in one Region or in all. */
export function othersStarts({ starts }: Pick<RunRecord, "starts">, region?: string): Start[] {
  return starts.filter((one) => one.accounts.length > 0 && (region ?? one.region) === one.region);
}

/**
 * The accounts that an automation is of: those that are named by their ids, and those of units that it has come to.
 *
 * @param found what it says of itself; undefined when nobody knows
 */
export function accountsOf(
  { region, accounts }: Start,
  found: RunAutomation | undefined,
  { accountId }: Pick<RunRecord, "accountId">,
): string[] {
  const named = accounts.filter((account) => /^\d{12}$/.test(account));
  const come = (found?.locations ?? []).flatMap((one) =>
    one.region === region && one.account !== undefined ? [one.account] : [],
  );
  return [...new Set([...named, ...come])].filter((account) => account !== accountId);
}

/** Those of an automation's accounts in which something may go on. */
export function accountsAtWork(start: Start, found: RunAutomation, record: RunRecord): string[] {
  if (hasEnded(found.status)) return [];
  const over = new Set(
    found.locations.flatMap(({ region, account, status }) =>
      region === start.region && hasEnded(status) ? [account] : [],
    ),
  );
  return accountsOf(start, found, record).filter((account) => !over.has(account));
}
