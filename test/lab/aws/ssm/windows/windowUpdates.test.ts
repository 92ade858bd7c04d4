import type {
  CreateMaintenanceWindowRequest,
  GetMaintenanceWindowResult,
  UpdateMaintenanceWindowRequest,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import fc from "fast-check";
import { account, day, errorCode, hour, monday, type World } from "#test/lab/support.js";
import { size } from "#test/support/size.js";
import { call } from "../support.js";

const full = {
  Name: "window",
  Description: "nightly",
  StartDate: "2026-06-01T00:00:00Z",
  EndDate: "2027-06-01T00:00:00Z",
  Schedule: "cron(0 2 ? * * *)",
  ScheduleTimezone: "Europe/Berlin",
  ScheduleOffset: 1,
  Duration: 3,
  Cutoff: 1,
  AllowUnassociatedTargets: false,
} as const;
const required = ["Name", "Schedule", "Duration", "Cutoff", "AllowUnassociatedTargets"] as const;

function created(world: World, input: CreateMaintenanceWindowRequest = full): string {
  return call<{ WindowId: string }>(world, "CreateMaintenanceWindow", input).WindowId;
}

function told(world: World, WindowId: string): GetMaintenanceWindowResult {
  return call(world, "GetMaintenanceWindow", { WindowId });
}

/** Times at which a window opens within so many days. */
async function openings(world: World, WindowId: string, days: number): Promise<string[]> {
  const window = world.region.windows.all.find(({ id }) => id === WindowId);
  await world.clock.advanceTo(world.clock.now + days * day);
  return (window?.executions ?? []).map(({ startedAt }) => new Date(startedAt).toISOString().slice(5, 16));
}

describe("UpdateMaintenanceWindow", () => {
  const anyChange: fc.Arbitrary<Partial<UpdateMaintenanceWindowRequest>> = fc.record(
    {
      Name: fc.constantFrom("other", "third"),
      Description: fc.constantFrom("weekly", "daily"),
      StartDate: fc.constant("2026-07-01T00:00:00Z"),
      EndDate: fc.constant("2028-06-01T00:00:00+02:00"),
      Schedule: fc.constantFrom("cron(0 3 ? * SUN *)", "cron(30 4 ? * MON#1 *)"),
      ScheduleTimezone: fc.constantFrom("UTC", "America/New_York"),
      ScheduleOffset: fc.integer({ min: 1, max: 6 }),
      Duration: fc.integer({ min: 3, max: 24 }),
      Cutoff: fc.integer({ min: 0, max: 1 }),
      AllowUnassociatedTargets: fc.constant(true),
      Enabled: fc.boolean(),
    },
    { requiredKeys: [] },
  );

  it("changes what it gives and keeps the rest, whatever it gives", () => {
    fc.assert(
      fc.property(anyChange, (changes) => {
        const world = account([]);
        const WindowId = created(world);
        const answer = call(world, "UpdateMaintenanceWindow", { WindowId, ...changes });
        const expected = { WindowId, ...full, Enabled: true, ...changes };
        expect(answer).to.deep.equal(expected);
        expect(told(world, WindowId)).to.deep.include(expected);
      }),
      { numRuns: size(10, 60) },
    );
  });

  it("with Replace keeps nothing of the optional that it does not give, and requires what creating requires", () => {
    fc.assert(
      fc.property(anyChange, (changes) => {
        const world = account([]);
        const WindowId = created(world);
        const input = { WindowId, ...changes, Replace: true };
        const before = told(world, WindowId);
        if (required.some((name) => changes[name] === undefined)) {
          expect(errorCode(() => call(world, "UpdateMaintenanceWindow", input))).to.equal(
            "ValidationException",
          );
          expect(told(world, WindowId)).to.deep.equal(before);
        }
        const whole = { ...Object.fromEntries(required.map((name) => [name, full[name]])), ...changes };
        const answer = call(world, "UpdateMaintenanceWindow", { WindowId, ...whole, Replace: true });
        expect(answer).to.deep.equal({ WindowId, Enabled: true, ...whole });
      }),
      { numRuns: size(10, 60) },
    );
  });

  it("refuses what a new window could not be, and leaves the window as it was", () => {
    const world = account([]);
    const WindowId = created(world);
    const before = told(world, WindowId);
    for (const changes of [
      { Duration: 1 },
      { Cutoff: 3 },
      { Schedule: "cron(0 2 * * *)" },
      { Schedule: "rate(1 day)" },
      { ScheduleTimezone: "S/EasternU" },
      { StartDate: "soon" },
    ]) {
      expect(
        errorCode(() => call(world, "UpdateMaintenanceWindow", { WindowId, ...changes })),
        JSON.stringify(changes),
      ).to.equal("ValidationException");
    }
    expect(told(world, WindowId)).to.deep.equal(before);
  });

  it("tells when it was", async () => {
    const world = account([]);
    const WindowId = created(world);
    await world.clock.advanceTo(monday + hour);
    call(world, "UpdateMaintenanceWindow", { WindowId, Description: "changed" });
    expect(told(world, WindowId)).to.deep.include({
      CreatedDate: new Date(monday),
      ModifiedDate: new Date(monday + hour),
    });
  });

  const simple = { ...full, ScheduleTimezone: "UTC" };
  const { ScheduleOffset: _, ...nightly } = simple;
  for (const [what, input, changes, before, after, next] of [
    [
      "another hour",
      nightly,
      { Schedule: "cron(0 5 ? * * *)" },
      ["06-01T02:00"],
      ["06-01T05:00", "06-02T05:00", "06-03T05:00"],
      "06-01T05:00",
    ],
    [
      "another zone",
      nightly,
      { ScheduleTimezone: "Europe/Berlin" },
      ["06-01T02:00"],
      ["06-02T00:00", "06-03T00:00"],
      "06-02T00:00",
    ],
    ["an offset", nightly, { ScheduleOffset: 1 }, ["06-01T02:00"], ["06-03T02:00"], "06-03T02:00"],
    [
      "a later start",
      nightly,
      { StartDate: "2026-06-03T00:00:00Z" },
      ["06-01T02:00"],
      ["06-03T02:00"],
      "06-03T02:00",
    ],
    ["an end", nightly, { EndDate: "2026-06-02T00:00:00Z" }, ["06-01T02:00"], [], undefined],
    ["being disabled", nightly, { Enabled: false }, ["06-01T02:00"], [], undefined],
    [
      "a new rate, which counts from then on",
      { ...nightly, Schedule: "rate(2 hours)" },
      { Schedule: "rate(20 hours)" },
      ["06-01T02:00"],
      ["06-01T23:00", "06-02T19:00", "06-03T15:00"],
      "06-01T23:00",
    ],
    [
      "the same rate, which goes on",
      { ...nightly, Schedule: "rate(20 hours)" },
      { Schedule: "rate(20 hours)", Description: "x" },
      [],
      ["06-01T20:00", "06-02T16:00", "06-03T12:00"],
      "06-01T20:00",
    ],
  ] as [string, CreateMaintenanceWindowRequest, object, string[], string[], string | undefined][]) {
    it(`plans anew for ${what}`, async () => {
      const world = account([]);
      const WindowId = created(world, input);
      await world.clock.advanceTo(monday + 3 * hour);
      call(world, "UpdateMaintenanceWindow", { WindowId, ...changes });
      expect(told(world, WindowId).NextExecutionTime?.slice(5, 16)).to.equal(next);
      expect(await openings(world, WindowId, 2.5)).to.deep.equal([...before, ...after]);
    });
  }

  it("lets a window that was disabled open again from when it is enabled", async () => {
    const world = account([]);
    const WindowId = created(world, nightly);
    call(world, "UpdateMaintenanceWindow", { WindowId, Enabled: false });
    expect(await openings(world, WindowId, 3)).to.deep.equal([]);
    call(world, "UpdateMaintenanceWindow", { WindowId, Enabled: true });
    expect(await openings(world, WindowId, 2)).to.deep.equal(["06-04T02:00", "06-05T02:00"]);
  });

  it("does not skip an opening at the very moment of a change that is not about time", async () => {
    const world = account([]);
    const WindowId = created(world, nightly);
    world.clock.at(monday + 2 * hour, () => {
      call(world, "UpdateMaintenanceWindow", { WindowId, Description: "changed" });
    });
    expect(await openings(world, WindowId, 1)).to.deep.equal(["06-01T02:00"]);
  });

  it("leaves an execution that is running with the times that it opened with", async () => {
    const world = account([]);
    const WindowId = created(world, nightly);
    const window = world.region.windows.all[0];
    await world.clock.advanceTo(monday + 2 * hour);
    call(world, "UpdateMaintenanceWindow", { WindowId, Duration: 24 });
    expect(window?.executions[0]?.closesAt).to.equal(monday + 5 * hour);
    expect(window?.durationHours).to.equal(24);
  });
});
