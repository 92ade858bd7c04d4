import { expect } from "chai";
import fc from "fast-check";
import { regionCounts, type StartResult } from "#functions/regional-fanout/core/result.js";
import { startRun } from "#functions/regional-fanout/core/start.js";
import { closedKey, openKey } from "#shared/contract/runKeys.js";
import { Fuse } from "#test/memory/fuse.js";
import { type MemoryWorld, named } from "#test/memory/regionalFanout/world.js";
import { size } from "#test/support/size.js";
import {
  context,
  east,
  failure,
  groups,
  invoke,
  nodeId,
  ohio,
  openRecord,
  payload,
  runId,
  worldOf,
} from "./support.js";

const event = payload({ ...groups("a", "b"), Calendars: ["freeze"] });

function world(): MemoryWorld {
  return worldOf({ [east]: { a: [nodeId(1)], b: [nodeId(2)] }, [ohio]: { a: [nodeId(3)], b: [] } });
}

/** What is left of a run: the record, and what was started. */
function left(of: MemoryWorld) {
  const { starts, ...record } = openRecord(of);
  const ids = new Map([...of.automations].map(([token, { id }]) => [token, id]));
  return {
    record,
    // Ids come in the order in which Regions are started, which is anybody's guess.
    starts: starts.map(({ executionId, ...one }) => ({
      ...one,
      isItself: executionId === ids.get(one.request.ClientToken),
    })),
    started: [...of.automations.values()].map(({ region, request }) => [region, request.ClientToken]).sort(),
  };
}

/** A result without ids of automations, which come in the order in which Regions are started. */
function plain({ started, ...result }: StartResult) {
  return { ...result, started: started.map(({ region, group }) => [region, group]) };
}

describe("a run that is tried again", () => {
  it("comes to the same end after a death at any call, and starts nothing twice", async () => {
    const undisturbed = world();
    const result = await invoke(undisturbed, event);
    const fuse = new Fuse();
    await invoke(world(), event, fuse);
    expect(fuse.writes).to.be.greaterThan(10);
    for (let calls = 0; calls < fuse.writes; calls++) {
      const one = world();
      expect(await failure(invoke(one, event, new Fuse(calls))), `${calls} calls`).to.contain("died");
      expect(plain(await invoke(one, event)), `${calls} calls`).to.deep.equal(plain(result));
      expect(left(one), `${calls} calls`).to.deep.equal(left(undisturbed));
    }
  });

  it("keeps its decisions, whatever has changed since", async () => {
    const one = world();
    const undisturbed = world();
    await invoke(undisturbed, event);
    // Dead once everything was decided and written, before anything was started: the nodes then leave.
    const ports = one.startPorts();
    await startRun(event, context(), {
      ...ports,
      region: (name) => ({
        ...ports.region(name),
        startAutomation: () => Promise.reject(named("x", "died")),
      }),
    });
    expect(one.automations.size).to.equal(0);
    one.region(east).groups.clear();
    one.calendar = { state: "CLOSED", nextTransition: undefined };
    await invoke(one, event);
    expect(left(one)).to.deep.equal(left(undisturbed));
  });

  it("does nothing when everything is started", async () => {
    const one = world();
    const first = await invoke(one, event);
    const before = left(one);
    const ports = one.startPorts();
    expect(await startRun(event, context(), ports)).to.deep.equal(first);
    expect(left(one)).to.deep.equal(before);
    expect([...ports.calls.counts]).to.deep.equal([["read", 1]]);
  });

  it("and again at the same time, comes to the same end once", async () => {
    const undisturbed = world();
    const result = await invoke(undisturbed, event);
    const one = world();
    const results = await Promise.all(Array.from({ length: 5 }, () => invoke(one, event)));
    for (const found of results) expect(plain(found)).to.deep.equal(plain(result));
    expect(left(one)).to.deep.equal(left(undisturbed));
  });

  for (const [who, fails] of [
    ["whoever notes it first", { first: true, last: false }],
    ["whoever notes it last", { first: false, last: true }],
  ] as const) {
    it(`and again at the same time, keeps what the other one has started when a start fails for ${who}`, async () => {
      const undisturbed = world();
      const result = await invoke(undisturbed, event);
      const one = world();
      const ports = one.startPorts();
      const fault = named("ThrottlingException", "Rate exceeded");
      let isFirst = true;
      const last = await startRun(event, context(), {
        ...ports,
        region: (name) => ({
          ...ports.region(name),
          // The other one notes what it has come to while this one waits for an answer.
          startAutomation: async (...asked) => {
            if (!isFirst) return ports.region(name).startAutomation(...asked);
            isFirst = false;
            if (fails.first) one.startFaults.set(`${name} a`, fault);
            await invoke(one, event);
            one.startFaults.clear();
            if (fails.last) throw fault;
            return ports.region(name).startAutomation(...asked);
          },
        }),
      });
      const ends = ({ starts }: ReturnType<typeof openRecord>) =>
        starts.map(({ group, executionId, error }) => ({
          group,
          isStarted: executionId !== undefined,
          error,
        }));
      expect(ends(openRecord(one))).to.deep.equal(ends(openRecord(undisturbed)));
      expect(last.verdict).to.equal(result.verdict);
      expect(one.automations.size).to.equal(3);
    });
  }

  it("and again at the same time with deaths, forgets no execution", async () => {
    const fuse = fc.oneof(fc.integer({ min: 0, max: 22 }), fc.constant(Number.POSITIVE_INFINITY));
    const undisturbed = world();
    await invoke(undisturbed, event);
    await fc.assert(
      fc.asyncProperty(fc.array(fuse, { minLength: 1, maxLength: 4 }), async (list) => {
        const one = world();
        const ends = await Promise.all(list.map((most) => failure(invoke(one, event, new Fuse(most)))));
        // Whoever comes to its end leaves nothing to be done.
        if (!ends.includes("no failure")) await invoke(one, event);
        expect(left(one)).to.deep.equal(left(undisturbed));
      }),
      { numRuns: size(10, 500) },
    );
  });

  it("uses the winner's record when another one is faster", async () => {
    const one = world();
    const ports = one.startPorts();
    let isFirst = true;
    const loser = await startRun(event, context(), {
      ...ports,
      region: (name) => {
        const region = ports.region(name);
        return {
          ...region,
          // The other one is done while this one still looks, and sees fewer nodes.
          groupPage: async (...asked) => {
            if (isFirst) {
              isFirst = false;
              await invoke(one, event);
              one.region(ohio).groups.clear();
            }
            return region.groupPage(...asked);
          },
        };
      },
    });
    const undisturbed = world();
    expect(plain(loser)).to.deep.equal(plain(await invoke(undisturbed, event)));
    expect(left(one)).to.deep.equal(left(undisturbed));
  });

  it("after it was closed does nothing, also on the day after", async () => {
    for (const later of [0, 86_400_000]) {
      const one = world();
      const key = closedKey(runId, one.now);
      one.bucket.put(key, "{}");
      one.now += later;
      const ports = one.startPorts();
      const result = await startRun(event, context(), ports);
      expect(result).to.deep.include({ verdict: "closed before", started: [], failed: [] });
      expect(result.message).to.contain(key);
      expect([...ports.calls.counts.keys()]).to.deep.equal(["read", "list"]);
      expect(one.bucket.keys()).to.deep.equal([key]);
    }
  });

  it("that is closed while another invocation looks around is not started by it", async () => {
    const one = world();
    const ports = one.startPorts();
    const result = await startRun(event, context(), {
      ...ports,
      calendarState: async (...asked) => {
        one.bucket.put(closedKey(runId, one.now), "{}");
        return ports.calendarState(...asked);
      },
    });
    expect(result.verdict).to.equal("closed before");
    expect(one.automations.size).to.equal(0);
  });

  it("while it is being closed starts nothing, and leaves the record to whoever closes it", async () => {
    const one = world();
    // Ended after the record was written; later the run was closed as one that nobody started.
    await failure(invoke(one, event, new Fuse(8)));
    one.bucket.put(closedKey(runId, one.now), "{}");
    const record = one.bucket.text(openKey(runId));
    expect(record).to.not.equal(undefined);
    expect((await invoke(one, event)).verdict).to.equal("closed before");
    expect(one.automations.size).to.equal(0);
    expect(one.bucket.text(openKey(runId))).to.equal(record);
  });

  it("does not start anything on a record that it cannot read", async () => {
    const one = world();
    one.bucket.put(openKey(runId), '{"version":3}');
    expect(await failure(invoke(one, event))).to.contain(
      "is no record of a run that this version can read: version",
    );
    expect(one.automations.size).to.equal(0);
  });
});

describe("the result", () => {
  it("has each Region and group in one of its lists, and each Region in one count", async () => {
    const answers = fc.array(fc.constantFrom("members", "none", "missing", "throttled"), {
      minLength: 4,
      maxLength: 4,
    });
    const faults = fc.subarray(["a", "b"]);
    await fc.assert(
      fc.asyncProperty(answers, faults, async (list, broken) => {
        const one = worldOf({});
        const pairs = [ohio, east].flatMap((region) => ["a", "b"].map((group) => ({ region, group })));
        for (const [index, { region, group }] of pairs.entries()) {
          const arns =
            list[index] === "members" ? [`arn:aws:ec2:${region}:123456789012:instance/${nodeId(index)}`] : [];
          if (list[index] === "missing") continue;
          one.region(region).groups.set(group, () => {
            if (list[index] === "throttled") throw named("ThrottlingException", "x");
            return { arns, nextToken: undefined, queryErrors: [] };
          });
        }
        for (const group of broken) one.startFaults.set(group, named("InternalServerError", "x"));
        const result = await invoke(one, payload(groups("a", "b")));
        const listed = [
          ...result.started.map(({ region, group }) => `${region} ${group}`),
          ...result.skipped.map(({ region, group }) => `${region} ${group}`),
          ...result.failed.map(({ region, group }) => `${region} ${group}`),
        ];
        expect(listed).to.have.members(pairs.map(({ region, group }) => `${region} ${group}`));
        expect(listed).to.have.lengthOf(4);
        const { failed, started, skipped } = regionCounts(result);
        expect(failed + started + skipped).to.equal(2);
        const isBroken =
          list.includes("throttled") ||
          broken.some(
            (group) =>
              one.startFaults.has(group) &&
              list.some((answer, index) => answer === "members" && pairs[index]?.group === group),
          );
        expect(result.verdict === "failed").to.equal(isBroken);
        expect(result.verdict === "hollow").to.equal(!isBroken && !list.includes("members"));
      }),
    );
  });
});
