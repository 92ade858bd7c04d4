import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { GetCalendarStateCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { Account } from "#lab/aws/account.js";
import { Endpoint } from "#lab/endpoint/server.js";
import { account as world } from "../support.js";
import { clientOf, exchange, served } from "./supportEndpoint.js";
import { authorization } from "./supportWire.js";

const owner = ({ credentials }: Account, service = "sts") =>
  authorization(credentials.owner.accessKeyId, service);

/** Who the account's owner is, asked over a connection of its own: the sign that the endpoint lives. */
async function identity({ url }: Endpoint, account: Account): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: owner(account), "content-type": "application/x-www-form-urlencoded" },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  });
  return `${response.status} ${/<Arn>(.*)<\/Arn>/.exec(await response.text())?.[1]}`;
}
const alive = "200 arn:aws:iam::123456789012:user/lab";

/** Whether something listens at an address. */
function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

describe("the endpoint", () => {
  it("listens on the loopback interface, and on no other address of the machine", () =>
    served(async (endpoint, account) => {
      const { hostname, port } = new URL(endpoint.url);
      expect(hostname).to.equal("127.0.0.1");
      expect(account.endpoint).to.equal(endpoint.url);
      expect(await listens("127.0.0.1", Number(port))).to.equal(true);
      const others = Object.values(networkInterfaces())
        .flatMap((all) => all ?? [])
        .map(({ address, scopeid = 0, family }) => ({
          address,
          isUsable: family === "IPv4" || scopeid === 0,
        }))
        .filter(({ address, isUsable }) => isUsable && address !== "127.0.0.1")
        .map(({ address }) => address);
      for (const address of [...others, "::1"]) {
        expect(await listens(address, Number(port)), address).to.equal(false);
      }
    }));

  it("takes the port that is asked for, and says so when it is taken", () =>
    served(async ({ url }, account) => {
      const taken = await Endpoint.start(account, { port: Number(new URL(url).port) }).catch(
        (error: unknown) => error,
      );
      expect(taken).to.be.instanceOf(Error).with.property("code", "EADDRINUSE");
    }));

  it("cuts off who waits when it closes, and leaves its port", async () => {
    const { account } = world([]);
    let isAsked = () => {};
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const endpoint = await Endpoint.start(account, {
      control: () => {
        isAsked();
        return new Promise<never>(() => {});
      },
    });
    const { url } = endpoint;
    const hanging = fetch(url).then(
      () => "answered",
      () => "cut off",
    );
    await asked;
    await endpoint.close();
    expect(await hanging).to.equal("cut off");
    const again = await Endpoint.start(account, { port: Number(new URL(url).port) });
    expect(again.url).to.equal(url);
    await again.close();
  });

  it("answers 500 connections at once", () =>
    served(async (endpoint, account) => {
      const body = "Action=GetCallerIdentity&Version=2011-06-15";
      const request = [
        "POST / HTTP/1.1",
        "host: 127.0.0.1",
        `authorization: ${owner(account)}`,
        "content-type: application/x-www-form-urlencoded",
        `content-length: ${body.length}`,
        "connection: close",
        "",
        body,
      ].join("\r\n");
      const answers = await Promise.all(Array.from({ length: 500 }, () => exchange(endpoint, [request])));
      expect(answers.filter((answer) => !answer.startsWith("HTTP/1.1 200 OK"))).to.deep.equal([]);
      const ids = answers.map((answer) => /x-amzn-requestid: (\S+)/.exec(answer)?.[1]);
      expect(new Set(ids).size).to.equal(500);
      expect(endpoint.api.counts.calls.get("sts:GetCallerIdentity")).to.equal(500);
    }));
});

describe("malformed HTTP", () => {
  const head = "POST / HTTP/1.1\r\nhost: a\r\n";
  const refused: readonly (readonly [name: string, writes: readonly (string | Uint8Array)[]])[] = [
    ["letters", ["hello\r\n\r\n"]],
    ["bytes", [new Uint8Array(2000).map((_, index) => (index * 37) % 256)]],
    ["the beginning of TLS", [new Uint8Array([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])]],
    ["HTTP/2", ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]],
    ["an unknown method", ["FROB / HTTP/1.1\r\nhost: a\r\n\r\n"]],
    ["no version", ["GET /\r\n\r\n"]],
    ["no host", ["GET / HTTP/1.1\r\n\r\n"]],
    ["a space in the path", ["GET /a b HTTP/1.1\r\nhost: a\r\n\r\n"]],
    ["a zero in a header", ["GET / HTTP/1.1\r\nhost: a\r\nx: \0\r\n\r\n"]],
    ["headers without end", [head, `x: ${"y".repeat(200_000)}`]],
    ["a length that is no number", [`${head}content-length: ten\r\n\r\n`]],
    ["a negative length", [`${head}content-length: -1\r\n\r\n`]],
    ["two lengths", [`${head}content-length: 1\r\ncontent-length: 2\r\n\r\nab`]],
    ["a length and chunks", [`${head}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`]],
    ["chunks of no size", [`${head}transfer-encoding: chunked\r\n\r\nxyz\r\n`]],
    [
      "a chunk that is longer than it says",
      [`${head}transfer-encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n`],
    ],
  ];
  for (const [name, writes] of refused) {
    it(`is refused, and the endpoint lives: ${name}`, () =>
      served(async (endpoint, account) => {
        expect(await exchange(endpoint, writes)).to.match(/^HTTP\/1\.1 4\d\d /);
        expect(await identity(endpoint, account)).to.equal(alive);
        expect(endpoint.failures).to.deep.equal([]);
      }));
  }

  const abandoned: readonly (readonly [name: string, writes: readonly string[]])[] = [
    ["nothing", []],
    ["half a line", ["POST / HT"]],
    ["half the headers", [`${head}content-le`]],
    ["half the body", [`${head}content-length: 100\r\n\r\nhalf`]],
    ["half a chunk", [`${head}transfer-encoding: chunked\r\n\r\n64\r\nhalf`]],
  ];
  for (const [name, writes] of abandoned) {
    it(`harms nobody when the client goes away after ${name}`, () =>
      served(async (endpoint, account) => {
        expect(await exchange(endpoint, writes, { hangUp: true })).to.match(/^(HTTP\/1\.1 400 |$)/);
        expect(await identity(endpoint, account)).to.equal(alive);
        expect(endpoint.failures).to.deep.equal([]);
        expect(endpoint.api.counts.calls.get("sts:GetCallerIdentity")).to.equal(1);
      }));
  }

  it("does not hold up others while it comes byte by byte", () =>
    served(async (endpoint, account) => {
      const socket = connect(Number(new URL(endpoint.url).port), "127.0.0.1");
      for (const byte of `${head}content-length: 5\r\n\r\nabc`) {
        socket.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await identity(endpoint, account)).to.equal(alive);
      socket.destroy();
      expect(await identity(endpoint, account)).to.equal(alive);
    }));
});

describe("a body of 100 MB", () => {
  const size = 100 * 1024 * 1024;

  it("is refused by the length that it announces", () =>
    served(async (endpoint, account) => {
      const head = `PUT /bucket/key HTTP/1.1\r\nhost: a\r\ncontent-length: ${size}\r\n\r\n`;
      const answer = await exchange(endpoint, [head]);
      expect(answer)
        .to.match(/^HTTP\/1\.1 413 /)
        .and.to.contain("The lab takes bodies of up to 16777216 bytes.");
      expect(await identity(endpoint, account)).to.equal(alive);
    }));

  it("is refused before all of it has come in chunks", () =>
    served(async (endpoint, account) => {
      const socket = connect(Number(new URL(endpoint.url).port), "127.0.0.1");
      let answer = "";
      let isOpen = true;
      socket.setEncoding("latin1");
      socket.on("data", (text: string) => {
        answer += text;
      });
      socket.on("error", () => undefined);
      const closed = new Promise<void>((resolve) => {
        socket.on("close", () => {
          isOpen = false;
          resolve();
        });
      });
      socket.write("PUT /bucket/key HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
      const chunk = Buffer.concat([
        Buffer.from("100000\r\n"),
        Buffer.alloc(1024 * 1024),
        Buffer.from("\r\n"),
      ]);
      let sent = 0;
      while (isOpen && answer === "" && sent < size) {
        sent += 1024 * 1024;
        if (!socket.write(chunk))
          await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), closed]);
      }
      await closed;
      // A connection that is cut while there is more to read may lose the answer.
      expect(answer).to.match(/^(HTTP\/1\.1 413 |$)/);
      expect(sent).to.be.below(size / 2);
      expect(await identity(endpoint, account)).to.equal(alive);
    }));

  it("is an error that the SDK raises", () =>
    served(async (endpoint, account) => {
      const client = new SSMClient({ ...clientOf(endpoint, account), maxAttempts: 1 });
      const names = ["x".repeat(17 * 1024 * 1024)];
      const error = await client
        .send(new GetCalendarStateCommand({ CalendarNames: names }))
        .catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(Error);
      expect(await identity(endpoint, account)).to.equal(alive);
    }));

  it("is not the limit: 16 MiB are taken", () =>
    served(async (endpoint, account) => {
      account.s3.createBucket({ Bucket: "bucket" }, account.region("us-east-1"));
      const url = `${endpoint.url}/bucket/key`;
      const headers = { authorization: owner(account, "s3") };
      const put = (length: number) => fetch(url, { method: "PUT", headers, body: Buffer.alloc(length) });
      expect((await put(16 * 1024 * 1024)).status).to.equal(200);
      const read = await fetch(url, { headers });
      expect((await read.arrayBuffer()).byteLength).to.equal(16 * 1024 * 1024);
    }));
});
