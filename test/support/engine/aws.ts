import { createHash } from "node:crypto";
import type { Computed, InvokeAnswer, Values } from "./types.js";

export interface AwsAccount {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly dnsSuffix: string;
}

const defaults: AwsAccount = {
  accountId: "123456789012",
  region: "us-east-1",
  partition: "aws",
  dnsSuffix: "amazonaws.com",
};

const globalServices: ReadonlySet<string> = new Set(["iam", "organizations", "route53"]);

/** Answers of the three functions that tell a program where it is deployed. */
export function awsAnswers(account: Partial<AwsAccount> = {}): Record<string, InvokeAnswer> {
  const { accountId, region, partition, dnsSuffix } = { ...defaults, ...account };
  return {
    "aws:index/getCallerIdentity:getCallerIdentity": {
      id: accountId,
      accountId,
      arn: `arn:${partition}:iam::${accountId}:user/deployer`,
      userId: "AIDAEXAMPLE",
    },
    "aws:index/getPartition:getPartition": {
      id: partition,
      partition,
      dnsSuffix,
      reverseDnsPrefix: dnsSuffix.split(".").reverse().join("."),
    },
    "aws:index/getRegion:getRegion": (args) => {
      const asked = typeof args.region === "string" ? args.region : region;
      return {
        id: asked,
        region: asked,
        name: asked,
        description: asked,
        endpoint: `ec2.${asked}.${dnsSuffix}`,
      };
    },
  };
}

/**
 * What the AWS provider computes for almost every resource: a name, unless one is given, and an ARN of the right shape.
 * The same resource gets the same values in each run.
 */
export function awsComputed(account: Partial<AwsAccount> = {}): Computed {
  const home = { ...defaults, ...account };
  return (type, name, inputs) => {
    const [pkg, module = ""] = type.split(":");
    const [service = "", kind = ""] = module.split("/");
    if (pkg !== "aws") return {};
    const region = textOf(inputs, "region") ?? home.region;
    const suffix = createHash("sha256").update(`${type}/${region}/${name}`).digest("hex").slice(0, 7);
    const autonamed = textOf(inputs, "name") ?? textOf(inputs, "bucket") ?? `${name}-${suffix}`;
    if (type === "aws:s3/bucket:Bucket") {
      const arn = `arn:${home.partition}:s3:::${autonamed}`;
      return {
        id: autonamed,
        arn,
        bucket: autonamed,
        bucketDomainName: `${autonamed}.s3.${home.dnsSuffix}`,
        region,
      };
    }
    const where = globalServices.has(service) ? "" : region;
    const arn = `arn:${home.partition}:${service}:${where}:${home.accountId}:${kind}/${autonamed}`;
    return { arn, name: autonamed, ...(where && { region }) };
  };
}

function textOf(inputs: Values, key: string): string | undefined {
  const value = inputs[key];
  return typeof value === "string" ? value : undefined;
}
