import type { Store } from "../ports.js";
import { listingOf } from "./gather.js";
import type { Promises } from "./memory.js";
import { readMemory } from "./openRegion.js";
import { lastTold, readVerdicts } from "./verdicts.js";

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
export async function promisedIn(store: Store, region: string): Promise<Found> {
  const listing = listingOf(await store.list(""));
  const last = await readVerdicts(store, listing);
  const told = lastTold(last);
  const { objects } = listing;
  const time = { objects, openings: [], now: 0, told };
  const { isKnown, promised } = (await readMemory({ store }, region, time)).memory;
  return isKnown || last.kind === "known"
    ? { kind: "known", promised }
    : { kind: "lost", why: lostPromises(region, last.why) };
}

/** That nobody knows what is promised, as a sentence. */
export function lostPromises(region: string, why: string): string {
  return `What was promised in ${region} is not known, and ${why}.`;
}
