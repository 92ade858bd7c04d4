import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { PassThrough } from "node:stream";
import { expect } from "chai";
import { main as lab } from "#lab/cli.js";
import { awsPorts } from "#tools/fanout/aws.js";
import { root } from "../support/program.js";
import { runFanout } from "../tools/fanoutSupport.js";
import { collector } from "../tools/support.js";
import { blocksOf } from "./pages.js";
import { difference, shownIn } from "./transcript.js";

const page = "docs/fanout.md";
const fleetFile = "lab/fleets/regions.yaml";

/** The commands of the page in this process, with one lab that is served to them. */
class Played {
  private readonly folder = mkdtempSync(join(tmpdir(), "fanout-page-"));
  private readonly out = join(this.folder, "out");
  private readonly fleet = join(this.folder, "regions.yaml");
  private readonly before = { ...process.env };
  private readonly stopping = new AbortController();
  private served: Promise<number> | undefined;

  constructor(fleet: string) {
    cpSync(join(root, "lab/fleets/catalogs"), join(this.folder, "catalogs"), { recursive: true });
    writeFileSync(this.fleet, fleet);
  }

  async run(command: string): Promise<string[]> {
    const [, script, line = ""] = /^npm run (lab:serve|lab:advance|fanout) -- (.*)$/.exec(command) ?? [];
    const args = line.split(" ");
    if (script === "lab:serve") return this.lines(await this.serve(args));
    if (script === "fanout") return this.lines(await this.fanout(args));
    const [stdout, stderr] = [collector(), collector()];
    await lab(["advance", ...args, "--out", this.out], { stdout, stderr });
    return this.lines(`${stdout.text()}${stderr.text()}`);
  }

  private async serve(args: readonly string[]): Promise<string> {
    const stdout = Object.assign(new PassThrough(), { isTTY: false, columns: 120 });
    const known = args.map((word) => (word === fleetFile ? this.fleet : word));
    const stopped = new Promise((resolve) => this.stopping.signal.addEventListener("abort", resolve));
    const given = ["serve", ...known, "--out", this.out, "--port", "0"];
    this.served = lab(given, { stdout, stderr: new PassThrough() }, () => stopped);
    let said = "";
    for await (const part of stdout) {
      said += String(part);
      if (said.includes("Ctrl-C")) break;
    }
    for (const [, name = "", value = ""] of said.matchAll(/export (\w+)=(\S+)/g)) process.env[name] = value;
    return said;
  }

  /** Whoever follows a run leaves it with Ctrl-C after the first look, since time stands still. */
  private async fanout(args: readonly string[]): Promise<string> {
    const interruption = new AbortController();
    const { out, err } = await runFanout(args, {
      root,
      portsOf: async (region) => awsPorts(region),
      pause: async () => interruption.abort(),
      interrupted: interruption.signal,
      clock: async () => Date.now,
      newId: randomUUID,
    });
    return `${out}${err}`;
  }

  private lines(text: string): string[] {
    const known = text.replaceAll(relative(process.cwd(), this.fleet), fleetFile).replace(/\n$/, "");
    return known === "" ? [] : known.split("\n").map((line) => line.replace(/^.*\r(?=.)/, ""));
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.served;
    for (const name of Object.keys(process.env)) if (!(name in this.before)) delete process.env[name];
    Object.assign(process.env, this.before);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describe(`what ${page} shows of commands`, () => {
  it("is what they print, one after the other in one lab", async () => {
    const blocks = blocksOf(page);
    const fleet = blocks.find(({ language, text }) => language === "yaml" && /^version: 1/.test(text));
    const played = new Played(fleet?.text ?? "");
    const ids = new Map<string, string>();
    const wrong: string[] = [];
    try {
      for (const { command, output, at } of blocks.flatMap(({ language, text, at }) =>
        language === "console" ? shownIn(text).map((one) => ({ ...one, at })) : [],
      )) {
        const real = [...ids].reduce((line, [id, known]) => line.replaceAll(id, known), command);
        const printed = await played.run(real);
        const differs = difference(output, printed, ids);
        if (differs !== undefined)
          wrong.push([`${at}: ${command}`, `shown: ${differs}`, ...printed].join("\n"));
      }
    } finally {
      await played.close();
    }
    expect(wrong.join("\n\n")).to.equal("");
  });
});
