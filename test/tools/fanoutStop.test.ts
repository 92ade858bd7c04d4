import { expect } from "chai";
import type { FanoutPorts } from "#tools/fanout/ports.js";
import { startedWorld } from "../functions/regional-fanout/core/closingSupport.js";
import { east, nodeId, ohio } from "../functions/regional-fanout/core/support.js";
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
});
