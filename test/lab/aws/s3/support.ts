import { Account } from "#lab/aws/account.js";
import type { Caller } from "#lab/aws/iam/evaluate.js";
import { readPolicy } from "#lab/aws/iam/policy.js";
import type { Region } from "#lab/aws/region.js";
import { S3Error } from "#lab/aws/s3/errors.js";
import { Clock } from "#lab/clock.js";
import { s3Handlers } from "#lab/endpoint/services/s3.js";
import { type Faults, noFaults } from "#lab/faults/faults.js";
import { homeRegion, monday } from "../../support.js";

export const bucketName = "journal-bucket";
export const otherRegion = "eu-west-1";

type Operations = typeof s3Handlers;
type Operation = keyof Operations;
type Input<K extends Operation> = Parameters<Operations[K]>[0];

/** An account with one empty bucket. */
export interface BucketWorld {
  readonly clock: Clock;
  readonly account: Account;
  readonly region: Region;
  /** Puts a text, and gives the id of its version. */
  readonly put: (key: string, text?: string, input?: object) => string | undefined;
  /** Deletes, and gives the id of the delete marker or version. */
  readonly remove: (key: string, VersionId?: string) => string | undefined;
  /** What an operation on the bucket gives, without the members that have no value. */
  readonly call: (
    operation: Operation,
    input?: object,
    from?: { region?: string; caller?: Caller },
  ) => Answer;
}

/** A response as a test looks at it. */
export type Answer = Readonly<Record<string, unknown>>;

/** An account with one bucket at a time: nothing goes wrong in it but for what a test changes. */
export function bucketWorld({
  isVersioned = true,
  faults = {},
  from = monday,
}: {
  isVersioned?: boolean;
  faults?: Partial<Faults>;
  from?: number;
} = {}): BucketWorld {
  const clock = new Clock(from);
  const account = new Account(clock, { source: "test", catalogs: [], nodes: [] }, 1, {
    ...noFaults,
    ...faults,
  });
  const region = account.region(homeRegion);
  account.s3.createBucket({ Bucket: bucketName }, region);
  if (isVersioned) account.s3.putBucketVersioning({ Bucket: bucketName, Status: "Enabled" }, region);
  const call: BucketWorld["call"] = (operation, input = {}, { region: name = homeRegion, caller } = {}) => {
    const context = { region: account.region(name), caller: caller ?? account.iam.owner };
    const handler = s3Handlers[operation] as (input: Input<Operation>, with_: typeof context) => object;
    const whole = operation === "ListBuckets" ? input : { Bucket: bucketName, ...input };
    return withoutUndefined(handler(whole as Input<Operation>, context)) as Answer;
  };
  return {
    clock,
    account,
    region,
    call,
    put: (Key, text = Key, input = {}) =>
      call("PutObject", { Key, Body: Buffer.from(text), ...input }).VersionId as string | undefined,
    remove: (Key, VersionId) => call("DeleteObject", { Key, VersionId }).VersionId as string | undefined,
  };
}

/** A role whose own policy has these statements. */
export function role(...statements: readonly object[]): Caller {
  const document = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  return {
    kind: "role",
    arn: "arn:aws:iam::123456789012:role/reader",
    accountId: "123456789012",
    policies: [readPolicy("own", document)],
  };
}

/** A body as text. */
export function textOf({ Body }: Answer): string {
  return Buffer.from(Body as Uint8Array).toString();
}

/** Keys, version ids or prefixes of a list. */
export function of(list: unknown, member: string): unknown[] {
  return (list as readonly Answer[]).map((item) => item[member]);
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array)
    return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, withoutUndefined(member)]),
  );
}

/** Code, status and headers of the error that something throws, as one line; "none" without one. */
export function failureOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof S3Error)
      return [error.code, error.status, ...Object.values(error.headers)].join(" ");
    return error instanceof Error ? error.name : String(error);
  }
  return "none";
}
