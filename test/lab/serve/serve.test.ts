import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { expect } from "chai";
import { main } from "#lab/cli.js";
import { advance } from "#lab/serve/advance.js";
import { serving } from "../endpoint/supportHttp.js";
import { wireOf } from "../endpoint/supportWire.js";

const root = resolve(import.meta.dirname, "../../..");
const catalog = join(root, "lab", "fleets", "catalogs", "amazon-linux-2023.yaml");
const fleetOfOne = `version: 1
catalogFiles: [${catalog}]
nodes:
  - id: i-00000000000000001
    region: us-east-1
    catalog: amazon-linux-2023
    patchedUntil: 2026-07-01
    tags: { PatchGroup: dev-servers, Environment: dev }
`;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the lab's command line in this process, until it ends by itself or is told to stop. */
function start(args: readonly string[]) {
  const stdout = Object.assign(new PassThrough(), { isTTY: false, columns: 120 });
  const stderr = new PassThrough();
  let said = "";
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const greeted = new Promise<string>((resolve) => {
    stdout.on("data", (part: Buffer) => {
      said += part.toString();
      if (/(^Ctrl-C closes the lab\.|^\})\n$/m.test(said)) resolve(said);
    });
  });
  const ended = main(args, { stdout, stderr }, () => stopped).then((code): Ran => {
    const err = String(stderr.read() ?? "");
    return { code, out: said, err };
  });
  return { stop, greeted, ended };
}

const run = (...args: string[]): Promise<Ran> => start(args).ended;
const refused = (err: string): Ran => ({ code: 2, out: "", err });

describe("npm run lab:serve and lab:advance", () => {
  let folder = "";
  const out = (name = "out") => join(folder, name);
  const fleet = () => join(folder, "fleet.yaml");
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "patchplane-serve-"));
    writeFileSync(fleet(), fleetOfOne);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A lab that is served while something works with it. */
  async function served(
    name: string,
    work: (url: string, greeting: string) => Promise<void>,
    ...options: readonly string[]
  ): Promise<Ran> {
    const { stop, greeted, ended } = start(["serve", "--fleet", fleet(), "--out", out(name), ...options]);
    const greeting = await Promise.race([greeted, ended.then(({ err }) => Promise.reject(new Error(err)))]);
    const { endpoint } = JSON.parse(readFileSync(join(out(name), "endpoint.json"), "utf8"));
    try {
      await work(endpoint, greeting);
    } finally {
      stop();
    }
    return ended;
  }

  it("greets with what to export, lets time pass, and leaves nothing behind", async () => {
    let endpoint = "";
    const {
      code,
      err,
      out: said,
    } = await served("tour", async (url, greeting) => {
      endpoint = url;
      expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(readdirSync(out("tour"))).to.deep.equal(["endpoint.json"]);
      const lines = greeting.replace(/ [^ ]*fleet\.yaml/, " fleet.yaml").split("\n");
      expect(lines.slice(0, 5)).to.deep.equal([
        "Stack dev, 1 nodes of fleet.yaml; in the lab it is 2026-10-05T00:02:00.000Z.",
        "In another terminal:",
        "",
        `  export AWS_ENDPOINT_URL=${url}`,
        `  export AWS_ACCESS_KEY_ID=${/AKIA[0-9A-F]{16}/.exec(greeting)?.[0]}`,
      ]);
      expect(lines[5]).to.match(/^ {2}export AWS_SECRET_ACCESS_KEY=[0-9a-f]{40}$/);
      expect(lines.slice(6)).to.deep.equal([
        "  export AWS_REGION=us-east-1",
        "  export AWS_DEFAULT_REGION=us-east-1",
        "",
        "  aws ssm describe-maintenance-windows",
        "  npm run lab:advance -- 7d",
        "",
        "A CLI older than 2.13 needs --endpoint-url $AWS_ENDPOINT_URL in each command.",
        "",
        "Ctrl-C closes the lab.",
        "",
      ]);

      const toOut = ["--out", out("tour")];
      // What the stack's functions do when they are deployed is over then.
      expect((await run("advance", "10m", ...toOut)).code).to.equal(0);
      expect(await run("advance", "2m", ...toOut)).to.deep.equal({
        code: 0,
        out: "2026-10-05T00:12:00.000Z to 2026-10-05T00:14:00.000Z\n  nothing happened\n",
        err: "",
      });
      const next = await run("advance", "2026-10-06T03:00Z", ...toOut);
      expect(next.out.split("\n")[0]).to.equal("2026-10-05T00:14:00.000Z to 2026-10-06T03:00:00.000Z");
      expect(next.out).to.match(
        /\n {2}2026-10-06T00:\d\d:\d\d\.\d{3}Z {2}us-east-1: window patchplane-dev-scan SUCCESS\n/,
      );
      const refusals: readonly (readonly [span: string, err: string])[] = [
        [
          "7w",
          'Got "7w"; allowed is a span such as 7d, 1d12h, 90m or 30s, or an instant such as 2026-10-12T04:30:00Z.\n',
        ],
        [
          "2026-10-05T02:00:00Z",
          "2026-10-05T02:00:00Z is 2026-10-05T02:00:00.000Z, and it is 2026-10-06T03:00:00.000Z in the lab; time goes forward, at most ten years at once.\n",
        ],
      ];
      for (const [span, message] of refusals) {
        expect(await run("advance", span, ...toOut)).to.deep.equal(refused(message));
      }
    });
    expect({ code, err }).to.deep.equal({ code: 0, err: "" });
    expect(said.endsWith("Ctrl-C closes the lab.\nThe lab is closed.\n")).to.equal(true);
    expect(readdirSync(out("tour"))).to.deep.equal([]);
    expect(await fetch(endpoint).catch(() => "closed")).to.equal("closed");
  });

  it("does what a file of faults says, and throttles at AWS's rates", async () => {
    const faults = join(folder, "faults.yaml");
    const call = "{ operations: [ssm:DescribePatchGroups], share: 1, kind: serverError }";
    writeFileSync(faults, `version: 1\ncalls: [${call}]\n`);
    const codes = async (url: string, greeting: string) => {
      const key = /AKIA[0-9A-F]{16}/.exec(greeting)?.[0] ?? "";
      const code = async (operation: string) => {
        const { headers = {}, body = "" } = wireOf("ssm", operation, {}, key) ?? {};
        const { host: _, ...others } = headers;
        const answer = await fetch(url, { method: "POST", headers: others, body: Buffer.from(body) });
        return `${answer.status} ${((await answer.json()) as { __type?: string }).__type}`;
      };
      const found = [await code("DescribePatchGroups")];
      for (let call = 0; call < 4; call++) found.push(await code("DescribeAutomationExecutions"));
      return found;
    };
    await served(
      "faults",
      async (url, greeting) => {
        expect(await codes(url, greeting)).to.deep.equal([
          "500 InternalServerError",
          "200 undefined",
          "200 undefined",
          "200 undefined",
          "400 ThrottlingException",
        ]);
      },
      ...["--faults", faults, "--rates"],
    );
    const usual = Array.from({ length: 5 }, () => "200 undefined");
    const { out: said } = await served(
      "no-faults",
      async (url, greeting) => {
        expect(await codes(url, greeting)).to.deep.equal(usual);
      },
      "--json",
    );
    expect(JSON.parse(said)).to.deep.include({ version: 1, stack: "dev", nodes: 1 });
  });

  it("says what is wrong with the port", async () => {
    await serving(
      () => undefined,
      async (url) => {
        const { port } = new URL(url);
        expect(await run("serve", "--fleet", fleet(), "--out", out("taken"), "--port", port)).to.deep.equal(
          refused(
            `--port: cannot listen on port ${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}. Name another port, or none.\n`,
          ),
        );
        expect(existsSync(join(out("taken"), "endpoint.json"))).to.equal(false);
      },
    );
  });

  it("has its folder for itself, and is reached by what it told to export; leaves alone what another has written", async () => {
    let second = "";
    await served("shared", async (url) => {
      expect(await run("serve", "--fleet", fleet(), "--out", out("shared"))).to.deep.equal(
        refused(
          `--out: a lab is served from ${out("shared")} already, at ${url}. End it, or name another folder.\n`,
        ),
      );
      const terminal = {
        stdout: Object.assign(new PassThrough(), { isTTY: false }),
        stderr: new PassThrough(),
      };
      const passed = (AWS_ENDPOINT_URL: string) =>
        advance(["0s"], terminal, { AWS_ENDPOINT_URL }).catch(String);
      expect(await passed(url)).to.equal(0);
      expect(await passed("https://ssm.us-east-1.amazonaws.com")).to.contain(
        'AWS_ENDPOINT_URL: got "https://ssm.us-east-1.amazonaws.com"; allowed is what lab:serve told to export.',
      );
      second = '{"endpoint":"http://127.0.0.1:1"}';
      writeFileSync(join(out("shared"), "endpoint.json"), second);
    });
    expect(readFileSync(join(out("shared"), "endpoint.json"), "utf8")).to.equal(second);
  });

  it("closes while time passes, and whoever waits is told", async () => {
    const toOut = ["--out", out("long")];
    let waiting: Promise<Ran> = Promise.resolve({ code: 0, out: "", err: "" });
    const { code } = await served("long", async () => {
      waiting = run("advance", "3650d", ...toOut);
      let other: Ran;
      do other = await run("advance", "0s", ...toOut);
      while (!other.err.startsWith("Time is passing"));
      expect(other).to.deep.include({
        code: 2,
        err: "Time is passing already; try again when it is done.\n",
      });
    });
    expect(code).to.equal(0);
    expect(await waiting).to.deep.equal(refused("The lab was closed while time passed.\n"));
  });

  it("tells that there is no lab", async () => {
    const file = join(out("none"), "endpoint.json");
    expect(await run("advance", "7d", "--out", out("none"))).to.deep.equal(
      refused(`No lab is served: there is no ${file}. Start one with: npm run lab:serve\n`),
    );
  });

  it("tells that whoever is there is no lab", async () => {
    const file = join(folder, "endpoint.json");
    const advance = () => run("advance", "7d", "--out", folder);
    for (const content of ["", "{}", '{"endpoint":"nowhere"}', '{"endpoint":7}', "\0"]) {
      writeFileSync(file, content);
      expect((await advance()).err).to.equal(`${file} does not tell where the lab is. Start the lab anew.\n`);
    }
    let url = "";
    const hello = "<h1>hello</h1>";
    await serving(
      (_request, response) => response.end(hello),
      async (found) => {
        url = found;
        writeFileSync(file, JSON.stringify({ endpoint: url }));
        const { err } = await advance();
        expect(err).to.equal(`What answers at ${url} is no lab, or one that failed: ${hello}\n`);
      },
    );
    const nobody = `Nobody answers at ${url}. Start the lab with: npm run lab:serve\n`;
    expect((await advance()).err).to.equal(nobody);
    rmSync(file);
  });

  it("tells how they are used", async () => {
    const hint = "npm run lab:advance -- --help tells how it is used.\n";
    for (const spans of [[], ["1d", "2d"]])
      expect((await run("advance", ...spans)).err).to.equal(
        `Say for how long, once: 7d, 90m or an instant.\n${hint}`,
      );
    expect((await run("advance", "--bogus", "1d")).err).to.match(
      /^--bogus: is no option of npm run lab:advance; there are --out, --json, --help\./,
    );
    expect((await run("advance", "--help")).out).to.match(/^Lets time pass in a lab/);
    const { out: help } = await run("serve", "--help");
    for (const option of ["stack", "fleet", "from", "seed", "faults", "rates", "port", "out"]) {
      expect(help).to.contain(`\n  --${option} `);
    }
    const serveHint = "npm run lab:serve -- --help tells how it is used.\n";
    expect((await run("serve", "--days", "3")).err)
      .to.match(/^--days: is no option of npm run lab:serve; there are --stack, /)
      .and.to.contain(serveHint);
    expect(await run("serve", "--port", "65536", "--seed", "x")).to.deep.equal(
      refused(
        `--seed: got "x"; allowed is a whole number from 0 to 4294967295.\n--port: got "65536"; allowed is a whole number from 0 to 65535.\n${serveHint}`,
      ),
    );
    const none = join(folder, "none.yaml");
    const { code, err } = await run("serve", "--out", out("none"), "--faults", none);
    expect(code).to.equal(2);
    expect(err).to.contain(`${none} is no usable file of faults, 1 problem:\n`);
  });
});
