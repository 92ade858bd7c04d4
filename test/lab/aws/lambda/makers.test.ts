import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asset, CustomResource, runtime } from "@pulumi/pulumi";
import { expect } from "chai";
import type { Inputs } from "#lab/deploy/inputs.js";
import { makeResource } from "#lab/deploy/resources.js";
import { day, errorCode, monday } from "../../support.js";
import { closeAll, type LambdaWorld, world } from "./support.js";

const handler = `import { readFileSync } from "node:fs";
  export const handler = async () => [process.env.STAGE, readFileSync("data/text.txt", "utf8")];`;
const Role = "arn:aws:iam::123456789012:role/everything";

function make({ region }: LambdaWorld, type: string, inputs: object, name = "logical") {
  return makeResource(region, `aws:${type}`, name, { ...inputs });
}

/** What the program's inputs are by the time that they come to a maker. */
async function registered(code: asset.Archive): Promise<Inputs> {
  let seen: Inputs = {};
  const newResource = ({ name, inputs }: runtime.MockResourceArgs) => {
    seen = inputs;
    return { id: name, state: inputs };
  };
  await runtime.setMocks({ newResource, call: () => ({}) });
  class Registered extends CustomResource {}
  new Registered("aws:lambda/function:Function", "function", { code });
  await runtime.disconnect();
  return seen;
}

describe("functions that the program makes", () => {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-test-"));
  writeFileSync(join(folder, "index.mjs"), handler);
  after(() => rmSync(folder, { recursive: true }));
  afterEach(closeAll);

  it("run the code of their archives, whatever these are made of", async () => {
    const { FileArchive, FileAsset, StringAsset, AssetArchive } = asset;
    const text = new StringAsset("inside");
    await mkdir(join(folder, "data"), { recursive: true });
    writeFileSync(join(folder, "data", "text.txt"), "inside");
    for (const archive of [
      new FileArchive(folder),
      new AssetArchive({ "index.mjs": new FileAsset(join(folder, "index.mjs")), "data/text.txt": text }),
      new AssetArchive({
        "index.mjs": new StringAsset(handler),
        data: new AssetArchive({ "text.txt": text }),
      }),
      new AssetArchive({ ".": new FileArchive(folder) }),
    ]) {
      const made = world();
      const inputs = {
        ...(await registered(archive)),
        ...{ handler: "index.handler", runtime: "nodejs24.x", role: Role, tags: { a: "b" } },
        environment: { variables: { STAGE: "dev" } },
      };
      const { id, state } = make(made, "lambda/function:Function", inputs, "fn");
      const arn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
      expect([id, state]).to.deep.equal(["fn", { arn, name: "fn", version: "$LATEST" }]);
      expect((await made.call(arn)).payload).to.equal('["dev","inside"]');
      expect(made.region.tags.of(arn)).to.deep.equal({ a: "b" });
    }
  });

  it("are not run from what the lab cannot unpack", async () => {
    for (const [archive, problem] of [
      [new asset.FileArchive("code.zip"), "the lab does not model the packed archive code.zip"],
      [
        new asset.RemoteArchive("https://example.com/a.zip"),
        "the lab does not model code that is no archive of files",
      ],
      [
        new asset.AssetArchive({ "../x": new asset.StringAsset("") }),
        "the lab does not model the asset ../x outside its archive",
      ],
      [
        new asset.AssetArchive({ "a/../../x": new asset.StringAsset("") }),
        "the lab does not model the asset a/../../x outside its archive",
      ],
      [
        new asset.AssetArchive({ x: new asset.RemoteAsset("https://example.com") }),
        "the lab does not model code that is no archive of files",
      ],
    ] as const) {
      const made = world();
      const inputs = { code: archive, handler: "index.handler", runtime: "nodejs24.x", role: Role };
      make(made, "lambda/function:Function", inputs);
      const outcome = await made.call("logical").then(
        () => "ran",
        (error: Error) => error.message,
      );
      expect(outcome).to.equal(problem);
    }
  });

  it("have all their settings, their retries and whom they let in", () => {
    const made = world();
    const { region } = made;
    make(made, "lambda/function:Function", {
      ...{
        name: "f",
        description: "d",
        role: Role,
        handler: "a.b",
        runtime: "nodejs24.x",
        architectures: ["arm64"],
      },
      ...{ timeout: 9, memorySize: 512, reservedConcurrentExecutions: 1, publish: false, packageType: "Zip" },
      loggingConfig: { logFormat: "Text", logGroup: "/g" },
      code: new asset.AssetArchive({}),
    });
    const fn = region.lambda.find("f");
    const { input } = fn;
    expect([fn.timeout, fn.memoryMiB, fn.reserved, fn.logGroup]).to.deep.equal([9000, 512, 1, "/g"]);
    expect([input.Description, input.Role, input.Handler, input.Architectures]).to.deep.equal([
      ...["d", Role, "a.b"],
      ["arm64"],
    ]);
    make(
      made,
      "lambda/function:Function",
      { role: Role, handler: "a.b", runtime: "nodejs24.x", reservedConcurrentExecutions: -1 },
      "g",
    );
    expect(region.lambda.find("g").reserved).to.equal(Number.POSITIVE_INFINITY);

    const [onFailure, onSuccess] = ["a", "b"].map((name) => region.arn("sqs", name));
    make(made, "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", {
      ...{ functionName: "f", maximumRetryAttempts: 1, maximumEventAgeInSeconds: 120 },
      destinationConfig: { onFailure: { destination: onFailure }, onSuccess: { destination: onSuccess } },
    });
    expect(fn.events).to.deep.equal({ retries: 1, maximumAge: 120_000, onFailure, onSuccess });

    const source = { sourceArn: "arn:aws:s3:::b", sourceAccount: "123456789012" };
    const permission = {
      function: "f",
      action: "lambda:InvokeFunction",
      principal: "s3.amazonaws.com",
      ...source,
    };
    expect(make(made, "lambda/permission:Permission", permission)).to.deep.equal({
      id: "logical",
      state: { statementId: "logical" },
    });
    const may = (arn: string) =>
      region.account.iam.wouldAllow({
        ...{ action: "lambda:InvokeFunction", resource: fn.arn },
        caller: { kind: "service", name: "s3.amazonaws.com" },
        context: { "aws:SourceArn": arn, "aws:SourceAccount": "123456789012" },
      });
    expect([may(source.sourceArn), may("arn:aws:s3:::c")]).to.deep.equal([true, false]);
  });

  it("come with queues and log groups", async () => {
    const made = world();
    const { region } = made;
    const queue = {
      name: "q",
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 86_400,
      visibilityTimeoutSeconds: 9,
    };
    const url = "https://sqs.us-east-1.amazonaws.com/123456789012/q";
    const arn = "arn:aws:sqs:us-east-1:123456789012:q";
    expect(make(made, "sqs/queue:Queue", { ...queue, tags: { a: "b" } })).to.deep.equal({
      id: url,
      state: { arn, url, name: "q" },
    });
    expect(region.tags.of(arn)).to.deep.equal({ a: "b" });
    const statement = {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: arn,
    };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const send = (queueArn: string) =>
      errorCode(() =>
        region.sqs.sendMessage(
          { QueueUrl: queueArn, MessageBody: "x" },
          { caller: { kind: "service", name: "events.amazonaws.com" } },
        ),
      );
    expect(send(arn)).to.equal("AccessDeniedException");
    expect(make(made, "sqs/queuePolicy:QueuePolicy", { queueUrl: url, policy }).id).to.equal(url);
    expect(send(arn)).to.equal("none");
    make(made, "sqs/queue:Queue", { policy: policy.replace(":q", ":logical") });
    expect(send(region.arn("sqs", "logical"))).to.equal("none");

    const group = { name: "/g", retentionInDays: 1, kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/k" };
    const groupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/g";
    expect(make(made, "cloudwatch/logGroup:LogGroup", group)).to.deep.equal({
      id: "/g",
      state: { arn: groupArn, name: "/g" },
    });
    make(made, "cloudwatch/logGroup:LogGroup", { name: "/kept", retentionInDays: 0 });
    for (const name of ["/g", "/kept"]) region.logs.write(name, "s", "x");
    await made.clock.advanceTo(monday + 2 * day);
    const left = ["/g", "/kept"].map((logGroupName) => region.logs.filterLogEvents({ logGroupName }));
    expect(left.map((answer) => (answer as { events: object[] }).events.length)).to.deep.equal([0, 1]);
  });

  const plain = { role: Role, handler: "a.b", runtime: "nodejs24.x" };
  for (const [type, inputs, what] of [
    ["lambda/function:Function", { ...plain, layers: ["a"] }, "layers of aws:lambda/function:Function"],
    ["lambda/function:Function", { ...plain, publish: true }, "publish true"],
    ["lambda/function:Function", { ...plain, packageType: "Image" }, "packageType Image"],
    ["lambda/function:Function", { ...plain, vpcConfig: {} }, "vpcConfig of aws:lambda/function:Function"],
    ["sqs/queue:Queue", { fifoQueue: true }, "fifoQueue true"],
    ["sqs/queue:Queue", { redrivePolicy: "{}" }, "redrivePolicy of aws:sqs/queue:Queue"],
    ["sqs/queue:Queue", { delaySeconds: 5 }, "delaySeconds 5"],
    ["cloudwatch/logGroup:LogGroup", { logGroupClass: "DELIVERY" }, "logGroupClass DELIVERY"],
    [
      "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      { functionName: "f", qualifier: "live" },
      "qualifier live",
    ],
  ] as const) {
    it(`are refused with ${what}`, () => {
      expect(() => make(world(), type, inputs)).to.throw(`the lab does not model ${what}`);
    });
  }
});
