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
import { nextOccurrence } from "../../../schedule/occurrences.js";
import { AwsError, refuseOthers } from "../errors.js";
import { page } from "../page.js";
import type { Region } from "../region.js";
import { WindowExecutionRun } from "./windowExecution.js";
import { targetOf, taskOf, windowOf } from "./windowRequest.js";
import type { Execution, Window } from "./windowTypes.js";

const hour = 3_600_000;
const maxConcurrentExecutions = 5;
/** Quotas of an account in a Region. */
const maxWindows = 50;
const maxTargetsPerWindow = 100;
const maxTasksPerWindow = 20;

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
    const { clock, ids } = this.region.account;
    const made = windowOf(input, clock.now);
    limit(this.byId.size, maxWindows, "maintenance windows");
    const window = { id: `mw-${ids.hex(17, `window|${this.region.name}|${made.name}`)}`, ...made };
    this.byId.set(window.id, window);
    this.plan(window, clock.now);
    return { WindowId: window.id };
  }

  registerTargetWithMaintenanceWindow(
    input: RegisterTargetWithMaintenanceWindowRequest,
  ): RegisterTargetWithMaintenanceWindowResult {
    const window = this.find(input.WindowId);
    const made = targetOf(input);
    limit(window.targets.size, maxTargetsPerWindow, "targets in a maintenance window");
    const id = this.region.account.ids.uuid(`target|${window.id}|${made.name}`);
    window.targets.set(id, { id, ...made });
    return { WindowTargetId: id };
  }

  registerTaskWithMaintenanceWindow(
    input: RegisterTaskWithMaintenanceWindowRequest,
  ): RegisterTaskWithMaintenanceWindowResult {
    const window = this.find(input.WindowId);
    const made = taskOf(input, window);
    limit(window.tasks.size, maxTasksPerWindow, "tasks in a maintenance window");
    const id = this.region.account.ids.uuid(`task|${window.id}|${made.name}`);
    window.tasks.set(id, { id, ...made });
    return { WindowTaskId: id };
  }

  describeMaintenanceWindowExecutions(
    input: DescribeMaintenanceWindowExecutionsRequest,
  ): DescribeMaintenanceWindowExecutionsResult {
    refuseOthers("DescribeMaintenanceWindowExecutions", input, ["WindowId", "MaxResults", "NextToken"]);
    // Newest first, as AWS lists them.
    const executions = [...this.find(input.WindowId).executions].reverse();
    const { items, token } = page(executions, input, 10, 100);
    const WindowExecutions = items.map((execution) => ({
      WindowId: execution.window.id,
      WindowExecutionId: execution.id,
      Status: execution.status,
      StatusDetails: execution.statusDetails,
      StartTime: new Date(execution.startedAt),
      ...(execution.endedAt === undefined ? {} : { EndTime: new Date(execution.endedAt) }),
    }));
    return { WindowExecutions, ...token };
  }

  private plan(window: Window, after: number): void {
    const next = nextOccurrence(window.schedule, window.occurrences, after);
    if (next === undefined) return;
    // What ends at this very moment has ended then: it does not overlap, nor does it count among the five.
    this.region.account.clock.atEndOf(next, () => {
      this.open(window);
      this.plan(window, next);
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
    if (window === undefined)
      throw new AwsError("DoesNotExistException", `Maintenance window ${id} does not exist`);
    return window;
  }
}

function limit(existing: number, most: number, things: string): void {
  if (existing < most) return;
  throw new AwsError("ResourceLimitExceededException", `You can have at most ${most} ${things}.`);
}
