/**
 * What the exclusion processor reads: entries of manifests, and the state of a Region. Times are epoch milliseconds.
 *
 * Its words: a *cohort* is the nodes of a base group that share a rule, with the name of that rule as its `word`; the
 * *mark* is a node's base group tag; its *standing* is what the two tags say of it; a *stray* carries a mark that it
 * should have lost; an *ask* is an entry in force that names a node, a *placement* where it belongs then, and the *cause*
 * why it is not moved; a *move* is what a change of a manifest would do to a node.
 */

import type { JsonValue } from "#shared/text/words.js";

/** What happens to a rejected patch that another one needs, or that is installed already. */
export type RejectedAction = "ALLOW_AS_DEPENDENCY" | "BLOCK";

/** Which nodes an entry is about; of tags a node must carry every key, with one of its values. */
export type Selector =
  | { readonly kind: "nodes"; readonly ids: readonly string[] }
  | { readonly kind: "tags"; readonly tags: Readonly<Record<string, readonly string[]>> };

/** What an entry does to its nodes: hold them (scanned, never installed), or reject patches. */
type Effect =
  | { readonly kind: "hold" }
  | { readonly kind: "reject"; readonly patches: readonly string[]; readonly action: RejectedAction };

/** One exclusion of a manifest, already validated. */
export interface Entry {
  /** Unique in its manifest. */
  readonly id: string;
  readonly selector: Selector;
  readonly effect: Effect;
  readonly reason: string;
  readonly owner: string;
  readonly ticket?: string;
  /** The entry is in force before this moment and not at it. */
  readonly expiresAt: number;
  /** The Regions it is about. */
  readonly regions: readonly string[];
  /** Line of the manifest. */
  readonly line: number;
}

/** A node as a Region reports it. */
export interface NodeState {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** SSM's OperatingSystem; undefined when nobody knows, because the node is stopped or has no agent. */
  readonly operatingSystem: string | undefined;
}

/** What the tagging API says of a node. */
export type NodeTags = Omit<NodeState, "operatingSystem">;

/** The tags of nodes that count, by their keys: with any value, or only with one of some. */
export type CountingTags = ReadonlyMap<string, ReadonlySet<string> | "any">;

/** Whether a tag is among those that count. */
export function isCounting(tags: CountingTags, key: string, value: string): boolean {
  const values = tags.get(key);
  return values === "any" || values?.has(value) === true;
}

/** What a derived baseline copies and changes. */
export interface BaselineContent {
  /** Everything beside the rejected patches: approval rules, filters, sources, approved patches. Never looked into. */
  readonly rules: JsonValue;
  readonly rejectedPatches: readonly string[];
  readonly rejectedPatchesAction: RejectedAction;
}

/** A patch baseline of the account, AWS's predefined ones left out. */
export interface BaselineState {
  readonly id: string;
  readonly name: string;
  readonly operatingSystem: string;
  /** Whether it carries this stack's owner tag. */
  readonly isOwned: boolean;
  /** Present for base baselines and owned ones; of others it is not needed. */
  readonly content?: BaselineContent;
}

/** A patch group and the baseline that it has for an operating system. */
export interface GroupRegistration {
  readonly group: string;
  readonly operatingSystem: string;
  readonly baselineId: string;
}

/** What exclusions leave in a Region, and nothing else of it. */
export interface RegionTraces {
  /** As in the whole state, but without contents. */
  readonly baselines: readonly BaselineState[];
  /** Those with a base group tag of any value, and those in a group that exclusions make, whoever has put them there. */
  readonly nodes: readonly Pick<NodeState, "tags">[];
}

/** Everything that decisions about one Region rest on. */
export interface RegionState {
  readonly region: string;
  /** Nodes with a patch group tag or a base group tag of any value, and every other node that SSM manages. */
  readonly nodes: readonly NodeState[];
  readonly baselines: readonly BaselineState[];
  readonly groups: readonly GroupRegistration[];
  /** When the install window opens next. */
  readonly nextInstallAt?: number;
  /** How long it is open then. */
  readonly installHours?: number;
}

/** Whether a patch name can match a patch of an operating system. */
export type AppliesTo = (name: string, operatingSystem: string) => boolean;
