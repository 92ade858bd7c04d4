import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Project, runFanout, surroundings } from "./fanoutSupport.js";
import { root } from "./support.js";

const lines = (text: string) => text.trimEnd().split("\n");
const run = "0b5f1c1e-8a7d-4c3b-9e2f-112233445566";

describe("npm run fanout", () => {
  const project = new Project(["us-east-1", "us-west-2"]);
  after(() => project.remove());
  const ask = (...args: readonly string[]) => runFanout(args, surroundings(project.path));

  it("is a script of the package", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(scripts.fanout).to.equal("node --import tsx/esm tools/fanout.ts");
  });

  it("says what there is to ask for", async () => {
    const { code, out, err } = await ask("--help");
    expect([code, err]).to.deep.equal([0, ""]);
    for (const name of ["start --stack", "status --stack", "status RUN", "stop RUN"])
      expect(out).to.contain(name);
    expect((await ask("help")).out).to.equal(out);
    expect(await ask()).to.deep.equal({
      code: 2,
      out: "",
      err: "Nothing is asked for; allowed is start, status or stop.\nnpm run fanout -- --help tells more.\n",
    });
    expect((await ask("sotp\u001b[2J")).err).to.contain('Got "sotp\\u001b[2J"; allowed is');
  });

  for (const [name, options] of [
    [
      "start",
      [
        "--stack",
        "--operation",
        "--regions",
        "--group",
        "--reboot-option",
        "--until",
        "--yes",
        "--json",
        "--help",
      ],
    ],
    ["status", ["--stack", "--follow", "--json", "--help"]],
    ["stop", ["--stack", "--kill", "--json", "--help"]],
  ] as const) {
    it(`tells every option of ${name}, also beside mistakes`, async () => {
      const { code, out, err } = await ask(name, "--what", "--help");
      expect([code, err]).to.deep.equal([0, ""]);
      for (const option of options) expect(out).to.match(new RegExp(`\\n  ${option} `));
      expect(out).to.contain("Exit code: 0 ");
      const { err: other } = await ask(name, "--what");
      expect(lines(other)[0]).to.equal(`--what: is no option of ${name}; there are ${options.join(", ")}.`);
    });
  }

  const table: readonly (readonly [readonly string[], ...string[]])[] = [
    [["start"], "--stack: name the stack whose central window it is."],
    [
      ["start", "more", "--stack", "central", "--yes=1", "--operation", "Patch", "--regions", "us-east-1,,x"],
      '--yes: takes no value; got "1".',
      "start takes options alone; got 1 more.",
      '--operation: got "Patch"; allowed is Scan or Install.',
      '--regions: got "us-east-1,,x"; allowed are names with a comma between them.',
    ],
    [
      ["start", "--stack", "central", "--reboot-option", "never", "--group"],
      "--group: lacks its value.",
      '--reboot-option: got "never"; allowed is RebootIfNeeded or NoReboot.',
    ],
    [["stop", "--stack", "central"], "RUN: name the run to stop, as status lists them."],
    [
      ["stop", "latest", run, "--yes"],
      "--yes: is no option of stop; there are --stack, --kill, --json, --help.",
      "RUN: name one run; got 1 more.",
      'RUN: got "latest"; allowed is the id of a run, a UUID as status lists them.',
      "--stack: name the stack whose central window it is.",
    ],
    [
      ["status", "--follow", "--json", "--stack", "central"],
      "--follow: name the RUN to follow.",
      "--follow: cannot go with --json; ask again instead.",
    ],
  ];
  for (const [args, ...problems] of table) {
    it(`names every problem of ${args.join(" ")}`, async () => {
      const { code, out, err } = await ask(...args);
      expect([code, out]).to.deep.equal([2, ""]);
      const hint = `npm run fanout -- ${args[0]} --help tells how it is used.`;
      expect(lines(err)).to.deep.equal([...problems, hint]);
    });
  }

  it("needs a stack that there is", async () => {
    const { code, err } = await ask("status", "--stack", "prod");
    expect(code).to.equal(2);
    expect(err).to.equal("--stack: there is no Pulumi.prod.yaml; there is one for central.\n");
  });
});
