import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { type Lab, openLab } from "#lab/run.js";
import { stackSettings } from "#stacks/stackFiles.js";
import { awsPorts } from "#tools/fanout/aws.js";
import { roleOf } from "../lab/aws/lambda/support.js";
import { account, at, catalog, minute, node } from "../lab/support.js";
import { runFanout, surroundings } from "../tools/fanoutSupport.js";
import { bucket, Folder, manifestOf, type Ran, root, run } from "../tools/support.js";

interface Document {
  readonly Statement: readonly { readonly Action: readonly string[] }[];
}

const environmentNames = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"];
const names = ["reader", "author", "approver", "operator"] as const;
type Name = (typeof names)[number];
/** The suffix of seven that Pulumi puts behind a bucket's name, as policies have it. The lab's buckets have none. */
const suffix = "-???????";
const read = (name: Name, isInLab = true) => {
  const text = readFileSync(join(root, "docs/policies", `${name}.json`), "utf8");
  return JSON.parse(isInLab ? text.replaceAll(suffix, "") : text) as Document;
};

const seldom = [
  // Of nodes whose turn has not come, and of commands that go on although their automation was stopped.
  "ssm:CancelCommand",
  // Of automations that have more steps than GetAutomationExecution tells, as one over accounts or nodes may.
  "ssm:DescribeAutomationStepExecutions",
  // Where no status object names the last good version of a file.
  "s3:ListBucketVersions",
];
const tags = { PatchGroup: "dev-servers", Environment: "dev" };
/** Its update takes five minutes, so that there is a run to stop. */
const linux = catalog({
  openssl: [{ released: "2026-01-01" }, { released: "2026-02-01", installSeconds: 300 }],
});
const runId = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;

describe("the policies for people", () => {
  const folder = new Folder();
  const environment = new Map(environmentNames.map((name) => [name, process.env[name]]));
  const asked = new Map<string, Set<string>>();
  const refused: string[] = [];
  let lab: Lab;
  let ids: readonly string[] = [];

  /** Who is at the keyboard from now on. */
  const be = (accessKeyId: string, secretAccessKey: string) => {
    const values = [lab.endpoint.url, accessKeyId, secretAccessKey, "us-east-1"];
    for (const [index, name] of environmentNames.entries()) process.env[name] = values[index];
  };
  const become = (name: Name, isInLab = true) => {
    const region = lab.account.region("us-east-1");
    const { credentials, iam } = lab.account;
    const arn = roleOf(region, `${name}-${asked.size}`, read(name, isInLab).Statement);
    const actions = new Set<string>();
    asked.set(arn, actions);
    const caller = () => iam.assume(arn, "lambda.amazonaws.com");
    const { accessKeyId, secretAccessKey } = credentials.issue("ASIA", { arn, userId: name, caller });
    const again = () => be(accessKeyId, secretAccessKey);
    again();
    return { actions, again };
  };
  const ours = () => {
    const { accessKeyId, secretAccessKey } = lab.account.credentials.owner;
    be(accessKeyId, secretAccessKey);
  };
  const pass = (time: number) => lab.account.clock.advanceTo(lab.account.clock.now + time);
  const exclusions = (...args: string[]) => run(args, { isReal: true, now: lab.account.clock.now });
  const fanout = (newId: string, args: readonly string[], stop = false) => {
    const patience = new AbortController();
    const pause = stop ? async () => patience.abort() : () => pass(minute);
    const given = { portsOf: async (region: string) => awsPorts(region), newId: () => newId, pause };
    return runFanout(
      [...args, "--stack", "dev"],
      surroundings(root, { ...given, interrupted: patience.signal }),
    );
  };
  const put = (Key: string, Body: string) =>
    new S3Client({ forcePathStyle: true }).send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const good = async (running: Promise<Ran>, ...codes: readonly number[]) => {
    const { code, out, err } = await running;
    expect(err, out).to.equal("");
    expect(codes.length === 0 ? [0] : codes, out).to.include(code);
    return out;
  };

  before(async () => {
    const where = ["us-east-1", "us-east-1", "us-west-2", "us-west-2"];
    const { fleet } = account(
      where.map((region) => node({ region, tags, catalog: linux, speed: 1 })),
    ).account;
    ids = fleet.nodes.map(({ id }) => id);
    const settings = stackSettings(root, "dev");
    const values = { ...settings.values, "patchplane:maxChangedNodes": "1" };
    lab = await openLab({
      settings: { ...settings, values },
      fleet,
      from: at("2026-09-01T00:00:00Z"),
      seed: 1,
    });
    const { iam } = lab.account;
    const denialOf = iam.denialOf.bind(iam);
    iam.denialOf = (call) => {
      const denial = denialOf(call);
      if (call.caller.kind === "role") asked.get(call.caller.arn)?.add(call.action);
      // Of what was just made IAM learns late, and it is tried again.
      if (denial !== undefined && denial.isLate !== true)
        refused.push(`${denial.caller}: ${denial.action} ${denial.resource}`);
      return denial;
    };
  });
  after(async () => {
    for (const [name, value] of environment) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    folder.remove();
    await lab.close();
  });
  beforeEach(() => {
    refused.length = 0;
  });
  const manifest = (count: number) =>
    manifestOf({ id: "openssl", patches: ["openssl*"], nodes: ids.slice(0, count) });

  const flows: Readonly<Record<Name, (again: () => void) => Promise<void>>> = {
    author: async () => {
      const file = folder.write("pay.json", manifest(2));
      expect(await good(exclusions("plan", file, "--stack", "dev"), 1)).to.contain("2 nodes would move");
      await put("plans/pay.json", manifest(2));
      await put("exclusions/pay.json", manifest(2));
      await put("exclusions/slip.json", manifestOf({ id: "a", patches: ["openssl*"], nodes: ids.slice(3) }));
      await pass(5 * minute);
      // What is in force is read from the version before.
      await put("exclusions/slip.json", "version: 1");
      await pass(5 * minute);
      await good(exclusions("status", "--stack", "dev"), 1);
      await good(exclusions("plan", file, "--stack", "dev"), 1);
      const s3 = new S3Client({ forcePathStyle: true });
      await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "status/plans/pay.json.json" }));
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "plans/pay.json" }));
    },
    approver: async () => {
      const held = await good(exclusions("status", "--stack", "dev", "pay.json"), 1);
      const [, version = ""] = /held, version (\S+)/.exec(held) ?? [];
      await put("approvals/exclusions/pay.json", version);
      await pass(5 * minute);
      expect(await good(exclusions("status", "--stack", "dev", "pay.json"), 0, 1)).to.match(
        /: (?:being )?applied/,
      );
      // Which rings there are the starting function tells; the object itself is as an approval.
      const word = ["rings", "pause", "canary", "--owner", "web", "--reason", "INC-1"];
      expect((await fanout(runId(3), word)).err).to.contain("has no rings as it is deployed");
    },
    operator: async () => {
      // There is something to install, and so something to stop.
      for (const { nodes } of lab.account.regions()) for (const { installed } of nodes.all) installed.fill(0);
      await good(fanout(runId(1), ["start", "--yes"], true), 1);
      await pass(minute);
      await good(fanout(runId(1), ["status", runId(1)]), 1);
      await good(fanout(runId(1), ["stop", runId(1)]), 0, 1);
      await good(fanout(runId(1), ["stop", runId(1), "--kill"]), 0, 1);
      await pass(60 * minute);
    },
    reader: async (again) => {
      await good(exclusions("status", "--stack", "dev"), 0, 1);
      await good(exclusions("plan", folder.write("pay.json", manifest(2)), "--stack", "dev"), 0, 1);
      await good(fanout(runId(2), ["start"]));
      ours();
      await good(fanout(runId(2), ["start", "--yes"], true), 1);
      await pass(minute);
      again();
      await good(fanout(runId(2), ["status"]), 1);
      await good(fanout(runId(2), ["status", runId(2)]), 1);
      ours();
      await pass(60 * minute);
    },
  };

  for (const name of ["author", "reader", "approver", "operator"] as const) {
    it(`${name}: allow all that these commands ask, and no action more`, async () => {
      const { actions, again } = become(name);
      try {
        await flows[name](again);
      } finally {
        ours();
      }
      expect(refused).to.deep.equal([]);
      const allowed = new Set(read(name).Statement.flatMap(({ Action }) => Action));
      expect([...allowed].filter((action) => !seldom.includes(action)).sort()).to.deep.equal(
        [...actions].sort(),
      );
    });
  }

  const never: readonly (readonly [name: Name, action: string, resource: string])[] = [
    ["author", "s3:PutObject", `arn:aws:s3:::${bucket}-0123abc/approvals/exclusions/pay.json`],
    ["author", "s3:PutObject", `arn:aws:s3:::${bucket}-0123abc/deployment.json`],
    ["author", "s3:PutObject", `arn:aws:s3:::${bucket}-0123abc/state/lease.json`],
    ["approver", "s3:PutObject", `arn:aws:s3:::${bucket}-0123abc/exclusions/pay.json`],
    ["reader", "s3:PutObject", `arn:aws:s3:::${bucket}-0123abc/exclusions/pay.json`],
    [
      "reader",
      "lambda:InvokeFunction",
      "arn:aws:lambda:us-east-1:123456789012:function:SSM-patchplane-dev-fanout",
    ],
    ["operator", "s3:PutObject", `arn:aws:s3:::${bucket}-0123abc/exclusions/pay.json`],
    ["operator", "lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:payments"],
  ];
  for (const [name, action, resource] of never) {
    it(`${name}: not ${action} on ${resource}`, () => {
      const { iam } = lab.account;
      become(name, false);
      const [arn = ""] = [...asked.keys()].slice(-1);
      const caller = iam.assume(arn, "lambda.amazonaws.com");
      ours();
      expect(iam.wouldAllow({ caller, action, resource })).to.equal(false);
    });
  }
});
