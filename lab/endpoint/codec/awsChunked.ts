import { AwsError } from "../../aws/base/errors.js";
import type { WireRequest } from "./wire.js";

/** Whether a request says that its body comes in such chunks. */
export function isAwsChunked(headers: WireRequest["headers"]): boolean {
  return (
    headers["content-encoding"]?.includes("aws-chunked") === true ||
    headers["x-amz-content-sha256"]?.startsWith("STREAMING-") === true
  );
}

/**
 * Takes the body of a request out of the chunks that SDKs send an upload in (Content-Encoding aws-chunked); their
 * signatures are not verified. The headers then speak of the body itself, those that come behind it among them.
 *
 * @throws AwsError IncompleteBody when the chunks do not add up
 */
export function unchunked(request: WireRequest): WireRequest {
  const { body, trailers } = fromAwsChunked(request.body);
  const { "content-encoding": encoding = "", ...headers } = request.headers;
  const length = headers["x-amz-decoded-content-length"];
  if (length !== undefined && length !== String(body.length)) throw incomplete();
  const others = encoding.split(",").map((one) => one.trim());
  const own = others.filter((one) => one !== "" && one !== "aws-chunked").join(", ");
  return {
    ...request,
    headers: {
      ...headers,
      ...trailers,
      ...(own === "" ? {} : { "content-encoding": own }),
      "content-length": String(body.length),
    },
    body,
  };
}

function fromAwsChunked(body: Uint8Array): Pick<WireRequest, "body"> & { trailers: WireRequest["headers"] } {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const size = lineEnd < 0 ? null : /^([0-9a-f]{1,8})(;|$)/i.exec(bytes.toString("latin1", at, lineEnd));
    if (size === null) throw incomplete();
    const length = Number.parseInt(size[1] ?? "", 16);
    const from = lineEnd + 2;
    if (length === 0)
      return { body: Buffer.concat(parts), trailers: trailersOf(bytes.toString("latin1", from)) };
    if (bytes.toString("latin1", from + length, from + length + 2) !== "\r\n") throw incomplete();
    parts.push(bytes.subarray(from, from + length));
    at = from + length + 2;
  }
}

/** Lines behind the last chunk, such as `x-amz-checksum-crc32:...`. */
function trailersOf(text: string): WireRequest["headers"] {
  const lines = text.split("\r\n").map((line) => /^([\w-]+):(.*)$/.exec(line));
  return Object.fromEntries(
    lines.flatMap((line) => (line === null ? [] : [[line[1]?.toLowerCase(), line[2]?.trim()]])),
  );
}

function incomplete(): AwsError {
  return new AwsError("IncompleteBody", "The chunks of the request's body are not complete.");
}
