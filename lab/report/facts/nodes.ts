import { type Cause, CauseBook, inOrder } from "#shared/contract/causes.js";
import { parseGroup } from "#shared/contract/exclusionNames.js";
import { counted } from "#shared/text/words.js";
import type { LabNode } from "../../aws/ssm/nodes/labNode.js";
import type { FleetNode } from "../../fleet/model.js";
import type { LabRun } from "../../run.js";
import type { ExclusionEntry, ExclusionObject } from "../summary/exclusionShape.js";
import type { CauseSummary, NodeSummary, Summary, WindowSummary } from "../summary/summary.js";
import { ExclusionsOfNodes, exclusionCause } from "./exclusionsInForce.js";
import { FanoutView } from "./fanoutNodes.js";
import type { Fanouts } from "./fanouts.js";
import { heldWhy, MissingPatches, patchNames } from "./missing.js";
import { identity, patchCounts } from "./nodeFacts.js";
import type { Offers } from "./offers.js";
import { type OpenPatch, openPatches } from "./patches.js";
import {
  brokenCauses,
  lastRunCauses,
  noWindowCause,
  type RegionView,
  regionViews,
  viewKey,
} from "./windowCauses.js";

/** A node's part of the summary, and what that was made of. */
interface NodeReport {
  readonly summary: NodeSummary;
  /** Why patching does not reach it. */
  readonly uncovered: readonly Cause[];
  /** The one that it is counted under; undefined when all is well. */
  readonly cause: Cause | undefined;
}

/** What became of every node of the fleet, in the fleet's order. */
export function summarizeNodes(
  run: LabRun,
  fanouts: Fanouts,
  windows: readonly WindowSummary[],
  exclusions: readonly ExclusionObject[],
  offers: Offers,
): NodeReport[] {
  const views = new NodeViews(run, fanouts, windows, exclusions, offers);
  return run.request.fleet.nodes.map((spec) => views.report(spec));
}

/** Nodes by the cause that they are counted under: those that somebody must act on first, then most first. */
export function causesOf(reports: readonly NodeReport[]): CauseSummary[] {
  const groups = new Map<string, { cause: Cause; names: string[] }>();
  for (const { cause, summary } of reports) {
    if (cause === undefined) continue;
    const key = JSON.stringify([cause.cause, cause.who]);
    const group = groups.get(key) ?? { cause, names: [] };
    group.names.push(summary.name);
    groups.set(key, group);
  }
  const mostFirst = [...groups.values()].toSorted(
    (a, b) => b.names.length - a.names.length || (a.cause.cause < b.cause.cause ? -1 : 1),
  );
  return inOrder(
    mostFirst.map(({ cause: { cause, act, who, remedy }, names }) => ({
      cause,
      act,
      who,
      remedy,
      nodes: names.length,
      examples: names.slice(0, 5),
    })),
  );
}

/** Nodes that patching does not reach, per kind of reason, most first. */
export function uncoveredNodes(reports: readonly NodeReport[]): Summary["uncovered"] {
  const byKind = new Map<string, string[]>();
  for (const { uncovered, summary } of reports) {
    for (const kind of new Set(uncovered.map(({ cause }) => cause))) {
      const names = byKind.get(kind);
      if (names === undefined) byKind.set(kind, [summary.name]);
      else names.push(summary.name);
    }
  }
  return [...byKind]
    .map(([reason, names]) => ({ reason, nodes: names.length, examples: names.slice(0, 5) }))
    .sort((a, b) => b.nodes - a.nodes || (a.reason < b.reason ? -1 : 1));
}

/** Looks at nodes from all sides: windows, central windows, exclusions, their own reports. */
class NodeViews {
  private readonly book: CauseBook;
  private readonly fanoutView: FanoutView;
  private readonly regions: ReadonlyMap<string, RegionView>;
  private readonly exclusions: ExclusionsOfNodes;
  private readonly missing: MissingPatches;
  private readonly installs: ReadonlyMap<string, WindowSummary>;

  constructor(
    { account, request }: LabRun,
    fanouts: Fanouts,
    windows: readonly WindowSummary[],
    exclusions: readonly ExclusionObject[],
    private readonly offers: Offers,
  ) {
    this.book = new CauseBook(request.settings.stack);
    this.fanoutView = new FanoutView(account, fanouts, windows);
    this.regions = regionViews(account.everywhere());
    this.exclusions = new ExclusionsOfNodes(exclusions);
    this.missing = new MissingPatches(this.book, windows);
    this.installs = new Map(
      windows.filter(({ operation }) => operation.includes("Install")).map((window) => [window.name, window]),
    );
  }

  report(spec: FleetNode): NodeReport {
    const view = this.regions.get(viewKey(spec.region, spec.account));
    const node = view?.region.nodes.node(spec.id);
    const own = node === undefined ? [] : (view?.windowsOf.get(node) ?? []);
    const windows = [...own.map(({ name }) => name), ...(this.fanoutView.windowsOf.get(spec.id) ?? [])];
    const uncovered = this.uncovered(spec, node, view, windows);
    const patches = node === undefined ? [] : openPatches(node);
    const reported = node === undefined ? [] : this.reported(node, view, patches, windows, uncovered);
    const [first, ...others] = inOrder([...uncovered, ...reported]);
    return {
      uncovered,
      cause: first,
      summary: {
        ...identity(spec, node),
        ...patchCounts(node?.state),
        cause: first?.cause ?? null,
        who: first?.who ?? null,
        reasons: first === undefined ? [] : [first, ...others].map(({ why }) => why),
        windows,
        onDefaultBaseline: node !== undefined && isOnDefault(node, view),
      },
    };
  }

  private uncovered(
    spec: FleetNode,
    node: LabNode | undefined,
    view: RegionView | undefined,
    windows: readonly string[],
  ): Cause[] {
    const { book, fanoutView } = this;
    if (!spec.agent) {
      const why = "no SSM Agent or no instance profile, so SSM does not know the node";
      return [book.of("no SSM Agent", why)];
    }
    const isGone = view !== undefined && node?.isThere(view.region.account.clock.now) === false;
    const reach = outOfReach(spec, book, isGone);
    if (node === undefined || view === undefined || windows.length === 0) {
      const { word } = parseGroup(node?.patchGroup ?? "") ?? {};
      const isHeld = word === "hold" && fanoutView.criteriaIn(spec.region).length > 0;
      const why = isHeld
        ? this.held(spec.id, `held by an exclusion: no window of ${spec.region} selects it`)
        : noWindowCause(spec, view, fanoutView, book);
      return [why, ...reach];
    }
    const fallback = isOnDefault(node, view) ? [this.onDefault(spec, node, view)] : [];
    const broken = brokenCauses(node, book);
    return [
      ...reach,
      ...broken,
      ...fallback,
      ...(reach.length > 0 ? [] : lastRunCauses(node, view, fanoutView, book)),
    ];
  }

  private held(nodeId: string, why: string): Cause {
    const entry = this.exclusions.holding(nodeId);
    return entry === undefined ? this.book.of("held by an exclusion", why) : exclusionCause(entry, why);
  }

  private onDefault({ catalog }: FleetNode, { patchGroup }: LabNode, { region }: RegionView): Cause {
    const { operatingSystem } = catalog;
    const { baseline } = region.baselines.forGroup(operatingSystem, patchGroup);
    const why = `patch group ${patchGroup ?? "(none)"} has no baseline for ${operatingSystem}, so AWS silently uses ${baseline.name}`;
    return this.book.of("on the default baseline", why);
  }

  /** Why the last report of a node is not clean, or that there is none. */
  private reported(
    node: LabNode,
    view: RegionView | undefined,
    patches: readonly OpenPatch[],
    windows: readonly string[],
    uncovered: readonly Cause[],
  ): Cause[] {
    const { book } = this;
    if (node.state === undefined) return uncovered.length > 0 ? [] : [this.notScanned(windows)];
    const inState = (state: OpenPatch["state"]) => patches.filter((one) => one.state === state);
    const [failed, waiting] = [inState("Failed"), inState("InstalledPendingReboot")];
    return [
      ...(failed.length === 0
        ? []
        : [
            book.of(
              "patches failed to install",
              `${failed.length} failed to install (${patchNames(failed)})`,
            ),
          ]),
      ...(waiting.length === 0
        ? []
        : [
            book.of(
              "waiting for a reboot",
              `${waiting.length} waiting for a reboot (${patchNames(waiting)})`,
            ),
          ]),
      ...this.missingOn(node, inState("Missing"), windows, uncovered),
      ...this.rejected(node, view, inState("InstalledRejected")),
      ...this.superseded(node),
    ];
  }

  private notScanned(windows: readonly string[]): Cause {
    const remedy = "Nothing: the next window scans it.";
    const why = `not scanned so far: none of its windows has run on it (${windows.join(", ")})`;
    return this.book.other({ cause: "not scanned so far", act: "nobody", remedy }, why);
  }

  private missingOn(
    node: LabNode,
    missing: readonly OpenPatch[],
    windows: readonly string[],
    uncovered: readonly Cause[],
  ): Cause[] {
    const { word } = parseGroup(node.patchGroup ?? "") ?? {};
    if (word === "hold") return [this.held(node.id, heldWhy(node, missing))];
    if (missing.length === 0) return [];
    const installs = windows.flatMap((name) => this.installs.get(name) ?? []);
    const known = uncovered.find(({ cause }) => cause !== "on the default baseline");
    return this.missing.causes(node, missing, installs, known, (at) => this.exclusions.ended(node.id, at));
  }

  /** Updates that never come in, however long they wait: no figure of AWS tells them from those that do. */
  private superseded(node: LabNode): Cause[] {
    const some = this.offers.of(node).filter(({ outlook }) => outlook.kind === "superseded first");
    const cause = "available, and superseded before a rule approves it";
    const why = `${counted(some.length, "update")} ${cause} (${patchNames(some)})`;
    return some.length === 0 ? [] : [this.book.of(cause, why)];
  }

  /** Each exclusion by its name, the rest by the baseline. */
  private rejected(node: LabNode, view: RegionView | undefined, patches: readonly OpenPatch[]): Cause[] {
    const byEntry = new Map<ExclusionEntry | undefined, OpenPatch[]>();
    for (const one of patches) {
      const entry = this.exclusions.rejecting(node.id, one.rejectedBy);
      byEntry.set(entry, [...(byEntry.get(entry) ?? []), one]);
    }
    return [...byEntry].map(([entry, some]) => {
      const what = `${some.length} installed although rejected`;
      const names = patchNames(some);
      if (entry === undefined && isByAnother(node, view))
        return this.book.of(
          "waiting for the next scan",
          `${what} by ${node.state?.snapshot.baseline.name}; it has another baseline since its last report (${names})`,
        );
      return entry === undefined
        ? this.book.of(
            "installed although rejected",
            `${what} by ${node.state?.snapshot.baseline.name} (${names})`,
          )
        : exclusionCause(entry, `${what} by exclusion ${entry.id} (${names})`);
    });
  }
}

/** Whether a node has another baseline by now than its last report was made by, as when an exclusion has ended since. */
function isByAnother(node: LabNode, view: RegionView | undefined): boolean {
  const by = node.state?.snapshot.baseline.id;
  return view?.region.baselines.forGroup(node.catalog.operatingSystem, node.patchGroup).baseline.id !== by;
}

function isOnDefault(node: LabNode, view: RegionView | undefined): boolean {
  return view?.region.baselines.forGroup(node.catalog.operatingSystem, node.patchGroup).isDefault ?? false;
}

function outOfReach({ state, ping }: FleetNode, book: CauseBook, isGone: boolean): Cause[] {
  if (isGone) return [book.of("stopped", "terminated: there is no such node any more")];
  if (state === "stopped") return [book.of("stopped", "stopped: commands cannot be delivered")];
  return ping === "ConnectionLost"
    ? [book.of("connection lost", "connection lost: commands wait and are given up")]
    : [];
}
