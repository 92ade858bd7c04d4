import { expect } from "chai";
import { outlookOf } from "#lab/aws/patching/outlook.js";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { at, baseline, catalog } from "../../support.js";

/** What becomes of the newest of some releases a month apart, under a rule of so many days. */
function outlook(
  days: number | undefined,
  operatingSystem: OperatingSystem,
  { releases = ["2026-08-11", "2026-09-08", "2026-10-13"], classification = "SecurityUpdates" } = {},
) {
  const offered = catalog(
    { KB1: releases.map((released) => ({ released, classification, severity: "Critical" })) },
    operatingSystem,
  );
  const rule = {
    PatchFilterGroup: {
      PatchFilters: [{ Key: "CLASSIFICATION" as const, Values: ["SecurityUpdates", "Security"] }],
    },
    ...(days === undefined ? { ApproveUntilDate: "2026-09-30" } : { ApproveAfterDays: days }),
  };
  const patches = offered.packages[0]?.patches ?? [];
  const newest = patches.at(-1);
  if (newest === undefined) throw new RangeError("nothing is offered");
  return outlookOf(baseline({ operatingSystem, approvalRules: [rule] }), offered, newest);
}

describe("what becomes of an update that no rule approves yet", () => {
  it("waits until the first rule approves it", () => {
    expect(outlook(7, "WINDOWS")).to.deep.equal({ kind: "waits", from: at("2026-10-20") });
  });

  // API reference of PatchRule, ApproveAfterDays: updates that are replaced by later ones are removed, so that too broad
  // a value can result in crucial patches not being installed (Windows Server).
  it("is superseded first on Windows, when the one before came out within the delay", () => {
    for (const days of [36, 45, 60, 180, 360])
      expect(outlook(days, "WINDOWS")?.kind, `${days} days`).to.equal("superseded first");
    expect(outlook(35, "WINDOWS")?.kind).to.equal("waits");
  });

  it("is not superseded where repositories keep older versions, nor where it is the first of its kind", () => {
    expect(outlook(45, "AMAZON_LINUX_2023", { classification: "Security" })?.kind).to.equal("waits");
    expect(outlook(45, "WINDOWS", { releases: ["2026-10-13"] })?.kind).to.equal("waits");
  });

  it("is never approved where no rule fits, whatever the time", () => {
    expect(outlook(0, "WINDOWS", { classification: "Drivers" })).to.deep.equal({ kind: "never approved" });
    expect(outlook(undefined, "WINDOWS")).to.deep.equal({ kind: "never approved" });
  });
});
