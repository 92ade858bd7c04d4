import * as pulumi from "@pulumi/pulumi";
import { alarmArnPattern, ringFolder } from "#shared/contract/rings.js";
import { runKeys } from "#shared/contract/runKeys.js";
import type { NamedBucket } from "../common/namedBucket.js";
import type { Statement } from "../common/policies.js";
import type { CompleteFanoutArgs } from "./fanout.js";

/** What the function that the window calls may do to ask at the gates of rings; nothing without rings. */
export function ringStatements({
  args: { fanout, rings = [] },
  bucket,
}: {
  readonly args: CompleteFanoutArgs;
  readonly bucket: NamedBucket;
}): Statement[] {
  if (rings.length === 0) return [];
  const alarms = rings.flatMap((ring) => ring.alarms ?? []);
  const alarmRegions = [...new Set(alarms.flatMap((arn) => alarmArnPattern.exec(arn)?.[2] ?? []))].sort();
  return [
    {
      Sid: "ReadWhatRingsCameTo",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [`${runKeys.closed}*`, `${ringFolder}*`].map(
        (key) => pulumi.interpolate`${bucket.arn}/${key}`,
      ),
    },
    {
      Sid: "NoteRings",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: pulumi.interpolate`${bucket.arn}/${ringFolder}*`,
    },
    {
      // It has no resource type (Service Authorization Reference).
      Sid: "SeeWhoAnswers",
      Effect: "Allow",
      Action: "ssm:DescribeInstanceInformation",
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": [...fanout.regions] } },
    },
    ...(alarms.length === 0
      ? []
      : [
          {
            // Of composite alarms nothing is told unless on all resources (API reference of DescribeAlarms).
            Sid: "AskAlarms",
            Effect: "Allow" as const,
            Action: "cloudwatch:DescribeAlarms",
            Resource: "*",
            Condition: { StringEquals: { "aws:RequestedRegion": alarmRegions } },
          },
        ]),
  ];
}
