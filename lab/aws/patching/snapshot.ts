import { packageManagers } from "#shared/contract/operatingSystems.js";
import { type Catalog, none, type Patch, type Requirement } from "../../fleet/model.js";
import { fits } from "../../fleet/requirement.js";
import { type Baseline, type Decision, decide } from "./approval.js";
import { needBlocked } from "./closure.js";
import { breaksRun } from "./matcher.js";

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
    const frozen = this.frozen();
    this.decisions.forEach((decisions, index) => {
      this.newest[index] = decisions.length - 1;
      for (let version = decisions.length - 1; version >= 0; version--) {
        if (decisions[version]?.verdict === "approved" && frozen[index]?.has(version) !== true) {
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

  /** Whether the baseline forbids a version even where another package brings it along; dnf does not ask. */
  forbids(packageIndex: number, versionIndex: number): boolean {
    if (this.manager === "dnf") return false;
    const decision = this.decision(packageIndex, versionIndex);
    return decision?.verdict === "rejected" && decision.blocksDependents;
  }

  /** The version that comes in where a requirement is not met; undefined where there is none or it may not come. */
  bringsIn(requirement: Requirement): number | undefined {
    const { packageIndex, version, exactly } = requirement;
    const newest = this.newest[packageIndex] ?? none;
    // dnf takes the best there is; elsewhere a newer version that the baseline approves is taken, or the one required.
    const isOpen = version === none || this.manager === "dnf";
    const best = isOpen ? newest : Math.max(version, this.target[packageIndex] ?? none);
    const comes = exactly ? version : best;
    if (comes === none || comes > newest || !fits(requirement, comes)) return undefined;
    return this.forbids(packageIndex, comes) ? undefined : comes;
  }

  private get manager() {
    return packageManagers[this.baseline.operatingSystem];
  }

  /**
   * What dnf leaves as it is since it needs something blocked. The action BLOCK is meant so by AWS's text ("packages that
   * include them as dependencies, aren't installed [...] under any circumstances").
   *
   * @see API reference of CreatePatchBaseline, RejectedPatchesAction
   */
  private frozen(): readonly ReadonlySet<number>[] {
    const blocks = (decision: Decision | undefined) =>
      decision?.verdict === "rejected" && decision.blocksDependents;
    if (this.manager !== "dnf" || !this.decisions.some((versions) => versions.some(blocks))) return [];
    return needBlocked(
      this.catalog,
      (index) => this.decisions[index]?.length ?? 0,
      (index, version) => blocks(this.decision(index, version)),
    );
  }
}
