import { createHash } from "node:crypto";
import {
  type MemberModel,
  modelOf,
  type ServiceModel,
  type ServiceName,
  shapeOf,
} from "#lab/aws/model/model.js";
import type { WireRequest } from "#lab/endpoint/codec/wire.js";
import { escapeXml } from "#lab/endpoint/codec/xml.js";
import type { Message } from "./supportRequests.js";

export const region = "us-east-1";

/** The Authorization header of a request to a service, with a signature that nobody looks at. */
export function authorization(accessKeyId: string, service: string): string {
  const credential = `${accessKeyId}/20260601/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;
}

/** A request without a body, but for what a test says. */
export function wireRequest(method: string, url: string, changes: Partial<WireRequest> = {}): WireRequest {
  const [path = "", query = ""] = url.split(/\?(.*)/s);
  return { method, path, query: new URLSearchParams(query), headers: {}, body: new Uint8Array(), ...changes };
}

/**
 * Writes a request to an operation as the service's protocol has it. Values of the model's types, blobs as
 * `Uint8Array` and times as `Date`.
 *
 * @returns undefined for what cannot be written: a path with an empty part
 */
export function wireOf(
  service: ServiceName,
  operation: string,
  message: Message,
  accessKeyId: string,
): WireRequest | undefined {
  const model = modelOf(service);
  const { protocol, targetPrefix, apiVersion, jsonVersion } = model.metadata;
  const signing = service === "cloudwatch" ? "monitoring" : service;
  const signed = { host: "127.0.0.1", authorization: authorization(accessKeyId, signing) };
  if (protocol === "json") {
    const headers = {
      ...signed,
      "x-amz-target": `${targetPrefix}.${operation}`,
      "content-type": `application/x-amz-json-${jsonVersion}`,
    };
    return wireRequest("POST", "/", { headers, body: bytes(json(message)) });
  }
  if (protocol === "query") {
    const form = new URLSearchParams({ Action: operation, Version: apiVersion });
    for (const [name, value] of Object.entries(message)) addToForm(form, name, value);
    const headers = { ...signed, "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    return wireRequest("POST", "/", { headers, body: bytes(form.toString()) });
  }
  if (protocol === "ec2") {
    const form = new URLSearchParams({ Action: operation, Version: apiVersion });
    addToEc2Form(form, "", { model, shape: model.operations[operation]?.input?.shape ?? "" }, message);
    const headers = { ...signed, "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    return wireRequest("POST", "/", { headers, body: bytes(form.toString()) });
  }
  const request = rest(service, operation, message);
  return request === undefined ? undefined : { ...request, headers: { ...signed, ...request.headers } };
}

function rest(service: ServiceName, operation: string, message: Message): WireRequest | undefined {
  const model = modelOf(service);
  const { http, input } = model.operations[operation] ?? { http: { method: "", requestUri: "" } };
  const { members = {}, payload, required = [] } = shapeOf(model, input?.shape ?? "");
  const [template = "", fixed = ""] = http.requestUri.split("?");
  const query = new URLSearchParams(fixed);
  const headers: Record<string, string> = {};
  const labels = new Map<string, unknown>();
  const inBody: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message)) {
    const { location, locationName = name, shape = "" }: Partial<MemberModel> = members[name] ?? {};
    const { timestampFormat } = shapeOf(model, shape);
    const written = (usual: "iso8601" | "rfc822") =>
      text(value, timestampFormat === "iso8601" || timestampFormat === "rfc822" ? timestampFormat : usual);
    if (location === "uri") labels.set(locationName, value);
    else if (location === "querystring") query.append(locationName, written("iso8601"));
    else if (location === "header" && Array.isArray(value) && value.length === 0) continue;
    else if (location === "header") headers[locationName.toLowerCase()] = written("rfc822");
    else if (location === "headers") {
      for (const [key, one] of Object.entries(value as Readonly<Record<string, string>>)) {
        headers[`${locationName}${key}`.toLowerCase()] = one;
      }
    } else inBody[name] = value;
  }
  // Without the header that tells it apart, a request is another operation's.
  let isComplete = required.every(
    (name) => members[name]?.location !== "header" || message[name] !== undefined,
  );
  const path = template.replace(/\{([^}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const whole = String(labels.get(name) ?? "");
    if (whole === "") isComplete = false;
    const encoded = encodeURIComponent(whole);
    return greedy === "" ? encoded : encoded.replaceAll("%2F", "/");
  });
  if (!isComplete) return undefined;
  const whole = members[payload ?? ""]?.shape;
  const isXml = whole !== undefined && shapeOf(model, whole).type === "structure";
  const xmlBody = isXml && payload !== undefined && message[payload] !== undefined;
  const content = xmlBody
    ? bytes(xml(model, payload, { shape: whole }, message[payload]))
    : message[payload ?? ""];
  const body = payload === undefined ? bytes(json(inBody)) : (content as Uint8Array | undefined);
  if (isXml) {
    headers["content-md5"] = createHash("md5")
      .update((content as Uint8Array | undefined) ?? "")
      .digest("base64");
  }
  const hasBody = payload !== undefined || Object.keys(inBody).length > 0;
  const type = payload === undefined ? { "content-type": "application/json" } : {};
  return {
    ...wireRequest(http.method, path, { headers: hasBody ? { ...type, ...headers } : headers }),
    query,
    body: hasBody ? (body ?? new Uint8Array()) : new Uint8Array(),
  };
}

/** A value of the model as an element; lists of what the lab reads are flat. */
function xml(model: ServiceModel, tag: string, { shape: name }: MemberModel, value: unknown): string {
  const shape = shapeOf(model, name);
  if (shape.type === "list")
    return (value as unknown[]).map((item) => xml(model, tag, shape.member ?? { shape: "" }, item)).join("");
  const inner =
    shape.type === "structure"
      ? Object.entries(value as Message).map(([one, item]) => {
          const member = shape.members?.[one] ?? { shape: "" };
          return xml(model, member.locationName ?? one, member, item);
        })
      : [escapeXml(text(value, "iso8601"))];
  return `<${tag}>${inner.join("")}</${tag}>`;
}

function addToForm(form: URLSearchParams, name: string, value: unknown): void {
  if (Array.isArray(value)) {
    if (value.length === 0) form.append(name, "");
    value.forEach((item, index) => {
      addToForm(form, `${name}.member.${index + 1}`, item);
    });
  } else if (/\.member\.\d+$/.test(name) && typeof value === "object" && value !== null) {
    if (Object.keys(value).length === 0) form.append(name, "");
    for (const [key, item] of Object.entries(value)) addToForm(form, `${name}.${key}`, item);
  } else if (value instanceof Uint8Array || value instanceof Date || typeof value !== "object") {
    form.append(name, text(value, "iso8601"));
  } else {
    // The only maps that are sent in forms, those of SNS, have entries with a Name and a Value.
    Object.entries(value ?? {}).forEach(([key, item], index) => {
      form.append(`${name}.entry.${index + 1}.Name`, key);
      for (const [part, one] of Object.entries(item as Message)) {
        addToForm(form, `${name}.entry.${index + 1}.Value.${part}`, one);
      }
    });
  }
}

/** EC2's kind of form: names begin with a capital, and a list is its numbered items. What is empty cannot be written. */
function addToEc2Form(
  form: URLSearchParams,
  name: string,
  { model, shape: shapeName }: { readonly model: ServiceModel; readonly shape: string },
  value: unknown,
): void {
  const shape = shapeOf(model, shapeName);
  if (shape.type === "list") {
    const items = value as readonly unknown[];
    if (items.length === 0) form.append(name, "");
    for (const [index, item] of items.entries())
      addToEc2Form(form, `${name}.${index + 1}`, { model, shape: shape.member?.shape ?? "" }, item);
  } else if (shape.type === "structure") {
    const entries = Object.entries(value as Message);
    if (entries.length === 0 && name !== "") form.append(name, "");
    for (const [key, item] of entries) {
      const { locationName = key, shape: of = "" }: Partial<MemberModel> = shape.members?.[key] ?? {};
      const named = `${locationName.charAt(0).toUpperCase()}${locationName.slice(1)}`;
      addToEc2Form(form, name === "" ? named : `${name}.${named}`, { model, shape: of }, item);
    }
  } else form.append(name, text(value, "iso8601"));
}

function json(message: Message): string {
  const plain = (value: unknown): unknown => {
    if (value instanceof Date) return value.getTime() / 1000;
    if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
  };
  return JSON.stringify(plain(message));
}

function text(value: unknown, times: "iso8601" | "rfc822"): string {
  if (value instanceof Date) return times === "rfc822" ? value.toUTCString() : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return Array.isArray(value) ? value.join(",") : String(value);
}

export function bytes(content: string): Uint8Array {
  return new Uint8Array(Buffer.from(content, "utf8"));
}
