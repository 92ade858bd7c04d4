import type {
  CreateMaintenanceWindowRequest,
  CreateMaintenanceWindowResult,
  DescribeMaintenanceWindowExecutionsRequest,
  DescribeMaintenanceWindowExecutionsResult,
  RegisterTargetWithMaintenanceWindowRequest,
  RegisterTargetWithMaintenanceWindowResult,
  RegisterTaskWithMaintenanceWindowRequest,
  RegisterTaskWithMaintenanceWindowResult,
} from "@aws-sdk/client-ssm";
import { parseSchedule } from "../../../schedule/expression.js";
import { nextOccurrence } from "../../../schedule/occurrences.js";
import { zoneProblem } from "../../../schedule/zone.js";
import { AwsError, NotModelledError, validationError } from "../errors.js";
import type { Region } from "../region.js";
import { checkRateControl } from "./rateControl.js";
import { WindowExecutionRun } from "./windowExecution.js";
import type { Execution, Window } from "./windowTypes.js";

const hour = 3_600_000;
const maxWindows = 50;
const maxConcurrentExecutions = 5;
const maxTargetsPerTask = 10;

/** Maintenance Windows: windows, their targets and tasks, and their executions. */
export class MaintenanceWindows {
  private readonly byId = new Map<string, Window>();
  private running = 0;

  /** Called with every execution that has come to its end. */
  readonly onEnd: ((execution: Execution) => void)[] = [];

  constructor(private readonly region: Region) {}

  /** Every window, in the order in which they were made. */
  get all(): readonly Window[] {
    return [...this.byId.values()];
  }

  createMaintenanceWindow(input: CreateMaintenanceWindowRequest): CreateMaintenanceWindowResult {
    const window = this.checked(input);
    this.byId.set(window.id, window);
    this.plan(window, this.region.account.clock.now);
    return { WindowId: window.id };
  }

  registerTargetWithMaintenanceWindow(
    input: RegisterTargetWithMaintenanceWindowRequest,
  ): RegisterTargetWithMaintenanceWindowResult {
    const window = this.find(input.WindowId);
    if (input.ResourceType !== "INSTANCE") throw new NotModelledError(`window targets of type ${input.ResourceType}`);
    const targets = input.Targets ?? [];
    if (targets.length < 1 || targets.length > 5) throw validationError("a window target has 1 to 5 criteria");
    const id = this.region.account.ids.uuid(`target|${window.id}|${input.Name}`);
    window.targets.set(id, {
      id,
      name: input.Name ?? "",
      ownerInformation: input.OwnerInformation ?? "",
      targets,
    });
    return { WindowTargetId: id };
  }

  registerTaskWithMaintenanceWindow(
    input: RegisterTaskWithMaintenanceWindowRequest,
  ): RegisterTaskWithMaintenanceWindowResult {
    const window = this.find(input.WindowId);
    if (input.TaskType !== "RUN_COMMAND") throw new NotModelledError(`window tasks of type ${input.TaskType}`);
    const targets = input.Targets ?? [];
    const targetIds = targets.flatMap(({ Key, Values = [] }) => (Key === "WindowTargetIds" ? Values : []));
    if (targetIds.length === 0) throw validationError("Run Command tasks must have targets, by WindowTargetIds");
    if (targetIds.length > maxTargetsPerTask) throw validationError("The maximum number of window targets is 10");
    for (const id of targetIds) {
      if (!window.targets.has(id)) throw new AwsError("DoesNotExistException", `Window target ${id} does not exist`);
    }
    if (input.MaxConcurrency === undefined || input.MaxErrors === undefined) {
      throw validationError("Maintenance window tasks with targets need MaxConcurrency and MaxErrors");
    }
    checkRateControl(input.MaxConcurrency, input.MaxErrors);
    const id = this.region.account.ids.uuid(`task|${window.id}|${input.Name}`);
    window.tasks.set(id, {
      id,
      name: input.Name ?? "",
      documentName: input.TaskArn ?? "",
      targetIds,
      priority: input.Priority ?? 1,
      maxConcurrency: input.MaxConcurrency,
      maxErrors: input.MaxErrors,
      cutoffBehavior: input.CutoffBehavior ?? "CONTINUE_TASK",
      invocation: input.TaskInvocationParameters?.RunCommand ?? {},
    });
    return { WindowTaskId: id };
  }

  describeMaintenanceWindowExecutions({
    WindowId,
  }: DescribeMaintenanceWindowExecutionsRequest): DescribeMaintenanceWindowExecutionsResult {
    return {
      WindowExecutions: this.find(WindowId).executions.map((execution) => ({
        WindowId: execution.window.id,
        WindowExecutionId: execution.id,
        Status: execution.status,
        StatusDetails: execution.statusDetails,
        StartTime: new Date(execution.startedAt),
        ...(execution.endedAt === undefined ? {} : { EndTime: new Date(execution.endedAt) }),
      })),
    };
  }

  private checked(input: CreateMaintenanceWindowRequest): Window {
    if (this.byId.size >= maxWindows) {
      throw new AwsError("ResourceLimitExceededException", `You can have at most ${maxWindows} maintenance windows.`);
    }
    const { Name = "", Duration = 0, Cutoff = 0, Schedule = "", ScheduleTimezone = "UTC" } = input;
    if (!/^[a-zA-Z0-9_\-.]{3,128}$/.test(Name)) throw validationError(`Name ${JSON.stringify(Name)} is not valid`);
    if (!Number.isInteger(Duration) || Duration < 1 || Duration > 24) throw validationError("Duration must be 1 to 24");
    if (!Number.isInteger(Cutoff) || Cutoff < 0 || Cutoff > Duration - 1) {
      throw validationError(`Cuttoff was ${Cutoff} but must be smaller than ${Duration} (Duration - 1)`);
    }
    const parsed = parseSchedule(Schedule);
    if (!parsed.ok) throw validationError(parsed.problems.join(" "));
    const zone = zoneProblem(ScheduleTimezone);
    if (zone !== undefined) throw validationError(zone);
    return {
      id: `mw-${this.region.account.ids.hex(17, `window|${this.region.name}|${Name}`)}`,
      name: Name,
      schedule: parsed.schedule,
      expression: Schedule,
      occurrences: {
        timezone: ScheduleTimezone,
        created: this.region.account.clock.now,
        ...(input.ScheduleOffset === undefined ? {} : { offsetDays: input.ScheduleOffset }),
        ...(input.StartDate === undefined ? {} : { start: Date.parse(input.StartDate) }),
        ...(input.EndDate === undefined ? {} : { end: Date.parse(input.EndDate) }),
      },
      durationHours: Duration,
      cutoffHours: Cutoff,
      enabled: true,
      targets: new Map(),
      tasks: new Map(),
      executions: [],
      running: undefined,
      missed: [],
    };
  }

  private plan(window: Window, after: number): void {
    const next = nextOccurrence(window.schedule, window.occurrences, after);
    if (next === undefined) return;
    this.region.account.clock.at(next, () => {
      this.plan(window, next);
      if (window.enabled) this.open(window);
    });
  }

  private open(window: Window): void {
    const { clock, ids } = this.region.account;
    const isOverlapping = window.running !== undefined;
    if (!isOverlapping && this.running >= maxConcurrentExecutions) {
      const reason = `${maxConcurrentExecutions} window executions were running in ${this.region.name}, AWS's limit`;
      window.missed.push({ at: clock.now, reason });
      return;
    }
    const closesAt = clock.now + window.durationHours * hour;
    const execution: Execution = {
      id: ids.uuid(`execution|${window.id}`),
      window,
      status: isOverlapping ? "SKIPPED_OVERLAPPING" : "IN_PROGRESS",
      statusDetails: isOverlapping ? "The previous execution of the window was still running." : "",
      startedAt: clock.now,
      closesAt,
      cutoffAt: closesAt - window.cutoffHours * hour,
      endedAt: isOverlapping ? clock.now : undefined,
      tasks: [...window.tasks.values()].map((task) => ({
        id: ids.uuid(`task execution|${task.id}`),
        task,
        status: isOverlapping ? "SKIPPED_OVERLAPPING" : "PENDING",
        startedAt: undefined,
        endedAt: undefined,
        invocations: [],
      })),
    };
    window.executions.push(execution);
    const run = new WindowExecutionRun(this.region, execution, () => {
      window.running = undefined;
      this.running--;
      for (const listener of this.onEnd) listener(execution);
    });
    if (isOverlapping) {
      run.announce();
      return;
    }
    window.running = execution;
    this.running++;
    run.start();
  }

  private find(id: string | undefined): Window {
    const window = this.byId.get(id ?? "");
    if (window === undefined) throw new AwsError("DoesNotExistException", `Maintenance window ${id} does not exist`);
    return window;
  }
}
