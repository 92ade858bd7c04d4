import { EC2Client } from "@aws-sdk/client-ec2";
import { ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
  type TagFilter,
} from "@aws-sdk/client-resource-groups-tagging-api";
import {
  type Association,
  DescribeAvailablePatchesCommand,
  DescribeInstanceInformationCommand,
  DescribeInstancePatchesCommand,
  DescribeInstancePatchStatesCommand,
  DescribePatchGroupsCommand,
  type InstancePatchState,
  ListAssociationsCommand,
  ListNodesCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { chunks } from "#functions/shared/chunks.js";
import { reportedName, reportedState } from "#shared/contract/reportedPatches.js";
import { instancesOf, tagMap } from "./instances.js";
import type {
  GroupBaseline,
  Instance,
  ManagedNode,
  NodePatchState,
  OpenPatch,
  PatchAssociation,
  PatchWindow,
  TagMap,
} from "./model.js";
import { itemsOf, type Patience, pagesOf, patient } from "./paging.js";
import { type Advisories, isPatchDocument, isQuickSetup } from "./patches.js";
import { selectionOf } from "./targets.js";
import { patchWindows } from "./windows.js";

/** What clients are made with: throttled calls slow all others down, as AWS asks for. */
export const accountSettings = {
  maxAttempts: 8,
  retryMode: "adaptive",
  cacheMiddleware: true,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
} as const;

/** Most items of a page, by the API references. */
const [nodesPerPage, resourcesPerPage, statesPerCall, mostPerPage] = [50, 100, 50, 100];
/** Most values of a filter of DescribeInstances. */
const filterValues = 200;

/** A node of an organization (API ListNodes). */
export interface OrganizationNode {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly isManaged: boolean;
}

/** Whoever reads one Region of the account. Each method throws when it does not know the answer; none writes. */
export class AwsAccountRegion {
  private readonly ssm: SSMClient;
  private readonly ec2: EC2Client;
  private readonly tagging: ResourceGroupsTaggingAPIClient;
  private readonly resourceGroups: ResourceGroupsClient;

  constructor(
    readonly region: string,
    private readonly patience: Patience = patient,
  ) {
    const settings = { ...accountSettings, region };
    this.ssm = new SSMClient(settings);
    this.ec2 = new EC2Client(settings);
    this.tagging = new ResourceGroupsTaggingAPIClient(settings);
    this.resourceGroups = new ResourceGroupsClient(settings);
  }

  /** EC2's instances that are not terminated. */
  instances(): Promise<Instance[]> {
    return instancesOf(this.ec2, [], this.patience);
  }

  /** Those of some instances that EC2 still has, and has not terminated. */
  async stillThere(ids: readonly string[]): Promise<Instance[]> {
    const found: Instance[] = [];
    for (const Values of chunks(ids, filterValues))
      found.push(...(await instancesOf(this.ec2, [{ Name: "instance-id", Values }], this.patience)));
    return found;
  }

  managed(): Promise<ManagedNode[]> {
    const pages = this.pages((NextToken) =>
      this.ssm.send(new DescribeInstanceInformationCommand({ MaxResults: nodesPerPage, NextToken })),
    );
    return itemsOf(pages, ({ InstanceInformationList = [] }) =>
      InstanceInformationList.map((one) => ({
        id: one.InstanceId ?? "",
        name: one.ComputerName ?? one.Name ?? "",
        ping: one.PingStatus ?? "",
        lastPing: one.LastPingDateTime?.getTime(),
        platformName: one.PlatformName ?? "",
        platformVersion: one.PlatformVersion ?? "",
      })),
    );
  }

  /** Tags of nodes that were ever tagged, EC2 instances and hybrid nodes; with filters of those that pass them. */
  async tags(TagFilters: TagFilter[] = []): Promise<ReadonlyMap<string, TagMap>> {
    const pages = pagesOf(
      (PaginationToken) =>
        this.tagging.send(
          new GetResourcesCommand({
            ResourceTypeFilters: ["ec2:instance", "ssm:managed-instance"],
            ResourcesPerPage: resourcesPerPage,
            ...(TagFilters.length === 0 ? {} : { TagFilters }),
            ...(PaginationToken === undefined ? {} : { PaginationToken }),
          }),
        ),
      ({ PaginationToken }) => PaginationToken,
      this.patience,
    );
    const found = new Map<string, TagMap>();
    for await (const { ResourceTagMappingList = [] } of pages)
      for (const { ResourceARN = "", Tags } of ResourceTagMappingList)
        found.set(ResourceARN.slice(ResourceARN.lastIndexOf("/") + 1), tagMap(Tags));
    return found;
  }

  /** Patch states by id; those that were never scanned or installed have none. */
  async states(ids: readonly string[]): Promise<ReadonlyMap<string, NodePatchState>> {
    const found = new Map<string, NodePatchState>();
    for (const InstanceIds of chunks(ids, statesPerCall)) {
      const pages = this.pages((NextToken) =>
        this.ssm.send(
          new DescribeInstancePatchStatesCommand({ InstanceIds, MaxResults: statesPerCall, NextToken }),
        ),
      );
      for await (const { InstancePatchStates = [] } of pages)
        for (const one of InstancePatchStates) found.set(one.InstanceId ?? "", stateOf(one));
    }
    return found;
  }

  /** What a node lacks, and what has failed on it or waits there. */
  openPatches(InstanceId: string): Promise<OpenPatch[]> {
    const states = ["Missing", "Failed", "InstalledPendingReboot", "InstalledRejected"] as const;
    const Filters = [{ Key: "State", Values: [...states] }];
    const pages = this.pages((NextToken) =>
      this.ssm.send(
        new DescribeInstancePatchesCommand({ InstanceId, Filters, MaxResults: mostPerPage, NextToken }),
      ),
    );
    return itemsOf(pages, ({ Patches = [] }) =>
      Patches.flatMap(({ KBId = "", Title = "", State, Severity = "", Classification = "" }) => {
        const state = reportedState(states, State);
        if (state === undefined) return [];
        const name = reportedName({ KBId, Title });
        return [{ name, title: Title, state, severity: Severity, classification: Classification }];
      }),
    );
  }

  /** The maintenance windows that patch, or that call what may. */
  windows(): Promise<PatchWindow[]> {
    return patchWindows(this.ssm, this.resourceGroups, this.patience);
  }

  /** All associations, as State Manager lists them. */
  allAssociations(): Promise<Association[]> {
    return itemsOf(
      this.pages((NextToken) =>
        this.ssm.send(new ListAssociationsCommand({ MaxResults: nodesPerPage, NextToken })),
      ),
      ({ Associations = [] }) => Associations,
    );
  }

  /** The associations that patch. */
  async associations(): Promise<PatchAssociation[]> {
    const patching = (await this.allAssociations()).filter(({ Name = "" }) => isPatchDocument(Name));
    return Promise.all(
      patching.map(async (one): Promise<PatchAssociation> => {
        const { Name = "", AssociationId = "", AssociationName = "", InstanceId } = one;
        const targets =
          InstanceId === undefined ? (one.Targets ?? []) : [{ Key: "InstanceIds", Values: [InstanceId] }];
        return {
          id: AssociationId,
          name: AssociationName,
          document: Name,
          schedule: one.ScheduleExpression,
          isQuickSetup: isQuickSetup(AssociationName),
          selections: [await selectionOf(this.resourceGroups, targets, this.patience)],
        };
      }),
    );
  }

  /** Which baseline each patch group is registered with. */
  groups(): Promise<GroupBaseline[]> {
    const pages = this.pages((NextToken) =>
      this.ssm.send(new DescribePatchGroupsCommand({ MaxResults: mostPerPage, NextToken })),
    );
    return itemsOf(pages, ({ Mappings = [] }) =>
      Mappings.map(({ PatchGroup = "", BaselineIdentity = {} }) => ({
        group: PatchGroup,
        operatingSystem: BaselineIdentity.OperatingSystem ?? "",
        baselineId: BaselineIdentity.BaselineId ?? "",
      })),
    );
  }

  /** Members of a resource group. */
  async members(group: string): Promise<ReadonlySet<string>> {
    const { members = new Set<string>() } = await selectionOf(
      this.resourceGroups,
      [{ Key: "resource-groups:Name", Values: [group] }],
      this.patience,
    );
    return members;
  }

  /** When updates of Windows were released, by their KB; AWS tells it of Amazon Linux by version alone, which reports do not name. */
  async releases(kbs: readonly string[]): Promise<Advisories> {
    const found = new Map<string, number>();
    for (const Values of chunks(kbs, kbsPerCall)) {
      const pages = this.pages((NextToken) =>
        this.ssm.send(
          new DescribeAvailablePatchesCommand({
            Filters: [{ Key: "PATCH_ID", Values: [...Values] }],
            MaxResults: mostPerPage,
            NextToken,
          }),
        ),
      );
      for await (const { Patches = [] } of pages) {
        for (const { KbNumber = "", ReleaseDate } of Patches) {
          const before = found.get(KbNumber) ?? Number.POSITIVE_INFINITY;
          if (ReleaseDate !== undefined) found.set(KbNumber, Math.min(before, ReleaseDate.getTime()));
        }
      }
    }
    return found;
  }

  /** Nodes of the organization, where its view is turned on. */
  organization(): Promise<OrganizationNode[]> {
    const pages = this.pages((NextToken) =>
      this.ssm.send(new ListNodesCommand({ MaxResults: nodesPerPage, NextToken })),
    );
    return itemsOf(pages, ({ Nodes = [] }) =>
      Nodes.map(({ Id = "", Owner, Region = "", NodeType }) => ({
        id: Id,
        account: Owner?.AccountId ?? "",
        region: Region,
        isManaged: NodeType?.Instance?.ManagedStatus !== "Unmanaged",
      })),
    );
  }

  private pages<Page extends { readonly NextToken?: string | undefined }>(
    call: (token: string | undefined) => Promise<Page>,
  ): AsyncGenerator<Page> {
    return pagesOf(call, ({ NextToken }) => NextToken, this.patience);
  }
}

/** KBs of one question; the API names no limit of its own. */
const kbsPerCall = 20;

function stateOf(one: InstancePatchState): NodePatchState {
  return {
    id: one.InstanceId ?? "",
    patchGroup: one.PatchGroup ?? "",
    baselineId: one.BaselineId ?? "",
    operation: one.Operation ?? "",
    endedAt: one.OperationEndTime?.getTime() ?? 0,
    snapshotId: one.SnapshotId,
    installed: one.InstalledCount ?? 0,
    missing: one.MissingCount ?? 0,
    failed: one.FailedCount ?? 0,
    pendingReboot: one.InstalledPendingRebootCount ?? 0,
    installedRejected: one.InstalledRejectedCount ?? 0,
    criticalNonCompliant: one.CriticalNonCompliantCount ?? 0,
    securityNonCompliant: one.SecurityNonCompliantCount ?? 0,
    otherNonCompliant: one.OtherNonCompliantCount ?? 0,
    lastNoRebootInstall: one.LastNoRebootInstallOperationTime?.getTime(),
  };
}
