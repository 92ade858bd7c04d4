import type { Caller } from "../../iam/evaluate.js";
import type { WindowPlace } from "./windowPlace.js";
import type { TaskExecution, WindowExecution, WindowTarget, WindowTask } from "./windowTypes.js";

/** What a task is started for. */
export interface TaskStart {
  readonly region: WindowPlace;
  readonly execution: WindowExecution;
  readonly task: TaskExecution;
  /** undefined for a task without targets. */
  readonly target: WindowTarget | undefined;
  /** Called when what was started has come to its end, never before it is known. */
  readonly onEnd: () => void;
}

/**
 * The task's service role, taken on for its window.
 *
 * @returns undefined when it has none and SSM uses its own
 * @throws AwsError AccessDenied when SSM may not take it on
 */
export function assumeServiceRole(
  region: WindowPlace,
  { window }: WindowExecution,
  { serviceRoleArn }: WindowTask,
): Caller | undefined {
  if (serviceRoleArn === undefined) return undefined;
  const source = region.arn("ssm", `maintenancewindow/${window.id}`);
  return region.account.iam.assume(serviceRoleArn, "ssm.amazonaws.com", source);
}

/** Puts into a text what SSM knows of a run of a task; anything else in braces stays as it is. */
export function pseudoParameters(
  { execution, task, target }: TaskStart,
  invocationId: string,
): (text: string) => string {
  const known = new Map([
    ["WINDOW_ID", execution.window.id],
    ["WINDOW_TASK_ID", task.task.id],
    ["WINDOW_TARGET_ID", target?.id],
    ["WINDOW_EXECUTION_ID", execution.id],
    ["TASK_EXECUTION_ID", task.id],
    ["INVOCATION_ID", invocationId],
  ]);
  return (text) => text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => known.get(name) ?? whole);
}
