import { expect } from "chai";
import { Endpoint } from "#lab/endpoint/server.js";
import { minute, monday } from "../../support.js";
import { closeAll, roleOf, world } from "./support.js";
import { type Answer, ask } from "./supportApi.js";

const echo = `export const handler = async (event) => {
  console.log("got", event.a); if (event.fails) throw new Error("no"); return event; };`;

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const text = (value: unknown) => new TextDecoder().decode(value as Uint8Array);

describe("Lambda's API", () => {
  afterEach(closeAll);

  it("invokes, and lets time pass until there is an answer", async () => {
    const made = world();
    made.make(echo);
    const invoke = (input: object) => ask(made, "lambda", "Invoke", { FunctionName: "f", ...input });
    const { Payload, ...rest } = await invoke({ Payload: bytes({ a: 1 }) });
    expect([text(Payload), rest]).to.deep.equal(['{"a":1}', { StatusCode: 200, ExecutedVersion: "$LATEST" }]);
    expect(made.clock.now).to.equal(monday + 305);
    const failed = await invoke({ Payload: bytes({ fails: true }), LogType: "Tail", Qualifier: "$LATEST" });
    expect(failed).to.include({ StatusCode: 200, FunctionError: "Unhandled", ExecutedVersion: "$LATEST" });
    expect(JSON.parse(text(failed.Payload))).to.include({ errorType: "Error", errorMessage: "no" });
    const log = Buffer.from(String(failed.LogResult), "base64").toString();
    expect(log).to.match(
      /^START .*\n.*\tINFO\tgot undefined\n.*\tERROR\tInvoke Error (.|\n)*\nEND .*\nREPORT .*\n$/,
    );
    const long = await invoke({ Payload: bytes({ a: "x".repeat(5000) }), LogType: "Tail" });
    const end = Buffer.from(String(long.LogResult), "base64").toString();
    expect([end.length, end.slice(0, 3)]).to.deep.equal([4096, "xxx"]);
    expect(text((await invoke({})).Payload)).to.equal("{}");
    expect(await invoke({ InvocationType: "DryRun" })).to.deep.equal({ StatusCode: 204 });
    expect(made.region.lambda.invocations.map(({ source }) => source)).to.deep.equal(
      Array(4).fill("lambda:Invoke by arn:aws:iam::123456789012:user/lab"),
    );
  });

  it("takes events for later", async () => {
    const made = world();
    made.make(echo);
    const input = { FunctionName: "f", InvocationType: "Event", Payload: bytes({ a: 2 }) };
    expect(await ask(made, "lambda", "Invoke", input)).to.deep.equal({ StatusCode: 202 });
    expect(made.region.lambda.invocations).to.deep.equal([]);
    await made.clock.advanceTo(monday + minute);
    expect(made.region.lambda.invocations[0]).to.include({ status: "success", attempt: 1 });
  });

  it("shows functions as they are set up", async () => {
    const made = world();
    const arn = made.make(echo, {
      ...{ Description: "echoes", Timeout: 7, MemorySize: 256, Architectures: ["arm64"] },
      ...{ Environment: { Variables: { MINE: "b" } }, LoggingConfig: { LogGroup: "/g" } },
      ReservedConcurrentExecutions: 0,
    });
    const plain = made.make(echo, { FunctionName: "plain" });
    const configuration = {
      ...{ FunctionName: "f", FunctionArn: arn, Runtime: "nodejs22.x", Handler: "index.handler" },
      Role: "arn:aws:iam::123456789012:role/everything",
      ...{ Description: "echoes", Timeout: 7, MemorySize: 256, Architectures: ["arm64"], Version: "$LATEST" },
      LastModified: "2026-06-01T00:00:00.000+0000",
      Environment: { Variables: { MINE: "b" } },
      ...{ PackageType: "Zip", State: "Active", LastUpdateStatus: "Successful" },
      LoggingConfig: { LogFormat: "Text", LogGroup: "/g" },
    };
    made.region.tags.set(arn, { k: "v" });
    expect(await ask(made, "lambda", "GetFunctionConfiguration", { FunctionName: arn })).to.deep.equal(
      configuration,
    );
    expect(await ask(made, "lambda", "GetFunction", { FunctionName: "f" })).to.deep.equal({
      ...{ Configuration: configuration, Tags: { k: "v" } },
      Concurrency: { ReservedConcurrentExecutions: 0 },
    });
    const other = await ask(made, "lambda", "GetFunction", { FunctionName: plain });
    expect(other).not.to.have.property("Concurrency");
    expect(other.Configuration).not.to.have.property("Environment");
    const names = (answer: Answer) => (answer.Functions as Answer[]).map(({ FunctionName }) => FunctionName);
    expect(names(await ask(made, "lambda", "ListFunctions", {}))).to.deep.equal(["f", "plain"]);
    for (let index = 0; index < 50; index++) made.make(echo, { FunctionName: `more-${index}` });
    const first = await ask(made, "lambda", "ListFunctions", { MaxItems: 10_000 });
    const second = await ask(made, "lambda", "ListFunctions", { Marker: first.NextMarker });
    expect([names(first).length, names(second)]).to.deep.equal([50, ["more-48", "more-49"]]);
    expect(second).not.to.have.property("NextMarker");
  });

  it("refuses what there is not, and what the lab does not model", async () => {
    const made = world();
    made.make(echo);
    const code = (operation: string, input: object) =>
      ask(made, "lambda", operation, input).then(
        () => "none",
        (error: Error) => error.name,
      );
    expect([
      await code("Invoke", { FunctionName: "g" }),
      await code("Invoke", { FunctionName: "f", Qualifier: "live" }),
      await code("Invoke", { FunctionName: "f", TenantId: "a" }),
      await code("GetFunction", { FunctionName: "f:1" }),
      await code("ListFunctions", { FunctionVersion: "ALL" }),
    ]).to.deep.equal([
      ...["ResourceNotFoundException", "NotModelledError", "NotModelledError", "NotModelledError"],
      "NotModelledError",
    ]);
  });

  it("is served to the CLI's kind of client, and to functions, which may not wait for one another", async () => {
    const made = world();
    const { account, region, clock } = made;
    const endpoint = await Endpoint.start(account);
    const allow = (Action: string) => ({ Effect: "Allow", Action, Resource: "*" });
    const Role = roleOf(region, "caller", [allow("lambda:InvokeFunction"), allow("logs:*")]);
    const functionArn = made.make(
      `import http from "node:http";
      const call = (path, headers) => new Promise((resolve, reject) => {
        const authorization = "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID +
          "/20260601/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0";
        http.request(process.env.AWS_ENDPOINT_URL + path, { method: headers ? "POST" : "GET", headers: { authorization, ...headers } },
          async (response) => { let text = ""; for await (const chunk of response) text += chunk;
            resolve([response.statusCode, text && (JSON.parse(text).message ?? JSON.parse(text).Message)]); }).on("error", reject).end();
      });
      export const handler = async () => {
        const from = Date.now();
        const answers = [];
        for (const type of ["RequestResponse", "Event"])
          answers.push(await call("/2015-03-31/functions/other/invocations", { "x-amz-invocation-type": type }));
        answers.push(await call("/2015-03-31/functions"));
        return [Date.now() > from, ...answers];
      };`,
      { FunctionName: "caller", Role },
    );
    made.make(echo, { FunctionName: "other" });
    try {
      const { accessKeyId } = account.credentials.owner;
      const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260601/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0`;
      const response = await fetch(`${endpoint.url}/2015-03-31/functions/${functionArn}/invocations`, {
        ...{ method: "POST", headers: { authorization }, body: "{}" },
      });
      expect(response.status).to.equal(200);
      expect(await response.json()).to.deep.equal([
        true,
        [400, "the lab does not model a function that waits for another function's answer"],
        [202, ""],
        [
          403,
          `User: ${Role} is not authorized to perform: lambda:ListFunctions on resource: * because no identity-based policy allows the lambda:ListFunctions action`,
        ],
      ]);
      await clock.advanceTo(clock.now + minute);
      expect(
        region.lambda.invocations.map(({ functionName, status }) => [functionName, status]),
      ).to.deep.equal([
        ["caller", "success"],
        ["other", "success"],
      ]);
      expect(account.iam.denials.map(({ action }) => action)).to.deep.equal(["lambda:ListFunctions"]);
      expect(endpoint.failures).to.deep.equal([]);
    } finally {
      await endpoint.close();
    }
  });
});
