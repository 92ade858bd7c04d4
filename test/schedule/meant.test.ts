import { expect } from "chai";
import { scheduleMeant } from "#schedule/meant.js";
import { zoneProblem } from "#schedule/zone.js";
import { zoneAdvice } from "#schedule/zonesMeant.js";
import { cityZones, shortNames, windowsZones, zonesToChoose } from "#schedule/zoneTables.js";

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
    ["2030-01-01T04:00", "at(2030-01-01T04:00:00)"],
    ["rate(1 week)", "rate(7 days)"],
    ["rate(90min)", "rate(90 minutes)"],
    ['cron(0 4 ? * "Sunday" *)', "cron(0 4 ? * SUN *)"],
    ["cron(0 4 ? * tues-thursday *)", "cron(0 4 ? * TUE-THU *)"],
  ] as const) {
    it(`is ${meant} for ${JSON.stringify(given)}`, () =>
      expect(scheduleMeant(given)).to.deep.equal({ instead: meant }));
  }

  for (const [given, perhaps] of [
    ["0 4 * * 0", "cron(0 4 ? * SUN *)"],
    ["cron(0 4 * * 1)", "cron(0 4 ? * MON *)"],
    ["0 4 * * 1-5", "cron(0 4 ? * MON-FRI *)"],
    ["cron(0 4 ? * 0 *)", "cron(0 4 ? * SUN *)"],
    ["@weekly", "cron(0 0 ? * SUN *)"],
    ["at(2030-01-01)", "at(2030-01-01T04:00:00)"],
    ["at(2030-01-01T04:00:00Z)", "at(2030-01-01T04:00:00)"],
  ] as const) {
    it(`may be ${perhaps} for ${given}`, () => expect(scheduleMeant(given)).to.deep.equal({ perhaps }));
  }

  for (const given of ["", "daily", "cron(0 25 ? * SUN *)", "rate(0 days)", "x".repeat(300)])
    it(`is unsure for ${JSON.stringify(given).slice(0, 30)}`, () =>
      expect(scheduleMeant(given)).to.deep.equal({}));

  it("is none for one that is right", () => expect(scheduleMeant("cron(0 4 ? * SUN *)")).to.deep.equal({}));
});

describe("the zone that was meant", () => {
  for (const [given, meant] of [
    ["Europe/Berln", "Europe/Berlin"],
    ["europe/berlin", "Europe/Berlin"],
    ["Berlin", "Europe/Berlin"],
    ["New York", "America/New_York"],
    ["America/NewYork", "America/New_York"],
    ["utc", "UTC"],
    ["us/eastern", "US/Eastern"],
    ["S/EasternU", "US/Eastern"],
    ["Europe/Munich", "Europe/Berlin"],
    ["Munich", "Europe/Berlin"],
    ["America/San Francisco", "America/Los_Angeles"],
    ["W. Europe Standard Time", "Europe/Berlin"],
    ["Pacific Time (US & Canada)", "America/Los_Angeles"],
    ["Mountain Standard Time (Mexico)", "America/Mazatlan"],
    ["Eastern Time (Elsewhere)", undefined],
    ["America/Manchester", undefined],
    ["Cambridge", undefined],
    ["EST", undefined],
    ["+05:30", undefined],
    ["Moon/Base", undefined],
    ["", undefined],
  ] as const) {
    it(`is ${meant} for ${JSON.stringify(given)}`, () => expect(zoneAdvice(given)?.instead).to.equal(meant));
  }

  for (const [given, perhaps, words] of [
    ["EST", "America/New_York", "says nothing of summer time"],
    ["CET", "Europe/Berlin", "says nothing of summer time"],
    ["GMT", "UTC", "may be UTC"],
    ["UTC+2", "Etc/GMT-2", "sign turned around"],
    ["-05:00", "Etc/GMT+5", "sign turned around"],
    ["+05:30", undefined, "Intl.supportedValuesOf"],
    ["Europe/Atlantis", undefined, "Europe has London, Lisbon, Berlin"],
    ["Moon/Base", undefined, "Intl.supportedValuesOf"],
  ] as const) {
    it(`may be ${perhaps} for ${given}`, () => {
      const { reason = "", ...more } = zoneAdvice(given) ?? {};
      expect(reason).to.include(words);
      expect(more).to.deep.equal(perhaps === undefined ? {} : { perhaps });
    });
  }

  it("is a zone, in every table", () => {
    const listed = Object.entries(zonesToChoose).flatMap(([area, names]) =>
      names.split(", ").map((name) => `${area}/${name}`),
    );
    const all = [...[cityZones, shortNames, windowsZones].flatMap(Object.values), ...listed];
    expect(all.length).to.be.greaterThan(350);
    expect(all.filter((zone) => zoneProblem(zone) !== undefined)).to.deep.equal([]);
  });
});
