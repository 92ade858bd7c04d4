import { expect } from "chai";
import {
  ExclusionProcessor,
  type ExclusionProcessorArgs,
} from "#components/exclusions/exclusionProcessor.js";
import { RecordComesLater } from "#components/exclusions/ownRecord.js";
import { policyOf, processorArgs, refusals } from "../../support/arguments.js";
import { accountId, type MockOptions, recordMocks, settle } from "../../support/mocks.js";

async function policyText(
  changes: Partial<ExclusionProcessorArgs> = {},
  options: MockOptions = {},
  name = "e",
): Promise<Record<string, unknown>> {
  const recording = await recordMocks(options);
  new ExclusionProcessor(name, processorArgs(changes), undefined, new RecordComesLater());
  await settle();
  return recording.only("iam.RolePolicy").props as Record<string, unknown>;
}

const bucket = "arn:aws:s3:::e-bucket-0a1b2c3";
const everywhere = (service: string, resource: string) => `arn:aws:${service}:*:${accountId}:${resource}`;
const nodes = [everywhere("ec2", "instance/*"), everywhere("ssm", "managed-instance/*")];

/** Groups of a name; the longest that there can be, so that a policy is as long as it can be. */
const groups = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `${index}-`.padEnd(length, "g"));

describe("the exclusion processor's role", () => {
  afterEach(settle);

  it("may do this and no more", async () => {
    const regions = ["us-east-1", "eu-west-3"];
    const mine = ["web", "app", "web.x-*", "web.hold", "app.x-*", "app.hold"];
    const policy = policyOf(await policyText({ regions }));
    expect(policy.Version).to.equal("2012-10-17");
    expect(policy.Statement).to.deep.equal([
      {
        Sid: "NowhereElse",
        Effect: "Deny",
        Action: ["ssm:*", "tag:*", "ec2:*"],
        Resource: "*",
        Condition: { StringNotEquals: { "aws:RequestedRegion": regions } },
      },
      {
        Sid: "ListManifests",
        Effect: "Allow",
        Action: ["s3:ListBucket", "s3:ListBucketVersions"],
        Resource: bucket,
      },
      {
        Sid: "ReadManifests",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: ["deployment.json", "exclusions/*", "plans/*", "approvals/*", "state/*"].map(
          (key) => `${bucket}/${key}`,
        ),
      },
      {
        Sid: "WriteStatus",
        Effect: "Allow",
        Action: "s3:PutObject",
        Resource: [`${bucket}/status/*`, `${bucket}/state/*`],
      },
      {
        Sid: "SeeNodesAndBaselines",
        Effect: "Allow",
        Action: [
          "tag:GetResources",
          "ssm:DescribeInstanceInformation",
          "ssm:DescribeInstancePatchStates",
          "ssm:DescribePatchBaselines",
          "ssm:DescribePatchGroups",
        ],
        Resource: "*",
      },
      {
        Sid: "SeeWindows",
        Effect: "Allow",
        Action: "ssm:GetMaintenanceWindow",
        Resource: everywhere("ssm", "maintenancewindow/*"),
      },
      {
        Sid: "ReadBaselines",
        Effect: "Allow",
        Action: ["ssm:GetPatchBaseline", "ssm:ListTagsForResource"],
        Resource: everywhere("ssm", "patchbaseline/*"),
      },
      {
        Sid: "MakeMarkedBaselines",
        Effect: "Allow",
        Action: "ssm:CreatePatchBaseline",
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestTag/patchplane:owner": "patchplane/test" } },
      },
      {
        Sid: "MarkThem",
        Effect: "Allow",
        Action: "ssm:AddTagsToResource",
        Resource: everywhere("ssm", "patchbaseline/*"),
        Condition: {
          StringEquals: { "aws:RequestTag/patchplane:owner": "patchplane/test" },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["patchplane:owner"] },
          Null: { "aws:TagKeys": "false" },
        },
      },
      {
        Sid: "ChangeMarkedBaselines",
        Effect: "Allow",
        Action: [
          "ssm:UpdatePatchBaseline",
          "ssm:DeletePatchBaseline",
          "ssm:RegisterPatchBaselineForPatchGroup",
          "ssm:DeregisterPatchBaselineForPatchGroup",
        ],
        Resource: everywhere("ssm", "patchbaseline/*"),
        Condition: { StringEquals: { "aws:ResourceTag/patchplane:owner": "patchplane/test" } },
      },
      {
        Sid: "UseTheTaggingApi",
        Effect: "Allow",
        Action: ["tag:TagResources", "tag:UntagResources"],
        Resource: "*",
      },
      {
        Sid: "MoveNodes",
        Effect: "Allow",
        Action: ["ec2:CreateTags", "ssm:AddTagsToResource"],
        Resource: nodes,
        Condition: {
          StringLike: { "aws:ResourceTag/PatchGroup": mine, "aws:RequestTag/PatchGroup": mine },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["PatchGroup", "patchplane:base-group"] },
          Null: { "aws:TagKeys": "false" },
        },
      },
      {
        Sid: "UnmarkNodes",
        Effect: "Allow",
        Action: ["ec2:DeleteTags", "ssm:RemoveTagsFromResource"],
        Resource: nodes,
        Condition: {
          StringNotLike: { "aws:ResourceTag/PatchGroup": ["*.x-??????????", "*.hold"] },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["patchplane:base-group"] },
        },
      },
      {
        Sid: "NeverAllTags",
        Effect: "Deny",
        Action: "ec2:DeleteTags",
        Resource: "*",
        Condition: { Null: { "aws:TagKeys": "true" } },
      },
      {
        Sid: "TellPeople",
        Effect: "Allow",
        Action: "sns:Publish",
        Resource: `arn:aws:sns:us-east-1:${accountId}:failures`,
      },
      {
        Sid: "EncryptMessages",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: `arn:aws:kms:us-east-1:${accountId}:key/k`,
        Condition: { StringEquals: { "kms:ViaService": "sns.us-east-1.amazonaws.com" } },
      },
      {
        Sid: "WriteOwnLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `arn:aws:logs:us-east-1:${accountId}:log-group:/patching/SSM-fleet-exclusions:log-stream:*`,
      },
      {
        Sid: "KeepFailedEvents",
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: `arn:aws:sqs:us-east-1:${accountId}:e-failed-0a1b2c3`,
      },
    ]);
  });

  it("works in the Region of the function when no other is named", async () => {
    const text = JSON.stringify(await policyText({}, { region: "eu-north-1" }));
    expect(text.match(/RequestedRegion[^\]]+/g)).to.deep.equal(['RequestedRegion\\":[\\"eu-north-1\\"']);
  });

  it("takes the tag key of the targets", async () => {
    const { targets } = processorArgs();
    const text = String(
      (await policyText({ targets: { ...targets, patchGroupTagKey: "Patch Group" } })).policy,
    );
    expect(text).to.contain('"aws:TagKeys":["Patch Group","patchplane:base-group"]');
    expect(text).to.contain('"aws:RequestTag/Patch Group"').and.to.not.contain("/PatchGroup");
  });

  for (const [count, length] of [
    [1, 23],
    [34, 19],
    [50, 17],
  ] as const) {
    it(`fits into what IAM takes with ${count} Regions and 25 groups of ${length} characters, and every name at its longest`, async () => {
      const region = "ap-southeast-3";
      const regions = Array.from({ length: count }, () => region);
      const args = processorArgs();
      const long = (text: string, most: number) => text.padEnd(most, "x");
      const text = await policyText(
        {
          regions,
          namePrefix: long("p", 49),
          owner: long("o", 201),
          targets: { patchGroupTagKey: "Patch Group", patchGroups: groups(25, length), tags: {} },
          logs: { ...args.logs, logGroupPrefix: `/${long("l", 150)}` },
          notifications: {
            failuresTopicArn: `arn:aws-us-gov:sns:${region}:${accountId}:${long("t", 256)}`,
            deadLetterQueueArn: `arn:aws-us-gov:sqs:${region}:${accountId}:undelivered`,
            kmsKeyArn: `arn:aws-us-gov:kms:${region}:${accountId}:key/${long("k", 36)}`,
          },
        },
        { partition: "aws-us-gov", region },
        // With it the bucket's name has the 63 characters that S3 takes.
        long("e", 48),
      );
      expect(String(text.policy).length).to.be.at.most(10_240);
    });
  }

  const ofMany = (count: number) => [` with ${count} Regions`, ", or fewer Regions"] as const;
  for (const [count, length, most, [regionsSay, mend]] of [
    [1, 24, 4552, ["", ""]],
    [50, 19, 3670, ofMany(50)],
  ] as const) {
    it(`refuses 25 groups of ${length} characters for ${count} Regions`, async () => {
      await recordMocks();
      const targets = { patchGroupTagKey: "PatchGroup", patchGroups: groups(25, length), tags: {} } as const;
      const regions = Array.from({ length: count }, () => "us-east-1");
      const found = await refusals(
        () =>
          new ExclusionProcessor("e", processorArgs({ targets, regions }), undefined, new RecordComesLater()),
      );
      expect(found).to.have.lengthOf(1);
      expect(found[0]?.propertyPath).to.equal("targets.patchGroups");
      expect(found[0]?.reason).to.match(
        new RegExp(
          `^takes \\d+ characters as conditions of the exclusion processor's role, where IAM leaves room for ${most}${regionsSay}\\. Use fewer or shorter names${mend}\\.$`,
        ),
      );
    });
  }
});
