import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { PutParameterCommand, SSMClient, SSMServiceException } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { Account } from "#lab/aws/account.js";
import type { Endpoint } from "#lab/endpoint/server.js";
import { clientOf, served } from "./supportEndpoint.js";
import { authorization } from "./supportWire.js";

const owner = ({ credentials }: Account, service = "ssm") =>
  authorization(credentials.owner.accessKeyId, service);

/** Status and body of the answer to a call of SSM with the headers that a test says. */
async function call({ url }: Endpoint, headers: Record<string, string>): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonSSM.ListCommands",
      ...headers,
    },
    body: "{}",
  });
  return `${response.status} ${await response.text()}`;
}

describe("who may ask the endpoint", () => {
  const cases: readonly (readonly [
    name: string,
    headers: (account: Account) => Record<string, string>,
    answer: RegExp,
  ])[] = [
    ["the account's owner", (account) => ({ authorization: owner(account) }), /^200 \{"Commands":\[\]\}$/],
    ["nobody without a signature", () => ({}), /^403 .*"__type":"MissingAuthenticationToken"/],
    [
      "nobody with half a signature",
      () => ({ authorization: "AWS4-HMAC-SHA256 Credential=AKID" }),
      /^403 .*"__type":"IncompleteSignature"/,
    ],
    [
      "nobody with an access key that there is not",
      () => ({ authorization: authorization("AKIAUNKNOWN", "ssm") }),
      /^403 .*"__type":"UnrecognizedClientException"/,
    ],
    [
      "no page",
      (account) => ({ authorization: owner(account), origin: "http://127.0.0.1" }),
      /^403 no pages here$/,
    ],
    [
      "no page of no origin",
      (account) => ({ authorization: owner(account), origin: "null" }),
      /^403 no pages here$/,
    ],
  ];
  for (const [name, headers, answer] of cases) {
    it(`is ${name}`, () =>
      served(async (endpoint, account) => {
        expect(await call(endpoint, headers(account))).to.match(answer);
        expect(endpoint.api.counts.calls.size).to.equal(name === "the account's owner" ? 1 : 0);
      }));
  }

  it("is nobody in a Region that the account has not enabled", () =>
    served(async (endpoint, account) => {
      const authorized = owner(account).replace("us-east-1", "af-south-1");
      expect(await call(endpoint, { authorization: authorized })).to.match(
        /^403 .*"__type":"UnrecognizedClientException"/,
      );
    }));

  it("is nobody in a Region that there is not", () =>
    served(async (endpoint, account) => {
      const authorized = owner(account).replace("us-east-1", "us-esat-1");
      expect(await call(endpoint, { authorization: authorized })).to.match(
        /^403 .*There is no Region us-esat-1; allowed is a Region of AWS; did you mean us-east-1\?/,
      );
    }));

  it("is nobody with a key that there is not, in each service's own form", () =>
    served(async (endpoint) => {
      const lambda = new LambdaClient({
        endpoint: endpoint.url,
        region: "us-east-1",
        credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" },
      });
      const asked = lambda.send(new GetFunctionCommand({ FunctionName: "f" }));
      const why = await asked.catch((error: unknown) => (error instanceof Error ? error.name : error));
      expect(why).to.equal("UnrecognizedClientException");
    }));

  it("is nobody whose key was revoked", () =>
    served(async (endpoint, account) => {
      const authorized = { authorization: owner(account) };
      account.credentials.revoke(account.credentials.owner.accessKeyId);
      expect(await call(endpoint, authorized)).to.match(/^403 .*UnrecognizedClientException/);
    }));

  it("is not who only knows the lab's own commands' way: those come first, pages never", () =>
    served(
      async (endpoint) => {
        const ask = (path: string, headers: Record<string, string> = {}) =>
          fetch(`${endpoint.url}${path}`, { headers }).then(
            async (one) => `${one.status} ${await one.text()}`,
          );
        expect(await ask("/_lab/x")).to.equal("201 controlled");
        expect(await ask("/_lab/x", { origin: "http://a" })).to.equal("403 no pages here");
        expect(await ask("/other")).to.match(/^403 .*MissingAuthenticationToken/s);
      },
      {
        control: ({ path }) =>
          path === "/_lab/x" ? Promise.resolve({ status: 201, headers: {}, body: "controlled" }) : undefined,
      },
    ));
});

describe("what the endpoint does not model", () => {
  it("is a client's error that names the operation; the SDK does not ask again", () =>
    served(async (endpoint, account) => {
      const error = await new SSMClient(clientOf(endpoint, account))
        .send(new PutParameterCommand({ Name: "a", Value: "b" }))
        .catch((caught: unknown) => caught);
      if (!(error instanceof SSMServiceException)) expect.fail(String(error));
      expect([
        error.name,
        error.message,
        error.$metadata.httpStatusCode,
        error.$metadata.attempts,
      ]).to.deep.equal(["NotModelled", "the lab does not model ssm:PutParameter", 400, 1]);
      expect([...endpoint.api.counts.notModelled]).to.deep.equal([["ssm:PutParameter", 1]]);
    }));

  const services: readonly (readonly [service: string, headers: Record<string, string>, name: string])[] = [
    ["dynamodb", { "x-amz-target": "DynamoDB_20120810.ListTables" }, "dynamodb:ListTables"],
    ["AmazonSSM", {}, "AmazonSSM:ListCommands"],
    ["constructor", {}, "constructor:ListCommands"],
  ];
  for (const [service, headers, name] of services) {
    it(`is a service: ${name}`, () =>
      served(async (endpoint, account) => {
        const answer = await call(endpoint, { authorization: owner(account, service), ...headers });
        const message = `the lab does not model ${name}`;
        expect(answer).to.equal(`400 ${JSON.stringify({ __type: "NotModelled", message })}`);
        expect([...endpoint.api.counts.notModelled]).to.deep.equal([[name, 1]]);
      }));
  }

  it("is a service of the query protocol or of REST", () =>
    served(async (endpoint, account) => {
      const form = {
        authorization: owner(account, "rds"),
        "content-type": "application/x-www-form-urlencoded",
      };
      const body = "Action=DescribeDBInstances&Version=2014-10-31";
      const query = await fetch(endpoint.url, { method: "POST", headers: form, body });
      expect([query.status, await query.text()].join()).to.contain(
        "400,<ErrorResponse><Error><Type>Sender</Type>",
      );
      const rest = await fetch(`${endpoint.url}/clusters/a`, {
        headers: { authorization: owner(account, "eks") },
      });
      expect([rest.status, await rest.text()].join()).to.contain("<Code>NotModelled</Code>");
      expect([...endpoint.api.counts.notModelled]).to.deep.equal([
        ["rds:DescribeDBInstances", 1],
        ["eks:GET /clusters/a", 1],
      ]);
    }));
});

describe("what the lab itself gets wrong", () => {
  it("is a 500 that says so, once, and the endpoint lives", () =>
    served(async (endpoint, account) => {
      account.s3.listBuckets = () => {
        throw new TypeError("a mistake");
      };
      const headers = { authorization: owner(account, "s3") };
      const response = await fetch(endpoint.url, { headers });
      expect([response.status, await response.text()]).to.deep.equal([500, "The lab failed: a mistake"]);
      expect(endpoint.failures).to.have.lengthOf(1);
      expect(await call(endpoint, { authorization: owner(account) })).to.match(/^200 /);
    }));

  it("is an answer that breaks the model", () =>
    served(async (endpoint, account) => {
      account.s3.getBucketLocation = () => ({ LocationConstraint: "moon-east-1" });
      const headers = { authorization: owner(account, "s3") };
      const response = await fetch(`${endpoint.url}/bucket?location`, { headers });
      expect(response.status).to.equal(500);
      expect(await response.text()).to.contain(
        "the lab's answer to s3:GetBucketLocation breaks the model: 1 validation error detected: Value 'moon-east-1' at 'locationConstraint'",
      );
    }));
});
