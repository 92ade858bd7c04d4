import type { Facts } from "../facts.js";
import { broken, type Finding, known, rebuilt, unseen } from "../finding.js";

/** Other accounts: what this one shares can be seen, and the role that stands there cannot. */
export function accountFindings(facts: Facts): Finding[] {
  const { accounts, sharing, prefix } = facts;
  return [
    ...sharing.flatMap((one) => shared(facts, one)),
    ...accounts.map((account) => ({
      ...unseen("iam", `the execution role of ${account}`, "only keys of that account see it"),
      mend: `with keys of ${account}: aws iam get-role --role-name ${prefix}-automation-execution`,
    })),
  ];
}

function shared(
  { accounts, stack, prefix }: Facts,
  { region, accounts: found }: Facts["sharing"][number],
): Finding[] {
  if (!found.ok) return [unseen(region, "with whom the runbook is shared", found.error)];
  const lacking = accounts.filter((account) => !found.value.includes(account));
  const strange = found.value.filter((account) => !accounts.includes(account));
  const name = `${prefix}-fanout`;
  return [
    ...lacking.map((account) => {
      const what = `runbook ${name} is not shared with ${account}`;
      return broken("runbook-unshared", region, what, "no node of it is patched there", rebuilt(stack));
    }),
    ...strange.map((account) => {
      const what = `runbook ${name} is shared with ${account}, which the configuration does not name`;
      const mend = `aws ssm modify-document-permission --region ${region} --name ${name} --permission-type Share --account-ids-to-remove ${account}`;
      return known("runbook-overshared", region, what, "whoever has that account can read and run it", mend);
    }),
  ];
}
