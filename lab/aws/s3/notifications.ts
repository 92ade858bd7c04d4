import { NotModelledError } from "../base/errors.js";
import { Ids } from "../base/ids.js";
import type { Caller } from "../iam/evaluate.js";
import type { Call } from "../iam/iam.js";
import type { Lambda } from "../lambda/lambda.js";
import type { Place } from "../place.js";
import type { Bucket, Notification, Version } from "./bucket.js";
import { invalidArgument } from "./errors.js";
import { urlEncoded } from "./keys.js";

/** The account, and its functions in each of its Regions. */
export type NotifyingAccount = Place["account"] & {
  readonly region: (name: string) => { readonly lambda: Lambda };
};

/** What a caller gives of a notification; without an id it gets one. */
export type NotificationInput = Pick<Notification, "functionArn" | "events"> &
  Partial<Record<"id" | "filterPrefix" | "filterSuffix", string | undefined>>;

/** What happened to an object. */
interface Change {
  readonly event: `ObjectCreated:${"Put" | "Copy"}` | `ObjectRemoved:${"Delete" | "DeleteMarkerCreated"}`;
  readonly version: Version;
  /** Greater than that of every change of the bucket before it. */
  readonly order: number;
  readonly caller: Caller;
}

/** Events that changes in the lab bring or would bring: those of other kinds never happen in it. */
const known =
  /^s3:(ObjectCreated:(\*|Put|Post|Copy|CompleteMultipartUpload)|ObjectRemoved:(\*|Delete|DeleteMarkerCreated))$/;

/** What buckets tell functions, as S3 does: each change once or more often, in no certain order, some time later. */
export class Notifications {
  constructor(private readonly account: NotifyingAccount) {}

  /**
   * Replaces what a bucket tells, and whom.
   *
   * @throws S3Error InvalidArgument when two say the same, or S3 may not invoke a function
   */
  put(bucket: Bucket, inputs: readonly NotificationInput[]): void {
    const wanted = inputs.map(({ functionArn, events, id, filterPrefix = "", filterSuffix = "" }) => ({
      id: id ?? this.account.ids.uuid(`notification|${bucket.name}`),
      functionArn,
      events,
      filterPrefix,
      filterSuffix,
    }));
    for (const [index, one] of wanted.entries()) {
      const unknown = one.events.find((event) => !known.test(event));
      if (unknown !== undefined) throw new NotModelledError(`the S3 event ${unknown}`);
      refuseOverlap(one, wanted.slice(0, index));
      if (one.functionArn.split(":")[3] !== bucket.region) {
        throw invalidArgument(
          "The notification destination service region is not valid for the bucket location constraint",
        );
      }
      if (!this.account.iam.allows(this.invocation(bucket, one.functionArn))) {
        throw invalidArgument("Unable to validate the following destination configurations");
      }
    }
    bucket.notifications = wanted;
  }

  /** Tells whoever is to be told. */
  tell(bucket: Bucket, change: Change): void {
    const { key } = change.version;
    const { clock, faults } = this.account;
    for (const notification of bucket.notifications) {
      const { functionArn, events, filterPrefix, filterSuffix } = notification;
      const isMeant = events.some((event) => isEvent(event, change.event));
      if (!isMeant || !key.startsWith(filterPrefix) || !key.endsWith(filterSuffix)) continue;
      const payload = JSON.stringify({ Records: [this.record(bucket, notification, change)] });
      const source = `${change.event} of ${key} in ${bucket.name}`;
      const functionName = functionArn.split(":")[6] ?? "";
      for (const delay of faults.onDelivery({ functionName, time: clock.now })) {
        clock.at(clock.now + delay, () => this.deliver(bucket, { functionArn, payload, source }));
      }
    }
  }

  private deliver(bucket: Bucket, request: Parameters<Lambda["invokeAsync"]>[0]): void {
    const { lambda } = this.account.region(bucket.region);
    // What was on its way to a function that has been deleted since is lost without a word.
    if (lambda.isDeleted(request.functionArn)) return;
    if (!this.account.iam.allows(this.invocation(bucket, request.functionArn))) return;
    lambda.invokeAsync(request);
  }

  private invocation({ arn }: Bucket, functionArn: string): Call {
    return {
      caller: { kind: "service", name: "s3.amazonaws.com" },
      action: "lambda:InvokeFunction",
      resource: functionArn,
      context: { "aws:SourceArn": arn, "aws:SourceAccount": this.account.id },
    };
  }

  private record(bucket: Bucket, { id }: Notification, { event, version, order, caller }: Change): object {
    const { clock, ids } = this.account;
    const { content } = version;
    return {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: bucket.region,
      eventTime: new Date(clock.now).toISOString(),
      eventName: event,
      userIdentity: { principalId: this.principal(caller) },
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      responseElements: {
        "x-amz-request-id": ids.hex(16, "s3 request").toUpperCase(),
        "x-amz-id-2": Buffer.from(ids.hex(96, "s3 host"), "hex").toString("base64"),
      },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: id,
        bucket: { name: bucket.name, ownerIdentity: { principalId: this.owner }, arn: bucket.arn },
        object: {
          key: urlEncoded(version.key),
          ...(!event.startsWith("ObjectCreated:") || content === undefined
            ? {}
            : { size: content.body.length, eTag: content.etag.replaceAll('"', "") }),
          ...(bucket.isVersioned ? { versionId: version.id } : {}),
          sequencer: order.toString(16).toUpperCase().padStart(18, "0"),
        },
      },
    };
  }

  /** The account in events, which have another id of it than its number. */
  private get owner(): string {
    return this.stableId("A", "account");
  }

  private principal(caller: Caller): string {
    if (caller.kind === "service") return `AWSService:${caller.name}`;
    const isUser = caller.arn.includes(":user/");
    return `AWS:${this.stableId(isUser ? "AIDA" : "AROA", caller.arn)}`;
  }

  /** An id that is the same each time, as those of users and roles are. */
  private stableId(prefix: string, purpose: string): string {
    return prefix + new Ids(this.account.seed).hex(17, `principal|${purpose}`).toUpperCase();
  }
}

function refuseOverlap(one: Notification, others: readonly Notification[]): void {
  for (const other of others) {
    const shareEvents = one.events.some((a) =>
      other.events.some((b) => isEvent(a, b.slice("s3:".length)) || isEvent(b, a.slice("s3:".length))),
    );
    const prefixes = [one.filterPrefix, other.filterPrefix] as const;
    const suffixes = [one.filterSuffix, other.filterSuffix] as const;
    const sharePrefixes = prefixes[0].startsWith(prefixes[1]) || prefixes[1].startsWith(prefixes[0]);
    const shareSuffixes = suffixes[0].endsWith(suffixes[1]) || suffixes[1].endsWith(suffixes[0]);
    if (!shareEvents || !sharePrefixes || !shareSuffixes) continue;
    throw invalidArgument(
      [...prefixes, ...suffixes].every((filter) => filter === "")
        ? "Configurations overlap. Configurations on the same bucket cannot share a common event type."
        : "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.",
    );
  }
}

/** Whether an event is meant by a name of one or, with `*`, of many. */
function isEvent(wanted: string, event: string): boolean {
  const name = wanted.slice("s3:".length);
  return name.endsWith("*") ? event.startsWith(name.slice(0, -1)) : event === name;
}
