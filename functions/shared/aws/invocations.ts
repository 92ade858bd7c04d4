import {
  CancelCommandCommand,
  type CommandInvocation,
  type ListCommandInvocationsRequest,
  paginateListCommandInvocations,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { Invocation } from "../commands/invocations.js";
import type { CommandStops } from "../commands/stopCommand.js";
import { allPages } from "./clients.js";

/** Invocations on single nodes, of one command or of those that filters name, with the codes that they ended with. */
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

/** What commands are stopped with in the client's Region. */
export function commandStops(client: SSMClient): CommandStops {
  return {
    invocationPages: (commandId, signal, status) => invocationPages(client, commandId, signal, status),
    cancelOn: async (CommandId, ids, abortSignal) => {
      await client.send(new CancelCommandCommand({ CommandId, InstanceIds: [...ids] }), { abortSignal });
    },
  };
}

async function* invocationPages(
  client: SSMClient,
  CommandId: string,
  abortSignal: AbortSignal,
  status?: string,
): AsyncGenerator<Invocation[]> {
  const filters = status === undefined ? {} : { Filters: [{ key: "Status" as const, value: status }] };
  const input = { CommandId, ...filters };
  const pages = paginateListCommandInvocations({ client, pageSize: 50 }, input, { abortSignal });
  for await (const { CommandInvocations = [] } of pages) yield CommandInvocations.map(invocationOf);
}
