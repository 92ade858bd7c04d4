import { z } from "zod";
import { AwsError, NotModelledError, refuseOthers } from "../base/errors.js";
import type { Place } from "../place.js";
import { resourcePage, shortPage } from "./tagging.js";
import { type TaggedResource, type Tags, tagTest } from "./tags.js";
import type { TagMap, TagViews } from "./tagViews.js";

/** Where groups are, and the tags that they ask for. */
type Needs = Place & { readonly tags: Tags; readonly tagViews: TagViews };

/** The types of resources that the lab has, as groups name them, and as ARNs do. */
const types: Readonly<Record<string, string>> = {
  "AWS::EC2::Instance": "ec2:instance",
  "AWS::SSM::Document": "ssm:document",
  "AWS::SSM::MaintenanceWindow": "ssm:maintenancewindow",
  "AWS::SSM::ManagedInstance": "ssm:managed-instance",
  "AWS::SSM::PatchBaseline": "ssm:patchbaseline",
};
const typeNames = new Map(Object.entries(types).map(([name, type]) => [type, name]));
const everyType = "AWS::AllSupported";
const maxPerPage = 50;

const tagQuery = z.strictObject({
  ResourceTypeFilters: z.array(z.string()).min(1),
  TagFilters: z
    .array(
      z.strictObject({ Key: z.string().min(1).max(128), Values: z.array(z.string()).max(20).optional() }),
    )
    .max(50),
});
const stackQuery = z.strictObject({
  ResourceTypeFilters: z.array(z.string()).min(1),
  StackIdentifier: z.string().min(1),
});

export interface ResourceQuery {
  readonly Type: "TAG_FILTERS_1_0" | "CLOUDFORMATION_STACK_1_0";
  /** JSON. */
  readonly Query: string;
}

interface Group {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly query: ResourceQuery;
  readonly types: readonly string[];
  /** Undefined for a group by a CloudFormation stack, of which the lab has none. */
  readonly fits: ((tags: TagMap) => boolean) | undefined;
}

interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

interface Page {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** A member of a group. */
export interface GroupMember {
  readonly ResourceArn: string;
  readonly ResourceType: string;
}

/** How operations name a group: by its name or its ARN. */
interface GroupName {
  readonly Group?: string;
  readonly GroupName?: string;
}

const badRequest = (what: string): AwsError => new AwsError("BadRequestException", what);

/** Resource Groups: groups by query, and their members. */
export class ResourceGroups {
  private readonly byName = new Map<string, Group>();

  constructor(private readonly region: Needs) {}

  createGroup(input: {
    readonly Name: string;
    readonly Description?: string;
    readonly ResourceQuery: ResourceQuery;
    readonly Tags?: TagMap;
  }) {
    refuseOthers("CreateGroup", input, ["Description", "Name", "ResourceQuery", "Tags"]);
    const { Name: name, Description: description, ResourceQuery: query, Tags = {} } = input;
    // API reference, CreateGroup, Name: reserved in any capitalization.
    if (/^aws/i.test(name)) throw badRequest(`The group name ${name} is reserved.`);
    if (this.byName.has(name)) throw badRequest(`The group ${name} exists already.`);
    const group = { name, arn: this.arn(name), description, query, ...readQuery(query) };
    this.byName.set(name, group);
    this.region.tags.set(group.arn, Tags);
    return { Group: described(group), ResourceQuery: query, Tags };
  }

  /** Without a description the group has none any more. */
  updateGroup(input: GroupName & { readonly Description?: string }): void {
    refuseOthers("UpdateGroup", input, ["Description", "Group", "GroupName"]);
    const group = this.find(input);
    this.byName.set(group.name, { ...group, description: input.Description });
  }

  updateGroupQuery(input: GroupName & { readonly ResourceQuery: ResourceQuery }): void {
    refuseOthers("UpdateGroupQuery", input, ["Group", "GroupName", "ResourceQuery"]);
    const { ResourceQuery: query } = input;
    const group = this.find(input);
    this.byName.set(group.name, { ...group, query, ...readQuery(query) });
  }

  deleteGroup(input: GroupName): void {
    refuseOthers("DeleteGroup", input, ["Group", "GroupName"]);
    const { name, arn } = this.find(input);
    this.byName.delete(name);
    this.region.tags.forget(arn);
  }

  getGroup(input: GroupName) {
    refuseOthers("GetGroup", input, ["Group", "GroupName"]);
    return { Group: described(this.find(input)) };
  }

  getGroupQuery(input: GroupName) {
    refuseOthers("GetGroupQuery", input, ["Group", "GroupName"]);
    const { name, query } = this.find(input);
    return { GroupQuery: { GroupName: name, ResourceQuery: query } };
  }

  listGroups(input: Page & { readonly Filters?: readonly Filter[] }) {
    refuseOthers("ListGroups", input, ["Filters", "MaxResults", "NextToken"]);
    const wanted = (input.Filters ?? []).map(({ Name, Values }) => {
      if (Name !== "resource-type") throw new NotModelledError(`lists of groups by ${Name}`);
      return Values;
    });
    const found = [...this.byName.values()].filter((group) =>
      wanted.every((values) => values.some((type) => group.types.includes(type))),
    );
    const { items, token } = shortPage(found, input, maxPerPage, "BadRequestException");
    const GroupIdentifiers = items.map((group) => {
      const { Name, ...rest } = described(group);
      return { GroupName: Name, ...rest };
    });
    return { GroupIdentifiers, Groups: items.map(described), ...token };
  }

  listGroupResources(input: Page & GroupName & { readonly Filters?: readonly Filter[] }) {
    refuseOthers("ListGroupResources", input, ["Filters", "Group", "GroupName", "MaxResults", "NextToken"]);
    const group = this.find(input);
    const filters = (input.Filters ?? []).map(({ Values }) => Values);
    const odd = filters.flat().filter((type) => !group.types.includes(type));
    if (!group.types.includes(everyType) && odd.length > 0) {
      throw badRequest(
        `The resource types specified as filters in the request are not valid: ${odd.join(", ")}`,
      );
    }
    odd.forEach(checkType);
    const stack = { ErrorCode: "CLOUDFORMATION_STACK_NOT_EXISTING", Message: "There is no such stack." };
    const isAsked = (one: TaggedResource) =>
      this.holds(group, one) && filters.every((values) => values.includes(typeName(one)));
    const { items, token } = resourcePage(
      this.region.tags,
      isAsked,
      input,
      maxPerPage,
      "BadRequestException",
    );
    const identifiers = items.map(memberOf);
    return {
      Resources: identifiers.map((Identifier) => ({ Identifier })),
      ResourceIdentifiers: identifiers,
      ...token,
      QueryErrors: group.fits === undefined ? [stack] : [],
    };
  }

  /**
   * All members of a group, nodes in the order of the fleet.
   *
   * @throws AwsError NotFoundException
   */
  members(name: string): GroupMember[] {
    const group = this.find({ Group: name });
    return [...this.region.tags.matching((one) => this.holds(group, one))].map(memberOf);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  private holds({ fits, types: wanted }: Group, resource: TaggedResource): boolean {
    const name = typeName(resource);
    const isWanted = name !== "" && (wanted.includes(everyType) || wanted.includes(name));
    if (!isWanted || fits?.(this.region.tagViews.seen(resource.holder, "groups")) !== true) return false;
    return this.region.tags.shows(resource, "groups");
  }

  private find({ GroupName: old, Group: name = old }: GroupName): Group {
    if (name === undefined) throw badRequest("Group is missing.");
    const found = this.byName.get(name) ?? this.byName.get(name.slice(this.arn("").length));
    if (found === undefined || ![found.name, found.arn].includes(name))
      throw new AwsError("NotFoundException", `The group ${name} does not exist.`, 404);
    return found;
  }

  private arn(name: string): string {
    return this.region.arn("resource-groups", `group/${name}`);
  }
}

function described({ name, arn, description }: Group) {
  return { GroupArn: arn, Name: name, ...(description === undefined ? {} : { Description: description }) };
}

/** The type of a resource as groups name it; empty for one that they do not know. */
export function typeName({ type }: TaggedResource): string {
  return typeNames.get(type) ?? "";
}

function memberOf(resource: TaggedResource): GroupMember {
  return { ResourceArn: resource.arn, ResourceType: typeName(resource) };
}

function checkType(type: string): void {
  if (type !== everyType && types[type] === undefined) throw new NotModelledError(`groups of ${type}`);
}

/**
 * What a group's query asks for.
 *
 * @throws AwsError BadRequestException, NotModelledError for types of resources that the lab does not have
 */
function readQuery({ Type, Query }: ResourceQuery): Pick<Group, "types" | "fits"> {
  let value: unknown;
  try {
    value = JSON.parse(Query);
  } catch {
    throw badRequest("Query not valid: it is not JSON.");
  }
  const read = Type === "TAG_FILTERS_1_0" ? tagQuery.safeParse(value) : stackQuery.safeParse(value);
  if (!read.success) throw badRequest(`Query not valid: ${read.error.issues.map(({ message }) => message)}`);
  const { ResourceTypeFilters, ...rest } = read.data;
  ResourceTypeFilters.forEach(checkType);
  return {
    types: ResourceTypeFilters,
    fits: "TagFilters" in rest ? tagTest(rest.TagFilters) : undefined,
  };
}
