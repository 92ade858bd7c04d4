import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation,
} from "@aws-sdk/client-ssm";
import { isHybrid } from "#lab/fleet/model.js";
import { AwsError, NotModelledError, validationError } from "../../base/errors.js";
import { page } from "../../base/page.js";
import type { TagMap } from "../../tags/tagViews.js";
import { byText, type Filter, type FilterTests, filterOf } from "../filters.js";
import type { LabNode } from "./labNode.js";

/** The nodes that are told of. */
interface Nodes {
  /** Those that are neither stopped nor gone. */
  readonly shown: readonly LabNode[];
  node(id: string): LabNode | undefined;
}

/** Fleets do not say which agent a node runs: they all have this one. */
const agentVersion = "3.3.0.0";
const notModelled: readonly string[] = [
  "ActivationIds",
  "AgentVersion",
  "AssociationStatus",
  "IamRole",
  "SourceIds",
  "SourceTypes",
];

/**
 * Answers DescribeInstanceInformation: nodes that are not stopped, as they are at a time.
 *
 * @param tagsOf a node's tags, as SSM sees them then
 */
export function describeInstances(
  nodes: Nodes,
  input: DescribeInstanceInformationRequest,
  now: number,
  tagsOf: (node: LabNode) => TagMap,
): DescribeInstanceInformationResult {
  const { Filters, InstanceInformationFilterList: legacy } = input;
  if (Filters !== undefined && legacy !== undefined) {
    throw validationError("Filters and InstanceInformationFilterList cannot be used together");
  }
  const filters =
    legacy?.map(({ key, valueSet }): Filter => ({ Key: key, Values: valueSet })) ?? Filters ?? [];
  const passes = filterOf(filters, testsFor(nodes, filters, now, tagsOf), "InvalidFilterKey");
  function* passing() {
    for (const node of nodes.shown) if (passes(node)) yield node;
  }
  const found = filters.length === 0 ? nodes.shown : passing();
  const { items, token } = page(found, input, 5, 50, { unasked: 10 });
  return { InstanceInformationList: items.map((node) => described(node, now)), ...token };
}

/** @throws AwsError for filters that do not go together, and keys that only the lab does not know */
function testsFor(
  nodes: Nodes,
  filters: readonly Filter[],
  now: number,
  tagsOf: (node: LabNode) => TagMap,
): FilterTests<LabNode> {
  const keys = filters.map(({ Key = "" }) => Key);
  const tagKeys = keys.filter((key) => key.startsWith("tag:"));
  const odd = keys.find((key) => notModelled.includes(key));
  if (odd !== undefined) throw new NotModelledError(`the filter ${odd} of DescribeInstanceInformation`);
  const byTag = tagKeys.length + keys.filter((key) => key === "tag-key").length;
  if (byTag > 0 && byTag < keys.length) {
    throw new AwsError("InvalidFilterKey", "Tag filters can't be combined with other filter types");
  }
  const platform = oneOf(["Windows", "Linux", "MacOS"], platformType);
  return {
    InstanceIds: (value) => {
      if (nodes.node(value)?.isThere(now) !== true)
        throw new AwsError("InvalidInstanceId", `${value} is not a managed node`);
      return ({ id }) => id === value;
    },
    PingStatus: oneOf(["Online", "ConnectionLost", "Inactive"], (node) => pingStatus(node, now)),
    PlatformType: platform,
    PlatformTypes: platform,
    ResourceType: oneOf(["EC2Instance", "ManagedInstance"], resourceType),
    "tag-key": (value) => (node) => Object.hasOwn(tagsOf(node), value),
    ...Object.fromEntries(
      tagKeys.map((key) => [
        key,
        byText((node: LabNode) => {
          const tags = tagsOf(node);
          const name = key.slice("tag:".length);
          return Object.hasOwn(tags, name) ? tags[name] : undefined;
        }),
      ]),
    ),
  };
}

/** A filter with a closed set of values. */
function oneOf(values: readonly string[], text: (node: LabNode) => string): FilterTests<LabNode>[string] {
  return (value) => {
    if (!values.includes(value)) {
      const message = `${value} is no value of this filter; there are ${values.join(", ")}`;
      throw new AwsError("InvalidInstanceInformationFilterValue", message);
    }
    return (node) => text(node) === value;
  };
}

function described(node: LabNode, now: number): InstanceInformation {
  const { catalog, name } = node.spec;
  const isOnline = pingStatus(node, now) === "Online";
  const lost = node.offline.find(({ from, to }) => now >= from && now < to)?.from;
  const lastPing = isOnline ? now : lost;
  return {
    InstanceId: node.id,
    PingStatus: pingStatus(node, now),
    ...(lastPing === undefined ? {} : { LastPingDateTime: new Date(lastPing) }),
    AgentVersion: agentVersion,
    PlatformType: platformType(node),
    PlatformName: catalog.platformName,
    PlatformVersion: catalog.platformVersion,
    ResourceType: resourceType(node),
    ...(isHybrid(node.id) ? { Name: name } : {}),
    ComputerName: name,
  };
}

function pingStatus(node: LabNode, now: number): "Online" | "ConnectionLost" {
  return node.reachableFrom(now) === now ? "Online" : "ConnectionLost";
}

/** What SSM calls a node's kind of operating system. */
export function platformType({ catalog }: LabNode): "Windows" | "MacOS" | "Linux" {
  if (catalog.operatingSystem === "WINDOWS") return "Windows";
  return catalog.operatingSystem === "MACOS" ? "MacOS" : "Linux";
}

function resourceType({ id }: LabNode): "EC2Instance" | "ManagedInstance" {
  return isHybrid(id) ? "ManagedInstance" : "EC2Instance";
}
