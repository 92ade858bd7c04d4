import {
  paginateDescribeInstanceInformation,
  paginateDescribePatchBaselines,
  paginateDescribePatchGroups,
  paginateListCommands,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { NodeFilter } from "#shared/contract/elsewhere.js";
import { allPages } from "../../shared/aws/clients.js";
import { listInvocations } from "../../shared/aws/invocations.js";
import type { Invocation } from "../../shared/commands/invocations.js";
import type {
  CommandSent,
  DefaultBaselines,
  FoundAutomation,
  NamedNode,
  RunAutomation,
  RunSought,
} from "../core/evidence.js";
import type { RegionReports } from "../ports.js";
import { automationsOf, executionOf } from "./automation.js";
import { AwsRegionQueries } from "./regionQueries.js";

const document = "AWS-RunPatchBaseline";

/** What a Region tells of a run, whole pages at a time: no call is about one node or one command. */
export class AwsRegionReports extends AwsRegionQueries implements RegionReports {
  automation(id: string, signal: AbortSignal): Promise<RunAutomation> {
    return executionOf(this.ssm, id, signal);
  }

  automationsOf(run: RunSought, signal: AbortSignal): Promise<FoundAutomation[]> {
    return automationsOf(this.ssm, run, signal);
  }

  commands(since: number, signal: AbortSignal): Promise<CommandSent[]> {
    return listCommands(this.ssm, since, signal);
  }

  invocations(since: number, signal: AbortSignal): Promise<Invocation[]> {
    return listInvocations(this.ssm, { Filters: sentSince(since) }, signal);
  }

  pings(signal: AbortSignal): Promise<Map<string, string>> {
    return pingsOf(this.ssm, signal);
  }

  async nodes(filter: readonly NodeFilter[], abortSignal: AbortSignal): Promise<NamedNode[]> {
    const Filters = filter.map(({ key, values }) => ({ Key: key, Values: [...values] }));
    const pages = paginateDescribeInstanceInformation(
      { client: this.ssm, pageSize: 50 },
      { Filters },
      { abortSignal },
    );
    const found = await allPages(pages, ({ InstanceInformationList }) => InstanceInformationList);
    return found.map(({ InstanceId = "", Name, ComputerName = "" }) => ({
      id: InstanceId,
      name: Name ?? ComputerName,
    }));
  }

  async defaultBaselines(abortSignal: AbortSignal): Promise<DefaultBaselines> {
    const settings = { client: this.ssm, pageSize: 100 };
    const baselines = await allPages(
      paginateDescribePatchBaselines(settings, {}, { abortSignal }),
      ({ BaselineIdentities }) => BaselineIdentities,
    );
    const groups = await allPages(
      paginateDescribePatchGroups(settings, {}, { abortSignal }),
      ({ Mappings }) => Mappings,
    );
    const registered = new Map<string, Set<string>>();
    for (const { PatchGroup = "", BaselineIdentity } of groups) {
      const ids = registered.get(PatchGroup) ?? new Set();
      registered.set(PatchGroup, ids.add(plainId(BaselineIdentity?.BaselineId)));
    }
    const defaults = baselines.filter(({ DefaultBaseline }) => DefaultBaseline === true);
    return { defaults: new Set(defaults.map(({ BaselineId }) => plainId(BaselineId))), registered };
  }
}

/** Ping status of a Region's nodes. */
export async function pingsOf(client: SSMClient, abortSignal: AbortSignal): Promise<Map<string, string>> {
  const pages = paginateDescribeInstanceInformation({ client, pageSize: 50 }, {}, { abortSignal });
  const found = await allPages(pages, ({ InstanceInformationList }) => InstanceInformationList);
  return new Map(found.map(({ InstanceId = "", PingStatus = "unknown" }) => [InstanceId, PingStatus]));
}

/** Commands of AWS-RunPatchBaseline since a time. */
export async function listCommands(
  client: SSMClient,
  since: number,
  abortSignal: AbortSignal,
): Promise<CommandSent[]> {
  const pages = paginateListCommands(
    { client, pageSize: 50 },
    { Filters: sentSince(since) },
    { abortSignal },
  );
  const found = await allPages(pages, ({ Commands }) => Commands);
  return found.map(({ CommandId = "", Parameters, StatusDetails, Status = "", Targets = [] }) => ({
    id: CommandId,
    snapshotId: Parameters?.SnapshotId?.[0],
    status: StatusDetails ?? Status,
    groups: Targets.flatMap(({ Key, Values = [] }) => (Key === "resource-groups:Name" ? Values : [])),
  }));
}

/** AWS's own baselines are named by their ARNs. */
function plainId(id = ""): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/**
 * Commands of AWS-RunPatchBaseline since a time. The API counts seconds: from one before, so that a command of the first second is
 * not missed.
 */
function sentSince(since: number) {
  const from = new Date(Math.floor(since / 1000) * 1000 - 1000).toISOString().replace(/\.\d+Z$/, "Z");
  return [
    { key: "InvokedAfter" as const, value: from },
    { key: "DocumentName" as const, value: document },
  ];
}
