import { absent } from "../../fleet/model.js";
import type { LabRun } from "../../run.js";
import type { Summary } from "../summary/summary.js";

/** What became of the bad patches of a fleet file; undefined where it has none. */
export function summarizeBadPatches({ account, request }: LabRun): Summary["badPatches"] {
  const { badPatches = [], nodes } = request.fleet;
  if (badPatches.length === 0) return undefined;
  const all = account.everywhere().flatMap(({ harms }) => harms.all);
  return badPatches.map((bad) => {
    const { catalog, patch, breaks } = bad;
    const harms = all.filter((one) => one.bad === bad);
    const could = nodes.filter((node) => {
      const version = node.catalog === catalog ? (node.installed[patch.packageIndex] ?? absent) : absent;
      return version !== absent && version < patch.versionIndex;
    });
    return {
      ...{ patch: patch.id, catalog: catalog.key, breaks, of: could.length },
      got: new Set(harms.map(({ nodeId }) => nodeId)).size,
      broken: new Set(harms.flatMap(({ nodeId, shownAt }) => (shownAt === undefined ? [] : [nodeId]))).size,
    };
  });
}
