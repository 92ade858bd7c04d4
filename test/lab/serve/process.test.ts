import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { size } from "#test/support/size.js";

const root = resolve(import.meta.dirname, "../../..");

const children: ChildProcess[] = [];

/** Starts the lab as npm does, and reads what it says. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, ["--import", "tsx/esm", join("lab", "main.ts"), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const said = { out: "", err: "" };
  child.stdout.on("data", (part: Buffer) => {
    said.out += part.toString();
  });
  child.stderr.on("data", (part: Buffer) => {
    said.err += part.toString();
  });
  return { child, said };
}

async function greeted({ child, said }: ReturnType<typeof start>): Promise<void> {
  while (!said.out.includes("Ctrl-C closes the lab.")) {
    const ended = once(child, "exit").then(() => Promise.reject(new Error(said.err)));
    await Promise.race([once(child.stdout, "data"), ended]);
  }
}

async function exitOf(child: ChildProcess): Promise<unknown> {
  const [code, signal] = await once(child, "exit");
  return code ?? signal;
}

function listens(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

describe("the process of lab:serve", () => {
  let out = "";
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), "patchplane-process-"));
  });
  afterEach(() => {
    // Those that a test has lost.
    for (const child of children.splice(0)) child.kill("SIGKILL");
    rmSync(out, { recursive: true, force: true });
  });

  // Ctrl-C, and what services are ended with.
  for (const signal of (["SIGINT", "SIGTERM"] as const).slice(0, size(1, 2)))
    it(`ends on ${signal} with exit code 0, its port closed and its file removed, although ten years are passing in it`, async () => {
      const folder = join(out, "a");
      const lab = start("serve", "--out", folder);
      await greeted(lab);
      const { endpoint } = JSON.parse(readFileSync(join(folder, "endpoint.json"), "utf8"));
      expect(await listens(endpoint)).to.equal(true);
      // Which takes many minutes: a function runs every hour.
      const advance = (span: string) => fetch(`${endpoint}/_lab/advance?by=${span}`, { method: "POST" });
      const waiting = advance("3650d").then(
        ({ status }) => status,
        () => "cut off",
      );
      while ((await advance("0s")).status !== 409);
      lab.child.kill(signal);
      expect(await exitOf(lab.child), signal).to.equal(0);
      expect(lab.said.err).to.equal("");
      expect(lab.said.out.endsWith("\nCtrl-C closes the lab.\nThe lab is closed.\n")).to.equal(true);
      expect(readdirSync(folder)).to.deep.equal([]);
      expect(await listens(endpoint)).to.equal(false);
      expect(await waiting).to.be.oneOf([503, "cut off"]);
    });
});
