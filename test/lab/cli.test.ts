import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { promisify } from "node:util";
import { expect } from "chai";
import { progressOf } from "#lab/command/progress.js";
import { summarySchema } from "#lab/report/summary/summary.js";
import { writeFiles } from "#shared/terminal/output.js";
import { CannotRun } from "#shared/terminal/terminal.js";
import { lab } from "./cliSupport.js";

const root = resolve(import.meta.dirname, "../..");
const catalogs = join(root, "lab", "fleets", "catalogs", "amazon-linux-2023.yaml");

describe("npm start", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "patchplane-cli-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const out = () => join(folder, "deep", "out");

  it("tells every option with --help", async () => {
    const { code, out: text } = await lab(["--help"]);
    expect(code).to.equal(0);
    for (const option of ["--stack", "--fleet", "--from", "--days", "--seed", "--out", "--help"]) {
      expect(text).to.contain(option);
    }
  });

  it("says what it deploys before it loads the program", async () => {
    const script = `
      import { createRequire } from "node:module";
      import { main } from "#lab/cli.js";
      const { cache } = createRequire(import.meta.url);
      const hasLoaded = () => Object.keys(cache).some((path) => path.includes("@pulumi"));
      const write = async (text) => {
        const before = hasLoaded();
        await import("@pulumi/pulumi");
        console.log(JSON.stringify({ text, before, after: hasLoaded() }));
        process.exit(0);
      };
      await main(["--days", "1", "--out", process.argv[1]], { stdout: { write }, stderr: process.stderr });`;
    const args = ["--import", "tsx/esm", "--input-type=module", "--eval", script, out()];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    expect(JSON.parse(stdout)).to.eql({
      text: "Stack dev, 49 nodes of lab/fleets/small.yaml, 1 day\n",
      before: false,
      after: true,
    });
  });

  /** Servers of two Regions, one of which an exclusion keeps curl off. */
  const small = (): string => {
    const node = (digit: number) =>
      `  - { id: i-0000000000000000${digit}, region: ${digit === 6 ? "us-west-2" : "us-east-1"}, catalog: amazon-linux-2023, ` +
      "patchedUntil: 2026-09-01, tags: { PatchGroup: dev-servers, Environment: dev } }";
    const change = "{ at: 2026-10-10T00:30Z, key: exclusions/a.yaml, file: a.yaml }";
    file(
      "a.yaml",
      'version: 1\nexclusions: [{ id: a, patches: ["curl*", "libcurl*"], nodes: [i-00000000000000001], reason: r, owner: o, expires: 2026-12-31 }]\n',
    );
    const nodes = [1, 2, 3, 4, 5, 6].map(node).join("\n");
    return file(
      "small.yaml",
      `version: 1\ncatalogFiles: [${catalogs}]\nnodes:\n${nodes}\nexclusions: [${change}]\n`,
    );
  };

  it("writes a summary of the documented shape and a report that needs nothing else, with the same bytes for the same seed", async () => {
    const fleet = small();
    const played = async (seed: string, name: string, days: string, ...more: readonly string[]) => {
      const target = join(folder, name);
      const args = ["--fleet", fleet, "--from", "2026-10-10", "--days", days, "--seed", seed];
      const { code, out: text, err } = await lab([...args, "--out", target, ...more], true);
      expect(err).to.equal("");
      expect(code, text).to.equal(0);
      const names = readdirSync(target).sort();
      expect(names).to.eql(["nodes.csv", "patches.csv", "report.html", "summary.json", "windows.csv"]);
      return { text, files: names.map((one) => readFileSync(join(target, one), "utf8")) };
    };
    const summaryOf = ({ files }: { readonly files: readonly string[] }) =>
      summarySchema.parse(JSON.parse(files[3] ?? ""));
    const first = await played("7", "a", "2");
    const { windows, exclusions, fleet: nodes } = summaryOf(first);
    expect(nodes.nodes).to.equal(6);
    expect(first.files[2]).not.to.match(/(src|href)="(https?:)?\/\//);
    expect(first.text)
      .to.contain("day 2 of 2")
      .and.to.contain("\u001b[")
      .and.to.contain("patchplane-dev-scan");
    expect(windows.map(({ name, executions }) => [name, executions.length])).to.eql([
      ["patchplane-dev-fanout", 1],
      ["patchplane-dev-install", 1],
      ["patchplane-dev-scan", 1],
    ]);
    expect(exclusions.objects.flatMap(({ entries }) => entries.map(({ runs }) => runs.length))).to.eql([1]);
    // Asked for as JSON, the summary is all that is printed.
    const again = await played("7", "b", "2", "--json");
    expect(again.files).to.eql(first.files);
    expect(JSON.parse(again.text)).to.eql(JSON.parse(first.files[3] ?? ""));
  });

  it("exits with 1 when a window was stopped by its error limit, and says so", async () => {
    const node = (digit: number) =>
      `  - { id: i-0000000000000000${digit}, region: us-east-1, catalog: amazon-linux-2023, patchedUntil: 2026-07-01, ` +
      "tags: { PatchGroup: dev-servers, Environment: dev }, fails: [openssl-libs, kernel, curl] }";
    const nodes = [1, 2, 3, 4, 5, 6, 7, 8].map(node).join("\n");
    const fleet = file("failing.yaml", `version: 1\ncatalogFiles: [${catalogs}]\nnodes:\n${nodes}\n`);
    const { code, out: text } = await lab([
      "--fleet",
      fleet,
      "--from",
      "2026-10-10",
      "--days",
      "1",
      "--out",
      out(),
    ]);
    expect(text).to.contain("patchplane-dev-install of 2026-10-10T04:00:00Z was stopped by the error limit");
    expect(code).to.equal(1);
  });

  it("writes a line a week and one at the end where no terminal is", () => {
    const stdout = Object.assign(new PassThrough(), { isTTY: false });
    const { day } = progressOf(8, stdout);
    for (let passed = 1; passed <= 8; passed++) day(passed);
    expect(String(stdout.read())).to.equal("  day 7 of 8\n  day 8 of 8\n");
  });

  const refusals: readonly [what: string, args: () => string[], message: RegExp][] = [
    ["an unknown option", () => ["--bogus"], /--bogus: is no option of npm start; there are --stack,/],
    [
      "a stack without a file",
      () => ["--stack", "nope"],
      /there is no Pulumi\.nope\.yaml; there is one for dev, prod/,
    ],
    [
      "a stack that is a path",
      () => ["--stack", "../../etc/passwd"],
      /--stack: got "..\/..\/etc\/passwd"; allowed are letters/,
    ],
    ["no days", () => ["--days", "0"], /--days: got "0"; allowed is a whole number from 1 to 366/],
    ["days that are no number", () => ["--days", "1e2"], /--days: got "1e2"/],
    ["a negative seed", () => ["--seed=-1"], /--seed: got "-1"/],
    ["a day that does not exist", () => ["--from", "2026-02-30"], /--from: got "2026-02-30"/],
    ["several problems, all at once", () => ["--from", "soon", "--days", "x"], /--from: .*\n--days: /],
    [
      "a fleet that is not there",
      () => ["--fleet", join(folder, "no.yaml")],
      /no\.yaml: cannot be read: ENOENT/,
    ],
    ["a fleet that is a folder", () => ["--fleet", folder], /cannot be read/],
    [
      "a fleet of bytes",
      () => ["--fleet", file("bytes", Buffer.from([0xff, 0xfe, 0, 0x80]))],
      /it is not UTF-8 text/,
    ],
    [
      "a fleet of a hostile name",
      () => ["--fleet", file("x.yaml", "nodes: [{id: '<script>'}]")],
      /nodes\[0\]\.id: got "<script>"/,
    ],
    [
      "a file in the place of the output folder",
      () => ["--out", file("taken", "")],
      /--out: cannot write to/,
    ],
    ["an output folder below /proc", () => ["--out", "/proc/patchplane"], /--out: cannot write to/],
  ];
  for (const [what, args, message] of refusals) {
    it(`refuses ${what} with one message and exit code 2`, async () => {
      const given = args();
      const { code, err } = await lab(given.includes("--out") ? given : [...given, "--out", out()]);
      expect(err)
        .to.match(message)
        .and.not.to.match(/^\s+at /m);
      expect(code).to.equal(2);
      expect(existsSync(join(out(), "summary.json"))).to.equal(false);
    });
  }

  it("leaves everything as it was when a result cannot be written", () => {
    const locked = join(folder, "locked");
    // A folder in the place of a result cannot be replaced by a file, not even by root.
    mkdirSync(join(locked, "report.html", "x"), { recursive: true });
    writeFileSync(join(locked, "summary.json"), "of an earlier run");
    const files = { "summary.json": "new", "report.html": "new" };
    expect(() => writeFiles(locked, files)).to.throw(CannotRun, "Nothing was half-written");
    expect(readFileSync(join(locked, "summary.json"), "utf8")).to.equal("of an earlier run");
    expect(readdirSync(locked).filter((name) => name.endsWith(".part"))).to.eql([]);
  });
});
