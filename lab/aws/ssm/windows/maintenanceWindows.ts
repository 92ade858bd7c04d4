import type {
  CreateMaintenanceWindowRequest,
  CreateMaintenanceWindowResult,
  DeleteMaintenanceWindowRequest,
  DeleteMaintenanceWindowResult,
  DeregisterTargetFromMaintenanceWindowRequest,
  DeregisterTargetFromMaintenanceWindowResult,
  DeregisterTaskFromMaintenanceWindowRequest,
  DeregisterTaskFromMaintenanceWindowResult,
  RegisterTargetWithMaintenanceWindowRequest,
  RegisterTargetWithMaintenanceWindowResult,
  RegisterTaskWithMaintenanceWindowRequest,
  RegisterTaskWithMaintenanceWindowResult,
  UpdateMaintenanceWindowRequest,
  UpdateMaintenanceWindowResult,
  UpdateMaintenanceWindowTargetRequest,
  UpdateMaintenanceWindowTargetResult,
  UpdateMaintenanceWindowTaskRequest,
  UpdateMaintenanceWindowTaskResult,
} from "@aws-sdk/client-ssm";
import { AwsError } from "../../base/errors.js";
import { requestedTags } from "../../tags/tags.js";
import { ClientTokens, picked, updated } from "../requests.js";
import { WindowCalendar } from "./windowCalendar.js";
import {
  described,
  found,
  scheduleMembers,
  toldOfTarget,
  toldOfWindow,
  WindowDescriptions,
} from "./windowDescriptions.js";
import { WindowHistory } from "./windowHistory.js";
import { WindowOpener } from "./windowOpener.js";
import type { WindowPlace } from "./windowPlace.js";
import { targetOf, taskOf, windowOf } from "./windowRequest.js";
import type { Window, WindowExecution } from "./windowTypes.js";

/** Quotas of an account in a Region. */
const maxWindows = 50;
const maxTargetsPerWindow = 100;
const maxTasksPerWindow = 20;

/** Maintenance Windows: windows, their targets and tasks, and their executions. */
export class MaintenanceWindows {
  private readonly byId = new Map<string, Window>();
  /** Every window that there has been, in the order in which they were made. */
  readonly ever: Window[] = [];
  /** Called with every execution that has come to its end. */
  readonly onEnd: ((execution: WindowExecution) => void)[] = [];
  readonly descriptions = new WindowDescriptions(this.byId);
  readonly history = new WindowHistory(this.byId);
  readonly calendar: WindowCalendar;
  private readonly opener: WindowOpener;
  private readonly windowTokens = new ClientTokens<CreateMaintenanceWindowResult>();
  private readonly targetTokens = new ClientTokens<RegisterTargetWithMaintenanceWindowResult>();
  private readonly taskTokens = new ClientTokens<RegisterTaskWithMaintenanceWindowResult>();

  constructor(private readonly region: WindowPlace) {
    this.calendar = new WindowCalendar(region, this.byId);
    this.opener = new WindowOpener(region, this.history, this.onEnd);
  }

  /** Every window, in the order in which they were made. */
  get all(): readonly Window[] {
    return [...this.byId.values()];
  }

  createMaintenanceWindow(input: CreateMaintenanceWindowRequest): CreateMaintenanceWindowResult {
    return this.windowTokens.once(input, () => {
      const { ids } = this.region.account;
      const settings = windowOf(input, this.now);
      const tags = requestedTags(input.Tags);
      limit(this.byId.size, maxWindows, "maintenance windows");
      const window: Window = {
        ...settings,
        id: `mw-${ids.hex(17, `window|${this.region.name}|${settings.name}`)}`,
        createdAt: this.now,
        modifiedAt: this.now,
        isEnabled: true,
        opensAt: undefined,
        targets: new Map(),
        tasks: new Map(),
        executions: [],
        running: undefined,
        missed: [],
      };
      this.byId.set(window.id, window);
      this.ever.push(window);
      this.region.tags.set(this.region.arn("ssm", `maintenancewindow/${window.id}`), tags);
      this.opener.plan(window, this.now);
      return { WindowId: window.id };
    });
  }

  /** A change of when it opens counts from now on; one that is open keeps the times that it opened with. */
  updateMaintenanceWindow(input: UpdateMaintenanceWindowRequest): UpdateMaintenanceWindowResult {
    const { WindowId, Enabled, ...changes } = input;
    const window = this.find(WindowId);
    const isEnabled = Enabled ?? window.isEnabled;
    const next = updated(window.input, changes);
    const isReplanned =
      isEnabled !== window.isEnabled || scheduleMembers.some((name) => next[name] !== window.input[name]);
    Object.assign(window, windowOf(next, isReplanned ? this.now : window.occurrences.created));
    window.isEnabled = isEnabled;
    window.modifiedAt = this.now;
    if (!isEnabled) this.opener.giveUp(window);
    else if (isReplanned) this.opener.plan(window, this.now);
    return { WindowId: window.id, ...picked(window.input, toldOfWindow), Enabled: isEnabled };
  }

  /** An execution that is running goes on to its end, and can be looked at by its own id. */
  deleteMaintenanceWindow({ WindowId = "" }: DeleteMaintenanceWindowRequest): DeleteMaintenanceWindowResult {
    const window = this.byId.get(WindowId);
    if (window !== undefined) this.opener.giveUp(window);
    this.byId.delete(WindowId);
    this.region.tags.forget(this.region.arn("ssm", `maintenancewindow/${WindowId}`));
    return { WindowId };
  }

  registerTargetWithMaintenanceWindow(
    input: RegisterTargetWithMaintenanceWindowRequest,
  ): RegisterTargetWithMaintenanceWindowResult {
    return this.targetTokens.once(input, () => {
      const window = this.find(input.WindowId);
      const made = targetOf(input);
      limit(window.targets.size, maxTargetsPerWindow, "targets in a maintenance window");
      const id = this.region.account.ids.uuid(`target|${window.id}|${made.name}`);
      window.targets.set(id, { id, ...made });
      return { WindowTargetId: id };
    });
  }

  updateMaintenanceWindowTarget(
    input: UpdateMaintenanceWindowTargetRequest,
  ): UpdateMaintenanceWindowTargetResult {
    const { WindowId, WindowTargetId, ...changes } = input;
    const window = this.find(WindowId);
    const { id, input: before } = found(window.targets, WindowTargetId, "target");
    const next = targetOf(updated(before, changes, ["WindowId", "ResourceType"]));
    window.targets.set(id, { id, ...next });
    return { WindowId: window.id, WindowTargetId: id, ...picked(next.input, toldOfTarget) };
  }

  deregisterTargetFromMaintenanceWindow(
    input: DeregisterTargetFromMaintenanceWindowRequest,
  ): DeregisterTargetFromMaintenanceWindowResult {
    const window = this.find(input.WindowId);
    const { id } = found(window.targets, input.WindowTargetId, "target");
    const user = [...window.tasks.values()].find(({ targetIds }) => targetIds.includes(id));
    if (input.Safe === true && user !== undefined) {
      throw new AwsError("TargetInUseException", `The task ${user.id} refers to the target ${id}.`);
    }
    window.targets.delete(id);
    return { WindowId: window.id, WindowTargetId: id };
  }

  registerTaskWithMaintenanceWindow(
    input: RegisterTaskWithMaintenanceWindowRequest,
  ): RegisterTaskWithMaintenanceWindowResult {
    return this.taskTokens.once(input, () => {
      const window = this.find(input.WindowId);
      const made = taskOf(input, window);
      limit(window.tasks.size, maxTasksPerWindow, "tasks in a maintenance window");
      const id = this.region.account.ids.uuid(`task|${window.id}|${made.name}`);
      window.tasks.set(id, { id, ...made });
      return { WindowTaskId: id };
    });
  }

  /** An execution that is running goes on with the tasks as they were when it began. */
  updateMaintenanceWindowTask(input: UpdateMaintenanceWindowTaskRequest): UpdateMaintenanceWindowTaskResult {
    const { WindowId, WindowTaskId, ...changes } = input;
    const window = this.find(WindowId);
    const { id, input: before } = found(window.tasks, WindowTaskId, "task");
    const task = { id, ...taskOf(updated(before, changes, ["WindowId", "TaskType"]), window) };
    window.tasks.set(id, task);
    return { ...described(window, task), ...picked(task.input, ["TaskInvocationParameters"]) };
  }

  deregisterTaskFromMaintenanceWindow(
    input: DeregisterTaskFromMaintenanceWindowRequest,
  ): DeregisterTaskFromMaintenanceWindowResult {
    const window = this.find(input.WindowId);
    const { id } = found(window.tasks, input.WindowTaskId, "task");
    window.tasks.delete(id);
    return { WindowId: window.id, WindowTaskId: id };
  }

  private get now(): number {
    return this.region.account.clock.now;
  }

  private find(id: string | undefined): Window {
    return found(this.byId, id, "maintenance window");
  }
}

function limit(existing: number, most: number, things: string): void {
  if (existing < most) return;
  throw new AwsError("ResourceLimitExceededException", `You can have at most ${most} ${things}.`);
}
