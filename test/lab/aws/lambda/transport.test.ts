import { expect } from "chai";
import { FunctionProcess } from "#lab/aws/lambda/functionProcess.js";
import { Endpoint } from "#lab/endpoint/server.js";
import type { CallFault, Faults } from "#lab/faults/faults.js";
import { noFaults } from "#lab/faults/faults.js";
import { closeAll, roleOf, type StubAnswer, stub, type Way, ways, world } from "./support.js";

/** A module whose handler runs a body, in which `send` calls a path, and says all that a client can see of the end. */
const module = (body: string) => `import http, { request as named } from "node:http";
  const pause = (delay) => new Promise((resolve) => setTimeout(resolve, delay));
  const send = (path, { body, chunks = [], ...options } = {}, meanwhile = () => {}) => new Promise((resolve) => {
    const from = Date.now(), events = [];
    const note = (...what) => events.push([Date.now() - from, ...what]);
    const made = named(process.env.AWS_ENDPOINT_URL + path, options);
    made.on("response", (response) => {
      const parts = [];
      note("response", response.statusCode, response.statusMessage, response.complete, response.headers["x-a"]);
      response.on("data", (part) => parts.push(part)).on("end", () => {
        const bytes = Buffer.concat(parts);
        note("end", bytes.length, bytes.length > 99 ? bytes.reduce((sum, byte) => (sum * 31 + byte) % 1e9, 7) : String(bytes));
      }).on("error", (error) => note("broken", error.code));
    });
    made.on("error", (error) => note("error", error.code ?? error.message));
    made.on("timeout", () => note("timeout")).on("continue", () => note("continue"));
    made.on("close", () => { note("close", made.destroyed); resolve(events); });
    meanwhile(made);
    for (const chunk of chunks) made.write(chunk);
    made.end(body);
  });
  const signed = (operation, input = {}, options = {}, meanwhile = () => {}) => send("/", { method: "POST", body: JSON.stringify(input), ...options, headers: {
    "x-amz-target": "AmazonSSM." + operation,
    authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260601/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=0" } }, meanwhile);
  export const handler = async (event) => { const answer = await (async () => { ${body} })(); return answer; };`;

const bytes = Uint8Array.from({ length: 700_000 }, (_, index) => (index * 7919) % 256);

interface Row {
  readonly body: string;
  readonly answer?: StubAnswer;
}

/** Ways to end, as a client sees them. */
const endings: Readonly<Record<string, Row>> = {
  "an answer": {
    body: `return send("/a?b=c")`,
    answer: { after: 20, headers: { "x-a": "b" }, body: "text" },
  },
  "an error of the API": { body: `return send("/a")`, answer: { after: 20, status: 400, body: "{}" } },
  "a throttle": { body: `return send("/a")`, answer: { after: 20, status: 429, body: "{}" } },
  "an empty answer": { body: `return send("/a")`, answer: { after: 20, status: 204, body: "" } },
  "an answer to HEAD": {
    body: `return send("/a", { method: "HEAD" })`,
    answer: { after: 20, body: "" },
  },
  "bytes, many of them": { body: `return send("/a")`, answer: { after: 20, body: bytes } },
  "a body in parts": {
    body: `return send("/a", { method: "POST", chunks: ["a", Buffer.from([98, 99])], body: "d" })`,
    answer: { after: 20 },
  },
  "a body that waits to be asked for": {
    body: `return send("/a", { method: "PUT", headers: { Expect: "100-continue" }, body: "a" })`,
    answer: { after: 20 },
  },
  "a connection that breaks": { body: `return send("/a")`, answer: { instead: "reset" } },
  "silence, and a time limit of the call": {
    body: `return send("/a", { timeout: 300 }, (made) => made.on("timeout", () => made.destroy()))`,
    answer: { instead: "silence" },
  },
  "silence, and an error of the caller": {
    body: `return send("/a", {}, (made) => setTimeout(() => made.destroy(new Error("mine")), 400))`,
    answer: { instead: "silence" },
  },
  "silence, and a signal": {
    body: `return send("/a", { signal: AbortSignal.timeout(250) })`,
    answer: { instead: "silence" },
  },
  "a call that is given up before its answer": {
    body: `return send("/a", {}, (made) => setTimeout(() => made.destroy(new Error("mine")), 10))`,
    answer: { after: 20 },
  },
  "a time limit that is not reached": {
    body: `const events = await send("/a", { timeout: 300 }); await pause(900); return events`,
    answer: { after: 20 },
  },
  "calls and timers of one time": {
    body: `const order = []; const one = (path) => send(path).then(() => order.push(path));
      await Promise.all([one("/1"), pause(20).then(() => order.push("timer")), one("/2")]); return order`,
    answer: { after: 20 },
  },
};

async function told(way: Way, { body, answer = {} }: Row): Promise<unknown> {
  const made = world();
  const seen: unknown[] = [];
  const came = await stub(made, {
    way,
    answer: (path, sent, { method, headers }) => {
      seen.push([method, path, sent, headers["x-amz-target"], headers.expect]);
      return answer;
    },
  });
  const { payload } = await made.call(made.make(module(body), { Timeout: 60 }));
  return { payload: JSON.parse(payload), seen, came, now: made.clock.now };
}

/** A run against the real endpoint, with all that it leaves behind. */
async function lived(way: Way, body: string, faults: Partial<Faults>, statements: readonly object[]) {
  const made = world({ faults: { ...noFaults, ...faults } });
  const endpoint = await Endpoint.start(made.account);
  if (way === "port") made.account.answer = undefined;
  try {
    const Role = roleOf(made.region, "caller", statements);
    const arn = made.make(module(body), { Role, Timeout: 20 });
    const answers = [await made.call(arn), await made.call(arn)];
    return {
      answers,
      logs: made.logs(),
      now: made.clock.now,
      invocations: made.region.lambda.invocations,
      counts: [...endpoint.api.counts.calls, ...endpoint.api.counts.faults],
      denials: made.account.iam.denials,
      failures: endpoint.failures,
    };
  } finally {
    await endpoint.close();
  }
}

const all = [{ Effect: "Allow", Action: "*", Resource: "*" }];
const three = `return Promise.all([signed("ListCommands"), signed("DescribePatchBaselines"), signed("GetPatchBaseline", { BaselineId: "pb-1" })])`;
const withFault = (kind: CallFault["kind"], after: number) => {
  let calls = 0;
  return { onCall: () => (++calls === after ? { kind } : undefined) };
};
const lives: Readonly<
  Record<string, readonly [body: string, faults: () => Partial<Faults>, statements?: readonly object[]]>
> = {
  "answers and refused input": [three, () => ({})],
  "refusals of IAM": [three, () => ({}), all.map((statement) => ({ ...statement, Action: "logs:*" }))],
  "a throttle": [three, () => withFault("throttle", 2)],
  "an error of the server": [three, () => withFault("serverError", 2)],
  "a Region that is down": [three, () => withFault("regionDown", 2)],
  "a time-out, and a limit of the function's own": [
    `return signed("ListCommands", {}, { timeout: 500 }, (made) => made.on("timeout", () => made.destroy()))`,
    () => withFault("timeout", 1),
  ],
  "a time-out that outlasts the function": [
    `return signed("ListCommands").then(() => pause(1))`,
    () => withFault("timeout", 1),
  ],
  ...Object.fromEntries(
    [0, 1, 2, 3, 4].map((count) => [
      `a process that is killed after ${count} calls`,
      [
        `for (const name of ["ListCommands", "DescribePatchBaselines", "ListCommands"]) await signed(name)`,
        () => ({ killAfter: ({ number }: { number: number }) => (number === 1 ? count : undefined) }),
      ] as const,
    ]),
  ),
  "a process that is killed in the middle of an exchange": [
    three,
    () => ({ killAfter: ({ number }: { number: number }) => (number === 1 ? 1 : undefined) }),
  ],
  "answers one after the other, and what happens between them": [
    `const log = (at) => (events) => { console.log(at); return events; };
    return Promise.all([signed("ListCommands").then(log(1)), pause(30).then(log(2)), signed("DescribePatchBaselines").then(log(3)),
      signed("ListCommands").then(() => pause(1)).then(() => signed("ListCommands")), pause(300).then(log(4))])`,
    () => ({}),
  ],
  "a process that ends itself at the last of three answers": [
    `await Promise.all([1, 2, 3].map(() => signed("ListCommands"))); process.exit(3)`,
    () => ({}),
  ],
  "calls that nobody waits for": [`signed("ListCommands"); return 1`, () => ({})],
};

describe("calls over the channel and over the port", () => {
  afterEach(closeAll);

  for (const [name, row] of Object.entries(endings)) {
    it(`are the same to a client: ${name}`, async () => {
      expect(await told("channel", row)).to.deep.equal(await told("port", row));
    });
  }

  for (const [name, [body, faults, statements = all]] of Object.entries(lives)) {
    it(`leave the same behind: ${name}`, async () => {
      const channel = await lived("channel", body, faults(), statements);
      expect(channel).to.deep.equal(await lived("port", body, faults(), statements));
      expect(channel.counts).not.to.deep.equal([]);
      expect(channel.failures).to.deep.equal([]);
    });
  }

  it("are one turn where the answers come one after the other", async () => {
    const { exchange } = FunctionProcess.prototype;
    const orders: string[] = [];
    FunctionProcess.prototype.exchange = function (order, bodies) {
      orders.push(order.kind);
      return exchange.call(this, order, bodies);
    };
    try {
      await lived("channel", `await Promise.all([1, 2, 3].map(() => signed("ListCommands")))`, {}, all);
    } finally {
      FunctionProcess.prototype.exchange = exchange;
    }
    expect(orders).to.deep.equal(["init", "invoke", "resume", "invoke", "resume"]);
  });

  it("are refused alike where they are too large", async () => {
    const body = `return send("/a", { method: "PUT", body: Buffer.alloc(17 * 2 ** 20) }).then((events) => events.slice(0, 2))`;
    const [channel, port] = await Promise.all(
      ways.map(async (way) => (await lived(way, body, {}, all)).answers.map(({ payload }) => payload)),
    );
    expect(channel?.join()).to.include("413");
    expect(port?.join()).to.match(/413|EPIPE|ECONNRESET/);
  });
});
