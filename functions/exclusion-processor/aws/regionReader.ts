import {
  paginateGetResources,
  type ResourceGroupsTaggingAPIClient,
  type Tag,
  type TagFilter,
} from "@aws-sdk/client-resource-groups-tagging-api";
import {
  DoesNotExistException,
  GetMaintenanceWindowCommand,
  GetPatchBaselineCommand,
  type InstanceInformationStringFilter,
  InvalidInstanceId,
  ListTagsForResourceCommand,
  paginateDescribeInstanceInformation,
  paginateDescribePatchBaselines,
  paginateDescribePatchGroups,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { allBaseBaselines, type DeploymentRecord, holdBaselines } from "#shared/contract/deploymentRecord.js";
import {
  baseGroupTagKey,
  cohortOfBaseline,
  ownerTagKey,
  parseGroup,
} from "#shared/contract/exclusionNames.js";
import { allPages } from "../../shared/aws/clients.js";
import { patchStatesOf } from "../../shared/aws/patchStates.js";
import { chunks } from "../../shared/chunks.js";
import type { PatchState } from "../../shared/patchState.js";
import type {
  BaselineState,
  CountingTags,
  GroupRegistration,
  NodeState,
  NodeTags,
  RegionState,
  RegionTraces,
} from "../core/model.js";
import { isCounting } from "../core/model.js";
import { tagsThatCount } from "../core/sight.js";
import { contentOf } from "./baselineContent.js";
import { operatingSystemOf } from "./platform.js";

const nodeTypes = ["ec2:instance", "ssm:managed-instance"];
const marked: TagFilter = { Key: baseGroupTagKey };
/** Most values of a filter (API: GetResources, TagFilter). */
const maxFilterValues = 20;
/** A page of nodes (API: DescribeInstanceInformation), so that each question has one answer. */
const maxFilteredIds = 50;

/** The same text by itself: what is cut out of another one keeps that in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

/** Reads a Region: every page of what is asked for, or an error. */
export class RegionReader {
  private readonly bases: ReadonlySet<string>;
  /** The deployment's own, of which nobody needs to ask whose they are. */
  private readonly deployed: ReadonlySet<string>;
  /** The same for all nodes that have them: most have nothing else that counts. */
  private readonly tags = new Map<string, Readonly<Record<string, string>>>();

  constructor(
    private readonly region: string,
    private readonly record: DeploymentRecord,
    private readonly ssm: SSMClient,
    private readonly tagging: ResourceGroupsTaggingAPIClient,
    /** Cuts reads off: whoever waits for them has other things to do in what is left of the time. */
    private readonly abortSignal: AbortSignal,
  ) {
    this.bases = new Set(allBaseBaselines(record, region).map(([, id]) => id));
    this.deployed = new Set([...this.bases, ...Object.values(holdBaselines(record, region))]);
  }

  async read(counting: CountingTags): Promise<RegionState> {
    const [nodes, baselines, groups, nextInstall] = await Promise.all([
      this.nodes(counting),
      this.baselinesWithContents(),
      this.groups(),
      this.nextInstall(),
    ]);
    return {
      region: this.region,
      nodes,
      baselines,
      groups,
      ...nextInstall,
    };
  }

  async readTraces(): Promise<RegionTraces> {
    const { patchGroupTagKey: key } = this.record;
    const counting = tagsThatCount(this.record, []);
    const [baselines, own, grouped] = await Promise.all([
      this.baselines(),
      this.tagged(marked, counting),
      // No filter of the API knows the beginning of a value, so all groups are listed, and moved nodes alone are kept.
      this.tagged({ Key: key }, counting, ({ tags }) => parseGroup(tags[key] ?? "") !== undefined),
    ]);
    return { baselines, nodes: [...own, ...grouped] };
  }

  async readTagged(groups: readonly string[], counting: CountingTags): Promise<NodeTags[]> {
    if (groups.length === 0) return this.tagged(marked, counting);
    const Key = this.record.patchGroupTagKey;
    const lists = chunks(groups, maxFilterValues).map((Values) => this.tagged({ Key, Values }, counting));
    return (await Promise.all(lists)).flat();
  }

  async readTold(ids: readonly string[]): Promise<string[]> {
    const asked = chunks(ids, maxFilteredIds).map((some) => this.toldOf(some));
    return (await Promise.all(asked)).flat();
  }

  readReports(ids: readonly string[]): Promise<PatchState[]> {
    return patchStatesOf(this.ssm, ids, this.abortSignal);
  }

  private get options() {
    return { abortSignal: this.abortSignal };
  }

  private async toldOf(ids: readonly string[]): Promise<string[]> {
    try {
      const told = await this.toldSystems([{ Key: "InstanceIds", Values: [...ids] }]);
      return told.flatMap(([id, operatingSystem]) => (operatingSystem === undefined ? [] : [id]));
    } catch (error) {
      if (!(error instanceof InvalidInstanceId)) throw error;
      // One that Systems Manager has never seen spoils the question for the others, and nothing says which one it is.
      if (ids.length === 1) return [];
      const half = Math.ceil(ids.length / 2);
      return [...(await this.toldOf(ids.slice(0, half))), ...(await this.toldOf(ids.slice(half)))];
    }
  }

  /** Tags come from the tagging API, which knows stopped nodes too; operating systems from SSM. */
  private async nodes(counting: CountingTags): Promise<NodeState[]> {
    const [grouped, moved, told] = await Promise.all([
      this.tagged({ Key: this.record.patchGroupTagKey }, counting),
      this.tagged(marked, counting),
      this.toldSystems(),
    ]);
    const systems = new Map(told);
    const nodes = new Map<string, NodeState>();
    for (const list of [grouped, moved]) {
      // Spread, each would have a shape of its own in memory, which takes more than the node.
      for (const { id, tags } of list) nodes.set(id, { id, tags, operatingSystem: systems.get(id) });
    }
    for (const [id, operatingSystem] of systems) {
      // Without either tag it is not under patching, and its further tags do not matter.
      if (!nodes.has(id)) nodes.set(id, { id, tags: {}, operatingSystem });
    }
    return [...nodes.values()];
  }

  /** Each page is cut down to what counts before the next one comes: all of a large fleet would not fit into memory. */
  private tagged(
    filter: TagFilter,
    counting: CountingTags,
    isKept: (node: NodeTags) => boolean = () => true,
  ): Promise<NodeTags[]> {
    return allPages(
      paginateGetResources(
        { client: this.tagging, pageSize: 100 },
        { TagFilters: [filter], ResourceTypeFilters: nodeTypes },
        this.options,
      ),
      ({ ResourceTagMappingList = [] }) =>
        ResourceTagMappingList.map(({ ResourceARN: arn = "", Tags = [] }) => ({
          id: copyOf(arn.slice(arn.lastIndexOf("/") + 1)),
          tags: this.tagsOf(Tags, counting),
        })).filter(isKept),
    );
  }

  private tagsOf(all: readonly Tag[], counting: CountingTags): Readonly<Record<string, string>> {
    const pairs = all.flatMap(({ Key = "", Value = "" }): [string, string][] =>
      isCounting(counting, Key, Value) ? [[Key, Value]] : [],
    );
    const text = JSON.stringify(pairs);
    const known = this.tags.get(text) ?? Object.fromEntries(pairs);
    this.tags.set(text, known);
    return known;
  }

  /** Ids of the nodes that run, with their operating systems. */
  private toldSystems(Filters?: InstanceInformationStringFilter[]): Promise<[string, string | undefined][]> {
    return allPages(
      paginateDescribeInstanceInformation(
        { client: this.ssm, pageSize: 50 },
        Filters === undefined ? {} : { Filters },
        this.options,
      ),
      ({ InstanceInformationList = [] }) =>
        InstanceInformationList.map(({ InstanceId = "", PlatformName, PlatformVersion }) => [
          InstanceId,
          operatingSystemOf(PlatformName, PlatformVersion),
        ]),
    );
  }

  private async baselines(): Promise<BaselineState[]> {
    const identities = await allPages(
      paginateDescribePatchBaselines(
        { client: this.ssm, pageSize: 100 },
        { Filters: [{ Key: "OWNER", Values: ["Self"] }] },
        this.options,
      ),
      ({ BaselineIdentities }) => BaselineIdentities,
    );
    const listed = new Set(identities.map(({ BaselineId }) => BaselineId));
    const unlisted = [...this.bases].filter((id) => !listed.has(id));
    const states = (await Promise.all(unlisted.map((id) => this.unlisted(id)))).flat();
    for (const { BaselineId: id = "", BaselineName: name = "", OperatingSystem = "WINDOWS" } of identities) {
      const isDerived = !this.deployed.has(id) && cohortOfBaseline(name, OperatingSystem) !== undefined;
      const isOwned = isDerived && (await this.isOwned(id));
      states.push({ id, name, operatingSystem: OperatingSystem, isOwned });
    }
    return states;
  }

  /** A list may miss a baseline that was made seconds ago, as a deployment's are, and whoever has its id gets it. */
  private async unlisted(BaselineId: string): Promise<BaselineState[]> {
    try {
      const found = await this.ssm.send(new GetPatchBaselineCommand({ BaselineId }), this.options);
      const { Name: name = "", OperatingSystem: operatingSystem = "WINDOWS" } = found;
      return [{ id: BaselineId, name, operatingSystem, isOwned: false }];
    } catch (error) {
      if (error instanceof DoesNotExistException) return [];
      throw error;
    }
  }

  private async baselinesWithContents(): Promise<BaselineState[]> {
    const states: BaselineState[] = [];
    for (const state of await this.baselines()) {
      const isRead = state.isOwned || this.bases.has(state.id);
      states.push(isRead ? { ...state, content: await this.content(state.id) } : state);
    }
    return states;
  }

  private async isOwned(id: string): Promise<boolean> {
    const { TagList = [] } = await this.ssm.send(
      new ListTagsForResourceCommand({ ResourceType: "PatchBaseline", ResourceId: id }),
      this.options,
    );
    return TagList.some(({ Key, Value }) => Key === ownerTagKey && Value === this.record.stack);
  }

  private async content(id: string) {
    return contentOf(await this.ssm.send(new GetPatchBaselineCommand({ BaselineId: id }), this.options));
  }

  private async groups(): Promise<GroupRegistration[]> {
    const mappings = await allPages(
      paginateDescribePatchGroups({ client: this.ssm, pageSize: 100 }, {}, this.options),
      ({ Mappings }) => Mappings,
    );
    return mappings.map(({ PatchGroup = "", BaselineIdentity }) => ({
      group: PatchGroup,
      operatingSystem: BaselineIdentity?.OperatingSystem ?? "WINDOWS",
      baselineId: BaselineIdentity?.BaselineId ?? "",
    }));
  }

  private async nextInstall(): Promise<Pick<RegionState, "nextInstallAt" | "installHours">> {
    const window = this.record.regions.find(({ name }) => name === this.region)?.installWindowId;
    if (window === undefined) return {};
    const found = await this.ssm.send(new GetMaintenanceWindowCommand({ WindowId: window }), this.options);
    const nextInstallAt = Date.parse(found.NextExecutionTime ?? "");
    if (Number.isNaN(nextInstallAt)) return {};
    return { nextInstallAt, ...(found.Duration === undefined ? {} : { installHours: found.Duration }) };
  }
}
