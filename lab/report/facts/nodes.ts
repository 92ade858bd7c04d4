import type { Target } from "@aws-sdk/client-ssm";
import { parseGroup } from "#shared/contract/exclusionNames.js";
import { counted, several } from "#shared/text/words.js";
import { isCompliant, type PatchState } from "../../aws/patching/patchState.js";
import type { Region } from "../../aws/region.js";
import type { Command, InvocationStatus } from "../../aws/ssm/commands/command.js";
import type { LabNode } from "../../aws/ssm/nodes/labNode.js";
import type { Window } from "../../aws/ssm/windows/windowTypes.js";
import type { FleetNode } from "../../fleet/model.js";
import type { LabRun } from "../../run.js";
import { iso } from "../summary/format.js";
import type { NodeSummary, Summary, WindowSummary } from "../summary/summary.js";
import { FanoutView } from "./fanoutNodes.js";
import type { Fanouts } from "./fanouts.js";
import type { Offers } from "./offers.js";

/** Why a node is not covered: the kind of reason, under which nodes are counted, and what to say of this node. */
interface Reason {
  readonly kind: string;
  readonly text: string;
}

/** A node's part of the summary, with the kinds of reasons that it is counted under. */
interface NodeReport {
  readonly summary: NodeSummary;
  readonly kinds: readonly string[];
}

/** What became of every node of the fleet, in the fleet's order. */
export function summarizeNodes(
  run: LabRun,
  fanouts: Fanouts,
  allWindows: readonly WindowSummary[],
  offers: Offers,
): NodeReport[] {
  const fanoutView = new FanoutView(run, fanouts, allWindows);
  const views = new Map(run.account.regions().map((region) => [region.name, new RegionView(region)]));
  return run.request.fleet.nodes.map((spec) => {
    const view = views.get(spec.region);
    const node = view?.region.nodes.node(spec.id);
    const own = node === undefined ? [] : (view?.windowsOf.get(node) ?? []);
    const windows = [...own.map(({ name }) => name), ...(fanoutView.windowsOf.get(spec.id) ?? [])];
    const uncovered = uncoveredReasons(spec, node, view, fanoutView, windows);
    const reported = node?.state === undefined ? [] : reportReasons(node, node.state, offers);
    return {
      kinds: uncovered.map(({ kind }) => kind),
      summary: {
        ...identity(spec, node),
        ...patchCounts(node?.state),
        reasons: [...uncovered, ...reported].map(({ text }) => text),
        windows,
        onDefaultBaseline: node !== undefined && isOnDefault(node, view),
      },
    };
  });
}

/** Nodes that patching does not reach, per kind of reason, most first. */
export function uncoveredNodes(reports: readonly NodeReport[]): Summary["uncovered"] {
  const byKind = new Map<string, string[]>();
  for (const { kinds, summary } of reports) {
    for (const kind of kinds) {
      const names = byKind.get(kind);
      if (names === undefined) byKind.set(kind, [summary.name]);
      else names.push(summary.name);
    }
  }
  return [...byKind]
    .map(([reason, names]) => ({ reason, nodes: names.length, examples: names.slice(0, 5) }))
    .sort((a, b) => b.nodes - a.nodes || (a.reason < b.reason ? -1 : 1));
}

/** What the windows of a Region select, and how their last commands went on each node. */
class RegionView {
  readonly windowsOf = new Map<LabNode, Window[]>();
  readonly lastStatus = new Map<LabNode, Map<Window, InvocationStatus>>();

  constructor(readonly region: Region) {
    for (const window of region.windows.all) {
      const selected = [...window.targets.values()].flatMap(({ targets }) => region.nodes.select(targets));
      for (const node of new Set(selected)) {
        this.windowsOf.set(node, [...(this.windowsOf.get(node) ?? []), window]);
      }
      for (const command of lastCommands(window)) {
        command.nodes.forEach((node, index) => {
          const statuses = this.lastStatus.get(node) ?? new Map<Window, InvocationStatus>();
          this.lastStatus.set(node, statuses.set(window, command.statusOf(index)));
        });
      }
    }
  }
}

function lastCommands(window: Window): Command[] {
  const last = window.executions.findLast(({ tasks }) =>
    tasks.some(({ invocations }) => invocations.length > 0),
  );
  return (last?.tasks ?? []).flatMap(({ invocations }) => invocations.map(({ command }) => command));
}

function isOnDefault(node: LabNode, view: RegionView | undefined): boolean {
  return view?.region.baselines.forGroup(node.catalog.operatingSystem, node.patchGroup).isDefault ?? false;
}

function uncoveredReasons(
  spec: FleetNode,
  node: LabNode | undefined,
  view: RegionView | undefined,
  fanoutView: FanoutView,
  windows: readonly string[],
): Reason[] {
  if (!spec.agent) {
    return [
      { kind: "no SSM Agent", text: "no SSM Agent or no instance profile, so SSM does not know the node" },
    ];
  }
  const reasons: Reason[] = [];
  if (spec.state === "stopped") {
    reasons.push({ kind: "stopped", text: "stopped: commands cannot be delivered" });
  } else if (spec.ping === "ConnectionLost") {
    reasons.push({ kind: "connection lost", text: "connection lost: commands wait and are given up" });
  }
  if (node === undefined || view === undefined || windows.length === 0) {
    const { word } = parseGroup(node?.patchGroup ?? "") ?? {};
    const isHeld = word === "hold" && fanoutView.criteriaIn(spec.region).length > 0;
    reasons.push(
      isHeld
        ? {
            kind: "held by an exclusion",
            text: `held by an exclusion: no window of ${spec.region} selects it`,
          }
        : { kind: "in no window", text: `in no window: ${whyInNoWindow(spec, view, fanoutView)}` },
    );
    return reasons;
  }
  if (isOnDefault(node, view)) {
    const { baseline } = view.region.baselines.forGroup(spec.catalog.operatingSystem, node.patchGroup);
    const text = `patch group ${node.patchGroup ?? "(none)"} has no baseline for ${spec.catalog.operatingSystem}, so AWS silently uses ${baseline.name}`;
    reasons.push({ kind: "on the default baseline", text });
  }
  const isExplained = reasons.some(({ kind }) => kind === "stopped" || kind === "connection lost");
  if (isExplained) return reasons;
  const last = [
    ...[...(view.lastStatus.get(node) ?? [])].map(([{ name }, status]) => [name, lastRun[status]] as const),
    ...(fanoutView.notPatched.get(spec.id) ?? []).map(
      ({ window, reason }) => [window, lastFanout(reason)] as const,
    ),
  ];
  const said = last.flatMap(([window, kind]) =>
    kind === undefined ? [] : [{ kind, text: `${kind} in the last run of ${window}` }],
  );
  return [...reasons, ...said];
}

/** What an invocation that did not do its work is called. */
const lastRun: Partial<Record<InvocationStatus, string>> = {
  Failed: "patch run failed on the node",
  Undeliverable: "command undeliverable",
  DeliveryTimedOut: "command not delivered in time",
  ExecutionTimedOut: "patch run timed out on the node",
  Cancelled: "cancelled at the window's cutoff",
  Terminated: "left out by the error limit",
};

/** What a reason of a run's record is called here; undefined for one that is told anyway. */
function lastFanout(reason: string): string | undefined {
  switch (reason) {
    case "on the default baseline":
      return undefined;
    case "failed":
      return lastRun.Failed;
    case "timed out":
      return lastRun.ExecutionTimedOut;
    case "undelivered":
      return lastRun.DeliveryTimedOut;
    default:
      return reason;
  }
}

function whyInNoWindow(spec: FleetNode, view: RegionView | undefined, fanoutView: FanoutView): string {
  const own = view?.region.windows.all.find(({ targets }) => targets.size > 0);
  const criteria: readonly Target[] =
    [...(own?.targets.values() ?? [])][0]?.targets ?? fanoutView.criteriaIn(spec.region);
  if (criteria.length === 0) return `${spec.region} has no window`;
  const missing = criteria.flatMap(({ Key = "", Values = [] }) => {
    const key = Key.replace(/^tag:/, "");
    const value = Object.hasOwn(spec.tags, key) ? spec.tags[key] : undefined;
    if (value === undefined) return [`it has no tag ${key}`];
    return Values.includes(value) ? [] : [`its tag ${key} is ${value}, not ${Values.join(" or ")}`];
  });
  return missing.join(", and ");
}

function reportReasons(node: LabNode, state: PatchState, offers: Offers): Reason[] {
  const countOf = (count: number, text: string) =>
    count === 0 ? [] : [{ kind: text, text: `${count} ${text}` }];
  return [
    ...countOf(state.missing, "missing"),
    ...countOf(state.failed, `failed to install${failedNames(node)}`),
    ...countOf(state.installedPendingReboot, "waiting for a reboot"),
    ...countOf(state.installedRejected, "installed although rejected"),
    ...supersededReasons(node, offers),
  ];
}

/** Updates that never come in, however long they wait: no figure of AWS tells them from those that do. */
function supersededReasons(node: LabNode, offers: Offers): Reason[] {
  const names = offers
    .of(node)
    .filter(({ outlook }) => outlook.kind === "superseded first")
    .map(({ patch }) => patch.name);
  if (names.length === 0) return [];
  const kind = "available, and superseded before a rule approves it";
  return [{ kind, text: `${counted(names.length, "update")} ${kind} (${several(names, 3)})` }];
}

function failedNames(node: LabNode): string {
  const names = [...node.fails].flatMap((index) => node.catalog.packages[index]?.name ?? []);
  return names.length === 0 ? "" : ` (${names.slice(0, 3).join(", ")})`;
}

function identity(spec: FleetNode, node: LabNode | undefined) {
  return {
    id: spec.id,
    name: spec.name,
    region: spec.region,
    operatingSystem: spec.catalog.operatingSystem,
    platform: `${spec.catalog.platformName} ${spec.catalog.platformVersion}`,
    patchGroup:
      (node === undefined ? (spec.tags.PatchGroup ?? spec.tags["Patch Group"]) : node.patchGroup) ?? null,
  };
}

function patchCounts(state: PatchState | undefined) {
  return {
    state:
      state === undefined
        ? ("unknown" as const)
        : isCompliant(state)
          ? ("compliant" as const)
          : ("non-compliant" as const),
    baselineId: state?.snapshot.baseline.id ?? null,
    installed: state?.installed ?? 0,
    installedOther: state?.installedOther ?? 0,
    installedRejected: state?.installedRejected ?? 0,
    pendingReboot: state?.installedPendingReboot ?? 0,
    missing: state?.missing ?? 0,
    failed: state?.failed ?? 0,
    lastOperation: state?.operation ?? null,
    lastReportedAt: state === undefined ? null : iso(state.endedAt),
  };
}
