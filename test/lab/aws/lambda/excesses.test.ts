import { expect } from "chai";
import { minute, monday, second } from "../../support.js";
import { closeAll, world } from "./support.js";

const handler = (body: string) => `export const handler = async (event) => { ${body} };`;

describe("a function that", () => {
  afterEach(closeAll);

  it("returns as much as Lambda takes does not fail", async () => {
    const { make, call } = world();
    const { payload, functionError } = await call(make(handler(`return "x".repeat(6_291_554);`)));
    expect([payload.length, functionError]).to.deep.equal([6_291_556, undefined]);
  });

  it("needs more memory than it has, little by little, is killed when it rests", async () => {
    const { make, call, region, clock } = world();
    const grow = "all.push(Buffer.alloc(5e6, 1)); await new Promise((resolve) => setTimeout(resolve, 1));";
    const arn = make(handler(`const all = []; while (all.length < 200) { ${grow} } return all.length;`));
    expect(JSON.parse((await call(arn)).payload).errorMessage).to.match(/ signal: killed$/);
    expect(region.lambda.invocations[0]?.status).to.equal("crash");
    expect(clock.now - monday).to.be.within(305 + 2, 305 + 30);
  });

  it("fails leaves its last words in its logs", async () => {
    const { make, call, logs } = world();
    const arn = make(
      handler(`console.log("before"); if (event.exit) process.exit(1);
        if (event.wait) await new Promise(() => {}); throw Object.assign(new Error("bad"), { code: "E", more: [1] });`),
    );
    const { requestId: thrown } = await call(arn);
    const { requestId: exited } = await call(arn, { exit: true });
    const { requestId: waited } = await call(arn, { wait: true });
    const said = (requestId: string) =>
      logs()
        .filter((line) => line.includes(requestId) && !/^(START|END|REPORT)/.test(line))
        .map((line) => line.replace(/^\S+Z[\t ]/, ""));
    const [before, error = ""] = said(thrown);
    expect(before).to.equal(`${thrown}\tINFO\tbefore`);
    const [, about, what = "{}"] = /^\S+\tERROR\t(.*) \t(.*)$/.exec(error) ?? [];
    const { stack, ...rest } = JSON.parse(what);
    expect(about).to.equal("Invoke Error");
    expect(rest).to.deep.equal({ errorType: "Error", errorMessage: "bad", code: "E", more: [1] });
    expect(stack.slice(0, 2)).to.deep.equal([
      "Error: bad",
      "    at handler (file:///var/task/index.mjs:2:74)",
    ]);
    expect(said(exited)).to.deep.equal([
      `${exited}\tINFO\tbefore`,
      `RequestId: ${exited} Error: Runtime exited with error: exit status 1\nRuntime.ExitError`,
    ]);
    expect(said(waited)).to.deep.equal([
      `${waited}\tINFO\tbefore`,
      `${waited} Task timed out after 3.00 seconds`,
    ]);
  });

  it("starts too slowly is started anew, within the time that an invocation has", async () => {
    const { make, call, clock, logs } = world();
    const slow = (
      milliseconds: number,
    ) => `await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
      console.log("started"); ${handler("return Date.now();")}`;
    const arn = make(slow(12_000), { Timeout: 20 });
    expect((await call(arn)).payload).to.equal(String(monday + 22_005));
    expect(logs().filter((line) => line.endsWith("started"))).to.have.length(1);
    expect(logs()[1]).to.equal("INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout");
    make(slow(12_000), { FunctionName: "slower", Timeout: 11 });
    const { payload } = await call("slower");
    expect(JSON.parse(payload).errorMessage).to.match(/Task timed out after 11.00 seconds$/);
    expect(clock.now - monday).to.equal(22_005 + 21 * second);
  });

  it("logs 10 MB has the first of them kept, and the lab says how much it cut", async () => {
    const { make, call, logs, region } = world();
    const kept = 1024 * 1024;
    const arn = make(
      handler(`const line = "x".repeat(1023);
        for (let i = 0; i < event.lines; i++) process.stdout.write(line + "\\n");
        console.log("y".repeat(event.last)); process.stdout.write(line + "\\n"); return 1;`),
    );
    expect((await call(arn, { lines: 10_240, last: 0 })).payload).to.equal("1");
    const lines = logs();
    const cut = 10_241 * 1024 + "2026-06-01T00:00:00.305Z\t\tINFO\t\n".length + 36 - kept;
    expect(lines.filter((line) => line.startsWith("xxx"))).to.have.length(1024);
    expect(lines.at(-3)).to.equal(
      `The lab keeps 1048576 bytes of the logs of an invocation, and has cut ${cut} more.`,
    );
    // The next invocation has a count of its own.
    const before = lines.length;
    expect((await call(arn, { lines: 3, last: 0 })).payload).to.equal("1");
    expect(logs().slice(before)).to.have.length(8);
    await call(arn, { lines: 0, last: 10_000_000 });
    expect(logs().at(-4)?.length).to.equal(kept);
    expect(JSON.stringify(logs()).length).to.be.below(2.2 * kept);
    expect(region.lambda.invocations.map(({ status }) => status)).to.deep.equal(Array(3).fill("success"));
  });

  it("logs for ever fills no disk", async () => {
    const { make, call, region, logs } = world();
    region.lambda.watchdog = 1000;
    const arn = make(handler(`for (;;) process.stdout.write("x".repeat(99_999) + "\\n");`), { Timeout: 60 });
    expect(JSON.parse((await call(arn)).payload).errorType).to.equal("Sandbox.Timedout");
    expect(logs().join("\n").length).to.be.within(1024 * 1024, 1.1 * 1024 * 1024);
    expect(region.account.clock.now).to.equal(monday + 300 + minute);
  });
});
