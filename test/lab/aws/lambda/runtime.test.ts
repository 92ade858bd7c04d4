import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { hour, minute, monday, second } from "../../support.js";
import { closeAll, world } from "./support.js";

/** Milliseconds of simulated time before the handler of a new environment is called, and of one that waits. */
const cold = 305;
const warm = 5;

describe("a function's process", () => {
  afterEach(closeAll);

  it("sleeps for as long as it likes in no time, and sees the time that it is in the lab", async () => {
    const { make, call, clock } = world();
    const arn = make(
      `import { setTimeout as sleep } from "node:timers/promises";
      const loadedAt = Date.now();
      const zone = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", dateStyle: "short", timeStyle: "medium" });
      export const handler = async () => {
        const times = [loadedAt, Date.now(), new Date().getTime(), Date.parse(Date())];
        const [before, elapsed] = [process.hrtime(), performance.now()];
        await sleep(600_000);
        const since = process.hrtime(before);
        return { times, later: Date.now(), since, elapsed: performance.now() - elapsed,
          uptime: process.uptime(), origin: performance.timeOrigin, now: new Date(), date: new Date(0) instanceof Date && new Date(0).constructor === Date,
          shown: [zone.format(), zone.formatToParts().at(-1).value, zone.format(0)] };
      };`,
      { Timeout: 900 },
    );
    const result = JSON.parse((await call(arn)).payload);
    const begun = monday + cold;
    expect(result).to.deep.equal({
      times: [monday, begun, begun, Math.floor(begun / second) * second],
      later: begun + 10 * minute,
      since: [600, 0],
      elapsed: 10 * minute,
      uptime: 600.305,
      origin: monday,
      now: new Date(begun + 10 * minute).toISOString(),
      date: true,
      shown: ["01/06/2026, 02:10:00", "00", "01/01/1970, 01:00:00"],
    });
    expect(clock.now).to.equal(begun + 10 * minute);
  });

  it("has its timers in the order of their times, and those of one time as they were set", async () => {
    const { make, call } = world();
    const arn = make(
      `import timers from "node:timers";
      import { setTimeout as sleep, setInterval as ticks, scheduler } from "node:timers/promises";
      import { promisify } from "node:util";
      import { AsyncLocalStorage } from "node:async_hooks";
      const start = () => {
        const from = Date.now(), seen = [];
        return { seen, note: (what) => seen.push(what + "@" + (Date.now() - from)) };
      };
      export const handler = async () => {
        const { seen, note } = start();
        const store = new AsyncLocalStorage();
        setTimeout(note, 300, "late");
        timers.setTimeout(() => note("first"), 100);
        setTimeout(() => { note("second"); Promise.resolve().then(() => note("micro")); }, 100);
        setTimeout(() => note("third"), "100.9");
        setTimeout(() => note("soon"));
        setImmediate(() => note("immediate"));
        store.run("kept", () => setTimeout(() => note(store.getStore()), 150));
        const cancelled = [setTimeout(note, 10, "never"), +setTimeout(note, 10, "never"), setTimeout(note, 10, "never")];
        clearTimeout(cancelled[0]); clearTimeout(cancelled[1]); clearInterval(cancelled[2]);
        clearTimeout(undefined);
        let count = 0;
        const interval = setInterval(() => { note("tick"); if (++count === 2) clearInterval(interval); }, 120);
        const moved = setTimeout(note, 50, "moved").unref().ref();
        setTimeout(() => moved.refresh(), 40);
        await Promise.all([sleep(200).then(() => note("slept")), promisify(setTimeout)(210, "p").then(note),
          scheduler.wait(220).then(() => note("waited"))]);
        for await (const value of ticks(30, "beat")) { note(value); if (seen.length > 15) break; }
        const signal = AbortSignal.timeout(500);
        const error = await sleep(10_000, 0, { signal }).catch((error) => error);
        note([error.name, error.code, error.cause.name].join());
        return seen;
      };`,
    );
    expect(JSON.parse((await call(arn)).payload)).to.deep.equal([
      ...["immediate@0", "soon@1", "moved@90", "first@100", "second@100", "micro@100", "third@100"],
      ...["tick@120", "kept@150", "slept@200", "p@210", "waited@220", "tick@240", "beat@250", "beat@280"],
      ...["late@300", "beat@310", "AbortError,ABORT_ERR,TimeoutError@810"],
    ]);
  });

  it("waits for what really takes time, such as files, compression and cryptography", async () => {
    const { make, call, clock } = world();
    const source = `import { readFile, writeFile } from "node:fs/promises";
      import { tmpdir, homedir } from "node:os";
      import { promisify } from "node:util";
      import { gzip } from "node:zlib";
      import { scrypt, webcrypto } from "node:crypto";
      export const handler = async () => {
        setTimeout(() => { throw new Error("time went on"); }, 1);
        await writeFile(tmpdir() + "/a", "text");
        const zipped = await promisify(gzip)(Buffer.alloc(1e6));
        const key = await promisify(scrypt)("a", "b", 8);
        await webcrypto.subtle.digest("SHA-256", Buffer.alloc(1e6));
        const { text } = await import("./lib/other.mjs");
        return [String(await readFile(homedir() + "/a")), zipped.length < 2000, key.length, text];
      };`;
    const arn = make("", {
      code: async (folder) => {
        await mkdir(join(folder, "lib"));
        await writeFile(join(folder, "lib/other.mjs"), `export const text = "imported";`);
        await writeFile(join(folder, "index.mjs"), source);
      },
    });
    expect(JSON.parse((await call(arn)).payload)).to.deep.equal(["text", true, 8, "imported"]);
    expect(clock.now).to.equal(monday + cold);
  });

  it("is told of its function, and of nothing of the lab's own", async () => {
    const { make, account } = world();
    process.env.LAB_SECRET = "x";
    account.endpoint = "http://127.0.0.1:1";
    const arn = make(
      `export const handler = async (event, context) => {
        const before = context.getRemainingTimeInMillis();
        await new Promise((resolve) => setTimeout(resolve, 1500));
        const { getRemainingTimeInMillis, ...rest } = context;
        return { event, before, after: getRemainingTimeInMillis(), context: rest, env: process.env,
          hidden: [process.send, process.pid], cwd: process.cwd(), execArgv: process.execArgv };
      };`,
      { Timeout: 10, MemorySize: 256, Environment: { Variables: { STAGE: "dev", TZ: "Asia/Tokyo" } } },
    );
    const clientContext = Buffer.from('{"custom":{"a":1}}').toString("base64");
    const request = { functionArn: arn, payload: '{"b":2}', clientContext, source: "test" };
    const { payload, requestId } = await account.clock.advanceUntil(
      account.region("us-east-1").lambda.invoke(request),
    );
    delete process.env.LAB_SECRET;
    const { env, context, ...rest } = JSON.parse(payload);
    const stream = env.AWS_LAMBDA_LOG_STREAM_NAME;
    expect(stream).to.match(/^2026\/06\/01\/\[\$LATEST\][0-9a-f]{32}$/);
    expect(rest).to.deep.equal({
      ...{ event: { b: 2 }, before: 10_000 - warm, after: 8500 - warm, hidden: [null, 8], cwd: "/var/task" },
      execArgv: ["--max-old-space-size=230", "--max-semi-space-size=12", "--single-threaded-gc"],
    });
    expect(context).to.deep.equal({
      callbackWaitsForEmptyEventLoop: true,
      functionName: "f",
      functionVersion: "$LATEST",
      invokedFunctionArn: arn,
      awsRequestId: requestId,
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/f",
      logStreamName: stream,
      clientContext: { custom: { a: 1 } },
    });
    const { PATH, HOME, TMPDIR, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, ...others } =
      env;
    expect(account.credentials.find(AWS_ACCESS_KEY_ID).arn).to.equal(
      "arn:aws:sts::123456789012:assumed-role/everything/f",
    );
    expect([PATH, HOME, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN].every(Boolean)).to.equal(true);
    expect(HOME).to.equal(TMPDIR);
    expect(others).to.deep.equal({
      ...{ STAGE: "dev", TZ: "Asia/Tokyo", LANG: "en_US.UTF-8" },
      ...{ AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1", AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x",
      AWS_LAMBDA_FUNCTION_NAME: "f",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/f",
      AWS_LAMBDA_LOG_STREAM_NAME: stream,
      LAMBDA_TASK_ROOT: "/var/task",
      _HANDLER: "index.handler",
    });
  });

  it("is kept for the next invocation, frozen in between, and reclaimed after two hours", async () => {
    const { make, call, clock, region } = world();
    const arn = make(
      `let count = 0, ticks = 0;
      setInterval(() => ticks++, 60_000);
      export const handler = async () => {
        setTimeout(() => count += 100, 50);
        return [++count, ticks, Math.random()];
      };`,
    );
    const answers = [];
    for (const pause of [0, hour, 2 * hour - 1, 2 * hour]) {
      await clock.advanceTo(clock.now + pause);
      answers.push(JSON.parse((await call(arn)).payload));
    }
    const [first, second, third, fourth] = answers;
    expect(answers.map(([count]) => count)).to.deep.equal([1, 102, 203, 1]);
    // What was due in the meantime comes late, and once: time stood still for it.
    expect(answers.map(([, ticks]) => ticks)).to.deep.equal([0, 1, 2, 0]);
    expect(new Set([first, second, third, fourth].map(([, , random]) => random)).size).to.equal(4);
    const records = region.lambda.invocations;
    expect(records.map(({ coldStart }) => coldStart)).to.deep.equal([true, false, false, true]);
    expect(records.map(({ startedAt, endedAt = 0 }) => endedAt - startedAt)).to.deep.equal([
      ...[cold, warm, warm, cold],
    ]);
  });

  it("takes longer to start where the module does", async () => {
    const { make, call, clock, logs } = world();
    const arn = make(
      `await new Promise((resolve) => setTimeout(resolve, 2000));
      export const handler = async () => Date.now();`,
    );
    expect((await call(arn)).payload).to.equal(String(monday + 2000 + warm));
    expect(clock.now).to.equal(monday + 2000 + warm);
    expect(logs().at(-1)).to.match(
      /\tDuration: 5.00 ms\tBilled Duration: 2005 ms\t.*\tInit Duration: 2000.00 ms$/,
    );
  });

  it("logs as Lambda does", async () => {
    const { make, call, region } = world();
    const arn = make(
      `import { writeSync } from "node:fs";
      console.log("while it starts");
      export const handler = async () => {
        console.log("a %s", "b", { c: 1 });
        console.info("two\\nlines"); console.debug(1); console.warn(null); console.trace("t");
        process.stdout.write("raw\\nmore");
        process.stderr.write(" of it\\n");
        writeSync(2, "native\\n");
        await new Promise((resolve) => setTimeout(resolve, 7));
        console.error(new TypeError("bad"));
        return 1;
      };`,
    );
    const { requestId, logTail } = await call(arn);
    const { events } = region.logs.filterLogEvents({ logGroupName: "/aws/lambda/f" }) as {
      events: { message: string; timestamp: number; logStreamName: string }[];
    };
    const at = (milliseconds: number) => new Date(monday + milliseconds).toISOString();
    const line = (level: string, text: string) => `${at(cold)}\t${requestId}\t${level}\t${text}`;
    const told = events.map(({ message, timestamp }) => [timestamp - monday, message.split("\n    at ")[0]]);
    expect(told).to.deep.equal([
      [0, "INIT_START Runtime Version: nodejs22.x"],
      [0, `${at(0)}\tundefined\tINFO\twhile it starts`],
      [300, `START RequestId: ${requestId} Version: $LATEST`],
      [cold, line("INFO", "a b { c: 1 }")],
      [cold, line("INFO", "two\nlines")],
      [cold, line("DEBUG", "1")],
      [cold, line("WARN", "null")],
      [cold, line("TRACE", "t")],
      ...["raw", "more of it", "native"].map((text) => [cold, text]),
      [cold + 7, `${at(cold + 7)}\t${requestId}\tERROR\tTypeError: bad`],
      [cold + 7, `END RequestId: ${requestId}`],
      [
        cold + 7,
        `REPORT RequestId: ${requestId}\tDuration: 12.00 ms\tBilled Duration: 312 ms\tMemory Size: 128 MB\tInit Duration: 300.00 ms`,
      ],
    ]);
    expect(events.map(({ message }) => message).join("\n")).to.include(
      "TypeError: bad\n    at handler (file:///var/task/index.mjs:10:",
    );
    expect(logTail.endsWith(`${events.at(-1)?.message}\n`)).to.equal(true);
  });

  it("gives the same bytes for the same seed, and others for another", async () => {
    const run = async (seed: number) => {
      const { make, call, logs, region } = world({ seed });
      const arn = make(
        `export const handler = async (event) => {
          console.log(Math.random(), new Error("with a stack"));
          process.emitWarning("careful");
          await Promise.all([3, 1, 2].map((n) => new Promise((done) => setTimeout(() => { console.log(n); done(); }, n))));
          if (event.fails) throw new RangeError(import.meta.url + Math.random());
          return import.meta.url;
        };`,
      );
      const answers = [await call(arn), await call(arn, { fails: true }), await call(arn)];
      return JSON.stringify([answers, logs(), region.lambda.invocations]);
    };
    const once = await run(7);
    expect(await run(7)).to.equal(once);
    expect(await run(8)).not.to.equal(once);
    expect(once).not.to.match(/patchplane-lambda/);
    expect(once).to.include("(node:8) Warning: careful");
  });
});
