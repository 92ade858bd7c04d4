import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Reference to a shape, and where it stands in a message. */
export interface MemberModel {
  readonly shape: string;
  readonly location?: "uri" | "querystring" | "header" | "headers" | "statusCode";
  readonly locationName?: string;
  readonly flattened?: boolean;
  readonly timestampFormat?: "rfc822" | "iso8601" | "unixTimestamp";
  readonly streaming?: boolean;
  readonly idempotencyToken?: boolean;
}

/** A shape, with the constraints on its values. */
export interface ShapeModel {
  readonly type:
    | "structure"
    | "list"
    | "map"
    | "string"
    | "integer"
    | "long"
    | "float"
    | "double"
    | "boolean"
    | "timestamp"
    | "blob";
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, MemberModel>>;
  readonly member?: MemberModel;
  readonly key?: MemberModel;
  readonly value?: MemberModel;
  /** Least length of a text, a list or a map, least value of a number. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** The member that is the whole body. */
  readonly payload?: string;
  readonly streaming?: boolean;
  readonly flattened?: boolean;
  readonly locationName?: string;
  readonly timestampFormat?: MemberModel["timestampFormat"];
}

export interface OperationModel {
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
  readonly input?: { readonly shape: string };
  readonly output?: { readonly shape: string; readonly resultWrapper?: string };
  /** Whether a request must carry a checksum of its body. */
  readonly checksumRequired?: boolean;
  /** Of the operation's errors those whose code on the wire or status is not simply their name and 400. */
  readonly errors?: Readonly<Record<string, { readonly code: string; readonly status: number }>>;
}

/** What the official model says of the operations of a service that the lab serves or a deployment calls. */
export interface ServiceModel {
  readonly metadata: {
    readonly apiVersion: string;
    readonly protocol: "json" | "rest-json" | "rest-xml" | "query" | "ec2";
    readonly jsonVersion?: string;
    readonly targetPrefix?: string;
    readonly xmlNamespace?: string;
  };
  readonly operations: Readonly<Record<string, OperationModel>>;
  /** By the operations that a deployment calls and the lab does not serve, the shapes of their requests. */
  readonly requests?: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, ShapeModel>>;
}

/** Services by the names that the lab calls them by, and the tables' names. */
const tables = {
  ssm: "ssm",
  tagging: "resourcegroupstaggingapi",
  "resource-groups": "resource-groups",
  s3: "s3",
  lambda: "lambda",
  logs: "logs",
  scheduler: "scheduler",
  sns: "sns",
  sts: "sts",
  ec2: "ec2",
  cloudwatch: "cloudwatch",
  events: "events",
  iam: "iam",
  kms: "kms",
  sqs: "sqs",
} as const;
export type ServiceName = keyof typeof tables;
export const serviceNames = Object.keys(tables) as ServiceName[];

export type ModelledService = ServiceName;

/** The service that the SDK for Python knows by a name. */
export function namedAs(name: string): ServiceName | undefined {
  return serviceNames.find((one) => tables[one] === name);
}

const loaded = new Map<ModelledService, ServiceModel>();

/** The model of a service, read when it is first asked for. */
export function modelOf(service: ModelledService): ServiceModel {
  const known = loaded.get(service);
  if (known !== undefined) return known;
  const path = join(import.meta.dirname, "data", `${tableOf(service)}.json`);
  const model = JSON.parse(readFileSync(path, "utf8")) as ServiceModel;
  loaded.set(service, model);
  return model;
}

function tableOf(service: ModelledService): string {
  return service in tables ? tables[service as ServiceName] : service;
}

/** The shape of the request of an operation that is served or that a deployment calls. */
export function requestShape({ operations, requests = {} }: ServiceModel, operation: string): string {
  const shape = operations[operation]?.input?.shape ?? requests[operation];
  if (shape === undefined) throw new Error(`the model has no request of ${operation}`);
  return shape;
}

/** A shape of a service by its name. */
export function shapeOf(model: ServiceModel, name: string): ShapeModel {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`the model has no shape ${name}`);
  return shape;
}

/** Characters of a text, which AWS counts, and not UTF-16 units. */
export function textLength(value: string): number {
  let length = 0;
  for (const _ of value) length++;
  return length;
}

const matchers = new Map<string, RegExp>();

/** The model's patterns speak of the whole value, whether or not they are anchored. */
export function matcher(pattern: string): RegExp {
  const known = matchers.get(pattern);
  if (known !== undefined) return known;
  const ignoresCase = pattern.startsWith("(?i)");
  const body = `^(?:${ignoresCase ? pattern.slice(4) : pattern})$`;
  // `\p{L}` needs the flag u, which the escaped punctuation of other patterns does not bear.
  const made = new RegExp(body, `${pattern.includes("\\p{") ? "u" : ""}${ignoresCase ? "i" : ""}`);
  matchers.set(pattern, made);
  return made;
}
