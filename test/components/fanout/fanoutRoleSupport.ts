import type { CompleteFanoutArgs } from "#components/fanout/fanout.js";
import { RegionalFanout } from "#components/fanout/regionalFanout.js";
import { fanoutArgs, type Policy, policyOf } from "../../support/arguments.js";
import { accountId, type Recording, recordMocks, settle } from "../../support/mocks.js";

export async function deploy(changes: Partial<CompleteFanoutArgs> = {}): Promise<Recording> {
  const recording = await recordMocks();
  new RegionalFanout("f", fanoutArgs(changes));
  await settle();
  return recording;
}

export const policy = (recording: Recording, kind: string): Policy =>
  policyOf(recording.named(`f-${kind}`).props);
export const role = (name: string, account = accountId) =>
  `arn:aws:iam::${account}:role/fleet-automation-${name}`;
export const bucket = "arn:aws:s3:::f-bucket-0a1b2c3";
export const where = { StringEquals: { "aws:RequestedRegion": ["us-east-2", "eu-west-3"] } };
export const handedToSsm = { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } };
export const groups = (...names: string[]) =>
  names.map((name) => `arn:aws:resource-groups:*:${accountId}:group/${name}`);
export const ssm = (region: string, resource: string) => `arn:aws:ssm:${region}:${accountId}:${resource}`;
export const started = (region: string) => [
  ssm(region, "automation-definition/fleet-fanout:*"),
  ssm(region, "document/fleet-fanout"),
  ssm(region, "automation-execution/*"),
];
export const automations = {
  Sid: "AutomationsOfThisAccount",
  Effect: "Allow",
  Principal: { Service: "ssm.amazonaws.com" },
  Action: "sts:AssumeRole",
  Condition: {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnLike: { "aws:SourceArn": `arn:aws:ssm:*:${accountId}:automation-execution/*` },
  },
};
export const ownLog = (functionName: string, kind: string) => [
  {
    Sid: "WriteOwnLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `arn:aws:logs:us-east-1:${accountId}:log-group:/patching/${functionName}:log-stream:*`,
  },
  {
    Sid: "KeepFailedEvents",
    Effect: "Allow",
    Action: "sqs:SendMessage",
    Resource: `arn:aws:sqs:us-east-1:${accountId}:f-${kind}-failed-0a1b2c3`,
  },
];
