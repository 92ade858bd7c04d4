import type { Catalog } from "../../fleet/model.js";
import { fits } from "../../fleet/requirement.js";

/**
 * Which versions of packages have a blocked one among all that they require, if only through others: per package and
 * version of the catalog. What the node has does not matter: version 1.80 of AWS's patch-baseline-operations asks
 * `dnf repoquery --recursive --requires --resolve`, which answers with every version that would do.
 *
 * @param blocked whether a version of a package is blocked; asked of those that are offered
 * @param offered how many versions of a package the repository has
 */
export function needBlocked(
  { packages }: Catalog,
  offered: (packageIndex: number) => number,
  blocked: (packageIndex: number, version: number) => boolean,
): readonly ReadonlySet<number>[] {
  const found = packages.map(() => new Set<number>());
  const isReached = (index: number, version: number) =>
    blocked(index, version) || (found[index]?.has(version) ?? false);
  for (let grows = true; grows; ) {
    grows = false;
    for (const { index, patches } of packages) {
      for (const patch of patches.slice(0, offered(index))) {
        if (found[index]?.has(patch.versionIndex) === true) continue;
        const needs = patch.requires.some((requirement) => {
          for (let version = 0; version < offered(requirement.packageIndex); version++) {
            if (fits(requirement, version) && isReached(requirement.packageIndex, version)) return true;
          }
          return false;
        });
        if (!needs) continue;
        found[index]?.add(patch.versionIndex);
        grows = true;
      }
    }
  }
  return found;
}
