import { expect } from "chai";
import { Rates } from "#lab/endpoint/rates.js";
import { type Faults, noFaults } from "#lab/faults/faults.js";
import { windowEndFunctionName } from "#shared/contract/windowEnd.js";
import { at, catalog, node, statuses } from "../support.js";
import { without } from "./accessSupport.js";
import { ExclusionLab, idOf, manifest } from "./exclusionSupport.js";

const updates = [{ released: "2026-01-01" }, { released: "2026-02-01" }];
/** Takes about half an hour for its updates. */
const slow = (speed = 12) =>
  node({
    tags: { PatchGroup: "dev-servers", Environment: "dev" },
    catalog: {
      ...catalog({ openssl: updates, nginx: updates, curl: updates }),
      platformName: "Amazon Linux",
      platformVersion: "2023",
    },
    speed,
  });
/** An install window from 04:00 to 06:00 with a cutoff of an hour, one node at a time. */
const values = {
  "patchplane:installSchedule": "cron(0 4 ? * * *)",
  "patchplane:installDurationHours": "2",
  "patchplane:installCutoffHours": "1",
  "patchplane:maxConcurrency": "1",
  "patchplane:scanSchedule": "cron(0 20 ? * * *)",
};
const name = windowEndFunctionName("patchplane-dev-install");

describe("the end of an install window", () => {
  let lab: ExclusionLab;
  afterEach(() => lab.close());
  const open = async (changes: Partial<Parameters<typeof ExclusionLab.open>[0]> = {}) => {
    lab = await ExclusionLab.open({ fleet: Array.from({ length: 6 }, () => slow()), values, ...changes });
  };
  const installs = () =>
    lab.home.runCommand.commands.filter(({ requestedAt }) => requestedAt >= at("2026-06-01T04:00:00Z"));
  const begun = () =>
    installs().flatMap((command) => command.nodes.flatMap((_, index) => command.startedAt(index) ?? []));
  const told = () => lab.home.sns.delivered.map(({ subject }) => subject ?? "");
  const denied: Faults = {
    ...noFaults,
    onCall: ({ operation }) => (operation === "CreateSchedule" ? { kind: "throttle" } : undefined),
  };

  it("begins nothing on a node after the cutoff, and kills nobody", async () => {
    await open();
    await lab.until("04:30:00");
    expect(lab.home.scheduler.names).to.have.lengthOf(2);
    await lab.until("07:55:00");
    const ends = installs().flatMap(statuses);
    expect(begun()).to.not.be.empty;
    expect(Math.max(...begun())).to.be.below(at("2026-06-01T05:00:00Z"));
    expect(ends.filter((one) => one === "Success")).to.have.lengthOf(begun().length);
    expect(ends).to.include("Cancelled").and.to.not.include("InProgress");
    expect(lab.home.scheduler.names).to.deep.equal([]);
    expect(told().filter((subject) => subject.includes("at work after the end"))).to.deep.equal([]);
  });

  it("is the same over both targets with many nodes each, with a call a second: nobody is killed at work", async () => {
    const half = 52;
    await open({
      fleet: Array.from({ length: 2 * half }, () => slow(1)),
      values: { ...values, "patchplane:maxConcurrency": "2", "patchplane:maxChangedNodes": "60" },
      rates: new Rates({ "ssm:CancelCommand": 1 }),
    });
    const moved = Array.from({ length: half }, (_, index) => idOf(index));
    lab.put("a.yaml", manifest({ id: "one", nodes: moved, patches: ["curl*"], expires: "2026-06-30" }));
    await lab.until("05:00:00");
    expect(installs().map(({ nodes }) => nodes.length)).to.deep.equal([half, half]);
    await lab.until("07:55:00");
    expect(Math.max(...begun())).to.be.below(at("2026-06-01T05:00:00Z"));
    const ends = installs().flatMap(statuses);
    expect(ends.filter((one) => one === "Success")).to.have.lengthOf(begun().length);
    expect(ends.filter((one) => one === "Cancelled").length).to.be.at.least(2);
    expect(lab.nodes.filter(({ broken }) => broken !== undefined)).to.deep.equal([]);
  });

  it("names who is at it when the window is over, and an alarm goes off", async () => {
    await open({ fleet: [slow(100)] });
    await lab.until("06:10:00");
    expect(told()).to.include("patchplane: install window: 1 node at work after the end");
    expect(told().some((subject) => subject.includes('"install-end-late-alarm"'))).to.equal(true);
  });

  it("that cannot be arranged is told, and the window goes on without", async () => {
    await open({ faults: denied });
    await lab.until("07:55:00");
    expect(Math.max(...begun())).to.be.above(at("2026-06-01T05:00:00Z"));
    expect(told().some((subject) => subject.includes('"install-end-errors-alarm"'))).to.equal(true);
  });

  it("that cannot be brought about is tried again, and an alarm tells of it", async () => {
    await open({ change: without("install-end-role-policy", "CancelWhatHasNotBegun") });
    await lab.until("05:10:00");
    const calls = lab.home.lambda.invocations.filter(({ functionName }) => functionName === name);
    expect(calls.length).to.be.at.least(3);
    expect(told().some((subject) => subject.includes('"install-end-errors-alarm"'))).to.equal(true);
  });
});
