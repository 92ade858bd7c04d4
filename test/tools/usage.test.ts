import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { runFanout, surroundings } from "./fanoutSupport.js";
import { Folder, root, run } from "./support.js";

const hint = (name: string) => `npm run exclusions -- ${name} --help tells how it is used.`;
const lines = (text: string) => text.trimEnd().split("\n");

/** The two tools, their commands, and what is to be typed after each. */
const tools = [
  {
    tool: "exclusions",
    ask: (args: readonly string[]) => run(args),
    usage: ["check FILE...", "plan FILE", "status --stack"],
    allowed: "check, plan or status",
    commands: {
      check: ["--stack", "--at"],
      plan: ["--stack", "--bucket", "--key", "--at"],
      status: ["--stack", "--bucket"],
    },
  },
  {
    tool: "fanout",
    ask: (args: readonly string[]) => runFanout(args, surroundings(root)),
    usage: ["start --stack", "status --stack", "status RUN", "rings --stack", "stop RUN"],
    allowed: "start, status, rings or stop",
    commands: {
      start: [
        "--stack",
        "--ring",
        "--operation",
        "--regions",
        "--group",
        "--reboot-option",
        "--until",
        "--yes",
      ],
      status: ["--stack", "--follow"],
      rings: ["--stack", "--owner", "--reason", "--until"],
      stop: ["--stack", "--kill"],
    },
  },
];

for (const { tool, ask, usage, allowed, commands } of tools) {
  describe(`npm run ${tool}`, () => {
    it("is a script that says what there is to ask for", async () => {
      const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
      expect(scripts[tool]).to.equal(`node --import tsx/esm tools/${tool}.ts`);
      const { code, out, err } = await ask(["--help"]);
      expect([code, err]).to.deep.equal([0, ""]);
      for (const line of usage) expect(out).to.contain(line);
      expect((await ask(["help"])).out).to.equal(out);
      expect(await ask([])).to.deep.equal({
        code: 2,
        out: "",
        err: `Nothing is asked for; allowed is ${allowed}.\nnpm run ${tool} -- --help tells more.\n`,
      });
      expect((await ask(["chek\u001b[2J"])).err).to.contain('Got "chek\\u001b[2J"; allowed is');
    });

    for (const [name, own] of Object.entries(commands)) {
      it(`tells every option of ${name}, also beside mistakes`, async () => {
        const options = [...own, "--json", "--help"];
        const { code, out, err } = await ask([name, "--what", "--help"]);
        expect([code, err]).to.deep.equal([0, ""]);
        for (const option of options) expect(out).to.match(new RegExp(`\\n  ${option} `));
        const { err: other } = await ask([name, "--what"]);
        expect(lines(other)[0]).to.equal(`--what: is no option of ${name}; there are ${options.join(", ")}.`);
      });
    }
  });
}

describe("the command line of npm run exclusions", () => {
  it("names every problem of a command line at once", async () => {
    const args = ["plan", "-j", "--stack", "--json=1", "--at", "noon", "--key", "x.yaml", "--bucket=s3://b/"];
    const { code, out, err } = await run(args);
    expect([code, out]).to.deep.equal([2, ""]);
    expect(lines(err)).to.deep.equal([
      "-j: is no option of plan; there are --stack, --bucket, --key, --at, --json, --help.",
      "--stack: lacks its value.",
      "FILE: name a manifest.",
      '--bucket: got "s3://b/"; allowed is the name of a bucket, without s3:// and slashes. Leave it out, and --stack finds it.',
      '--key: got "x.yaml"; allowed is a key that begins with exclusions/ and ends in .yaml, .yml or .json.',
      '--at: got "noon"; allowed is an instant in UTC such as 2026-10-05T12:00:00Z.',
      hint("plan"),
    ]);
  });

  it("finds the bucket of a stack, and wants the one or the other", async () => {
    expect(lines((await run(["status"])).err)).to.deep.equal([
      "--stack: name the stack whose bucket it is; or the bucket itself, with --bucket.",
      hint("status"),
    ]);
    const asked: string[] = [];
    const bucketOf = async (region: string, name: string) => {
      asked.push(`${name} in ${region}`);
      return undefined;
    };
    const { code, err } = await run(["status", "--stack", "prod"], { bucketOf });
    expect(code).to.equal(2);
    expect(asked).to.deep.equal(["SSM-patchplane-prod-exclusions in us-east-1"]);
    expect(lines(err)).to.deep.equal([
      "There is no function SSM-patchplane-prod-exclusions in us-east-1: stack prod takes no exclusions there (ownsBaselines), or is not deployed.",
      "Mend it: name the stack that has the baselines; or pulumi up --stack prod; or use the account's credentials.",
    ]);
  });

  it("wants what it cannot do without, once", async () => {
    expect(lines((await run(["check", "--json", "--json"])).err)[0]).to.equal(
      "FILE: name one manifest or more.",
    );
    const twice = [
      "plan",
      "a",
      "b",
      "--stack",
      "dev",
      "--stack=prod",
      "--bucket",
      "bbb",
      "--key=exclusions/.txt",
    ];
    expect(lines((await run(twice)).err)).to.deep.equal([
      "--stack: is there twice; once is allowed.",
      "FILE: name one manifest; got 1 more.",
      '--key: got "exclusions/.txt"; allowed is a key that begins with exclusions/ and ends in .yaml, .yml or .json.',
      hint("plan"),
    ]);
    expect(lines((await run(["plan", "a.yaml", "--bucket", "bbb"])).err)[0]).to.equal(
      "--stack: name the stack that it is for.",
    );
  });
});

describe("the stack of npm run exclusions", () => {
  let folder: Folder;
  let file = "";
  beforeEach(() => {
    folder = new Folder();
    file = folder.write("a.yaml", "version: 1\nexclusions: []\n");
    folder.write("Pulumi.yaml", readFileSync(join(root, "Pulumi.yaml")));
  });
  afterEach(() => folder.remove());
  const dev = () => parse(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8"));
  const check = (stack: string) => run(["check", file, "--stack", stack], { root: folder.path });
  const configured = (name: string, config: object) =>
    folder.write(`Pulumi.${name}.yaml`, stringify({ config: { ...dev().config, ...config } }));

  it("has to be right, and every problem is told", async () => {
    configured("bad", { "patchplane:maxExclusionDays": 0, "patchplane:rebootOption": "Never" });
    const { code, err } = await check("bad");
    expect(code).to.equal(2);
    expect(err).to.match(/^The configuration of stack bad has 2 problem\(s\)/);
    expect(err).to.contain("maxExclusionDays: ").and.to.contain("rebootOption: ");
  });

  it("needs a Region, and the baselines", async () => {
    configured("none", { "aws:region": undefined });
    expect((await check("none")).err).to.equal(
      "Pulumi.none.yaml names no Region; mend it: pulumi config set aws:region us-east-1 --stack none\n",
    );
    configured("second", {
      "patchplane:ownsBaselines": false,
      "patchplane:exclusionFunction": "SSM-patchplane-first-exclusions",
      "patchplane:exclusionBucket": "exclusions-bucket-0a1b2c3",
    });
    expect(await check("second")).to.deep.equal({
      code: 2,
      out: "",
      err: "Stack second takes no exclusions: its ownsBaselines is false. Name the stack that has the baselines.\n",
    });
  });
});
