import { expect } from "chai";
import { scheduleMeant } from "#schedule/meant.js";
import { zonesMeant } from "#schedule/zone.js";

describe("the schedule that was meant", () => {
  for (const [given, meant] of [
    ["rate(7 day)", "rate(7 days)"],
    ["rate(1 days)", "rate(1 day)"],
    ["rate(7days)", "rate(7 days)"],
    ["Rate(7 Days)", "rate(7 days)"],
    [" cron(0 4 ? * SUN *) ", "cron(0 4 ? * SUN *)"],
    ["cron(0  4 ? * SUN *)", "cron(0 4 ? * SUN *)"],
    ["cron(0 4 ? * SUN *", "cron(0 4 ? * SUN *)"],
    ["CRON(0 4 ? * SUN *)", "cron(0 4 ? * SUN *)"],
    ["0 4 ? * SUN *", "cron(0 4 ? * SUN *)"],
    ["0 4 * * SUN", "cron(0 4 ? * SUN *)"],
    ["cron(0 4 * * SUN)", "cron(0 4 ? * SUN *)"],
    ["cron(0 4 * * * *)", "cron(0 4 * * ? *)"],
    ["cron(0 4 1 * * *)", "cron(0 4 1 * ? *)"],
    ["at(2030-01-01 04:00:00)", "at(2030-01-01T04:00:00)"],
  ] as const) {
    it(`is ${meant} for ${JSON.stringify(given)}`, () => expect(scheduleMeant(given)).to.deep.equal([meant]));
  }

  for (const given of [
    "",
    "daily",
    "0 4 * * 0",
    "cron(0 4 * * 1)",
    "cron(0 25 ? * SUN *)",
    "rate(0 days)",
    "x".repeat(300),
  ])
    it(`is unsure for ${JSON.stringify(given).slice(0, 30)}`, () =>
      expect(scheduleMeant(given)).to.deep.equal([]));

  it("is none for one that is right", () => expect(scheduleMeant("cron(0 4 ? * SUN *)")).to.deep.equal([]));
});

describe("the zone that was meant", () => {
  for (const [given, meant] of [
    ["Europe/Berln", ["Europe/Berlin"]],
    ["europe/berlin", ["Europe/Berlin"]],
    ["Berlin", ["Europe/Berlin"]],
    ["New York", ["America/New_York"]],
    ["America/NewYork", ["America/New_York"]],
    ["utc", ["UTC"]],
    ["+05:30", []],
    ["Moon/Base", []],
    ["", []],
  ] as const) {
    it(`is ${meant.join()} for ${JSON.stringify(given)}`, () =>
      expect(zonesMeant(given)).to.deep.equal(meant));
  }
});
