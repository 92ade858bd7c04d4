import type { AppliesTo } from "#functions/exclusion-processor/core/model.js";
import type { ReadyStep } from "#functions/exclusion-processor/core/steps.js";
import type { Ports } from "#functions/exclusion-processor/ports.js";
import type { Log } from "#functions/shared/log.js";
import type { Notice } from "#functions/shared/message.js";
import { Fuse } from "../fuse.js";
import { type MemoryRegion, MemoryRegionAccess } from "./region.js";
import { type MemoryBucket, MemoryStore } from "./store.js";

/** A log that keeps nothing. */
const silentLog: Log = { info: () => undefined, error: () => undefined };

/** What outlives a process: a bucket, Regions, and what people were told. */
export interface MemoryWorld {
  readonly bucket: MemoryBucket;
  readonly regions: ReadonlyMap<string, MemoryRegion>;
  readonly told: Notice[];
  /** The time, where it passes during a process. */
  readonly now?: number;
  /** The program's. */
  readonly version?: string;
}

/** The ports of one process on a world in memory, with counters. */
export interface MemoryPorts extends Ports {
  readonly store: MemoryStore;
  readonly fuse: Fuse;
  /** Every step that has been done, in order, with its Region. */
  readonly steps: { readonly region: string; readonly step: ReadyStep }[];
}

/**
 * Makes the ports of a process.
 *
 * @param now the time of its writes to the bucket
 * @param fuse counts the writes of the whole process, and may end it
 */
export function memoryPorts(
  world: MemoryWorld,
  rules: { readonly readManifest: Ports["readManifest"]; readonly appliesTo: AppliesTo },
  now: number,
  fuse: Fuse = new Fuse(),
): MemoryPorts {
  const steps: { region: string; step: ReadyStep }[] = [];
  return {
    ...rules,
    fuse,
    steps,
    store: new MemoryStore(world.bucket, fuse, now),
    region: (name, { patchGroupTagKey }) => {
      const region = world.regions.get(name);
      if (region === undefined) throw new Error(`there is no Region ${name}`);
      return new MemoryRegionAccess(region, patchGroupTagKey, fuse, (where, step) =>
        steps.push({ region: where, step }),
      );
    },
    watchWindows: async () => ({}),
    cancelExecution: async () => undefined,
    notifier: {
      publish: async (message) => {
        fuse.check();
        world.told.push(message);
        fuse.burn();
      },
    },
    log: silentLog,
    clock: () => world.now ?? now,
    isLate: () => false,
    isCut: () => false,
    version: () => world.version ?? "1",
  };
}
