import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { expect } from "chai";
import { newFolder } from "#lab/aws/lambda/workspace.js";
import { hour, minute, monday, second } from "../../support.js";
import { closeAll, world } from "./support.js";
import { children, processes } from "./supportProcesses.js";

const echo = "export const handler = async (event) => event;";
const sleeper = `export const handler = async ({ seconds }) => {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000)); };`;

describe("Lambda's processes", () => {
  afterEach(closeAll);

  it("ends all processes when it is closed, and none lives on when the lab's own ends", async () => {
    const { make, region, call, clock, account } = world();
    await call(make(echo));
    const functionArn = make(sleeper, { FunctionName: "sleeper", Timeout: 900 });
    void region.lambda.invoke({ functionArn, payload: '{"seconds":800}', source: "test" });
    await clock.advanceTo(clock.now + minute);
    const folder = await region.lambda.find("f").folder();
    expect([children().length, existsSync(folder)]).to.deep.equal([2, true]);
    await account.close();
    expect([children().length, existsSync(folder)]).to.deep.equal([0, false]);
  });

  it("answers whoever waits for the slower of two, after the faster one's time has passed", async () => {
    const { make, region, clock } = world();
    const begun = clock.now;
    const fast = make(echo, { FunctionName: "fast" });
    const slow = make(sleeper, { FunctionName: "slow", Timeout: 100 });
    const invoke = (functionArn: string) =>
      clock.advanceUntil(region.lambda.invoke({ functionArn, payload: '{"seconds":60}', source: "test" }));
    const answers = await Promise.all([invoke(fast), invoke(slow)]);
    expect(answers.map(({ functionError }) => functionError)).to.deep.equal([undefined, undefined]);
    expect(clock.now - begun).to.be.greaterThan(60_000);
  });

  it("kills what is at work when it closes, and starts nothing after", async () => {
    const { make, region, clock } = world();
    const functionArn = make(sleeper, { Timeout: 100 });
    const waiting = region.lambda.invoke({ functionArn, payload: '{"seconds":60}', source: "test" });
    await clock.advanceTo(clock.now);
    await region.lambda.close();
    const { payload } = await clock.advanceUntil(waiting);
    expect(payload).to.contain("Runtime exited with error: signal: killed");
    expect(children()).to.deep.equal([]);
  });

  it("holds no lab's process up, and leaves none of its own behind", async () => {
    const script = `
      import { world } from "./support.js";
      const { make, call } = world();
      await call(make("export const handler = async () => 1"));
      console.log("called");
      if (process.argv[1] === "hang") setInterval(() => {}, 1000);
      else for await (const _ of process.stdin);`;
    for (const mode of ["end", "hang"]) {
      const lab = spawn(
        process.execPath,
        ["--import", "tsx/esm", "--input-type=module", "-e", script, mode],
        {
          cwd: import.meta.dirname,
          stdio: ["pipe", "pipe", "inherit"],
        },
      );
      const gone = new Promise((resolve) => lab.once("exit", resolve));
      await new Promise((resolve) => lab.stdout.once("data", resolve));
      const [child = ""] = children(lab.pid);
      const root = /\S*patchplane-lambda-[^/]*/.exec(child)?.[0] ?? "";
      expect(existsSync(root)).to.equal(true);
      if (mode === "hang") lab.kill("SIGKILL");
      else lab.stdin.end();
      await gone;
      for (let tries = 0; tries < 3000 && processes().includes(root); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(processes(), mode).not.to.include(root);
      if (mode === "end") expect(existsSync(root)).to.equal(false);
      rmSync(root, { recursive: true, force: true });
    }
  });

  it("does not give up what waits for a busy machine and computes nothing meanwhile", async () => {
    const { make, call, region } = world();
    region.lambda.watchdog = 600;
    const wait = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200)";
    expect((await call(make(`export const handler = async () => ${wait}`))).payload).to.equal('"timed-out"');
  });

  it("does without an environment whose process has ended while nobody called it", async () => {
    const { make, call, region } = world();
    const arn = make(echo);
    await call(arn);
    const [pid = ""] = /\d+/.exec(children()[0] ?? "") ?? [];
    process.kill(Number(pid), "SIGKILL");
    while (region.lambda.find(arn).warm[0]?.isAlive) await new Promise((resolve) => setImmediate(resolve));
    expect((await call(arn, { well: true })).payload).to.equal('{"well":true}');
    expect(region.lambda.invocations.map(({ coldStart }) => coldStart)).to.deep.equal([true, true]);
    expect(region.lambda.find(arn).warm).to.have.length(1);
  });

  it("gives the next invocation a new one where a function was changed while it was at work", async () => {
    const { make, region, clock } = world();
    const functionArn = make(sleeper, { FunctionName: "sleeper", Timeout: 900 });
    const sleep = async (seconds: number) => {
      void region.lambda.invoke({ functionArn, payload: `{"seconds":${seconds}}`, source: "test" });
      await clock.advanceTo(clock.now + minute);
    };
    await sleep(70);
    region.lambda.find(functionArn).configure({ MemorySize: 256 });
    await clock.advanceTo(clock.now + minute);
    expect(children()).to.have.length(0);
    await sleep(1);
    expect(region.lambda.invocations.map(({ coldStart }) => coldStart)).to.deep.equal([true, true]);
  });

  it("tells of a refusal before time goes on", async () => {
    const { region, clock } = world();
    let toldAt = 0;
    clock.at(monday + second, () => {
      region.lambda.invoke({ functionArn: "none", payload: "", source: "test" }).catch(() => {
        toldAt = clock.now;
      });
    });
    clock.at(monday + minute, () => {});
    await clock.advanceTo(monday + hour);
    expect(toldAt).to.equal(monday + second);
  });

  it("has folders whose paths are of one length, so that none begins another's", () => {
    const folders = [newFolder(), newFolder()];
    expect(folders.map((folder) => basename(folder).length)).to.deep.equal([8, 8]);
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it("lets what nobody calls go, whatever else runs", async () => {
    const { make, call, clock } = world();
    await call(make(echo));
    expect(children()).to.have.length(1);
    await clock.advanceTo(clock.now + 2 * hour - second);
    expect(children()).to.have.length(1);
    await clock.advanceTo(clock.now + second);
    expect(children()).to.have.length(0);
  });
});
