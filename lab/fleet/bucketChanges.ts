import { dirname, isAbsolute, join } from "node:path";
import type { BucketChange } from "./model.js";
import { type Problems, scope } from "./problems.js";
import { type FleetIo, readBytes } from "./readDocument.js";
import type { BucketChangeSpec } from "./schema.js";

/**
 * Reads what is put into the bucket, as it is: whether a manifest is good is for the processor to say.
 *
 * @param specs undefined stands for one whose shape is wrong
 * @returns in the order of time, and of the file where the time is the same
 */
export function compileBucketChanges(
  path: string,
  specs: readonly (BucketChangeSpec | undefined)[],
  io: FleetIo,
  problems: Problems,
): BucketChange[] {
  const placed = specs.flatMap((spec, place) =>
    spec === undefined ? [] : [{ spec, place, at: Date.parse(spec.at) }],
  );
  placed.sort((a, b) => a.at - b.at || a.place - b.place);
  // A key of which one change is unusable may well have been uploaded by that one.
  const isComplete = placed.length === specs.length;
  const present = new Set<string>();
  return placed.flatMap(({ spec: { key, file }, place, at }): BucketChange[] => {
    const here = scope(problems, path, ["exclusions", place]);
    if (file === undefined) {
      if (!present.delete(key) && isComplete) here.add(["key"], key, "a key that is uploaded before that");
      return [{ at, key, body: undefined }];
    }
    present.add(key);
    const read = readBytes(isAbsolute(file) ? file : join(dirname(path), file), io);
    if ("bytes" in read) return [{ at, key, body: read.bytes }];
    here.add(["file"], file, `a file relative to ${path}; this one ${read.problem}`);
    return [];
  });
}
