import { keys } from "#shared/contract/exclusionNames.js";
import { CannotRun } from "#shared/terminal/terminal.js";
import { countText } from "#shared/text/format.js";
import type { Account } from "../aws/account.js";
import { held } from "../aws/model/held.js";
import type { Region } from "../aws/region.js";
import type { Bucket } from "../aws/s3/bucket.js";
import type { BucketChange, Fleet } from "../fleet/model.js";

/** What the fleet file asks for and the run does not do, because its time does not lie in it. */
export interface SkippedChange {
  readonly at: number;
  readonly key: string;
  readonly why: "before the run" | "after the run" | "the stack had no such bucket then";
}

/** The bucket whose manifests a function is told of, and its Region; undefined in a stack without exclusions. */
export function exclusionBucket(account: Account): { bucket: Bucket; region: Region } | undefined {
  const all = account.regions().flatMap((region) =>
    (account.s3.listBuckets({ BucketRegion: region.name }).Buckets ?? []).map(({ Name }) => ({
      bucket: account.s3.bucket({ Bucket: Name }, region),
      region,
    })),
  );
  const isManifests = ({ filterPrefix }: { readonly filterPrefix: string }) =>
    filterPrefix === keys.manifests;
  return all.find(({ bucket }) => bucket.notifications.some(isManifests));
}

/**
 * Plans what the fleet file wants done in the bucket, as the owner of the account would do it.
 *
 * @param range times from the first on, and before the second
 * @returns what lies outside of the range; later too, what found no bucket at its time
 * @throws CannotRun when the stack has no such bucket
 */
export function planBucketChanges(
  account: Account,
  { source, exclusions = [] }: Fleet,
  range: { readonly from: number; readonly to: number },
): SkippedChange[] {
  if (exclusions.length === 0) return [];
  const found = exclusionBucket(account);
  if (found === undefined) {
    throw new CannotRun(
      `${source}: exclusions: got ${countText(exclusions.length, "change")} of the bucket for exclusions; this stack has none. Take the section out, or name the stack that owns the baselines.`,
    );
  }
  const skipped: SkippedChange[] = [];
  for (const { at, key, body } of exclusions) {
    if (at < range.from) skipped.push({ at, key, why: "before the run" });
    else if (at >= range.to) skipped.push({ at, key, why: "after the run" });
    else
      account.clock.at(at, () => {
        const isDone = changeBucket(account, key, body);
        if (!isDone) skipped.push({ at, key, why: "the stack had no such bucket then" });
      });
  }
  return skipped;
}

/** Uploads an object or, without a body, deletes it; false when there is no bucket for it. */
function changeBucket(account: Account, key: string, body: BucketChange["body"]): boolean {
  const found = exclusionBucket(account);
  if (found === undefined) return false;
  const context = { region: found.region, caller: account.iam.owner };
  const at = { Bucket: found.bucket.name, Key: key };
  if (body === undefined) account.s3.deleteObject(held("s3", "DeleteObject", at), context);
  else account.s3.putObject(held("s3", "PutObject", { ...at, Body: body }), context);
  return true;
}
