import * as pulumi from "@pulumi/pulumi";
import { decisionFolder } from "#shared/contract/exclusionNames.js";
import { fanoutVariables, startFunctionName } from "#shared/contract/fanoutNames.js";
import { sealKey, verdictsKey } from "#shared/contract/keptVerdicts.js";
import { memoryFolder } from "#shared/contract/regionMemory.js";
import type { AwsContext } from "../common/awsContext.js";
import { arn, type Statement } from "../common/policies.js";
import type { CompleteFanoutArgs, FanoutExclusions } from "./fanout.js";

/** What the starting function takes so that the exclusion processor vouches before it. */
interface FanoutVouching {
  /** What it is told by its environment. */
  readonly environment: Record<string, pulumi.Input<string>>;
  readonly statements: readonly Statement[];
  /** ARN of the function, which a schedule calls once more. */
  readonly againArn: pulumi.Output<string>;
}

/** ARN of the exclusion processor. */
export function processorArn({ functionName }: FanoutExclusions, context: AwsContext): pulumi.Output<string> {
  return arn(context, { service: "lambda", resource: pulumi.interpolate`function:${functionName}` });
}

/** Undefined where nobody vouches: of a scan, which installs nothing, and without a processor. */
export function vouchingOf(
  { exclusionProcessor, fanout, namePrefix, rings = [] }: CompleteFanoutArgs,
  context: AwsContext,
): FanoutVouching | undefined {
  if (exclusionProcessor === undefined || fanout.operation === "Scan") return undefined;
  const { bucket } = exclusionProcessor;
  const functionArn = processorArn(exclusionProcessor, context);
  const bucketArn = pulumi.interpolate`arn:${context.partition}:s3:::${bucket}`;
  return {
    environment: {
      [fanoutVariables.exclusionFunctionArn]: functionArn,
      [fanoutVariables.exclusionBucket]: bucket,
    },
    statements: [
      // Without it S3 answers 403 where an object is missing.
      { Sid: "FindPromises", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn },
      {
        Sid: "ReadPromises",
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: [
          `${memoryFolder}*`,
          verdictsKey,
          sealKey,
          ...(rings.length === 0 ? [] : [`${decisionFolder}*`]),
        ].map((key) => pulumi.interpolate`${bucketArn}/${key}`),
      },
      {
        Sid: "AskTheExclusionProcessor",
        Effect: "Allow",
        Action: "lambda:InvokeFunction",
        Resource: functionArn,
      },
    ],
    againArn: arn(context, { service: "lambda", resource: `function:${startFunctionName(namePrefix)}` }),
  };
}
