import { createHash } from "node:crypto";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import type { IResourceMonitorServer } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceProto, {
  type ReadResourceRequest,
  type ReadResourceResponse,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type RegisterResourceResponse,
  type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import { refuse, unary } from "./rpc.js";
import {
  type AliasSpec,
  type Deployment,
  type InvokeCall,
  type RegisteredResource,
  unknown,
  type Values,
} from "./types.js";
import { decode, encode, stateOf } from "./wire.js";

const stackType = "pulumi:pulumi:Stack";
const getResource = "pulumi:pulumi:getResource";

/**
 * Features that a current engine has and this one implements. Transforms and hooks call back into the program; the SDK
 * refuses them by name when the answer is no.
 */
const features: ReadonlySet<string> = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "deletedWith",
  "replaceWith",
  "aliasSpecs",
  "parameterization",
]);

type State = ReturnType<typeof encode>;

interface Entry {
  resource: RegisteredResource;
  readonly state: State;
}

/** The ResourceMonitor service: names, remembers and answers what the program declares. */
export class Monitor {
  readonly invokes: InvokeCall[] = [];
  private readonly deployment: Deployment;
  private readonly entries = new Map<string, Entry>();

  constructor(deployment: Deployment) {
    this.deployment = deployment;
  }

  get resources(): RegisteredResource[] {
    return [...this.entries.values()].map((entry) => entry.resource);
  }

  get stackOutputs(): Values | undefined {
    return this.resources.find((resource) => resource.type === stackType)?.outputs;
  }

  service(): IResourceMonitorServer {
    return {
      supportsFeature: unary((request) =>
        new resourceProto.SupportsFeatureResponse().setHassupport(features.has(request.getId())),
      ),
      registerResource: unary((request) => this.register(request)),
      readResource: unary((request) => this.read(request)),
      registerResourceOutputs: unary((request) => this.registerOutputs(request)),
      invoke: unary((request) => this.invoke(request)),
      registerPackage: unary((request) =>
        new resourceProto.RegisterPackageResponse().setRef(`${request.getName()}@${request.getVersion()}`),
      ),
      signalAndWaitForShutdown: unary(() => new emptyProto.Empty()),
      getDeploymentInfo: refuse("deployment info"),
      call: refuse("resource methods"),
      registerStackTransform: refuse("transforms"),
      registerStackInvokeTransform: refuse("invoke transforms"),
      registerResourceHook: refuse("resource hooks"),
      registerErrorHook: refuse("error hooks"),
    };
  }

  private register(request: RegisterResourceRequest): RegisterResourceResponse {
    const type = request.getType();
    const name = request.getName();
    const urn = this.newUrn(request.getParent(), type, name);
    if (request.getRemote()) throw new Error(`${urn}: the test engine has no remote components`);
    const custom = request.getCustom();
    const { values: inputs, secrets } = decode(request.getObject());
    const { id, added } = this.create(urn, custom, type, name, inputs);
    // The inputs of a component are no outputs of it: it sets its own properties.
    const state = custom
      ? stateOf(request.getObject(), added, request.getAdditionalsecretoutputsList())
      : encode({});
    this.remember(state, {
      ...common(request, urn, inputs, secrets),
      custom,
      id,
      aliases: request.getAliasesList().map(aliasOf),
      providers: Object.fromEntries(request.getProvidersMap().toArray()),
      protect: request.getProtect() ?? false,
      deleteBeforeReplace: request.getDeletebeforereplace(),
      retainOnDelete: request.getRetainondelete() ?? false,
      ignoreChanges: request.getIgnorechangesList(),
    });
    const response = new resourceProto.RegisterResourceResponse();
    response.setUrn(urn).setObject(state).setResult(resourceProto.Result.SUCCESS);
    return id === undefined ? response : response.setId(id);
  }

  private read(request: ReadResourceRequest): ReadResourceResponse {
    const urn = this.newUrn(request.getParent(), request.getType(), request.getName());
    const { values: inputs, secrets } = decode(request.getProperties());
    // It exists already, so a dry run knows what it holds as well.
    const { id: _, ...added } = this.computed(request.getType(), request.getName(), inputs);
    const state = stateOf(request.getProperties(), added, request.getAdditionalsecretoutputsList());
    this.remember(state, { ...common(request, urn, inputs, secrets), external: true, id: request.getId() });
    return new resourceProto.ReadResourceResponse().setUrn(urn).setProperties(state);
  }

  private remember(state: State, resource: RegisteredResource): void {
    this.entries.set(resource.urn, { state, resource });
  }

  private computed(type: string, name: string, inputs: Values): Values {
    return this.deployment.computed?.(type, name, inputs) ?? {};
  }

  private registerOutputs(request: RegisterResourceOutputsRequest): InstanceType<typeof emptyProto.Empty> {
    const entry = this.entries.get(request.getUrn());
    if (entry === undefined) throw new Error(`outputs for an unknown resource ${request.getUrn()}`);
    if (entry.resource.outputs !== undefined)
      throw new Error(`${request.getUrn()}: outputs registered twice`);
    const { values, secrets } = decode(request.getOutputs());
    entry.resource = { ...entry.resource, outputs: values, secretOutputs: secrets };
    return new emptyProto.Empty();
  }

  private invoke(request: ResourceInvokeRequest): InstanceType<typeof providerProto.InvokeResponse> {
    const token = request.getTok();
    const { values: args } = decode(request.getArgs());
    if (token === getResource) return this.getResource(String(args.urn));
    this.invokes.push({ token, args });
    const answer = this.deployment.answers?.[token];
    if (answer === undefined) throw new Error(`no answer for the invoke ${token}`);
    return new providerProto.InvokeResponse().setReturn(
      encode(typeof answer === "function" ? answer(args) : answer),
    );
  }

  // The SDK turns a reference to a resource back into a live object with this call.
  private getResource(urn: string): InstanceType<typeof providerProto.InvokeResponse> {
    const entry = this.entries.get(urn);
    if (entry === undefined) throw new Error(`${getResource}: unknown resource ${urn}`);
    const result = encode({ urn, id: entry.resource.id ?? "", state: {} });
    result.getFieldsMap().get("state")?.setStructValue(entry.state);
    return new providerProto.InvokeResponse().setReturn(result);
  }

  private newUrn(parent: string, type: string, name: string): string {
    if (parent !== "" && !this.entries.has(parent)) throw new Error(`${name}: unknown parent ${parent}`);
    const parentType = parent.split("::")[2] ?? "";
    const qualified = parentType === "" || parentType === stackType ? type : `${parentType}$${type}`;
    const urn = `urn:pulumi:${this.deployment.stack}::${this.deployment.project}::${qualified}::${name}`;
    if (this.entries.has(urn))
      throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    return urn;
  }

  private create(
    urn: string,
    custom: boolean,
    type: string,
    name: string,
    inputs: Values,
  ): { id: string | undefined; added: Values } {
    // Without an id the SDK takes it as unknown, and in a dry run every output that is missing as well.
    if (!custom || this.deployment.dryRun) return { id: undefined, added: {} };
    const { id, ...added } = this.computed(type, name, inputs);
    if (Object.values(added).includes(unknown))
      throw new Error(`${urn}: a created resource has no unknown outputs`);
    return { id: typeof id === "string" ? id : `${name}-${digest(urn)}`, added };
  }
}

type Registration = Pick<
  RegisterResourceRequest,
  "getType" | "getName" | "getParent" | "getDependenciesList" | "getProvider"
>;

/** What both requests carry, and the options of a plain custom resource. */
function common(
  request: Registration,
  urn: string,
  inputs: Values,
  secretInputs: readonly string[],
): RegisteredResource {
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    parent: request.getParent() || undefined,
    custom: true,
    external: false,
    id: undefined,
    inputs,
    secretInputs,
    outputs: undefined,
    secretOutputs: [],
    dependencies: request.getDependenciesList().toSorted(),
    aliases: [],
    provider: request.getProvider() || undefined,
    providers: {},
    protect: false,
    deleteBeforeReplace: false,
    retainOnDelete: false,
    ignoreChanges: [],
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function aliasOf(alias: Alias): string | AliasSpec {
  const spec = alias.getSpec();
  if (spec === undefined) return alias.getUrn();
  return {
    ...(spec.getName() && { name: spec.getName() }),
    ...(spec.getType() && { type: spec.getType() }),
    ...(spec.getStack() && { stack: spec.getStack() }),
    ...(spec.getProject() && { project: spec.getProject() }),
    ...(spec.getParenturn() && { parentUrn: spec.getParenturn() }),
    ...(spec.getNoparent() && { noParent: true }),
  };
}
