import { expect } from "chai";
import { openKey } from "#shared/contract/runKeys.js";
import { recordText } from "#shared/contract/runRecord.js";
import type { FanoutPorts } from "#tools/fanout/ports.js";
import { startedWorld } from "../functions/regional-fanout/core/closingSupport.js";
import { east, nodeId, ohio, openRecord } from "../functions/regional-fanout/core/support.js";
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
});
