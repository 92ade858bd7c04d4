import { expect } from "chai";
import fc from "fast-check";
import { FrameReader, frameOf } from "#lab/aws/lambda/bootstrap/frames.js";
import { Endpoint } from "#lab/endpoint/server.js";
import { closeAll, world } from "./support.js";

const exit = "Runtime.ExitError";

interface Row {
  /** Runs in the handler, with `frame` to make a frame and `fs`. */
  readonly body: string;
  readonly errorType: string;
  readonly errorMessage: RegExp;
  readonly watchdog?: number;
}

/** What a function may do to the channel to the lab, which no function of Lambda's has. */
const rows: Readonly<Record<string, Row>> = {
  "writes a text into it": {
    body: `fs.writeSync(3, "garbage, and a line\\n{}\\n"); await never`,
    ...{ errorType: exit, errorMessage: /signal: killed$/ },
  },
  "writes a frame of no JSON": {
    body: `fs.writeSync(3, frame("{no")); await never`,
    ...{ errorType: exit, errorMessage: /signal: killed$/ },
  },
  "writes a frame of something else": {
    body: `fs.writeSync(3, frame('{"message":{"calls":7},"sizes":[]}')); await never`,
    ...{ errorType: exit, errorMessage: /signal: killed$/ },
  },
  "says that it has settled in a way that there is not": {
    body: `fs.writeSync(3, frame('{"message":{"settled":{"kind":"well"}},"sizes":[]}')); await never`,
    ...{ errorType: exit, errorMessage: /signal: killed$/ },
  },
  "says something else after that, which lies in the channel already": {
    body: `const pad = "x".repeat(100_000);
      const text = JSON.stringify({ message: { pad }, sizes: [] });
      fs.writeSync(3, Buffer.concat([frame('{"message":{"settled":{"kind":"well"}},"sizes":[]}'), frame(text)]));
      await never`,
    ...{ errorType: exit, errorMessage: /signal: killed$/ },
  },
  "announces bodies that do not come": {
    body: `fs.writeSync(3, frame('{"message":{},"sizes":[9]}')); await never`,
    ...{ errorType: exit, errorMessage: /signal: killed$/ },
  },
  "begins a frame and never ends it": {
    body: `fs.writeSync(3, frame("{}").subarray(0, 13)); for (;;);`,
    ...{ errorType: "Sandbox.Timedout", errorMessage: /timed out after 3.00 seconds$/, watchdog: 2000 },
  },
  "closes it": {
    body: `fs.closeSync(3); await never`,
    ...{ errorType: exit, errorMessage: /exit status 1$/ },
  },
  "dies with a call on its way": {
    body: `http.get(process.env.AWS_ENDPOINT_URL).on("error", () => {}); process.kill(process.ppid && real, "SIGKILL"); await never`,
    ...{ errorType: exit, errorMessage: /signal: killed$/ },
  },
};

const module = (body: string) => `import fs from "node:fs";
  import http from "node:http";
  const real = Number(fs.readlinkSync("/proc/self"));
  const never = new Promise(() => {});
  const frame = (json) => { const head = Buffer.alloc(12); head.write("lab1"); head.writeUInt32BE(json.length, 4);
    head.writeUInt32BE(json.length, 8); return Buffer.concat([head, Buffer.from(json)]); };
  export const handler = async (event) => { if (event.well) return "well"; ${body} };`;

describe("a function that breaks the channel", () => {
  afterEach(closeAll);

  for (const [name, { body, errorType, errorMessage, watchdog }] of Object.entries(rows)) {
    it(`fails alone when it ${name}, and the lab goes on`, async () => {
      const { make, call, account, region, logs } = world();
      const endpoint = await Endpoint.start(account);
      try {
        if (watchdog !== undefined) region.lambda.watchdog = watchdog;
        const arn = make(module(`console.log("before"); ${body}`));
        const { payload, functionError } = await call(arn);
        region.lambda.watchdog = 60_000;
        expect(functionError).to.equal("Unhandled");
        expect(JSON.parse(payload)).to.have.property("errorType", errorType);
        expect(JSON.parse(payload).errorMessage).to.match(errorMessage);
        expect((await call(arn, { well: true })).payload).to.equal('"well"');
        expect(region.lambda.invocations.map(({ status }) => status)).to.deep.equal([
          errorType === exit ? "crash" : "timeout",
          "success",
        ]);
        expect(logs().filter((line) => line.endsWith("before"))).to.have.length(1);
        expect(endpoint.failures).to.deep.equal([]);
      } finally {
        await endpoint.close();
      }
    });
  }
});

describe("frames", () => {
  it("come together however they are cut", () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 3 });
    const frames = fc.array(fc.tuple(fc.record({ text: fc.string() }), bodies), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(frames, fc.array(fc.nat(200)), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(([message, carried]) => frameOf(message, carried)));
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const reader = new FrameReader();
        const came = places.slice(1).flatMap((end, index) => reader.take(bytes.subarray(places[index], end)));
        const plain = came.map((frame) => [frame.message, frame.bodies.map((body) => [...body])]);
        expect(plain).to.deep.equal(
          sent.map(([message, carried]) => [message, carried.map((body) => [...body])]),
        );
      }),
      { seed: 7 },
    );
  });

  it("are told from what is none", () => {
    const { length } = frameOf({});
    const cut = Buffer.from(frameOf({}));
    cut.writeUInt32BE(length, 8);
    for (const bytes of [Buffer.from("HTTP/1.1 200 OK"), cut]) {
      expect(() => new FrameReader().take(bytes)).to.throw("no frame");
    }
  });
});
