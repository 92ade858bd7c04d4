import type { Region } from "../aws/region.js";
import type { Inputs } from "./inputs.js";
import type { Send } from "./send.js";

/** A resource as the last deployment left it. */
export interface Standing {
  readonly id: string;
  /** What it was made as: its own name, with a number behind it where the name has been used before. */
  readonly name: string;
  readonly inputs: Inputs;
  /** What it gave back, its inputs included. */
  readonly state: Inputs;
}

/** Changes a resource in place; what it gives is added to the resource's state. */
type Update = (
  region: Region,
  standing: Standing,
  inputs: Inputs,
  send: Send,
  isChanged: (...inputs: readonly string[]) => boolean,
) => Inputs | undefined;

/** What the provider does with a resource of a type that is there already. */
export interface Change {
  /** Inputs whose change makes the provider put another resource in this one's place; a changed Region always does. */
  readonly replacedBy: readonly string[];
  /** `asMade`: by the requests that make it. Without it nothing else of it can change. */
  readonly update?: "asMade" | Update;
  readonly retag?: (region: Region, standing: Standing, changes: TagChanges, send: Send) => void;
  readonly remove: (region: Region, standing: Standing, send: Send) => void;
}

/** How the tags of a resource change. */
interface TagChanges {
  readonly gone: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  /** All that it has afterwards. */
  readonly all: Readonly<Record<string, string>>;
}

type Tags = Readonly<Record<string, string>> | undefined;

export function tagChanges(before: Inputs, after: Inputs): TagChanges {
  const old = (before.tags as Tags) ?? {};
  const all = (after.tags as Tags) ?? {};
  const set = Object.entries(all).filter(([key, value]) => old[key] !== value);
  return { all, set: Object.fromEntries(set), gone: Object.keys(old).filter((key) => !(key in all)) };
}

/** Tags as a list. */
export function listed(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Sends what a resource loses and what it gets, each if there is any: first the one, then the other. */
export function retagged(
  { gone, set }: TagChanges,
  untag: (keys: string[]) => void,
  tag: (tags: Readonly<Record<string, string>>) => void,
): void {
  if (gone.length > 0) untag([...gone]);
  if (Object.keys(set).length > 0) tag(set);
}

/** ARN that a resource has given back. */
export function arnOf({ state }: Standing): string {
  return String(state.arn);
}
