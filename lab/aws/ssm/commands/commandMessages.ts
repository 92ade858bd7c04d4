import type { SendCommandRequest } from "@aws-sdk/client-ssm";
import type { CloudWatch } from "../../cloudwatch/cloudWatch.js";
import type { EventBridge } from "../../events/eventBridge.js";
import type { Sns } from "../../messages/sns.js";
import type { Place } from "../../place.js";
import type { LabNode } from "../nodes/labNode.js";
import type { Command, CommandEnd, InvocationStatus } from "./command.js";

/** Where commands end, and who is told. */
type Needs = Place & { readonly cloudWatch: CloudWatch; readonly events: EventBridge; readonly sns: Sns };

/** What is told of each invocation that has come to its end: a line in the log group, and an event if any rule listens. */
export function invocationListener(
  region: Needs,
  command: Command,
  request: SendCommandRequest,
): (node: LabNode, status: InvocationStatus) => void {
  const { events, cloudWatch } = region;
  const detailType = "EC2 Command Invocation Status-change Notification";
  const isHeard = events.listens(detailType);
  const group = request.CloudWatchOutputConfig?.CloudWatchLogGroupName;
  const lines =
    group === undefined
      ? undefined
      : cloudWatch.metric("AWS/Logs", "IncomingLogEvents", "LogGroupName", group);
  return (node, status) => {
    if (status === "Success" || status === "Failed") lines?.add(1);
    if (!isHeard) return;
    events.emit({
      source: "aws.ssm",
      "detail-type": detailType,
      resources: [region.nodeArn(node.id)],
      detail: {
        "command-id": command.id,
        "document-name": command.documentName,
        "instance-id": node.id,
        "requested-date-time": new Date(command.requestedAt).toISOString(),
        status: apiStatus(status),
      },
    });
  };
}

/** What is told of a command that has come to its end: an event, and a message if the command asks for one. */
export function announceEnd(
  region: Needs,
  command: Command,
  request: SendCommandRequest,
  { status }: CommandEnd,
): void {
  const { events, sns, account } = region;
  const requested = new Date(command.requestedAt).toISOString();
  events.emit({
    source: "aws.ssm",
    "detail-type": "EC2 Command Status-change Notification",
    resources: [],
    detail: {
      "command-id": command.id,
      "document-name": command.documentName,
      "requested-date-time": requested,
      status,
    },
  });
  const { NotificationArn, NotificationEvents = [] } = request.NotificationConfig ?? {};
  if (NotificationArn === undefined) return;
  if (!NotificationEvents.includes("All") && !NotificationEvents.includes(status)) return;
  const message = {
    TopicArn: NotificationArn,
    Subject: `EC2 Run Command Notification ${region.name}`,
    Message: JSON.stringify({
      commandId: command.id,
      documentName: command.documentName,
      comment: command.comment,
      requestedDateTime: requested,
      status,
      eventTime: new Date(account.clock.now).toISOString(),
    }),
  };
  const source = region.arn("ssm", `command/${command.id}`);
  const caller = account.iam.assumed(request.ServiceRoleArn ?? "", "ssm.amazonaws.com");
  if (caller !== undefined) sns.deliver(message, { caller, source });
}

/** Status of an invocation, of which StatusDetails tells more. */
export function apiStatus(
  details: InvocationStatus,
): "Pending" | "InProgress" | "Success" | "Failed" | "TimedOut" | "Cancelled" {
  switch (details) {
    case "DeliveryTimedOut":
    case "ExecutionTimedOut":
      return "TimedOut";
    case "AccessDenied":
    case "Undeliverable":
      return "Failed";
    case "Terminated":
      return "Cancelled";
    default:
      return details;
  }
}
