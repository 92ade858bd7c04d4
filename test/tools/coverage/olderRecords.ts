import { runKeys } from "#shared/contract/runKeys.js";
import { uploadsKey } from "#shared/contract/uploads.js";
import type { CoverageLab } from "./support.js";

type Json = Record<string, unknown>;
const without = (one: Json, ...names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(one).filter(([name]) => !names.includes(name)));
const each = (list: unknown, change: (one: Json) => Json) => (list as Json[]).map(change);

/** A record of the central window as each version has written it that is still read, the newest first. */
const central: readonly ((run: Json) => Json)[] = [
  (run) => run,
  (run) => placed(run, 3, "exclusions", "reported"),
  (run) => placed(run, 2, "exclusions", "reported", "patches", "unnamed"),
  (run) => placed(run, 1, "exclusions", "reported", "patches", "unnamed"),
  (run) => ({
    ...without(placed(run, 1, "exclusions", "reported", "patches", "unnamed"), "version", "vanished"),
    starts: each(run.starts, (one) => without(one, "region")),
  }),
];
const placed = (run: Json, version: number, ...names: readonly string[]): Json => ({
  ...run,
  version,
  regions: each(run.regions, (one) => without(one, ...names)),
});
/**
 * The same of a scan or install window: which version of a manifest it was, names of patches, and numbers of nodes that are not covered
 * came later.
 */
const window: typeof central = [
  (run) => run,
  (run) => ({ ...run, findings: coveredFindings(run) }),
  (run) => ({ ...run, exclusions: each(run.exclusions, (one) => without(one, "versionId")) }),
  (run) => ({ ...without(run, "patches", "unnamed"), findings: coveredFindings(run) }),
];
function coveredFindings({ nodes, findings }: Json): Json[] {
  const others = (nodes as Json[]).flatMap(({ state, ids }) => (state === "default baseline" ? ids : []));
  return (findings as Json[]).filter(
    ({ id, missing, failed, pendingReboot }) =>
      !others.includes(id) && Number(missing) + Number(failed) + Number(pendingReboot) > 0,
  );
}

/**
 * Puts what older versions would have written in the place of what stands in the stack's buckets: records of runs by a draw, and of the
 * exclusion processor, where it is to be so, who uploaded what.
 */
export function makeOlder({ run: { account } }: CoverageLab, what: number): void {
  const home = account.region("us-east-1");
  const owner = { region: home, caller: account.iam.owner };
  for (const { Name: Bucket } of account.s3.listBuckets({ BucketRegion: home.name }).Buckets ?? []) {
    const objects = account.s3.bucket({ Bucket }, home).objects();
    for (const [index, { key: Key, content }] of [...objects].entries()) {
      const versions = Key.startsWith(runKeys.windowsClosed)
        ? window
        : Key.startsWith(runKeys.closed)
          ? central
          : undefined;
      if (versions !== undefined) {
        const older = versions[(what + index) % versions.length];
        const text = JSON.stringify(older?.(JSON.parse(Buffer.from(content.body).toString())));
        account.s3.putObject({ Bucket, Key, Body: Buffer.from(`${text}\n`) }, owner);
      } else if (what % 3 === 1 && Key.startsWith(uploadsKey("").replace(/\.json$/, ""))) {
        account.s3.deleteObject({ Bucket, Key }, owner);
      }
    }
  }
}
