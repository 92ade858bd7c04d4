import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { FunctionInput } from "../../../../lab/aws/lambda/function.js";
import { minute, monday, second } from "../../support.js";
import { closeAll, world } from "./support.js";

const handler = (body: string) => `export const handler = async (event) => { ${body} };`;

interface Row {
  readonly what: string;
  readonly module: string;
  readonly errorType: string;
  /** Without the request's id. */
  readonly errorMessage: string | RegExp;
  readonly status: string;
  /** Milliseconds after which it is over, when its function may take 3 seconds. */
  readonly ends: number;
  /** What the environment is good for: the next invocation, or nothing. */
  readonly isFatal?: boolean;
  readonly changes?: Partial<FunctionInput>;
  /** Real milliseconds that it may compute. */
  readonly watchdog?: number;
}

const timeout = "RequestId: ID Error: Task timed out after 3.00 seconds";
const exit = (how: string) => ({
  ...{
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ID Error: ${how}`,
    status: "crash",
    isFatal: true,
  },
});
const rows: readonly Row[] = [
  {
    what: "throws at import",
    module: `throw new RangeError("no good"); ${handler("")}`,
    ...{ errorType: "RangeError", errorMessage: "no good", status: "error", ends: 300, isFatal: true },
  },
  {
    what: "is no JavaScript",
    module: "export const handler = async () => {",
    errorType: "Runtime.UserCodeSyntaxError",
    ...{ errorMessage: /^SyntaxError: Unexpected end of input/, status: "error", ends: 300, isFatal: true },
  },
  {
    what: "requires a module that there is not",
    module: `require("left-out"); exports.handler = async () => 1;`,
    errorType: "Runtime.ImportModuleError",
    errorMessage: "Error: Cannot find module 'left-out'\nRequire stack:\n- /var/task/index.js",
    ...{ status: "error", ends: 300, isFatal: true },
    changes: { code: async (folder) => writeFile(join(folder, "index.js"), rows[2]?.module ?? "") },
  },
  {
    what: "has no such module",
    module: handler(""),
    changes: { Handler: "src/main.handler" },
    errorType: "Runtime.ImportModuleError",
    errorMessage: /^Error: Cannot find module 'src\/main'\n/,
    ...{ status: "error", ends: 300, isFatal: true },
  },
  {
    what: "exports no such handler",
    module: handler(""),
    changes: { Handler: "index.other" },
    errorType: "Runtime.HandlerNotFound",
    errorMessage: "index.other is undefined or not exported",
    ...{ status: "error", ends: 300, isFatal: true },
  },
  {
    what: "has a handler with a callback",
    module: "export const handler = (event, context, callback) => callback(null, 1);",
    errorType: "Error",
    errorMessage: "the lab does not model handlers with a callback, as index.handler is",
    ...{ status: "error", ends: 300, isFatal: true },
  },
  {
    what: "throws",
    module: handler(`await 0; throw Object.assign(new TypeError("bad"), { code: "E" });`),
    ...{ errorType: "TypeError", errorMessage: "bad", status: "error", ends: 305 },
  },
  {
    what: "throws what is no error",
    module: handler(`throw "text";`),
    ...{ errorType: "string", errorMessage: "text", status: "error", ends: 305 },
  },
  {
    what: "throws where nobody catches",
    module: handler(`setTimeout(() => { throw new Error("loose"); }, 100); await new Promise(() => {});`),
    ...{ errorType: "Error", errorMessage: "loose", status: "error", ends: 405, isFatal: true },
  },
  {
    what: "leaves a rejection to nobody",
    module: handler(
      `Promise.reject(new Error("left")); await new Promise((resolve) => setTimeout(resolve, 9));`,
    ),
    errorType: "Runtime.UnhandledPromiseRejection",
    ...{ errorMessage: "Error: left", status: "error", ends: 305, isFatal: true },
  },
  {
    what: "returns more than Lambda takes",
    module: handler(`return "x".repeat(6_291_556);`),
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    ...{ status: "error", ends: 305 },
  },
  {
    what: "never settles",
    module: handler("await new Promise(() => {});"),
    ...{ errorType: "Sandbox.Timedout", errorMessage: timeout, status: "timeout", ends: 3300, isFatal: true },
  },
  {
    what: "sleeps for too long",
    module: handler(`setInterval(() => {}, 100); await new Promise((resolve) => setTimeout(resolve, 3000));`),
    ...{ errorType: "Sandbox.Timedout", errorMessage: timeout, status: "timeout", ends: 3300, isFatal: true },
  },
  {
    what: "computes for ever",
    module: handler("for (;;);"),
    watchdog: 1500,
    ...{ errorType: "Sandbox.Timedout", errorMessage: timeout, status: "timeout", ends: 3300, isFatal: true },
  },
  {
    what: "computes for ever when it starts",
    module: `for (;;); ${handler("")}`,
    watchdog: 300,
    // Lambda gives it ten seconds, and then as long as an invocation has.
    ...{
      errorType: "Sandbox.Timedout",
      errorMessage: timeout,
      status: "timeout",
      ends: 13_000,
      isFatal: true,
    },
  },
  {
    what: "exits",
    module: handler("process.exit(3);"),
    ...{ ...exit("Runtime exited with error: exit status 3"), ends: 305 },
  },
  {
    what: "exits as if all were well",
    module: handler("setTimeout(() => process.exit(), 50); await new Promise(() => {});"),
    ...{ ...exit("Runtime exited without providing a reason"), ends: 355 },
  },
  {
    what: "exits when it starts",
    module: `process.exit(1); ${handler("")}`,
    ...{ ...exit("Runtime exited with error: exit status 1"), ends: 300 },
  },
  {
    what: "needs more objects than it has memory for",
    module: handler(`const all = []; for (;;) all.push({ text: "x" + all.length });`),
    ...{ ...exit("Runtime exited with error: signal: killed"), ends: 305 },
  },
  {
    what: "needs more bytes than it has memory for",
    module: handler(`const all = []; for (;;) all.push(Buffer.alloc(1e6, 1));`),
    ...{ ...exit("Runtime exited with error: signal: killed"), ends: 305 },
  },
  {
    what: "needs more memory than it has, and rests",
    module: handler(
      `globalThis.all = Buffer.alloc(200e6, 1); await new Promise((resolve) => setTimeout(resolve, 9));`,
    ),
    ...{ ...exit("Runtime exited with error: signal: killed"), ends: 305 },
  },
];

describe("a function that", () => {
  afterEach(closeAll);

  for (const row of rows) {
    const { what, module, errorType, errorMessage, status, ends, isFatal = false } = row;
    it(`${what} fails as it would in Lambda, and the lab lives on`, async () => {
      const { make, call, region, logs, clock } = world();
      const { watchdog } = region.lambda;
      const arn = make(module, row.changes);
      region.lambda.watchdog = row.watchdog ?? watchdog;
      const { payload, functionError, requestId } = await call(arn);
      const { trace = [], ...error } = JSON.parse(payload);
      error.errorMessage = error.errorMessage.replace(requestId, "ID");
      expect(functionError).to.equal("Unhandled");
      expect(error.errorType).to.equal(errorType);
      if (typeof errorMessage === "string") expect(error.errorMessage).to.equal(errorMessage);
      else expect(error.errorMessage).to.match(errorMessage);
      expect(trace.join("\n")).not.to.include("patchplane");
      const [record] = region.lambda.invocations;
      expect([record?.status, clock.now - monday]).to.deep.equal([status, ends]);
      expect(record?.error?.replace(requestId, "ID")).to.equal(`${errorType}: ${error.errorMessage}`);

      const lines = logs();
      expect(lines.filter((line) => line === `END RequestId: ${requestId}`)).to.have.length(1);
      const reported = /\tStatus: (\w+)/.exec(lines.at(-1) ?? "")?.[1];
      expect(reported).to.equal(isFatal ? (status === "timeout" ? "timeout" : "error") : undefined);
      expect(lines.join("\n")).not.to.match(/<--- Last few GCs|patchplane-lambda/);

      expect(region.lambda.find(arn).warm).to.have.length(isFatal ? 0 : 1);
      region.lambda.watchdog = watchdog;
      make(handler("return event;"), { FunctionName: "other" });
      expect((await call("other", { well: true })).payload).to.equal('{"well":true}');
    });
  }

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
