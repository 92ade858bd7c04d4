import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  ListNodesRequest,
  ListNodesResult,
  Node,
  Target,
} from "@aws-sdk/client-ssm";
import { AwsError, NotModelledError, refuseOthers, validationError } from "../../base/errors.js";
import { page } from "../../base/page.js";
import type { Place } from "../../place.js";
import type { TagMap, TagViews } from "../../tags/tagViews.js";
import { describeInstances } from "./instanceInformation.js";
import { LabNode } from "./labNode.js";
import { ShownNodes } from "./shownNodes.js";

/** Where nodes are, and how their tags are seen. */
type Needs = Place & { readonly tagViews: TagViews };

/** The managed nodes of a Region: those with an agent that SSM knows. */
export class ManagedNodes {
  /** In the order of the fleet file. */
  readonly all: readonly LabNode[];
  /** What Systems Manager shows of the whole organization; undefined where nobody has turned that on. */
  organizationView: readonly Node[] | undefined;
  private readonly byId: ReadonlyMap<string, LabNode>;
  private readonly shown: ShownNodes;

  constructor(private readonly region: Needs) {
    const here = region.account.fleet.nodes.filter((node) => node.region === region.name && node.agent);
    const prefersSpace = region.account.unknowns.twoGroupKeys === "withSpace";
    this.all = here.map((node) => new LabNode(node, prefersSpace));
    this.byId = new Map(this.all.map((node) => [node.id, node]));
    this.shown = new ShownNodes(this.all);
  }

  node(id: string): LabNode | undefined {
    return this.byId.get(id);
  }

  describeInstanceInformation(input: DescribeInstanceInformationRequest): DescribeInstanceInformationResult {
    const { now } = this.region.account.clock;
    const shown = this.shown.at(now);
    return describeInstances({ shown, node: (id) => this.node(id) }, input, now, (node) => this.tagsOf(node));
  }

  /**
   * Nodes as the Organization view has them.
   *
   * @throws AwsError UnsupportedOperationException where the integrated experience is not turned on (API reference, ListNodes)
   */
  listNodes(input: ListNodesRequest): ListNodesResult {
    if (this.organizationView === undefined) {
      throw new AwsError(
        "UnsupportedOperationException",
        "This operation is not supported for the current account. You must first enable the Systems Manager integrated experience in your account.",
      );
    }
    refuseOthers("ListNodes", input, ["MaxResults", "NextToken"]);
    const { items, token } = page(this.organizationView, input, 1, 50);
    return { Nodes: [...items], ...token };
  }

  /** The nodes that a command's or window's targets select now: all criteria must match, one of the values each. */
  select(targets: readonly Target[]): LabNode[] {
    const tests = criteria(targets);
    const { now } = this.region.account.clock;
    return this.all.filter((node) => {
      if (!node.isThere(now)) return false;
      const tags = this.tagsOf(node);
      return tests.every((test) => test(node, tags));
    });
  }

  private tagsOf(node: LabNode): TagMap {
    return this.region.tagViews.seen(node, "targets");
  }
}

/** Whether a node that is seen with some tags fits. */
type Criterion = (node: LabNode, tags: TagMap) => boolean;

/**
 * What targets ask of a node, one test for each.
 *
 * @throws AwsError for what the API refuses, NotModelledError for what only the lab does not know
 */
export function criteria(targets: readonly Target[]): Criterion[] {
  if (targets.length === 0 || targets.length > 5) {
    throw validationError(`Member must have 1 to 5 targets, got ${targets.length}`);
  }
  return targets.map(criterion);
}

function criterion({ Key = "", Values = [] }: Target): Criterion {
  if (Values.length > 50) throw validationError(`${Key} takes at most 50 values, got ${Values.length}`);
  const values = new Set(Values);
  if (Key === "InstanceIds") return (node) => values.has(node.id);
  if (Key === "tag-key") return (_, tags) => Values.every((key) => Object.hasOwn(tags, key));
  if (!Key.startsWith("tag:")) throw new NotModelledError(`targets by ${Key}`);
  if (!targetKey.test(Key)) throw validationError(`${JSON.stringify(Key)} is not the key of a target`);
  const key = Key.slice("tag:".length);
  return (_, tags) => Object.hasOwn(tags, key) && values.has(tags[key] ?? "");
}

/** Unlike a tag's own key it may hold no `+` (API: TargetKey). */
const targetKey = /^[\p{L}\p{Z}\p{N}_.:/=\-@]{1,163}$/u;
