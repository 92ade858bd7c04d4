import { expect } from "chai";
import type { BadPatch } from "#lab/fleet/model.js";
import {
  account,
  catalog,
  hour,
  minute,
  nodes,
  register,
  send,
  statuses,
  type World,
} from "../../../support.js";

const alarm = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-errors";
const offered = catalog({ app: [{ released: "2026-01-01" }, { released: "2026-02-01" }] });
const [patch] = offered.packages[0]?.patches.slice(1) ?? [];

function world(bad: Partial<BadPatch>, count = 1, seed = 1): World {
  if (patch === undefined) throw new RangeError("there is no patch");
  const base: BadPatch = { catalog: offered, patch, share: 1, breaks: "node", afterMs: 0 };
  const made = account(
    nodes(count, () => ({ catalog: offered, patchGroup: "servers", speed: 1 })),
    { seed, harm: { alarms: [alarm], badPatches: [{ ...base, ...bad }] } },
  );
  register(made, "servers");
  return made;
}

function online({ region }: World): number {
  const { InstanceInformationList = [] } = region.nodes.describeInstanceInformation({});
  return InstanceInformationList.filter(({ PingStatus }) => PingStatus === "Online").length;
}

function alarmState({ region }: World): string | undefined {
  const { MetricAlarms } = region.cloudWatch.descriptions.describeAlarms({ AlarmNames: ["checkout-errors"] });
  expect(MetricAlarms.map(({ AlarmArn }) => AlarmArn)).to.eql([alarm]);
  return MetricAlarms[0]?.StateValue;
}

const later = (made: World, ms: number) => made.clock.advanceTo(made.clock.now + ms);

describe("patches that break nodes", () => {
  it("leave a node lost in its reboot: what is installed is there, and its command times out without a report", async () => {
    const made = world({ mendedAfterMs: 5 * hour });
    const command = send(made, "Install");
    await later(made, 30 * minute);
    expect(made.node(0).installed[0]).to.equal(1);
    expect(made.node(0).state).to.equal(undefined);
    expect([online(made), statuses(command)]).to.eql([0, ["InProgress"]]);
    await later(made, 2 * hour);
    expect(statuses(command)).to.eql(["ExecutionTimedOut"]);
    await later(made, 3 * hour);
    expect(online(made)).to.equal(1);
  });

  it("leave a node lost later, for good, after it has reported", async () => {
    const made = world({ afterMs: 2 * hour });
    const command = send(made, "Install");
    await later(made, hour);
    expect([online(made), statuses(command), made.node(0).state?.missing]).to.eql([1, ["Success"], 0]);
    await later(made, 1000 * hour);
    expect([online(made), made.node(0).reachableFrom(made.clock.now)]).to.eql([0, undefined]);
  });

  it("set off an alarm once the node is back, until it is mended; DescribeAlarms tells", async () => {
    const made = world({ breaks: "application", alarm, mendedAfterMs: 4 * hour });
    expect(alarmState(made)).to.equal("OK");
    send(made, "Install");
    await later(made, hour);
    expect([alarmState(made), online(made)]).to.eql(["ALARM", 1]);
    await later(made, 4 * hour);
    expect(alarmState(made)).to.equal("OK");
  });

  for (const [breaks, state] of [
    ["application", "OK"],
    ["alarm", "ALARM"],
  ] as const) {
    it(`${breaks === "alarm" ? "set off an alarm" : "wait for the reboot"} where the run does not reboot`, async () => {
      const made = world({ breaks, alarm });
      const Parameters = { RebootOption: ["NoReboot"] };
      send(made, "Install", { Parameters });
      await later(made, hour);
      expect(alarmState(made)).to.equal(state);
      send(made, "Install");
      await later(made, hour);
      expect(alarmState(made)).to.equal("ALARM");
    });
  }

  it("break as many of the nodes as their share says, by the seed, and no node that only scans", async () => {
    const lost = async (seed: number, operation: "Scan" | "Install") => {
      const made = world({ share: 0.3 }, 100, seed);
      send(made, operation, { MaxConcurrency: "100%" });
      await later(made, hour);
      return made.region.nodes.all.flatMap((node) =>
        node.reachableFrom(made.clock.now) === undefined ? [node.id] : [],
      );
    };
    const first = await lost(1, "Install");
    expect(first.length).to.be.within(15, 45);
    expect(await lost(1, "Install")).to.eql(first);
    expect(await lost(2, "Install")).not.to.eql(first);
    expect(await lost(1, "Scan")).to.eql([]);
  });

  it("harm nobody who is past them", async () => {
    const made = world({ breaks: "application", alarm });
    made.node(0).installed[0] = 1;
    send(made, "Install");
    await later(made, hour);
    expect(alarmState(made)).to.equal("OK");
  });
});
