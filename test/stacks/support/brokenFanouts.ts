import { type Broken, type Change, rewrite, set } from "./changes.js";

/** Changes the payload of the central window's task. */
const payload =
  (from: string, to: string): Change =>
  (props) => {
    const parameters = props.taskInvocationParameters as { lambdaParameters: Record<string, unknown> };
    rewrite("payload", from, to)(parameters.lambdaParameters);
  };

const whole = "fanoutsAreWhole";

/** What is broken in the central window of dev, and what the rule says. */
export const brokenFanouts: readonly Broken[] = [
  [
    whole,
    "central-runbook-us-east-1",
    set("region", "us-west-2"),
    "finds no runbook in us-east-1",
    "central-task",
  ],
  [
    whole,
    "central-runbook-eu-west-3",
    set("name", "another"),
    "finds no runbook in eu-west-3",
    "central-task",
  ],
  [
    whole,
    "central-base-group-eu-west-3",
    set("region", undefined),
    "finds no patchplane-dev-base in eu-west-3",
    "central-task",
  ],
  [
    whole,
    "central-execution-role",
    set("name", "another"),
    "finds no role patchplane-dev-automation-execution",
    "central-task",
  ],
  [
    whole,
    "central-task",
    payload("role/patchplane-dev-automation-administration", "role/another"),
    "finds no role another",
  ],
  [whole, "central-task", payload('"$DEFAULT"', '"1"'), "pins a version of its runbook"],
  [whole, "central-task", payload('["us-east-1","eu-west-3"]', "[]"), "patches nowhere"],
  [
    whole,
    "central-task",
    payload('"eu-west-3"', '"eu-west-3","us-west-2"'),
    "patches us-west-2 by AWS's own baselines",
  ],
  ["callsComeFirst", "central-task", set("priority", 0), "has priority 0"],
  ["callsComeFirst", "central-first-task", set("priority", 0), "has priority 0"],
  ["callsComeFirst", "central-task", set("targets", [{}]), "calls once for each target"],
  ["callsComeFirst", "central-task", payload("{", "["), "has a payload that is no object"],
  [
    "callsComeFirst",
    "central-task",
    set("priority", 0),
    "runs beside what it comes before",
    "central-first-task",
  ],
  [
    "callsComeFirst",
    "central-window-role-policy",
    rewrite("policy", "function:SSM-patchplane-dev-fanout", "function:*"),
    "has a role that may call arn:aws:lambda:us-east-1:123456789012:function:* and arn:aws:lambda:us-east-1:123456789012:function:SSM-patchplane-dev-exclusions",
    "central-task",
  ],
  [
    "callsComeFirst",
    "central-first-task",
    set("taskArn", "arn:aws:lambda:us-east-1:123456789012:function:another"),
    "has a role that may call arn:aws:lambda:us-east-1:123456789012:function:SSM-patchplane-dev-fanout and arn:aws:lambda:us-east-1:123456789012:function:SSM-patchplane-dev-exclusions",
    "central-task",
  ],
  [
    "bucketsAreClosed",
    "central-lifecycle",
    set("rules", []),
    "lacks a sound s3.BucketLifecycleConfiguration",
    "central-bucket",
  ],
  ...[
    [
      "central-execution-policy",
      "arn:aws:ssm:us-east-1::document/AWS-RunPatchBaseline",
      "arn:aws:ssm:*::document/AWS-RunPatchBaseline",
      "RunThePatchDocument: reaches every Region",
    ],
    [
      "central-execution-policy",
      '"ssm:resourceTag/PatchGroup"',
      '"ssm:resourceTag/Team"',
      "OnNodesOfTheTargets: reaches every node",
    ],
    [
      "central-execution-policy",
      '"tag:GetResources"',
      '"ssm:StopAutomationExecution"',
      "SeeMembersAndFollowCommands: allows ssm:StopAutomationExecution on everything",
    ],
    [
      "central-execution-policy",
      "role/patchplane-dev-automation-execution",
      "role/*",
      "HandTheRoleToIt: passes any role",
    ],
    [
      "central-administration-policy",
      "role/patchplane-dev-automation-execution",
      "role/patchplane-*",
      "WorkAsTheExecutionRole: takes on any role",
    ],
    [
      "central-start-role-policy",
      '"iam:PassedToService"',
      '"aws:Other"',
      "HandOverTheRoles: passes a role to any service",
    ],
  ].map(
    ([name = "", from = "", to = "", says = ""]): Broken => [
      "policiesAreNarrow",
      name,
      rewrite("policy", from, to),
      says,
    ],
  ),
  ...[
    [
      "central-administration-role",
      "Condition",
      "Comment",
      "AutomationsOfThisAccount: lets ssm.amazonaws.com act for any account",
    ],
  ].map(
    ([name = "", from = "", to = "", says = ""]): Broken => [
      "policiesAreNarrow",
      name,
      rewrite("assumeRolePolicy", from, to),
      says,
    ],
  ),
];
