import type {
  CreateScheduleInput,
  CreateScheduleOutput,
  DeleteScheduleInput,
  DeleteScheduleOutput,
  GetScheduleGroupInput,
  GetScheduleGroupOutput,
  GetScheduleInput,
  GetScheduleOutput,
  ListSchedulesInput,
  ListSchedulesOutput,
} from "@aws-sdk/client-scheduler";
import { AwsError, NotModelledError, refuseOthers, validationError } from "../base/errors.js";
import { page } from "../base/page.js";
import type { Lambda } from "../lambda/lambda.js";
import type { Sqs } from "../messages/sqs.js";
import type { Place } from "../place.js";

/** Where schedules are, and what they reach. */
type Needs = Place & { readonly lambda: Lambda; readonly sqs: Sqs };

const service = "scheduler.amazonaws.com";
/** Milliseconds within which a schedule is invoked: of the minute that it names, the lab takes the last second, with what a delivery takes. */
const precision = 58_000;

interface Schedule {
  readonly arn: string;
  /** ARN of its group, which Scheduler names as it takes on the role (user guide, confused deputy prevention). */
  readonly source: string;
  readonly input: CreateScheduleInput;
  readonly createdAt: number;
}

/** EventBridge Scheduler: schedules of one time, with functions as their targets. */
export class Scheduler {
  private readonly groups = new Set(["default"]);
  private readonly schedules = new Map<string, Schedule>();

  constructor(private readonly region: Needs) {}

  createScheduleGroup({ Name }: { readonly Name: string }): { readonly ScheduleGroupArn: string } {
    if (this.groups.has(Name)) throw conflict(`Schedule group ${Name} already exists.`);
    this.groups.add(Name);
    return { ScheduleGroupArn: this.region.arn("scheduler", `schedule-group/${Name}`) };
  }

  /** Its schedules go with it. */
  deleteScheduleGroup({ Name }: { readonly Name: string }): void {
    if (!this.groups.delete(Name)) throw missing(`Schedule group ${Name} does not exist.`);
    for (const key of [...this.schedules.keys()]) if (key.startsWith(`${Name}/`)) this.schedules.delete(key);
  }

  /**
   * @throws AwsError ConflictException for a name that is taken; ResourceNotFoundException for a group that is not there;
   *   ValidationException for a time that is none, or over, or a role that Scheduler may not take on
   */
  createSchedule(input: CreateScheduleInput): CreateScheduleOutput {
    refuseOthers("CreateSchedule", input, understood);
    const { Name = "", GroupName = "default", ScheduleExpression = "", Target } = input;
    if (input.FlexibleTimeWindow?.Mode !== "OFF")
      throw new NotModelledError(`the flexible time window of ${Name}`);
    if (!this.groups.has(GroupName)) throw missing(`Schedule group ${GroupName} does not exist.`);
    const key = `${GroupName}/${Name}`;
    if (this.schedules.has(key)) throw conflict(`Schedule ${Name} already exists.`);
    refuseOthers("the target of CreateSchedule", Target ?? {}, understoodOfTargets);
    const { Arn = "", RoleArn = "" } = Target ?? {};
    if (!/^arn:[\w-]+:lambda:/.test(Arn)) throw new NotModelledError(`the target ${Arn} of a schedule`);
    const at = timeOf(ScheduleExpression);
    const { account } = this.region;
    // AWS does not say; the program makes none that is less than two minutes ahead.
    if (at <= account.clock.now) throw validationError(`The time of ${ScheduleExpression} is over.`);
    const arn = this.region.arn("scheduler", `schedule/${key}`);
    const source = this.region.arn("scheduler", `schedule-group/${GroupName}`);
    if (account.iam.assumed(RoleArn, service, source) === undefined) {
      const words = "must allow AWS EventBridge Scheduler to assume the role.";
      throw validationError(`The execution role you provide ${words}`);
    }
    const schedule = { arn, source, input, createdAt: account.clock.now };
    this.schedules.set(key, schedule);
    account.clock.at(at + precision, () => this.fire(key, schedule));
    return { ScheduleArn: arn };
  }

  getSchedule({ Name = "", GroupName = "default" }: GetScheduleInput): GetScheduleOutput {
    const { arn, input, createdAt } = this.find(Name, GroupName);
    const { ClientToken: _, ...told } = input;
    const at = new Date(createdAt);
    return { State: "ENABLED", ...told, Arn: arn, GroupName, CreationDate: at, LastModificationDate: at };
  }

  getScheduleGroup({ Name = "" }: GetScheduleGroupInput): GetScheduleGroupOutput {
    if (!this.groups.has(Name)) throw missing(`Schedule group ${Name} does not exist.`);
    return { Name, Arn: this.region.arn("scheduler", `schedule-group/${Name}`), State: "ACTIVE" };
  }

  /** @throws AwsError ResourceNotFoundException for a group that is not there */
  listSchedules(input: ListSchedulesInput): ListSchedulesOutput {
    const { GroupName, NamePrefix = "" } = input;
    refuseOthers("ListSchedules", input, ["GroupName", "MaxResults", "NamePrefix", "NextToken"]);
    if (GroupName !== undefined && !this.groups.has(GroupName))
      throw missing(`Schedule group ${GroupName} does not exist.`);
    const found = [...this.schedules.keys()].sort().flatMap((key) => {
      const [group = "", Name = ""] = key.split("/");
      if ((GroupName ?? group) !== group || !Name.startsWith(NamePrefix)) return [];
      const { State, Arn, CreationDate, Target } = this.getSchedule({ Name, GroupName: group });
      return [{ Arn, Name, GroupName: group, State, CreationDate, Target: { Arn: Target?.Arn } }];
    });
    const { items, token } = page(found, input, 1, 100);
    return { Schedules: [...items], ...token };
  }

  deleteSchedule({ Name = "", GroupName = "default" }: DeleteScheduleInput): DeleteScheduleOutput {
    this.find(Name, GroupName);
    this.schedules.delete(`${GroupName}/${Name}`);
    return {};
  }

  /** Names of the schedules that there are, each behind its group's. */
  get names(): readonly string[] {
    return [...this.schedules.keys()];
  }

  private find(name: string, group: string): Schedule {
    const found = this.schedules.get(`${group}/${name}`);
    if (found === undefined) throw missing(`Schedule ${name} does not exist.`);
    return found;
  }

  private fire(key: string, schedule: Schedule): void {
    if (this.schedules.get(key) !== schedule) return;
    const { ActionAfterCompletion, Target } = schedule.input;
    if (schedule.input.State === "DISABLED") return;
    if (ActionAfterCompletion === "DELETE") this.schedules.delete(key);
    const { Arn = "", Input = "{}", DeadLetterConfig } = Target ?? {};
    const name = Arn.split(":")[6] ?? "";
    const { clock, faults } = this.region.account;
    for (const delay of faults.onDelivery({ functionName: name, time: clock.now })) {
      clock.at(clock.now + delay, () => {
        if (this.isTaken(() => this.call(schedule, Arn, Input))) return;
        const queue = DeadLetterConfig?.Arn;
        if (queue === undefined) return;
        this.isTaken(() =>
          this.region.sqs.sendMessage(
            { QueueUrl: queue, MessageBody: Input },
            { caller: this.role(schedule), source: schedule.arn },
          ),
        );
      });
    }
  }

  private role({ source, input }: Schedule) {
    return this.region.account.iam.assume(input.Target?.RoleArn ?? "", service, source);
  }

  private call(schedule: Schedule, functionArn: string, payload: string): void {
    const { account, lambda, name } = this.region;
    account.iam.authorize({
      caller: this.role(schedule),
      action: "lambda:InvokeFunction",
      resource: functionArn,
      context: { "aws:RequestedRegion": name },
    });
    lambda.invokeAsync({ functionArn, payload, source: `schedule ${schedule.input.Name}` });
  }

  /** AWS tries again for a day; the lab takes a refusal for good, as one by IAM is. */
  private isTaken(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return false;
    }
  }
}

const understood = [
  ...["ActionAfterCompletion", "ClientToken", "Description", "FlexibleTimeWindow", "GroupName", "Name"],
  ...["ScheduleExpression", "State", "Target"],
];
const understoodOfTargets = ["Arn", "DeadLetterConfig", "Input", "RetryPolicy", "RoleArn"];

const conflict = (what: string) => new AwsError("ConflictException", what, 409);
const missing = (what: string) => new AwsError("ResourceNotFoundException", what, 404);

/** The time of `at(yyyy-mm-ddThh:mm:ss)`, in UTC; its seconds count for nothing (Scheduler: 60 seconds of precision). */
function timeOf(expression: string): number {
  const [, text = ""] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression) ?? [];
  const time = Date.parse(`${text}Z`);
  if (/^(rate|cron)\(/.test(expression)) throw new NotModelledError(`the schedule ${expression}`);
  if (Number.isNaN(time)) throw validationError(`Invalid Schedule Expression ${expression}.`);
  return Math.floor(time / 60_000) * 60_000;
}
