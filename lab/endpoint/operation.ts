import type { Identity } from "../aws/iam/credentials.js";
import type { Caller } from "../aws/iam/evaluate.js";
import type { Call } from "../aws/iam/iam.js";
import type { Region } from "../aws/region.js";

/** Where an operation of an API is called, and by whom. */
export interface ApiContext {
  readonly region: Region;
  readonly caller: Caller;
  /** Whose access key it is, for a call that came over the wire. */
  readonly identity?: Pick<Identity, "arn" | "userId" | "onCall">;
}

/**
 * What an operation does: takes the request and gives the response in the shapes of the AWS SDK for JavaScript, with
 * blobs and bodies as `Uint8Array` and times as `Date`. The request has passed the official model's constraints.
 *
 * @throws AwsError what the API refuses, NotModelledError what only the lab does not know
 */
export type Handler = (input: never, context: ApiContext) => object | Promise<object>;

/** The operations of a service that the lab serves, by name. */
export type Handlers = Readonly<Record<string, Handler>>;

/** What IAM must allow for a call: an action, and the ARN that it is asked of. */
export type Need = Omit<Call, "caller">;
