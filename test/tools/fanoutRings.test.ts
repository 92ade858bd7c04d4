import { expect } from "chai";
import { parseRingEntryKey, readRingEntry } from "#shared/contract/rings.js";
import type { FanoutPorts } from "#tools/fanout/ports.js";
import { east, nodeId, openRecord, worldOf } from "../functions/regional-fanout/core/support.js";
import { MemoryBucket } from "../memory/regionalFanout/runs.js";
import { deployedPayload, memoryPorts, newId, Project, runFanout, surroundings } from "./fanoutSupport.js";

const ownGroups = ["canary", "early"]
  .flatMap((ring) => [`patchplane-dev-${ring}-base`, `patchplane-dev-${ring}-excluded`])
  .join(",");
const WindowExecutionId = "{{WINDOW_EXECUTION_ID}}";
const canary = { Name: "canary", WindowExecutionId, Alarms: [] };
const After = { Name: "canary", SoakHours: 72, WithinHours: 102, MinSuccess: 90 };
const early = { Name: "early", WindowExecutionId, After, Alarms: [] };

describe("npm run fanout with a stack that has rings", () => {
  const project = new Project([east]);
  after(() => project.remove());

  function stage(Ring: object | undefined, groups = ownGroups) {
    const world = worldOf({ [east]: { "group-a": [nodeId(1)] } });
    world.processor = { bucket: new MemoryBucket(), asked: () => undefined };
    const payload = deployedPayload({ Regions: [east], ...(Ring === undefined ? {} : { Ring }) });
    const asked: string[] = [];
    const memory = memoryPorts(world, payload, groups);
    const ports: FanoutPorts = {
      ...memory,
      windowTask: (name, functionName) => {
        asked.push(name);
        return memory.windowTask(name, functionName);
      },
    };
    const start = (...args: string[]) => {
      const given = surroundings(project.path, { portsOf: async () => ports });
      return runFanout(["start", ...args, "--stack", "central"], given);
    };
    const rings = (...args: string[]) => {
      const given = surroundings(project.path, { portsOf: async () => ports });
      return runFanout(["rings", ...args, "--stack", "central"], given);
    };
    return { world, asked, start, rings };
  }

  it("asks for the ring, and starts nothing without", async () => {
    const { start, asked } = stage(canary);
    for (const [args, got] of [
      [[], "lacks the ring to start"],
      [["--ring", "canry"], 'got "canry"'],
    ] as const) {
      const { code, err } = await start(...args, "--yes");
      expect([code, err]).to.deep.equal([
        2,
        `--ring: ${got}; allowed is one of the deployed stack's: canary, early. Each has a window, and a gate that is asked.\n`,
      ]);
    }
    expect(asked).to.deep.equal([]);
  });

  it("has no ring where there is one central window", async () => {
    const { code, err } = await stage(undefined, "patchplane-dev-base,patchplane-dev-excluded").start(
      "--ring",
      "canary",
    );
    expect([code, err]).to.deep.equal([
      2,
      '--ring: got "canary"; the deployed stack has no rings but one central window. Leave it out.\n',
    ]);
  });

  it("does not start what a window hands over for another ring", async () => {
    for (const other of [early, undefined]) {
      const { code, err } = await stage(other).start("--ring", "canary", "--yes");
      expect(code).to.equal(2);
      expect(err).to.match(/^Window patchplane-dev-fanout-canary hands over .*, and not canary: /);
    }
  });

  it("starts the ring's window by hand, which stands for no cycle", async () => {
    const { start, asked, world } = stage(canary);
    const { out } = await start("--ring", "canary");
    expect(out).to.contain(
      "Ring canary: its gate is asked as in its window. It starts only where nobody has paused it and none of its alarms is in ALARM; else nothing is started, and the record says why.\n",
    );
    await start("--ring", "canary", "--yes", "--json");
    expect(asked).to.deep.equal(["patchplane-dev-fanout-canary", "patchplane-dev-fanout-canary"]);
    expect(openRecord(world, newId).ring?.verdict).to.equal("first");
    const entries = [...world.bucket.keys()].filter((key) => parseRingEntryKey(key) !== undefined);
    expect(entries.map((key) => readRingEntry(key, world.bucket.text(key) ?? "").byWindow)).to.deep.equal([
      false,
    ]);
  });

  it("tells rings by cycles, and why one was held", async () => {
    const { start, rings, world } = stage(early);
    expect(await rings()).to.deep.include({ code: 0, out: "No ring has had a run yet.\n" });
    await start("--ring", "early", "--yes");
    const before = [...world.bucket.keys()].map((key) => world.bucket.text(key));
    const { code, out } = await rings();
    expect(code).to.equal(1);
    const cells = out.split("\n").map((line) => line.trim().split(/ {2,}/));
    const time = cells[1]?.[0];
    expect(cells.slice(0, 4)).to.deep.equal([
      ["Cycle", "Ring", "Run", "By", "Gate", "State", "Nodes", "Patched", "Failed"],
      [time, "early", newId, "hand", "held", "open", "-", "-", "-"],
      [""],
      [`early in ${time} held: no window of canary has begun a run within 102 hours`],
    ]);
    const { runs } = JSON.parse((await rings("--json")).out);
    expect(runs).to.have.lengthOf(1);
    expect(runs[0]).to.deep.include({ ring: "early", byWindow: false, verdict: "held", end: "open" });
    expect([...world.bucket.keys()].map((key) => world.bucket.text(key))).to.deep.equal(before);
  });

  it("tells no rings of a stack that has none", async () => {
    const { code, err } = await stage(undefined, "patchplane-dev-base,patchplane-dev-excluded").rings();
    expect([code, err]).to.deep.equal([
      2,
      "Stack central has no rings as it is deployed, but one central window.\n",
    ]);
  });

  it("is held at the gate like the window, and says so", async () => {
    const { start, world } = stage(early);
    const { code, out } = await start("--ring", "early", "--yes");
    expect(code).to.equal(1);
    expect(out).to.contain("no window of canary has begun a run within 102 hours");
    expect(openRecord(world, newId).starts).to.deep.equal([]);
  });
});
