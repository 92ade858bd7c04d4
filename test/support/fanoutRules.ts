import { at, each, type Fields, of, type Rule, unless } from "./rule.js";

/** Whether a task is the central window's own work, rather than a call that comes before its work. */
export function isFanout({ taskArn }: Fields): boolean {
  return /:function:SSM-[\w-]+-fanout$/.test(String(taskArn));
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** All that a fan-out names is there, in each Region in which it is looked for; SSM says so only at four in the morning. */
const fanoutsAreWhole = each("ssm.MaintenanceWindowTask", (props, resources) => {
  if (!isFanout(props)) return [];
  const payload: unknown = JSON.parse(
    String(at(props, "taskInvocationParameters", "lambdaParameters", "payload")),
  );
  const regions = texts(at(payload, "Regions"));
  const runbook = String(at(payload, "Document", "Name"));
  const roles = of(resources, "iam.Role").map((role) => String(role.props.name));
  const assumed = texts(at(payload, "Document", "Parameters", "AutomationAssumeRole"));
  const begins = at(payload, "AdministrationRole");
  const named = [
    ...[...assumed, ...(typeof begins === "string" ? [begins] : [])].map((arn) =>
      arn.replace(/^.*:role\//, ""),
    ),
    at(payload, "ExecutionRoleName"),
  ];
  const isThere = (type: string, name: string, region: unknown) =>
    of(resources, type).some((one) => one.props.name === name && one.props.region === region);
  const baselines = of(resources, "ssm.PatchBaseline").map((one) => one.props.region ?? props.region);
  return [
    ...unless(at(payload, "Document", "Version") === "$DEFAULT", "pins a version of its runbook"),
    ...unless(regions.length > 0, "patches nowhere"),
    ...regions.flatMap((region) =>
      unless(isThere("ssm.Document", runbook, region), `finds no runbook in ${String(region)}`),
    ),
    ...texts(at(payload, "Targets", 0, "Values")).flatMap((group) =>
      regions.flatMap((region) =>
        unless(isThere("resourcegroups.Group", group, region), `finds no ${group} in ${region}`),
      ),
    ),
    ...named.flatMap((role) => unless(roles.includes(String(role)), `finds no role ${String(role)}`)),
    ...regions.flatMap((region) =>
      unless(
        baselines.length === 0 || baselines.includes(region),
        `patches ${region} by AWS's own baselines`,
      ),
    ),
  ];
});

/** The rules of the central window. */
export const fanoutRules = { fanoutsAreWhole } as const satisfies Record<string, Rule>;
