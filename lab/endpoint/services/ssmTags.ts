import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
  ResourceTypeForTagging,
} from "@aws-sdk/client-ssm";
import { AwsError, NotModelledError, validationError } from "../../aws/base/errors.js";
import type { Region } from "../../aws/region.js";
import { requestedTags, reservedKey, tagList } from "../../aws/tags/tags.js";
import type { ApiContext, Handlers } from "../operation.js";

/** The types of resources whose tags the lab keeps, as ARNs have them. EC2 instances are tagged elsewhere. */
const types: Partial<Record<ResourceTypeForTagging, string>> = {
  Automation: "automation-execution",
  Document: "document",
  MaintenanceWindow: "maintenancewindow",
  ManagedInstance: "managed-instance",
  PatchBaseline: "patchbaseline",
};

interface Resource {
  readonly ResourceType: ResourceTypeForTagging | undefined;
  readonly ResourceId: string | undefined;
}

/** @throws AwsError InvalidResourceId for a resource that there is not */
function arnOf(region: Region, { ResourceType, ResourceId = "" }: Resource): string {
  const type = ResourceType === undefined ? undefined : types[ResourceType];
  if (type === undefined) throw new NotModelledError(`the tags of ${ResourceType}`);
  const arn = region.arn("ssm", `${type}/${ResourceId}`);
  if (!region.tags.exists(arn))
    throw new AwsError("InvalidResourceId", `There is no ${ResourceType} ${ResourceId}.`);
  return arn;
}

/** SSM's operations on tags. */
export const ssmTagHandlers = {
  AddTagsToResource: (input: AddTagsToResourceRequest, { region }: ApiContext) => {
    const arn = arnOf(region, input);
    region.tags.merge(arn, requestedTags(input.Tags, Number.POSITIVE_INFINITY));
    return {};
  },
  RemoveTagsFromResource: (input: RemoveTagsFromResourceRequest, { region }: ApiContext) => {
    const arn = arnOf(region, input);
    const { TagKeys: keys = [] } = input;
    const reserved = reservedKey(keys);
    if (reserved !== undefined) throw validationError(`The tag key ${reserved} is reserved for AWS.`);
    region.tags.remove(arn, keys);
    return {};
  },
  ListTagsForResource: (
    input: ListTagsForResourceRequest,
    { region }: ApiContext,
  ): ListTagsForResourceResult => ({ TagList: tagList(region.tags.seen(arnOf(region, input), "read")) }),
} as const satisfies Handlers;
