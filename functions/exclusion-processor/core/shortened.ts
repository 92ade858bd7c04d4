import type { RegionSummary, RunSummary } from "./runSummary.js";

/** Bytes of lists in a line: CloudWatch Logs takes 256 KiB of an event, and reads no metrics from one that was cut. */
const maxListBytes = 150_000;
const maxText = 1_000;

/** A summary whose lists fit into a line, with how many more items there were. */
export function shortened(summary: RunSummary): RunSummary {
  let left = maxListBytes;
  const take = <T>(items: readonly T[], short: (item: T) => T): { kept: T[]; more: number } => {
    const kept: T[] = [];
    for (const item of items.map(short)) {
      left -= Buffer.byteLength(JSON.stringify(item)) + 1;
      if (left < 0) break;
      kept.push(item);
    }
    return { kept, more: items.length - kept.length };
  };
  const cut = (text: string) => (text.length <= maxText ? text : `${text.slice(0, maxText)}...`);
  const errors = take(summary.errors, cut);
  const regions = summary.regions.map((region): RegionSummary => {
    const foreign = take(region.foreign, ({ id, why }) => ({ id: cut(id), why: cut(why) }));
    const error = region.error === undefined ? {} : { error: cut(region.error) };
    return {
      ...region,
      ...error,
      foreign: foreign.kept,
      ...(foreign.more === 0 ? {} : { foreignMore: foreign.more }),
    };
  });
  return {
    ...summary,
    errors: errors.kept,
    ...(errors.more === 0 ? {} : { errorsMore: errors.more }),
    regions,
  };
}
