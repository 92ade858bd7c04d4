import type { AutomationExecution, GetAutomationExecutionResult, TargetLocation } from "@aws-sdk/client-ssm";
import type { Account } from "#lab/aws/account.js";
import type { Answers } from "#lab/unknowns.js";
import { minute, monday, node } from "#test/lab/support.js";
import { call, sleep, world } from "./support.js";

export const accountId = "123456789012";
export const executionRoleName = "patch-execution";

/** A role that whoever is named may take on, and that may do what its actions say. */
export function makeRole(
  account: Account,
  name: string,
  principals: readonly object[],
  actions: readonly string[],
  resource = "*",
): string {
  const document = (statements: readonly object[]) =>
    JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const trust = principals.map((Principal) => ({ Effect: "Allow", Principal, Action: "sts:AssumeRole" }));
  const { Role } = account.iam.createRole({ RoleName: name, AssumeRolePolicyDocument: document(trust) });
  if (actions.length > 0) {
    const may = [{ Effect: "Allow", Action: actions, Resource: resource }];
    account.iam.putRolePolicy({ RoleName: name, PolicyName: "own", PolicyDocument: document(may) });
  }
  return Role.Arn;
}

const ssm = { Service: "ssm.amazonaws.com" };

/** The administration role, and what the execution role is unless a test says otherwise. */
export function makeRoles(
  account: Account,
  {
    trusted = (admin: string): object[] => [{ AWS: admin }, ssm],
    adminMay = ["sts:AssumeRole"] as readonly string[],
    mayDo = ["ssm:StartAutomationExecution", "iam:PassRole"] as readonly string[],
  } = {},
): string {
  const admin = makeRole(account, "patch-administration", [ssm], adminMay);
  makeRole(account, executionRoleName, trusted(admin), mayDo);
  return admin;
}

/** What each child of a parent for locations came to: its Region, when it began in minutes, its status. */
export function located({ StepExecutions = [] }: AutomationExecution) {
  return StepExecutions.map(({ TargetLocation, ExecutionStartTime: at, StepStatus }) => [
    TargetLocation?.Regions?.[0],
    at && (at.getTime() - monday) / minute,
    StepStatus,
  ]);
}

/** Ids of the children of a parent for locations, by Region. */
export function childrenByRegion({ StepExecutions = [] }: AutomationExecution): Map<string, string> {
  return new Map(
    StepExecutions.flatMap(({ TargetLocation, Outputs }) => {
      const [id] = Outputs?.ExecutionId ?? [];
      return id === undefined ? [] : [[TargetLocation?.Regions?.[0] ?? "", id] as const];
    }),
  );
}

/** A runbook that takes ten minutes in a Region, and fails at once in Regions that its start names. */
const runbook = {
  assumeRole: "{{ AutomationAssumeRole }}",
  parameters: {
    AutomationAssumeRole: { type: "String" },
    Fails: { type: "String", default: "none" },
    Nodes: { type: "StringList", default: [] },
  },
  mainSteps: [
    {
      name: "where",
      action: "aws:branch",
      inputs: { Choices: [{ NextStep: "fail", Variable: "{{ Fails }}", Contains: "{{ global:REGION }}" }] },
    },
    { ...sleep("wait", { Duration: "PT10M", region: "{{ global:REGION }}" }), isEnd: true },
    sleep("fail", { Duration: "never" }),
  ],
};

/** An account with that runbook, its roles, and a node in each of two Regions. */
export function locationsWorld(
  roles: Parameters<typeof makeRoles>[1] = {},
  home = "us-east-1",
  unknowns: Partial<Answers> = {},
  more: readonly ReturnType<typeof node>[] = [],
) {
  const made = world(runbook, {
    fleet: [
      ...more,
      node({ tags: { Team: "web" } }),
      node({ tags: { Team: "web" }, region: "eu-west-1" }),
      node({ region: home }),
    ],
    TargetType: "/",
    home,
    unknowns,
  });
  const admin = makeRoles(made.account, roles);
  const begin = (location: TargetLocation, more: { Fails?: string[] } = {}, input: object = {}) =>
    made.start({
      Parameters: { AutomationAssumeRole: [admin], ...more },
      TargetLocations: [{ Accounts: [accountId], ExecutionRoleName: executionRoleName, ...location }],
      ...input,
    });
  const getIn = (region: string, id: string) => {
    const input = { AutomationExecutionId: id };
    const where = made.account.region(region);
    return (
      call<GetAutomationExecutionResult>(where, "GetAutomationExecution", input).AutomationExecution ?? {}
    );
  };
  return { ...made, admin, begin, getIn };
}
