import { isHybrid } from "../fleet/model.js";
import type { Account } from "./account.js";
import { CloudWatch } from "./cloudwatch/cloudWatch.js";
import { EventBridge } from "./events/eventBridge.js";
import { Lambda } from "./lambda/lambda.js";
import { Logs } from "./logs/logs.js";
import { Sns } from "./messages/sns.js";
import { Sqs } from "./messages/sqs.js";
import { Automation } from "./ssm/automation/automation.js";
import { PatchBaselines } from "./ssm/baselines/patchBaselines.js";
import { PatchManager } from "./ssm/baselines/patchManager.js";
import { RunCommand } from "./ssm/commands/runCommand.js";
import { Documents } from "./ssm/documents/documents.js";
import { ManagedNodes } from "./ssm/nodes/managedNodes.js";
import { MaintenanceWindows } from "./ssm/windows/maintenanceWindows.js";
import { ResourceGroups } from "./tags/resourceGroups.js";
import { Tags } from "./tags/tags.js";

/** One Region of the simulated account: its services, each of which owns its part of the state. */
export class Region {
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly lambda: Lambda;
  readonly logs: Logs;
  readonly tags: Tags;
  readonly resourceGroups: ResourceGroups;
  readonly documents: Documents;
  readonly automation: Automation;
  readonly cloudWatch: CloudWatch;
  readonly events: EventBridge;
  readonly nodes: ManagedNodes;
  readonly baselines: PatchBaselines;
  readonly patchManager: PatchManager;
  readonly runCommand: RunCommand;
  readonly windows: MaintenanceWindows;

  constructor(
    readonly account: Account,
    readonly name: string,
  ) {
    this.sns = new Sns(this);
    this.sqs = new Sqs(this);
    this.lambda = new Lambda(this);
    this.logs = new Logs(this);
    this.tags = new Tags(this);
    this.resourceGroups = new ResourceGroups(this);
    this.documents = new Documents(this);
    this.automation = new Automation(this);
    this.cloudWatch = new CloudWatch(this);
    this.events = new EventBridge(this);
    this.nodes = new ManagedNodes(this);
    this.baselines = new PatchBaselines(this);
    this.patchManager = new PatchManager(this);
    this.runCommand = new RunCommand(this);
    this.windows = new MaintenanceWindows(this);
  }

  /** ARN of a node: an EC2 instance's, or a hybrid node's. */
  nodeArn(id: string): string {
    return isHybrid(id) ? this.arn("ssm", `managed-instance/${id}`) : this.arn("ec2", `instance/${id}`);
  }

  /** An ARN of this account in this Region. */
  arn(service: string, resource: string): string {
    return `arn:${this.account.partition}:${service}:${this.name}:${this.account.id}:${resource}`;
  }
}
