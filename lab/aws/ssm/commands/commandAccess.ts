import type { SendCommandRequest } from "@aws-sdk/client-ssm";
import { isHybrid } from "#lab/fleet/model.js";
import type { Caller } from "../../iam/evaluate.js";
import type { Call } from "../../iam/iam.js";
import type { Place } from "../../place.js";
import type { TagMap, TagViews } from "../../tags/tagViews.js";
import type { LabNode } from "../nodes/labNode.js";
import type { ManagedNodes } from "../nodes/managedNodes.js";
import { groupKey } from "./command.js";

/** Where commands go, and to which nodes. */
type Needs = Place & { readonly nodes: ManagedNodes; readonly tagViews: TagViews };

/**
 * What a caller may do with Run Command: the document and the role for notifications are asked for when a command is
 * sent, each node when the command comes to it. A node that the caller may not reach is AccessDenied, which is no error
 * of the command.
 */
export class CommandAccess {
  /** Nodes that share a set of tags get the same answer where no statement names single nodes. */
  private readonly byTags = new Map<TagMap, Map<boolean, boolean>>();

  constructor(
    private readonly region: Needs,
    private readonly caller: Caller,
  ) {}

  /** @throws AwsError AccessDeniedException */
  authorizeSend(request: SendCommandRequest): void {
    const { account, name } = this.region;
    const context = this.context();
    account.iam.authorize({
      caller: this.caller,
      action: "ssm:SendCommand",
      resource: `arn:${account.partition}:ssm:${name}::document/${request.DocumentName}`,
      context,
    });
    if (request.OutputS3BucketName !== undefined && account.unknowns.outputBucket === "asked") {
      account.iam.authorize({
        caller: this.caller,
        action: "ssm:SendCommand",
        resource: `arn:${account.partition}:s3:::${request.OutputS3BucketName}`,
        context,
      });
    }
    this.authorizeGroups(request);
    // Nodes that are named are asked for at once; those that targets select, when the command comes to them.
    for (const id of request.InstanceIds ?? []) {
      const node = this.region.nodes.node(id);
      if (node !== undefined) account.iam.authorize(this.onNode(node));
    }
    if (request.ServiceRoleArn === undefined) return;
    account.iam.authorize({
      caller: this.caller,
      action: "iam:PassRole",
      resource: request.ServiceRoleArn,
      context: { ...context, "iam:PassedToService": "ssm.amazonaws.com" },
    });
  }

  /** Run Command reads the members of a group as the sender. */
  private authorizeGroups({ Targets = [] }: SendCommandRequest): void {
    const groups = Targets.filter(({ Key }) => Key === groupKey).flatMap(({ Values = [] }) => Values);
    for (const group of groups) {
      const arn = this.region.arn("resource-groups", `group/${group}`);
      for (const [action, resource] of [
        ["resource-groups:ListGroupResources", arn],
        ["tag:GetResources", "*"],
      ] as const) {
        const call = { caller: this.caller, action, resource, context: this.context() };
        this.region.account.iam.authorize(call);
      }
    }
  }

  /** @throws AwsError AccessDeniedException */
  authorizeCancel(): void {
    const { iam } = this.region.account;
    iam.authorize({
      caller: this.caller,
      action: "ssm:CancelCommand",
      resource: "*",
      context: this.context(),
    });
  }

  /** Whether a command may go to a node; the first refusal of a kind of node is kept. */
  reaches(node: LabNode): boolean {
    if (this.namesSingleNodes()) return this.decide(node);
    const tags = this.tagsOf(node);
    const answers = this.byTags.get(tags) ?? new Map<boolean, boolean>();
    const known = answers.get(isHybrid(node.id));
    if (known !== undefined) return known;
    const answer = this.decide(node);
    this.byTags.set(tags, answers.set(isHybrid(node.id), answer));
    return answer;
  }

  private decide(node: LabNode): boolean {
    return this.region.account.iam.allows(this.onNode(node));
  }

  private onNode(node: LabNode): Call {
    const resource = this.region.nodeArn(node.id);
    const contextOf = (all: TagMap): Record<string, string> => {
      const tags = Object.entries(all).flatMap(([key, value]) => [
        [`ssm:resourceTag/${key}`, value],
        [`aws:ResourceTag/${key}`, value],
      ]);
      return { ...Object.fromEntries(tags), ...this.context() };
    };
    const seen = this.tagsOf(node);
    const settled = seen === node.tags ? {} : { settledContext: contextOf(node.tags) };
    return { caller: this.caller, action: "ssm:SendCommand", resource, context: contextOf(seen), ...settled };
  }

  private tagsOf(node: LabNode): TagMap {
    return this.region.tagViews.seen(node, "iam");
  }

  private namesSingleNodes(): boolean {
    if (this.caller.kind !== "role") return false;
    return this.caller.policies.some(({ statements }) =>
      statements.some(({ resources }) => resources.some((one) => /instance\/(?!\*$)/.test(one))),
    );
  }

  private context(): Record<string, string> {
    return { "aws:RequestedRegion": this.region.name };
  }
}
