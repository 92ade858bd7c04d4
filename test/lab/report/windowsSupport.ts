import type { CommandSummary, ExecutionSummary, WindowSummary } from "#lab/report/summary/summary.js";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const FROM = Date.parse("2026-10-05T00:00:00Z");
export const TO = Date.parse("2026-11-02T00:00:00Z");
export const REGION = "us-east-1";
export const SCAN = "patchplane-prod-scan";
export const INSTALL = "patchplane-prod-install";

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
    endedAt: time(startMs + 20 * MINUTE),
    cutoffAt: time(startMs + (hours.duration - hours.cutoff) * HOUR),
    closesAt: time(startMs + hours.duration * HOUR),
    neededUntil: null,
    commands: [],
    fanout: null,
    ...changes,
  };
}

export function scanExecution(startMs: number): ExecutionSummary {
  const ended = time(startMs + 24 * MINUTE);
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
          startedAt: time(startMs + MINUTE),
          endedAt: ended,
        }),
        command({
          task: "scan-excluded",
          targeted: 2,
          invocations: { Success: 2 },
          startedAt: time(startMs + MINUTE),
          endedAt: time(startMs + 9 * MINUTE),
        }),
      ],
    },
  );
}

export function scanWindow(): WindowSummary {
  const executions: ExecutionSummary[] = [];
  for (let day = 0; day < 28; day++) {
    const start = FROM + day * DAY + 2 * HOUR;
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
    name: SCAN,
    region: REGION,
    operation: "Scan",
    schedule: "cron(0 2 ? * * *)",
    timezone: "UTC",
    durationHours: 2,
    cutoffHours: 1,
    fanoutRegions: [],
    executions,
    missed: [{ at: time(FROM + 15 * DAY + 2 * HOUR), reason: "The window was disabled at that time" }],
  };
}

function installExecutions(): ExecutionSummary[] {
  const hours = { duration: 3, cutoff: 1 };
  const at = (day: number, hour: number) => FROM + day * DAY + hour * HOUR;
  const excluded = (start: number, targeted = 2) =>
    command({
      task: "install-excluded",
      targeted,
      invocations: { Success: targeted },
      startedAt: time(start + 3 * MINUTE),
      endedAt: time(start + 31 * MINUTE),
      patchesInstalled: 9,
      nodesRebooted: 1,
    });
  const first = at(6, 8);
  const second = at(13, 8);
  const third = at(20, 8);
  const fourth = at(27, 9);
  return [
    execution(first, hours, {
      endedAt: time(first + 104 * MINUTE),
      commands: [
        command({
          task: "install-base",
          targeted: 31,
          invocations: { Success: 28, Failed: 1, Undeliverable: 2 },
          startedAt: time(first + 3 * MINUTE),
          endedAt: time(first + 104 * MINUTE),
          patchesInstalled: 318,
          nodesRebooted: 27,
        }),
        excluded(first),
      ],
    }),
    execution(second, hours, {
      status: "TIMED_OUT",
      statusDetails: "One or more tasks did not finish before the cutoff",
      endedAt: time(second + 2.4 * HOUR),
      neededUntil: time(second + 4 * HOUR + 50 * MINUTE),
      commands: [
        command({
          task: "install-base",
          status: "Cancelled",
          statusDetails: "Cancelled",
          targeted: 31,
          invocations: { Success: 18, Cancelled: 13 },
          startedAt: time(second + 3 * MINUTE),
          endedAt: time(second + 2.4 * HOUR),
          patchesInstalled: 141,
          nodesRebooted: 16,
        }),
        excluded(second),
      ],
    }),
    execution(third, hours, {
      status: "FAILED",
      statusDetails: "One or more tasks failed",
      endedAt: time(third + 38 * MINUTE),
      commands: [
        command({
          task: "install-base",
          status: "Failed",
          statusDetails: "Rate Exceeded",
          targeted: 31,
          invocations: { Success: 9, Failed: 3, Terminated: 19 },
          startedAt: time(third + 3 * MINUTE),
          endedAt: time(third + 38 * MINUTE),
          patchesInstalled: 64,
          nodesRebooted: 7,
          stoppedByErrorLimit: true,
        }),
        excluded(third),
      ],
    }),
    execution(fourth, hours, {
      endedAt: time(fourth + 98 * MINUTE),
      commands: [
        command({
          task: "install-base",
          targeted: 29,
          invocations: { Success: 29 },
          startedAt: time(fourth + 3 * MINUTE),
          endedAt: time(fourth + 98 * MINUTE),
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
    name: INSTALL,
    region: REGION,
    operation: "Install",
    schedule: "cron(0 4 ? * SUN *)",
    timezone: "America/New_York",
    durationHours: 3,
    cutoffHours: 1,
    fanoutRegions: [],
    executions: installExecutions(),
    missed: [],
  };
}
