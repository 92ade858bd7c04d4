import { AwsError, NotModelledError, refuseOthers } from "../base/errors.js";
import { page } from "../base/page.js";
import type { Caller } from "../iam/evaluate.js";
import type { Place } from "../place.js";
import type { Tags } from "./tags.js";
import { isTaggedKind, kindOf, reservedKey, type TaggedResource, tagList, tagTest } from "./tags.js";
import type { TagMap, TagViews } from "./tagViews.js";

/** Where resources are, and who keeps their tags. */
type Needs = Place & { readonly tags: Tags; readonly tagViews: TagViews };

const maxPerPage = 100;

interface TagFilter {
  readonly Key?: string;
  readonly Values?: readonly string[];
}

/** As the tagging API has it, but for what the lab refuses. */
export interface GetResourcesInput {
  readonly PaginationToken?: string;
  readonly TagFilters?: readonly TagFilter[];
  readonly ResourcesPerPage?: number;
  readonly ResourceTypeFilters?: readonly string[];
  readonly ResourceARNList?: readonly string[];
}

export interface GetResourcesOutput {
  /** Empty on the last page. */
  readonly PaginationToken: string;
  readonly ResourceTagMappingList: readonly {
    readonly ResourceARN: string;
    readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
  }[];
}

interface FailureInfo {
  readonly StatusCode: number;
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export interface FailureOutput {
  readonly FailedResourcesMap: Readonly<Record<string, FailureInfo>>;
}

const invalid = (what: string): AwsError => new AwsError("InvalidParameterException", what);

/** What has or had tags in a Region. */
export function getResources(region: Needs, input: GetResourcesInput): GetResourcesOutput {
  const known: (keyof GetResourcesInput)[] = ["PaginationToken", "ResourceARNList", "ResourceTypeFilters"];
  refuseOthers("GetResources", input, [...known, "ResourcesPerPage", "TagFilters"]);
  const { ResourceARNList: arns, TagFilters: filters = [], ResourceTypeFilters: types = [] } = input;
  const { PaginationToken: token = "" } = input;
  const others = [filters.length > 0, types.length > 0, input.ResourcesPerPage !== undefined, token !== ""];
  if (arns !== undefined && others.includes(true))
    throw invalid("ResourceARNList excludes filters and pages");
  if (filters.some(({ Key }) => Key === undefined)) throw invalid("each of the TagFilters must have a Key");
  const odd = types.find((type) => !isTaggedKind(type));
  if (odd !== undefined) throw new NotModelledError(`the tags of ${odd}`);
  const hasTags = tagTest(filters);
  const isOfType = (type: string) =>
    types.length === 0 || types.includes(type) || types.includes(type.slice(0, type.indexOf(":")));
  const seen = ({ holder }: TaggedResource) => region.tagViews.seen(holder, "tagging");
  const isWanted = (one: TaggedResource) =>
    isOfType(one.type) && hasTags(seen(one)) && region.tags.shows(one, "tagging");
  const request = { MaxResults: input.ResourcesPerPage, NextToken: token === "" ? undefined : token };
  // What is asked for by name comes at once.
  const { items, token: next } =
    arns === undefined
      ? resourcePage(region.tags, isWanted, request, maxPerPage, "InvalidParameterException")
      : { items: region.tags.named(arns).filter(isWanted), token: {} };
  return {
    PaginationToken: next.NextToken ?? "",
    ResourceTagMappingList: items.map((one) => ({ ResourceARN: one.arn, Tags: tagList(seen(one)) })),
  };
}

/** Adds tags to resources, each of which may fail for itself. */
export function tagResources(
  region: Needs,
  caller: Caller,
  input: { readonly ResourceARNList: readonly string[]; readonly Tags: TagMap },
): FailureOutput {
  const context = requestContext(input.Tags);
  return change(region, caller, input.ResourceARNList, Object.keys(input.Tags), {
    actions: {
      ec2: "ec2:CreateTags",
      ssm: "ssm:AddTagsToResource",
      "resource-groups": "resource-groups:Tag",
    },
    context,
    apply: (arn) => region.tags.merge(arn, input.Tags),
  });
}

/** Takes tags from resources, each of which may fail for itself. */
export function untagResources(
  region: Needs,
  caller: Caller,
  input: { readonly ResourceARNList: readonly string[]; readonly TagKeys: readonly string[] },
): FailureOutput {
  return change(region, caller, input.ResourceARNList, input.TagKeys, {
    actions: {
      ec2: "ec2:DeleteTags",
      ssm: "ssm:RemoveTagsFromResource",
      "resource-groups": "resource-groups:Untag",
    },
    context: {},
    apply: (arn) => region.tags.remove(arn, input.TagKeys),
  });
}

interface Change {
  /** What a caller must be allowed to do with a resource, by the service that it belongs to. */
  readonly actions: Readonly<Record<string, string>>;
  readonly context: Readonly<Record<string, string>>;
  readonly apply: (arn: string) => void;
}

function change(
  region: Needs,
  caller: Caller,
  arns: readonly string[],
  keys: readonly string[],
  { actions, context, apply }: Change,
): FailureOutput {
  const reserved = reservedKey(keys);
  if (reserved !== undefined) throw invalid(`The tag key ${reserved} is reserved for AWS.`);
  const isHere = (arn: string) => {
    const [, , service = "", , , ...resource] = arn.split(":");
    return resource.length > 0 && arn === region.arn(service, resource.join(":"));
  };
  // Before anything is changed.
  for (const arn of arns) {
    const { type } = kindOf(arn);
    if (isHere(arn) && !isTaggedKind(type)) throw new NotModelledError(`the tags of ${type}`);
  }
  const failures = arns.flatMap((arn) => {
    const failed = (StatusCode: number, ErrorCode: string, ErrorMessage: string) => [
      [arn, { StatusCode, ErrorCode, ErrorMessage }] as const,
    ];
    if (!isHere(arn))
      return failed(
        400,
        "InvalidParameterException",
        `${arn} is not the ARN of a resource in ${region.name}.`,
      );
    const action = actions[arn.split(":")[2] ?? ""] ?? "";
    const contextOf = (tags: TagMap) => ({
      ...context,
      ...resourceContext(arn, tags),
      "aws:RequestedRegion": region.name,
      "aws:TagKeys": [...keys],
    });
    const [seen, real] = [region.tags.seen(arn, "iam"), region.tags.of(arn)];
    const settled = seen === real ? {} : { settledContext: contextOf(real) };
    const call = { caller, action, resource: arn, context: contextOf(seen), ...settled };
    if (!region.account.iam.allows(call))
      return failed(403, "AccessDeniedException", `Not authorized to perform: ${action} on resource: ${arn}`);
    if (!region.tags.exists(arn)) return failed(400, "InvalidParameterException", `${arn} does not exist.`);
    try {
      apply(arn);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return failed(400, "InvalidParameterException", error.message);
    }
    return [];
  });
  return { FailedResourcesMap: Object.fromEntries(failures) };
}

function requestContext(tags: TagMap): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
}

function resourceContext(arn: string, tags: TagMap): Record<string, string> {
  const own = arn.split(":")[2] === "ssm" ? "ssm:resourceTag" : "ec2:ResourceTag";
  const entries = Object.entries(tags);
  return Object.fromEntries(
    ["aws:ResourceTag", own].flatMap((prefix) => entries.map(([key, value]) => [`${prefix}/${key}`, value])),
  );
}

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * A page of the resources that pass a test. Its token says which resource comes next, so that a later page looks at none
 * of those before it: to test them all again for each page would take the square of their number.
 */
export function resourcePage(
  tags: Tags,
  test: (resource: TaggedResource) => boolean,
  { MaxResults, NextToken = "0/0" }: PageRequest,
  most: number,
  code: string,
): ReturnType<typeof page<TaggedResource>> {
  const [, token = "", place = ""] = /^(.*)\/(\d{1,9})$/.exec(NextToken) ?? [];
  let last = Number(place);
  function* watched() {
    for (const resource of tags.matching(test, last)) {
      last = resource.place;
      yield resource;
    }
  }
  const { items, token: next } = shortPage(watched(), { MaxResults, NextToken: token }, most, code, true);
  // A page takes one resource more than it holds, to see whether there is a next one.
  return next.NextToken === undefined
    ? { items, token: {} }
    : { items, token: { NextToken: `${next.NextToken}/${last}` } };
}

/**
 * A page as the tagging API and Resource Groups give them: short or even empty at times.
 *
 * @param code of the error for a token or a size that is none
 * @param areBegun whether the items begin where the token says
 */
export function shortPage<T>(
  items: Iterable<T>,
  request: PageRequest,
  most: number,
  code: string,
  areBegun = false,
): ReturnType<typeof page<T>> {
  try {
    return page(items, request, 1, most, { mayBeShort: true, areBegun });
  } catch (error) {
    throw error instanceof AwsError ? new AwsError(code, error.message) : error;
  }
}
