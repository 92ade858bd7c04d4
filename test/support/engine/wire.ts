import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { unknown, type Values } from "./types.js";

type Struct = InstanceType<typeof structProto.Struct>;
type Wire = Parameters<typeof structProto.Struct.fromJavaScript>[0];
type WireValue = Wire[string];

// Distinguished values of the engine's protocol (sdk/go/common/resource/properties.go).
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";
const resourceMark = "5cf8f73096256a8f31e491e813e4eb8e";
const outputMark = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

interface Decoded {
  readonly values: Values;
  readonly secrets: readonly string[];
}

export function decode(struct: Struct | undefined): Decoded {
  const secrets: string[] = [];
  const values: Values = {};
  for (const [key, value] of Object.entries(fields(struct))) {
    values[key] = plain(value, key, secrets);
  }
  return { values, secrets };
}

export function encode(values: Values): Struct {
  return structProto.Struct.fromJavaScript(wireFields(values));
}

/**
 * The state that the engine hands back: the inputs as they came, so that what was secret stays secret, with the values
 * that the provider adds laid over them.
 */
export function stateOf(inputs: Struct | undefined, added: Values, secretKeys: readonly string[]): Struct {
  const state: Wire = { ...fields(inputs), ...wireFields(added) };
  for (const key of secretKeys) {
    const value = state[key];
    if (value !== undefined && signatureOf(value) !== secretMark)
      state[key] = { [signatureKey]: secretMark, value };
  }
  return structProto.Struct.fromJavaScript(state);
}

function fields(struct: Struct | undefined): Wire {
  return struct?.toJavaScript() ?? {};
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function signatureOf(value: unknown): unknown {
  return isMap(value) ? value[signatureKey] : undefined;
}

function plain(value: unknown, path: string, secrets: string[]): unknown {
  if (value === unknownValue) return unknown;
  if (Array.isArray(value)) return value.map((item, index) => plain(item, `${path}[${index}]`, secrets));
  if (!isMap(value)) return value;
  const { [signatureKey]: signature, ...rest } = value;
  if (signature === secretMark || (signature === outputMark && rest.secret === true)) secrets.push(path);
  if (signature === secretMark) return plain(rest.value, path, secrets);
  if (signature === outputMark) return "value" in rest ? plain(rest.value, path, secrets) : unknown;
  const entries = Object.entries(rest).map(([key, item]) => [key, plain(item, `${path}.${key}`, secrets)]);
  const map: Values = Object.fromEntries(entries);
  // A reference without an id names a component; one with an empty id, a resource that is not created yet.
  if (signature === resourceMark && map.id === "") map.id = unknown;
  return map;
}

function wireFields(values: Values): Wire {
  const wire: Wire = {};
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) wire[key] = wireValue(value, key);
  }
  return wire;
}

function wireValue(value: unknown, path: string): WireValue {
  if (value === unknown) return unknownValue;
  if (
    value === null ||
    typeof value === "boolean" ||
    typeof value === "number" ||
    typeof value === "string"
  ) {
    return value;
  }
  if (Array.isArray(value)) return value.map((item, index) => wireValue(item, `${path}[${index}]`));
  if (isMap(value)) return wireFields(value);
  throw new TypeError(`${path}: a ${typeof value} cannot be sent to the program`);
}
