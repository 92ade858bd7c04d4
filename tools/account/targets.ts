import { ListGroupResourcesCommand, type ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import type { Target } from "@aws-sdk/client-ssm";
import type { Selection } from "./model.js";
import { type Patience, pagesOf } from "./paging.js";

const membersPerPage = 50;

/** What targets select: a resource group by its members, everything else by criteria. */
export async function selectionOf(
  client: ResourceGroupsClient,
  targets: readonly Target[],
  patience: Patience,
): Promise<Selection> {
  const groups = targets.filter(({ Key }) => Key === "resource-groups:Name" || Key === "ResourceGroup");
  if (groups.length === 0) {
    return { criteria: targets.map(({ Key = "", Values = [] }) => ({ key: Key, values: Values })) };
  }
  const members = new Set<string>();
  for (const Group of groups.flatMap(({ Values = [] }) => Values)) {
    const pages = pagesOf(
      (NextToken) =>
        client.send(new ListGroupResourcesCommand({ Group, MaxResults: membersPerPage, NextToken })),
      ({ NextToken }) => NextToken,
      patience,
    );
    for await (const { Resources = [], QueryErrors = [] } of pages) {
      const [error] = QueryErrors;
      if (error !== undefined) throw new Error(`group ${Group}: ${error.ErrorCode}: ${error.Message}`);
      for (const { Identifier } of Resources) {
        const arn = Identifier?.ResourceArn ?? "";
        members.add(arn.slice(arn.lastIndexOf("/") + 1));
      }
    }
  }
  return { criteria: [], members };
}
