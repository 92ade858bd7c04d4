import { baseGroupTagKey, cohortOfBaseline, groupOf, parseGroup } from "#shared/contract/exclusionNames.js";
import type { Account } from "../aws/account.js";
import { Snapshot } from "../aws/patching/snapshot.js";
import type { Region } from "../aws/region.js";
import type { AutomationExecution } from "../aws/ssm/automation/execution.js";
import type { Command } from "../aws/ssm/commands/command.js";
import type { LabNode } from "../aws/ssm/nodes/labNode.js";
import type { WindowExecution } from "../aws/ssm/windows/windowTypes.js";
import type { Patch } from "../fleet/model.js";
import { type LeftOut, leftOut } from "./leftOut.js";

/** A patch that came in after an exclusion had kept it off, itself or in a newer version. */
interface LateInstall {
  readonly at: number;
  readonly patch: Patch;
  /** Name of the window whose end showed it. */
  readonly window: string;
}

/** A patch that a run of an install window left on a node because of an exclusion. */
export interface LeftPatch extends LeftOut {
  installed: LateInstall | undefined;
}

/** An install window's run, on a node that an exclusion had moved. */
export interface ExcludedNodeRun {
  readonly nodeId: string;
  readonly isHeld: boolean;
  readonly left: readonly LeftPatch[];
}

/** A run of an install window, which a central one has in many Regions. */
export interface InstallRun {
  readonly executionId: string;
  readonly window: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Where it was to reach nodes. */
  readonly regions: readonly string[];
  /** The nodes that an exclusion had moved and that could be reached. */
  readonly nodes: readonly ExcludedNodeRun[];
}

/** Notes at the end of each window what exclusions kept off nodes, and what has come in since, which no API tells. */
export class ExclusionObservations {
  /** In the order in which they ended. */
  readonly runs: InstallRun[] = [];
  /** What was kept off and has not come in so far. */
  private open: { readonly node: LabNode; readonly left: LeftPatch }[] = [];

  constructor(private readonly account: Account) {
    for (const region of account.regions()) {
      region.windows.onEnd.push((execution) => this.note(region, execution));
      region.automation.onEnd.push((automation) => this.noteAutomation(region, automation));
    }
  }

  private note(region: Region, execution: WindowExecution): void {
    this.noteInstalled(region, execution);
    const commands = execution.tasks
      .filter(({ task }) => task.invocation.Parameters?.Operation?.includes("Install"))
      .flatMap(({ invocations }) => invocations.map(({ command }) => command));
    if (commands.length > 0) this.noteRun(execution, [region.name], nodesOf(region, execution, commands));
  }

  /** A central window's run goes on after its execution has ended, with an automation for each group of nodes in each Region. */
  private noteAutomation(home: Region, { plan }: AutomationExecution): void {
    const { SnapshotId: [runId] = [], Operation: [operation] = [] } = plan.given;
    if (runId === undefined || operation !== "Install") return;
    const regions = this.account.regions();
    const execution = regions
      .flatMap(({ windows }) => windows.ever.flatMap(({ executions }) => executions))
      .find(({ tasks }) => tasks.some(({ id }) => id === runId));
    if (execution === undefined) return;
    const nodes = regions.flatMap((region) => {
      this.noteInstalled(region, execution);
      const commands = region.runCommand.commands.filter(
        ({ parameters, end }) => parameters.SnapshotId?.includes(runId) && end !== undefined,
      );
      return commands.length === 0 ? [] : nodesOf(region, execution, commands);
    });
    const places = plan.locations.flatMap(({ Regions = [] }) => Regions);
    this.noteRun(execution, places.length === 0 ? [home.name] : places, nodes);
  }

  /** Of a run that is noted in parts, each node once. */
  private noteRun(
    { id, window, startedAt }: WindowExecution,
    regions: readonly string[],
    nodes: readonly ExcludedNodeRun[],
  ): void {
    const index = this.runs.findIndex(({ executionId }) => executionId === id);
    const { nodes: known = [], regions: before = [] } = this.runs[index] ?? {};
    const added = nodes.filter(({ nodeId }) => known.every((one) => one.nodeId !== nodeId));
    for (const { nodeId, left } of added) {
      const node = this.nodeOf(nodeId);
      if (node !== undefined) this.open.push(...left.map((one) => ({ node, left: one })));
    }
    this.runs.splice(index < 0 ? this.runs.length : index, index < 0 ? 0 : 1, {
      executionId: id,
      window: window.name,
      startedAt,
      endedAt: this.account.clock.now,
      regions: [...new Set([...before, ...regions])],
      nodes: [...known, ...added],
    });
  }

  private nodeOf(id: string): LabNode | undefined {
    return this.account.regions().flatMap(({ nodes }) => nodes.node(id) ?? [])[0];
  }

  private noteInstalled(region: Region, { window }: WindowExecution): void {
    this.open = this.open.filter(({ node, left }) => {
      if (node.spec.region !== region.name) return true;
      const { packageIndex, versionIndex } = left.patch;
      const installed = node.installed[packageIndex] ?? versionIndex;
      const patch = node.catalog.packages[packageIndex]?.patches[installed];
      if (installed < versionIndex || patch === undefined) return true;
      const at = node.state?.operation === "Install" ? node.state.endedAt : this.account.clock.now;
      left.installed = { at, patch, window: window.name };
      return false;
    });
  }
}

/** What commands of a run did to the nodes of a Region that exclusions had moved. */
function nodesOf(
  region: Region,
  execution: WindowExecution,
  commands: readonly Command[],
): ExcludedNodeRun[] {
  const targeted = new Set(commands.flatMap(({ nodes }) => nodes));
  const view = new RunView(region, execution);
  return region.nodes.all.flatMap((node) => (targeted.has(node) ? view.installed(node) : view.held(node)));
}

/** What one run of an install window did to nodes that exclusions had moved. */
class RunView {
  private readonly snapshots = new Map<string, Snapshot>();

  constructor(
    private readonly region: Region,
    private readonly execution: WindowExecution,
  ) {}

  /** A node that the window selected, if it was patched by a baseline that an exclusion made. */
  installed(node: LabNode): ExcludedNodeRun[] {
    const { state } = node;
    if (state?.operation !== "Install" || state.startedAt < this.execution.startedAt) return [];
    const { baseline, takenAt } = state.snapshot;
    if (cohortOfBaseline(baseline.name, baseline.operatingSystem) === undefined) return [];
    const left = leftOut(node, this.base(node, takenAt), state.snapshot);
    return [{ nodeId: node.id, isHeld: false, left: left.map(notYet) }];
  }

  /** A node that the window passed over, if it is held and would have been patched. */
  held(node: LabNode): ExcludedNodeRun[] {
    const { startedAt } = this.execution;
    const { base = "", word } = parseGroup(node.tags[baseGroupTagKey] ?? "") ?? {};
    if (word !== "hold" || node.reachableFrom(startedAt) !== startedAt) return [];
    if (node.patchGroup !== groupOf(base, word)) return [];
    const left = leftOut(node, this.base(node, startedAt), undefined);
    return [{ nodeId: node.id, isHeld: true, left: left.map(notYet) }];
  }

  /** What the baseline of the node's base group says. */
  private base({ catalog, patchGroup = "" }: LabNode, takenAt: number): Snapshot {
    const group = parseGroup(patchGroup)?.base ?? patchGroup;
    const { baseline } = this.region.baselines.forGroup(catalog.operatingSystem, group);
    const key = `${baseline.id}|${catalog.key}|${takenAt}`;
    const snapshot = this.snapshots.get(key) ?? new Snapshot(baseline, catalog, takenAt);
    this.snapshots.set(key, snapshot);
    return snapshot;
  }
}

function notYet(left: LeftOut): LeftPatch {
  return { ...left, installed: undefined };
}
