import { AwsError } from "../aws/base/errors.js";
import type { WireRequest } from "./codec/wire.js";

/** What a request's signature says of it; the signature itself is not verified. */
export interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
  /** As the service signs: `ssm`, `tagging`, `s3`. */
  readonly service: string;
}

/** Seconds that a presigned address may be good for (API reference of S3, authenticating requests by query parameters). */
const maxLife = 604_800;

/**
 * Reads the credential scope of Signature Version 4 from the Authorization header, or from the query of a presigned
 * address.
 *
 * @throws AwsError MissingAuthenticationToken, IncompleteSignature, or AuthorizationQueryParametersError for an address of
 *   more than a week
 */
export function scopeOf({ headers, query }: Pick<WireRequest, "headers" | "query">): Scope {
  const header = headers.authorization;
  const credential =
    query.get("X-Amz-Credential") ?? /\bCredential=([^,\s]+)/.exec(header ?? "")?.[1] ?? undefined;
  if (credential === undefined) {
    throw new AwsError(
      header === undefined ? "MissingAuthenticationToken" : "IncompleteSignature",
      "The request is not signed with Signature Version 4.",
      403,
    );
  }
  // An access key has no slash, and a scope's four parts follow it.
  const [accessKeyId = "", date = "", region = "", service = "", end] = credential.split("/");
  if (end !== "aws4_request" || !/^\d{8}$/.test(date) || !/^[a-z0-9-]{1,30}$/.test(region)) {
    throw new AwsError("IncompleteSignature", "The credential scope of the signature is not complete.", 403);
  }
  // Whether its time is over is not asked: a client signs with the time of its own clock, not with the lab's.
  const life = query.get("X-Amz-Expires");
  if (life !== null && !(/^\d{1,6}$/.test(life) && Number(life) >= 1 && Number(life) <= maxLife)) {
    const message = "X-Amz-Expires must be less than a week (in seconds) that is 604800";
    throw new AwsError("AuthorizationQueryParametersError", message);
  }
  return { accessKeyId, region, service };
}
