import { expect } from "chai";
import { type ClockChange, clockChange, zoneProblem } from "#schedule/zone.js";
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

/** Every change of a zone's clocks in ten years. */
function changesOf(zone: string): ClockChange[] {
  const weeks = Array.from({ length: 522 }, (_, index) => now + 7 * day * index);
  return weeks.flatMap((from) => clockChange(zone, from, from + 7 * day) ?? []);
}

/** A change as windows of one zone meet it: by its weekday and by what the clocks show. */
function nightOf({ wallBefore, wallAfter }: ClockChange): string {
  const [from, to] = [wallBefore, wallAfter].map((wall) => new Date(wall));
  return `${from?.getUTCDay()} ${from?.toISOString().slice(11, 16)} to ${to?.toISOString().slice(11, 16)}`;
}

describe("the defaults", () => {
  // Windows in one zone meet by its local times alone, so that changes of clocks that look alike on the wall are one case. UTC
  // is its own: there the central window has another zone.
  const nights = new Map<string, { readonly zone: string; readonly change: ClockChange }>();
  let changes = 0;
  before(() => {
    for (const zone of zones)
      for (const change of changesOf(zone)) {
        changes++;
        nights.set(nightOf(change), { zone, change });
      }
  });

  function accepts(zone: string, at: number): void {
    expect(problemsWith({ scheduleTimezone: zone }, at), zone).to.deep.equal([]);
    const all = { stacks: ["scan", "install", "central"], fanoutRegions: ["us-east-1", "eu-west-1"] };
    expect(fanoutProblems({ ...all, scheduleTimezone: zone }, "us-east-1", at), zone).to.deep.equal([]);
  }

  it("may be put into every time zone", () => {
    expect(zones.length).to.be.greaterThan(400);
    expect(zones.filter((zone) => zoneProblem(zone) !== undefined)).to.deep.equal([]);
  });

  it("are accepted on every night of ten years on which clocks change, alone and with a central window over the home Region", () => {
    expect(changes).to.be.greaterThan(2_500);
    expect(nights.size).to.be.greaterThan(10);
    for (const { zone, change } of nights.values()) accepts(zone, change.instant - 2 * day);
  });

  it("are accepted where clocks never change, and in UTC, where the central window's do", () => {
    accepts("Asia/Tokyo", now);
    for (let year = 0; year < 10; year++) accepts("UTC", Date.UTC(2026 + year, 0, 1));
  });
});
