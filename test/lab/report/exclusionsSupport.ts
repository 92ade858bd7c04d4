import type { Patch } from "#lab/fleet/model.js";
import type { InstallRun, LeftPatch } from "#lab/observe/exclusionObservations.js";
import {
  type ExclusionHistory,
  exclusionLives,
  type StoredVersion,
} from "#lab/report/facts/exclusionLife.js";
import type { ExclusionsSummary } from "#lab/report/summary/exclusionShape.js";
import type { Status, StatusEntry } from "#shared/contract/manifestStatus.js";
import { at, catalog } from "../support.js";

/** A time of October 2026, `06T09:00`. */
const october = (text: string) => at(`2026-10-${text}:00Z`);

const packages = catalog({
  openssl: [{ released: "2026-01-01" }, { released: "2026-10-01" }, { released: "2026-10-20" }],
  nginx: [{ released: "2026-01-01" }, { released: "2026-10-01" }],
}).packages;

/** A version of a package: `openssl-2.0`. */
function patch(id: string): Patch {
  const found = packages.flatMap(({ patches }) => patches).find((one) => one.id === id);
  if (found === undefined) throw new RangeError(`there is no patch ${id}`);
  return found;
}

/** An entry that rejects openssl* on two nodes, but for what a test changes. */
export function entry(changes: Partial<StatusEntry> = {}): StatusEntry {
  const place = { region: "us-east-1", from: "web", group: "web.x-0123456789" };
  return {
    id: "one",
    phase: "in force",
    effect: "reject",
    patches: ["openssl*"],
    action: "BLOCK",
    reason: "a <b>reason</b>",
    owner: "o",
    expires: "2026-10-21T00:00:00.000Z",
    takesEffect: {},
    nodes: [
      { id: "i-1", ...place },
      { id: "i-2", ...place },
    ],
    baselines: [],
    unknownNodes: [],
    leftAlone: [],
    failedNodes: [],
    notes: [],
    ...changes,
  };
}

/** A status object of exclusions/a.yaml that a run wrote at a time. */
export function status(time: string, changes: Partial<Status> = {}): StoredVersion {
  const said: Status = {
    version: 1,
    key: "exclusions/a.yaml",
    versionId: "v1",
    verdict: "in force",
    message: [],
    problems: [],
    warnings: [],
    entries: [entry()],
    failedRegions: [],
    ...changes,
  };
  const text = JSON.stringify(said);
  return { key: `status/${said.key}.json`, versionId: `s${time}`, at: october(time), text };
}

/** What somebody put under a key; null for a deletion. */
export function put(time: string, text: string | null = "text", key = "exclusions/a.yaml"): StoredVersion {
  return { key, versionId: `v${time}`, at: october(time), text: text ?? undefined };
}

export function left(
  id: string,
  rejectedBy: readonly string[],
  installed?: readonly [string, string],
): LeftPatch {
  const [time, later] = installed ?? [];
  return {
    patch: patch(id),
    rejectedBy,
    installed:
      time === undefined || later === undefined
        ? undefined
        : { at: october(time), patch: patch(later), window: "install" },
  };
}

/** A run of the install window on the nodes that it reached. */
export function run(time: string, ...nodes: InstallRun["nodes"]): InstallRun {
  const startedAt = october(time);
  return {
    executionId: `e${time}`,
    window: "install",
    startedAt,
    endedAt: startedAt + 3_600_000,
    regions: ["us-east-1"],
    nodes,
  };
}

/** The lives of what has been put, with runs and the groups of nodes at the end. */
export function livesOf(
  versions: readonly StoredVersion[],
  runs: readonly InstallRun[] = [],
  groups: Readonly<Record<string, string>> = { "i-1": "web", "i-2": "web" },
): ExclusionsSummary["objects"] {
  const nodes: ExclusionHistory["nodes"] = new Map(
    Object.entries(groups).map(([id, patchGroup]) => [id, { name: `node ${id}`, patchGroup }]),
  );
  return exclusionLives({ versions, runs, nodes });
}

/** One that has ended, one that is refused, and a plan. */
export function exclusions(): ExclusionsSummary {
  const problems = [{ message: 'patches[0]: got "<i>"', line: 4, column: 9, entry: "one" }];
  return {
    objects: livesOf(
      [
        put("06T09:00"),
        status("06T09:01"),
        status("21T00:30", { entries: [entry({ phase: "expired", nodes: [] })] }),
        put("07T09:00", "broken", "exclusions/b.yaml"),
        status("07T09:01", {
          key: "exclusions/b.yaml",
          verdict: "refused",
          message: ["Refused; nothing of this manifest is in force."],
          problems,
          entries: [],
        }),
      ],
      [
        run("11T04:00", {
          nodeId: "i-1",
          isHeld: false,
          left: [left("openssl-2.0", ["openssl*"], ["25T04:10", "openssl-3.0"])],
        }),
      ],
    ),
    foreign: [
      {
        id: "i-1",
        region: "us-east-1",
        why: "PatchGroup is web, and somebody <i>else</i> has changed it",
        times: 2,
        since: "2026-10-06T10:00:00.000Z",
        last: "2026-10-07T10:00:00.000Z",
      },
    ],
    skipped: [{ at: "2026-11-05T00:00:00Z", key: "exclusions/<late>.yaml", why: "after the run" }],
  };
}
