import { ListGroupResourcesCommand, type ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import {
  GetResourcesCommand,
  type ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { patchGroupTagKeys } from "#shared/contract/exclusionNames.js";
import { patchStatesOf } from "../../shared/aws/patchStates.js";
import { chunks } from "../../shared/chunks.js";
import type { PatchState } from "../../shared/patchState.js";
import type { GroupPage } from "../core/membership.js";
import type { RegionQueries } from "../ports.js";

/** Most members of a page (API ListGroupResources). */
const membersPerPage = 50;
/** Most resources of a call (API GetResources, ResourceARNList). */
const tagsPerCall = 100;

/** What is asked of one Region. */
export class AwsRegionQueries implements RegionQueries {
  constructor(
    protected readonly ssm: SSMClient,
    private readonly groups: ResourceGroupsClient,
  ) {}

  async groupPage(
    Group: string,
    NextToken: string | undefined,
    abortSignal: AbortSignal,
  ): Promise<GroupPage> {
    const after = NextToken === undefined ? {} : { NextToken };
    const page = await this.groups.send(
      new ListGroupResourcesCommand({ Group, MaxResults: membersPerPage, ...after }),
      { abortSignal },
    );
    // The API has the members twice; the older list is deprecated, and the newer one not in every answer.
    const identifiers = [
      ...(page.Resources ?? []).flatMap(({ Identifier }) => Identifier ?? []),
      ...(page.ResourceIdentifiers ?? []),
    ];
    return {
      arns: identifiers.flatMap(({ ResourceArn }) => ResourceArn ?? []),
      nextToken: page.NextToken === "" ? undefined : page.NextToken,
      queryErrors: (page.QueryErrors ?? []).map(({ ErrorCode = "unknown", Message = "no reason given" }) => ({
        code: ErrorCode,
        message: Message,
      })),
    };
  }

  patchStates(ids: readonly string[], signal: AbortSignal): Promise<PatchState[]> {
    return patchStatesOf(this.ssm, ids, signal);
  }
}

/** The values of nodes' patch group tags, of either key, by their ids; 100 nodes in a call. */
export async function patchGroupsOf(
  client: ResourceGroupsTaggingAPIClient,
  arns: readonly string[],
  abortSignal: AbortSignal,
): Promise<Map<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const ResourceARNList of chunks(arns, tagsPerCall)) {
    const { ResourceTagMappingList = [] } = await client.send(new GetResourcesCommand({ ResourceARNList }), {
      abortSignal,
    });
    for (const { ResourceARN = "", Tags = [] } of ResourceTagMappingList) {
      const id = ResourceARN.slice(ResourceARN.lastIndexOf("/") + 1);
      const values = Tags.flatMap(({ Key, Value = "" }) =>
        patchGroupTagKeys.some((key) => key === Key) ? [Value] : [],
      );
      if (values.length > 0) found.set(id, values);
    }
  }
  return found;
}
