import type { Caller } from "#lab/aws/iam/evaluate.js";
import type { FailureOutput, GetResourcesInput, GetResourcesOutput } from "#lab/aws/tags/tagging.js";
import { taggingHandlers } from "#lab/endpoint/services/tagging.js";
import { account } from "../../support.js";
import { api, pages } from "../apiSupport.js";

// AWS's own documentation allows more codes than its model.
export const call = api("tagging", taggingHandlers, /\.errorCode$/);
const hybrid = "mi-0123456789abcdef0";
export const server = "i-0123456789abcdef0";
export const bare = "i-0123456789abcdef1";
export const ec2 = (id: string) => `arn:aws:ec2:us-east-1:123456789012:instance/${id}`;
export const mi = `arn:aws:ssm:us-east-1:123456789012:managed-instance/${hybrid}`;

/** An account with servers, one of them without an agent, and a hybrid node. */
export function world() {
  const made = account([
    { id: server, tags: { Team: "ops", Stage: "prod" } },
    { id: bare, agent: false, tags: { Team: "dev" } },
    { id: hybrid, tags: { Team: "ops" } },
    { id: "i-0123456789abcdef2", tags: {} },
    { id: "i-0123456789abcdef3", region: "eu-west-1", tags: { Team: "ops" } },
  ]);
  const { region } = made;
  const list = (input: Omit<GetResourcesInput, "PaginationToken"> = {}) =>
    pages((PaginationToken) => {
      const token = PaginationToken === undefined ? {} : { PaginationToken };
      const answer = call<GetResourcesOutput>(region, "GetResources", { ...input, ...token });
      return { items: answer.ResourceTagMappingList, next: answer.PaginationToken || undefined };
    });
  const arns = (input: Omit<GetResourcesInput, "PaginationToken">) =>
    list(input).items.map(({ ResourceARN }) => ResourceARN);
  const tag = (ResourceARNList: string[], Tags: object = { A: "1" }, caller?: Caller) =>
    call<FailureOutput>(region, "TagResources", { ResourceARNList, Tags }, caller).FailedResourcesMap;
  const untag = (ResourceARNList: string[], TagKeys: string[] = ["Team"], caller?: Caller) =>
    call<FailureOutput>(region, "UntagResources", { ResourceARNList, TagKeys }, caller).FailedResourcesMap;
  const tags = (arn: string) => region.tags.of(arn);
  return { ...made, list, arns, tag, untag, tags };
}
