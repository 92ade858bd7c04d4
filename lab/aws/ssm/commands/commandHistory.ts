import type {
  Command as ApiCommand,
  CommandFilter,
  CommandInvocation,
  CommandPlugin,
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
  ListCommandsRequest,
  ListCommandsResult,
  SendCommandRequest,
} from "@aws-sdk/client-ssm";
import { AwsError } from "../../base/errors.js";
import { page, placeOf } from "../../base/page.js";
import type { Place } from "../../place.js";
import { byText, byTime, type FilterTests, filterOf } from "../filters.js";
import { platformType } from "../nodes/instanceInformation.js";
import type { ManagedNodes } from "../nodes/managedNodes.js";
import { picked } from "../requests.js";
import type { Command } from "./command.js";
import { apiStatus } from "./commandMessages.js";

/** Where commands have gone, and to which nodes. */
type Needs = Place & { readonly nodes: ManagedNodes };

/** A command, and the request that it came of. */
export interface SentCommand {
  readonly command: Command;
  readonly request: SendCommandRequest;
}

/** A command on one of its nodes. */
interface OnNode extends SentCommand {
  readonly index: number;
}

/** What the API tells of commands and of how they went on each node. */
export class CommandHistory {
  constructor(
    private readonly region: Needs,
    private readonly sent: ReadonlyMap<string, SentCommand>,
  ) {}

  /** Newest first. */
  listCommands(input: ListCommandsRequest): ListCommandsResult {
    const { CommandId, InstanceId, Filters } = input;
    const passes = filterOf(apiFilters(Filters), commandTests, "InvalidFilterKey");
    const isOnNode = this.nodeTest(InstanceId);
    const found = this.commands(CommandId).filter(
      (sent) =>
        passes(sent) && (InstanceId === undefined || sent.command.nodes.some(({ id }) => isOnNode(id))),
    );
    const { items, token } = page(found, input, 1, 50);
    return { Commands: items.map(describedCommand), ...token };
  }

  /** Those of the newest command first. */
  listCommandInvocations(input: ListCommandInvocationsRequest): ListCommandInvocationsResult {
    const areAll = input.InstanceId === undefined && (input.Filters ?? []).length === 0;
    const invocations = areAll ? this.allFrom(input) : this.invocations(input);
    const { items, token } = page(invocations, input, 1, 50, { areBegun: areAll });
    const CommandInvocations = items.map((one): CommandInvocation => {
      const { command, request } = one;
      return {
        CommandId: command.id,
        InstanceId: nodeOf(one).id,
        Comment: command.comment,
        DocumentName: command.documentName,
        RequestedDateTime: new Date(command.requestedAt),
        ...statusOf(one),
        CommandPlugins: input.Details === true ? [pluginOf(one)] : [],
        ...picked(request, ["NotificationConfig", "CloudWatchOutputConfig"]),
        ...(request.ServiceRoleArn === undefined ? {} : { ServiceRole: request.ServiceRoleArn }),
      };
    });
    return { CommandInvocations, ...token };
  }

  /** The lab's nodes print nothing, and how long a plugin took does not fit the API's own pattern for it. */
  getCommandInvocation(input: GetCommandInvocationRequest): GetCommandInvocationResult {
    const sent = sentCommand(this.sent, input.CommandId);
    const index = sent.command.nodes.findIndex(({ id }) => id === input.InstanceId);
    if (index < 0) {
      const message = `${input.CommandId} has no invocation on ${input.InstanceId}`;
      throw new AwsError("InvocationDoesNotExist", message);
    }
    const one = { ...sent, index };
    const { Name = "", ResponseCode = -1, ResponseStartDateTime, ResponseFinishDateTime } = pluginOf(one);
    if (input.PluginName !== undefined && input.PluginName !== Name) {
      throw new AwsError("InvalidPluginName", `${input.PluginName} is no step that runs on this node`);
    }
    return {
      CommandId: sent.command.id,
      InstanceId: nodeOf(one).id,
      Comment: sent.command.comment,
      DocumentName: sent.command.documentName,
      PluginName: Name,
      ResponseCode,
      ...(ResponseStartDateTime === undefined ? {} : { ExecutionStartDateTime: iso(ResponseStartDateTime) }),
      ...(ResponseFinishDateTime === undefined ? {} : { ExecutionEndDateTime: iso(ResponseFinishDateTime) }),
      ...statusOf(one),
      StandardOutputContent: "",
      StandardErrorContent: "",
      ...picked(sent.request, ["CloudWatchOutputConfig"]),
    };
  }

  private commands(id: string | undefined): SentCommand[] {
    return id === undefined ? [...this.sent.values()].reverse() : [sentCommand(this.sent, id)];
  }

  /** Those that nothing narrows down, from the place of a page on: to pass over all before it would take the square of their number. */
  private *allFrom({ CommandId, NextToken }: ListCommandInvocationsRequest): Generator<OnNode> {
    let earlier = placeOf(NextToken);
    for (const sent of this.commands(CommandId)) {
      const { length } = sent.command.nodes;
      for (let index = earlier; index < length; index++) yield { ...sent, index };
      earlier = Math.max(0, earlier - length);
    }
  }

  /** One by one: a month of a large fleet has millions. */
  private *invocations({ CommandId, InstanceId, Filters }: ListCommandInvocationsRequest): Generator<OnNode> {
    const { ExecutionStage: _, Status: __, ...common } = commandTests;
    const tests: FilterTests<OnNode> = {
      ...common,
      Status: (value) => (one) => hasStatus(statusOf(one), value),
    };
    const passes = filterOf(apiFilters(Filters), tests, "InvalidFilterKey");
    const isAsked = this.nodeTest(InstanceId);
    for (const sent of this.commands(CommandId)) {
      for (const [index, { id }] of sent.command.nodes.entries()) {
        const one = { ...sent, index };
        if (isAsked(id) && passes(one)) yield one;
      }
    }
  }

  /** @throws AwsError InvalidInstanceId */
  private nodeTest(wanted: string | undefined): (id: string) => boolean {
    if (wanted !== undefined && this.region.nodes.node(wanted) === undefined) {
      throw new AwsError("InvalidInstanceId", `${wanted} is not a managed node`);
    }
    return (id) => wanted === undefined || id === wanted;
  }
}

/** @throws AwsError InvalidCommandId */
export function sentCommand<T>(sent: ReadonlyMap<string, T>, id: string | undefined): T {
  const found = sent.get(id ?? "");
  if (found === undefined) throw new AwsError("InvalidCommandId", `${id} is not a command`);
  return found;
}

/** A command as the API tells it. */
export function describedCommand({ command, request }: SentCommand): ApiCommand {
  const counts = command.counts();
  const { Pending = 0, InProgress = 0, Failed = 0, ExecutionTimedOut = 0, DeliveryTimedOut = 0 } = counts;
  return {
    CommandId: command.id,
    DocumentName: command.documentName,
    Comment: command.comment,
    RequestedDateTime: new Date(command.requestedAt),
    Parameters: request.Parameters ?? {},
    Targets: request.Targets ?? [],
    ...commandStatus(command),
    MaxConcurrency: request.MaxConcurrency ?? "50",
    MaxErrors: request.MaxErrors ?? "0",
    TargetCount: command.nodes.length,
    CompletedCount: command.nodes.length - Pending - InProgress,
    ErrorCount: Failed + ExecutionTimedOut,
    DeliveryTimedOutCount: DeliveryTimedOut,
    ...(request.ServiceRoleArn === undefined ? {} : { ServiceRole: request.ServiceRoleArn }),
    ...picked(request, [
      "InstanceIds",
      "OutputS3BucketName",
      "OutputS3KeyPrefix",
      "NotificationConfig",
      "CloudWatchOutputConfig",
      "TimeoutSeconds",
    ]),
  };
}

const commandTests: FilterTests<SentCommand> = {
  InvokedAfter: byTime(({ command }) => command.requestedAt, "from"),
  InvokedBefore: byTime(({ command }) => command.requestedAt, "before"),
  DocumentName: byText(({ command }) => command.documentName),
  Status:
    (value) =>
    ({ command }) =>
      hasStatus(commandStatus(command), value),
  ExecutionStage: byText(({ command }) => (command.end === undefined ? "Executing" : "Complete")),
};

function apiFilters(filters: readonly CommandFilter[] = []) {
  return filters.map(({ key, value }) => ({ Key: key, Values: [value ?? ""] }));
}

function commandStatus({ end }: Command): {
  Status: NonNullable<ApiCommand["Status"]>;
  StatusDetails: string;
} {
  return { Status: end?.status ?? "InProgress", StatusDetails: end?.details ?? "InProgress" };
}

/** A filter may name either of the two: `TimedOut`, or `DeliveryTimedOut`. */
function hasStatus(
  { Status, StatusDetails }: { Status: string; StatusDetails: string },
  value: string,
): boolean {
  return Status === value || StatusDetails === value;
}

function statusOf({ command, index }: OnNode) {
  const details = command.statusOf(index);
  return { Status: apiStatus(details), StatusDetails: details };
}

function nodeOf({ command, index }: OnNode) {
  const node = command.nodes[index];
  if (node === undefined) throw new RangeError(`command ${command.id} has no node ${index}`);
  return node;
}

/** The step of AWS-RunPatchBaseline that runs on a node's platform. */
function pluginOf(one: OnNode): CommandPlugin {
  const { command, index } = one;
  const platform = platformType(nodeOf(one));
  const [startedAt, finishedAt] = [command.startedAt(index), command.finishedAt(index)];
  const { Status, StatusDetails } = statusOf(one);
  return {
    Name: `Patch${platform}`,
    Status,
    StatusDetails,
    ResponseCode: StatusDetails === "Success" ? 0 : StatusDetails === "Failed" ? 1 : -1,
    ...(startedAt === undefined ? {} : { ResponseStartDateTime: new Date(startedAt) }),
    ...(startedAt === undefined || finishedAt === undefined
      ? {}
      : { ResponseFinishDateTime: new Date(finishedAt) }),
    Output: "",
  };
}

/** Without milliseconds, as the API's pattern wants it. */
function iso(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
