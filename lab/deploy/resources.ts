import { NotModelledError } from "../aws/errors.js";
import type { Region } from "../aws/region.js";
import { iamMakers } from "./iamMakers.js";
import { type Inputs, type Made, makers, optional } from "./makers.js";

/**
 * Resources that the lab takes note of and that do nothing in it: what ARN and name they get. Whatever is neither here
 * nor above is refused, so that the lab never pretends to know a resource.
 */
const quiet: Readonly<
  Record<string, { service: string; resource: (name: string) => string; global?: true }>
> = {
  "aws:cloudwatch/logGroup:LogGroup": { service: "logs", resource: (name) => `log-group:${name}` },
  "aws:s3/bucket:Bucket": { service: "s3", resource: (name) => name, global: true },
  "aws:s3/bucketVersioning:BucketVersioning": { service: "s3", resource: (name) => name },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": { service: "s3", resource: (name) => name },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { service: "s3", resource: (name) => name },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    service: "s3",
    resource: (name) => name,
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    service: "s3",
    resource: (name) => name,
  },
};

/** Inputs that change nothing of what the lab models. */
const harmless: ReadonlySet<string> = new Set([
  "alarmDescription",
  "deletionWindowInDays",
  "description",
  "enableKeyRotation",
  "region",
  "tags",
]);

/**
 * Makes a resource of a type.
 *
 * @throws NotModelledError for a type that the lab does not know, or an input that it does not look at
 */
export function makeResource(region: Region, type: string, name: string, inputs: Inputs): Made {
  const maker = makers[type] ?? iamMakers[type];
  if (maker !== undefined) {
    const read = new Set<string | symbol>();
    const watched = new Proxy(inputs, {
      get: (target, key) => {
        read.add(key);
        return Reflect.get(target, key);
      },
    });
    const made = maker(region, name, watched);
    const missed = Object.keys(inputs).filter((key) => !read.has(key) && !harmless.has(key));
    if (missed.length > 0) throw new NotModelledError(`${missed.join(", ")} of ${type}`);
    return made;
  }
  const known = quiet[type];
  if (known === undefined) throw new NotModelledError(`resources of type ${type}`);
  const physical = optional<string>(inputs, "name") ?? optional<string>(inputs, "bucket") ?? name;
  const { id: account, partition } = region.account;
  const arn = known.global
    ? `arn:${partition}:${known.service}::${known.service === "s3" ? "" : account}:${known.resource(physical)}`
    : region.arn(known.service, known.resource(physical));
  return { id: physical, state: { arn, name: physical, bucket: physical } };
}
