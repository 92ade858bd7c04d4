import { GetMaintenanceWindowCommand, SSMClient, SSMServiceException } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { Account } from "#lab/aws/account.js";
import type { Endpoint } from "#lab/endpoint/server.js";
import type { CallFault } from "#lab/faults/faults.js";
import { clientOf, exchange, served } from "./supportEndpoint.js";
import { authorization } from "./supportWire.js";

const owner = ({ credentials }: Account, service = "ssm") =>
  authorization(credentials.owner.accessKeyId, service);

/** The answer to a call in the name of a function, headers and all. */
function asFunction(
  endpoint: Endpoint,
  account: Account,
  wanted: Partial<{ onCall: (action: string) => void }> = {},
) {
  const key = account.credentials.issue("ASIA", {
    arn: "arn:aws:sts::123456789012:assumed-role/role/function",
    userId: "AROA:function",
    caller: () => account.iam.owner,
    onCall: () => {},
    ...wanted,
  });
  return exchange(endpoint, [
    [
      "POST / HTTP/1.1",
      "host: a",
      "connection: close",
      `authorization: ${authorization(key.accessKeyId, "ssm")}`,
      "x-amz-target: AmazonSSM.ListCommands",
      "content-length: 2",
      "",
      "{}",
    ].join("\r\n"),
  ]);
}

describe("an answer to a function", () => {
  it("comes after a while of simulated time, which its headers tell; others get no such", () =>
    served(async (endpoint, account) => {
      const first = await asFunction(endpoint, account);
      const second = await asFunction(endpoint, account);
      const delays = [first, second].map(
        (answer) => Number(/x-lab-at: (\d+)/.exec(answer)?.[1]) - account.clock.now,
      );
      for (const delay of delays) expect(delay).to.be.within(15, 45);
      expect(new Set(delays).size).to.equal(2);
      expect(first).to.match(/\r\ndate: Mon, 01 Jun 2026 00:00:00 GMT\r\n/);
      const response = await fetch(endpoint.url, { headers: { authorization: owner(account, "s3") } });
      expect(response.headers.has("x-lab-at")).to.equal(false);
    }));

  it("is asked about before the call is looked at", () =>
    served(async (endpoint, account) => {
      const actions: string[] = [];
      await asFunction(endpoint, account, { onCall: (action) => actions.push(action) });
      expect(actions).to.deep.equal(["ssm:ListCommands"]);
    }));
});

describe("a fault over HTTP", () => {
  const faulty = (fault: CallFault) => ({ faults: { onCall: () => fault } });
  const ask = (endpoint: Endpoint, account: Account, attempts = 2) =>
    new SSMClient({ ...clientOf(endpoint, account), maxAttempts: attempts })
      .send(new GetMaintenanceWindowCommand({ WindowId: "mw-0123456789abcdef0" }))
      .catch((caught: unknown) => caught);

  for (const [kind, name] of [
    ["throttle", "ThrottlingException"],
    ["serverError", "InternalServerError"],
  ] as const) {
    it(`is ${name} for ${kind}, which the SDK asks again after`, () =>
      served(async (endpoint, account) => {
        expect(await ask(endpoint, account))
          .to.be.instanceOf(SSMServiceException)
          .with.property("name", name);
        expect([...endpoint.api.counts.faults]).to.deep.equal([[`${kind} ssm:GetMaintenanceWindow`, 2]]);
      }, faulty({ kind })));
  }

  it("is a connection that breaks when the Region is down", () =>
    served(
      async (endpoint, account) => {
        expect(await ask(endpoint, account, 1))
          .to.be.instanceOf(Error)
          .with.property("code", "ECONNRESET");
        expect(await asFunction(endpoint, account)).to.equal("");
      },
      faulty({ kind: "regionDown" }),
    ));

  it("is silence for a time-out, of which a function's process is told by the way", () =>
    served(
      async (endpoint, account) => {
        const socket = asFunction(endpoint, account);
        const waiting = fetch(endpoint.url, { headers: { authorization: owner(account, "s3") } }).then(
          () => "answered",
          () => "cut off",
        );
        for (let turn = 0; endpoint.api.counts.faults.size < 2; turn++) {
          if (turn === 1_000_000) throw new Error("the calls did not come");
          await new Promise((resolve) => setImmediate(resolve));
        }
        await endpoint.close();
        expect(await socket).to.equal("HTTP/1.1 102 Processing\r\n\r\n");
        expect(await waiting).to.equal("cut off");
      },
      faulty({ kind: "timeout" }),
    ));
});
