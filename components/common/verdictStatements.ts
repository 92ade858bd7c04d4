import * as pulumi from "@pulumi/pulumi";
import { verdictsKey } from "#shared/contract/keptVerdicts.js";
import type { AwsContext } from "./awsContext.js";
import type { Statement } from "./policies.js";

/** What a function may read to name the exclusions in force; nothing where there is no bucket of exclusions. */
export function verdictStatements(
  bucket: pulumi.Input<string> | undefined,
  { partition }: AwsContext,
): Statement[] {
  if (bucket === undefined) return [];
  const arn = pulumi.interpolate`arn:${partition}:s3:::${bucket}`;
  return [
    // Without it S3 answers 403 where an object is missing.
    { Sid: "FindExclusions", Effect: "Allow", Action: "s3:ListBucket", Resource: arn },
    {
      Sid: "SeeExclusionsInForce",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: pulumi.interpolate`${arn}/${verdictsKey}`,
    },
  ];
}
