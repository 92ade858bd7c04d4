import * as pulumi from "@pulumi/pulumi";
import { noteNoStacks } from "#lab/deploy/untraced.js";

noteNoStacks();

/** Resolved inputs of a resource, or outputs of a component, with secrets unwrapped. */
export type Props = Readonly<Record<string, unknown>>;

/** One resource as the program registered it. */
interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Name of the parent; undefined for a resource of the stack itself. */
  readonly parent: string | undefined;
  readonly props: Props;
  /** What the provider would have computed beside the inputs. */
  readonly state: Props;
  readonly deleteBeforeReplace: boolean;
  /** URNs of all resources that this one waits for. */
  readonly dependencies: readonly string[];
}

export interface MockOptions {
  readonly project?: string;
  readonly stack?: string;
  /** Leaves every id and every computed value unknown, as the first preview of a stack does. @default false */
  readonly preview?: boolean;
  /** What the provider answers when it is asked for its own Region. @default us-east-1 */
  readonly region?: string;
  readonly partition?: string;
}

export const accountId = "123456789012";

/** The program's registrations, in the order in which the engine received them. */
export class Recording {
  readonly resources: Recorded[] = [];
  /** Outputs by the URN of the component that registered them. */
  readonly outputs = new Map<string, Props>();
  /** Tokens of the functions that the program asked. */
  readonly invokes: string[] = [];
  /** Why mocks refused an invoke; the SDK rejects with an error that says nothing. */
  readonly refusals: string[] = [];

  /** The resources of a type, given with or without `aws:` and the name that is repeated after the colon. */
  all(type: string): Recorded[] {
    return this.resources.filter((resource) => resource.type === type || shortType(resource.type) === type);
  }

  /** The one resource of a type. */
  only(type: string): Recorded {
    const [found, ...more] = this.all(type);
    if (found === undefined || more.length > 0) {
      throw new Error(`expected one ${type}, got ${[found, ...more].map((one) => one?.name).join(", ")}`);
    }
    return found;
  }

  /** The resource of a name. */
  named(name: string): Recorded {
    const found = this.resources.filter((resource) => resource.name === name);
    if (found[0] === undefined || found.length > 1)
      throw new Error(`${found.length} resources are named ${name}`);
    return found[0];
  }

  /** Every resource as `type name < parent`, sorted, for comparison with a list in a test. */
  list(): string[] {
    return this.resources
      .map(
        ({ type, name, parent }) => `${shortType(type)} ${name}${parent === undefined ? "" : ` < ${parent}`}`,
      )
      .sort();
  }
}

/** `ssm.PatchGroup` for `aws:ssm/patchGroup:PatchGroup`, and the class alone for components of our own. */
export function shortType(type: string): string {
  const [pkg, module = "", kind = ""] = type.split(":");
  return pkg === "aws" ? `${module.split("/")[0]}.${kind}` : kind;
}

/** Replaces the engine and the provider, and records what the program registers until the next call. */
export async function recordMocks(options: MockOptions = {}): Promise<Recording> {
  const { preview = false, region = "us-east-1", partition = "aws" } = options;
  const recording = new Recording();
  // The runtime reads a stack for each resource: to lead it back to its source takes longer than all else.
  process.setSourceMapsEnabled(false);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (preview) return { id: undefined, state: inputs };
        const plain: Props = unsecret(inputs);
        const where = typeof plain.region === "string" ? plain.region : region;
        return {
          id: idOf(type, name, plain),
          state: { ...inputs, ...computed(type, name, plain, where, partition) },
        };
      },
      call: ({ token, inputs }) => {
        recording.invokes.push(token);
        const result = answer(token, unsecret(inputs), region, partition);
        if (result !== undefined) return result;
        recording.refusals.push(`the mocks do not answer the invoke ${token}`);
        throw new Error(recording.refusals.at(-1));
      },
    },
    options.project ?? "patchplane",
    options.stack ?? "test",
    preview,
  );
  watch(recording);
  return recording;
}

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDeletebeforereplace(): boolean;
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}
interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> } | undefined;
}
interface Response {
  getUrn(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}
type Callback<T> = (error: Error | null, response: T) => void;
interface Monitor {
  registerResource(request: Request, callback: Callback<Response>): unknown;
  registerResourceOutputs(request: OutputsRequest, callback: Callback<unknown>): unknown;
}

/** Mocks see neither parents nor dependencies nor outputs; the requests to their monitor have them all. */
function watch(recording: Recording): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor | undefined;
  if (monitor === undefined) throw new Error("the mocks have no monitor");
  const register = monitor.registerResource.bind(monitor);
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (error === null) {
        recording.resources.push({
          type: request.getType(),
          name: request.getName(),
          urn: response.getUrn(),
          parent: request.getParent() === "" ? undefined : request.getParent().split("::").at(-1),
          props: unsecret(request.getObject()?.toJavaScript() ?? {}),
          state: unsecret(response.getObject()?.toJavaScript() ?? {}),
          deleteBeforeReplace: request.getDeletebeforereplace(),
          dependencies: request.getDependenciesList(),
        });
      }
      callback(error, response);
    });
  monitor.registerResourceOutputs = (request, callback) => {
    recording.outputs.set(request.getUrn(), unsecret(request.getOutputs()?.toJavaScript() ?? {}));
    return registerOutputs(request, callback);
  };
}

function idOf(type: string, name: string, inputs: Props): string {
  switch (shortType(type)) {
    case "s3.Bucket":
      return `${name}-0a1b2c3`;
    case "ssm.PatchBaseline":
      return `pb-${name}`;
    case "ssm.PatchGroup":
      return `${String(inputs.patchGroup)},${String(inputs.baselineId)}`;
    case "ssm.MaintenanceWindow":
      return `mw-${name}`;
    default:
      return `${name}-id`;
  }
}

/** Names and ARNs that the provider computes; whatever is not here has none that we use. */
function computed(type: string, name: string, inputs: Props, region: string, partition: string): Props {
  const physical = typeof inputs.name === "string" ? inputs.name : `${name}-0a1b2c3`;
  const arn = (service: string, where: string, resource: string, account: string = accountId) => ({
    name: physical,
    arn: `arn:${partition}:${service}:${where}:${account}:${resource}`,
  });
  switch (shortType(type)) {
    case "iam.Role":
      return arn("iam", "", `role/${physical}`);
    case "iam.Policy":
      return arn("iam", "", `policy/${physical}`);
    case "kms.Key":
      return { arn: arn("kms", region, `key/${name}`).arn };
    case "sns.Topic":
      return arn("sns", region, physical);
    case "s3.Bucket":
      return { bucket: physical, arn: arn("s3", "", physical, "").arn.replace("::::", ":::") };
    case "cloudwatch.LogGroup":
      return arn("logs", region, `log-group:${physical}`);
    case "cloudwatch.EventRule":
      return arn("events", region, `rule/${physical}`);
    case "cloudwatch.MetricAlarm":
      return arn("cloudwatch", region, `alarm:${physical}`);
    case "lambda.Function":
      return arn("lambda", region, `function:${physical}`);
    case "sqs.Queue":
      return arn("sqs", region, physical);
    default:
      return {};
  }
}

function answer(token: string, inputs: Props, home: string, partition: string): Props | undefined {
  switch (token) {
    case "aws:index/getPartition:getPartition":
      return {
        partition,
        dnsSuffix: partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com",
        id: partition,
      };
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId, id: accountId };
    case "aws:index/getRegion:getRegion": {
      const region = typeof inputs.region === "string" ? inputs.region : home;
      return { region, id: region };
    }
    default:
      return undefined;
  }
}

const secretMarker = "4dabf18193072939515e22adb298388d";

/** A value without the envelopes in which secrets travel. */
function unsecret<T>(value: T): T;
function unsecret(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => unsecret(item));
  if (typeof value !== "object" || value === null) return value;
  if (secretMarker in value && "value" in value) return unsecret(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unsecret(item)]));
}

/** Waits until everything that the program has started is registered. It does not throw when that failed. */
export async function settle(): Promise<void> {
  await pulumi.runtime.disconnect();
  process.setSourceMapsEnabled(true);
}

/** The value of an output. It rejects when the output failed, where `apply` alone would never call back. */
export function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    pulumi
      .recover(output, (error) => {
        reject(error);
        throw error;
      })
      .apply(resolve);
  });
}

/** The error with which a piece of work ends. */
export async function failureOf(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("expected an error, got none");
}

/** Fails when two resources share a URN, which mocks allow and the engine refuses. */
export function expectUniqueUrns(recording: Recording): void {
  const urns = recording.resources.map(({ urn }) => urn);
  const repeated = urns.filter((urn, index) => urns.indexOf(urn) !== index);
  if (repeated.length > 0) throw new Error(`resources share a URN: ${repeated.join(", ")}`);
}
