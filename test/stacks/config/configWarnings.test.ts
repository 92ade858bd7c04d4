import { expect } from "chai";
import { type OperatingSystem, operatingSystemNames } from "#shared/contract/operatingSystems.js";
import { defaults } from "#stacks/config/configSchema.js";
import { configWarnings } from "#stacks/config/configWarnings.js";
import { now, read, readFanout } from "../../support/configuration.js";

/** The warnings about a system with a baseline; without one it has its default. */
function warningsOf(system: OperatingSystem, baseline?: object): string[] {
  return configWarnings(
    read({
      notificationEmails: ["ops@example.com"],
      operatingSystems: [system],
      ...(baseline === undefined ? {} : { baselines: { [system]: baseline } }),
    }),
    now,
  );
}
const windows = (...delays: (number | undefined)[]) => ({
  approvalRules: delays.map((approveAfterDays) => ({ classification: ["*"], approveAfterDays })),
});

describe("warnings about a configuration", () => {
  for (const system of operatingSystemNames) {
    const isEnded = system === "AMAZON_LINUX" || system === "AMAZON_LINUX_2022";
    it(`are ${isEnded ? "one" : "none"} for ${system} with its default baseline`, () => {
      expect(warningsOf(system)).to.have.length(isEnded ? 1 : 0);
    });
  }

  for (const days of [29, 45, 180, 360]) {
    it(`name the rule whose delay of ${days} days outlives cumulative updates of Windows`, () => {
      const [only, ...others] = warningsOf("WINDOWS", windows(undefined, days));
      expect(others).to.deep.equal([]);
      expect(only).to.match(
        new RegExp(`^baselines.WINDOWS.approvalRules\\[1\\].approveAfterDays: ${days} days .* superseded`),
      );
    });
  }

  it("name a rate beside another window, since nobody knows what it meets", () => {
    const emails = { notificationEmails: ["ops@example.com"] };
    const [only, ...others] = configWarnings(read({ ...emails, installSchedule: "rate(7 days)" }), now);
    expect(others).to.deep.equal([]);
    expect(only).to.match(/^installSchedule: rate\(7 days\) counts from the moment/);
    const alone = { ...emails, stacks: ["install"], installSchedule: "rate(7 days)" };
    expect(configWarnings(read(alone), now)).to.deep.equal([]);
  });

  it("say nothing of a month, nor of a long delay elsewhere", () => {
    expect(warningsOf("WINDOWS", windows(28))).to.deep.equal([]);
    expect(warningsOf("AMAZON_LINUX_2023", windows(180))).to.deep.equal([]);
  });

  it("tell of CENTOS whose rules wait for notices that its repositories don't carry", () => {
    const rule = { classification: ["Security"], approveAfterDays: 7 };
    expect(warningsOf("CENTOS", { approvalRules: [rule] })).to.have.length(1);
    expect(
      warningsOf("CENTOS", { approvalRules: [rule, { ...rule, enableNonSecurity: true }] }),
    ).to.deep.equal([]);
  });

  it("name the windows that do not open, and no other", () => {
    const off = { notificationEmails: ["a@b.de"], installEnabled: false, scanEndDate: "2026-01-14" };
    expect(configWarnings(read(off), now)).to.deep.equal([
      "scanEndDate is 2026-01-14: the scan window opens no more. Move it, or take it out.",
      "installEnabled is false: the install window does not open.",
    ]);
    // The last day counts, and what does not open before its end is over too.
    expect(
      configWarnings(read({ ...off, installEnabled: true, scanEndDate: "2026-01-16" }), now),
    ).to.deep.equal([]);
    expect(
      configWarnings(
        read({
          ...off,
          installEnabled: true,
          scanSchedule: "cron(0 20 ? * * *)",
          scanEndDate: "2026-01-15",
        }),
        now,
      ),
    ).to.deep.equal([]);
    const { notificationEmails } = off;
    expect(configWarnings(readFanout({ notificationEmails, fanoutEnabled: false }), now)).to.deep.equal([
      "fanoutEnabled is false: the central window does not open.",
    ]);
  });

  // 30 minutes a turn.
  for (const [values, told] of [
    [
      { maxConcurrency: "5%" },
      "maxConcurrency: 5% at once of any fleet of 100 nodes and more are 20 turns, about 10 hours",
    ],
    [{ maxConcurrency: "2" }, "maxConcurrency: 2 at once of 50 nodes are 25 turns, about 13 hours"],
    [{ maxConcurrency: "10%" }, undefined],
    [{ maxConcurrency: "5%", installDurationHours: 12 }, undefined],
    [{ maxConcurrency: "2", stacks: ["scan"] }, undefined],
    [
      { fanoutMaxConcurrency: "4" },
      "fanoutMaxConcurrency: 4 at once of 50 nodes are 13 turns, about 7 hours",
    ],
    [{ fanoutMaxConcurrency: "4", fanoutOperation: "Scan" }, undefined],
  ] as const) {
    it(`${told === undefined ? "say nothing" : "tell"} of a window for ${JSON.stringify(values)}`, () => {
      const all = {
        notificationEmails: ["ops@example.com"],
        fanoutRegions: ["eu-west-1"],
        stacks: ["install", "central"],
        ...values,
      };
      const [first, ...others] = configWarnings(readFanout(all), now).filter((one) =>
        /[cC]oncurrency/.test(one),
      );
      expect(others).to.deep.equal([]);
      if (told === undefined) expect(first).to.equal(undefined);
      else expect(first).to.contain(told);
    });
  }

  it("tell that nobody is told", () => {
    expect(configWarnings(read(), now)).to.deep.equal([
      "notificationEmails is empty: nobody will be told when a window fails.",
    ]);
  });

  const told = { notificationEmails: ["ops@example.com"] };
  for (const [changes, key, reason] of [
    [
      { fanoutRegions: ["eu-west-1"] },
      "fanoutRegions",
      "deploy central. Write stacks: [scan, install, central], or",
    ],
    [
      { stacks: ["install"], scanEnabled: false },
      "scanEnabled",
      "deploy scan. Write stacks: [scan, install], or",
    ],
    [
      { stacks: ["scan"], installDurationHours: 3 },
      "installDurationHours",
      "deploy install. Write stacks: [scan, install],",
    ],
    [
      { stacks: ["scan"], rebootOption: "NoReboot" },
      "rebootOption",
      "deploy install or central. Write stacks: [scan, install],",
    ],
    [
      { ownsBaselines: false, maxExclusionDays: 30 },
      "maxExclusionDays",
      "ownsBaselines is false. Set it in the stack that",
    ],
  ] as const)
    it(`tell of ${key} where nothing reads it`, () => {
      const [only, ...others] = configWarnings(read({ ...told, ...changes }), now);
      expect(others).to.deep.equal([]);
      expect(only).to.match(new RegExp(`^${key} has no effect: `));
      expect(only)
        .to.include(reason)
        .and.to.match(new RegExp(`take it out: pulumi config rm ${key}$`));
    });

  it("tell of no key that has its default, nor of one of a part that is there", () => {
    for (const stacks of [["scan"], ["install"], ["scan", "install"]]) {
      const defaulted = Object.fromEntries(Object.entries(defaults).filter(([key]) => !(key in told)));
      expect(configWarnings(read({ ...defaulted, ...told, stacks }), now), stacks.join()).to.deep.equal([]);
    }
    const all = { ...told, fanoutDurationHours: 3, rebootOption: "NoReboot", maxErrors: "1" };
    expect(configWarnings(readFanout({ ...all, stacks: ["scan", "central"] }), now)).to.deep.equal([]);
  });
});
