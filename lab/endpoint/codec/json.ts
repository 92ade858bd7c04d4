import { AwsError, NotModelledError } from "../../aws/base/errors.js";
import { type ServiceModel, type ShapeModel, shapeOf } from "../../aws/model/model.js";
import { fromBase64 } from "./text.js";
import type { Codec } from "./wire.js";

/** Reads a JSON value as a shape: blobs from base64, times from seconds since 1970. */
export function fromJson(model: ServiceModel, shapeName: string, value: unknown, path: string): unknown {
  const shape = shapeOf(model, shapeName);
  const refuse = (expected: string): never => {
    const where = path === "" ? "the request" : path;
    throw new AwsError("SerializationException", `${where} must be ${expected}, got ${kindOf(value)}`);
  };
  switch (shape.type) {
    case "structure":
      if (!isObject(value)) return refuse("an object");
      return structureFromJson(model, shape, value, path);
    case "list": {
      if (!Array.isArray(value)) return refuse("a list");
      const of = shape.member?.shape ?? "";
      return value.map((item, index) => fromJson(model, of, item, `${path}[${index}]`));
    }
    case "map": {
      if (!isObject(value)) return refuse("an object");
      const of = shape.value?.shape ?? "";
      const entries = Object.entries(value).filter(([, item]) => item !== null);
      return Object.fromEntries(
        entries.map(([key, item]) => [key, fromJson(model, of, item, `${path}.${key}`)]),
      );
    }
    case "string":
      return typeof value === "string" ? value : refuse("a text");
    case "boolean":
      return typeof value === "boolean" ? value : refuse("true or false");
    case "integer":
      // Of 32 bits.
      return typeof value === "number" && (value | 0) === value ? value : refuse("a whole number");
    case "long":
      return Number.isSafeInteger(value) ? value : refuse("a whole number");
    case "float":
    case "double":
      return Number.isFinite(value) ? value : refuse("a number");
    case "timestamp":
      return typeof value === "number" && Math.abs(value) < 1e12
        ? new Date(value * 1000)
        : refuse("a time in seconds");
    case "blob":
      return (typeof value === "string" ? fromBase64(value) : undefined) ?? refuse("base64");
  }
}

function structureFromJson(
  model: ServiceModel,
  { members = {} }: ShapeModel,
  value: Readonly<Record<string, unknown>>,
  path: string,
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    const where = path === "" ? name : `${path}.${name}`;
    if (member === undefined)
      throw new NotModelledError(`the member ${where}, which is not in the API's model`);
    if (item !== null) read[name] = fromJson(model, member.shape, item, where);
  }
  return read;
}

/** Writes a value of a shape as JSON; members that the model does not have are left out. */
export function toJson(model: ServiceModel, shapeName: string, value: unknown): unknown {
  return writerOf(model, shapeName)(value);
}

type Writer = (value: unknown) => unknown;

/** Of each model what its shapes have been compiled into. */
const writers = new WeakMap<ServiceModel, Map<string, Writer>>();
const asItIs: Writer = (value) => value;

function writerOf(model: ServiceModel, name: string): Writer {
  const known = writers.get(model) ?? new Map<string, Writer>();
  writers.set(model, known);
  const found = known.get(name);
  if (found !== undefined) return found;
  // A shape may be part of itself: until it is compiled, its own name stands for it.
  known.set(name, (value) => toJson(model, name, value));
  const writer = compile(model, shapeOf(model, name));
  known.set(name, writer);
  return writer;
}

function compile(model: ServiceModel, shape: ShapeModel): Writer {
  switch (shape.type) {
    case "structure": {
      const members = Object.entries(shape.members ?? {}).map(
        ([name, member]) => [name, writerOf(model, member.shape)] as const,
      );
      return (value) => {
        const given = value as Readonly<Record<string, unknown>>;
        const written: Record<string, unknown> = {};
        for (const [name, write] of members) {
          const member = given[name];
          if (member !== undefined) written[name] = write(member);
        }
        return written;
      };
    }
    case "list": {
      const write = writerOf(model, shape.member?.shape ?? "");
      return write === asItIs ? asItIs : (value) => (value as readonly unknown[]).map((item) => write(item));
    }
    case "map": {
      const write = writerOf(model, shape.value?.shape ?? "");
      return (value) =>
        Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, write(item)]));
    }
    case "timestamp":
      return (value) => (value as Date).getTime() / 1000;
    case "blob":
      return (value) => Buffer.from(value as Uint8Array).toString("base64");
    default:
      return asItIs;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The JSON object that a body holds; an empty body stands for an empty object. */
export function bodyObject(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new AwsError("SerializationException", "the body is not JSON in UTF-8");
  }
}

/** awsJson 1.0 and 1.1: the operation in a header, everything else in the body. */
export const jsonCodec: Codec = {
  asked: ({ operations }, { headers }) => {
    const target = headers["x-amz-target"] ?? "";
    const operation = target.slice(target.lastIndexOf(".") + 1);
    const model = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    return model === undefined ? operation || "a request without an operation" : { operation, model };
  },
  decode: (model, { model: { input } }, { body }) =>
    fromJson(model, input?.shape ?? "", bodyObject(body), "") as Record<string, unknown>,
  encode: (model, { model: { output } }, value, requestId) => ({
    status: 200,
    headers: {
      "content-type": `application/x-amz-json-${model.metadata.jsonVersion}`,
      "x-amzn-requestid": requestId,
    },
    body: output === undefined ? "{}" : JSON.stringify(toJson(model, output.shape, value)),
  }),
  encodeError: ({ code, message, status, requestId }) => ({
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId },
    body: JSON.stringify({ __type: code, message }),
  }),
};

/** Whether a value is what JSON calls an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Kept out of sight of a message's reader: the value itself may be long, or secret. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `${/^[aeiou]/.test(typeof value) ? "an" : "a"} ${typeof value}`;
}
