import { AwsError, NotModelledError } from "#lab/aws/base/errors.js";
import { modelOf } from "#lab/aws/model/model.js";
import { isAwsChunked, unchunked } from "#lab/endpoint/codec/awsChunked.js";
import { checkSums } from "#lab/endpoint/codec/checksums.js";
import { restJsonCodec, restXmlCodec } from "#lab/endpoint/codec/rest.js";
import type { WireRequest } from "#lab/endpoint/codec/wire.js";

const codecs = { s3: restXmlCodec, lambda: restJsonCodec, "resource-groups": restJsonCodec } as const;
export type Service = keyof typeof codecs;

/** The operation that a request is taken for, and its members; or why it is refused. */
export function reading(service: Service, request: WireRequest): unknown {
  const model = modelOf(service);
  const codec = codecs[service];
  const asked = codec.asked(model, request);
  if (typeof asked === "string") return `no ${asked}`;
  try {
    const plain = isAwsChunked(request.headers) ? unchunked(request) : request;
    // Whether they add up is not asked here.
    void checkSums(asked.model, plain)?.catch(() => undefined);
    return [asked.operation, codec.decode(model, asked, plain)];
  } catch (error) {
    if (error instanceof NotModelledError) return `${asked.operation}: ${error.message}`;
    if (error instanceof AwsError) return `${asked.operation}: ${error.status} ${error.code}`;
    throw error;
  }
}
