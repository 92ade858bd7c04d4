import { expect } from "chai";
import { openKey } from "#shared/contract/runKeys.js";
import type { FanoutPorts, Surroundings } from "#tools/fanout/ports.js";
import {
  close,
  finish,
  invocationOf,
  startedWorld,
} from "../functions/regional-fanout/core/closingSupport.js";
import {
  east,
  nodeId,
  ohio,
  openRecord,
  payload,
  state,
  worldOf,
} from "../functions/regional-fanout/core/support.js";
import { MemoryWorld } from "../memory/regionalFanout/world.js";
import { deployedPayload, memoryPorts, newId, Project, runFanout, surroundings } from "./fanoutSupport.js";

const group = "group-a";
const [one, two, three] = [nodeId(1), nodeId(2), nodeId(3)];
const look = `npm run fanout -- status ${newId} --stack central`;

describe("npm run fanout on a world in memory", () => {
  const project = new Project([east, ohio]);
  after(() => project.remove());

  const ask = (
    ports: FanoutPorts,
    args: readonly string[],
    {
      changes = {},
      ...terminal
    }: { changes?: Partial<Surroundings>; isTTY?: boolean; columns?: number } = {},
  ) => {
    const given = surroundings(project.path, { portsOf: async () => ports, ...changes });
    return runFanout([...args, "--stack", "central"], given, terminal);
  };
  const members = () => worldOf({ [east]: { [group]: [one, two] }, [ohio]: { [group]: [three] } });

  it("tells of a Region that failed beside those that were started, and follows these", async () => {
    const world = members();
    world.region(ohio).groups.set(group, () => {
      throw Object.assign(new Error("no"), { name: "AccessDeniedException" });
    });
    const ended = async () => {
      finish(world);
      await close(world);
    };
    const { code, out } = await ask(memoryPorts(world), ["start", "--yes"], { changes: { pause: ended } });
    expect(code).to.equal(1);
    expect(out).to.contain("us-east-2  group-a  unknown: AccessDeniedException: no\n");
    expect(out).to.contain("started  group-a in us-east-1: automation ");
    expect(out).to.contain("failed   group-a in us-east-2: AccessDeniedException: no\n");
    expect(out).to.contain("2 of 2 nodes were patched; 0 failed, 0 not covered.\n");
  });

  it("ends a run by hand when --until says, with the window's cutoff before it", async () => {
    const world = members();
    await ask(memoryPorts(world), ["start", "--yes", "--json", "--until", "2026-09-06T11:30Z"]);
    const [stopAt, endAt] = ["2026-09-06T10:30:00.000Z", "2026-09-06T11:30:00.000Z"];
    expect(openRecord(world, newId).ends).to.deep.equal({ stopAt, endAt });
  });

  it("does not wait for a run that started nothing", async () => {
    const hollow = await ask(memoryPorts(new MemoryWorld()), ["start", "--yes"]);
    expect(hollow.code).to.equal(1);
    expect(hollow.out).to.contain(
      "no Region of us-east-2, us-east-1 has a node in group-a; nothing was started.",
    );
    const frozen = members();
    frozen.calendar = { state: "CLOSED", nextTransition: "2026-09-08T00:00:00Z" };
    const calendars = memoryPorts(frozen, deployedPayload({ Calendars: ["freeze"] }));
    const closed = await ask(calendars, ["start", "--yes"]);
    expect(closed.code).to.equal(1);
    expect(closed.out).to.contain("Only while all of these calendars are open: freeze.\n");
    expect(closed.out).to.contain("freeze is CLOSED until 2026-09-08T00:00:00Z; nothing was started.");
    const json = await ask(memoryPorts(new MemoryWorld()), ["start", "--yes", "--json"]);
    expect([json.code, JSON.parse(json.out).result.verdict]).to.deep.equal([1, "hollow"]);
  });

  const unknown = `Look in a quarter of an hour, and at once: ${look}\n`;
  const outcomes: readonly (readonly [string, FanoutPorts["invoke"], string])[] = [
    [
      "a function that failed before it wrote a record",
      async () => ({ ok: false, error: "the state of freeze is not known" }),
      `SSM-patchplane-dev-fanout has started nothing, or its run is over already: the state of freeze is not known\nLook: ${look}\n`,
    ],
    [
      "a connection that broke",
      async () => {
        throw Object.assign(new Error("socket hang up"), { name: "TimeoutError" });
      },
      `Nobody knows whether SSM-patchplane-dev-fanout has started anything: TimeoutError: socket hang up.\n${unknown}`,
    ],
  ];
  for (const [what, invoke, message] of outcomes) {
    it(`says what is known after ${what}`, async () => {
      const { code, err } = await ask({ ...memoryPorts(members()), invoke }, ["start", "--yes"]);
      expect([code, err]).to.deep.equal([2, message]);
    });
  }

  it("does not install where the groups and roles are made for scanning", async () => {
    const document = payload().Document as { Parameters: object };
    const scanning = { ...document, Parameters: { ...document.Parameters, Operation: ["Scan"] } };
    const ports = memoryPorts(members(), deployedPayload({ Document: scanning }));
    const { code, out, err } = await ask(ports, ["start", "--operation", "Install", "--yes"]);
    expect([code, out]).to.deep.equal([2, ""]);
    expect(err).to.match(
      /^--operation: got Install; allowed is Scan, since the deployed window scans, and its groups /,
    );
    const scan = await ask(ports, ["start"]);
    expect(scan.out).to.contain("Scan (nothing is installed) on 3 nodes, as run ");
  });

  for (const [what, text, message] of [
    ["no JSON", "{", 'The payload of window patchplane-dev-fanout is no JSON object: got "{".\n'],
    ["no payload of the function", "{}", "Window patchplane-dev-fanout: The payload has "],
  ] as const) {
    it(`refuses a deployed payload that is ${what}`, async () => {
      const { code, err } = await ask(memoryPorts(members(), text), ["start", "--yes"]);
      expect(code).to.equal(2);
      expect(err.startsWith(message), err).to.equal(true);
    });
  }

  it("says so when the window is gone", async () => {
    const ports = { ...memoryPorts(members()), windowTask: async () => undefined };
    const { code, err } = await ask(ports, ["start", "--yes"]);
    expect(code).to.equal(2);
    expect(err).to.match(
      /^There is no window patchplane-dev-fanout in us-east-1 that calls SSM-patchplane-dev-fanout: .* Mend it: pulumi up --stack central\n$/,
    );
  });

  it("tells by name what was not covered, and what a closed run could not start", async () => {
    const world = await startedWorld({ [east]: { [group]: [one, two] }, [ohio]: { [group]: [three] } });
    finish(world);
    world.region(east).invocations = world
      .region(east)
      .invocations.map((each) => (each.nodeId === two ? { ...each, status: "ExecutionTimedOut" } : each));
    world.region(east).states.delete(two);
    world.region(ohio).pings.clear();
    world.region(ohio).states.clear();
    world.region(ohio).invocations = [];
    await close(world);
    const { code, out } = await ask(memoryPorts(world), ["status", newId]);
    expect(code).to.equal(1);
    const told = out.split("\n");
    expect(told).to.include(
      "Started is not patched: 2 automations were to be started, 1 of 3 nodes was patched; 1 failed, 1 not covered.",
    );
    expect(told).to.include(`us-east-1: timed out: ${two}: its command is ExecutionTimedOut`);
    expect(told).to.include(`us-east-2: no agent: ${three}: SSM has never had a report of it`);
    expect(
      told.filter((line) => /^us-east-\d +\d/.test(line)).map((line) => line.split(/ {2,}/)),
    ).to.deep.equal([
      ["us-east-2", "1", "0", "0", "1", "0", "unknown -> unknown"],
      ["us-east-1", "2", "1", "1", "0", "0", "unknown -> 0"],
    ]);
  });

  for (const [what, code, status, found] of [
    ["0 when every node was patched", 0, "Success", state(three)],
    ["1 when a node failed", 1, "Failed", state(three, { failed: 1 })],
    ["1 when no node failed and one was not covered", 1, undefined, undefined],
  ] as const) {
    it(`ends with ${what}, followed, looked at or listed`, async () => {
      const world = await startedWorld({ [east]: { [group]: [one, two] }, [ohio]: { [group]: [three] } });
      finish(world);
      invocationOf(world, ohio, three, status);
      if (found === undefined) world.region(ohio).states.clear();
      else world.region(ohio).states.set(three, found);
      const changes = { pause: async () => void (await close(world)) };
      const codes: number[] = [];
      for (const args of [[newId, "--follow"], [newId], []])
        codes.push((await ask(memoryPorts(world), ["status", ...args], { changes })).code);
      expect(codes).to.deep.equal([code, code, code]);
    });
  }

  it("says which Region it cannot read, and goes on with the others", async () => {
    const world = await startedWorld({ [east]: { [group]: [one] }, [ohio]: { [group]: [three] } });
    world.region(ohio).fault = new Error("us-east-2 does not answer");
    const { code, out } = await ask(memoryPorts(world), ["status", newId]);
    expect(code).to.equal(1);
    expect(out).to.match(/\nus-east-2 +1 InProgress +\? +\? +\? +\?\nus-east-1 +1 InProgress +1 +0 +0 +1\n/);
    expect(out).to.contain("\nus-east-2: cannot be read (Error: us-east-2 does not answer).\n");
  });

  it("ends what it can, and says what it could not end", async () => {
    const world = await startedWorld({ [east]: { [group]: [one] }, [ohio]: { [group]: [three] } });
    world.region(ohio).commands = [
      { id: "command-1", snapshotId: newId, status: "InProgress", groups: [group] },
    ];
    const stopped: string[] = [];
    const ports = memoryPorts(world);
    const stubborn: FanoutPorts = {
      ...ports,
      region: (name) => ({
        ...ports.region(name),
        stopAutomation: async (id) => {
          stopped.push(`${name} ${id.length}`);
          return true;
        },
        cancelCommand: async () => {
          throw Object.assign(new Error("no"), { name: "AccessDeniedException" });
        },
      }),
    };
    const { code, out } = await ask(stubborn, ["stop", newId, "--kill"]);
    expect(code).to.equal(1);
    expect(stopped.sort()).to.deep.equal(["us-east-1 36", "us-east-2 36"]);
    expect(out).to.contain("us-east-2: still going on: command-1.\n");
    expect(out).to.contain("us-east-2: command command-1 cannot be cancelled: AccessDeniedException: no.\n");
    const { regions } = JSON.parse((await ask(stubborn, ["stop", newId, "--kill", "--json"])).out);
    expect(
      regions.map(({ region, left }: { region: string; left: string[] }) => [region, left]),
    ).to.deep.equal([
      ["us-east-2", ["command-1"]],
      ["us-east-1", []],
    ]);
  });

  it("says that a start may be under way", async () => {
    const world = await startedWorld({ [east]: { [group]: [one] } });
    const key = openKey(newId);
    const record = JSON.parse(world.bucket.text(key) ?? "");
    delete record.starts[0].executionId;
    world.bucket.put(key, JSON.stringify(record));
    const { code, out } = await ask(memoryPorts(world), ["stop", newId]);
    expect(code).to.equal(1);
    expect(out).to.contain(
      "The function has not said what it started for group-a in us-east-1, and may be at it: ",
    );
  });

  it("shows each look in the place of the one before on a terminal", async () => {
    const world = await startedWorld({ [east]: { [group]: [one] } });
    const looks = { count: 0 };
    const patience = new AbortController();
    const pause = async () => {
      looks.count++;
      if (looks.count === 2) patience.abort();
    };
    const changes = { pause, interrupted: patience.signal };
    const args = ["status", newId, "--follow"];
    const { code, out } = await ask(memoryPorts(world), args, { changes, isTTY: true, columns: 20 });
    expect(code).to.equal(1);
    // In twenty columns a head takes four lines, a row and the last line three each.
    const shown = out.split("\u001b[10A\u001b[0J");
    expect(shown).to.have.lengthOf(2);
    expect(shown[1]).to.contain("08:00:00 UTC; Ctrl-C leaves the run alone.");
  });

  it("refuses records that it cannot read", async () => {
    const world = new MemoryWorld();
    world.bucket.put(openKey(newId), "{");
    const torn = await ask(memoryPorts(world), ["status"]);
    expect(torn).to.deep.include({ code: 2, out: "" });
    expect(torn.err).to.contain("is no record of a run that this version can read: is not JSON");
    const closed = new MemoryWorld();
    closed.bucket.put(`runs/closed/2026/09/06/${newId}.json`, '{"version":2}');
    const newer = await ask(memoryPorts(closed), ["status", newId]);
    expect(newer.code).to.equal(2);
    expect(newer.err).to.contain("is no record of a run that this version can read");
  });
});
