import { resolve } from "node:path";
import { expect } from "chai";
import type { Region } from "#lab/aws/region.js";
import { type Faults, noFaults } from "#lab/faults/faults.js";
import { openLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { account, at, hour, node, second } from "../support.js";
import { maintenanceWindow } from "../windowSupport.js";
import { ExclusionLab } from "./exclusionSupport.js";

/** Of the day on which the lab begins, at 03:00; the exclusion processor runs at 37 minutes past each hour. */
const time = (text: string) => at(`2026-06-01T${text}:00Z`);

const central = {
  "patchplane:stacks": '["central"]',
  "patchplane:ownsBaselines": "false",
  "patchplane:fanoutOperation": "Scan",
  "patchplane:fanoutSchedule": "cron(0 4 ? * * *)",
};

/** Hours and minutes at which the alarm for windows that do not open has gone off. */
function rungIn({ sns }: Region): string[] {
  return sns.delivered
    .filter(({ subject }) => subject?.includes('"overdue-alarm"') === true)
    .map((message) => new Date(message.at).toISOString().slice(11, 16));
}

describe("windows that do not open", () => {
  let lab: ExclusionLab | undefined;
  const open = async (...wishes: Parameters<typeof ExclusionLab.open>) => {
    lab = await ExclusionLab.open(...wishes);
    return lab;
  };
  afterEach(async () => {
    await lab?.close();
    lab = undefined;
  });

  /** The install window opens on every even hour for one hour, the scan window on every odd one. */
  const windowId = () => lab?.window("install").id;

  it("nobody is told of, while they all do", async () => {
    const lab = await open();
    await lab.advance(5 * hour);
    expect(rungIn(lab.home)).to.eql([]);
    expect(lab.objects("state/windows.json")).to.have.length(1);
  });

  it("are told two hours later when somebody has disabled one, and no more once it has opened again", async () => {
    const lab = await open();
    await lab.until("05:30:00");
    const { windows } = lab.home;
    windows.updateMaintenanceWindow({ WindowId: windowId(), Enabled: false });
    await lab.until("10:00:00");
    expect(rungIn(lab.home)).to.eql(["06:38"]);
    windows.updateMaintenanceWindow({ WindowId: windowId(), Enabled: true });
    await lab.until("12:30:00");
    expect(rungIn(lab.home)).to.eql(["06:38"]);
    windows.updateMaintenanceWindow({ WindowId: windowId(), Enabled: false });
    await lab.until("15:00:00");
    expect(rungIn(lab.home), "a second time").to.eql(["06:38", "13:38"]);
  });

  it("are told when one was deleted by hand", async () => {
    const lab = await open();
    await lab.until("05:30:00");
    lab.home.windows.deleteMaintenanceWindow({ WindowId: windowId() });
    await lab.until("10:00:00");
    expect(rungIn(lab.home)).to.eql(["06:38"]);
  });

  it("are told when one has no next time", async () => {
    const lab = await open();
    await lab.until("05:30:00");
    lab.home.windows.updateMaintenanceWindow({ WindowId: windowId(), Schedule: "at(2026-06-01T06:00:00)" });
    await lab.until("10:00:00");
    // The window's own call of the function at 06:00 sees it first.
    expect(rungIn(lab.home)).to.eql(["07:01"]);
  });

  it("are told when one never opens since it is the sixth at a time", async () => {
    const blocker = node({ tags: { PatchGroup: "blockers" }, answersAt: time("23:00") });
    const lab = await open({ fleet: [node({ tags: { PatchGroup: "dev-servers" } }), blocker] });
    await lab.until("05:30:00");
    const targets = [[{ Key: "tag:PatchGroup", Values: ["blockers"] }]];
    for (let index = 0; index < 5; index++) {
      maintenanceWindow(
        { region: lab.home },
        {
          name: `blocker-${index}`,
          schedule: "cron(45 5 ? * * *)",
          duration: 24,
          cutoff: 0,
          tasks: [{ targets, deliveryTimeout: 86_400 }],
        },
      );
    }
    await lab.until("14:00:00");
    expect(lab.window("install").missed.map(({ at: missed }) => missed)).to.include(time("06:00"));
    // The installation of 06:00 should have ended by 09:00.
    expect(rungIn(lab.home)).to.eql(["10:38"]);
  });

  for (const [what, faults] of Object.entries<Partial<Faults>>({
    "the function that watches them is not called": {
      onDelivery: ({ time: now }) => (now > time("05:30") ? [] : [second]),
    },
    "AWS does not list them": {
      onCall: ({ operation, time: now }) =>
        operation === "DescribeMaintenanceWindows" && now > time("05:30")
          ? { kind: "serverError" }
          : undefined,
    },
  })) {
    it(`are told when ${what}, since nobody knows then`, async () => {
      const lab = await open({ faults: { ...noFaults, ...faults } });
      // The install window calls the function too, which looks at the windows whatever it is called for.
      lab.home.windows.updateMaintenanceWindow({ WindowId: windowId(), Schedule: "cron(0 22 ? * * *)" });
      await lab.until("12:00:00");
      // Two hours after the last number, of 04:37.
      expect(rungIn(lab.home)).to.eql(["06:38"]);
    });
  }

  it("are told by the function that closes records, in a stack without exclusions", async () => {
    const settings = stackSettings(resolve(import.meta.dirname, "../../.."), "dev");
    const opened = await openLab({
      settings: { ...settings, values: { ...settings.values, ...central } },
      fleet: account([node({ tags: { PatchGroup: "dev-servers", Environment: "dev" } })]).account.fleet,
      from: time("03:00"),
      seed: 1,
    });
    const home = opened.account.region("us-east-1");
    try {
      // Before the function was called for the first time there is no number yet.
      await opened.account.clock.advanceTo(time("10:00"));
      expect(rungIn(home)).to.eql(["03:02"]);
      const [window] = home.windows.all;
      home.windows.updateMaintenanceWindow({ WindowId: window?.id, Enabled: false });
      await opened.account.clock.advanceTo(time("14:00"));
      expect(rungIn(home)).to.eql(["03:02", "11:53"]);
      expect(opened.account.iam.denials).to.eql([]);
    } finally {
      await opened.close();
    }
  });
});
