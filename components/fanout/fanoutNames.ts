import { shown } from "#shared/text/quotes.js";
import type { Problem } from "../common/problems.js";
import type { Fanout } from "./fanout.js";

/** Names of the roles, which other accounts know them by. */
export function fanoutRoleNames(namePrefix: string): { administration: string; execution: string } {
  return {
    administration: `${namePrefix}-automation-administration`,
    execution: `${namePrefix}-automation-execution`,
  };
}

/** IAM takes 64 characters for the name of a role (API: CreateRole, RoleName), and `-automation-administration` has 26. */
const maxPrefixLength = 38;
/** Documents and resource groups of these names are AWS's own (API: CreateDocument, CreateGroup). */
const reserved = /^(aws|amazon|amzn)/i;

/** What is wrong with the start of the names of a fan-out. */
export function fanoutPrefixProblems(prefix: string): Problem[] {
  const say = (reason: string) => [{ propertyPath: "namePrefix", reason }];
  if (!/^[a-zA-Z0-9_-]{3,}$/.test(prefix) || prefix.length > maxPrefixLength) {
    return say(
      `got ${shown(prefix)}; allowed are 3 to ${maxPrefixLength} characters of a-z A-Z 0-9 _ and -, since IAM takes 64 for the name of a role.`,
    );
  }
  if (!reserved.test(prefix)) return [];
  return say(
    `got ${shown(prefix)}; names that begin with aws, amazon or amzn are AWS's own. Choose another.`,
  );
}

/** How many characters a prefix has too many for the names of the roles. */
export function fanoutPrefixExcess(prefix: string): number {
  return Math.max(0, prefix.length - maxPrefixLength);
}

export function fanoutRunbookName(namePrefix: string): string {
  return `${namePrefix}-fanout`;
}

/** The other accounts that are named by their ids. */
export function accountIds({ accounts = [] }: Pick<Fanout, "accounts">): string[] {
  return accounts.filter((account) => !account.startsWith("ou-"));
}

export function fanoutGroupNames(namePrefix: string): readonly [base: string, excluded: string] {
  return [`${namePrefix}-base`, `${namePrefix}-excluded`];
}
