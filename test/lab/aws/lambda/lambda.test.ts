import { expect } from "chai";
import type { FunctionInput } from "#lab/aws/lambda/function.js";
import { errorCode, minute, monday } from "../../support.js";
import { closeAll, type LambdaWorld, roleOf, world } from "./support.js";
import { children } from "./supportProcesses.js";

const echo = "export const handler = async (event) => event;";
const sleeper = `export const handler = async ({ seconds = 60 }) => {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000)); return Date.now() - ${monday}; };`;

async function failure(
  { clock, region }: LambdaWorld,
  functionArn: string,
  payload = "",
  clientContext = "e30=",
) {
  const request = { functionArn, payload, clientContext, source: "test" };
  return clock.advanceUntil(region.lambda.invoke(request)).then(
    () => ({ name: "none", message: "" }),
    (error: Error) => ({ name: error.name, message: error.message }),
  );
}

describe("Lambda", () => {
  afterEach(closeAll);

  for (const [what, changes, code, message] of [
    ["a name twice", { FunctionName: "there" }, "ResourceConflictException", "Function already exist: there"],
    [
      "a name that is none",
      { FunctionName: "a b" },
      "InvalidParameterValueException",
      "The name a b is not valid",
    ],
    [
      "another language",
      { Runtime: "python3.13" },
      "NotModelledError",
      "the lab does not model the runtime python3.13",
    ],
    [
      "other logs",
      { LoggingConfig: { LogFormat: "JSON" } },
      "NotModelledError",
      "the lab does not model the log format JSON",
    ],
    [
      "no time",
      { Timeout: 0 },
      "ValidationException",
      "1 validation error detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      "too much memory",
      { MemorySize: 10_241 },
      "ValidationException",
      "1 validation error detected: Value '10241' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to 10240",
    ],
    [
      "a variable of one letter",
      { Environment: { Variables: { A: "x" } } },
      "ValidationException",
      "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
    ],
    [
      "reserved variables",
      { Environment: { Variables: { AWS_REGION: "x", MINE: "y", _HANDLER: "z" } } },
      "InvalidParameterValueException",
      "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION, _HANDLER",
    ],
    [
      "too many variables",
      { Environment: { Variables: { MINE: "x".repeat(4096) } } },
      "InvalidParameterValueException",
      "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.",
    ],
  ] satisfies [string, Partial<FunctionInput>, string, string][]) {
    it(`takes no function with ${what}`, async () => {
      const { make } = world();
      make(echo, { FunctionName: "there" });
      expect(() => make(echo, changes))
        .to.throw(message)
        .with.property("name", code);
    });
  }

  it("knows a function by its name, its ARN and what is between, and no version of it", () => {
    const { make, region } = world();
    const arn = make(echo);
    expect(arn).to.equal("arn:aws:lambda:us-east-1:123456789012:function:f");
    for (const name of ["f", arn, "123456789012:function:f", "f:$LATEST", `${arn}:$LATEST`]) {
      expect(region.lambda.find(name).arn, name).to.equal(arn);
    }
    for (const [name, qualifier, code] of [
      ["g", undefined, "ResourceNotFoundException"],
      [arn.replace("us-east-1", "us-west-2"), undefined, "ResourceNotFoundException"],
      [arn.replace("123456789012", "210987654321"), undefined, "ResourceNotFoundException"],
      ["f:live", undefined, "NotModelledError"],
      ["f", "1", "NotModelledError"],
    ] as const) {
      expect(
        errorCode(() => region.lambda.find(name, qualifier)),
        name,
      ).to.equal(code);
    }
  });

  it("takes no payload that is no JSON or too large", async () => {
    const made = world();
    const { make, region, call } = made;
    const functionArn = make(echo);
    const invoke = (payload: string, clientContext?: string) =>
      failure(made, functionArn, payload, clientContext);
    expect(await invoke("{")).to.deep.equal({
      name: "InvalidRequestContentException",
      message: "Could not parse request body into json",
    });
    expect((await invoke("{}", "no json")).name).to.equal("InvalidRequestContentException");
    const large = (size: number) => JSON.stringify("x".repeat(size - 2));
    expect(await invoke(large(6_291_457))).to.deep.equal({
      name: "RequestTooLargeException",
      message: "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    });
    const send = (payload: string) => errorCode(() => region.lambda.invokeAsync({ functionArn, payload }));
    expect([send(large(1_048_577)), send("{")]).to.deep.equal([
      ...["RequestTooLargeException", "InvalidRequestContentException"],
    ]);
    expect((await call(functionArn, "x".repeat(6_291_454 - 100))).payload).to.have.length(6_291_456 - 100);
    const empty = region.lambda.invoke({ functionArn, payload: "", source: "test" });
    expect((await region.account.clock.advanceUntil(empty)).payload).to.equal("{}");
  });

  it("runs as many invocations at once as there are, each in an environment of its own", async () => {
    const { make, region, clock } = world();
    const functionArn = make(sleeper, { Timeout: 100 });
    const invoke = () => region.lambda.invoke({ functionArn, payload: "{}", source: "test" });
    const both = await clock.advanceUntil(Promise.all([invoke(), invoke()]));
    expect(both.map(({ payload }) => payload)).to.deep.equal(["60305", "60305"]);
    expect(children()).to.have.length(2);
    await clock.advanceUntil(invoke());
    expect(region.lambda.invocations.map(({ coldStart }) => coldStart)).to.deep.equal([true, true, false]);
  });

  it("throttles beyond the concurrency that a function has reserved", async () => {
    const made = world();
    const { make, region, clock } = made;
    const functionArn = make(sleeper, { Timeout: 100, ReservedConcurrentExecutions: 1 });
    make(echo, { FunctionName: "off", ReservedConcurrentExecutions: 0 });
    const invoke = () => region.lambda.invoke({ functionArn, payload: "{}", source: "test" });
    const first = invoke();
    const refused: unknown = await clock.advanceUntil(invoke().catch((error: unknown) => error));
    expect(refused).to.include({
      ...{ code: "TooManyRequestsException", status: 429, message: "Rate Exceeded." },
    });
    await clock.advanceUntil(first);
    expect((await clock.advanceUntil(invoke())).functionError).to.equal(undefined);
    expect((await failure(made, "off")).name).to.equal("TooManyRequestsException");
    expect(region.lambda.invocations.map(({ status }) => status)).to.deep.equal([
      ...["success", "throttled", "success", "throttled"],
    ]);
    const sum = (name: string, fn: string) =>
      region.cloudWatch.metric("AWS/Lambda", name, "FunctionName", fn).sum(0, clock.now + minute);
    expect([
      sum("Invocations", "f"),
      sum("Throttles", "f"),
      sum("Errors", "f"),
      sum("Throttles", "off"),
    ]).to.deep.equal([2, 1, 0, 1]);
  });

  it("does not run what has a role that Lambda may not take on", async () => {
    const made = world();
    const { make, region } = made;
    const Role = roleOf(region, "of-ec2", [], "ec2.amazonaws.com");
    const functionArn = make(echo, { Role });
    const { name, message } = await failure(made, functionArn);
    expect([name, message]).to.deep.equal([
      ...["AccessDeniedException", "The role defined for the function cannot be assumed by Lambda."],
    ]);
    expect(region.lambda.invocations[0]).to.include({ status: "refused", error: message, endedAt: monday });
    expect(region.account.iam.denials[0]).to.include({ action: "sts:AssumeRole", resource: Role });
    expect(children()).to.have.length(0);
  });

  it("logs with the function's role, and not at all without its permission", async () => {
    const log = "arn:aws:logs:us-east-1:123456789012:log-group:/g";
    const allow = (Action: string | string[], Resource = `${log}:log-stream:*`) => ({
      Effect: "Allow",
      Action,
      Resource,
    });
    for (const [statements, exists, denied] of [
      [[allow(["logs:CreateLogStream", "logs:PutLogEvents"])], true, []],
      [[allow(["logs:CreateLogStream", "logs:PutLogEvents"])], false, ["logs:CreateLogGroup"]],
      [[allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], `${log}:*`)], false, []],
      [[allow("logs:PutLogEvents")], true, ["logs:CreateLogStream"]],
      [[allow("logs:CreateLogStream")], true, ["logs:PutLogEvents"]],
    ] as const) {
      const { make, region, call } = world();
      if (exists) region.logs.createLogGroup({ logGroupName: "/g" });
      const Role = roleOf(region, "r", statements);
      const { logTail } = await call(make(echo, { Role, LoggingConfig: { LogGroup: "/g" } }));
      expect(logTail).to.match(/^INIT_START .*\nSTART .*\nEND .*\nREPORT .*\n$/);
      expect(region.account.iam.denials.map(({ action }) => action)).to.deep.equal(denied);
      const written = region.logs.has("/g")
        ? region.logs.filterLogEvents({ logGroupName: "/g" })
        : { events: [] };
      expect(written)
        .to.have.property("events")
        .with.length(denied.length === 0 ? 4 : 0);
    }
  });

  it("lets whom a permission names invoke, for the source that it names", () => {
    const { make, region } = world();
    const functionArn = make(echo);
    const { iam } = region.account;
    const add = (StatementId: string, Principal: string, more = {}) =>
      region.lambda.addPermission({
        ...{ FunctionName: "f", StatementId, Principal, Action: "lambda:InvokeFunction" },
        ...more,
      });
    const SourceArn = "arn:aws:s3:::bucket";
    add("s3", "s3.amazonaws.com", { SourceArn, SourceAccount: "123456789012" });
    add("account", "210987654321");
    expect(errorCode(() => add("s3", "s3.amazonaws.com"))).to.equal("ResourceConflictException");
    const may = (name: string, context: Record<string, string>) =>
      iam.wouldAllow({
        ...{ action: "lambda:InvokeFunction", resource: functionArn, context },
        caller: { kind: "service", name },
      });
    const source = (arn: string, account = "123456789012") => ({
      "aws:SourceArn": arn,
      "aws:SourceAccount": account,
    });
    expect(may("s3.amazonaws.com", source(SourceArn))).to.equal(true);
    expect(may("s3.amazonaws.com", source("arn:aws:s3:::other"))).to.equal(false);
    expect(may("s3.amazonaws.com", source(SourceArn, "210987654321"))).to.equal(false);
    expect(may("events.amazonaws.com", source(SourceArn))).to.equal(false);
    const call = { action: "lambda:InvokeFunction", resource: functionArn };
    const role = (accountId: string) => ({ kind: "role", arn: "arn", accountId, policies: [] }) as const;
    expect(iam.wouldAllow({ ...call, caller: role("123456789012") })).to.equal(false);
  });
});
