import type {
  CancelMaintenanceWindowExecutionRequest,
  CancelMaintenanceWindowExecutionResult,
  DescribeMaintenanceWindowExecutionsRequest,
  DescribeMaintenanceWindowExecutionsResult,
  DescribeMaintenanceWindowExecutionTaskInvocationsRequest,
  DescribeMaintenanceWindowExecutionTaskInvocationsResult,
  DescribeMaintenanceWindowExecutionTasksRequest,
  DescribeMaintenanceWindowExecutionTasksResult,
  GetMaintenanceWindowExecutionRequest,
  GetMaintenanceWindowExecutionResult,
  GetMaintenanceWindowExecutionTaskInvocationRequest,
  GetMaintenanceWindowExecutionTaskInvocationResult,
  GetMaintenanceWindowExecutionTaskRequest,
  GetMaintenanceWindowExecutionTaskResult,
  MaintenanceWindowExecutionStatus,
} from "@aws-sdk/client-ssm";
import { AwsError } from "../../base/errors.js";
import { page } from "../../base/page.js";
import { byText, byTime, filterOf } from "../filters.js";
import { found } from "./windowDescriptions.js";
import type { WindowExecutionRun } from "./windowExecution.js";
import type { TaskExecution, TaskRun, Window, WindowExecution } from "./windowTypes.js";

const maxDetails = 250;

/** What the API tells of executions of windows. AWS forgets them after 30 days; the lab does not. */
export class WindowHistory {
  private readonly runs = new Map<string, WindowExecutionRun>();

  constructor(private readonly windows: ReadonlyMap<string, Window>) {}

  add(run: WindowExecutionRun): void {
    this.runs.set(run.execution.id, run);
  }

  /** Newest first, as AWS lists them. */
  describeMaintenanceWindowExecutions(
    input: DescribeMaintenanceWindowExecutionsRequest,
  ): DescribeMaintenanceWindowExecutionsResult {
    const window = found(this.windows, input.WindowId, "maintenance window");
    const passes = filterOf<WindowExecution>(input.Filters, {
      ExecutedBefore: byTime(({ startedAt }) => startedAt, "before"),
      ExecutedAfter: byTime(({ startedAt }) => startedAt, "from"),
    });
    const { items, token } = page([...window.executions].reverse().filter(passes), input, 10, 100);
    const WindowExecutions = items.map((execution) => ({
      WindowId: window.id,
      WindowExecutionId: execution.id,
      ...progress(execution),
    }));
    return { WindowExecutions, ...token };
  }

  getMaintenanceWindowExecution(
    input: GetMaintenanceWindowExecutionRequest,
  ): GetMaintenanceWindowExecutionResult {
    const { execution } = this.run(input.WindowExecutionId);
    return {
      WindowExecutionId: execution.id,
      TaskIds: execution.tasks.map(({ id }) => id),
      ...progress(execution),
    };
  }

  /** One that has ended already stays as it is. */
  cancelMaintenanceWindowExecution(
    input: CancelMaintenanceWindowExecutionRequest,
  ): CancelMaintenanceWindowExecutionResult {
    const run = this.run(input.WindowExecutionId);
    run.cancel();
    return { WindowExecutionId: run.execution.id };
  }

  describeMaintenanceWindowExecutionTasks(
    input: DescribeMaintenanceWindowExecutionTasksRequest,
  ): DescribeMaintenanceWindowExecutionTasksResult {
    const { execution } = this.run(input.WindowExecutionId);
    const passes = filterOf<TaskExecution>(input.Filters, byStatus);
    const { items, token } = page(execution.tasks.filter(passes), input, 10, 100);
    const WindowExecutionTaskIdentities = items.map((task) => ({
      ...taskIdentity(execution, task),
      TaskType: task.task.type,
    }));
    return { WindowExecutionTaskIdentities, ...token };
  }

  getMaintenanceWindowExecutionTask(
    input: GetMaintenanceWindowExecutionTaskRequest,
  ): GetMaintenanceWindowExecutionTaskResult {
    const { execution, task } = this.task(input);
    const { type, serviceRoleArn, priority, maxConcurrency, maxErrors } = task.task;
    return {
      ...taskIdentity(execution, task),
      ...(serviceRoleArn === undefined ? {} : { ServiceRole: serviceRoleArn }),
      Type: type,
      Priority: priority,
      MaxConcurrency: maxConcurrency,
      MaxErrors: maxErrors,
    };
  }

  describeMaintenanceWindowExecutionTaskInvocations(
    input: DescribeMaintenanceWindowExecutionTaskInvocationsRequest,
  ): DescribeMaintenanceWindowExecutionTaskInvocationsResult {
    const { execution, task } = this.task(input);
    const passes = filterOf<TaskRun>(input.Filters, byStatus);
    const { items, token } = page(task.runs.filter(passes), input, 10, 100);
    return {
      WindowExecutionTaskInvocationIdentities: items.map((run) => invocation(execution, task, run)),
      ...token,
    };
  }

  getMaintenanceWindowExecutionTaskInvocation(
    input: GetMaintenanceWindowExecutionTaskInvocationRequest,
  ): GetMaintenanceWindowExecutionTaskInvocationResult {
    const { execution, task } = this.task(input);
    const run = task.runs.find(({ id }) => id === input.InvocationId);
    if (run === undefined) throw missing("task invocation", input.InvocationId);
    return invocation(execution, task, run);
  }

  private run(id: string | undefined): WindowExecutionRun {
    return found(this.runs, id, "maintenance window execution");
  }

  /** `TaskId` is the id of a task's execution. */
  private task(input: {
    readonly WindowExecutionId: string | undefined;
    readonly TaskId: string | undefined;
  }): { readonly execution: WindowExecution; readonly task: TaskExecution } {
    const { execution } = this.run(input.WindowExecutionId);
    const task = execution.tasks.find(({ id }) => id === input.TaskId);
    if (task === undefined) throw missing("task execution", input.TaskId);
    return { execution, task };
  }
}

const byStatus = { STATUS: byText(({ status }: { readonly status: string }) => status) };

function missing(what: string, id: string | undefined): AwsError {
  return new AwsError("DoesNotExistException", `The ${what} ${id} does not exist.`);
}

/** Status and times of an execution, a task or an invocation. */
function progress({
  status,
  statusDetails,
  startedAt,
  endedAt,
}: {
  readonly status: MaintenanceWindowExecutionStatus;
  readonly statusDetails: string;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}) {
  return {
    Status: status,
    StatusDetails: statusDetails.slice(0, maxDetails),
    ...(startedAt === undefined ? {} : { StartTime: new Date(startedAt) }),
    ...(endedAt === undefined ? {} : { EndTime: new Date(endedAt) }),
  };
}

function taskIdentity(execution: WindowExecution, task: TaskExecution) {
  return {
    WindowExecutionId: execution.id,
    TaskExecutionId: task.id,
    TaskArn: task.task.arn,
    ...progress(task),
  };
}

function invocation(execution: WindowExecution, task: TaskExecution, run: TaskRun) {
  const { target, executionId } = run;
  return {
    WindowExecutionId: execution.id,
    TaskExecutionId: task.id,
    InvocationId: run.id,
    ...(executionId === undefined ? {} : { ExecutionId: executionId }),
    TaskType: task.task.type,
    Parameters: run.parameters,
    ...(target === undefined ? {} : { WindowTargetId: target.id }),
    ...(target === undefined || target.ownerInformation === ""
      ? {}
      : { OwnerInformation: target.ownerInformation }),
    ...progress(run),
  };
}
