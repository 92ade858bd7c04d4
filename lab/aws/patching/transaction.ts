import { absent, type Catalog, none, type Requirement } from "../../fleet/model.js";
import { fits } from "../../fleet/requirement.js";
import type { Snapshot } from "./snapshot.js";

/**
 * What a package manager puts on a node to install one patch: what the patch requires and the node has not, and what is
 * there and requires the former version of something that changes, as packages of one source do of each other.
 *
 * @param current the version of a package that the node has by then
 * @returns versions by package; undefined where it cannot be, or the baseline forbids a part of it
 */
export function transaction(
  current: (packageIndex: number) => number,
  snapshot: Snapshot,
  packageIndex: number,
  version: number,
): Map<number, number> | undefined {
  const { catalog } = snapshot;
  const wanted = new Map([[packageIndex, version]]);
  const at = (index: number) => wanted.get(index) ?? current(index);
  const open = [packageIndex];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const changes = new Map<number, number | undefined>();
    for (const requirement of requirementsOf(catalog, index, at(index))) {
      if (fits(requirement, at(requirement.packageIndex))) continue;
      changes.set(requirement.packageIndex, snapshot.bringsIn(requirement));
    }
    for (const other of dependentsOf(catalog).get(index) ?? []) {
      if (!isBroken(catalog, other, at(other), index, at(index))) continue;
      changes.set(other, lifted(snapshot, other, at(other), index, at(index)));
    }
    for (const [one, to] of changes) {
      if (to === undefined || wanted.has(one)) return undefined;
      wanted.set(one, to);
      open.push(one);
    }
  }
  return wanted;
}

function requirementsOf({ packages }: Catalog, index: number, version: number): readonly Requirement[] {
  if (version === absent) return [];
  const patches = packages[index]?.patches ?? [];
  if (version !== none) return patches[version]?.requires ?? [];
  // Nobody knows what such an old version requires, but siblings were of one version then too.
  return (patches[0]?.requires ?? [])
    .filter(({ exactly }) => exactly)
    .map((one) => ({ ...one, version: none }));
}

function isBroken(catalog: Catalog, other: number, version: number, index: number, to: number): boolean {
  return requirementsOf(catalog, other, version).some(
    (requirement) => requirement.packageIndex === index && !fits(requirement, to),
  );
}

/** The newest version of a package that goes with another's. */
function lifted(snapshot: Snapshot, other: number, from: number, index: number, to: number) {
  for (let version = snapshot.newest[other] ?? none; version > from; version--) {
    if (isBroken(snapshot.catalog, other, version, index, to)) continue;
    return snapshot.forbids(other, version) ? undefined : version;
  }
  return undefined;
}

const dependents = new WeakMap<Catalog, ReadonlyMap<number, readonly number[]>>();

/** By package, those that require one version of it and no other. */
function dependentsOf(catalog: Catalog): ReadonlyMap<number, readonly number[]> {
  const known = dependents.get(catalog);
  if (known !== undefined) return known;
  const found = new Map<number, number[]>();
  for (const { index, patches } of catalog.packages) {
    const exact = patches.flatMap(({ requires }) => requires.filter(({ exactly }) => exactly));
    for (const on of new Set(exact.map(({ packageIndex }) => packageIndex))) {
      found.set(on, [...(found.get(on) ?? []), index]);
    }
  }
  dependents.set(catalog, found);
  return found;
}
