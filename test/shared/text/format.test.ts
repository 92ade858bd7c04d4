import { expect } from "chai";
import {
  countText,
  dateText,
  durationText,
  instantText,
  momentText,
  numberText,
  percentText,
  zoneClockText,
} from "#shared/text/format.js";
import { hourMs } from "#shared/text/time.js";

describe("format of the report", () => {
  const at = Date.parse("2026-10-04T04:05:00Z");

  it("writes times in UTC, whatever the zone of the machine", () => {
    expect(momentText(at)).to.equal("Sun 4 Oct 04:05");
    expect(dateText(at)).to.equal("Sun 4 Oct 2026");
    expect(instantText(at)).to.equal("Sun 4 Oct 2026 04:05 UTC");
  });

  it("writes the clock of a zone, through the change of its offset", () => {
    expect(zoneClockText(Date.parse("2026-10-25T08:00:00Z"), "America/New_York")).to.equal("04:00");
    expect(zoneClockText(Date.parse("2026-11-01T09:00:00Z"), "America/New_York")).to.equal("04:00");
    expect(zoneClockText(Date.parse("2026-11-01T04:00:00Z"), "America/New_York")).to.equal("00:00");
    expect(zoneClockText(at, "<Nowhere>")).to.equal("");
  });

  it("rounds a duration up, so that a need is never understated", () => {
    expect(durationText(0)).to.equal("0 min");
    expect(durationText(61_000)).to.equal("2 min");
    expect(durationText(3 * hourMs)).to.equal("3 h");
    expect(durationText(4 * hourMs + 50 * 60_000)).to.equal("4 h 50 min");
    expect(durationText(-5)).to.equal("0 min");
  });

  it("says 100 % of all alone and 0 % of none alone", () => {
    expect([percentText(40, 40), percentText(0, 40), percentText(29, 40)]).to.deep.equal([
      "100 %",
      "0 %",
      "73 %",
    ]);
    expect([percentText(1999, 2000), percentText(1, 2000), percentText(0, 0)]).to.deep.equal([
      "over 99 %",
      "under 1 %",
      "–",
    ]);
  });

  it("groups digits and counts", () => {
    expect([0, 999, 1000, 1234567].map(numberText)).to.deep.equal(["0", "999", "1,000", "1,234,567"]);
    expect([countText(1, "node"), countText(2, "node"), countText(0, "reply", "replies")]).to.deep.equal([
      "1 node",
      "2 nodes",
      "0 replies",
    ]);
  });
});
