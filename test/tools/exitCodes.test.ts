import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import type { FanoutPorts } from "#tools/fanout/ports.js";
import { node, region, World } from "../functions/exclusion-processor/core/support.js";
import { close, finish, startedWorld } from "../functions/regional-fanout/core/closingSupport.js";
import { east, nodeId, ohio, worldOf } from "../functions/regional-fanout/core/support.js";
import { lab } from "../lab/cliSupport.js";
import { MemoryWorld } from "../memory/regionalFanout/world.js";
import { memoryPorts, newId, Project, runFanout, surroundings } from "./fanoutSupport.js";
import {
  bucket,
  devRecord,
  Folder,
  manifestOf,
  portsOf,
  processOnce,
  type Ran,
  root,
  run,
  runOn,
} from "./support.js";

/** What the table of docs/exclusions.md says of each exit code: the words behind its colon. */
const documented = new Map(
  [
    ...readFileSync(join(root, "docs/exclusions.md"), "utf8").matchAll(/^\| (\d) \| .*?: (.*)\. \|$/gm),
  ].flatMap(([, code, words = ""]) =>
    words.split(", ").map((word): [string, number] => [word, Number(code)]),
  ),
);

/** A case: the words of the table that it is, and what a person types. */
type Case = readonly [word: string, what: string, ask: (...more: string[]) => Promise<Ran>];

const first = "i-00000001";
const openssl = { id: "openssl", patches: ["curl*"], nodes: [first] };
const unknownRun = "0b5f1c1e-8a7d-4c3b-9e2f-000000000000";

const folder = new Folder();
const project = new Project([east, ohio]);
const file = (name: string, content: string | Uint8Array) => folder.write(name, content);

function exclusionsCases(): Case[] {
  const good = file("good.json", manifestOf(openssl));
  const bad = file("bad.json", "{}");
  const wrongStack = file("Pulumi.wrong.yaml", "[1]");
  const world = (changes: Parameters<typeof devRecord>[0] = {}) =>
    new World([region([node(first), node("i-00000002")])], devRecord(changes));
  const uploaded = async (text: string, isLookedAt = true) => {
    const one = world();
    one.bucket.put("exclusions/a.json", text, one.now);
    if (isLookedAt) await processOnce(one);
    return one;
  };
  const many = manifestOf({ ...openssl, nodes: [first, "i-00000002"] });
  const held = world({ maxChangedNodes: 1 });
  held.bucket.put("exclusions/a.json", many, held.now);
  const heldAlready = async () => {
    await processOnce(held);
    return held;
  };
  const at = ["--bucket", bucket];
  const dev = ["--stack", "dev", ...at];
  const denied = portsOf(world());
  denied.store.denied.add("");
  const ask =
    (make: () => World | Promise<World>, ...args: readonly string[]) =>
    async (...more: string[]) =>
      runOn(await make(), [...args, ...more]);
  return [
    ["good", "check", (...more) => run(["check", good, ...more])],
    ["refused", "check", (...more) => run(["check", bad, ...more])],
    [
      "a file that cannot be read",
      "check",
      (...more) => run(["check", join(folder.path, "no.json"), ...more]),
    ],
    ["no such stack", "check", (...more) => run(["check", good, "--stack", "none", ...more])],
    [
      "a wrong stack file",
      "check",
      (...more) =>
        run(["check", good, "--stack", "wrong", ...more], { root: wrongStack.replace(/\/[^/]+$/, "") }),
    ],
    ["a plan that would be applied", "plan", ask(world, "plan", good, ...dev)],
    ["refused", "plan", ask(world, "plan", bad, ...dev)],
    ["held", "plan", ask(() => held, "plan", file("many.json", many), ...dev)],
    ["a file that cannot be read", "plan", ask(world, "plan", join(folder.path, "no.json"), ...dev)],
    ["no such bucket", "plan", (...more) => run(["plan", good, "--stack", "dev", ...more])],
    ["AWS refused", "plan", (...more) => run(["plan", good, ...dev, ...more], { ports: denied })],
    ["nothing to do", "status", ask(world, "status", ...at)],
    ["in force", "status", ask(() => uploaded(manifestOf(openssl)), "status", ...at)],
    ["refused", "status", ask(() => uploaded("{}"), "status", ...at)],
    ["held", "status", ask(heldAlready, "status", ...at)],
    ["waiting", "status", ask(() => uploaded(manifestOf(openssl), false), "status", ...at)],
    ["no such stack", "status", (...more) => run(["status", "--stack", "none", ...more])],
    ["no such bucket", "status", (...more) => run(["status", "--stack", "dev", ...more])],
    ["AWS refused", "status", (...more) => run(["status", ...at, ...more], { ports: denied })],
  ];
}

function fanoutCases(): Case[] {
  const central = (ports: FanoutPorts, ...args: readonly string[]) =>
    runFanout([...args, "--stack", "central"], surroundings(project.path, { portsOf: async () => ports }));
  const members = { [east]: { "group-a": [nodeId(1)] } };
  const closed = async (isPatched = true) => {
    const world = await startedWorld(members);
    if (isPatched) finish(world);
    else world.now += 86_400_000;
    await close(world);
    return world;
  };
  const ask =
    (make: () => MemoryWorld | Promise<MemoryWorld>, ...args: readonly string[]) =>
    async (...more: string[]) =>
      central(memoryPorts(await make()), ...args, ...more);
  const empty = () => new MemoryWorld();
  const refuse = async () => {
    throw Object.assign(new Error("no"), { name: "AccessDeniedException" });
  };
  const denied =
    (...args: readonly string[]) =>
    (...more: string[]) =>
      central({ ...memoryPorts(empty()), deployedFunction: refuse }, ...args, ...more);
  const nowhere =
    (...args: readonly string[]) =>
    (...more: string[]) =>
      runFanout([...args, "--stack", "none", ...more], surroundings(project.path));
  const stuck = async (...more: string[]) => {
    const ports = memoryPorts(await startedWorld(members));
    const region = (name: string) => ({ ...ports.region(name), commands: refuse });
    return central({ ...ports, region }, "stop", newId, ...more);
  };
  const open = () => startedWorld(members);
  return [
    ["a start that was only shown", "start", ask(() => worldOf(members), "start")],
    ["not patched", "start --yes", ask(empty, "start", "--yes")],
    ["no such stack", "start", nowhere("start")],
    ["AWS refused", "start", denied("start")],
    ["nothing to do", "status", ask(empty, "status")],
    ["patched", "status", ask(() => closed(), "status")],
    ["patched", "status RUN", ask(() => closed(), "status", newId)],
    ["not patched", "status", ask(() => closed(false), "status")],
    ["not patched", "status RUN", ask(() => closed(false), "status", newId)],
    ["still open", "status", ask(open, "status")],
    ["still open", "status RUN", ask(open, "status", newId)],
    ["no such run", "status RUN", ask(open, "status", unknownRun)],
    ["no such stack", "status", nowhere("status")],
    ["AWS refused", "status", denied("status")],
    ["nothing to do", "stop RUN", ask(() => closed(), "stop", newId)],
    ["not all stopped", "stop RUN", stuck],
    ["no such run", "stop RUN", ask(open, "stop", unknownRun)],
    ["no such stack", "stop RUN", nowhere("stop", newId)],
    ["AWS refused", "stop RUN", denied("stop", newId)],
  ];
}

/** What the lab does without being deployed; its runs are held to their codes where they are played. */
function labCases(): Case[] {
  const out = ["--out", folder.path];
  const at = Date.parse("2026-10-05T00:00:00Z");
  const answered = async (...more: string[]) => {
    const answer = JSON.stringify({ from: at, to: at + 1, happened: [{ at, what: "a window opens" }] });
    const server = createServer((_, response) => response.end(answer)).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const place = new Folder();
    place.write("endpoint.json", JSON.stringify({ endpoint: `http://127.0.0.1:${port}` }));
    try {
      return await lab(["advance", "1d", "--out", place.path, ...more]);
    } finally {
      server.close();
      place.remove();
    }
  };
  const start = ["start", "serve"].flatMap((name): Case[] => {
    const ask =
      (...args: readonly string[]) =>
      (...more: string[]) =>
        lab([...(name === "serve" ? [name] : []), ...out, ...args, ...more]);
    return [
      ["no such stack", name, ask("--stack", "none")],
      ["a file that cannot be read", name, ask("--fleet", join(folder.path, "no.yaml"))],
      ["a wrong command line", `${name} --from soon`, ask("--from", "soon")],
    ];
  });
  return [
    ...start,
    ["done", "advance", answered],
    ["no lab that answers", "advance", (...more) => lab(["advance", "1d", ...out, ...more])],
  ];
}

/** Every command, with its help and what nobody can type rightly. */
const commands: readonly (readonly [string, (...args: string[]) => Promise<Ran>])[] = [
  ...["check", "plan", "status"].map(
    (name) => [`exclusions ${name}`, (...args: string[]) => run([name, ...args])] as const,
  ),
  ...["start", "status", "stop"].map(
    (name) =>
      [
        `fanout ${name}`,
        (...args: string[]) => runFanout([name, ...args], surroundings(project.path)),
      ] as const,
  ),
  ["npm start", (...args) => lab(args)],
  ["lab:serve", (...args) => lab(["serve", ...args])],
  ["lab:advance", (...args) => lab(["advance", ...args])],
];

describe("the exit codes that docs/exclusions.md has for every command", () => {
  after(() => {
    folder.remove();
    project.remove();
  });
  const played = new Set<string>();
  const codeOf = (word: string) => {
    played.add(word);
    return documented.get(word);
  };

  for (const [name, ask] of commands) {
    it(`hold for ${name}: help, an option that there is not, a value that is none`, async () => {
      const help = await ask("--help");
      expect([help.code, help.err]).to.deep.equal([codeOf("help"), ""]);
      expect(help.out)
        .to.match(/\nExit code: 0 /)
        .and.to.match(/\n {2}--json /)
        .and.to.match(/\n {2}--help /);
      for (const args of [["--bogus"], ["--json=1"], ["--out"]]) {
        const { code, out, err } = await ask(...args);
        expect([code, out], args.join(" ")).to.deep.equal([codeOf("a wrong command line"), ""]);
        expect(err).to.contain(args[0]?.split("=")[0]);
      }
    });
  }

  for (const tool of [run, (args: readonly string[]) => runFanout(args, surroundings(project.path))]) {
    it(`hold for a tool's own help, and for no command of it (${tool === run ? "exclusions" : "fanout"})`, async () => {
      expect((await tool(["--help"])).code).to.equal(codeOf("help"));
      for (const args of [[], ["bogus"]])
        expect((await tool(args)).code).to.equal(codeOf("a wrong command line"));
    });
  }

  for (const [tool, cases] of [
    ["exclusions", exclusionsCases()],
    ["fanout", fanoutCases()],
    ["lab", labCases()],
  ] as const) {
    for (const [word, what, ask] of cases) {
      it(`hold for ${tool} ${what}: ${word}, in words and as one document of JSON`, async () => {
        const code = codeOf(word);
        const { code: got, out, err } = await ask();
        expect(got, `${out}${err}`).to.equal(code);
        expect(err === "", err).to.equal(code !== 2);
        const json = await ask("--json");
        expect(json.code, json.err).to.equal(code);
        if (code !== 2 || json.out !== "") expect(JSON.parse(json.out)).to.be.an("object");
      });
    }
  }

  it("are all played", () => {
    expect([...new Set(documented.values())]).to.deep.equal([0, 1, 2]);
    expect([...documented.keys()].filter((word) => !played.has(word))).to.deep.equal([]);
  });
});
