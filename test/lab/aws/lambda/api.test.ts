import { expect } from "chai";
import { modelOf } from "../../../../lab/aws/model/model.js";
import { violations } from "../../../../lab/aws/model/validate.js";
import type { ApiContext } from "../../../../lab/endpoint/operation.js";
import { Endpoint } from "../../../../lab/endpoint/server.js";
import { lambdaHandlers } from "../../../../lab/endpoint/services/lambda.js";
import { logsHandlers } from "../../../../lab/endpoint/services/logs.js";
import { errorCode, hour, minute, monday } from "../../support.js";
import { closeAll, type LambdaWorld, roleOf, world } from "./support.js";

const echo = `export const handler = async (event) => {
  console.log("got", event.a); if (event.fails) throw new Error("no"); return event; };`;

type Answer = Readonly<Record<string, unknown>>;

/** Asks a handler as the account's owner, and holds its answer against the official model. */
async function ask(
  { account, region }: LambdaWorld,
  service: "lambda" | "logs",
  operation: string,
  input: object,
): Promise<Answer> {
  const handlers: Readonly<Record<string, (input: never, context: ApiContext) => object | Promise<object>>> =
    service === "lambda" ? lambdaHandlers : logsHandlers;
  const answer = await handlers[operation]?.(input as never, { region, caller: account.iam.owner });
  const model = modelOf(service);
  expect(violations(model, model.operations[operation]?.output?.shape ?? "", answer)).to.deep.equal([]);
  return answer as Answer;
}

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
    expect(text((await invoke({})).Payload)).to.equal("{}");
    expect(await invoke({ InvocationType: "DryRun" })).to.deep.equal({ StatusCode: 204 });
    expect(made.region.lambda.invocations.map(({ source }) => source)).to.deep.equal(
      Array(3).fill("lambda:Invoke by arn:aws:iam::123456789012:user/lab"),
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

describe("CloudWatch Logs' API", () => {
  afterEach(closeAll);

  const group = { logGroupName: "/g" };

  /** Two groups, and in one of them two streams whose events take turns. */
  async function written(retentionInDays?: number): Promise<LambdaWorld> {
    const made = world();
    const { logs } = made.region;
    logs.createLogGroup({ ...group, ...(retentionInDays === undefined ? {} : { retentionInDays }) });
    logs.createLogGroup({ logGroupName: "/empty" });
    for (let index = 0; index < 6; index++) {
      await made.clock.advanceTo(monday + index * hour);
      logs.write("/g", index % 2 === 0 ? "b" : "a", `event ${index} of "six"`);
    }
    return made;
  }

  const events = (answer: Answer) =>
    (answer.events as { message: string }[]).map(({ message }) => Number(message.charAt(6)));

  it("lists groups and streams", async () => {
    const made = await written(7);
    const arn = "arn:aws:logs:us-east-1:123456789012:log-group:/g";
    expect(await ask(made, "logs", "DescribeLogGroups", { logGroupNamePrefix: "/g" })).to.deep.equal({
      logGroups: [{ ...group, creationTime: monday, arn: `${arn}:*`, logGroupArn: arn, retentionInDays: 7 }],
    });
    const names = (answer: Answer, list: string, key: string) =>
      (answer[list] as Answer[]).map((one) => one[key]);
    const first = await ask(made, "logs", "DescribeLogGroups", { limit: 1 });
    const second = await ask(made, "logs", "DescribeLogGroups", { limit: 1, nextToken: first.nextToken });
    expect([first, second].flatMap((one) => names(one, "logGroups", "logGroupName"))).to.deep.equal([
      "/empty",
      "/g",
    ]);
    expect(second).not.to.have.property("nextToken");

    const { logStreams } = await ask(made, "logs", "DescribeLogStreams", {
      ...group,
      logStreamNamePrefix: "b",
    });
    expect(logStreams).to.deep.equal([
      {
        logStreamName: "b",
        creationTime: monday,
        firstEventTimestamp: monday,
        lastEventTimestamp: monday + 4 * hour,
        lastIngestionTime: monday + 4 * hour,
        arn: `${arn}:log-stream:b`,
      },
    ]);
    for (const [more, order] of [
      [{}, ["a", "b"]],
      [{ descending: true }, ["b", "a"]],
      [{ orderBy: "LastEventTime" }, ["b", "a"]],
      [{ orderBy: "LastEventTime", descending: true }, ["a", "b"]],
    ] as const) {
      const answer = await ask(made, "logs", "DescribeLogStreams", { ...group, ...more });
      expect(names(answer, "logStreams", "logStreamName"), JSON.stringify(more)).to.deep.equal(order);
    }
  });

  it("finds events by time, stream and words, page by page", async () => {
    const made = await written();
    const filter = (input: object) => ask(made, "logs", "FilterLogEvents", { ...group, ...input });
    for (const [input, found] of [
      [{}, [0, 1, 2, 3, 4, 5]],
      [{ startTime: monday + hour, endTime: monday + 3 * hour }, [1, 2]],
      [{ logStreamNames: ["a"] }, [1, 3, 5]],
      [{ logStreamNamePrefix: "b" }, [0, 2, 4]],
      [{ filterPattern: "event 3" }, [3]],
      [{ filterPattern: '"4 of" event' }, [4]],
      [{ filterPattern: "Event" }, []],
      [{ filterPattern: "" }, [0, 1, 2, 3, 4, 5]],
    ] as const) {
      expect(events(await filter(input)), JSON.stringify(input)).to.deep.equal(found);
    }
    const first = await filter({ limit: 4, interleaved: true });
    expect(events(first)).to.deep.equal([0, 1, 2, 3]);
    expect(events(await filter({ limit: 4, nextToken: first.nextToken }))).to.deep.equal([4, 5]);
    expect((first.events as Answer[])[1]).to.deep.equal({
      ...{ logStreamName: "a", timestamp: monday + hour, ingestionTime: monday + hour },
      ...{ message: 'event 1 of "six"', eventId: "1".padStart(56, "0") },
    });
    const refused = (filterPattern: string) =>
      errorCode(() => made.region.logs.filterLogEvents({ ...group, filterPattern }));
    expect(["?a ?b", "a -b", "{ $.a = 1 }", "[a, b]", "%a%", "a.b"].map(refused)).to.deep.equal(
      Array(6).fill("NotModelledError"),
    );
  });

  it("reads a stream forwards and backwards", async () => {
    const made = await written();
    const read = (input: object) =>
      ask(made, "logs", "GetLogEvents", { ...group, logStreamName: "b", ...input });
    expect(events(await read({}))).to.deep.equal([0, 2, 4]);
    const last = await read({ limit: 2 });
    expect(events(last)).to.deep.equal([2, 4]);
    const before = await read({ limit: 2, nextToken: last.nextBackwardToken });
    expect(events(before)).to.deep.equal([0]);
    const none = await read({ limit: 2, nextToken: before.nextBackwardToken });
    expect([events(none), none.nextBackwardToken]).to.deep.equal([[], before.nextBackwardToken]);
    const first = await read({ limit: 2, startFromHead: true });
    expect(events(first)).to.deep.equal([0, 2]);
    const next = await read({ limit: 2, nextToken: first.nextForwardToken });
    expect(events(next)).to.deep.equal([4]);
    const end = await read({ limit: 2, nextToken: next.nextForwardToken });
    expect([events(end), end.nextForwardToken]).to.deep.equal([[], next.nextForwardToken]);
    expect(events(await read({ startTime: monday + hour, endTime: monday + 3 * hour }))).to.deep.equal([2]);
  });

  it("forgets what is older than its group keeps it", async () => {
    const made = await written(1);
    await made.clock.advanceTo(monday + 26 * hour);
    expect(events(await ask(made, "logs", "FilterLogEvents", group))).to.deep.equal([2, 3, 4, 5]);
  });

  it("refuses what there is not, and what the lab does not model", async () => {
    const { logs } = (await written()).region;
    const unread: object = { logGroupIdentifier: "/g" };
    expect([
      errorCode(() => logs.createLogGroup(group)),
      errorCode(() => logs.filterLogEvents({ logGroupName: "/none" })),
      errorCode(() => logs.getLogEvents({ ...group, logStreamName: "none" })),
      errorCode(() => logs.getLogEvents({ ...group, logStreamName: "a", nextToken: "x" })),
      errorCode(() => logs.describeLogGroups(unread)),
      errorCode(() => logs.describeLogStreams(unread)),
      errorCode(() => logs.filterLogEvents({ ...group, nextToken: "x" })),
    ]).to.deep.equal([
      "ResourceAlreadyExistsException",
      ...["ResourceNotFoundException", "ResourceNotFoundException", "InvalidParameterException"],
      ...["NotModelledError", "NotModelledError", "InvalidNextToken"],
    ]);
  });
});
