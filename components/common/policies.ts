import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "./awsContext.js";

/** Operators with their keys and values, as in a policy's Condition block. */
export type Conditions = Record<
  string,
  Record<string, pulumi.Input<string> | pulumi.Input<string>[] | pulumi.Output<string[]>>
>;

/** One statement of an IAM policy. */
export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?:
    | { Service: pulumi.Input<string> }
    | { AWS: pulumi.Input<string> | pulumi.Input<string>[] }
    | "*";
  Action: string | string[];
  Resource?: pulumi.Input<string> | pulumi.Input<string>[];
  Condition?: Conditions;
}

/** An IAM policy document as JSON, with its statements in the order given, so that a preview shows no idle diff. */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/**
 * An ARN in the partition that the program is deployed to.
 *
 * @param parts `region` and `account` empty for services whose ARNs leave them out (S3, IAM's Region)
 */
export function arn(
  context: AwsContext,
  parts: {
    service: string;
    region?: pulumi.Input<string>;
    account?: pulumi.Input<string>;
    resource: pulumi.Input<string>;
  },
): pulumi.Output<string> {
  const { service, region = context.region, account = context.accountId, resource } = parts;
  return pulumi.interpolate`arn:${context.partition}:${service}:${region}:${account}:${resource}`;
}

/**
 * Trust for SSM in this account only, where SSM says for whom it asks. AWS documents that for automations, activations and data
 * syncs (User Guide, "Cross-service confused deputy prevention"), and shows the roles of windows and notifications without.
 */
export function ssmTrustPolicy(context: AwsContext): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "SystemsManagerOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "ssm.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEqualsIfExists: { "aws:SourceAccount": context.accountId },
        ArnLikeIfExists: { "aws:SourceArn": arn(context, { service: "ssm", region: "*", resource: "*" }) },
      },
    },
  ]);
}

/** Makes ARNs as `arn` does, in a context of its own. */
export type ArnOf = (parts: Parameters<typeof arn>[1]) => pulumi.Input<string>;

/**
 * What a command of a document needs beside its nodes. The bucket for output is a resource type of SendCommand too (Service
 * Authorization Reference); its objects are as well in the guide's sample policies.
 */
export function commandResources(
  arnOf: ArnOf,
  {
    document,
    outputBucket,
    regions = [undefined],
  }: {
    document: string;
    outputBucket: pulumi.Input<string>;
    /** Where the command may be sent. @default the Region of the context */
    regions?: readonly (string | undefined)[];
  },
): pulumi.Input<string>[] {
  const ofBucket = (resource: pulumi.Input<string>) =>
    arnOf({ service: "s3", region: "", account: "", resource });
  return [
    ...regions.map((region) =>
      arnOf({
        service: "ssm",
        ...(region === undefined ? {} : { region }),
        account: "",
        resource: `document/${document}`,
      }),
    ),
    ofBucket(outputBucket),
    ofBucket(pulumi.interpolate`${outputBucket}/*`),
  ];
}

/** A literal text for `StringLike` and `ArnLike`, with the policy language's wildcards taken literally. */
export function literal(text: string): string {
  return text.replace(/[*?$]/g, (character) => `\${${character}}`);
}

/**
 * What a start of a runbook is allowed on. The Service Authorization Reference has named the definition, then the
 * document and the execution; all three, so that the start is allowed whichever of them IAM asks for.
 */
export function startedResources(runbook: string): string[] {
  return [`automation-definition/${runbook}:*`, `document/${runbook}`, "automation-execution/*"];
}

/** What a function that tells people needs: the topic, and the key that the topic is encrypted with, by SNS alone. */
export function tellingStatements(
  {
    failuresTopicArn,
    kmsKeyArn,
  }: { failuresTopicArn: pulumi.Input<string>; kmsKeyArn: pulumi.Input<string> },
  context: AwsContext,
): Statement[] {
  return [
    { Sid: "TellPeople", Effect: "Allow", Action: "sns:Publish", Resource: failuresTopicArn },
    encryptionOfMessages(kmsKeyArn, context),
  ];
}

/** The use of a key for messages of topics. */
export function encryptionOfMessages(kmsKeyArn: pulumi.Input<string>, context: AwsContext): Statement {
  return {
    Sid: "EncryptMessages",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: kmsKeyArn,
    Condition: {
      StringEquals: { "kms:ViaService": pulumi.interpolate`sns.${context.region}.${context.dnsSuffix}` },
    },
  };
}
