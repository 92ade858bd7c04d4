import type { RegionAccess } from "#functions/exclusion-processor/ports.js";

/** The reading half of a Region's access, for tests with writes of their own. */
export function readsOf(access: RegionAccess): Omit<RegionAccess, "apply"> {
  return {
    read: (keys) => access.read(keys),
    readTraces: () => access.readTraces(),
    readTagged: (groups, keys) => access.readTagged(groups, keys),
    readTold: (ids) => access.readTold(ids),
    readReports: (ids) => access.readReports(ids),
  };
}
