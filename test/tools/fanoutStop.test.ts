import { expect } from "chai";
import { startRun } from "#functions/regional-fanout/core/start.js";
import { memoryKey, memoryText } from "#shared/contract/regionMemory.js";
import { openKey } from "#shared/contract/runKeys.js";
import { recordText } from "#shared/contract/runRecord.js";
import { MemoryBucket } from "#test/memory/regionalFanout/runs.js";
import { named, pagesOf } from "#test/memory/regionalFanout/world.js";
import { putSealed } from "#test/memory/sealed.js";
import type { FanoutPorts } from "#tools/fanout/ports.js";
import { startedWorld } from "../functions/regional-fanout/core/closingSupport.js";
import {
  arnOf,
  context,
  east,
  groups,
  invoke,
  nodeId,
  ohio,
  openRecord,
  payload,
  worldOf,
} from "../functions/regional-fanout/core/support.js";
import { memoryPorts, newId, Project, runFanout, surroundings } from "./fanoutSupport.js";

const group = "group-a";
const [one, two, three] = [nodeId(1), nodeId(2), nodeId(3)];

describe("npm run fanout -- stop", () => {
  const project = new Project([east, ohio]);
  after(() => project.remove());

  it("lets a run begin nothing more, and leaves alone who is at it", async () => {
    const world = await startedWorld({ [east]: { [group]: [one, two] }, [ohio]: { [group]: [three] } });
    world.region(east).commands = [
      { id: "command-1", snapshotId: newId, status: "InProgress", groups: [group] },
    ];
    world.region(east).invocations = [
      { commandId: "command-1", nodeId: one, status: "InProgress", requestedAt: 1 },
    ];
    const cancelled: (readonly string[])[] = [];
    const ports = memoryPorts(world);
    const careful: FanoutPorts = {
      ...ports,
      region: (name) => ({
        ...ports.region(name),
        cancelOn: async (_, nodes) => void cancelled.push(nodes),
        cancelCommand: () => Promise.reject(new Error("nobody is to be killed")),
        stopAutomation: () => Promise.reject(new Error("nobody is to be killed")),
      }),
    };
    const { code, out } = await runFanout(
      ["stop", newId, "--stack", "central"],
      surroundings(project.path, { portsOf: async () => careful }),
    );
    expect([code, cancelled]).to.deep.equal([0, [[two]]]);
    expect(out).to.match(/us-east-1 +1 +1\n/);
    expect(out).to.contain(`us-east-1: at work: ${one}.\n`);
  });

  it("lets a Region that waits for exclusions not be started any more", async () => {
    const world = await startedWorld({ [east]: { [group]: [one] } });
    const record = openRecord(world, newId);
    const waiting = { ...record, unvouched: [{ region: ohio, why: `${two}: it is held` }] };
    world.bucket.put(openKey(newId), recordText(waiting));
    const args = ["stop", newId, "--stack", "central"];
    const ports = memoryPorts(world);
    const deaf: FanoutPorts = { ...ports, invoke: async () => ({ ok: "throttled" }) };
    const failed = await runFanout(args, surroundings(project.path, { portsOf: async () => deaf }));
    expect([failed.code, failed.out]).to.satisfy(
      ([code, out]: [number, string]) => code === 1 && out.includes("us-east-2 may be started still"),
    );
    const { code } = await runFanout(args, surroundings(project.path, { portsOf: async () => ports }));
    expect([code, openRecord(world, newId).startUntil]).to.deep.equal([0, new Date(world.now).toISOString()]);
  });

  it("lets the function that ends runs do so in other accounts, and says what may go on there", async () => {
    const accounts = payload({ Accounts: ["210987654321"] });
    const world = await startedWorld({ [east]: { [group]: [one] } }, { ...accounts, TaskExecutionId: newId });
    const asked: string[] = [];
    const stopOf = async (invoked: Awaited<ReturnType<FanoutPorts["invoke"]>>, ...more: string[]) => {
      const ports: FanoutPorts = {
        ...memoryPorts(world),
        invoke: async (name, event) => {
          asked.push(`${name} ${event}`);
          return invoked;
        },
      };
      const args = ["stop", newId, "--stack", "central", ...more];
      return runFanout(args, surroundings(project.path, { portsOf: async () => ports }));
    };
    expect((await stopOf({ ok: true })).code).to.equal(0);
    expect(asked).to.deep.equal([
      `arn:aws:lambda:us-east-1:123456789012:function:stopping {"runId":"${newId}","at":"stop"}`,
    ]);
    const failed = await stopOf({ ok: false, error: "no" });
    expect(failed.code).to.equal(1);
    expect(failed.out).to.contain("In 210987654321 the run may begin on further nodes, since ");
    expect((await stopOf({ ok: true }, "--kill")).out).to.contain(
      "What is at work in 210987654321 is ended by whoever is signed in there.",
    );
  });

  const stopWith = (ports: FanoutPorts) =>
    runFanout(
      ["stop", newId, "--stack", "central"],
      surroundings(project.path, { portsOf: async () => ports }),
    );

  it("lets a Region not be started that is looked at for the first time while it stops", async () => {
    const [moved, event] = ["web.x-0123456789", payload(groups("own", "moved"))];
    const world = worldOf({ [ohio]: { own: [one], moved: [] }, [east]: { own: [two], moved: [] } });
    const region = world.region(ohio);
    const bucket = new MemoryBucket();
    const things = { baselines: [], registrations: [] };
    const promised = { written: {}, promised: { [moved]: [one] }, made: things, gone: things, unused: {} };
    putSealed(bucket, memoryKey(ohio), memoryText({ version: 1, ...promised }));
    world.processor = { bucket, asked: () => undefined };
    const start = world.startPorts();
    const codes: number[] = [];
    const pause = async (time: number) => {
      if (codes.length === 0) {
        codes.push((await stopWith(memoryPorts(world))).code);
        // The processor puts it right a moment later.
        region.groups.set("own", pagesOf([]));
        region.groups.set("moved", pagesOf([arnOf(one, ohio)]));
        region.ownTags.set(one, { groups: [moved], mark: "web" });
      }
      world.now += time;
    };
    await startRun(event, context({}, world.now + 480_000), { ...start, pause });
    expect(codes).to.deep.equal([0]);
    expect([...world.automations.values()].map((started) => started.region)).to.deep.equal([east]);
  });

  it("lets a Region not be started any more that could not be", async () => {
    const world = worldOf({ [ohio]: { [group]: [one] }, [east]: { [group]: [two] } });
    world.startFaults.set(`${ohio} ${group}`, named("ThrottlingException", "Rate exceeded"));
    await invoke(world);
    const deaf = await stopWith({ ...memoryPorts(world), invoke: async () => ({ ok: "throttled" }) });
    expect([deaf.code, deaf.out]).to.satisfy(
      ([code, out]: [number, string]) => code === 1 && out.includes("us-east-2 may be started still"),
    );
    expect((await stopWith(memoryPorts(world))).code).to.equal(0);
    world.startFaults.clear();
    world.now += 60_000;
    await invoke(world);
    expect([...world.automations.values()].map((started) => started.region)).to.deep.equal([east]);
  });

  it("ends what the function has started until it was told", async () => {
    const world = worldOf({ [ohio]: { [group]: [one] }, [east]: { [group]: [two] } });
    world.startFaults.set(`${ohio} ${group}`, named("ThrottlingException", "Rate exceeded"));
    await invoke(world);
    const ports = memoryPorts(world);
    const late: FanoutPorts = {
      ...ports,
      invoke: async (...call) => {
        world.startFaults.clear();
        await invoke(world);
        return ports.invoke(...call);
      },
    };
    const args = ["stop", newId, "--stack", "central", "--kill", "--json"];
    const stopped: string[] = [];
    const killing: FanoutPorts = {
      ...late,
      region: (name) => ({
        ...ports.region(name),
        stopAutomation: async (id) => {
          stopped.push(id);
          const execution = world.executions.get(id);
          if (execution !== undefined) world.executions.set(id, { ...execution, status: "Cancelled" });
          return true;
        },
      }),
    };
    await runFanout(args, surroundings(project.path, { portsOf: async () => killing }));
    expect(stopped).to.have.lengthOf(2);
  });
});
