import type { Catalog, FleetNode, Interval } from "#lab/fleet/model.js";
import type { PatchState } from "../../patching/patchState.js";

/** A node as the simulation changes it. */
export class LabNode {
  /** Per package the installed version. */
  readonly installed: Int8Array;
  /** Per package what waits for a reboot or has failed. */
  readonly flags: Uint8Array;
  tags: Readonly<Record<string, string>>;
  /** What the last scan or install reported; absence is not compliance. */
  state: PatchState | undefined;
  /** What the last one before it came into the group it is in now had reported. */
  stateBefore: PatchState | undefined;
  /** When a patch run that is going on will be over. */
  busyUntil = Number.NEGATIVE_INFINITY;
  /** What was going in when an installation was killed; whoever finds it has to repair the package database. */
  broken: { readonly at: number; readonly packageName: string; readonly commandId: string } | undefined;
  /** When the node is out of reach, in order of time: what its file says, and what patches have done to it. */
  offline: readonly Interval[];
  /** When the last install that did not reboot the node ended. */
  lastNoRebootInstall: number | undefined;

  constructor(
    readonly spec: FleetNode,
    /** Whether of both keys of a patch group the one with a space counts. */
    private readonly prefersSpace = false,
  ) {
    this.installed = Int8Array.from(spec.installed);
    this.flags = new Uint8Array(spec.installed.length);
    this.tags = spec.tags;
    this.offline = spec.offline;
  }

  get id(): string {
    return this.spec.id;
  }

  get catalog(): Catalog {
    return this.spec.catalog;
  }

  get fails(): ReadonlySet<number> {
    return this.spec.fails;
  }

  get speed(): number {
    return this.spec.speed;
  }

  /** Patch group tag, whichever of the two keys carries it. */
  get patchGroup(): string | undefined {
    return this.patchGroupIn(this.tags);
  }

  /** The patch group that some tags name. */
  patchGroupIn({ PatchGroup: one, "Patch Group": other }: LabNode["tags"]): string | undefined {
    return this.prefersSpace ? (other ?? one) : (one ?? other);
  }

  /** Whether there is such a node at a time: a terminated one is no managed node any more. */
  isThere(time: number): boolean {
    const { terminatedAt } = this.spec;
    return terminatedAt === undefined || time < terminatedAt;
  }

  /** The first time from `time` on at which the node can be reached; undefined when it never comes back. */
  reachableFrom(time: number): number | undefined {
    if (this.spec.state === "stopped" || this.spec.ping === "ConnectionLost") return undefined;
    let from = time;
    for (const interval of this.offline) {
      if (from >= interval.from && from < interval.to) from = interval.to;
    }
    return from < Number.POSITIVE_INFINITY && this.isThere(from) ? from : undefined;
  }

  /** Takes the node out of reach for some time. */
  goOffline(span: Interval): void {
    this.offline = [...this.offline, span].sort((one, other) => one.from - other.from);
  }

  /** Whether the node goes out of reach in [from, to). */
  isLostWithin(from: number, to: number): boolean {
    if (!this.isThere(to)) return true;
    return this.offline.some((interval) => interval.from < to && interval.to > from);
  }
}
