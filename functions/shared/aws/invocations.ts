import {
  CancelCommandCommand,
  type CommandInvocation,
  type ListCommandInvocationsRequest,
  paginateListCommandInvocations,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { CancelOn } from "../commands/cancelWaiting.js";
import type { Invocation } from "../commands/invocations.js";
import { allPages } from "./clients.js";

/** Invocations on single nodes, of a command or of those that filters name. */
export async function listInvocations(
  client: SSMClient,
  which: Pick<ListCommandInvocationsRequest, "CommandId" | "Filters">,
  abortSignal: AbortSignal,
): Promise<Invocation[]> {
  const input = { ...which, Details: true };
  const pages = paginateListCommandInvocations({ client, pageSize: 50 }, input, { abortSignal });
  // Page by page: the details have the beginning of each node's output.
  return allPages(pages, ({ CommandInvocations }) => CommandInvocations?.map(invocationOf));
}

function invocationOf(found: CommandInvocation): Invocation {
  const { CommandId = "", InstanceId = "", Status = "", StatusDetails, RequestedDateTime } = found;
  const code = endCode(found);
  return {
    commandId: CommandId,
    nodeId: InstanceId,
    status: StatusDetails ?? Status,
    requestedAt: RequestedDateTime?.getTime() ?? 0,
    ...(code === undefined ? {} : { code }),
  };
}

/** Of the steps of the document one is for the node's platform; the others end with 0. A step without an end has -1. */
function endCode({ CommandPlugins = [] }: CommandInvocation): number | undefined {
  const codes = CommandPlugins.flatMap(({ ResponseCode = -1 }) => (ResponseCode < 0 ? [] : [ResponseCode]));
  return codes.find((code) => code !== 0) ?? codes[0];
}

/** Cancels commands on some of their nodes. */
export function cancelOn(client: SSMClient): CancelOn {
  return async (CommandId, ids, abortSignal) => {
    await client.send(new CancelCommandCommand({ CommandId, InstanceIds: [...ids] }), { abortSignal });
  };
}
