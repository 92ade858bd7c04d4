import { expect } from "chai";
import { type Faults, noFaults } from "#lab/faults/faults.js";
import { seededFaults } from "#lab/faults/seeded.js";
import { hour, minute, second } from "../support.js";
import { crashes } from "./crashes.js";
import { ExclusionLab, group, idOf, manifest } from "./exclusionSupport.js";

const expires = "2026-06-30";
const earlier = manifest(
  { id: "one", nodes: [idOf(0), idOf(3)], patches: ["openssl*"], expires },
  { id: "held", nodes: [idOf(1)], expires },
);
/** Each node goes somewhere else: home, from hold to exclusion, to hold, from exclusion to exclusion. */
const later = manifest(
  { id: "one", nodes: [idOf(3)], patches: ["openssl*", "curl*"], expires },
  { id: "two", nodes: [idOf(1)], patches: ["nginx*"], expires },
  { id: "held", nodes: [idOf(2)], expires },
);
const untouched = "scan 1 install 1 base rejects nothing";
const held = "scan 1 install 0 hold rejects nothing";
const rejecting = (...names: string[]) => `scan 1 install 1 base rejects ${names.join(" ")}`;
const earlierEffects = [rejecting("openssl*"), held, untouched, rejecting("openssl*")];
const laterEffects = [untouched, rejecting("nginx*"), held, rejecting("curl*", "openssl*")];
/** Until a mark is gone that IAM has refused to let go of at first: what was written is seen by then, and another look was taken. */
const seen = 20 * minute;
const none = [untouched, untouched, untouched, untouched];

/** Where nodes are, what the windows will do to them, and every baseline and registration that exclusions have made. */
function settled(lab: ExclusionLab) {
  return { effects: lab.effects, places: lab.places, derived: lab.derived, registered: lab.registered };
}
/** What cohorts take. What a hold takes is the deployment's. */
const cohorts = (...names: string[]) => ({
  derived: names.map((one) => `patchplane-dev-x: ${one} BLOCK`),
  registered: names.map(() => `${group}.x`),
});
/** What the earlier manifest takes, what the later one does, and both, since what nobody uses any more is there for a day. */
const madeForEarlier = cohorts("openssl*");
const madeForBoth = cohorts("curl* openssl*", "nginx*", "openssl*");
const unmade = { derived: [], registered: [] };
const earlierState = {
  effects: earlierEffects,
  places: [
    `${group}.x marked ${group}`,
    `${group}.hold marked ${group}.hold`,
    group,
    `${group}.x marked ${group}`,
  ],
};
const laterState = {
  effects: laterEffects,
  places: [
    group,
    `${group}.x marked ${group}`,
    `${group}.hold marked ${group}.hold`,
    `${group}.x marked ${group}`,
  ],
};
const nothing = { effects: none, places: [group, group, group, group] };

describe("exclusions under hardship", () => {
  let lab: ExclusionLab | undefined;
  const open = async (faults: Faults) => {
    // Windows open twice a day: what they do is not asked here, and it costs as much as all else.
    const values = {
      "patchplane:scanSchedule": "cron(30 1/12 ? * * *)",
      "patchplane:installSchedule": "cron(0 3/12 ? * * *)",
    };
    lab = await ExclusionLab.open({ faults, values });
    return lab;
  };
  afterEach(() => lab?.close());

  it("are safe after a crash at a call of a run, and the next run ends where it would have", async () => {
    let fuse: number | undefined;
    const asked: string[] = [];
    const killAfter = () => {
      const calls = fuse;
      fuse = undefined;
      return calls;
    };
    const onCall: Faults["onCall"] = ({ operation }) => {
      asked.push(operation);
      return undefined;
    };
    const opened = await open({ ...noFaults, killAfter, onCall });
    const { invocations } = opened.home.lambda;
    await opened.until("03:10:00");
    opened.put("a.yaml", earlier);
    await opened.advance(seen);
    expect(settled(opened)).to.eql({ ...earlierState, ...madeForEarlier });
    // A process that has just begun asks for more: each of the runs that die comes after one that has died.
    fuse = 0;
    for (const text of [later, earlier]) {
      opened.put("a.yaml", text);
      await opened.advance(3 * minute);
    }
    asked.length = 0;
    opened.put("a.yaml", later);
    await opened.advance(10 * second);
    const calls = [...asked];
    expect(opened.effects).to.eql(laterEffects);
    const states = new Set<string>();
    // A run that finds a belief to take back writes once more before the others, so that not each order meets each of its writes.
    const points = crashes(calls, false);
    for (const after of [...points.slice(1), ...points.slice(0, 1)]) {
      opened.put("a.yaml", earlier);
      await opened.advance(seen);
      expect(settled(opened), `before ${after} calls`).to.eql({ ...earlierState, ...madeForBoth });
      fuse = after;
      const before = invocations.length;
      opened.put("a.yaml", later);
      await opened.advance(10 * second);
      const run = invocations[before];
      expect(run?.status, `after ${after} calls`).to.equal("crash");
      for (const [index, effect] of opened.effects.entries()) {
        expect([earlierEffects[index], laterEffects[index]], `node ${index} after ${after} calls`).to.include(
          effect,
        );
      }
      states.add(JSON.stringify(settled(opened)));
      // Its lease ends two minutes after it would have ended itself: 17 in all, and an hour later at most a run comes. Each
      // turn begins at the same minute between two windows, so that runs ask for the same.
      await opened.advance(2 * hour - seen - 10 * second);
      expect(settled(opened), `after ${after} calls`).to.eql({ ...laterState, ...madeForBoth });
      expect(opened.status("a.yaml")).to.include({ verdict: "in force" });
    }
    // The run has 5 writes to nodes, and each of them may be the last one. IAM refuses the fifth, of a mark, at first.
    expect(states.size).to.equal(5);
    opened.remove("a.yaml");
    await opened.advance(seen);
    expect(settled(opened)).to.eql({ ...nothing, ...madeForBoth });
  });

  it("end when the answers to what takes away a cohort get lost", async () => {
    const lost = { DeregisterPatchBaselineForPatchGroup: 0, DeletePatchBaseline: 0 };
    const isOne = (operation: string): operation is keyof typeof lost => operation in lost;
    const onCall: Faults["onCall"] = ({ operation }) =>
      isOne(operation) && lost[operation]++ === 0 ? { kind: "timeout" } : undefined;
    const opened = await open({ ...noFaults, onCall });
    opened.put("a.yaml", earlier);
    await opened.advance(minute);
    opened.remove("a.yaml");
    await opened.advance(27 * hour);
    // Each is asked for once more.
    expect(lost).to.eql({ DeregisterPatchBaselineForPatchGroup: 2, DeletePatchBaseline: 2 });
    expect(settled(opened)).to.eql({ ...nothing, ...unmade });
    // IAM cannot tell whose a baseline was that is gone, so that the second try of its deletion is refused, and the next run finds
    // nothing to do.
    const failed = opened.home.lambda.invocations.filter(({ status }) => status === "error");
    expect(failed).to.have.length(1);
    expect(failed[0]?.error).to.contain("deleteBaseline: AccessDeniedException");
  });

  it("come and go while three in ten calls are throttled", async () => {
    const calls = { operations: ["*"], share: 0.3, kind: "throttle" as const };
    const opened = await open(seededFaults({ version: 1, calls: [calls] }, 7));
    for (const [text, end] of [
      [earlier, { ...earlierState, ...madeForEarlier }],
      [later, { ...laterState, ...madeForBoth }],
      [earlier, { ...earlierState, ...madeForBoth }],
    ] as const) {
      opened.put("a.yaml", text);
      await opened.advance(10 * minute);
      expect(opened.effects).to.eql(end.effects);
      await opened.advance(2 * hour - 10 * minute);
      expect(settled(opened)).to.eql(end);
    }
    opened.remove("a.yaml");
    await opened.advance(10 * minute);
    expect(opened.effects).to.eql(none);
    await opened.advance(hour);
    expect(settled(opened)).to.eql({ ...nothing, ...madeForBoth });
    // A run takes so long that the next one may find the lease taken, and none fails.
    const ends = new Set(opened.home.lambda.invocations.map(({ status }) => status));
    expect([...ends]).to.eql(["success"]);
    expect(
      [...opened.lab.endpoint.api.counts.faults.values()].reduce((sum, one) => sum + one, 0),
    ).to.be.above(50);
  });

  it("stay as they are while the Region is down, and catch up when it is back", async () => {
    const down = { region: "us-east-1", from: "2026-06-01T03:10:00Z", to: "2026-06-01T05:10:00Z" };
    const opened = await open(seededFaults({ version: 1, regionsDown: [down] }, 7));
    opened.put("a.yaml", earlier);
    await opened.until("03:15:00");
    opened.put("a.yaml", later);
    await opened.until("05:05:00");
    expect(settled(opened)).to.eql({ ...earlierState, ...madeForEarlier });
    expect(opened.home.lambda.invocations.map(({ status }) => status)).to.include("error");
    await opened.until("05:40:00");
    expect(opened.effects).to.eql(laterEffects);
    await opened.until("06:40:00");
    expect(settled(opened)).to.eql({ ...laterState, ...madeForBoth });
  });

  it("follow the last upload, in whatever order and however often events come", async () => {
    const events = { duplicateShare: 1, delaySeconds: [1, 600] as [number, number] };
    const opened = await open(seededFaults({ version: 1, events }, 7));
    for (const text of [earlier, later, undefined, earlier, later]) {
      if (text === undefined) opened.remove("a.yaml");
      else opened.put("a.yaml", text);
      await opened.advance(20 * second);
    }
    await opened.advance(hour);
    expect(settled(opened)).to.eql({ ...laterState, ...madeForBoth });
    const told = opened.home.lambda.invocations.filter(({ source }) => source.includes("exclusions/a.yaml"));
    expect(told.filter(({ status }) => status === "success")).to.have.length(10);
    expect(opened.status("a.yaml")).to.include({ verdict: "in force" });
    expect(opened.told).to.eql([]);
  });
});
