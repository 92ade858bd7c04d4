import {
  paginateDescribeInstanceInformation,
  paginateListCommands,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { NodeFilter } from "#shared/contract/elsewhere.js";
import { allPages } from "../../shared/aws/clients.js";
import { defaultBaselines } from "../../shared/aws/defaultBaselines.js";
import { listInvocations } from "../../shared/aws/invocations.js";
import { openPatchesOf } from "../../shared/aws/openPatches.js";
import type { Invocation } from "../../shared/commands/invocations.js";
import type { DefaultBaselines } from "../../shared/defaultBaselines.js";
import type { OpenPatch } from "../../shared/names/openPatches.js";
import type { CommandSent, FoundAutomation, NamedNode, RunAutomation, RunSought } from "../core/evidence.js";
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

  defaultBaselines(signal: AbortSignal): Promise<DefaultBaselines> {
    return defaultBaselines(this.ssm, signal);
  }

  openPatches(id: string): Promise<OpenPatch[]> {
    return openPatchesOf(this.ssm, id);
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
