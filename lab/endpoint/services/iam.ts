import { AwsError, refuseOthers } from "../../aws/base/errors.js";
import { page } from "../../aws/base/page.js";
import { decideAccess } from "../../aws/iam/evaluate.js";
import type { Role } from "../../aws/iam/iam.js";
import { nodeRoleName } from "../../aws/iam/nodeRole.js";
import { hash32 } from "../../random.js";
import type { ApiContext, Handlers } from "../operation.js";

interface RoleRequest {
  readonly RoleName: string;
}

interface Paged {
  readonly MaxItems?: number;
  readonly Marker?: string;
}

/** API reference: a hundred items unless somebody says otherwise, a thousand at most. */
function pageOf<T>(all: readonly T[], { MaxItems, Marker }: Paged) {
  const { items, token } = page(all, { MaxResults: MaxItems, NextToken: Marker }, 1, 1000, { unasked: 100 });
  const { NextToken } = token;
  return {
    items,
    IsTruncated: NextToken !== undefined,
    ...(NextToken === undefined ? {} : { Marker: NextToken }),
  };
}

interface Simulation extends Paged {
  readonly PolicySourceArn: string;
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[];
  readonly ContextEntries?: readonly {
    readonly ContextKeyName?: string;
    readonly ContextKeyValues?: readonly string[];
  }[];
}

function idOf(prefix: string, arn: string): string {
  return `${prefix}LAB${hash32(arn).toString(16).toUpperCase().padStart(14, "0")}`;
}

function described({ arn, createdAt, trustDocument, boundary }: Role) {
  return {
    Path: "/",
    RoleName: arn.replace(/^.*\//, ""),
    RoleId: idOf("AROA", arn),
    Arn: arn,
    CreateDate: new Date(createdAt),
    // API reference, GetRole: policies are URL-encoded.
    AssumeRolePolicyDocument: encodeURIComponent(trustDocument),
    ...(boundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: "PermissionsBoundaryPolicy",
            PermissionsBoundaryArn: boundary.name,
          },
        }),
  };
}

/**
 * Asks the policies of a role, its boundary among them, and nothing else: "Simulation of resource-based policies isn't
 * supported for IAM roles" (API reference, SimulatePrincipalPolicy), and keys that are not given are keys that the request
 * does not have.
 */
function simulate(input: Simulation, { region: { account } }: ApiContext) {
  const known = ["PolicySourceArn", "ActionNames", "ResourceArns", "ContextEntries", "MaxItems", "Marker"];
  refuseOthers("SimulatePrincipalPolicy", input, known);
  const { PolicySourceArn, ActionNames, ResourceArns = ["*"], ContextEntries = [] } = input;
  const [, name] = /^arn:[\w-]+:iam::\d{12}:role\/(?:.*\/)?([^/]+)$/.exec(PolicySourceArn) ?? [];
  const isOwner = account.iam.owner.kind === "role" && account.iam.owner.arn === PolicySourceArn;
  if (name === undefined && !isOwner)
    throw new AwsError("NoSuchEntity", `${PolicySourceArn} cannot be found.`, 404);
  const caller = name === undefined ? account.iam.owner : account.iam.role(name).caller;
  const context = Object.fromEntries(
    ContextEntries.map(({ ContextKeyName = "", ContextKeyValues = [] }) => [
      ContextKeyName,
      ContextKeyValues,
    ]),
  );
  const results = ActionNames.flatMap((action) =>
    ResourceArns.map((resource) => {
      const decision = decideAccess({ caller, action, resource, context });
      const { allowed, deniedBy } = decision;
      const isExplicit = !allowed && decision.reason.startsWith("explicitly denied");
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: allowed ? "allowed" : isExplicit ? "explicitDeny" : "implicitDeny",
        MatchedStatements: [],
        MissingContextValues: [],
        ...(caller.kind === "role" && caller.boundary !== undefined
          ? { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: deniedBy !== "boundary" } }
          : {}),
      };
    }),
  );
  const { items, ...rest } = pageOf(results, input);
  return { EvaluationResults: items, ...rest };
}

/** IAM's descriptions of roles, and its simulator. */
export const iamHandlers = {
  GetRole: ({ RoleName }: RoleRequest, { region: { account } }: ApiContext) => ({
    Role: described(account.iam.role(RoleName)),
  }),
  GetInstanceProfile: (
    { InstanceProfileName: name }: { readonly InstanceProfileName: string },
    { region: { account } }: ApiContext,
  ) => {
    if (name !== nodeRoleName)
      throw new AwsError("NoSuchEntity", `Instance Profile ${name} cannot be found.`, 404);
    const role = account.iam.role(nodeRoleName);
    const arn = `arn:${account.partition}:iam::${account.id}:instance-profile/${name}`;
    return {
      InstanceProfile: {
        Path: "/",
        InstanceProfileName: name,
        InstanceProfileId: idOf("AIPA", arn),
        Arn: arn,
        CreateDate: new Date(role.createdAt),
        Roles: [described(role)],
      },
    };
  },
  ListAttachedRolePolicies: (input: RoleRequest & Paged, { region: { account } }: ApiContext) => {
    refuseOthers("ListAttachedRolePolicies", input, ["RoleName", "MaxItems", "Marker"]);
    const { items, ...rest } = pageOf([...account.iam.role(input.RoleName).attached], input);
    const policies = items.map((PolicyArn) => ({ PolicyName: PolicyArn.replace(/^.*\//, ""), PolicyArn }));
    return { AttachedPolicies: policies, ...rest };
  },
  AttachRolePolicy: (input: RoleRequest & { PolicyArn: string }, { region: { account } }: ApiContext) => {
    account.iam.attachRolePolicy(input);
    return {};
  },
  DetachRolePolicy: (input: RoleRequest & { PolicyArn: string }, { region: { account } }: ApiContext) => {
    account.iam.detachRolePolicy(input);
    return {};
  },
  SimulatePrincipalPolicy: simulate,
} as const satisfies Handlers;
