import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { build } from "esbuild";
import { monday } from "../../support.js";
import { closeAll, type StubAnswer, stub, type Way, ways, world } from "./support.js";

/** When the handler of a new environment is called. */
const cold = 305;

/** A module whose handler runs a body, in which `get` fetches a path of the endpoint and `note` keeps what happens. */
function module(body: string): string {
  return `import http from "node:http";
    import net from "node:net";
    const agent = new http.Agent({ keepAlive: true });
    const seen = [];
    const note = (what) => seen.push(what + "@" + (Date.now() - ${monday + cold}));
    const request = (path, options = {}) => http.request(process.env.AWS_ENDPOINT_URL + path, { agent, ...options });
    const read = async (response) => { let text = ""; for await (const chunk of response) text += chunk; return text; };
    const get = (path, options) => new Promise((resolve, reject) => {
      const made = request(path, options).on("response", (response) => resolve(read(response))).on("error", reject);
      made.end(options?.body);
    });
    const failure = (error) => error.code ?? error.name + ": " + error.message;
    const sleep = (delay) => new Promise((resolve) => setTimeout(resolve, delay));
    export const handler = async () => { ${body}; return seen; };`;
}

async function run(way: Way, body: string, answer: (path: string, body: string) => StubAnswer) {
  const made = world();
  const seen = await stub(made, { way, answer });
  const { payload } = await made.call(made.make(module(body), { Timeout: 60 }));
  return { told: JSON.parse(payload), seen };
}

for (const way of ways)
  describe(`a function's calls over the ${way}`, () => {
    afterEach(closeAll);
    const runOver = (body: string, answer: (path: string, body: string) => StubAnswer) =>
      run(way, body, answer);

    it("are answered when simulated time says so, however many there are at once", async () => {
      const delays: Record<string, number> = { "/slow": 900, "/quick": 20, "/tie1": 500, "/tie2": 500 };
      const { told, seen } = await runOver(
        `await Promise.all([
        get("/slow", { method: "POST", body: "x".repeat(3e6) }).then(note),
        ...["/tie1", "/quick", "/tie2", "/at-once"].map((path) => get(path).then(note)),
        sleep(500).then(() => note("slept")),
        sleep(200).then(() => get("/quick")).then(note),
      ])`,
        (path) => (path in delays ? { after: delays[path] ?? 0 } : {}),
      );
      expect(told).to.deep.equal([
        ...["/at-once@0", "/quick@20", "/quick@220", "/tie1@500", "/tie2@500", "slept@500", "/slow@900"],
      ]);
      // They go out in the order in which they are made.
      const first = ["/slow", "/tie1", "/quick", "/tie2", "/at-once"].map((path) => `${path}@${cold}`);
      expect(seen).to.deep.equal([...first, `/quick@${cold + 200}`]);
    });

    it("may be large, in both directions, and on connections that end with their answer", async () => {
      const large = "x".repeat(3_000_000);
      const { told } = await runOver(
        `const body = await get("/large", { method: "POST", body: "y".repeat(3e6) }); note(body.length);
      const head = request("/head", { method: "HEAD" }).on("response", (response) => {
        response.resume().on("end", () => note("head " + response.headers["x-a"])) });
      await new Promise((resolve) => head.on("close", () => resolve(note("closed"))).end());
      await new Promise((resolve) => request("/unread").on("close", () => resolve(note("gone"))).end())`,
        (path, body) => ({
          after: 40,
          body: path === "/large" ? `${large}${body.length}` : "",
          headers: { connection: path === "/head" ? "close" : "keep-alive", "x-a": "b" },
        }),
      );
      expect(told).to.deep.equal(["3000007@40", "head b@80", "closed@80", "gone@120"]);
    });

    it("that nobody answers end by the function's own limits, and hold nobody up", async () => {
      const { told, seen } = await runOver(
        `const signal = AbortSignal.timeout(700);
      const own = (made, delay) => setTimeout(() => made.destroy(new Error("own limit")), delay);
      await Promise.all([
        get("/silent1", { signal }).catch((error) => note(failure(error))),
        new Promise((resolve) => own(request("/silent2").on("error", (error) => resolve(note(error.message))).end(), 300)),
        new Promise((resolve) => { const made = request("/silent3");
          made.setTimeout(400, () => { note("idle"); made.destroy(); }).on("error", (error) => resolve(note(failure(error)))).end(); }),
        get("/answered").then(note),
        new Promise((resolve) => request("/silent4").on("socket", (socket) => {
          socket.setTimeout(100, () => note("never")); socket.setTimeout(50, () => note("never")); socket.setTimeout(0);
          socket.removeAllListeners("timeout"); socket.setTimeout(600, () => { note("socket"); socket.destroy(); });
        }).on("error", resolve).end()),
      ])`,
        (path) => (path === "/answered" ? { after: 10 } : { instead: "silence" }),
      );
      expect(told).to.deep.equal([
        ...["/answered@10", "own limit@300", "idle@400", "ECONNRESET@400", "socket@600", "ABORT_ERR@700"],
      ]);
      expect(seen.map((text) => text.split("@")[0])).to.deep.equal([
        ...["/silent1", "/silent2", "/silent3", "/answered", "/silent4"],
      ]);
    });

    it("that the function gives up while the answer is on its way get none", async () => {
      const { told } = await runOver(
        `const made = request("/late").on("response", () => note("answer")).on("error", (error) => note(error.message));
      made.on("close", () => note("close")).end();
      await sleep(50); made.destroy(new Error("given up")); await sleep(500);
      const waiting = request("/never-sent").on("error", (error) => note(error.message)); waiting.end();
      waiting.destroy(new Error("not sent")); note(await get("/next"))`,
        () => ({ after: 100 }),
      );
      expect(told).to.deep.equal(["given up@50", "close@50", "not sent@550", "/next@650"]);
    });

    it("fail at once where the connection breaks, and where they lead elsewhere", async () => {
      const { told } = await runOver(
        `for (const path of ["/reset", "/half"]) await get(path).catch((error) => note(failure(error)));
      await new Promise((resolve) => http.get("http://169.254.169.254/").on("error", (error) => resolve(note(error.message))));
      await new Promise((resolve) => net.connect(80, "example.com").on("error", (error) => resolve(note(error.message))));
      await new Promise((resolve) => net.connect(80).on("error", (error) => resolve(note(error.message))));
      const { port } = new URL(process.env.AWS_ENDPOINT_URL);
      await new Promise((resolve) => http.get("http://127.0.0.2:" + port).on("error", (error) => resolve(note(error.message.replace(":" + port, ":80")))));
      await fetch(process.env.AWS_ENDPOINT_URL).catch((error) => note(error.message));
      note(await get("/well"))`,
        (path) =>
          ({
            instead: path === "/reset" ? "reset" : "half",
            ...(path === "/well" ? { instead: undefined } : {}),
          }) as StubAnswer,
      );
      const elsewhere = (host: string) => `the lab does not model calls from functions to ${host}:80@0`;
      expect(told).to.deep.equal([
        ...["ECONNRESET@0", "ECONNRESET@0"],
        ...["169.254.169.254", "example.com", "localhost", "127.0.0.2"].map(elsewhere),
        "the lab does not model fetch in functions, only calls through node:http@0",
        "/well@0",
      ]);
    });

    it("are those of the real SDK too, whose retries wait in simulated time alone, the same in every run", async () => {
      const source = `
      import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
      const client = new SSMClient({ maxAttempts: 5, requestHandler: { requestTimeout: 4000, throwOnRequestTimeout: true } });
      export const handler = async () => {
        const values = [];
        for (const Name of ["/first", "/second"]) {
          const { Parameter } = await client.send(new GetParameterCommand({ Name }));
          values.push([Parameter.Value, Date.now() - ${monday}]);
        }
        return values;
      };`;
      const { outputFiles } = await build({
        stdin: { contents: source, resolveDir: import.meta.dirname },
        ...{ bundle: true, platform: "node", format: "cjs", write: false },
      });
      const bundle = outputFiles.map(({ text }) => text).join("");
      const once = await sdkRun(way, bundle);
      const { values, names, times } = once;
      expect(names).to.deep.equal(["/first", "/first", "/first", "/second", "/second"]);
      expect(values.map(([value]) => value)).to.deep.equal(["b", "c"]);
      expect(times[0]).to.equal(cold);
      // Its first wait is up to a tenth of a second, for throttling up to half of one, and longer each time.
      expect((times[2] ?? 0) - (times[0] ?? 0)).to.be.within(60 + 1, 60 + 2000);
      // The answer that never comes costs the client's own time limit, and whatever it then waits.
      expect((times[4] ?? 0) - (times[3] ?? 0)).to.be.within(4000, 4000 + 2000);
      expect(values[1]?.[1]).to.equal((times[4] ?? 0) + 30);
      const again = await sdkRun(way, bundle);
      expect(again).to.deep.equal(once);
    });
  });

describe("a function's connections", () => {
  afterEach(closeAll);

  it("share a connection, but not one that has been idle for a second of real time", async () => {
    const made = world();
    let connections = 0;
    await stub(made, { answer: () => ({ after: 40 }), onConnection: () => connections++ });
    const arn = made.make(module(`await get("/1"); await sleep(600_000); await get("/2")`), { Timeout: 900 });
    await made.call(arn);
    const counts = [connections];
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await made.call(arn);
    expect([...counts, connections]).to.deep.equal([1, 2]);
  });
});

async function sdkRun(way: Way, bundle: string) {
  const made = world();
  const throttled = {
    ...{ after: 30, status: 400 },
    headers: { "x-amzn-errortype": "ThrottlingException" },
    body: JSON.stringify({ __type: "ThrottlingException", message: "Rate exceeded" }),
  };
  const value = (Value: string) => ({
    after: 30,
    body: JSON.stringify({ Parameter: { Name: "/a", Value } }),
  });
  const answers: StubAnswer[] = [throttled, throttled, value("b"), { instead: "silence" }, value("c")];
  const names: string[] = [];
  const seen = await stub(made, {
    way,
    answer: (_path, body) => {
      names.push(JSON.parse(body).Name);
      return answers.shift() ?? { instead: "reset" };
    },
  });
  const code = (folder: string) => writeFile(join(folder, "index.js"), bundle);
  const arn = made.make("", { code, MemorySize: 512, Timeout: 30 });
  const { payload } = await made.call(arn);
  return {
    names,
    values: JSON.parse(payload) as [string, number][],
    times: seen.map((text) => Number(text.split("@")[1])),
  };
}
