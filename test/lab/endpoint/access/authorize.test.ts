import { expect } from "chai";
import { AwsError } from "#lab/aws/base/errors.js";
import type { Caller } from "#lab/aws/iam/evaluate.js";
import { type ServiceName, serviceNames } from "#lab/aws/model/model.js";
import { accessNeeds } from "#lab/endpoint/access/index.js";
import { authorize } from "#lab/endpoint/authorize.js";
import { allow, deny, document, policy, roleArn } from "../../aws/iam/support.js";
import { account, errorCode, hour, monday, node, settled } from "../../support.js";
import { otherNeeds } from "./otherNeeds.js";
import { refusals } from "./refusedCalls.js";
import { ssmNeeds } from "./ssmNeeds.js";

const servers = [node({ id: "i-00000000000000001", tags: { PatchGroup: "servers" } })];
const ec2Node = "arn:aws:ec2:us-east-1:123456789012:instance/i-00000000000000001";
const bucket = "arn:aws:s3:::b";
const object = { Bucket: "b", Key: "exclusions/i-00000000000000001" };
const baseline = { BaselineId: "pb-1" };

function role(...statements: readonly object[]): Caller {
  return { kind: "role", arn: roleArn, accountId: "123456789012", policies: [policy("own", ...statements)] };
}

function world(...statements: readonly object[]) {
  const made = account(servers);
  return { ...made, context: { region: made.region, caller: role(...statements) } };
}

function refusalOf(work: () => void): AwsError {
  try {
    work();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  throw new Error("it was allowed");
}

/** Condition keys of a call beside the Region; an undefined one must be missing. */
const contexts: Readonly<
  Record<string, readonly [service: ServiceName, operation: string, input: object, keys: object]>
> = {
  "the tags of a baseline": [
    "ssm",
    "UpdatePatchBaseline",
    baseline,
    { "aws:ResourceTag/Owner": "us", "ssm:resourceTag/Owner": "us", "aws:TagKeys": undefined },
  ],
  "the tags of a node": [
    "ssm",
    "DescribeInstancePatches",
    { InstanceId: "i-00000000000000001" },
    { "aws:ResourceTag/PatchGroup": "servers", "ssm:resourceTag/PatchGroup": "servers" },
  ],
  "the tags of a function, which are not SSM's": [
    "lambda",
    "Invoke",
    { FunctionName: "f" },
    { "aws:ResourceTag/Owner": "them", "ssm:resourceTag/Owner": undefined },
  ],
  "the tags that a request sets": [
    "ssm",
    "AddTagsToResource",
    {
      ResourceType: "PatchBaseline",
      ResourceId: "pb-1",
      Tags: [
        { Key: "A", Value: "a" },
        { Key: "B", Value: "" },
      ],
    },
    {
      "aws:RequestTag/A": "a",
      "aws:RequestTag/B": "",
      "aws:TagKeys": ["A", "B"],
      "aws:ResourceTag/Owner": "us",
    },
  ],
  "the tags that a request takes away": [
    "ssm",
    "RemoveTagsFromResource",
    { ResourceType: "PatchBaseline", ResourceId: "pb-1", TagKeys: ["A"] },
    { "aws:TagKeys": ["A"], "aws:RequestTag/A": undefined },
  ],
  "no tags of the Tagging API, which IAM does not give to it": [
    "tagging",
    "UntagResources",
    { ResourceARNList: [ec2Node], TagKeys: ["A"] },
    { "aws:TagKeys": undefined },
  ],
  "no tags of a node for an object that is called like it": [
    "s3",
    "GetObject",
    object,
    { "aws:ResourceTag/PatchGroup": undefined },
  ],
  "no tags of a node for a log stream that is called like it": [
    "logs",
    "GetLogEvents",
    { logGroupName: "/g", logStreamName: "c/i-00000000000000001" },
    { "aws:ResourceTag/PatchGroup": undefined },
  ],
  "a prefix": ["s3", "ListObjectsV2", { Bucket: "b", Prefix: "plans/" }, { "s3:prefix": "plans/" }],
  "no prefix": ["s3", "ListObjectVersions", { Bucket: "b" }, { "s3:prefix": undefined }],
};

describe("authorization of calls", () => {
  for (const [what, [service, operation, input, keys]] of Object.entries(contexts)) {
    it(`knows ${what}`, async () => {
      const { region, context, clock } = world();
      region.tags.set(region.arn("ssm", "patchbaseline/pb-1"), { Owner: "us" });
      region.tags.set(region.arn("lambda", "function:f"), { Owner: "them" });
      await settled({ clock });
      const [need] = accessNeeds(service, operation, input, context);
      const given = need?.context ?? {};
      expect(given["aws:RequestedRegion"]).to.equal("us-east-1");
      for (const [key, value] of Object.entries(keys)) expect(given[key], key).to.eql(value);
    });
  }

  it("hands a role to SSM and to nobody else", () => {
    const input = { WindowId: "mw-1", ServiceRoleArn: roleArn };
    const [own, pass] = accessNeeds("ssm", "RegisterTaskWithMaintenanceWindow", input, world().context);
    expect(own?.context).to.eql({ "aws:RequestedRegion": "us-east-1" });
    expect(pass?.context).to.eql({
      "aws:RequestedRegion": "us-east-1",
      "iam:PassedToService": "ssm.amazonaws.com",
    });
  });

  for (const service of serviceNames) {
    const [operation, input, status, code, what] = refusals[service] ?? [];
    if (operation === undefined || input === undefined) continue;
    it(`refuses as ${service} does`, () => {
      const { context, account: made } = world();
      const error = refusalOf(() => authorize(service, operation, input, context));
      expect([error.status, error.code]).to.eql([status, code]);
      expect(error.message).to.equal(`User: ${roleArn} is not authorized to perform: ${what}`);
      expect(made.iam.denials).to.have.length(1);
    });
  }

  it("lets everybody ask who they are, even whom a policy forbids it", () => {
    const { context } = world(deny({ Action: "*" }));
    expect(errorCode(() => authorize("sts", "GetCallerIdentity", {}, context))).to.equal("none");
  });

  it("lets the owner do everything but what a resource's policy denies", () => {
    const { account: made, region, context } = world();
    const owner = { region, caller: made.iam.owner };
    const everybody = { Principal: "*", Resource: `${bucket}/exclusions/*` };
    made.iam.putResourcePolicy(bucket, document([deny({ ...everybody, Action: "s3:PutObject" })]));
    for (const [operation, ...others] of otherNeeds.s3) authorize("s3", operation, others[0], owner);
    const error = refusalOf(() => authorize("s3", "PutObject", object, owner));
    expect(error.message).to.match(/ with an explicit deny in a resource-based policy$/);
    expect(errorCode(() => authorize("s3", "GetObject", object, context))).to.equal("AccessDenied");
  });

  it("takes what a bucket's policy allows on its objects", () => {
    const { account: made, context } = world();
    const readers = { Principal: { AWS: roleArn }, Resource: `${bucket}/*`, Action: "s3:GetObject" };
    made.iam.putResourcePolicy(bucket, document([allow(readers)]));
    authorize("s3", "GetObject", object, context);
    expect(errorCode(() => authorize("s3", "GetObject", { ...object, Bucket: "b2" }, context))).to.equal(
      "AccessDenied",
    );
  });

  it("asks for the window of an execution that is to be cancelled", async () => {
    const { region, clock, context } = world(
      allow({ Action: "ssm:Cancel*", Resource: "arn:aws:ssm:*:*:maintenancewindow/mw-*" }),
    );
    const { WindowId } = region.windows.createMaintenanceWindow({
      Name: "often",
      Schedule: "rate(1 hour)",
      Duration: 2,
      Cutoff: 1,
      AllowUnassociatedTargets: false,
    });
    await clock.advanceTo(monday + 2 * hour);
    const input = { WindowExecutionId: region.windows.all[0]?.executions[0]?.id };
    expect(input.WindowExecutionId).to.be.a("string");
    const [need] = accessNeeds("ssm", "CancelMaintenanceWindowExecution", input, context);
    expect(need?.resource).to.equal(region.arn("ssm", `maintenancewindow/${WindowId}`));
    authorize("ssm", "CancelMaintenanceWindowExecution", input, context);
  });

  /** Every operation: its needs are enough, and none of them is too much. */
  const table = { ssm: ssmNeeds, ...otherNeeds };
  for (const service of serviceNames) {
    it(`${service}: a role that has what a call needs may make it, and one that lacks any of it may not`, () => {
      for (const [operation, input] of table[service]) {
        const { region, context } = world();
        const needs = accessNeeds(service, operation, input, context);
        const statements = needs.map(({ action, resource }) => allow({ Action: action, Resource: resource }));
        authorize(service, operation, input, { region, caller: role(...statements) });
        for (const missing of statements) {
          const caller = role(...statements.filter((one) => one !== missing));
          const { message } = refusalOf(() => authorize(service, operation, input, { region, caller }));
          expect(message.toLowerCase()).to.contain(`perform: ${missing.Action.toLowerCase()} on`);
        }
      }
    });
  }
});
