import {
  type AutomationExecution,
  GetAutomationExecutionCommand,
  paginateDescribeAutomationExecutions,
  paginateDescribeAutomationStepExecutions,
  type SSMClient,
  StartAutomationExecutionCommand,
  type StepExecution,
} from "@aws-sdk/client-ssm";
import type { StartRequest } from "#shared/contract/runRecord.js";
import { allPages } from "../../shared/aws/clients.js";
import { type FoundAutomation, hasEnded, type RunAutomation, type RunSought } from "../core/evidence.js";

/** Starts an automation. @returns its id */
export async function startAutomation(
  client: SSMClient,
  request: StartRequest,
  abortSignal: AbortSignal,
): Promise<string> {
  const { AutomationExecutionId: id } = await client.send(new StartAutomationExecutionCommand(request), {
    abortSignal,
  });
  if (id === undefined) throw new Error("SSM gave no id of the automation");
  return id;
}

/**
 * The automations that a run has started in a Region. A listing tells no parameters, by which they are known, so that
 * each of the runbook since then is asked for; children are in it too, and left out.
 */
export async function automationsOf(
  client: SSMClient,
  { runId, runbook, since }: RunSought,
  abortSignal: AbortSignal,
): Promise<FoundAutomation[]> {
  const Filters = [
    { Key: "DocumentNamePrefix" as const, Values: [runbook.slice(runbook.lastIndexOf("/") + 1)] },
    { Key: "StartTimeAfter" as const, Values: [startTime(since)] },
  ];
  const pages = paginateDescribeAutomationExecutions({ client, pageSize: 50 }, { Filters }, { abortSignal });
  const listed = await allPages(
    pages,
    ({ AutomationExecutionMetadataList }) => AutomationExecutionMetadataList,
  );
  const found: FoundAutomation[] = [];
  for (const { AutomationExecutionId: id = "", ParentAutomationExecutionId } of listed) {
    if (ParentAutomationExecutionId !== undefined) continue;
    const named = { AutomationExecutionId: id };
    const { AutomationExecution: one } = await client.send(new GetAutomationExecutionCommand(named), {
      abortSignal,
    });
    if (one?.Parameters?.SnapshotId?.[0]?.toLowerCase() !== runId) continue;
    found.push({
      id,
      status: one.AutomationExecutionStatus ?? "unknown",
      group: groupOf(one),
      isOfOthers: (one.TargetLocations ?? []).length > 0,
    });
  }
  return found;
}

/**
 * The automations of a run that begin one for each of their nodes, and have not ended. Where a runbook is another account's, nobody
 * says by which name a listing knows it, so that all since then are listed.
 */
export async function beginningOf(
  client: SSMClient,
  { runId, since }: Pick<RunSought, "runId" | "since">,
  abortSignal: AbortSignal,
): Promise<string[]> {
  const Filters = [{ Key: "StartTimeAfter" as const, Values: [startTime(since)] }];
  const pages = paginateDescribeAutomationExecutions({ client, pageSize: 50 }, { Filters }, { abortSignal });
  const listed = await allPages(
    pages,
    ({ AutomationExecutionMetadataList }) => AutomationExecutionMetadataList,
  );
  const ids: string[] = [];
  for (const { AutomationExecutionId: id = "", AutomationExecutionStatus = "", Targets = [] } of listed) {
    if (Targets.length === 0 || hasEnded(AutomationExecutionStatus)) continue;
    const named = { AutomationExecutionId: id };
    const { AutomationExecution: one } = await client.send(new GetAutomationExecutionCommand(named), {
      abortSignal,
    });
    if (one?.Parameters?.SnapshotId?.[0]?.toLowerCase() === runId) ids.push(id);
  }
  return ids;
}

/** By the mode, the group is a parameter or the automation's target. */
function groupOf({ Parameters, Targets }: AutomationExecution): string | undefined {
  return Parameters?.ResourceGroup?.[0] ?? Targets?.find(({ Key }) => Key === "ResourceGroup")?.Values?.[0];
}

/** To the second and one before, so that what began at once with the run is not missed. */
function startTime(since: number): string {
  return new Date(Math.floor(since / 1000) * 1000 - 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

/** An automation; the steps of one with target locations are its children, each in a Region and an account. */
export async function executionOf(
  client: SSMClient,
  id: string,
  abortSignal: AbortSignal,
): Promise<RunAutomation> {
  const named = { AutomationExecutionId: id };
  const { AutomationExecution: found } = await client.send(new GetAutomationExecutionCommand(named), {
    abortSignal,
  });
  if (found?.AutomationExecutionStatus === undefined)
    throw new Error(`SSM gave no status of the automation ${id}`);
  const steps =
    found.StepExecutionsTruncated === true
      ? await allPages(
          paginateDescribeAutomationStepExecutions({ client, pageSize: 50 }, named, { abortSignal }),
          ({ StepExecutions }) => StepExecutions,
        )
      : (found.StepExecutions ?? []);
  return {
    status: found.AutomationExecutionStatus,
    failureMessage: found.FailureMessage,
    locations: steps.flatMap(locationsOf),
  };
}

function locationsOf(step: StepExecution): RunAutomation["locations"] {
  const { Regions = [], Accounts = [] } = step.TargetLocation ?? {};
  const accounts = Accounts.length === 0 ? [undefined] : Accounts;
  const status: string = step.StepStatus ?? "unknown";
  return Regions.flatMap((region) =>
    accounts.map((account) => ({ region, account, status, failureMessage: step.FailureMessage })),
  );
}
