import { nextOccurrence } from "#schedule/occurrences.js";
import { hourMs } from "#shared/text/time.js";
import { WindowExecutionRun } from "./windowExecution.js";
import type { WindowHistory } from "./windowHistory.js";
import type { WindowPlace } from "./windowPlace.js";
import type { CommandStarted, TaskExecution, Window, WindowExecution, WindowTask } from "./windowTypes.js";

const maxConcurrentExecutions = 5;

/** Opens windows at their times. */
export class WindowOpener {
  private running = 0;
  /** What each window waits for; a plan that is not here any more has been given up. */
  private readonly plans = new Map<Window, object>();

  constructor(
    private readonly region: WindowPlace,
    private readonly history: WindowHistory,
    /** Called with every execution that has come to its end. */
    private readonly onEnd: readonly ((execution: WindowExecution) => void)[],
  ) {}

  /** Opens a window at the next of its times after one, and so on; what was planned for it before is given up. */
  plan(window: Window, after: number): void {
    const next = nextOccurrence(window.schedule, window.occurrences, after);
    const plan = {};
    this.plans.set(window, plan);
    window.opensAt = next;
    if (next === undefined) return;
    // What ends at this very moment has ended then: it does not overlap, nor does it count among the five.
    this.region.account.clock.atEndOf(next, () => {
      if (this.plans.get(window) !== plan) return;
      this.open(window);
      this.plan(window, next);
    });
  }

  /** Opens a window no more. An execution of it that is running goes on. */
  giveUp(window: Window): void {
    this.plans.delete(window);
    window.opensAt = undefined;
  }

  private open(window: Window): void {
    const { clock } = this.region.account;
    const isOverlapping = window.running !== undefined;
    if (!isOverlapping && this.running >= maxConcurrentExecutions) {
      const reason = `${maxConcurrentExecutions} window executions were running in ${this.region.name}, AWS's limit`;
      window.missed.push({ at: clock.now, reason });
      return;
    }
    const execution = this.executionOf(window, isOverlapping);
    window.executions.push(execution);
    const run = new WindowExecutionRun(this.region, execution, () => {
      window.running = undefined;
      this.running--;
      for (const listener of this.onEnd) listener(execution);
    });
    this.history.add(run);
    if (isOverlapping) {
      run.announce();
      return;
    }
    window.running = execution;
    this.running++;
    run.start();
  }

  private executionOf(window: Window, isOverlapping: boolean): WindowExecution {
    const { clock, ids } = this.region.account;
    const closesAt = clock.now + window.durationHours * hourMs;
    return {
      id: ids.uuid(`execution|${window.id}`),
      window,
      status: isOverlapping ? "SKIPPED_OVERLAPPING" : "IN_PROGRESS",
      statusDetails: isOverlapping ? "The previous execution of the window was still running." : "",
      startedAt: clock.now,
      closesAt,
      cutoffAt: closesAt - window.cutoffHours * hourMs,
      endedAt: isOverlapping ? clock.now : undefined,
      tasks: [...window.tasks.values()].map((task) =>
        taskExecution(ids.uuid(`task execution|${task.id}`), task, isOverlapping),
      ),
    };
  }
}

function taskExecution(id: string, task: WindowTask, isOverlapping: boolean): TaskExecution {
  const runs: TaskExecution["runs"] = [];
  return {
    id,
    task,
    status: isOverlapping ? "SKIPPED_OVERLAPPING" : "PENDING",
    statusDetails: "",
    startedAt: undefined,
    endedAt: undefined,
    waiting: task.targetIds.length === 0 ? [undefined] : [...task.targetIds],
    runs,
    get invocations() {
      return runs.filter((run): run is CommandStarted => "command" in run);
    },
  };
}
