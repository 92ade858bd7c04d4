import { expect } from "chai";
import { account, at, day, hour } from "../support.js";
import { maintenanceWindow, type WindowSpec } from "../windowSupport.js";

/** When a window over no nodes opens in so many days, in UTC. */
async function openings(spec: WindowSpec, from: string, days: number): Promise<string[]> {
  const world = account([], { from: at(from) });
  const window = maintenanceWindow(world, spec);
  await world.clock.advanceTo(at(from) + days * day - 1);
  return window.executions.map(({ startedAt }) => new Date(startedAt).toISOString().slice(0, 16));
}

describe("when windows open", () => {
  for (const [what, spec, from, days, expected] of [
    [
      "every Sunday at 04:00",
      { schedule: "cron(0 4 ? * SUN *)" },
      "2026-06-01T00:00:00Z",
      14,
      ["2026-06-07T04:00", "2026-06-14T04:00"],
    ],
    [
      "every third Sunday",
      { schedule: "cron(0 4 ? * SUN#3 *)" },
      "2026-06-01T00:00:00Z",
      30,
      ["2026-06-21T04:00"],
    ],
    [
      "three days after the second Tuesday",
      { schedule: "cron(0 4 ? * TUE#2 *)", offset: 3 },
      "2026-06-01T00:00:00Z",
      60,
      ["2026-06-12T04:00", "2026-07-17T04:00"],
    ],
    [
      "after a second Tuesday that had passed when the window was made: not this month",
      { schedule: "cron(0 4 ? * TUE#2 *)", offset: 3 },
      "2026-06-10T00:00:00Z",
      30,
      [],
    ],
    [
      "at a rate, counted from the making of the window",
      { schedule: "rate(2 days)" },
      "2026-06-01T10:30:00Z",
      5,
      ["2026-06-03T10:30", "2026-06-05T10:30"],
    ],
    [
      "at a rate, counted from its start date",
      { schedule: "rate(2 days)", start: "2026-06-02T08:00:00+02:00" },
      "2026-06-01T10:30:00Z",
      4,
      ["2026-06-02T06:00", "2026-06-04T06:00"],
    ],
    ["once", { schedule: "at(2026-06-02T12:00:00)" }, "2026-06-01T00:00:00Z", 30, ["2026-06-02T12:00"]],
    [
      "once, in its zone",
      { schedule: "at(2026-06-02T12:00:00)", zone: "America/New_York" },
      "2026-06-01T00:00:00Z",
      30,
      ["2026-06-02T16:00"],
    ],
    [
      "never, once its time has passed",
      { schedule: "at(2026-05-31T12:00:00)" },
      "2026-06-01T00:00:00Z",
      30,
      [],
    ],
    [
      "from its start date until just before its end date",
      { schedule: "cron(0 2 ? * * *)", start: "2026-06-03T02:00:00Z", end: "2026-06-05T02:00:00Z" },
      "2026-06-01T00:00:00Z",
      10,
      ["2026-06-03T02:00", "2026-06-04T02:00"],
    ],
    [
      "from just after its start date until its end date",
      { schedule: "cron(0 2 ? * * *)", start: "2026-06-03T02:00:01Z", end: "2026-06-05T02:00:01Z" },
      "2026-06-01T00:00:00Z",
      10,
      ["2026-06-04T02:00", "2026-06-05T02:00"],
    ],
  ] as [string, WindowSpec, string, number, string[]][]) {
    it(what, async () => {
      expect(await openings(spec, from, days)).to.deep.equal(expected);
    });
  }

  it("not at the moment of their making, if their time has just come", async () => {
    expect(await openings({ schedule: "cron(0 2 ? * * *)" }, "2026-06-01T02:00:00Z", 2)).to.deep.equal([
      "2026-06-02T02:00",
    ]);
  });
});

describe("on the night the clocks change", () => {
  const berlin = { schedule: "cron(30 2 ? * * *)", zone: "Europe/Berlin" };

  it("a window at 02:30 opens at 03:00 in spring, when there is no 02:30", async () => {
    expect(await openings(berlin, "2026-03-28T00:00:00Z", 3)).to.deep.equal([
      "2026-03-28T01:30",
      "2026-03-29T01:00",
      "2026-03-30T00:30",
    ]);
  });

  it("a window at 02:30 opens the first time only in autumn, when there are two", async () => {
    expect(await openings(berlin, "2026-10-24T00:00:00Z", 3)).to.deep.equal([
      "2026-10-24T00:30",
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  it("a window by UTC does not move", async () => {
    expect(await openings({ ...berlin, zone: "UTC" }, "2026-03-28T00:00:00Z", 3)).to.deep.equal([
      "2026-03-28T02:30",
      "2026-03-29T02:30",
      "2026-03-30T02:30",
    ]);
  });

  for (const [season, night] of [
    ["spring", "2026-03-29"],
    ["autumn", "2026-10-25"],
  ] as const) {
    it(`a window that spans the change in ${season} is as long as ever`, async () => {
      const from = at(`${night}T00:00:00Z`) - 6 * hour;
      const world = account([], { from });
      const schedule = "cron(0 1 ? * * *)";
      const window = maintenanceWindow(world, { schedule, zone: "Europe/Berlin", duration: 4, cutoff: 1 });
      await world.clock.advanceTo(from + 12 * hour);
      const spans = window.executions.map(({ startedAt, cutoffAt, closesAt }) => [
        (cutoffAt - startedAt) / hour,
        (closesAt - startedAt) / hour,
      ]);
      expect(spans).to.deep.equal([[3, 4]]);
    });
  }
});
