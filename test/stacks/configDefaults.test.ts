import { expect } from "chai";
import { wallAt, zoneProblem } from "#schedule/zone.js";
import { fanoutProblems, now, problemsWith } from "../support/configuration.js";

const day = 86_400_000;
/** Names that stand for a zone of another name, which `Intl` takes and does not list. */
const links = [
  "UTC",
  "US/Eastern",
  "US/Pacific",
  "US/Samoa",
  "Asia/Calcutta",
  "Australia/ACT",
  "Brazil/East",
];
const zones = [...new Set([...Intl.supportedValuesOf("timeZone"), ...links])];

/** On which local times the clocks of a zone change in the year that is compared, and by how much. */
function changesOf(zone: string): string {
  const offsetAt = (time: number) => wallAt(zone, time) - time;
  const changes: number[][] = [];
  for (let time = now; time < now + 366 * day; time += day) {
    let [low, high] = [time, time + day];
    const before = offsetAt(low);
    if (before === offsetAt(high)) continue;
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    changes.push([Math.round((high + before) / 60_000), offsetAt(high) - before]);
  }
  return JSON.stringify(changes);
}

describe("the defaults", () => {
  // Windows in one zone meet by its local times alone, so that zones whose clocks change alike are one case. UTC is its
  // own: there the central window has another zone.
  const cases = new Map(zones.map((zone) => [zone === "UTC" ? zone : changesOf(zone), zone]));

  it("may be put into every time zone", () => {
    expect(zones.length).to.be.greaterThan(400);
    expect(cases.size).to.be.greaterThan(10);
    expect(zones.filter((zone) => zoneProblem(zone) !== undefined)).to.deep.equal([]);
  });

  for (const zone of cases.values()) {
    it(`are accepted in ${zone}, alone and with a central window over the home Region`, () => {
      expect(problemsWith({ scheduleTimezone: zone })).to.deep.equal([]);
      const all = { stacks: ["scan", "install", "central"], fanoutRegions: ["us-east-1", "eu-west-1"] };
      expect(fanoutProblems({ ...all, scheduleTimezone: zone })).to.deep.equal([]);
    });
  }
});
