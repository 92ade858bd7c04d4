import { type Catalog, none, type Patch } from "../../fleet/model.js";
import { type Baseline, type Decision, decide } from "./approval.js";
import { breaksRun } from "./matcher.js";

/** A package that must be there before a patch can go in. */
interface Need {
  readonly packageIndex: number;
  /** The oldest version that will do. */
  readonly atLeast: number;
  /** The version that comes in where that one is not there yet. */
  readonly comesAs: number;
  /** Whether the baseline rejects it so that what needs it may not be installed either. */
  readonly blocks: boolean;
}

/**
 * What a baseline says of everything that a catalog offered at one moment. Nodes of one patch group, operating system
 * and run share one, so that a change of the baseline during the run reaches none of them.
 */
export class Snapshot {
  /** Per package: the newest patch that may be installed, or none. */
  readonly target: Int8Array;
  /** Per package: the newest patch that the repository offers, or none. */
  readonly newest: Int8Array;
  /** An entry of the baseline's lists at which the program on the node breaks off; or none. */
  readonly unreadableEntry: string | undefined;
  private readonly decisions: readonly (readonly Decision[])[];
  private readonly needsOf = new Map<Patch, readonly Need[]>();

  constructor(
    readonly baseline: Baseline,
    readonly catalog: Catalog,
    /** When it was taken, in milliseconds since the epoch. */
    readonly takenAt: number,
  ) {
    const { packages } = catalog;
    this.unreadableEntry = breaksRun(
      [...baseline.approvedPatches, ...baseline.rejectedPatches],
      baseline.operatingSystem,
    );
    this.target = new Int8Array(packages.length).fill(none);
    this.newest = new Int8Array(packages.length).fill(none);
    this.decisions = packages.map(({ patches }) =>
      patches
        .filter((patch) => patch.released <= takenAt)
        .map((patch) => decide(baseline, catalog, patch, takenAt)),
    );
    // A repository of packages keeps older versions; Windows offers nothing that a later KB has superseded.
    const keepsOlder = baseline.operatingSystem !== "WINDOWS";
    this.decisions.forEach((decisions, index) => {
      this.newest[index] = decisions.length - 1;
      for (let version = decisions.length - 1; version >= 0; version--) {
        if (decisions[version]?.verdict === "approved") {
          this.target[index] = version;
          break;
        }
        if (!keepsOlder) break;
      }
    });
  }

  /** What the baseline says of a version of a package; undefined before the repository offers it. */
  decision(packageIndex: number, versionIndex: number): Decision | undefined {
    return this.decisions[packageIndex]?.[versionIndex];
  }

  /** A version of a package, or undefined when there is none. */
  patch(packageIndex: number, versionIndex: number): Patch | undefined {
    return this.catalog.packages[packageIndex]?.patches[versionIndex];
  }

  /** What a patch needs: of each required package the newest version there was when the patch came out. */
  needs(patch: Patch): readonly Need[] {
    const known = this.needsOf.get(patch);
    if (known !== undefined) return known;
    const needs = patch.requires.flatMap((packageIndex): Need[] => {
      const patches = this.catalog.packages[packageIndex]?.patches ?? [];
      const atLeast = patches.findLastIndex((other) => other.released <= patch.released);
      if (atLeast < 0) return [];
      // A newer version that the baseline approves will do as well, whatever it says of the older one.
      const comesAs = Math.max(atLeast, this.target[packageIndex] ?? none);
      const decision = this.decision(packageIndex, comesAs);
      return [
        {
          packageIndex,
          atLeast,
          comesAs,
          blocks: decision?.verdict === "rejected" && decision.blocksDependents,
        },
      ];
    });
    this.needsOf.set(patch, needs);
    return needs;
  }
}
