import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { build } from "esbuild";
import { bundleFunction, bundleOptions } from "#stacks/functionBundle.js";
import { root } from "../../support/program.js";
import { awsError, StubAws, s3Error } from "./aws/support.js";
import { arnOf, east, nodeId, ohio, payload, runId } from "./core/support.js";

const name = "regional-fanout";
const packages = /^node_modules\/(@aws-sdk\/|@smithy\/|@aws\/lambda-invoke-store\/|zod\/)/;
/** What stands in the place of what serves streams of events, which no call has. */
const leftOut = "left-out:@smithy/core/event-streams";
/** Our code: the folder's own, what all functions share, and how the exclusion processor names its groups. */
const ours = /^functions\/(regional-fanout|shared|window-end)\/|^shared\/(contract|text)\//;

async function bundled(folder: string, entry: string) {
  const { outputFiles, metafile } = await build({ ...bundleOptions(folder, root, entry), metafile: true });
  const [output] = Object.values(metafile.outputs);
  const [file] = outputFiles;
  if (file === undefined || output === undefined) throw new Error("no bundle");
  return { text: file.text, bytes: file.contents.length, output, inputs: Object.keys(output.inputs) };
}

/** Sizes are what they were when last looked into: 505, 486, 442, 297 and 447 kB; 13 and 36 of them are STS, by which two reach other accounts. */
const entries = [
  {
    entry: "handler",
    mostBytes: 505_300,
    made: [
      "ListGroupResources",
      "StartAutomationExecution",
      "GetCalendarState",
      "DescribeInstancePatchStates",
      "PutObject",
      "CreateSchedule",
      // Before an installation it asks the exclusion processor, and looks at the tags of promised nodes.
      "Invoke",
      "GetResources",
    ],
    not: ["Publish", "ListCommands", "SendCommand", "CreateGroup", "StopAutomationExecution"],
  },
  {
    entry: "closing",
    mostBytes: 487_000,
    made: [
      "GetAutomationExecution",
      "ListCommands",
      "ListCommandInvocations",
      "DescribePatchGroups",
      "Publish",
      "DeleteObject",
    ],
    not: ["StartAutomationExecution", "SendCommand", "CreateTopic"],
  },
  {
    entry: "stopping",
    mostBytes: 442_200,
    made: ["ListCommands", "ListCommandInvocations", "CancelCommand", "Publish"],
    not: ["StartAutomationExecution", "SendCommand", "CreateSchedule"],
  },
  {
    folder: "window-end",
    entry: "handler",
    mostBytes: 298_000,
    made: ["DescribeMaintenanceWindowExecutionTasks", "CancelCommand", "Publish", "CreateSchedule"],
    not: ["ListCommands", "SendCommand", "CancelMaintenanceWindowExecution"],
  },
  {
    folder: "window-end",
    entry: "closing",
    mostBytes: 448_500,
    made: ["GetResources", "DescribeInstancePatchStates", "ListCommandInvocations", "PutObject", "Publish"],
    not: ["SendCommand", "CancelCommand", "TagResources", "CreateSchedule"],
  },
] as const;

for (const { entry, mostBytes, made, not, ...more } of entries) {
  const folder = "folder" in more ? more.folder : name;
  describe(`the bundle of ${folder}, ${entry}`, () => {
    let own: Awaited<ReturnType<typeof bundled>>;
    before(async () => {
      own = await bundled(folder, entry);
    });

    it("exports the handler and nothing else, and asks for nothing but Node's own modules", () => {
      expect(own.output.exports).to.deep.equal(["handler"]);
      const foreign = own.output.imports.filter(
        ({ path }) => !/^(node:)?[a-z0-9_]+(\/promises)?$/.test(path),
      );
      expect(foreign).to.deep.equal([]);
    });

    it("is made of our code, AWS's clients and zod alone, each package once", () => {
      expect(own.inputs.filter((path) => !packages.test(path) && !ours.test(path))).to.deep.equal([leftOut]);
      expect(own.inputs.filter((path) => /\/(memory|locales)\//.test(path))).to.deep.equal([]);
      expect(own.inputs.filter((path) => path.lastIndexOf("node_modules/") > 0)).to.deep.equal([]);
      expect(own.text).to.not.contain(root);
    });

    it("has the schemas of calls that it makes and not of others", () => {
      for (const call of made) expect(own.text, call).to.contain(`"${call}"`);
      for (const call of not) expect(own.text, call).to.not.contain(`"${call}"`);
    });

    it(`has at most ${mostBytes} bytes`, () => {
      expect(own.bytes).to.be.at.most(mostBytes);
    });
  });
}

describe("the fan-out's bundles, with nothing beside them", () => {
  let aws: StubAws;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "fanout-"));
    for (const { entry } of entries)
      await cp(join(await bundleFunction(name, entry), "index.mjs"), join(folder, `${entry}.mjs`));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    aws = await StubAws.start();
  });
  afterEach(() => aws.stop());

  /** Invokes a function in a process of its own; gives its log, and what it returns or throws. */
  async function invoke(entry: string, event: unknown) {
    const invokedFunctionArn = `arn:aws:lambda:${east}:123456789012:function:SSM-patchplane-test-fanout`;
    const script = `
      const { handler } = await import(${JSON.stringify(join(folder, `${entry}.mjs`))});
      const context = { functionName: "of-" + ${JSON.stringify(entry)}, invokedFunctionArn: ${JSON.stringify(invokedFunctionArn)}, getRemainingTimeInMillis: () => 60000 };
      const tell = (end) => process.stdout.write(JSON.stringify(end) + "\\n");
      await handler(${JSON.stringify(event)}, context).then((result) => tell({ result }), (error) => tell({ error: String(error) }));
      process.exit(0);`;
    const env = {
      RUNS_BUCKET: "bucket",
      EXECUTION_ROLE_NAME: "execution",
      OPERATION: "Install",
      PER_INSTANCE_NODES: "1000",
      FAILURES_TOPIC_ARN: "arn:topic",
      STOP_FUNCTION_ARN: "arn:aws:lambda:us-east-1:123456789012:function:stopping",
      SCHEDULE_GROUP: "ends",
      SCHEDULE_ROLE_ARN: "arn:aws:iam::123456789012:role/ends",
      DEAD_LETTER_QUEUE_ARN: "arn:aws:sqs:us-east-1:123456789012:kept",
      AWS_LAMBDA_FUNCTION_NAME: "closing",
      AWS_REGION: east,
      AWS_ENDPOINT_URL: String(aws.settings().endpoint),
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      NODE_NO_WARNINGS: "1",
    };
    const node = promisify(execFile);
    const { stdout } = await node(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: folder,
      env,
    });
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    return { lines: lines.slice(0, -1), end: lines.at(-1) };
  }

  it("start what they can, log it with metrics, and fail where a Region failed", async () => {
    const objects = new Map<string, string>();
    aws.answer = ({ operation, region, body, headers }) => {
      if (operation === "POST /list-group-resources" && region === ohio)
        return awsError("AccessDeniedException", 403);
      if (operation === "POST /list-group-resources")
        return { body: { ResourceIdentifiers: [{ ResourceArn: arnOf(nodeId(1)) }] } };
      if (operation === "DescribeInstancePatchStates") return { body: { InstancePatchStates: [] } };
      if (operation === "StartAutomationExecution")
        return { body: { AutomationExecutionId: "11111111-1111-4111-8111-111111111111" } };
      if (operation === "GetMaintenanceWindow") return { body: { Duration: 5, Cutoff: 1 } };
      if (operation === "DescribeMaintenanceWindowExecutions") return { body: { WindowExecutions: [] } };
      if (operation.startsWith("POST /schedules/")) return { body: { ScheduleArn: "arn" } };
      if (operation === `GET /bucket/runs/open/${runId}.json`) return s3Error("NoSuchKey", 404);
      if (operation.startsWith("GET /bucket"))
        return { body: "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>" };
      objects.set(`${headers["if-none-match"] ?? headers["if-match"]}`, body);
      return { headers: { etag: '"1"' } };
    };
    const { lines, end } = await invoke("handler", payload());
    expect(end.error).to.contain(
      `failed in ${ohio}, group-a: AccessDeniedException: because. Started: 1 automation in ${east};`,
    );
    expect(lines.map(({ message }) => message)).to.deep.equal(["started", "run"]);
    expect(lines[1]).to.deep.include({
      Function: "of-handler",
      level: "ERROR",
      FailedRegions: 1,
      StartedRegions: 1,
      SkippedRegions: 0,
      HollowRuns: 0,
    });
    expect(lines[1]._aws.CloudWatchMetrics[0]).to.deep.include({
      Namespace: "patchplane",
      Dimensions: [["Function"]],
    });
    expect([...objects.keys()]).to.deep.equal(["*", '"1"']);
    const started = aws.asked.find(({ operation }) => operation === "StartAutomationExecution");
    expect(started?.region).to.equal(east);
    expect(JSON.parse(started?.body ?? "{}")).to.not.have.property("TargetLocations");
  });

  it("say what is wrong with a payload, and ask nothing", async () => {
    const { end } = await invoke("handler", payload({ Regions: "us-east-1" }));
    expect(end.error).to.contain(
      'PayloadError: The payload has 1 problem(s), nothing was started: Regions: got "us-east-1"',
    );
    expect(aws.asked).to.deep.equal([]);
  });

  it("close nothing when nothing is open, and log it with metrics", async () => {
    aws.answer = () => ({ body: "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>" });
    const { lines, end } = await invoke("closing", { "detail-type": "whatever" });
    expect(end).to.deep.equal({ result: { closed: [], open: [] } });
    expect(lines[0]).to.deep.include({
      Function: "of-closing",
      level: "INFO",
      ClosedRuns: 0,
      PatchedNodes: 0,
    });
  });
});
