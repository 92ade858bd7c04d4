import { expect } from "chai";
import { noFaults } from "#lab/faults/faults.js";
import { errorCode, monday } from "../../support.js";
import { closeAll, stub, type Way, ways, world } from "./support.js";

describe("Lambda", () => {
  afterEach(closeAll);

  for (const way of ways) {
    it(`kills an invocation after as many calls over the ${way} as a fault says, before the next has an effect`, () =>
      killsAfterCalls(way));
  }
});

async function killsAfterCalls(way: Way): Promise<void> {
  const calls = `import http from "node:http";
      const call = (path) => new Promise((resolve, reject) =>
        http.get(process.env.AWS_ENDPOINT_URL + path + "?key=" + process.env.AWS_ACCESS_KEY_ID,
          (response) => response.resume().on("end", resolve)).on("error", reject));
      export const handler = async (event) => {
        console.log("begins");
        if (event.parallel) await Promise.all(["/1", "/2", "/3"].map(call));
        else for (const path of ["/1", "/2", "/3"]) { await call(path); console.log("after " + path); }
        return "done"; };`;
  for (const [killAfter, event, effects, endedAt] of [
    [0, {}, [], 305],
    [1, {}, ["/1"], 305],
    [2, { parallel: true }, ["/1", "/2"], 305],
    [3, {}, ["/1", "/2", "/3"], 325],
    [4, {}, ["/1", "/2", "/3"], 335],
    [undefined, {}, ["/1", "/2", "/3"], 335],
  ] as const) {
    const asked: object[] = [];
    const made = world({
      faults: {
        ...noFaults,
        killAfter: (invocation) => {
          asked.push(invocation);
          return invocation.number === 1 ? killAfter : undefined;
        },
      },
    });
    const happened: string[] = [];
    await stub(made, {
      way,
      answer: (url) => {
        const { pathname, searchParams } = new URL(url, "http://a");
        // As the endpoint does it: whoever has the key is asked first, and a refusal is the answer.
        const identity = made.account.credentials.find(searchParams.get("key") ?? "");
        if (errorCode(() => identity.onCall?.("ssm:GetParameter")) !== "none") return { status: 503 };
        happened.push(pathname);
        return { after: 10 };
      },
    });
    const arn = made.make(calls);
    const { payload, functionError, requestId } = await made.call(arn, event);
    const isKilled = killAfter !== undefined && killAfter < 4;
    expect(happened, `killed after ${killAfter}`).to.deep.equal(effects);
    expect(made.clock.now - monday).to.equal(endedAt);
    expect(made.logs().some((line) => line.endsWith("begins"))).to.equal(true);
    expect(functionError).to.equal(isKilled ? "Unhandled" : undefined);
    expect(payload).to.include(
      isKilled ? `RequestId: ${requestId} Error: Runtime exited with error: signal: killed` : '"done"',
    );
    expect((await made.call(arn)).payload).to.equal('"done"');
    expect(asked).to.deep.equal([1, 2].map((number) => ({ functionName: "f", number })));
  }
}
