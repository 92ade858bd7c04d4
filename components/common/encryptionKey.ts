import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { awsContext, regionProblems } from "./awsContext.js";
import { logGroupPrefixProblems } from "./logSettings.js";
import { arn, policyDocument, type Statement } from "./policies.js";
import { ArgumentChecks } from "./problems.js";

export interface EncryptionKeyArgs {
  /** Region of the key. @default the provider's Region */
  region?: string;
  /** Path under which the log groups lie that the key may encrypt, without a slash at its end. */
  logGroupPrefix: string;
  /** Tags of all that takes tags, by key. @default none */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A KMS key for the topics and log groups. AWS's own key for SNS cannot be used by EventBridge and CloudWatch, whose
 * messages would be lost without an error, so encrypted topics need a key of their own.
 */
export class EncryptionKey extends pulumi.ComponentResource {
  /** ARN of the key. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, options?: pulumi.ComponentResourceOptions) {
    super("patchplane:index:EncryptionKey", name, args, options);
    const checks = new ArgumentChecks(`EncryptionKey ${name}`);
    checks.plain(args.region, regionProblems);
    checks.plain(args.logGroupPrefix, logGroupPrefixProblems("logGroupPrefix"));
    checks.done();

    const context = awsContext(this, args.region);
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        ...(args.region === undefined ? {} : { region: args.region }),
        description: pulumi.interpolate`patchplane: topics and log groups of ${args.logGroupPrefix}`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: policyDocument(keyStatements(context, args.logGroupPrefix)),
        ...(args.tags === undefined ? {} : { tags: args.tags }),
      },
      { parent: this },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

function keyStatements(context: ReturnType<typeof awsContext>, logGroupPrefix: string): Statement[] {
  const use = ["kms:Decrypt", "kms:GenerateDataKey*"];
  return [
    {
      Sid: "ManagedByIamOfThisAccount",
      Effect: "Allow",
      Principal: { AWS: arn(context, { service: "iam", region: "", resource: "root" }) },
      Action: "kms:*",
      Resource: "*",
    },
    {
      // EventBridge says for whom it acts to no key of an encrypted topic (SNS guide, key management); SNS says for which topic.
      Sid: "MessagesOfRules",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: use,
      Resource: "*",
      Condition: {
        ArnLike: {
          "kms:EncryptionContext:aws:sns:topicArn": arn(context, { service: "sns", resource: "*" }),
        },
      },
    },
    {
      Sid: "MessagesOfAlarms",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: use,
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": context.accountId } },
    },
    {
      Sid: "LogGroups",
      Effect: "Allow",
      Principal: { Service: pulumi.interpolate`logs.${context.region}.${context.dnsSuffix}` },
      Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      Resource: "*",
      Condition: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": arn(context, {
            service: "logs",
            resource: `log-group:${logGroupPrefix}/*`,
          }),
        },
      },
    },
  ];
}
