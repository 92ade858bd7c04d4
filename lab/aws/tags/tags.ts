import type { Tag } from "@aws-sdk/client-ssm";
import { hashUnit } from "#lab/random.js";
import { hourMs } from "#shared/text/time.js";
import { AwsError, validationError } from "../base/errors.js";
import type { Place } from "../place.js";
import type { ManagedNodes } from "../ssm/nodes/managedNodes.js";
import type { TagMap, TagView, TagViews } from "./tagViews.js";

/** On any resource. */
const maxTags = 50;

/** A resource that may have tags. */
export interface TaggedResource {
  readonly arn: string;
  /** Service and type as the ARN has them, such as `ec2:instance`. */
  readonly type: string;
  readonly id: string;
  readonly isNode: boolean;
  /** When a node is terminated. */
  readonly terminatedAt?: number | undefined;
  /** Its place among all that ever had tags, which no other gets. */
  readonly place: number;
  /** Whoever keeps the tags: a node itself, for managed nodes. */
  readonly holder: { tags: TagMap };
  /** Whether it ever had tags that were set here. */
  wasTagged: boolean;
}

/** Where resources are, and who knows of each kind whether there is such a one. */
type Needs = Place & {
  readonly automation: Known;
  readonly baselines: { getPatchBaseline(input: { readonly BaselineId: string }): unknown };
  readonly documents: Known;
  readonly nodes: ManagedNodes;
  readonly resourceGroups: Known;
  readonly tagViews: TagViews;
  readonly windows: { readonly all: readonly { readonly id: string }[] };
};

interface Known {
  has(id: string): boolean;
}

/** The kinds of resources that the lab keeps tags of, by service and type of their ARN, and how to know that one exists. */
const kinds: Readonly<Record<string, (region: Needs, id: string) => boolean>> = {
  // Whoever is not known as a node is none.
  "ec2:instance": () => false,
  "ssm:managed-instance": () => false,
  "ssm:maintenancewindow": ({ windows }, id) => windows.all.some((window) => window.id === id),
  "ssm:patchbaseline": ({ baselines }, id) => exists(() => baselines.getPatchBaseline({ BaselineId: id })),
  "ssm:document": ({ documents }, id) => documents.has(id),
  "ssm:automation-execution": ({ automation }, id) => automation.has(id),
  "resource-groups:group": ({ resourceGroups }, id) => resourceGroups.has(id),
};

function exists(get: () => unknown): boolean {
  try {
    get();
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

/** Whether the lab keeps tags of a kind of resource: `ec2:instance`, or a whole service. */
export function isTaggedKind(type: string): boolean {
  return Object.keys(kinds).some((kind) => kind === type || kind.startsWith(`${type}:`));
}

/**
 * The tags of a Region's resources: of nodes on the nodes themselves, of everything else by ARN. Servers without an
 * agent are no managed nodes and have tags all the same.
 */
export class Tags {
  private readonly byArn = new Map<string, TaggedResource>();
  /** By their places; those that were forgotten are missing. */
  private readonly all: (TaggedResource | undefined)[] = [];
  private areNodesKnown = false;

  constructor(private readonly region: Needs) {}

  /**
   * Resources that pass a test: nodes in the order of the fleet, then others as they got their first tags.
   *
   * @param from the place to begin at
   */
  *matching(test: (resource: TaggedResource) => boolean, from = 0): Generator<TaggedResource> {
    this.knowNodes();
    for (let place = from; place < this.all.length; place++) {
      const resource = this.all[place];
      if (resource !== undefined && test(resource)) yield resource;
    }
  }

  /** Those of some resources that are known here, in the order in which `matching` gives them. */
  named(arns: readonly string[]): TaggedResource[] {
    const found = [...new Set(arns)].map((arn) => this.find(arn)).filter((one) => one !== undefined);
    return found.sort((one, other) => one.place - other.place);
  }

  /** As they are, which whoever reads them may only learn later. */
  of(arn: string): TagMap {
    return this.find(arn)?.holder.tags ?? noTags;
  }

  /** As somebody sees them now. */
  seen(arn: string, view: TagView): TagMap {
    const holder = this.find(arn)?.holder;
    return holder === undefined ? noTags : this.region.tagViews.seen(holder, view);
  }

  /** Replaces all tags of a resource. */
  set(arn: string, tags: TagMap): void {
    const known = this.find(arn);
    const resource = known ?? this.add(arn, { tags }, false);
    this.region.tagViews.written(arn, resource.holder, tags, known === undefined);
    resource.wasTagged ||= isTagged(resource.holder.tags) || isTagged(tags);
    resource.holder.tags = tags;
  }

  /**
   * Adds tags, or gives those that are there other values.
   *
   * @throws AwsError TooManyTagsError
   */
  merge(arn: string, tags: TagMap): void {
    const all = { ...this.of(arn), ...tags };
    if (Object.keys(all).length > maxTags)
      throw new AwsError("TooManyTagsError", `A resource can have at most ${maxTags} tags.`);
    this.set(arn, all);
  }

  /** Takes tags away; those that are not there do not matter. */
  remove(arn: string, keys: readonly string[]): void {
    const kept = Object.entries(this.of(arn)).filter(([key]) => !keys.includes(key));
    this.set(arn, Object.fromEntries(kept));
  }

  /** For a resource that is gone, and whose name may be used again. */
  forget(arn: string): void {
    const resource = this.byArn.get(arn);
    if (resource === undefined) return;
    this.byArn.delete(arn);
    this.all[resource.place] = undefined;
  }

  /** Whether there is such a resource, of a kind that the lab keeps tags of. */
  exists(arn: string): boolean {
    const known = this.find(arn);
    if (known?.isNode === true) return this.region.account.clock.now < (known.terminatedAt ?? Infinity);
    const { type, id } = kindOf(arn);
    return kinds[type]?.(this.region, id) ?? false;
  }

  /** Whether a resource shows where tagged ones are listed: AWS shows those that were tagged once as well, and terminated ones. */
  shows(resource: TaggedResource, view: TagView): boolean {
    const { arn, holder, isNode, wasTagged } = resource;
    return (wasTagged || isTagged(holder.tags)) && (isNode ? this.lingers(resource, view) : this.exists(arn));
  }

  private lingers({ arn, terminatedAt }: TaggedResource, view: TagView): boolean {
    if (terminatedAt === undefined) return true;
    const { clock, seed, unknowns } = this.region.account;
    const lingering = unknowns.deletedNodes === "anHour" ? hourMs * hashUnit(seed, "lingers", arn, view) : 0;
    return clock.now < terminatedAt + lingering;
  }

  private find(arn: string): TaggedResource | undefined {
    this.knowNodes();
    return this.byArn.get(arn);
  }

  /** Not in the constructor, where the Region has no nodes yet. */
  private knowNodes(): void {
    if (this.areNodesKnown) return;
    this.areNodesKnown = true;
    const { account, name, nodes } = this.region;
    for (const { id, region, tags, terminatedAt } of account.fleet.nodes) {
      if (region === name) this.add(this.region.nodeArn(id), nodes.node(id) ?? { tags }, true, terminatedAt);
    }
  }

  private add(arn: string, holder: { tags: TagMap }, isNode: boolean, terminatedAt?: number): TaggedResource {
    const place = this.all.length;
    const resource = { arn, ...kindOf(arn), isNode, terminatedAt, place, holder, wasTagged: false };
    this.byArn.set(arn, resource);
    this.all.push(resource);
    return resource;
  }
}

const noTags: TagMap = {};

const isTagged = (tags: TagMap): boolean => Object.keys(tags).length > 0;

/** Service and type of an ARN, and the id in it. */
export function kindOf(arn: string): { readonly type: string; readonly id: string } {
  const [, , service = "", , , ...rest] = arn.split(":");
  const [type = "", ...id] = rest.join(":").split("/");
  return { type: `${service}:${type}`, id: id.join("/") };
}

export function tagMap(list: readonly Tag[]): TagMap {
  return Object.fromEntries(list.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/**
 * Tags as a request of SSM gives them.
 *
 * @throws AwsError ValidationException
 */
export function requestedTags(list: readonly Tag[] = [], most = maxTags): TagMap {
  const keys = list.map(({ Key = "" }) => Key);
  const reserved = reservedKey(keys);
  if (reserved !== undefined) throw validationError(`The tag key ${reserved} is reserved for AWS.`);
  if (new Set(keys).size < keys.length) throw validationError("A tag key stands twice.");
  if (keys.length > most) throw validationError(`At most ${most} tags are taken, got ${keys.length}.`);
  return tagMap(list);
}

export function tagList(tags: TagMap): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The first of the keys that only AWS itself may use. */
export function reservedKey(keys: readonly string[]): string | undefined {
  return keys.find((key) => /^aws:/i.test(key));
}

/** Whether tags have all keys, and for each that is asked with values one of them. */
export function tagTest(
  filters: readonly { readonly Key?: string | undefined; readonly Values?: readonly string[] | undefined }[],
): (tags: TagMap) => boolean {
  const tests = filters.map(({ Key = "", Values = [] }) => {
    const values = new Set(Values);
    return (tags: TagMap) => Object.hasOwn(tags, Key) && (values.size === 0 || values.has(tags[Key] ?? ""));
  });
  return (tags) => tests.every((test) => test(tags));
}
