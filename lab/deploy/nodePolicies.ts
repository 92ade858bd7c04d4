import type { Account } from "../aws/account.js";
import { nodeRoleName } from "../aws/iam/nodeRole.js";
import type { DeployedResource } from "./deploy.js";

/** What people do by hand, as docs/prerequisites.md says: the stack's policies of nodes are attached to the nodes' role. */
export class NodePolicies {
  private attached: readonly string[] = [];

  constructor(private readonly account: Account) {}

  attach(resources: readonly DeployedResource[]): void {
    const { partition, id, iam } = this.account;
    // In the lab a policy has the name of its resource.
    const names = resources.filter(({ type }) => type === "aws:iam/policy:Policy").map(({ name }) => name);
    this.attached = names.map((name) => `arn:${partition}:iam::${id}:policy/${name}`);
    for (const PolicyArn of this.attached) iam.attachRolePolicy({ RoleName: nodeRoleName, PolicyArn });
  }

  /** Before the stack goes: AWS deletes no policy that is attached. */
  detach(): void {
    for (const PolicyArn of this.attached)
      this.account.iam.detachRolePolicy({ RoleName: nodeRoleName, PolicyArn });
    this.attached = [];
  }
}
