import { AwsError, NotModelledError } from "../../aws/base/errors.js";
import { type MemberModel, type OperationModel, type ServiceModel, shapeOf } from "../../aws/model/model.js";
import { addressOf, labels, locatedOf, marksOf } from "./address.js";
import { bodyObject, fromJson, isObject, toJson } from "./json.js";
import { fromText, toText } from "./text.js";
import type { Asked, Codec, WireRequest } from "./wire.js";
import { element, membersToXml } from "./xml.js";
import { fromXml } from "./xmlRead.js";

/** REST: the operation in method, path and query; members in path, query, headers and body. */
function restCodec(
  body: Pick<Codec, "encodeError"> & {
    readonly contentType: string;
    readonly read: (model: ServiceModel, shape: string, body: Uint8Array) => Record<string, unknown>;
    /** A body that is one member. */
    readonly readWhole: (model: ServiceModel, member: MemberModel, body: Uint8Array) => unknown;
    readonly write: (model: ServiceModel, shape: string, value: Readonly<Record<string, unknown>>) => string;
  },
): Codec {
  return {
    asked,
    decode: (model, found, request) => {
      const shapeName = found.model.input?.shape;
      if (shapeName === undefined) return {};
      const { payload, members = {} } = shapeOf(model, shapeName);
      const read = located(model, found.model, members, request);
      if (payload === undefined) return { ...body.read(model, shapeName, request.body), ...read };
      const whole = members[payload] ?? { shape: "" };
      if (shapeOf(model, whole.shape).type === "structure") {
        return request.body.length === 0
          ? read
          : { ...read, [payload]: body.readWhole(model, whole, request.body) };
      }
      return request.body.length === 0 ? read : { ...read, [payload]: request.body };
    },
    encode: (model, { model: { output, http } }, value, requestId) => {
      const shape = output === undefined ? { type: "structure" as const } : shapeOf(model, output.shape);
      const { headers, status } = headersOf(model, shape.members ?? {}, value);
      const whole = shape.payload === undefined ? undefined : shape.members?.[shape.payload];
      const isWritten = whole !== undefined && shapeOf(model, whole.shape).type === "structure";
      const content = shape.payload === undefined ? undefined : value[shape.payload];
      const isPlain = shape.payload === undefined || isWritten;
      const hasBody = Object.values(shape.members ?? {}).some(({ location }) => location === undefined);
      const [written, of] = isWritten ? [whole.shape, content] : [output?.shape ?? "", value];
      const text = isPlain && hasBody ? body.write(model, written, Object(of)) : "";
      return {
        // The model has one status for the whole of an object and for a part of it.
        status: status ?? (value.ContentRange === undefined ? http.responseCode : 206) ?? 200,
        headers: {
          "x-amzn-requestid": requestId,
          "x-amz-request-id": requestId,
          ...(text !== "" ? { "content-type": body.contentType } : {}),
          ...headers,
        },
        body: isPlain ? text : ((content as string | Uint8Array | undefined) ?? ""),
      };
    },
    encodeError: body.encodeError,
  };
}

/** JSON bodies, as Lambda and Resource Groups have them. */
export const restJsonCodec: Codec = restCodec({
  contentType: "application/json",
  read: (model, shapeName, bytes) => {
    const value = bodyObject(bytes);
    if (!isObject(value)) throw new AwsError("SerializationException", "the body must be an object");
    return fromJson(model, shapeName, value, "") as Record<string, unknown>;
  },
  readWhole: (model, { shape }, bytes) => fromJson(model, shape, bodyObject(bytes), ""),
  write: (model, shapeName, value) => JSON.stringify(toJson(model, shapeName, value)),
  encodeError: ({ code, message, status, requestId }) => ({
    status,
    headers: {
      "content-type": "application/json",
      "x-amzn-errortype": code,
      "x-amzn-requestid": requestId,
    },
    body: JSON.stringify({ message, Message: message, Type: status < 500 ? "User" : "Service" }),
  }),
});

/** XML bodies, as S3 has them. */
export const restXmlCodec: Codec = restCodec({
  contentType: "application/xml",
  read: () => ({}),
  readWhole: (model, member, bytes) => fromXml(model, member, Buffer.from(bytes).toString()),
  write: (model, shapeName, value) => {
    const shape = shapeOf(model, shapeName);
    const root = shapeName.replace(/Output$/, "Result");
    const inner = membersToXml(model, shape, value);
    // The one response of S3 that is nothing but its only member.
    const isBare = shapeName === "GetBucketLocationOutput";
    const text = isBare && inner === "" ? "<LocationConstraint/>" : inner;
    return `<?xml version="1.0" encoding="UTF-8"?>\n${isBare ? text : `<${root}>${text}</${root}>`}`;
  },
  encodeError: ({ code, message, status, headers, requestId }, { method }) => ({
    status,
    headers: { ...headers, "content-type": "application/xml", "x-amz-request-id": requestId },
    // An answer to HEAD has no body, and a client knows the error by its status.
    body:
      method === "HEAD" || status === 304
        ? ""
        : `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${element("Code", code)}${element("Message", message)}${element("RequestId", requestId)}</Error>`,
  }),
});

/** Of several operations that an address fits the one that wants most of it: `?tagging`, or a header for a source. */
function asked(service: ServiceModel, request: WireRequest): Asked | string {
  const { operations } = service;
  const { method, path, query } = request;
  const named = query.get("x-id");
  if (named !== null && !(named in operations)) return named;
  let found: (Asked & { readonly wants: number }) | undefined;
  for (const [operation, model] of Object.entries(operations)) {
    const { requestUri } = model.http;
    if (model.http.method !== method || labels(requestUri, request) === undefined) continue;
    const marks = marksOf(service, model);
    const wants = addressOf(requestUri).query.length + marks.length;
    if (wants > (found?.wants ?? -1) && marks.every((header) => header in request.headers))
      found = { operation, model, wants };
  }
  if (found !== undefined) return { operation: found.operation, model: found.model };
  return named ?? `${method} ${path}${query.size === 0 ? "" : `?${[...query.keys()].join("&")}`}`;
}

/** The members that stand outside the body. A part of the query that belongs to no member is refused. */
function located(
  model: ServiceModel,
  operation: OperationModel,
  members: Readonly<Record<string, MemberModel>>,
  request: WireRequest,
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  const paths = labels(operation.http.requestUri, request) ?? new Map<string, string>();
  const outside = locatedOf(members);
  const inQuery = new Set(["x-id", ...addressOf(operation.http.requestUri).query.map(([name]) => name)]);
  for (const { name, location, at, shape: shapeName } of outside) {
    const shape = shapeOf(model, shapeName);
    const given = (text: string | undefined | null) => {
      if (text !== undefined && text !== null) read[name] = fromText(shape, text, name);
    };
    const header = request.headers[at];
    if (location === "uri") given(decoded(paths.get(at)));
    if (location === "header" && shape.type === "list") {
      if (header !== undefined) read[name] = header.split(",").map((item) => item.trim());
    } else if (location === "header") given(header);
    if (location === "querystring") {
      inQuery.add(at);
      given(request.query.get(at));
    }
    if (location === "headers") {
      const named = Object.entries(request.headers).filter(([header]) => header.startsWith(at));
      if (named.length > 0)
        read[name] = Object.fromEntries(named.map(([full, text]) => [full.slice(at.length), text]));
    }
  }
  refuseUnread(outside, inQuery, request);
  return read;
}

/** Headers of S3 that say how a request is signed or sent, and not what it asks for. */
const plumbing =
  /^x-amz-(date|content-sha256|security-token|user-agent|decoded-content-length|trailer|checksum-(mode|crc32c?|crc64nvme|sha1|sha256)|te)$/;

/** A parameter or header of AWS's that no member takes would make it another request than the one that is served. */
function refuseUnread(
  outside: ReturnType<typeof locatedOf>,
  inQuery: ReadonlySet<string>,
  { query, headers }: WireRequest,
): void {
  const isRead = (header: string) =>
    outside.some(
      ({ location, at }) =>
        (location === "header" && header === at) || (location === "headers" && header.startsWith(at)),
    );
  const unread = [
    ...[...query.keys()].filter((name) => !inQuery.has(name) && !/^x-amz-/i.test(name)),
    ...Object.keys(headers).filter(
      (name) => name.startsWith("x-amz-") && !plumbing.test(name) && !isRead(name),
    ),
  ];
  if (unread.length > 0) throw new NotModelledError(`${unread.join(", ")} of this request`);
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}

function headersOf(
  model: ServiceModel,
  members: Readonly<Record<string, MemberModel>>,
  value: Readonly<Record<string, unknown>>,
): { headers: Record<string, string>; status: number | undefined } {
  const headers: Record<string, string> = {};
  let status: number | undefined;
  for (const { name, location, at, shape } of locatedOf(members)) {
    const given = value[name];
    if (given === undefined) continue;
    if (location === "statusCode") status = given as number;
    if (location === "header") headers[at] = toText(shapeOf(model, shape), given, "rfc822");
    if (location === "headers") {
      for (const [key, text] of Object.entries(given as Readonly<Record<string, string>>)) {
        headers[`${at}${key}`] = text;
      }
    }
  }
  return { headers, status };
}
