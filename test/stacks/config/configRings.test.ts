import { expect } from "chai";
import { configWarnings } from "#stacks/config/configWarnings.js";
import { exampleRings } from "#test/support/rings.js";
import { fanoutProblems, linesOf, now, readFanout } from "../../support/configuration.js";

const [canary, early, broad] = exampleRings;
const rings = (...all: object[]) => ({ patchGroups: ["web-canary", "web-early", "web", "db"], rings: all });
const alarms = Array.from(
  { length: 10 },
  (_, n) => `arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors-${n}`,
);
const accounts = (count: number) =>
  Array.from({ length: count }, (_, n) => `2109876${String(n).padStart(5, "0")}`);
const said = (changes: Readonly<Record<string, unknown>>) =>
  fanoutProblems(changes).map(({ key, reason }) => `${key}: ${reason}`);

describe("the configuration of rings", () => {
  it("is complete as docs/rings.md has it, with longer delays behind each other", () => {
    const config = readFanout({ ...rings(...exampleRings), maxFailedTotal: "10" });
    expect(
      config.rings.map(({ ring, ...plan }) => ({ name: ring.name, after: ring.after, ...plan })),
    ).to.deep.equal([
      { name: "canary", after: undefined, delayDays: 0, isConstant: true },
      {
        ...{ name: "early", delayDays: 4, isConstant: true },
        after: { name: "canary", soakHours: 72, withinHours: 102, cycleHours: 102, minSuccessPercent: 90 },
      },
      {
        ...{ name: "broad", delayDays: 9, isConstant: true },
        after: {
          name: "early",
          soakHours: 72,
          withinHours: 126,
          cycleHours: 222,
          minSuccessPercent: 95,
          maxFailed: 2,
        },
      },
    ]);
    const [first, second] = config.rings;
    expect(first?.ring.schedule).to.deep.equal({
      ...{ expression: "cron(0 4 ? * TUE#2 *)", timezone: "US/Eastern", durationHours: 5, cutoffHours: 1 },
      offsetDays: 1,
    });
    expect([first?.ring.maxFailedTotal, second?.ring.maxFailedTotal]).to.deep.equal([10, 10]);
    expect(config.targets.patchGroups).to.deep.equal(["web-canary", "web-early", "web", "db"]);
  });

  it("needs no patchGroups beside its own, and may be put aside with the central window", () => {
    const config = readFanout({ ...rings(...exampleRings), patchGroups: [] });
    expect(config.targets.patchGroups).to.deep.equal(["web-canary", "web-early", "web", "db"]);
    const aside = readFanout({ ...rings(...exampleRings), stacks: ["scan"] });
    expect(aside.rings).to.deep.equal([]);
    expect(aside.unread.join()).to.match(/rings has no effect: this stack does not deploy central/);
  });

  it("overrides what a ring says, and nothing else", () => {
    const more = {
      ...{ regions: ["us-east-2"], durationHours: 3, cutoffHours: 0, maxConcurrency: "50%", maxErrors: "3" },
      ...{ rebootOption: "NoReboot", enabled: false, calendars: ["freeze"] },
    };
    const [plan] = readFanout(rings({ ...canary, ...more })).rings;
    expect(plan?.ring.schedule).to.deep.include({ durationHours: 3, cutoffHours: 0, enabled: false });
    expect(plan?.ring.changes).to.deep.equal({
      ...{ regions: ["us-east-2"], rebootOption: "NoReboot", maxConcurrency: "50%" },
      ...{ maxErrors: "3", calendars: ["freeze"] },
    });
  });

  for (const [what, changes, problem] of [
    [
      "an unknown ring",
      rings(canary, { ...early, after: "canry" }),
      /^rings\[1\]\.after: got "canry", which is no ring; did you mean canary\?$/,
    ],
    ["itself", rings({ ...canary, after: "canary" }), /^rings\[0\]\.after: is the ring itself/],
    [
      "a circle",
      rings({ ...canary, after: "early" }, early),
      /^rings\[0\]\.after: closes a circle: canary after early after canary/,
    ],
    [
      "a group in two rings",
      rings(canary, { ...early, patchGroups: ["web-canary"] }),
      /^rings\[1\]\.patchGroups\[0\]: "web-canary" is in ring canary too/,
    ],
    ["no group", rings({ ...canary, patchGroups: [] }), /^rings\[0\]\.patchGroups: is empty/],
    [
      "a group of the install window",
      { ...rings(canary), stacks: ["install", "central"], fanoutSchedule: "cron(0 12 ? * MON *)" },
      /^rings\[0\]\.patchGroups\[0\]: "web-canary" is among patchGroups too, which the install window patches/,
    ],
    [
      "a name with capitals",
      rings({ ...canary, name: "Canary Ring" }),
      /^rings\[0\]\.name: got "Canary Ring"; allowed are 1 to 20 small letters/,
    ],
    [
      "a name twice",
      rings(canary, { ...early, name: "canary", after: undefined, soakHours: undefined }),
      /^rings\[1\]\.name: "canary" is the name of rings\[0\] too/,
    ],
    [
      "a share that is none",
      rings(canary, { ...early, minSuccess: "0%" }),
      /^rings\[1\]\.minSuccess: got "0%"; allowed is a share/,
    ],
    ["a fraction of a node", rings(canary, { ...early, maxFailed: 1.5 }), /^rings\[1\]\.maxFailed: got 1.5;/],
    [
      "a soak without a ring before",
      rings({ ...canary, soakHours: 3 }),
      /^rings\[0\]\.soakHours: is about the ring before/,
    ],
    [
      "an alarm's name",
      rings({ ...canary, alarms: ["checkout"] }),
      /^rings\[0\]\.alarms\[0\]: got "checkout"; allowed is the ARN/,
    ],
    [
      "a Region that is not patched",
      rings({ ...canary, regions: ["us-east-3"] }),
      /^rings\[0\]\.regions\[0\]: got "us-east-3"; did you mean us-east-2\?$/,
    ],
    [
      "a rate",
      rings({ ...canary, schedule: "rate(7 days)", offsetDays: undefined }),
      /^rings\[0\]\.schedule: got "rate\(7 days\)"; allowed is a cron expression/,
    ],
    [
      "a cutoff as long as the window",
      rings({ ...canary, durationHours: 2, cutoffHours: 2 }),
      /^rings\[0\]\.cutoffHours: got 2;/,
    ],
    [
      "a schedule that cannot soak",
      rings(canary, { ...early, offsetDays: 2 }),
      /^rings\[1\]\.schedule: got .* opens on 2026-02-12 09:00 UTC, 19 hours after the end of canary, which opened on 2026-02-11 09:00 UTC; it must soak for 72 hours/,
    ],
    [
      "a ring that opens more often",
      rings(canary, { ...early, schedule: "cron(0 4 ? * SUN *)", offsetDays: undefined }),
      /^rings\[1\]\.schedule: got .* opens on .* and on .*, and canary not in between/,
    ],
    [
      "a ring that opens less often",
      rings({ ...canary, schedule: "cron(0 4 ? * WED *)", offsetDays: undefined }, early),
      /^rings\[1\]\.schedule: got .* after two openings of canary/,
    ],
    [
      "a payload that grows too long by its ring",
      { ...rings({ ...canary, alarms }, early), fanoutAccounts: accounts(165) },
      /^rings: makes a payload of ring canary of \d+ bytes, and a window takes 3840 /,
    ],
    ["scans", { ...rings(canary), fanoutOperation: "Scan" }, /^rings: are for installing/],
    [
      "another stack's baselines",
      { ...rings(canary), ownsBaselines: false, exclusionFunction: "f", exclusionBucket: "abc" },
      /^rings: need baselines of their own/,
    ],
    [
      "a delay that SSM does not take",
      {
        ...rings(canary, early),
        operatingSystems: ["WINDOWS"],
        baselines: { WINDOWS: { approvalRules: [{ severity: ["Critical"], approveAfterDays: 357 }] } },
      },
      /^rings\[1\]\.schedule: makes ring early approve 4 days later than a first ring, 361 days/,
    ],
    [
      "a date to come, which knows no delay",
      {
        ...rings(canary, early),
        operatingSystems: ["WINDOWS"],
        baselines: {
          WINDOWS: { approvalRules: [{ severity: ["Critical"], approveUntilDate: "2026-12-31" }] },
        },
      },
      /^rings\[1\]\.schedule: of ring early: rule 0 of WINDOWS approves until 2026-12-31/,
    ],
    [
      "a lid that is no number",
      { ...rings(canary), maxFailedTotal: "5%" },
      /^maxFailedTotal: got "5%"; allowed is a number of nodes/,
    ],
    ["a key that no ring has", rings({ ...canary, soakDays: 3 }), /^rings\[0\]\.soakDays: is not known here/],
  ] as const) {
    it(`refuses ${what}`, () => {
      const problems = said(changes);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(problem);
    });
  }

  it("tells every problem at once", () => {
    const all = said(
      rings({ ...canary, name: "A B", alarms: ["x"] }, { ...early, after: "nobody", soakHours: -1 }),
    );
    expect(all.map((one) => one.split(":")[0])).to.deep.equal([
      ...["rings[0].name", "rings[0].alarms[0]", "rings[1].soakHours", "rings[1].after"],
    ]);
  });

  for (const [given, line] of [
    [95, "95%"],
    ["95", "95%"],
    ["95 %", "95%"],
    [0.95, "95%"],
  ] as const) {
    it(`mends a share that is written ${JSON.stringify(given)}`, () => {
      const lines = linesOf({
        ...rings(canary, { ...early, minSuccess: given }),
        stacks: ["central"],
        fanoutRegions: ["us-east-2"],
      });
      expect(lines).to.deep.equal({
        "rings[1].minSuccess": `pulumi config set --path 'rings[1].minSuccess' ${line}`,
      });
    });
  }

  it("warns of systems that know no delay, of long ones on WINDOWS, and of groups that nobody patches", () => {
    const config = readFanout({
      ...rings(...exampleRings),
      patchGroups: ["web-canary", "old"],
      operatingSystems: ["UBUNTU", "WINDOWS", "CENTOS"],
      baselines: { WINDOWS: { approvalRules: [{ severity: ["Critical"], approveAfterDays: 20 }] } },
    });
    const warnings = configWarnings(config, now).filter((text) => /^(rings|patchGroups):/.test(text));
    expect(warnings).to.have.length(6);
    expect(warnings[0]).to.match(
      /^rings: early approves patches 4 days later than a first ring: .* the same that a first ring had/,
    );
    expect(warnings[1]).to.match(/^rings: broad approves patches 9 days later/);
    expect(warnings[2]).to.match(/broad approves updates of WINDOWS up to 29 days after/);
    expect(warnings[3]).to.match(/^rings: UBUNTU know no approval delay/);
    expect(warnings[4]).to.match(/without a notice has no date, and enableNonSecurity of CENTOS/);
    expect(warnings[5]).to.match(/^patchGroups: old is in no ring/);
  });

  it("lets rings that open in the same minute be, as their nodes are their own", () => {
    const twins = [early, { ...early, name: "other", patchGroups: ["web"] }];
    expect(said(rings(canary, ...twins))).to.deep.equal([]);
    expect(broad.after).to.equal("early");
  });
});
