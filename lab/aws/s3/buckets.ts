import type {
  GetBucketVersioningOutput,
  HeadBucketOutput,
  ListBucketsOutput,
  ListBucketsRequest,
  Owner,
} from "@aws-sdk/client-s3";
import { NotModelledError } from "../base/errors.js";
import type { Caller } from "../iam/evaluate.js";
import type { Place } from "../place.js";
import { Bucket } from "./bucket.js";
import { S3Error } from "./errors.js";
import { isBucketName } from "./keys.js";
import { listBuckets } from "./listing.js";
import { type NotificationInput, Notifications, type NotifyingAccount } from "./notifications.js";

/** The Region that S3 is called in. */
type Where = Pick<Place, "name">;

/** Where S3 is called, and by whom. */
export interface S3Context {
  readonly region: Where;
  readonly caller: Caller;
}

interface BucketRequest {
  readonly Bucket: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** Buckets, and whom they tell. One namespace for all Regions. */
export class Buckets {
  protected readonly buckets = new Map<string, Bucket>();
  protected readonly notifications: Notifications;
  protected readonly owner: Owner;

  constructor(protected readonly account: NotifyingAccount) {
    this.notifications = new Notifications(account);
    this.owner = { ID: account.ids.hex(64, "s3 owner") };
  }

  /**
   * Makes a bucket, or finds the one that was made in the same Region before.
   *
   * @throws S3Error InvalidBucketName, or BucketAlreadyOwnedByYou when it lies in another Region
   */
  createBucket({ Bucket: name }: { readonly Bucket: string }, { name: region }: Where): Bucket {
    if (!isBucketName(name)) throw new S3Error("InvalidBucketName");
    const known = this.buckets.get(name);
    if (known !== undefined && known.region !== region) throw new S3Error("BucketAlreadyOwnedByYou");
    const { partition, ids } = this.account;
    const bucket = known ?? new Bucket(name, region, this.thisSecond(), partition, ids);
    this.buckets.set(name, bucket);
    return bucket;
  }

  /**
   * A bucket of a request.
   *
   * @throws S3Error NoSuchBucket, InvalidBucketName, AccessDenied for another owner's, PermanentRedirect in a Region
   * that is not the bucket's
   */
  bucket({ Bucket: name = "", ExpectedBucketOwner: owner }: BucketRequest, region: Where): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new S3Error(isBucketName(name) ? "NoSuchBucket" : "InvalidBucketName");
    if (owner !== undefined && owner !== this.account.id) throw new S3Error("AccessDenied");
    if (bucket.region !== region.name) {
      throw new S3Error("PermanentRedirect", { headers: { "x-amz-bucket-region": bucket.region } });
    }
    return bucket;
  }

  /** @throws NotModelledError for Suspended */
  putBucketVersioning(input: BucketRequest & { readonly Status: string }, region: Where): void {
    const bucket = this.bucket(input, region);
    const isEnabled = input.Status === "Enabled";
    // A bucket that never had versions may be told so again.
    if (!isEnabled && (input.Status !== "Disabled" || bucket.isVersioned)) {
      throw new NotModelledError(`the versioning ${input.Status} of a bucket`);
    }
    bucket.isVersioned = isEnabled;
  }

  putBucketPolicy(input: BucketRequest & { readonly Policy: string }, region: Where): void {
    const bucket = this.bucket(input, region);
    this.account.iam.putResourcePolicy(bucket.arn, input.Policy);
  }

  deleteBucketPolicy(input: BucketRequest, region: Where): void {
    this.account.iam.deleteResourcePolicy(this.bucket(input, region).arn);
  }

  /** @throws S3Error BucketNotEmpty while it has a version of anything */
  deleteBucket(input: BucketRequest, region: Where): void {
    const bucket = this.bucket(input, region);
    if (bucket.allVersions().length > 0) throw new S3Error("BucketNotEmpty");
    this.buckets.delete(bucket.name);
    this.account.iam.deleteResourcePolicy(bucket.arn);
  }

  /**
   * Replaces what a bucket tells functions, and which.
   *
   * @throws S3Error InvalidArgument when two say the same, or S3 may not invoke a function
   */
  putBucketNotification(
    input: { readonly bucket: string; readonly lambdaFunctions: readonly NotificationInput[] },
    region: Where,
  ): void {
    this.notifications.put(this.bucket({ Bucket: input.bucket }, region), input.lambdaFunctions);
  }

  listBuckets(input: ListBucketsRequest): ListBucketsOutput {
    return listBuckets([...this.buckets.values()], input, this.owner);
  }

  headBucket(input: BucketRequest, { region }: S3Context): HeadBucketOutput {
    const bucket = this.bucket(input, region);
    return { BucketArn: bucket.arn, BucketRegion: bucket.region, AccessPointAlias: false };
  }

  /** The Region of a bucket; nothing for the first of all Regions. */
  getBucketLocation(input: BucketRequest, { region }: S3Context): { readonly LocationConstraint?: string } {
    const { region: name } = this.bucket(input, region);
    return name === "us-east-1" ? {} : { LocationConstraint: name };
  }

  /** @throws S3Error NoSuchBucketPolicy */
  getBucketPolicy(input: BucketRequest, { region }: S3Context): { readonly Policy: string } {
    const Policy = this.account.iam.resourcePolicy(this.bucket(input, region).arn);
    if (Policy === undefined) throw new S3Error("NoSuchBucketPolicy");
    return { Policy };
  }

  getBucketVersioning(input: BucketRequest, { region }: S3Context): GetBucketVersioningOutput {
    return this.bucket(input, region).isVersioned ? { Status: "Enabled" } : {};
  }

  /** S3 knows no milliseconds. */
  protected thisSecond(): Date {
    return new Date(Math.floor(this.account.clock.now / 1000) * 1000);
  }
}
