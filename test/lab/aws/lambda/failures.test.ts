import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { FunctionInput } from "#lab/aws/lambda/function.js";
import { monday } from "../../support.js";
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
    what: "throws an error that carries itself",
    module: handler(`const error = new Error("round"); error.self = error; throw error;`),
    ...{ errorType: "Error", errorMessage: "round", status: "error", ends: 305 },
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
      if (status === "error") return;
      make(handler("return event;"), { FunctionName: "other" });
      expect((await call("other", { well: true })).payload).to.equal('{"well":true}');
    });
  }
});
