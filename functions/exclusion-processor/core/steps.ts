import type { BaselineContent } from "./model.js";

/** A baseline by its id, or by its name when an earlier step of the same plan makes it. */
export type BaselineReference = { readonly id: string } | { readonly nameOfNew: string };

interface Reasoned {
  /** A sentence for the log. */
  readonly why: string;
}

interface CreateBaseline extends Reasoned {
  readonly kind: "createBaseline";
  readonly name: string;
  readonly operatingSystem: string;
  readonly content: BaselineContent;
}

/** Sets everything that the content names, wholesale. */
interface UpdateBaseline extends Reasoned {
  readonly kind: "updateBaseline";
  readonly baselineId: string;
  readonly name: string;
  readonly operatingSystem: string;
  readonly content: BaselineContent;
}

interface RegisterGroup<Reference = BaselineReference> extends Reasoned {
  readonly kind: "registerGroup";
  readonly group: string;
  readonly operatingSystem: string;
  readonly baseline: Reference;
}

export interface DeregisterGroup extends Reasoned {
  readonly kind: "deregisterGroup";
  readonly group: string;
  readonly operatingSystem: string;
  readonly baselineId: string;
}

export interface DeleteBaseline extends Reasoned {
  readonly kind: "deleteBaseline";
  readonly baselineId: string;
  readonly name: string;
  readonly operatingSystem: string;
}

/** A node whose tags a step writes. */
export interface TaggedNode {
  readonly id: string;
  /** Its patch group before the step. */
  readonly from: string;
}

/** Gives up to 20 nodes the same two tags, of each node in one call. */
interface TagNodes extends Reasoned {
  readonly kind: "tagNodes";
  readonly nodes: readonly TaggedNode[];
  readonly values: Readonly<Record<string, string>>;
  readonly to: string;
}

/** Takes a tag from up to 20 nodes. */
interface UntagNodes extends Reasoned {
  readonly kind: "untagNodes";
  readonly nodes: readonly TaggedNode[];
  readonly key: string;
}

/** One write, as it is planned. */
export type Step =
  | CreateBaseline
  | UpdateBaseline
  | RegisterGroup
  | DeregisterGroup
  | DeleteBaseline
  | TagNodes
  | UntagNodes;

/** One write with every id known, as an adapter gets it. */
export type ReadyStep = Exclude<Step, RegisterGroup> | RegisterGroup<{ readonly id: string }>;

/**
 * What is left of a step when the tags of some nodes could not be written, or the nodes are gone: their mark must stay as
 * well. Undefined when nothing is left.
 */
export function remaining(step: Step, stuck: ReadonlySet<string>): Step | undefined {
  if (stuck.size === 0 || !("nodes" in step)) return step;
  const nodes = step.nodes.filter(({ id }) => !stuck.has(id));
  return nodes.length === 0 ? undefined : { ...step, nodes };
}
