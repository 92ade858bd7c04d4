import { expect } from "chai";
import { startMetrics } from "#functions/regional-fanout/core/metrics.js";
import { named } from "#test/memory/regionalFanout/world.js";
import { east, groups, invoke, nodeId, ohio, payload, worldOf } from "./support.js";

const node = [nodeId(1)];

/** Members of the groups a and b in two Regions, whose automations cannot be started, and Regions by their end. */
const table: readonly (readonly [
  string,
  Parameters<typeof worldOf>[0],
  readonly string[],
  Record<string, number>,
])[] = [
  [
    "two that were started",
    { [east]: { a: node, b: node }, [ohio]: { a: node, b: node } },
    [],
    { StartedRegions: 2, SkippedRegions: 0, FailedRegions: 0, HollowRuns: 0 },
  ],
  [
    "one that was started beside one without nodes",
    { [east]: { a: node, b: node }, [ohio]: { a: [], b: [] } },
    [],
    { StartedRegions: 1, SkippedRegions: 1, FailedRegions: 0, HollowRuns: 0 },
  ],
  [
    "one that was started for one group and is skipped for the other as started",
    { [east]: { a: node, b: [] }, [ohio]: { a: [], b: node } },
    [],
    { StartedRegions: 2, SkippedRegions: 0, FailedRegions: 0, HollowRuns: 0 },
  ],
  [
    "one that failed for one group and was started for the other as failed",
    { [east]: { a: node, b: node }, [ohio]: { a: node, b: [] } },
    ["b"],
    { StartedRegions: 1, SkippedRegions: 0, FailedRegions: 1, HollowRuns: 0 },
  ],
  [
    "none as started when there is no node",
    { [east]: { a: [], b: [] }, [ohio]: { a: [], b: [] } },
    [],
    { StartedRegions: 0, SkippedRegions: 2, FailedRegions: 0, HollowRuns: 1 },
  ],
];

describe("the metrics of a start count each Region once:", () => {
  for (const [what, members, faults, metrics] of table) {
    it(what, async () => {
      const world = worldOf(members);
      for (const group of faults) world.startFaults.set(group, named("InternalServerError", "x"));
      expect(startMetrics(await invoke(world, payload(groups("a", "b"))))).to.deep.equal(metrics);
    });
  }
});
