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
  const { account: accountId = "", region: name = "" } = pair ?? {};
  const role = location.ExecutionRoleName ?? defaultRole;
  const roleArn = `arn:${home.account.partition}:iam::${accountId}:role/${role}`;
  const account = home.account.account(accountId);
  const caller = account === undefined ? undefined : assumed(account, admin, roleArn);
  if (account === undefined || caller === undefined)
    throw new AwsError(
      "AccessDeniedException",
      `The execution role ${roleArn} in the target location is unable to be assumed (account ${accountId}, Region ${name}).`,
    );
  if (!account.isEnabled(name))
    throw new AwsError("InvalidTarget", `The Region ${name} is not enabled in the account ${accountId}.`);
  if (isOptIn(home.name) && !isOptIn(name))
    throw new AwsError(
      "InvalidTarget",
      `An automation in ${home.name} cannot run in ${name}, enabled by default.`,
    );
  const region = account.region(name);
  authorizeStart(home, region, { plan, caller, roleArn });
  const targets = targetsAt(location, plan.targets, plan.targetParameter);
  return {
    region,
    beginning: {
      // What it begins for each of its targets is the same runbook, and runs as the same role, which AWS's template lets pass itself.
      plan: {
        ...plan,
        roleArn,
        sharedFrom: { accountId: home.account.id, region: home.name },
        locations: [],
        targets,
      },
      assume: (source) => account.iam.assume(roleArn, "ssm.amazonaws.com", source),
    },
  };
}

function assumed({ iam }: AutomationPlace["account"], admin: Caller, roleArn: string): Caller | undefined {
  try {
    return iam.assumeAs(admin, roleArn);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** What a start of the runbook and the role that it hands on need, as at the endpoint. */
export function authorizeStart(
  home: AutomationPlace,
  region: AutomationPlace,
  {
    plan,
    caller,
    roleArn,
  }: { readonly plan: AutomationPlan; readonly caller: Caller; readonly roleArn: string | undefined },
): void {
  const { iam } = region.account;
  const context = { "aws:RequestedRegion": region.name };
  const { definition, document } = runbookArns(home, region, plan);
  for (const resource of [
    `${definition}:${plan.documentVersion}`,
    document,
    region.arn("ssm", "automation-execution/*"),
  ]) {
    iam.authorize({ caller, action: "ssm:StartAutomationExecution", resource, context });
  }
  if (roleArn === undefined) return;
  iam.authorize({
    caller,
    action: "iam:PassRole",
    resource: roleArn,
    context: { ...context, "iam:PassedToService": "ssm.amazonaws.com" },
  });
}

/**
 * The runbook as it is known where the child runs: one of another account by its ARN there, where it is shared with this
 * one (user guide: Running automations in multiple AWS Regions and accounts).
 *
 * @throws AwsError AutomationDefinitionNotFoundException
 */
function runbookArns(home: AutomationPlace, region: AutomationPlace, plan: AutomationPlan) {
  const { documentName, calledAs, documentVersion } = plan;
  const isOwn = home.account.id === region.account.id;
  const { id } = region.account;
  const isShared =
    calledAs.startsWith("arn:") && home.documents.isSharedWith(documentName, documentVersion, id);
  if (!isOwn && !isShared) {
    const message = `The account ${id} knows no runbook ${calledAs}: another account's is named by its ARN, and shared.`;
    throw new AwsError("AutomationDefinitionNotFoundException", message);
  }
  const document = isOwn ? region.arn("ssm", `document/${documentName}`) : calledAs;
  return { document, definition: document.replace(":document/", ":automation-definition/") };
}
