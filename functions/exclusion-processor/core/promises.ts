import { groupsOf, memoryKey, parseMemory } from "#shared/contract/regionMemory.js";
import type { Store } from "../ports.js";
import { listingOf, textOf } from "./gather.js";
import type { Promises } from "./memory.js";
import { lastToldIn, readVerdicts } from "./verdicts.js";

/** The nodes of a Region on which entries are in force, or, as a sentence, why nobody knows them. */
type Found =
  | { readonly kind: "known"; readonly promised: Promises }
  | { readonly kind: "lost"; readonly why: string };

/**
 * What is promised in a Region, where no run has come to look at it: what was kept of it, and where that is gone or broken, what
 * people were told.
 *
 * @throws whatever the store throws
 */
export async function promisedIn(store: Pick<Store, "list" | "read">, region: string): Promise<Found> {
  const stored = await store.read(memoryKey(region));
  const text = stored === undefined ? undefined : textOf(stored);
  const memory = text === undefined ? undefined : parseMemory(text);
  if (memory !== undefined) return { kind: "known", promised: groupsOf(memory.promised) };
  const last = await readVerdicts(store, listingOf(await store.list("")));
  if (last.kind === "known") return { kind: "known", promised: lastToldIn(last, region) };
  return { kind: "lost", why: `What was promised in ${region} is not known, and ${last.why}.` };
}
