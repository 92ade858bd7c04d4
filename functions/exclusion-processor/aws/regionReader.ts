import {
  paginateGetResources,
  type ResourceGroupsTaggingAPIClient,
  type Tag,
} from "@aws-sdk/client-resource-groups-tagging-api";
import {
  GetMaintenanceWindowCommand,
  GetPatchBaselineCommand,
  ListTagsForResourceCommand,
  paginateDescribeInstanceInformation,
  paginateDescribePatchBaselines,
  paginateDescribePatchGroups,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { baseBaselines, type DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { baseGroupTagKey, ownerTagKey, wordOfBaseline } from "#shared/contract/exclusionNames.js";
import { allPages } from "../../shared/aws/clients.js";
import type {
  BaselineState,
  GroupRegistration,
  NodeState,
  RegionState,
  RegionTraces,
} from "../core/model.js";
import { contentOf } from "./baselineContent.js";
import { operatingSystemOf } from "./platform.js";

const nodeTypes = ["ec2:instance", "ssm:managed-instance"];

/** Reads a Region: every page of what is asked for, or an error. */
export class RegionReader {
  private readonly bases: ReadonlySet<string>;
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly region: string,
    private readonly record: DeploymentRecord,
    private readonly ssm: SSMClient,
    private readonly tagging: ResourceGroupsTaggingAPIClient,
  ) {
    this.bases = new Set(Object.values(baseBaselines(record, region)));
  }

  async read(): Promise<RegionState> {
    const [nodes, baselines, groups, nextInstallAt] = await Promise.all([
      this.nodes(),
      this.baselinesWithContents(),
      this.groups(),
      this.nextInstallAt(),
    ]);
    return {
      region: this.region,
      nodes,
      baselines,
      groups,
      ...(nextInstallAt === undefined ? {} : { nextInstallAt }),
    };
  }

  async readTraces(): Promise<RegionTraces> {
    const [baselines, marked] = await Promise.all([this.baselines(), this.tagged(baseGroupTagKey)]);
    return { baselines, nodes: marked };
  }

  /** Tags come from the tagging API, which knows stopped nodes too; operating systems from SSM. */
  private async nodes(): Promise<NodeState[]> {
    const [grouped, marked, told] = await Promise.all([
      this.tagged(this.record.patchGroupTagKey),
      this.tagged(baseGroupTagKey),
      this.toldSystems(),
    ]);
    const systems = new Map(told);
    const nodes = new Map<string, NodeState>();
    for (const node of [...grouped, ...marked]) {
      nodes.set(node.id, { ...node, operatingSystem: systems.get(node.id) });
    }
    for (const [id, operatingSystem] of systems) {
      // Without either tag it is not under patching, and its further tags do not matter.
      if (!nodes.has(id)) nodes.set(id, { id, arn: this.nodeArn(id), tags: {}, operatingSystem });
    }
    return [...nodes.values()];
  }

  /** Each page is cut down to what counts before the next one comes: all of a large fleet would not fit into memory. */
  private tagged(key: string): Promise<Omit<NodeState, "operatingSystem">[]> {
    return allPages(
      paginateGetResources(
        { client: this.tagging, pageSize: 100 },
        { TagFilters: [{ Key: key }], ResourceTypeFilters: nodeTypes },
      ),
      ({ ResourceTagMappingList = [] }) =>
        ResourceTagMappingList.map(({ ResourceARN: arn = "", Tags = [] }) => ({
          id: arn.slice(arn.lastIndexOf("/") + 1),
          arn,
          tags: this.tagsOf(Tags),
        })),
    );
  }

  private tagsOf(tags: readonly Tag[]): Readonly<Record<string, string>> {
    return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, this.shared(Value)]));
  }

  /** The same text for all nodes that have it; each page comes with its own. */
  private shared(text: string): string {
    const known = this.texts.get(text) ?? text;
    this.texts.set(known, known);
    return known;
  }

  /** Ids of the nodes that run, with their operating systems. */
  private toldSystems(): Promise<[string, string | undefined][]> {
    return allPages(
      paginateDescribeInstanceInformation({ client: this.ssm, pageSize: 50 }, {}),
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
      ),
      ({ BaselineIdentities }) => BaselineIdentities,
    );
    const states: BaselineState[] = [];
    for (const { BaselineId: id = "", BaselineName: name = "", OperatingSystem = "WINDOWS" } of identities) {
      const isDerived = !this.bases.has(id) && wordOfBaseline(name, OperatingSystem) !== undefined;
      const isOwned = isDerived && (await this.isOwned(id));
      states.push({ id, name, operatingSystem: OperatingSystem, isOwned });
    }
    return states;
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
    );
    return TagList.some(({ Key, Value }) => Key === ownerTagKey && Value === this.record.stack);
  }

  private async content(id: string) {
    return contentOf(await this.ssm.send(new GetPatchBaselineCommand({ BaselineId: id })));
  }

  private async groups(): Promise<GroupRegistration[]> {
    const mappings = await allPages(
      paginateDescribePatchGroups({ client: this.ssm, pageSize: 100 }, {}),
      ({ Mappings }) => Mappings,
    );
    return mappings.map(({ PatchGroup = "", BaselineIdentity }) => ({
      group: PatchGroup,
      operatingSystem: BaselineIdentity?.OperatingSystem ?? "WINDOWS",
      baselineId: BaselineIdentity?.BaselineId ?? "",
    }));
  }

  private async nextInstallAt(): Promise<number | undefined> {
    const window = this.record.regions.find(({ name }) => name === this.region)?.installWindowId;
    if (window === undefined) return undefined;
    const found = await this.ssm.send(new GetMaintenanceWindowCommand({ WindowId: window }));
    const time = Date.parse(found.NextExecutionTime ?? "");
    return Number.isNaN(time) ? undefined : time;
  }

  private nodeArn(id: string): string {
    const { partition, accountId } = this.record;
    const [service, type] = id.startsWith("mi-") ? ["ssm", "managed-instance"] : ["ec2", "instance"];
    return `arn:${partition}:${service}:${this.region}:${accountId}:${type}/${id}`;
  }
}
