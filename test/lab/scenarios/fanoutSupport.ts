import { expect } from "chai";
import type { Caller } from "#lab/aws/iam/evaluate.js";
import type { InvocationRecord, InvocationResult } from "#lab/aws/lambda/lambda.js";
import type { Region } from "#lab/aws/region.js";
import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import type { WindowExecution } from "#lab/aws/ssm/windows/windowTypes.js";
import type { ResourceChange } from "#lab/deploy/deploy.js";
import type { Faults } from "#lab/faults/faults.js";
import { type Lab, openLab } from "#lab/run.js";
import type { ClosedRun } from "#shared/contract/closedRun.js";
import type { RunRecord } from "#shared/contract/runRecord.js";
import { messageKinds } from "#shared/contract/topicMessage.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { root } from "../../support/program.js";
import { all, withoutRecords } from "../recordsSupport.js";
import { account, at, catalog, homeRegion, minute, node, refused } from "../support.js";

export const east = homeRegion;
export const ohio = "us-east-2";
export const ireland = "eu-west-1";
export const base = "patchplane-dev-base";
export const excluded = "patchplane-dev-excluded";
export const startFunction = "SSM-patchplane-dev-fanout";
export const stoppingFunction = "patchplane-dev-fanout-stopping";
export const closingFunction = "patchplane-dev-fanout-closing";
const failures = "patchplane: fan-out";

const updates = [{ released: "2026-01-01" }, { released: "2026-02-01" }];
/** Nodes tell the exclusion processor their operating system by what the agent reports. */
const linux = {
  ...catalog({ openssl: updates, nginx: updates, curl: updates }),
  platformName: "Amazon Linux",
  platformVersion: "2023",
};

/** A server of stack dev that misses an update of each of three packages. */
export function server(region: string, changes: Parameters<typeof node>[0] = {}): ReturnType<typeof node> {
  const { tags, ...rest } = changes;
  const own = { PatchGroup: "dev-servers", Environment: "dev", ...tags };
  return node({ tags: own, catalog: linux, region, ...rest });
}

/** Reads what a promise gives, while time goes on by the minute until it has given it. */
async function passing<T>(lab: Lab, work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  const { clock } = lab.account;
  for (let minutes = 0; !isOver && minutes < 60; minutes++) await clock.advanceTo(clock.now + minute);
  return work;
}

interface Wishes {
  readonly fleet: readonly ReturnType<typeof node>[];
  readonly regions?: readonly string[];
  /** By key without a namespace; lists as JSON. */
  readonly values?: Readonly<Record<string, string>>;
  readonly change?: ResourceChange;
  readonly faults?: Faults;
  /** Whether accounts that `fanoutAccounts` names get what they need. */
  readonly members?: boolean;
  /** Bad patches, and alarms that people have. */
  readonly harm?: Partial<Lab["account"]["fleet"]>;
  /** Whether scan and install windows get their closing records. @default false */
  readonly records?: boolean;
}

/** Stack dev with a central window over some Regions, which opens each day at noon; half an hour before that. */
export class FanoutLab {
  readonly home: Region;
  private readonly owner: Caller;

  private constructor(readonly lab: Lab) {
    this.home = lab.account.region(east);
    this.owner = lab.account.iam.owner;
  }

  static async open({
    fleet,
    regions = [east, ohio],
    values = {},
    harm = {},
    records = false,
    change,
    ...more
  }: Wishes): Promise<FanoutLab> {
    const settings = stackSettings(root, "dev");
    const wanted = {
      stacks: '["scan","install","central"]',
      fanoutRegions: JSON.stringify(regions),
      fanoutSchedule: "cron(0 12 ? * * *)",
      fanoutTimezone: "UTC",
      scanSchedule: "cron(0 2 ? * * *)",
      installSchedule: "cron(0 4 ? * SUN *)",
      ...values,
    };
    const changed = Object.entries(wanted).map(([key, value]) => [`${settings.project}:${key}`, value]);
    const lab = await openLab({
      settings: { ...settings, values: { ...settings.values, ...Object.fromEntries(changed) } },
      fleet: account([...fleet], { harm }).account.wholeFleet,
      from: at("2026-06-01T11:30:00Z"),
      seed: 1,
      ...more,
      change: all(...(records ? [] : [withoutRecords]), ...(change ? [change] : [])),
    });
    return new FanoutLab(lab);
  }

  /** Ends the lab; an error of its own is the test's. */
  async close(): Promise<void> {
    await this.lab.close();
    const [failure] = this.lab.endpoint.failures;
    if (failure !== undefined) throw failure;
  }

  region(name: string): Region {
    return this.lab.account.region(name);
  }

  get now(): number {
    return this.lab.account.clock.now;
  }

  /** Lets time pass until a time of the lab's first day, or of another one of that month. */
  until(time: string, date = "2026-06-01"): Promise<void> {
    return this.lab.account.clock.advanceTo(at(`${date}T${time}Z`));
  }

  advance(milliseconds: number): Promise<void> {
    return this.lab.account.clock.advanceTo(this.now + milliseconds);
  }

  /** The window's payload, as it calls the start function with it, with the id of a run of its own. */
  payload(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> & RunId {
    const window = this.window;
    const [task] = [...window.tasks.values()].filter(({ arn }) => arn.endsWith(startFunction));
    const text = new TextDecoder().decode(task?.call.Payload).replace("{{WINDOW_ID}}", window.id);
    return { ...JSON.parse(text), TaskExecutionId: this.lab.account.ids.uuid("run by hand"), ...changes };
  }

  /** Invokes the start function as somebody would by hand. */
  start(payload: object): Promise<InvocationResult> {
    return this.invoke(startFunction, payload);
  }

  invoke(functionArn: string, payload: object): Promise<InvocationResult> {
    const request = { functionArn, payload: JSON.stringify(payload), source: "test" };
    return passing(this.lab, this.home.lambda.invoke(request));
  }

  /** Two invocations that begin at the same time. */
  startTwice(payload: object): Promise<readonly PromiseSettledResult<InvocationResult>[]> {
    const request = { functionArn: startFunction, payload: JSON.stringify(payload), source: "test" };
    const work = [1, 2].map(() => this.home.lambda.invoke(request));
    return passing(this.lab, Promise.allSettled(work));
  }

  get window() {
    const found = this.home.windows.all.find(({ name }) => name === "patchplane-dev-fanout");
    if (found === undefined) throw new RangeError("there is no central window");
    return found;
  }

  /** The last execution of the central window, and what its task that starts the run has come to. */
  get execution(): WindowExecution {
    const found = this.window.executions.at(-1);
    if (found === undefined) throw new RangeError("the central window has not opened");
    return found;
  }

  invocations(functionName: string): InvocationRecord[] {
    return this.home.lambda.invocations.filter((one) => one.functionName === functionName);
  }

  get bucket(): string {
    const { Environment } = this.home.lambda.find(startFunction).input;
    return Environment?.Variables?.RUNS_BUCKET ?? "";
  }

  keys(prefix: string): string[] {
    const listed = { Bucket: this.bucket, Prefix: prefix };
    const { Contents = [] } = this.lab.account.s3.listObjectsV2(listed, this.at);
    return Contents.map(({ Key = "" }) => Key);
  }

  /** Final records, in the order in which their runs began. */
  get closed(): ClosedRun[] {
    const runs = this.keys("runs/closed/").map((key) => this.json(key) as ClosedRun);
    return runs.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  }

  get open(): RunRecord[] {
    const ofRuns = this.keys("runs/open/").filter((key) => /[/][0-9a-f-]{36}[.]json$/.test(key));
    return ofRuns.map((key) => this.json(key) as RunRecord);
  }

  /** The only run there has been. */
  get run(): ClosedRun {
    const [run, ...more] = this.closed;
    if (run === undefined || more.length > 0) throw new RangeError(`${this.closed.length} runs are closed`);
    return run;
  }

  /** Subjects and texts of the messages that the closing function has sent. */
  get told(): readonly { readonly subject: string; readonly text: string }[] {
    return this.home.sns.delivered.flatMap(({ subject = "", text, json = "{}" }) => {
      if (!subject.startsWith(failures)) return [];
      expect(messageKinds).to.have.property(JSON.parse(json).metadata.eventType);
      return [{ subject, text }];
    });
  }

  /** Names of the alarms that have gone off. */
  get alarms(): string[] {
    const names = this.home.sns.delivered.flatMap(
      ({ subject }) => /^ALARM: "([^"]+)"/.exec(subject ?? "")?.[1] ?? [],
    );
    return [...new Set(names)].sort();
  }

  /** Actions that IAM has refused, with the Regions of the resources where they tell. */
  get refused(): string[] {
    return [...new Set(refused(this.lab.account.iam.denials).map(({ action }) => action))].sort();
  }

  /** How many automations of its own a run has in some Regions, and how many commands in each of them. */
  executed(runId: string, regions: readonly string[]): { automations: number; commands: number[] } {
    const automations = regions.flatMap((name) => {
      const { automation } = this.region(name);
      const { AutomationExecutionMetadataList: listed = [] } = automation.describeAutomationExecutions({
        MaxResults: 50,
      });
      return listed.filter(
        ({ ParentAutomationExecutionId, AutomationExecutionId }) =>
          ParentAutomationExecutionId === undefined &&
          automation.getAutomationExecution({ AutomationExecutionId }).AutomationExecution?.Parameters
            ?.SnapshotId?.[0] === runId,
      );
    });
    const commands = regions.map(
      (name) =>
        this.region(name).runCommand.commands.filter(({ parameters }) => parameters.SnapshotId?.[0] === runId)
          .length,
    );
    return { automations: automations.length, commands };
  }

  nodes(region: string): readonly LabNode[] {
    return this.region(region).nodes.all;
  }

  /** Packages of each node of a Region that have their update, in the order of the fleet. */
  patched(region: string): string[] {
    return this.nodes(region).map((one) =>
      one.catalog.packages.flatMap(({ name, index }) => (one.installed[index] === 1 ? [name] : [])).join(" "),
    );
  }

  /** Uploads an object to a bucket as the owner of the account. */
  put(Bucket: string, Key: string, text: string): void {
    this.lab.account.s3.putObject({ Bucket, Key, Body: Buffer.from(text) }, this.at);
  }

  remove(Bucket: string, Key: string): void {
    this.lab.account.s3.deleteObject({ Bucket, Key }, this.at);
  }

  private get at() {
    return { region: this.home, caller: this.owner };
  }

  text(Bucket: string, Key: string): string {
    const { Body } = this.lab.account.s3.getObject({ Bucket, Key }, this.at);
    return Buffer.from(Body).toString();
  }

  private json(Key: string): unknown {
    return JSON.parse(this.text(this.bucket, Key));
  }
}

interface RunId {
  readonly TaskExecutionId: string;
}
