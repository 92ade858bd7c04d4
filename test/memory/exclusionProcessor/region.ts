import type { Report } from "#functions/exclusion-processor/core/evidence.js";
import {
  type BaselineContent,
  type BaselineState,
  type CountingTags,
  type GroupRegistration,
  isCounting,
  type NodeState,
  type NodeTags,
  type RegionState,
  type RegionTraces,
} from "#functions/exclusion-processor/core/model.js";
import type { ReadyStep, TaggedNode } from "#functions/exclusion-processor/core/steps.js";
import type { RegionAccess, StepResult } from "#functions/exclusion-processor/ports.js";
import { baseGroupTagKey, parseGroup } from "#shared/contract/exclusionNames.js";
import { maxRejectedPatches } from "#shared/contract/patchNames.js";
import type { Fuse } from "../fuse.js";

const maxGroupsPerBaseline = 25;

/** What there is in a Region, with the API's own limits and errors. */
export class MemoryRegion {
  readonly nodes = new Map<string, NodeState>();
  readonly baselines = new Map<string, BaselineState>();
  groups: readonly GroupRegistration[] = [];
  nextInstallAt: number | undefined;
  installHours: number | undefined;
  /** Nodes whose tags cannot be written at the moment. */
  readonly stuck = new Set<string>();
  /** Whether no call is answered at the moment. */
  isDown = false;
  /** What nodes report of their last run. */
  reports: readonly Report[] = [];
  private made = 0;

  constructor(state: RegionState) {
    this.name = state.region;
    for (const node of state.nodes) this.nodes.set(node.id, node);
    for (const baseline of state.baselines) this.baselines.set(baseline.id, baseline);
    this.groups = state.groups;
    this.nextInstallAt = state.nextInstallAt;
    this.installHours = state.installHours;
  }

  readonly name: string;

  /** Everything that there is. */
  get state(): RegionState {
    return {
      region: this.name,
      nodes: [...this.nodes.values()],
      baselines: [...this.baselines.values()],
      groups: this.groups,
      ...(this.nextInstallAt === undefined ? {} : { nextInstallAt: this.nextInstallAt }),
      ...(this.installHours === undefined ? {} : { installHours: this.installHours }),
    };
  }

  /** Makes one write. @throws Error as the API would */
  write(step: ReadyStep): StepResult {
    switch (step.kind) {
      case "createBaseline":
        return { baselineId: this.create(step.name, step.operatingSystem, step.content) };
      case "updateBaseline": {
        const baseline = this.find(step.baselineId);
        this.baselines.set(baseline.id, { ...baseline, name: step.name, content: checked(step.content) });
        return {};
      }
      case "registerGroup":
        this.register(step.group, step.operatingSystem, step.baseline.id);
        return {};
      case "deregisterGroup":
        this.groups = this.groups.filter(
          ({ group, baselineId }) => group !== step.group || baselineId !== step.baselineId,
        );
        return {};
      case "deleteBaseline":
        if (this.groups.some(({ baselineId }) => baselineId === step.baselineId)) {
          throw new Error(`ResourceInUseException: ${step.baselineId} is registered to a patch group`);
        }
        this.baselines.delete(step.baselineId);
        return {};
      case "tagNodes":
        return this.retag(step.nodes, (tags) => ({ ...tags, ...step.values }));
      case "untagNodes":
        return this.retag(step.nodes, ({ [step.key]: _, ...tags }) => tags);
    }
  }

  /** Quota of the account. */
  maxBaselines = 50;

  private create(name: string, operatingSystem: string, content: BaselineContent): string {
    if (this.baselines.size >= this.maxBaselines)
      throw new Error("ResourceLimitExceededException: patch baselines");
    if (!/^[a-zA-Z0-9_.-]{3,128}$/.test(name)) throw new Error(`ValidationException: name ${name}`);
    const id = `pb-${(++this.made).toString(16).padStart(17, "0")}`;
    this.baselines.set(id, { id, name, operatingSystem, isOwned: true, content: checked(content) });
    return id;
  }

  private register(group: string, operatingSystem: string, baselineId: string): void {
    const baseline = this.find(baselineId);
    if (baseline.operatingSystem !== operatingSystem)
      throw new Error("ValidationException: operating system");
    const present = this.groups.find((one) => one.group === group && one.operatingSystem === operatingSystem);
    if (present?.baselineId === baselineId) return;
    if (present !== undefined) throw new Error(`AlreadyExistsException: ${group} for ${operatingSystem}`);
    const count = this.groups.filter((one) => one.baselineId === baselineId).length;
    if (count >= maxGroupsPerBaseline) throw new Error("ResourceLimitExceededException: patch groups");
    this.groups = [...this.groups, { group, operatingSystem, baselineId }];
  }

  private retag(
    nodes: readonly TaggedNode[],
    change: (tags: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
  ): StepResult {
    if (nodes.length > 20) throw new Error("InvalidParameterException: too many resources");
    const failures: { id: string; error: string }[] = [];
    const gone: string[] = [];
    for (const { id } of nodes) {
      const node = this.nodes.get(id);
      if (node === undefined) gone.push(id);
      else if (this.stuck.has(id)) failures.push({ id, error: "the tags are locked" });
      else this.nodes.set(id, { ...node, tags: change(node.tags) });
    }
    return { failures, gone };
  }

  private find(id: string): BaselineState {
    const baseline = this.baselines.get(id);
    if (baseline === undefined) throw new Error(`DoesNotExistException: ${id}`);
    return baseline;
  }
}

function among(tags: NodeState["tags"], counting: CountingTags): NodeState["tags"] {
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => isCounting(counting, key, value)));
}

function checked(content: BaselineContent): BaselineContent {
  if (content.rejectedPatches.length > maxRejectedPatches)
    throw new Error("ValidationException: rejected patches");
  return content;
}

/** A Region in memory, as one process sees it. */
export class MemoryRegionAccess implements RegionAccess {
  reads = 0;
  readonly steps: ReadyStep[] = [];

  constructor(
    private readonly region: MemoryRegion,
    private readonly patchGroupTagKey: string,
    private readonly fuse: Fuse,
    private readonly onStep: (region: string, step: ReadyStep) => void = () => undefined,
  ) {}

  async read(counting: CountingTags): Promise<RegionState> {
    this.check();
    this.reads++;
    const { state } = this.region;
    return { ...state, nodes: state.nodes.map((node) => ({ ...node, tags: among(node.tags, counting) })) };
  }

  async readTraces(): Promise<RegionTraces> {
    this.check();
    this.reads++;
    const { baselines, nodes } = this.region.state;
    return {
      baselines: baselines.map(({ content: _, ...baseline }) => baseline),
      nodes: nodes.filter(
        ({ tags }) =>
          tags[baseGroupTagKey] !== undefined || parseGroup(tags[this.patchGroupTagKey] ?? "") !== undefined,
      ),
    };
  }

  async readTagged(groups: readonly string[], counting: CountingTags): Promise<NodeTags[]> {
    this.check();
    this.reads++;
    const isListed = ({ tags }: NodeState) =>
      groups.length === 0
        ? tags[baseGroupTagKey] !== undefined
        : groups.includes(tags[this.patchGroupTagKey] ?? "");
    return this.region.state.nodes
      .filter(isListed)
      .map(({ id, tags }) => ({ id, tags: among(tags, counting) }));
  }

  async readTold(ids: readonly string[]): Promise<string[]> {
    this.check();
    this.reads++;
    return ids.filter((id) => this.region.nodes.get(id)?.operatingSystem !== undefined);
  }

  async readReports(): Promise<readonly Report[]> {
    this.check();
    this.reads++;
    return this.region.reports;
  }

  async apply(step: ReadyStep): Promise<StepResult> {
    this.check();
    const result = this.region.write(step);
    this.fuse.burn();
    this.steps.push(step);
    this.onStep(this.region.name, step);
    return result;
  }

  private check(): void {
    this.fuse.check();
    if (this.region.isDown) throw new Error(`${this.region.name} does not answer`);
  }
}
