import type { Facts, RegionFacts } from "../facts.js";
import { broken, type Finding, known, rebuilt, unseen } from "../finding.js";

/** Quotas of a Region (AWS General Reference, Systems Manager endpoints and quotas), and from where on one is near its end. */
const quotas = { baselines: 50, windows: 50, groups: 25, near: 0.9 } as const;

/** Regions: enabled, with groups and a runbook, the stack's baselines for its groups, and room for more. */
export function regionFindings(facts: Facts): Finding[] {
  return facts.regions.flatMap((region) => {
    const { name, optIn } = region;
    if (optIn.ok && (optIn.value === undefined || optIn.value === "not-opted-in")) {
      const mend = `aws account enable-region --region-name ${name}`;
      const what = `the account has not enabled ${name}`;
      return [broken("region-off", name, what, "nothing of the stack works there", mend)];
    }
    return [
      ...(optIn.ok ? [] : [unseen(name, "whether the Region is enabled", optIn.error)]),
      ...groups(facts, region),
      ...baselines(facts, region),
      ...room(region),
    ];
  });
}

function groups({ stack }: Facts, { name: where, groups: all, runbook }: RegionFacts): Finding[] {
  return [
    ...all.flatMap(({ name, members }) => {
      if (!members.ok) return [unseen(where, `resource group ${name}`, members.error)];
      if (members.value !== undefined) return [];
      const what = `there is no resource group ${name}`;
      return [broken("group-gone", where, what, "the central window patches nobody there", rebuilt(stack))];
    }),
    ...(runbook === undefined ? [] : runbookOf(stack, where, runbook)),
  ];
}

function runbookOf(
  stack: string,
  where: string,
  { name, status }: NonNullable<RegionFacts["runbook"]>,
): Finding[] {
  if (!status.ok) return [unseen(where, `runbook ${name}`, status.error)];
  if (status.value === "Active") return [];
  const what =
    status.value === undefined ? `there is no runbook ${name}` : `runbook ${name} is ${status.value}`;
  return [broken("runbook-gone", where, what, "the central window starts nothing there", rebuilt(stack))];
}

function baselines(facts: Facts, region: RegionFacts): Finding[] {
  const { stack, prefix, ownsBaselines } = facts;
  const { name: where, registered, baselines: own } = region;
  if (!own.ok) return [unseen(where, "patch baselines", own.error)];
  return registered.flatMap(({ group, operatingSystem, wanted: right, baselineId }) => {
    const what = `nodes of ${group} with ${operatingSystem}`;
    if (!baselineId.ok) return [unseen(where, `the baseline of ${what}`, baselineId.error)];
    const id = baselineId.value;
    const name = id === undefined ? undefined : own.value[id];
    const isOurs = name?.startsWith(`${prefix}-`) === true;
    if (name !== undefined && (!ownsBaselines || (right.isAlone ? name === right.name : isOurs))) return [];
    const wanted = Object.entries(own.value).find(([, one]) => one === right.name)?.[0];
    const command = (verb: string, baseline: string | undefined) =>
      `aws ssm ${verb}-patch-baseline-for-patch-group --region ${where} --baseline-id ${baseline} --patch-group ${group}`;
    // AWS's default is registered to nobody: there is nothing to take away.
    const steps = [...(name === undefined ? [] : [command("deregister", id)]), command("register", wanted)];
    const mend = wanted === undefined || !ownsBaselines ? rebuilt(stack) : steps.join("; ");
    const got =
      name === undefined
        ? "AWS's default"
        : `${name}, which is ${isOurs ? `not ${right.name}` : "none of the stack's"}`;
    return [
      broken(
        "baseline-strange",
        where,
        `${what} get ${got}${id === undefined ? "" : ` (${id})`}`,
        "they are patched by rules that are not the configuration's, and exclusions do not hold",
        mend,
      ),
    ];
  });
}

function room({ name: where, baselines: own, windows, groupCounts }: RegionFacts): Finding[] {
  const near = (what: string, count: number, most: number, why: string) =>
    count < most * quotas.near
      ? []
      : [
          known(
            "quota-near",
            where,
            `${count} of ${most} ${what} are there`,
            why,
            `aws service-quotas list-service-quotas --region ${where} --service-code ssm, and delete what nobody needs or ask for more`,
          ),
        ];
  return [
    ...(own.ok
      ? near(
          "patch baselines",
          Object.keys(own.value).length,
          quotas.baselines,
          "exclusions make further baselines, and are refused when there is no room",
        )
      : []),
    ...(groupCounts.ok
      ? [...groupCounts.value].flatMap(([id, count]) =>
          own.ok && own.value[id] !== undefined
            ? near(
                `patch groups of baseline ${own.value[id]} (${id})`,
                count,
                quotas.groups,
                "a further patch group is refused",
              )
            : [],
        )
      : [unseen(where, "how many patch groups each baseline has", groupCounts.error)]),
    ...(windows.ok
      ? near("maintenance windows", windows.value.length, quotas.windows, "a further stack finds no room")
      : []),
  ];
}
