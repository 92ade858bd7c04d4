import type { CommandSummary, ExecutionSummary, WindowSummary } from "#lab/report/summary/summary.js";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
export const shownFrom = Date.parse("2026-10-05T00:00:00Z");
export const shownTo = Date.parse("2026-11-02T00:00:00Z");
export const homeRegion = "us-east-1";
export const scanName = "patchplane-prod-scan";
export const installName = "patchplane-prod-install";

export function time(ms: number): string {
  return new Date(ms).toISOString();
}

export function command(changes: Partial<CommandSummary> & Pick<CommandSummary, "task">): CommandSummary {
  return {
    commandId: "0f1e2d3c-4b5a-4968-8776-655443322110",
    status: "Success",
    statusDetails: "Success",
    targeted: 0,
    invocations: {},
    startedAt: null,
    endedAt: null,
    patchesInstalled: 0,
    nodesRebooted: 0,
    stoppedByErrorLimit: false,
    ...changes,
  };
}

export function execution(
  startMs: number,
  hours: { duration: number; cutoff: number },
  changes: Partial<ExecutionSummary> = {},
): ExecutionSummary {
  return {
    executionId: `e-${startMs}`,
    status: "SUCCESS",
    statusDetails: "",
    startedAt: time(startMs),
    endedAt: time(startMs + 20 * minuteMs),
    cutoffAt: time(startMs + (hours.duration - hours.cutoff) * hourMs),
    closesAt: time(startMs + hours.duration * hourMs),
    neededUntil: null,
    commands: [],
    fanout: null,
    ...changes,
  };
}

export function scanExecution(startMs: number): ExecutionSummary {
  const ended = time(startMs + 24 * minuteMs);
  return execution(
    startMs,
    { duration: 2, cutoff: 1 },
    {
      endedAt: ended,
      commands: [
        command({
          task: "scan-base",
          targeted: 31,
          invocations: { Success: 31 },
          startedAt: time(startMs + minuteMs),
          endedAt: ended,
        }),
        command({
          task: "scan-excluded",
          targeted: 2,
          invocations: { Success: 2 },
          startedAt: time(startMs + minuteMs),
          endedAt: time(startMs + 9 * minuteMs),
        }),
      ],
    },
  );
}

export function scanWindow(): WindowSummary {
  const executions: ExecutionSummary[] = [];
  for (let day = 0; day < 28; day++) {
    const start = shownFrom + day * dayMs + 2 * hourMs;
    if (day === 15) continue;
    const skipped = execution(
      start,
      { duration: 2, cutoff: 1 },
      {
        status: "SKIPPED_OVERLAPPING",
        statusDetails: "An earlier execution of this window was still running",
        endedAt: time(start),
      },
    );
    executions.push(day === 9 ? skipped : scanExecution(start));
  }
  return {
    windowId: "mw-0c50858d01EXAMPLE",
    name: scanName,
    region: homeRegion,
    operation: "Scan",
    schedule: "cron(0 2 ? * * *)",
    timezone: "UTC",
    durationHours: 2,
    cutoffHours: 1,
    fanoutRegions: [],
    nextOpening: time(shownTo + 5 * dayMs),
    executions,
    missed: [
      { at: time(shownFrom + 15 * dayMs + 2 * hourMs), reason: "The window was disabled at that time" },
    ],
  };
}

function installExecutions(): ExecutionSummary[] {
  const hours = { duration: 3, cutoff: 1 };
  const at = (day: number, hour: number) => shownFrom + day * dayMs + hour * hourMs;
  const excluded = (start: number, targeted = 2) =>
    command({
      task: "install-excluded",
      targeted,
      invocations: { Success: targeted },
      startedAt: time(start + 3 * minuteMs),
      endedAt: time(start + 31 * minuteMs),
      patchesInstalled: 9,
      nodesRebooted: 1,
    });
  const first = at(6, 8);
  const second = at(13, 8);
  const third = at(20, 8);
  const fourth = at(27, 9);
  return [
    execution(first, hours, {
      endedAt: time(first + 104 * minuteMs),
      commands: [
        command({
          task: "install-base",
          targeted: 31,
          invocations: { Success: 28, Failed: 1, Undeliverable: 2 },
          startedAt: time(first + 3 * minuteMs),
          endedAt: time(first + 104 * minuteMs),
          patchesInstalled: 318,
          nodesRebooted: 27,
        }),
        excluded(first),
      ],
    }),
    execution(second, hours, {
      status: "TIMED_OUT",
      statusDetails: "One or more tasks did not finish before the cutoff",
      endedAt: time(second + 2.4 * hourMs),
      neededUntil: time(second + 4 * hourMs + 50 * minuteMs),
      commands: [
        command({
          task: "install-base",
          status: "Cancelled",
          statusDetails: "Cancelled",
          targeted: 31,
          invocations: { Success: 18, Cancelled: 13 },
          startedAt: time(second + 3 * minuteMs),
          endedAt: time(second + 2.4 * hourMs),
          patchesInstalled: 141,
          nodesRebooted: 16,
        }),
        excluded(second),
      ],
    }),
    execution(third, hours, {
      status: "FAILED",
      statusDetails: "One or more tasks failed",
      endedAt: time(third + 38 * minuteMs),
      commands: [
        command({
          task: "install-base",
          status: "Failed",
          statusDetails: "Rate Exceeded",
          targeted: 31,
          invocations: { Success: 9, Failed: 3, Terminated: 19 },
          startedAt: time(third + 3 * minuteMs),
          endedAt: time(third + 38 * minuteMs),
          patchesInstalled: 64,
          nodesRebooted: 7,
          stoppedByErrorLimit: true,
        }),
        excluded(third),
      ],
    }),
    execution(fourth, hours, {
      endedAt: time(fourth + 98 * minuteMs),
      commands: [
        command({
          task: "install-base",
          targeted: 29,
          invocations: { Success: 29 },
          startedAt: time(fourth + 3 * minuteMs),
          endedAt: time(fourth + 98 * minuteMs),
          patchesInstalled: 207,
          nodesRebooted: 21,
        }),
        excluded(fourth),
      ],
    }),
  ];
}

export function installWindow(): WindowSummary {
  return {
    windowId: "mw-0f2cd2fe1bEXAMPLE",
    name: installName,
    region: homeRegion,
    operation: "Install",
    schedule: "cron(0 4 ? * SUN *)",
    timezone: "America/New_York",
    durationHours: 3,
    cutoffHours: 1,
    fanoutRegions: [],
    nextOpening: time(shownTo + 5 * dayMs),
    executions: installExecutions(),
    missed: [],
  };
}
