import type { ResourceGroupsClient } from "@aws-sdk/client-resource-groups";
import {
  AutomationExecutionNotFoundException,
  CancelCommandCommand,
  GetAutomationExecutionCommand,
  InvalidAutomationStatusUpdateException,
  paginateDescribeAutomationExecutions,
  type SSMClient,
  StopAutomationExecutionCommand,
} from "@aws-sdk/client-ssm";
import { AwsRegionReports } from "#functions/regional-fanout/aws/regionReports.js";
import { regionStops } from "#functions/regional-fanout/aws/stoppingPorts.js";
import { hasEnded } from "#functions/regional-fanout/core/evidence.js";
import { allPages } from "#functions/shared/aws/clients.js";
import type { RegionPorts } from "./ports.js";

/** Statuses of an automation that is not over; it is asked for what it is before anything is done to it. */
const unended = ["Pending", "InProgress", "Waiting", "Cancelling"];

/** One Region. */
export class AwsRegion implements RegionPorts {
  private readonly reports: AwsRegionReports;
  readonly invocationPages: RegionPorts["invocationPages"];
  readonly cancelOn: RegionPorts["cancelOn"];
  readonly completeAutomation: RegionPorts["completeAutomation"];
  readonly beginning: RegionPorts["beginning"];

  constructor(
    private readonly ssm: SSMClient,
    groups: ResourceGroupsClient,
  ) {
    this.reports = new AwsRegionReports(ssm, groups);
    const stops = regionStops(ssm);
    this.invocationPages = stops.invocationPages;
    this.cancelOn = stops.cancelOn;
    this.completeAutomation = stops.completeAutomation;
    this.beginning = stops.beginning;
  }

  groupPage: RegionPorts["groupPage"] = (...args) => this.reports.groupPage(...args);
  automation: RegionPorts["automation"] = (...args) => this.reports.automation(...args);
  commands: RegionPorts["commands"] = (...args) => this.reports.commands(...args);
  invocations: RegionPorts["invocations"] = (...args) => this.reports.invocations(...args);

  async automations({ runId, runbook, since }: Parameters<RegionPorts["automations"]>[0]): Promise<string[]> {
    const Filters = [
      { Key: "DocumentNamePrefix" as const, Values: [runbook.slice(runbook.lastIndexOf("/") + 1)] },
      { Key: "ExecutionStatus" as const, Values: unended },
      { Key: "StartTimeAfter" as const, Values: [startTime(since)] },
    ];
    const found = await allPages(
      paginateDescribeAutomationExecutions({ client: this.ssm, pageSize: 50 }, { Filters }),
      ({ AutomationExecutionMetadataList }) => AutomationExecutionMetadataList,
    );
    const ids: string[] = [];
    for (const { AutomationExecutionId: id = "" } of found) {
      const { AutomationExecution: one } = await this.ssm.send(
        new GetAutomationExecutionCommand({ AutomationExecutionId: id }),
      );
      const isOfRun = one?.Parameters?.SnapshotId?.[0]?.toLowerCase() === runId;
      if (isOfRun && !hasEnded(one?.AutomationExecutionStatus ?? "")) ids.push(id);
    }
    return ids;
  }

  async stopAutomation(id: string): Promise<boolean> {
    try {
      await this.ssm.send(new StopAutomationExecutionCommand({ AutomationExecutionId: id, Type: "Cancel" }));
      return true;
    } catch (error) {
      const isOver =
        error instanceof InvalidAutomationStatusUpdateException ||
        error instanceof AutomationExecutionNotFoundException;
      if (isOver) return false;
      throw error;
    }
  }

  async cancelCommand(id: string): Promise<void> {
    await this.ssm.send(new CancelCommandCommand({ CommandId: id }));
  }
}

/** To the second and one before, so that what began at once with the run is not missed. */
function startTime(since: number): string {
  return new Date(Math.floor(since / 1000) * 1000 - 1000).toISOString().replace(/\.\d+Z$/, "Z");
}
