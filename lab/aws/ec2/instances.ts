import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
  Filter,
  Instance,
} from "@aws-sdk/client-ec2";
import { type FleetNode, isHybrid } from "#lab/fleet/model.js";
import { isOptIn, regionsOf } from "#shared/contract/regions.js";
import { hourMs } from "#shared/text/time.js";
import { AwsError, NotModelledError, refuseOthers } from "../base/errors.js";
import { page } from "../base/page.js";
import { nodeRoleName } from "../iam/nodeRole.js";
import type { Place } from "../place.js";
import { type FilterTests, filterOf } from "../ssm/filters.js";
import { tagList } from "../tags/tags.js";
import type { TagMap, TagView } from "../tags/tagViews.js";

/** Where instances are. */
type Needs = Place & { readonly tags: { seen(arn: string, view: TagView): TagMap } };

/** "If you specify MaxResults, the value must be between 5 and 1000" (API reference, DescribeInstances). */
const [fewest, most] = [5, 1000];

/** Codes of an instance's states (API reference, InstanceState). */
const stateCodes = { running: 16, terminated: 48, stopped: 80 } as const;

/** Those that are named, or pass the filters. A terminated one is seen for an hour (API reference: "usually less than one hour"). */
export function describeInstances(region: Needs, input: DescribeInstancesRequest): DescribeInstancesResult {
  refuseOthers("DescribeInstances", input, ["Filters", "InstanceIds", "MaxResults", "NextToken"]);
  const { Filters = [], InstanceIds, MaxResults, NextToken } = input;
  if (InstanceIds !== undefined && MaxResults !== undefined) {
    const message = "The parameter instancesSet cannot be used with the parameter maxResults";
    throw new AwsError("InvalidParameterCombination", message);
  }
  const { account, name } = region;
  const { now } = account.clock;
  const here = account.fleet.nodes.filter(
    ({ id, region: where, terminatedAt = Number.POSITIVE_INFINITY }) =>
      where === name && !isHybrid(id) && now < terminatedAt + hourMs,
  );
  const gone = (InstanceIds ?? []).filter((id) => !here.some((one) => one.id === id));
  if (gone.length > 0) {
    const message = `The instance IDs '${gone.join(", ")}' do not exist`;
    throw new AwsError("InvalidInstanceID.NotFound", message);
  }
  const profile = `arn:${account.partition}:iam::${account.id}:instance-profile/${nodeRoleName}`;
  const all = here.map((node) => {
    const tags = region.tags.seen(region.nodeArn(node.id), "tagging");
    // Fleet files have one word for a node without an agent and one without a profile.
    return { ...described(node, tags, now), ...(node.agent ? { IamInstanceProfile: { Arn: profile } } : {}) };
  });
  const passes = instanceFilter(Filters);
  const found = all.filter(
    (one) => passes(one) && (InstanceIds === undefined || InstanceIds.includes(one.InstanceId ?? "")),
  );
  const { items, token } = pageOf(found, { MaxResults, NextToken });
  const Reservations = items.map((one) => ({
    ReservationId: (one.InstanceId ?? "").replace(/^i-/, "r-"),
    OwnerId: account.id,
    Instances: [one],
  }));
  return { Reservations, ...token };
}

/** Regions that the account has, or all with the state of each. */
export function describeRegions(
  isEnabled: (region: string) => boolean,
  partition: string,
  input: DescribeRegionsRequest,
): DescribeRegionsResult {
  refuseOthers("DescribeRegions", input, ["AllRegions", "RegionNames"]);
  const { AllRegions = false, RegionNames } = input;
  const known = regionsOf(partition);
  const odd = (RegionNames ?? []).find((name) => !known.includes(name));
  if (odd !== undefined) {
    throw new AwsError("InvalidParameterValue", `Invalid region provided: ${odd}`);
  }
  const Regions = known
    .filter((name) => RegionNames?.includes(name) ?? true)
    .filter((name) => AllRegions || isEnabled(name))
    .map((name) => ({
      RegionName: name,
      Endpoint: `ec2.${name}.amazonaws.com`,
      OptInStatus: optInStatus(name, isEnabled(name)),
    }));
  return { Regions };
}

function optInStatus(region: string, isEnabled: boolean): string {
  if (!isOptIn(region)) return "opt-in-not-required";
  return isEnabled ? "opted-in" : "not-opted-in";
}

function described(node: FleetNode, tags: TagMap, now: number): Instance {
  const isGone = node.terminatedAt !== undefined && now >= node.terminatedAt;
  const state = isGone ? "terminated" : node.state;
  const { operatingSystem } = node.catalog;
  return {
    InstanceId: node.id,
    State: { Code: stateCodes[state], Name: state },
    PlatformDetails: operatingSystem === "WINDOWS" ? "Windows" : "Linux/UNIX",
    Tags: tagList(tags),
  };
}

/** @throws NotModelledError for a filter that only the lab does not know */
function instanceFilter(filters: readonly Filter[]): (instance: Instance) => boolean {
  const tagged = filters.flatMap(({ Name = "" }) => (Name.startsWith("tag:") ? [Name] : []));
  const value = ({ Tags = [] }: Instance, key: string) => Tags.find(({ Key }) => Key === key)?.Value;
  const tests: FilterTests<Instance> = {
    "instance-id": (id) => (one) => one.InstanceId === id,
    "instance-state-name": (state) => (one) => one.State?.Name === state,
    "tag-key": (key) => (one) => value(one, key) !== undefined,
    ...Object.fromEntries(
      tagged.map((name) => [
        name,
        (wanted: string) => (one: Instance) => value(one, name.slice("tag:".length)) === wanted,
      ]),
    ),
  };
  const odd = filters.find(
    ({ Name = "", Values = [] }) => !Object.hasOwn(tests, Name) || Values.some(isGlob),
  );
  if (odd !== undefined) throw new NotModelledError(`the filter ${odd.Name} of DescribeInstances`);
  return filterOf(
    filters.map(({ Name, Values }) => ({ Key: Name, Values })),
    tests,
  );
}

const isGlob = (value: string): boolean => /[*?\\]/.test(value);

function pageOf<T>(items: readonly T[], { MaxResults, NextToken }: DescribeInstancesRequest) {
  try {
    return page(items, { MaxResults, NextToken }, fewest, most);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const code = error.code === "InvalidNextToken" ? "InvalidNextToken" : "InvalidParameterValue";
    throw new AwsError(code, error.message);
  }
}
