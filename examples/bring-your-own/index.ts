import * as aws from "@pulumi/aws";
import * as patchplane from "patchplane";

// In their place an account has a key, topics and a bucket already: then their ARNs and names are enough.
const key = new patchplane.EncryptionKey("own", { logGroupPrefix: "/own" });
const topics = ["failures", "completions"].map(
  (name) => new aws.sns.Topic(`own-${name}`, { kmsMasterKeyId: key.arn }),
);
const output = new aws.s3.Bucket("own-output");
const boundary = new aws.iam.Policy("own-boundary", {
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  }),
  name: "own-boundary",
});
export const boundaryArn = boundary.arn;

const scan = new patchplane.PatchScanWindow("scan", {
  targets: { patchGroupTagKey: patchplane.PatchGroupTagKey.PatchGroupWithBlank, patchGroups: ["web"] },
  windowName: "own-scan",
  logs: { bucket: output.bucket, kmsKeyArn: key.arn, logGroupPrefix: "/own", retentionDays: 30 },
  notifications: { failuresTopicArn: topics[0]?.arn ?? "", completionsTopicArn: topics[1]?.arn ?? "" },
  permissionsBoundary: "arn:aws:iam::123456789012:policy/own-boundary",
  tags: { Owner: "platform" },
});

export const windowId = scan.windowId;
