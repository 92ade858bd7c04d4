// Makes the tables below data/ from the official API models: npm run model -- <folder "data" of botocore>
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { MemberModel, OperationModel, ServiceModel, ShapeModel } from "./model.js";
import { deployedOperations, servedOperations } from "./operations.js";

interface BotocoreModel {
  readonly metadata: ServiceModel["metadata"] & { readonly protocols?: readonly string[] };
  readonly operations: Readonly<
    Record<
      string,
      Omit<OperationModel, "errors"> & {
        readonly errors?: readonly { readonly shape: string }[];
        readonly httpChecksum?: { readonly requestChecksumRequired?: boolean };
      }
    >
  >;
  readonly shapes: Readonly<
    Record<
      string,
      ShapeModel & { readonly error?: { readonly code?: string; readonly httpStatusCode?: number } }
    >
  >;
}

const metadataKept = ["apiVersion", "jsonVersion", "protocol", "targetPrefix", "xmlNamespace"] as const;
const shapeKept = [
  "type",
  "required",
  "member",
  "key",
  "value",
  "min",
  "max",
  "pattern",
  "enum",
  "payload",
  "streaming",
  "flattened",
  "locationName",
  "timestampFormat",
] as const;
const memberKept = [
  "shape",
  "location",
  "locationName",
  "flattened",
  "timestampFormat",
  "streaming",
  "idempotencyToken",
] as const;

function kept<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])),
  ) as Pick<T, K>;
}

function members(shape: ShapeModel): Record<string, MemberModel> {
  return Object.fromEntries(
    Object.entries(shape.members ?? {}).map(([name, member]) => [name, kept(member, memberKept)]),
  );
}

/** The shapes that operations need, and no other. */
function reached(model: BotocoreModel, roots: readonly string[]): Record<string, ShapeModel> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const shape = model.shapes[name];
    const next = [shape?.member, shape?.key, shape?.value, ...Object.values(shape?.members ?? {})];
    for (const ref of next) if (ref !== undefined) visit(ref.shape);
  };
  roots.forEach(visit);
  return Object.fromEntries(
    [...found].sort().map((name) => {
      const shape = model.shapes[name] ?? { type: "structure" };
      const ref = (one: MemberModel | undefined) => (one === undefined ? undefined : kept(one, memberKept));
      const plain = {
        ...kept(shape, shapeKept),
        ...(shape.member === undefined ? {} : { member: ref(shape.member) }),
        ...(shape.key === undefined ? {} : { key: ref(shape.key), value: ref(shape.value) }),
        ...(shape.members === undefined ? {} : { members: members(shape) }),
      };
      return [name, plain as ShapeModel];
    }),
  );
}

/** Errors whose code on the wire or status differs from the name and 400. */
function errorsOf(model: BotocoreModel, errors: readonly { readonly shape: string }[]) {
  return Object.fromEntries(
    errors.flatMap(({ shape }) => {
      const { code = shape, httpStatusCode: status = 400 } = model.shapes[shape]?.error ?? {};
      return code === shape && status === 400 ? [] : [[shape, { code, status }]];
    }),
  );
}

/** Of the protocols that a service speaks, the first that the lab speaks too: the SDK for JavaScript chooses that one as well. */
function protocolOf({ metadata: { protocol, protocols = [protocol] } }: BotocoreModel) {
  const spoken = ["json", "rest-json", "rest-xml", "query", "ec2"] as const;
  const found = spoken.find((one) => protocols.includes(one));
  if (found === undefined) throw new Error(`the lab speaks none of ${protocols.join(", ")}`);
  return found;
}

function table(model: BotocoreModel, names: readonly string[], deployed: readonly string[]): ServiceModel {
  const requests = Object.fromEntries(
    deployed.map((name) => {
      const shape = model.operations[name]?.input?.shape;
      if (shape === undefined) throw new Error(`the model has no request of ${name}`);
      return [name, shape];
    }),
  );
  const operations = Object.fromEntries(
    names.map((name) => {
      const operation = model.operations[name];
      if (operation === undefined) throw new Error(`the model has no ${name}`);
      const { http, input, output } = operation;
      const errors = errorsOf(model, operation.errors ?? []);
      return [
        name,
        {
          http: kept(http, ["method", "requestUri", "responseCode"]),
          ...(input === undefined ? {} : { input: kept(input, ["shape"]) }),
          ...(output === undefined ? {} : { output: kept(output, ["shape", "resultWrapper"]) }),
          ...(operation.httpChecksum?.requestChecksumRequired === true ? { checksumRequired: true } : {}),
          ...(Object.keys(errors).length === 0 ? {} : { errors }),
        },
      ];
    }),
  );
  const served = Object.values(operations).flatMap(({ input, output }) => [
    ...(input === undefined ? [] : [input.shape]),
    ...(output === undefined ? [] : [output.shape]),
  ]);
  const roots = [...served, ...Object.values(requests)];
  return {
    metadata: { ...kept(model.metadata, metadataKept), protocol: protocolOf(model) },
    operations,
    ...(deployed.length === 0 ? {} : { requests }),
    shapes: reached(model, roots),
  };
}

/** One line for each operation and shape, so that a change can be read. */
function written({ metadata, ...parts }: ServiceModel): string {
  const sections = Object.entries(parts).map(([part, entries]) => {
    const lines = Object.entries(entries).map(([name, value]) => `    "${name}": ${JSON.stringify(value)}`);
    return `  "${part}": {\n${lines.join(",\n")}\n  }`;
  });
  return `{\n  "metadata": ${JSON.stringify(metadata)},\n${sections.join(",\n")}\n}\n`;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('say where botocore\'s folder "data" is');
for (const service of new Set([...Object.keys(servedOperations), ...Object.keys(deployedOperations)])) {
  const version = readdirSync(join(folder, service)).sort().at(-1) ?? "";
  const path = join(folder, service, version, "service-2.json");
  const text = existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`));
  const model = JSON.parse(text.toString()) as BotocoreModel;
  writeFileSync(
    join(import.meta.dirname, "data", `${service}.json`),
    written(table(model, servedOperations[service] ?? [], deployedOperations[service] ?? [])),
  );
}
