import { expect } from "chai";
import { noFaults } from "#lab/faults/faults.js";
import { without } from "./accessSupport.js";
import { east, FanoutLab, ohio, server, startFunction, stoppingFunction } from "./fanoutSupport.js";

/** A window of two hours from noon on, with a cutoff of one, over nodes that take half an hour each, one at a time. */
const slow = { speed: 12 };
const values = {
  stacks: '["central"]',
  fanoutDurationHours: "2",
  fanoutCutoffHours: "1",
  fanoutMaxConcurrency: "1",
};

describe("the end of the central window", () => {
  let lab: FanoutLab;
  afterEach(() => lab.close());
  const open = async (changes: Partial<Parameters<typeof FanoutLab.open>[0]> = {}) => {
    const fleet = [...Array.from({ length: 6 }, () => server(ohio, slow)), server(east)];
    lab = await FanoutLab.open({ fleet, values, ...changes });
  };
  const cutoff = Date.parse("2026-06-01T13:00:00Z");
  const command = () => lab.region(ohio).runCommand.commands[0];
  const startedAt = () => (command()?.nodes ?? []).flatMap((_, index) => command()?.startedAt(index) ?? []);

  it("begins nothing on a node after the cutoff, kills nobody, and tells each node's end", async () => {
    await open();
    await lab.until("12:30:00");
    expect(lab.home.scheduler.names).to.have.lengthOf(2);
    await lab.until("15:55:00");
    expect(lab.refused).to.deep.equal([]);
    const statuses = (command()?.nodes ?? []).map((_, index) => command()?.statusOf(index));
    expect(startedAt()).to.not.be.empty;
    expect(Math.max(...startedAt())).to.be.below(cutoff);
    expect(statuses).to.include("Cancelled").and.to.not.include("InProgress");
    // Who had begun has ended by itself.
    const begun = statuses.filter((_, index) => command()?.startedAt(index) !== undefined);
    expect(new Set(begun)).to.deep.equal(new Set(["Success"]));
    const { members, patched, failed, notCovered } = lab.run.totals;
    expect([members, patched + failed + notCovered]).to.deep.equal([7, 7]);
    expect(lab.run.regions.find(({ region }) => region === east)?.counts.patched).to.equal(1);
    expect(lab.home.scheduler.names).to.deep.equal([]);
    expect(lab.region(ohio).nodes.all.filter(({ broken }) => broken !== undefined)).to.deep.equal([]);
  });

  it("without schedules, which AWS throttles for good, is none, so that nothing is installed", async () => {
    await open({
      faults: {
        ...noFaults,
        onCall: ({ operation }) => (operation === "CreateSchedule" ? { kind: "throttle" } : undefined),
      },
    });
    await lab.until("15:55:00");
    expect(lab.execution.status).to.equal("FAILED");
    expect(lab.invocations(startFunction)[0]?.error).to.contain("its end cannot be arranged");
    expect(command()).to.equal(undefined);
    expect(lab.alarms).to.include("central-start-errors-alarm");
  });

  it("that cannot be brought about is told by an alarm, after it was tried again", async () => {
    await open({ change: without("central-stopping-role-policy", "CancelWhatHasNotBegun") });
    await lab.until("15:55:00");
    expect(lab.invocations(stoppingFunction).length).to.be.at.least(3);
    expect(lab.alarms).to.include("central-stopping-errors-alarm");
  });
});
