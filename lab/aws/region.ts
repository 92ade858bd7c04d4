import { isHybrid } from "../fleet/model.js";
import { CloudWatch } from "./cloudwatch/cloudWatch.js";
import { EventBridge } from "./events/eventBridge.js";
import { Scheduler } from "./events/scheduler.js";
import type { Credentials } from "./iam/credentials.js";
import type { AnswerCall } from "./lambda/bootstrap/messages.js";
import { Lambda } from "./lambda/lambda.js";
import { Logs } from "./logs/logs.js";
import { Sns } from "./messages/sns.js";
import { Sqs } from "./messages/sqs.js";
import type { Place } from "./place.js";
import type { S3 } from "./s3/s3.js";
import type { ServedApis } from "./servedApis.js";
import { Automation } from "./ssm/automation/automation.js";
import { PatchBaselines } from "./ssm/baselines/patchBaselines.js";
import { PatchManager } from "./ssm/baselines/patchManager.js";
import { RunCommand } from "./ssm/commands/runCommand.js";
import { Documents } from "./ssm/documents/documents.js";
import { Associations } from "./ssm/nodes/associations.js";
import { Harms, makeAlarms } from "./ssm/nodes/harms.js";
import { ManagedNodes } from "./ssm/nodes/managedNodes.js";
import { MaintenanceWindows } from "./ssm/windows/maintenanceWindows.js";
import { ResourceGroups } from "./tags/resourceGroups.js";
import { Tags } from "./tags/tags.js";
import { TagViews } from "./tags/tagViews.js";

/** The account of a Region, as the Region's services and whoever calls them know it. */
export type RegionAccount = Place["account"] & {
  readonly credentials: Credentials;
  readonly s3: S3;
  readonly endpoint: string | undefined;
  readonly answer: AnswerCall | undefined;
  readonly api: ServedApis | undefined;
  /** Another account, or this one. */
  account(id: string): RegionAccount | undefined;
  isEnabled(name: string): boolean;
  region(name: string): Region;
  regions(): Region[];
};

/** One Region of the simulated account: its services, each of which owns its part of the state. */
export class Region implements Place {
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly lambda: Lambda;
  readonly logs: Logs;
  readonly tags: Tags;
  readonly tagViews: TagViews;
  readonly resourceGroups: ResourceGroups;
  readonly documents: Documents;
  readonly automation: Automation;
  readonly cloudWatch: CloudWatch;
  readonly events: EventBridge;
  readonly scheduler: Scheduler;
  readonly associations: Associations;
  readonly nodes: ManagedNodes;
  readonly harms: Harms;
  readonly baselines: PatchBaselines;
  readonly patchManager: PatchManager;
  readonly runCommand: RunCommand;
  readonly windows: MaintenanceWindows;

  constructor(
    readonly account: RegionAccount,
    readonly name: string,
  ) {
    this.sns = new Sns(this);
    this.sqs = new Sqs(this);
    this.lambda = new Lambda(this);
    this.logs = new Logs(this);
    this.tags = new Tags(this);
    this.tagViews = new TagViews(this);
    this.resourceGroups = new ResourceGroups(this);
    this.documents = new Documents(this);
    this.automation = new Automation(this);
    this.cloudWatch = new CloudWatch(this);
    this.events = new EventBridge(this);
    this.scheduler = new Scheduler(this);
    this.associations = new Associations();
    this.nodes = new ManagedNodes(this);
    this.harms = new Harms(this);
    this.baselines = new PatchBaselines(this);
    this.patchManager = new PatchManager(this);
    this.runCommand = new RunCommand(this);
    this.windows = new MaintenanceWindows(this);
    makeAlarms(this, this.cloudWatch);
  }

  nodeArn(id: string): string {
    return isHybrid(id) ? this.arn("ssm", `managed-instance/${id}`) : this.arn("ec2", `instance/${id}`);
  }

  arn(service: string, resource: string): string {
    return `arn:${this.account.partition}:${service}:${this.name}:${this.account.id}:${resource}`;
  }
}
