import type { NotificationInput } from "#lab/aws/s3/notifications.js";
import { homeRegion, minute, monday } from "../../support.js";
import { type Answer, type BucketWorld, bucketName, bucketWorld } from "./support.js";

export const functionArn = `arn:aws:lambda:${homeRegion}:123456789012:function:processor`;

interface Delivery {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly functionArn: string;
  readonly payload: string;
  readonly source?: string;
}

/** An event as a test looks at it. */
interface EventRecord extends Answer {
  readonly userIdentity: { readonly principalId: string };
  readonly responseElements: Readonly<Record<string, string>>;
  readonly s3: Answer & {
    readonly bucket: Answer & { readonly ownerIdentity: { readonly principalId: string } };
    readonly object: Answer;
  };
}

/** Lets S3 invoke functions for the bucket, but for what a test changes. */
export function permit(world: BucketWorld, arn: string, changes: object = {}): void {
  const statement = {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "lambda:InvokeFunction",
    Resource: arn,
    Condition: {
      ArnLike: { "aws:SourceArn": `arn:aws:s3:::${bucketName}` },
      StringEquals: { "aws:SourceAccount": "123456789012" },
    },
    ...changes,
  };
  world.account.iam.putResourcePolicy(arn, JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
}

/** A bucket that tells a function of these changes, and what reaches functions. */
export function told(
  notifications: readonly Partial<NotificationInput>[] = [{}],
  options: Parameters<typeof bucketWorld>[0] = {},
): { world: BucketWorld; delivered: Delivery[]; records: () => Promise<EventRecord[]> } {
  const world = bucketWorld(options);
  const delivered: Delivery[] = [];
  world.region.lambda.invokeAsync = (request) => {
    delivered.push({ at: world.clock.now - monday, ...request });
    return { requestId: "" };
  };
  permit(world, functionArn);
  notify(world, notifications);
  const records = async () => {
    await world.clock.advanceTo(world.clock.now + minute);
    return delivered.flatMap(({ payload }) => JSON.parse(payload).Records as EventRecord[]);
  };
  return { world, delivered, records };
}

export function notify(world: BucketWorld, notifications: readonly Partial<NotificationInput>[]): void {
  const lambdaFunctions = notifications.map((one) => ({
    functionArn,
    events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
    ...one,
  }));
  world.account.s3.putBucketNotification({ bucket: bucketName, lambdaFunctions }, world.region);
}
