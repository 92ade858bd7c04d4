import { expect } from "chai";
import { type ExpiryRules, readExpiry } from "#functions/exclusion-processor/manifest/expiry.js";

const dayMs = 86_400_000;

/** Uploaded at noon of 1 September 2026, UTC. */
const base: ExpiryRules = { uploadedAt: Date.UTC(2026, 8, 1, 12), maxExclusionDays: 90, timezone: "UTC" };

function endOf(text: string, changes: Partial<ExpiryRules> = {}): string {
  const expiry = readExpiry(text, { ...base, ...changes });
  return "at" in expiry ? new Date(expiry.at).toISOString() : `${expiry.allowed}. ${expiry.fix}`;
}

describe("readExpiry", () => {
  const ends: readonly (readonly [string, Partial<ExpiryRules>, string])[] = [
    ["2026-10-01", {}, "2026-10-02T00:00:00.000Z"],
    ["2026-10-01", { timezone: "Europe/Berlin" }, "2026-10-01T22:00:00.000Z"],
    ["2026-10-01", { timezone: "America/Los_Angeles" }, "2026-10-02T07:00:00.000Z"],
    ["2026-10-01", { timezone: "Pacific/Kiritimati" }, "2026-10-01T10:00:00.000Z"],
    // The day on which the clocks go back has 25 hours.
    ["2026-10-25", { timezone: "Europe/Berlin" }, "2026-10-25T23:00:00.000Z"],
    ["2026-10-29", { timezone: "Africa/Cairo" }, "2026-10-29T22:00:00.000Z"],
    // On the Azores clocks go back to midnight, which comes twice: the day before ends at the first one.
    ["2026-10-24", { timezone: "Atlantic/Azores" }, "2026-10-25T00:00:00.000Z"],
    ["2026-10-01T18:00Z", {}, "2026-10-01T18:00:00.000Z"],
    ["2026-10-01T18:00:30Z", {}, "2026-10-01T18:00:30.000Z"],
    ["2026-10-01T18:00:30.5Z", {}, "2026-10-01T18:00:30.500Z"],
    ["2026-10-01T18:00:30.007Z", {}, "2026-10-01T18:00:30.007Z"],
    ["2026-10-01T18:00:00+05:45", { timezone: "Europe/Berlin" }, "2026-10-01T12:15:00.000Z"],
    ["2026-10-01T23:30:00-08:00", {}, "2026-10-02T07:30:00.000Z"],
    ["2028-02-29", { uploadedAt: Date.UTC(2028, 1, 1) }, "2028-03-01T00:00:00.000Z"],
  ];
  for (const [text, changes, end] of ends) {
    it(`ends ${text} ${changes.timezone ?? "UTC"} at ${end}`, () =>
      expect(endOf(text, changes)).to.equal(end));
  }

  it("ends after the upload, and not with it", () => {
    expect(endOf("2026-09-01T12:00:00Z")).to.match(/^a time after the upload/);
    expect(endOf("2026-09-01T12:00:00.001Z")).to.equal("2026-09-01T12:00:00.001Z");
    expect(endOf("2026-09-01")).to.equal("2026-09-02T00:00:00.000Z");
    expect(endOf("2026-08-31")).to.match(/^a time after the upload, which was at 2026-09-01T12:00:00Z\. /);
  });

  it("ends within the limit, to the millisecond", () => {
    expect(endOf("2026-11-30T12:00:00Z")).to.equal("2026-11-30T12:00:00.000Z");
    expect(endOf("2026-11-30T12:00:00.001Z")).to.equal(
      "at most 90 days after the upload, which is 2026-11-30T12:00:00Z. " +
        "Write 2026-11-30T12:00:00Z or earlier, and renew the exclusion before it ends.",
    );
    expect(endOf("2026-11-29")).to.equal("2026-11-30T00:00:00.000Z");
    expect(endOf("2026-11-30")).to.equal(
      "at most 90 days after the upload, which is through 2026-11-29 in UTC. " +
        "Write 2026-11-29 or earlier, and renew the exclusion before it ends.",
    );
    expect(endOf("2026-09-03", { maxExclusionDays: 1 })).to.match(/^at most 1 day after/);
  });

  it("takes a last day that ends with the limit", () => {
    const uploaded = Date.UTC(2026, 8, 1);
    expect(endOf("2026-11-29", { uploadedAt: uploaded })).to.equal("2026-11-30T00:00:00.000Z");
    expect(endOf("2026-11-30", { uploadedAt: uploaded })).to.contain("through 2026-11-29 in UTC");
  });

  it("advises a day that it takes, in every zone and at every hour of an upload", () => {
    for (const timezone of ["UTC", "Europe/Berlin", "America/St_Johns", "Africa/Cairo", "Atlantic/Azores"]) {
      for (let hour = 0; hour < 24 * 60; hour += 7) {
        const uploadedAt = Date.UTC(2026, 6, 1) + hour * 3_600_000;
        const rules = { ...base, timezone, uploadedAt, maxExclusionDays: 3 };
        const [, advised = ""] = /^Write (\S+) or/.exec(fixOf("2099-01-01", rules)) ?? [];
        const taken = readExpiry(advised, rules);
        if (!("at" in taken)) throw new Error(`${advised} ${timezone} ${hour}: ${taken.allowed}`);
        expect(taken.at).to.be.at.most(uploadedAt + 3 * dayMs);
        const dayLater = new Date(Date.parse(advised) + dayMs).toISOString().slice(0, 10);
        expect("at" in readExpiry(dayLater, rules)).to.equal(false);
      }
    }
  });
});

function fixOf(text: string, rules: ExpiryRules): string {
  const expiry = readExpiry(text, rules);
  if ("at" in expiry) throw new Error("it was accepted");
  return expiry.fix;
}
