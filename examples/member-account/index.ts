import * as pulumi from "@pulumi/pulumi";
import * as patchplane from "patchplane";

// What the central account says: its stack's outputs.
const config = new pulumi.Config();

const member = new patchplane.FanoutMember("member", {
  namePrefix: "central",
  fanout: { regions: ["us-east-1", "eu-west-3"] },
  targets: { patchGroups: ["web"] },
  administrationRoleArn: config.require("administrationRoleArn"),
  outputBucket: config.require("outputBucket"),
  baselines: { UBUNTU: { approvalRules: [{ priority: ["Required", "Important"] }] } },
});

export const executionRoleArn = member.executionRoleArn;
