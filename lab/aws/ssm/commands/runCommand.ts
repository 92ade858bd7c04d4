import type {
  CancelCommandRequest,
  CancelCommandResult,
  SendCommandRequest,
  SendCommandResult,
  Target,
} from "@aws-sdk/client-ssm";
import { AwsError, NotModelledError, refuseOthers, validationError } from "../../base/errors.js";
import type { CloudWatch } from "../../cloudwatch/cloudWatch.js";
import type { EventBridge } from "../../events/eventBridge.js";
import type { Sns } from "../../messages/sns.js";
import type { OperationParameters } from "../../patching/operation.js";
import type { Place } from "../../place.js";
import type { ResourceGroups } from "../../tags/resourceGroups.js";
import { kindOf } from "../../tags/tags.js";
import type { PatchManager } from "../baselines/patchManager.js";
import type { LabNode } from "../nodes/labNode.js";
import type { ManagedNodes } from "../nodes/managedNodes.js";
import { Command, groupKey } from "./command.js";
import type { CommandAccess } from "./commandAccess.js";
import { CommandHistory, describedCommand, type SentCommand, sentCommand } from "./commandHistory.js";
import { announceEnd, invocationListener } from "./commandMessages.js";
import { CommandRun } from "./commandRun.js";
import { checkRateControl, concurrencyOf, errorLimitOf } from "./rateControl.js";

/** Where commands go, whom they reach, and who is told. */
type Needs = Place & {
  readonly cloudWatch: CloudWatch;
  readonly events: EventBridge;
  readonly nodes: ManagedNodes;
  readonly patchManager: PatchManager;
  readonly resourceGroups: ResourceGroups;
  readonly sns: Sns;
};

const defaultDeliveryTimeout = 3600;
/** Members of SendCommand that the lab reads, or that change nothing in it. */
const understood: readonly (keyof SendCommandRequest)[] = [
  "CloudWatchOutputConfig",
  "Comment",
  "DocumentName",
  "InstanceIds",
  "MaxConcurrency",
  "MaxErrors",
  "NotificationConfig",
  "OutputS3BucketName",
  "OutputS3KeyPrefix",
  "Parameters",
  "ServiceRoleArn",
  "Targets",
  "TimeoutSeconds",
];

/** Who sends a command, and what for. */
interface Sender {
  /** What the sender may do; without it, everything. */
  readonly access?: CommandAccess | undefined;
  /** Snapshot of a window execution, which SSM passes on its own. */
  readonly snapshotId?: string;
  readonly onEnd?: () => void;
}

interface Sent extends SentCommand {
  readonly run: CommandRun;
  /** Told when the command has come to its end. */
  readonly listeners: (() => void)[];
}

/** Run Command: commands, the nodes that they go to, and how they end. */
export class RunCommand {
  private readonly sent = new Map<string, Sent>();
  readonly history: CommandHistory;

  constructor(private readonly region: Needs) {
    this.history = new CommandHistory(region, this.sent);
  }

  /** Sends AWS-RunPatchBaseline, the only document that the lab knows, to the nodes that are there now. */
  sendCommand(request: SendCommandRequest, sender: Sender = {}): SendCommandResult {
    refuseOthers("SendCommand", request, understood);
    const parameters = patchParameters(request);
    const { MaxConcurrency = "50", MaxErrors = "0", TimeoutSeconds = defaultDeliveryTimeout } = request;
    checkRateControl(MaxConcurrency, MaxErrors);
    if (TimeoutSeconds < 30 || TimeoutSeconds > 2_592_000) {
      throw validationError(`TimeoutSeconds must be 30 to 2592000, got ${TimeoutSeconds}`);
    }
    const { NotificationArn, NotificationType } = request.NotificationConfig ?? {};
    if (NotificationArn !== undefined && NotificationType !== "Command") {
      throw new NotModelledError(`notifications per ${NotificationType}`);
    }
    sender.access?.authorizeSend(request);
    this.checkRole(request);
    const nodes = this.nodesFor(request);
    const command = new Command(
      this.region.account.ids.uuid(`command|${this.region.name}|${request.Comment}`),
      request.DocumentName ?? "",
      request.Comment ?? "",
      request.Parameters ?? {},
      this.region.account.clock.now,
      nodes,
      concurrencyOf(MaxConcurrency, nodes.length),
      errorLimitOf(MaxErrors, nodes.length),
    );
    const listeners = sender.onEnd === undefined ? [] : [sender.onEnd];
    const run = new CommandRun(this.region, command, {
      parameters,
      reaches: (node) => sender.access?.reaches(node) ?? true,
      // An empty text stands for none.
      snapshotId: request.Parameters?.SnapshotId?.[0] || sender.snapshotId,
      deliveryTimeout: TimeoutSeconds,
      onInvocation: invocationListener(this.region, command, request),
      onEnd: (end) => {
        announceEnd(this.region, command, request, end);
        for (const told of listeners) told();
      },
    });
    this.sent.set(command.id, { command, run, request, listeners });
    const { clock } = this.region.account;
    clock.at(clock.now, () => run.start());
    return { Command: describedCommand({ command, request }) };
  }

  cancelCommand(input: CancelCommandRequest, access?: CommandAccess): CancelCommandResult {
    refuseOthers("CancelCommand", input, ["CommandId", "InstanceIds"]);
    access?.authorizeCancel();
    const { run, command } = this.find(input.CommandId);
    const { InstanceIds: ids = [] } = input;
    const stranger = ids.find((id) => command.nodes.every((node) => node.id !== id));
    if (stranger !== undefined)
      throw new AwsError("InvalidInstanceId", `The command was not sent to ${stranger}.`);
    if (ids.length === 0) run.cancel();
    else run.cancelOn(new Set(ids));
    return {};
  }

  /** Calls back once when a command has come to its end. */
  whenEnded(id: string, callback: () => void): void {
    const { command, listeners } = this.find(id);
    if (command.end === undefined) listeners.push(callback);
    else callback();
  }

  /** Every command, in the order in which they were sent. */
  get commands(): readonly Command[] {
    return [...this.sent.values()].map(({ command }) => command);
  }

  /** A command by its id, for those who look at more than the API tells. */
  command(id: string): Command {
    return this.find(id).command;
  }

  /** SendCommand, InvalidRole: the role for notifications must be there, and let itself be taken on by SSM. */
  private checkRole({ ServiceRoleArn: role, NotificationConfig }: SendCommandRequest): void {
    const isWanted = NotificationConfig?.NotificationArn !== undefined;
    if (role === undefined && !isWanted) return;
    if (role !== undefined && this.region.account.iam.assumed(role, "ssm.amazonaws.com") !== undefined)
      return;
    throw new AwsError("InvalidRole", `ServiceRoleArn ${role} is no role that SSM can assume.`);
  }

  private find(id: string | undefined): Sent {
    return sentCommand(this.sent, id);
  }

  private nodesFor(request: SendCommandRequest): LabNode[] {
    const ids = request.InstanceIds ?? [];
    if (ids.length > 50) throw validationError(`InstanceIds takes at most 50 ids, got ${ids.length}`);
    if (ids.length === 0) return this.targetedNodes(request.Targets ?? []);
    if (request.Targets !== undefined) throw validationError("InstanceIds and Targets exclude each other");
    if (new Set(ids).size < ids.length)
      throw new AwsError("DuplicateInstanceId", "An instance ID is there twice.");
    return ids.map((id) => {
      const node = this.region.nodes.node(id);
      if (node?.isThere(this.region.account.clock.now) !== true)
        throw new AwsError("InvalidInstanceId", `Instances not in a valid state for account: ${id}`);
      return node;
    });
  }

  /** A group's members that are managed nodes, or the nodes that fit all targets. */
  private targetedNodes(targets: readonly Target[]): LabNode[] {
    const { nodes, resourceGroups } = this.region;
    const [first, second] = targets;
    if (!targets.some(({ Key }) => Key === groupKey)) return nodes.select(targets);
    const [name, other] = first?.Values ?? [];
    if (second !== undefined || name === undefined || other !== undefined)
      throw validationError(`${groupKey} takes one group, and stands alone`);
    if (!resourceGroups.has(name))
      throw new AwsError("InvalidParameters", `There is no resource group ${name} in ${this.region.name}.`);
    return resourceGroups
      .members(name)
      .flatMap(({ ResourceArn }) => nodes.node(kindOf(ResourceArn).id) ?? [])
      .filter((node) => node.isThere(this.region.account.clock.now));
  }
}

/** The only document that the lab knows. */
export const patchDocument = "AWS-RunPatchBaseline";

/** @throws AwsError InvalidParameters, NotModelledError for another document, and for parameters that the lab does not know */
function patchParameters({
  DocumentName,
  Parameters = {},
}: Pick<SendCommandRequest, "DocumentName" | "Parameters">): OperationParameters {
  if (DocumentName !== patchDocument) throw new NotModelledError(`the document ${DocumentName}`);
  const known = ["Operation", "RebootOption", "SnapshotId"];
  const unknown = Object.keys(Parameters).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new NotModelledError(`AWS-RunPatchBaseline's parameter ${unknown.join(", ")}`);
  const many = Object.entries(Parameters).find(([, values]) => values.length !== 1);
  if (many !== undefined)
    throw new AwsError("InvalidParameters", `${many[0]} takes one value, got ${many[1].length}`);
  const operation = Parameters.Operation?.[0];
  const rebootOption = Parameters.RebootOption?.[0] ?? "RebootIfNeeded";
  if (operation !== "Scan" && operation !== "Install") {
    throw new AwsError("InvalidParameters", `Operation must be Scan or Install, got ${operation}`);
  }
  if (rebootOption !== "RebootIfNeeded" && rebootOption !== "NoReboot") {
    throw new AwsError(
      "InvalidParameters",
      `RebootOption must be RebootIfNeeded or NoReboot, got ${rebootOption}`,
    );
  }
  const snapshotId = Parameters.SnapshotId?.[0] ?? "";
  if (!/^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})?$/.test(snapshotId)) {
    throw new AwsError("InvalidParameters", `SnapshotId must be a UUID or empty, got ${snapshotId}`);
  }
  return { operation, rebootOption };
}
