import { expect } from "chai";
import { Project, runFanout, surroundings } from "./fanoutSupport.js";

const lines = (text: string) => text.trimEnd().split("\n");
const run = "0b5f1c1e-8a7d-4c3b-9e2f-112233445566";

describe("the command line of npm run fanout", () => {
  const project = new Project(["us-east-1", "us-west-2"]);
  after(() => project.remove());
  const ask = (...args: readonly string[]) => runFanout(args, surroundings(project.path));

  const table: readonly (readonly [readonly string[], ...string[]])[] = [
    [["start"], "--stack: name the stack whose central window it is."],
    [
      ["start", "--stack", "central", "--until", "noon"],
      '--until: got "noon"; allowed is a time in UTC such as 2026-10-11T13:00Z.',
    ],
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
