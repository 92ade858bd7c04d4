import { type Broken, rewrite } from "./changes.js";

/** What is broken in the policies of dev, and what the rule says. */
export const brokenPolicies: readonly Broken[] = [
  [
    "policiesAreNarrow",
    "scan-role-policy",
    rewrite("policy", '"Action":"ssm:CancelCommand"', '"Action":"ssm:SendCommand"'),
    "CancelCommandsAtCutoff: allows ssm:SendCommand on everything",
  ],
  [
    "policiesAreNarrow",
    "scan-role-policy",
    rewrite("policy", "ssm:ListCommands", "ssm:*"),
    "FollowCommands: allows ssm:*",
  ],
  [
    "policiesAreNarrow",
    "scan-role-policy",
    rewrite("policy", "iam:PassedToService", "aws:Other"),
    "PublishNotificationsOfCommands: passes a role to any service",
  ],
  [
    "policiesAreNarrow",
    "scan-role-policy",
    rewrite("policy", "role/notifications-role-0a1b2c3", "role/*"),
    "PublishNotificationsOfCommands: passes any role",
  ],
  [
    "policiesAreNarrow",
    "scan-role-policy",
    rewrite("policy", "ssm:resourceTag/PatchGroup", "ssm:resourceTag/Team"),
    "OnNodesOfTheTargets: reaches every node",
  ],
  [
    "policiesAreNarrow",
    "logs-node-policy",
    rewrite("policy", "logs:DescribeLogGroups", "logs:DeleteLogGroup"),
    "FindLogGroups: allows logs:DeleteLogGroup on all of a type",
  ],
  [
    "policiesAreNarrow",
    "notifications-role",
    rewrite("assumeRolePolicy", "Condition", "Comment"),
    "SystemsManagerOfThisAccount: lets ssm.amazonaws.com act for any account",
  ],
  [
    "policiesAreNarrow",
    "notifications-failures-policy",
    rewrite("policy", "aws:SourceAccount", "aws:PrincipalAccount"),
    "AlarmsOfThisAccount: lets cloudwatch.amazonaws.com act for any account",
  ],
  [
    "policiesAreNarrow",
    "encryption-key",
    rewrite("policy", "logs:us-east-1:123456789012", "logs:us-east-1:*"),
    "LogGroups: lets logs.us-east-1.amazonaws.com act for any account",
  ],
  [
    "policiesAreNarrow",
    "logs-node-policy",
    rewrite("policy", "2012-10-17", "2008-10-17"),
    "has a policy of version 2008-10-17",
  ],
  [
    "policiesAreNarrow",
    "scan-role-policy",
    rewrite("policy", '"aws:RequestedRegion":"us-east-1"', '"aws:PrincipalTag/a":"b"'),
    "CancelCommandsAtCutoff: allows ssm:CancelCommand on everything",
  ],
  ...[
    [
      '{"Service":"lambda.amazonaws.com"}',
      '{"Service":"ec2.amazonaws.com"}',
      "Lambda: lets ec2.amazonaws.com act for any account",
    ],
    [
      '{"Service":"lambda.amazonaws.com"}',
      '{"Service":["lambda.amazonaws.com","ec2.amazonaws.com"]}',
      "Lambda: lets lambda.amazonaws.com,ec2.amazonaws.com act for any account",
    ],
    ['{"Service":"lambda.amazonaws.com"}', '"*"', "Lambda: allows everybody"],
    [
      '[{"Sid":"Lambda"',
      '[{"Sid":"Too","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"},{"Sid":"Lambda"',
      "is taken on by others than Lambda",
    ],
  ].map(
    ([from = "", to = "", says = ""]): Broken => [
      "policiesAreNarrow",
      "exclusions-role",
      rewrite("assumeRolePolicy", from, to),
      says,
    ],
  ),
  ...[
    [
      '"Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/patchplane:owner":"patchplane/dev"}}',
      '"Resource":"*"',
      "MakeMarkedBaselines: allows ssm:CreatePatchBaseline on everything",
    ],
    ['"ssm:*","tag:*"', '"tag:*"', "MakeMarkedBaselines: allows ssm:CreatePatchBaseline on everything"],
    ['"ssm:*","tag:*"', '"ssm:*"', "UseTheTaggingApi: allows tag:TagResources on everything"],
    ['"tag:*","ec2:*"', '"tag:*"', "MoveNodes: reaches every Region"],
    ['"StringNotEquals"', '"StringEquals"', "SeeWindows: reaches every Region"],
    [
      '"Sid":"NowhereElse","Effect":"Deny"',
      '"Sid":"NowhereElse","Effect":"Allow"',
      "NowhereElse: allows ssm:*",
    ],
    ['"tag:TagResources"', '"tag:*"', "UseTheTaggingApi: allows tag:*"],
    ['"tag:TagResources"', '"ssm:PutParameter"', "UseTheTaggingApi: allows ssm:PutParameter on everything"],
    [
      '"aws:ResourceTag/patchplane:owner"',
      '"aws:ResourceTag/Team"',
      "ChangeMarkedBaselines: allows ssm:DeletePatchBaseline on baselines of others",
    ],
    [
      '"ssm:GetPatchBaseline"',
      '"ssm:RegisterDefaultPatchBaseline"',
      "ReadBaselines: allows ssm:RegisterDefaultPatchBaseline on baselines of others",
    ],
    [
      '"aws:TagKeys":["patchplane:owner"]',
      '"aws:TagKeys":["patchplane:owner","Team"]',
      "MarkThem: writes the tags patchplane:owner, Team",
    ],
    [
      '"ForAllValues:StringEquals":{"aws:TagKeys":["patchplane:base-group"]}',
      '"Null":{"aws:TagKeys":"false"}',
      "UnmarkNodes: writes the tags of everybody",
    ],
    [
      '"aws:ResourceTag/PatchGroup"',
      '"aws:ResourceTag/Team"',
      "MoveNodes: tags nodes that are not under patching",
    ],
    ['"aws:RequestTag/PatchGroup"', '"aws:RequestTag/Team"', "MoveNodes: moves nodes into any group"],
    [
      'patchbaseline/*","Condition":{"StringEquals":{"aws:RequestTag/patchplane:owner"',
      'patchbaseline/*","Condition":{"StringEquals":{"aws:RequestTag/Team"',
      "MarkThem: marks baselines for others",
    ],
    [
      '"Resource":"arn:aws:sns:us-east-1:123456789012:notifications-failures-0a1b2c3"',
      '"Resource":"*"',
      "TellPeople: allows sns:Publish on everything",
    ],
    [
      '"Resource":"arn:aws:sqs:us-east-1:123456789012:exclusions-failed-0a1b2c3"',
      '"Resource":"arn:aws:sqs:us-east-1:123456789012:*"',
      "KeepFailedEvents: allows sqs:SendMessage on everything",
    ],
  ].map(
    ([from = "", to = "", says = ""]): Broken => [
      "policiesAreNarrow",
      "exclusions-role-policy",
      rewrite("policy", from, to),
      says,
    ],
  ),
];
