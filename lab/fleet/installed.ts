import { absent, type Catalog, none } from "./model.js";

const blockBytes = 1 << 20;

/** Hands out arrays from large blocks: 200,000 buffers of 30 bytes each would cost more than their content. */
export class CellPool {
  private block = new Int8Array(0);
  private used = 0;

  /** An array of zeros that nobody else has. */
  take(length: number): Int8Array {
    if (this.used + length > this.block.length) {
      this.block = new Int8Array(Math.max(blockBytes, length));
      this.used = 0;
    }
    const cells = this.block.subarray(this.used, this.used + length);
    this.used += length;
    return cells;
  }
}

/** Per package, the index of the newest patch released by `until`, or none. */
export function fillInstalled(cells: Int8Array, catalog: Catalog, until: number): void {
  for (const { index, patches } of catalog.packages) {
    let newest = none;
    for (const patch of patches) {
      if (patch.released > until) break;
      newest = patch.versionIndex;
    }
    cells[index] = newest;
  }
}

/** Marks the packages that are not among `present` as absent. */
export function keepOnly(cells: Int8Array, present: ReadonlySet<number>): void {
  for (let index = 0; index < cells.length; index++) {
    if (!present.has(index)) cells[index] = absent;
  }
}

/** The packages that `roots` need at any version, themselves included: no node has half of a dependency. */
export function withRequired(catalog: Catalog, roots: Iterable<number>): Set<number> {
  const found = new Set(roots);
  // A set yields what is added to it while it is walked.
  for (const index of found) {
    for (const patch of catalog.packages[index]?.patches ?? []) {
      for (const { packageIndex } of patch.requires) found.add(packageIndex);
    }
  }
  return found;
}
