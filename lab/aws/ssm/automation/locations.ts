import type { TargetLocation } from "@aws-sdk/client-ssm";
import { isOptIn } from "#shared/contract/regions.js";
import { AwsError } from "../../base/errors.js";
import type { Caller } from "../../iam/evaluate.js";
import type { AutomationPlace } from "./automationPlace.js";
import type { Child } from "./child.js";
import type { AutomationPlan } from "./request.js";
import { targetsAt } from "./targetsRequest.js";

const defaultRole = "AWS-SystemsManager-AutomationExecutionRole";

/** An account and one of its Regions. */
interface Pair {
  readonly account: string;
  readonly region: string;
  /** As the step tells it. */
  readonly location: TargetLocation;
}

export function pairsOf(location: TargetLocation): readonly Pair[] {
  const { Accounts = [], Regions = [], ExecutionRoleName = defaultRole } = location;
  return Accounts.flatMap((account) =>
    Regions.map((region) => ({
      account,
      region,
      location: { Accounts: [account], Regions: [region], ExecutionRoleName },
    })),
  );
}

/**
 * The child in an account and Region. The administration role takes on the execution role there, starts the runbook
 * with it and hands it on to the child, which SSM runs with it: so its trust policy names both, and it may pass itself
 * (user guide: Running automations in multiple AWS Regions and accounts).
 *
 * @throws AwsError for a location that it cannot run in
 */
export function locatedChild(
  home: AutomationPlace,
  plan: AutomationPlan,
  location: TargetLocation,
  pair: Pair | undefined,
  admin: Caller,
): Child {
  const { account } = home;
  const { account: accountId = "", region: name = "" } = pair ?? {};
  const role = location.ExecutionRoleName ?? defaultRole;
  const roleArn = `arn:${account.partition}:iam::${accountId}:role/${role}`;
  const unassumable = () =>
    new AwsError(
      "AccessDeniedException",
      `The execution role ${roleArn} in the target location is unable to be assumed (account ${accountId}, Region ${name}).`,
    );
  if (accountId !== account.id) throw unassumable();
  if (!account.isEnabled(name))
    throw new AwsError("InvalidTarget", `The Region ${name} is not enabled in the account ${accountId}.`);
  if (isOptIn(home.name) && !isOptIn(name))
    throw new AwsError(
      "InvalidTarget",
      `An automation in ${home.name} cannot run in ${name}, enabled by default.`,
    );
  const region = account.region(name);
  const caller = account.iam.assumedAs(admin, roleArn);
  if (caller === undefined) throw unassumable();
  authorizeStart(region, plan, caller, roleArn);
  return {
    region,
    beginning: {
      plan: { ...plan, locations: [], targets: targetsAt(location, plan.targets, plan.targetParameter) },
      assume: (source) => account.iam.assume(roleArn, "ssm.amazonaws.com", source),
    },
  };
}

/** What a start of the runbook and the role that it hands on need, as at the endpoint. */
function authorizeStart(
  region: AutomationPlace,
  { documentName, documentVersion }: AutomationPlan,
  caller: Caller,
  roleArn: string,
): void {
  const { iam } = region.account;
  const context = { "aws:RequestedRegion": region.name };
  for (const resource of [
    `automation-definition/${documentName}:${documentVersion}`,
    `document/${documentName}`,
    "automation-execution/*",
  ]) {
    const action = "ssm:StartAutomationExecution";
    iam.authorize({ caller, action, resource: region.arn("ssm", resource), context });
  }
  iam.authorize({
    caller,
    action: "iam:PassRole",
    resource: roleArn,
    context: { ...context, "iam:PassedToService": "ssm.amazonaws.com" },
  });
}
