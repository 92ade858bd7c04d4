import { admit, type Decision } from "#functions/exclusion-processor/core/admission.js";
import { gatherManifests, listAll } from "#functions/exclusion-processor/core/gather.js";
import type { Ledger } from "#functions/exclusion-processor/core/ledger.js";
import { type Limits, limitsOf } from "#functions/exclusion-processor/core/limits.js";
import type { Version } from "#functions/exclusion-processor/core/manifests.js";
import { openRegion, readRegion } from "#functions/exclusion-processor/core/openRegion.js";
import { countingTags } from "#functions/exclusion-processor/core/scope.js";
import { lastOf, readVerdicts, recentlyMoved } from "#functions/exclusion-processor/core/verdicts.js";
import type { Ports } from "#functions/exclusion-processor/ports.js";
import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { verdictsKey } from "#shared/contract/keptVerdicts.js";
import { orCannotRun } from "./access.js";

/** A Region that could not be read, and why. */
export interface UnreadRegion {
  readonly region: string;
  readonly error: string;
}

/** What there is now, with the decisions that the next run would come to. */
interface Present {
  readonly ledgers: readonly Ledger[];
  readonly unread: readonly UnreadRegion[];
  /** By the keys of manifests. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly limits: Limits;
}

/**
 * Reads everything that a run reads, and decides as a run does.
 *
 * @param tried what is planned
 * @throws CannotRun when the bucket cannot be listed; a Region that cannot be read is one of the result's
 */
export async function readPresent(
  ports: Ports,
  record: DeploymentRecord,
  now: number,
  bucket: string,
  tried: Version,
): Promise<Present> {
  const listing = await orCannotRun(`Bucket ${bucket}`, listAll(ports));
  const names = record.regions.map(({ name }) => name);
  const last = await orCannotRun(`${verdictsKey} of bucket ${bucket}`, readVerdicts(ports.store, listing));
  const time = { objects: listing.objects, openings: [], now };
  const facts = await gatherManifests(ports, listing, record, { lastOf: (key) => lastOf(last, key) });
  const asked = { isAsked: true, counting: countingTags(record, facts, [tried]) };
  const read = await Promise.all(names.map((name) => readRegion(ports, record, name, asked, time)));
  const regions = read.map((one) => openRegion(ports, record, one, new Map()));
  const ledgers = regions.flatMap((one) => ("ledger" in one ? [one.ledger] : []));
  const unread = regions.flatMap((one) => ("error" in one ? [one] : []));
  const limits = limitsOf(record, ledgers, recentlyMoved(last, now));
  return { ledgers, unread, decisions: admit(facts, ledgers, record, limits), limits };
}
