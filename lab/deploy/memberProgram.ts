import * as pulumi from "@pulumi/pulumi";
import { FanoutMember } from "#components/index.js";
import { configMessage, readConfig } from "#stacks/config/config.js";
import { memberRings } from "#stacks/config/rings.js";
import { memberSettings } from "./memberSettings.js";

/** What another account needs for the central window of a stack, by that stack's own configuration. */
const { centralAccount, outputBucket } = memberSettings;
const own = pulumi.runtime.allConfig();
const values = Object.fromEntries(
  Object.entries(own).filter(([key]) => key !== centralAccount && key !== outputBucket),
);
const result = readConfig(values, pulumi.getProject(), Date.now(), []);
if (!result.ok) throw new pulumi.RunError(configMessage(pulumi.getStack(), result.problems));
const { fanout, targets, baselines, prefix, rings } = result.config;

new FanoutMember("member", {
  namePrefix: prefix,
  administrationRoleArn: `arn:aws:iam::${own[centralAccount]}:role/${prefix}-automation-administration`,
  outputBucket: own[outputBucket] ?? "",
  fanout,
  targets,
  baselines,
  ...(rings.length === 0 ? {} : { rings: memberRings(rings) }),
});
