import { ListGroupResourcesCommand, type ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import {
  GetResourcesCommand,
  type ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { baseGroupTagKey, patchGroupTagKeys } from "#shared/contract/exclusionNames.js";
import { patchStatesOf } from "../../shared/aws/patchStates.js";
import { chunks } from "../../shared/chunks.js";
import { mapLimited } from "../../shared/errors.js";
import type { PatchState } from "../../shared/patchState.js";
import type { GroupPage, OwnTags } from "../core/membership.js";
import type { RegionQueries } from "../ports.js";

/** Most members of a page (API ListGroupResources). */
const membersPerPage = 50;
/** Most resources of a call (API GetResources, ResourceARNList). */
const tagsPerCall = 100;
/** Such calls at a time. */
const parallelTagCalls = 5;

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

/** The tags of nodes that exclusions write, by the nodes' ids. */
export async function ownTagsOf(
  client: ResourceGroupsTaggingAPIClient,
  arns: readonly string[],
  abortSignal: AbortSignal,
): Promise<Map<string, OwnTags>> {
  const found = new Map<string, OwnTags>();
  await mapLimited(chunks(arns, tagsPerCall), parallelTagCalls, async (ResourceARNList) => {
    const { ResourceTagMappingList = [] } = await client.send(new GetResourcesCommand({ ResourceARNList }), {
      abortSignal,
    });
    for (const { ResourceARN = "", Tags = [] } of ResourceTagMappingList) {
      const id = ResourceARN.slice(ResourceARN.lastIndexOf("/") + 1);
      const groups = Tags.flatMap(({ Key, Value = "" }) =>
        patchGroupTagKeys.some((key) => key === Key) ? [Value] : [],
      );
      const mark = Tags.find(({ Key }) => Key === baseGroupTagKey)?.Value;
      if (groups.length > 0 || mark !== undefined) found.set(id, { groups, mark });
    }
  });
  return found;
}
