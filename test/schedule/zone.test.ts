import { expect } from "chai";
import fc from "fast-check";
import { instantAt, wallAt, zoneProblem } from "#schedule/zone.js";
import { size } from "#test/support/size.js";
import { moments, zones } from "./support/generate.js";
import { localTime } from "./support/oracle.js";

const shape = "write the zone as Area/City, not as an abbreviation or an offset";
const unknownZone = "check the spelling, no such zone is known";

describe("zoneProblem", () => {
  const good = [
    "UTC",
    "America/New_York",
    "US/Eastern",
    "Etc/UTC",
    "Etc/GMT+5",
    "Europe/Kyiv",
    "Asia/Kolkata",
    "Asia/Calcutta",
    "America/Argentina/Buenos_Aires",
    "America/Port-au-Prince",
    "Australia/NSW",
  ];
  for (const zone of good) {
    it(`accepts ${zone}`, () => expect(zoneProblem(zone)).to.equal(undefined));
  }

  it("makes one format for a zone, however often it is asked", () => {
    let made = 0;
    const { DateTimeFormat } = Intl;
    Intl.DateTimeFormat = new Proxy(DateTimeFormat, {
      construct: (target, args) => {
        made++;
        return Reflect.construct(target, args);
      },
    });
    try {
      for (let time = 0; time < 5; time++) expect(zoneProblem("Antarctica/Troll")).to.equal(undefined);
    } finally {
      Intl.DateTimeFormat = DateTimeFormat;
    }
    expect(made).to.be.at.most(1);
  });

  const bad: readonly (readonly [string, string])[] = [
    ["EST", shape],
    ["GMT", shape],
    ["utc", shape],
    ["", shape],
    ["+05:00", shape],
    ["S/EasternU", shape],
    ["SystemV/EST5", shape],
    ["us/eastern", shape],
    ["US/EASTERN", shape],
    ["America", shape],
    ["America/", shape],
    ["America/New York", shape],
    ["America/Argentina/Buenos_Aires/X", shape],
    ["America/New_york", "check the spelling"],
    ["America/Gotham", unknownZone],
  ];
  for (const [zone, mend] of bad) {
    it(`refuses ${JSON.stringify(zone)}`, () => {
      const allowed = "allowed is UTC or an IANA name such as America/New_York";
      expect(zoneProblem(zone)).to.equal(`time zone: got ${JSON.stringify(zone)}; ${allowed}; ${mend}`);
    });
  }

  it("refuses any other text without throwing, also after a zone was used", () => {
    wallAt("Europe/Berlin", 0);
    expect(zoneProblem("Europe/Berlin")).to.equal(undefined);
    expect(zoneProblem(`Europe/${"A".repeat(10_240)}`)).to.include(shape);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => zoneProblem(text) !== ""));
  });
});

describe("wallAt and instantAt", () => {
  it("refuses a bad zone", () => {
    expect(() => wallAt("EST", 0)).to.throw(RangeError, /^time zone: got "EST"/);
    expect(() => instantAt("Foo/Bar", 0)).to.throw(RangeError, /^time zone: got "Foo\/Bar"/);
  });

  it("gives the first instant after a gap", () => {
    const inGap = instantAt("America/New_York", Date.UTC(2026, 2, 8, 2, 30, 24));
    expect(new Date(inGap).toISOString()).to.equal("2026-03-08T07:00:00.000Z");
    const halfHour = instantAt("Australia/Lord_Howe", Date.UTC(2026, 9, 4, 2, 15));
    expect(new Date(halfHour).toISOString()).to.equal("2026-10-03T15:30:00.000Z");
  });

  it("gives the first of two instants in a fold", () => {
    const first = instantAt("Europe/Berlin", Date.UTC(2026, 9, 25, 2, 30));
    expect(new Date(first).toISOString()).to.equal("2026-10-25T00:30:00.000Z");
  });

  it("gives the day after a day that a zone left out", () => {
    const skipped = instantAt("Pacific/Apia", Date.UTC(2011, 11, 30, 12));
    expect(new Date(skipped).toISOString()).to.equal("2011-12-30T10:00:00.000Z");
  });

  it("reads the clock to the millisecond, also before 1970", () => {
    expect(wallAt("Asia/Kolkata", 1)).to.equal(5.5 * 3_600_000 + 1);
    expect(wallAt("UTC", -1)).to.equal(-1);
  });

  it("agrees with the second opinion, and finds each wall time again", () => {
    fc.assert(
      fc.property(zones, moments, (zone, moment) => {
        const wall = wallAt(zone, moment);
        expect(Math.floor(wall / 1000)).to.equal(localTime(zone, moment) / 1000);
        const again = instantAt(zone, wall);
        expect(wallAt(zone, again)).to.equal(wall);
        expect(again).to.be.at.most(moment);
      }),
      { numRuns: size(10, 500) },
    );
  });

  it("never falls when the wall time rises", () => {
    fc.assert(
      fc.property(zones, moments, fc.integer({ min: 0, max: 300 }), (zone, wall, minutes) => {
        const later = instantAt(zone, wall + minutes * 60_000);
        expect(later).to.be.at.least(instantAt(zone, wall));
      }),
      { numRuns: size(10, 500) },
    );
  });
});
