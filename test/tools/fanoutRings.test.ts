import { expect } from "chai";
import { decisionKey, type RingWord, ringWords } from "#shared/contract/ringNames.js";
import { parseRingEntryKey, readDecision, readRingEntry } from "#shared/contract/rings.js";
import type { FanoutPorts } from "#tools/fanout/ports.js";
import { east, nodeId, openRecord, worldOf } from "../functions/regional-fanout/core/support.js";
import { MemoryBucket } from "../memory/regionalFanout/runs.js";
import type { MemoryWorld } from "../memory/regionalFanout/world.js";
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
    const told = { EXCLUSION_FUNCTION_ARN: "arn:aws:lambda:us-east-1:123456789012:function:e" };
    const memory = memoryPorts(world, payload, groups, { ...told, EXCLUSION_BUCKET: "exclusions" });
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

  const by = ["--owner", "web-team", "--reason", "INC-4711: checkout is slow"];
  const end = ["--until", "2026-09-30T00:00Z"];
  const wordOf = (world: MemoryWorld, word: RingWord) => {
    const read = readDecision(world.processor?.bucket.text(decisionKey("early", word)) ?? "", word);
    return read.ok ? read.value : read.problems;
  };

  it("pauses a ring by an object that its gate reads, and resumes it", async () => {
    const { rings, start, world } = stage(early);
    const { code, out, err } = await rings("pause", "early", ...by);
    expect([code, err, out.split("\n")]).to.deep.equal([
      0,
      "",
      [
        "Ring early is paused until 2026-10-12 08:00 UTC: its window starts nothing.",
        "Written: approvals/rings/early/pause.json in bucket exclusions.",
        "",
      ],
    ]);
    expect((await rings("pause", "early", ...by, ...end)).out).to.contain(
      "\nThis replaces: paused by web-team until 2026-10-12 08:00 UTC: INC-4711: checkout is slow.\n",
    );
    expect(wordOf(world, "pause")).to.deep.include({ owner: "web-team", until: "2026-09-30T00:00:00.000Z" });
    expect((await rings("promote", "early", ...by, ...end)).out).to.match(
      /\nIt does not start even so, since a pause is stronger: .* End it: npm run fanout -- rings resume early --stack central\n/,
    );
    const why = "paused by web-team until 2026-09-30T00:00:00.000Z: INC-4711: checkout is slow";
    expect((await start("--ring", "early", "--yes")).out).to.contain(why);
    const resumed = await rings("resume", "early", "--owner", "ann", "--reason", "mended", "--json");
    expect(JSON.parse(resumed.out)).to.deep.include({ word: "resume", owner: "ann", bucket: "exclusions" });
    for (const word of ringWords) {
      const told = { owner: "ann", until: "2026-09-06T08:00:00.000Z" };
      expect(wordOf(world, word)).to.deep.include(told);
    }
    expect((await rings("resume", "early", ...by)).out).to.equal(
      "Ring early is neither paused nor promoted: nothing was written.\n",
    );
  });

  it("goes by a time that is the same in every zone, or takes it for none", () => {
    const zone = process.env.TZ;
    process.env.TZ = "America/New_York";
    try {
      const read = (until: string) => {
        const text = JSON.stringify({ version: 1, say: "pause", owner: "o", reason: "r", until });
        const found = readDecision(text, "pause");
        return found.ok ? new Date(found.value.until).toISOString() : found.problems;
      };
      for (const until of ["2026-10-20T00:00Z", "2026-10-20", "2026-10-20T02:00+02:00"])
        expect(read(until), until).to.equal("2026-10-20T00:00:00.000Z");
      for (const until of ["2026-10-20T00:00", "2026-10-20 00:00", "10/20/2026", "2026-09-31T00:00Z", "soon"])
        expect(read(until), until).to.deep.equal(["until: is no time in UTC such as 2026-10-11T13:00Z"]);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it("promotes a ring, which then starts whatever became of the one before", async () => {
    const { rings, start, world } = stage(early);
    await rings("promote", "early", ...by, ...end);
    await start("--ring", "early", "--yes", "--json");
    expect(openRecord(world, newId).ring).to.deep.include({ verdict: "promoted", by: "web-team" });
  });

  it("writes over a pause that nobody can read, which holds its ring", async () => {
    const { rings, world } = stage(early);
    world.processor?.bucket.put(decisionKey("early", "pause"), "paused");
    expect((await rings("resume", "early", ...by)).out).to.contain(
      "\nIt was approvals/rings/early/pause.json, which nobody can read.\n",
    );
    expect(wordOf(world, "pause")).to.deep.include({ owner: "web-team" });
  });

  it("says nothing of a ring by a command line that lacks something, and tells all of it", async () => {
    const { rings, world } = stage(early);
    const refused: readonly (readonly [args: readonly string[], problems: readonly string[]])[] = [
      [
        ["pause", "canry", ...by],
        ['RING: got "canry"; allowed is one of the deployed stack\'s: canary, early.'],
      ],
      [
        ["promote"],
        [
          "RING: name the ring to promote.",
          "--owner: name who answers for it.",
          "--reason: say why; the record of the run tells it.",
          "--until: say until when: the ring starts in every cycle until then.",
        ],
      ],
      [
        ["pause", "early", "late", "--owner", "o".repeat(201), "--reason", "r"],
        ["RING: name one ring; got 1 more.", "--owner: is too long."],
      ],
      [
        // By the account's time, which only AWS tells.
        ["pause", "early", ...by, "--until", "2026-09-06T08:00Z"],
        ["--until: got 2026-09-06T08:00:00.000Z, which is over; allowed is a time to come."],
      ],
      [
        ["pause", "early", ...by, "--until", "2026-09-31T00:00Z"],
        ['--until: got "2026-09-31T00:00Z"; allowed is a time in UTC such as 2026-10-11T13:00Z.'],
      ],
      [
        ["resume", "early", ...by, ...end],
        ["--until: goes with pause and promote; resume ends both at once."],
      ],
      [["paus", "early"], ['rings: got "paus"; allowed is pause, promote, resume or nothing.']],
      [["--owner", "ann"], ["--owner: goes with pause, promote or resume."]],
    ];
    for (const [args, problems] of refused) {
      const { code, out, err } = await rings(...args);
      const lines = err.split("\n").filter((line) => line !== "" && !line.endsWith("how it is used."));
      expect([code, out, lines]).to.deep.equal([2, "", problems]);
    }
    for (const word of ringWords)
      expect(world.processor?.bucket.text(decisionKey("early", word))).to.equal(undefined);
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
