import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type handleUnaryCall, Server, ServerCredentials } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import resourceRpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import { parse } from "yaml";
import { stackSettings } from "#stacks/stackFiles.js";
import { type Recording, recordMocks } from "./mocks.js";

/** How Node loads a program: `runtime.options` of `Pulumi.yaml`. */
interface Loader {
  readonly typescript: boolean;
  /** Node's own arguments. */
  readonly nodeargs: string;
}

interface ProgramRun {
  /** Where `Pulumi.yaml` is. */
  readonly directory: string;
  readonly stack: string;
  readonly dryRun: boolean;
  /** Values in the place of the stack's own, by fully qualified key. */
  readonly config?: Readonly<Record<string, string>>;
  /** @default as `Pulumi.yaml` says */
  readonly loader?: Loader;
  /**
   * Prints errors without colour, the one way in which a run differs from the CLI's. Some releases of Node need half a
   * minute and 4 GB to colour a frame such as `node_modules/@pulumi/resource.ts` (nodejs/node#64011), and the SDK's
   * source maps have such frames. @default true
   */
  readonly plainErrors?: boolean;
}

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly recording: Recording;
  /** What the program says is wrong, and what its process prints. */
  readonly errors: string;
  /** From the start of the process to its end. */
  readonly wallMs: number;
}

/** Runs a Pulumi program as the CLI's language host does, with the SDK's own launcher, against mocks behind an engine's services. */
export async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const { project, values } = stackSettings(run.directory, run.stack);
  const recording = await recordMocks({ project, stack: run.stack, preview: run.dryRun });
  const errors: string[] = [];
  const { address, close } = await serveEngine(errors);
  try {
    const env = {
      PULUMI_CONFIG: JSON.stringify({ ...values, ...run.config }),
      PULUMI_CONFIG_SECRET_KEYS: "[]",
    };
    const { printed, ...ended } = await launch(run, project, address, env);
    return { ...ended, recording, errors: [...errors, printed].join("\n") };
  } finally {
    close();
  }
}

/**
 * An engine's services for other processes, over the mocks that this one has set.
 *
 * @param errors gets what programs say is wrong
 * @param monitor calls in the place of the mocks' own
 */
export async function serveEngine(
  errors: string[],
  monitor: Readonly<Record<string, handleUnaryCall<never, unknown>>> = {},
): Promise<{ readonly address: string; readonly close: () => void }> {
  // As the SDK's own clients: a bundle of Lambda code inlined in a property passes gRPC's default of 4 MB.
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(resourceRpc.ResourceMonitorService, { ...monitorService(), ...monitor });
  server.addService(engineRpc.EngineService, engineService(errors));
  const address = `127.0.0.1:${await listen(server)}`;
  return { address, close: () => server.forceShutdown() };
}

type Answer = (error: Error | null, response: unknown) => void;
type Unary = (request: object, answer: Answer) => unknown;

/** The mocks' monitor, in the messages of the wire where it answers with objects of its own. */
function monitorService() {
  const monitor = pulumi.runtime.getMonitor() as unknown as Readonly<Record<string, Unary>>;
  const passedOn = (name: string, response?: object): handleUnaryCall<object, unknown> => {
    return ({ request }, answer) =>
      monitor[name]?.call(monitor, request, (error, given) => answer(error, response ?? given));
  };
  return {
    registerResource: passedOn("registerResource"),
    registerResourceOutputs: passedOn("registerResourceOutputs", new emptyProto.Empty()),
    invoke: passedOn("invoke"),
    registerPackage: passedOn("registerPackage"),
    // What a current engine has but for transforms and hooks, which call back into the program.
    supportsFeature: unary((request: InstanceType<typeof resourceProto.SupportsFeatureRequest>) =>
      new resourceProto.SupportsFeatureResponse().setHassupport(
        !/^outputValues$|Hooks$|ransforms$/.test(request.getId()),
      ),
    ),
    signalAndWaitForShutdown: unary(() => new emptyProto.Empty()),
  };
}

/** Diagnostics, and the URN of the root stack. */
function engineService(errors: string[]) {
  let rootUrn = "";
  return {
    log: unary((request: InstanceType<typeof engineProto.LogRequest>) => {
      if (request.getSeverity() === engineProto.LogSeverity.ERROR) errors.push(request.getMessage());
      return new emptyProto.Empty();
    }),
    getRootResource: unary(() => new engineProto.GetRootResourceResponse().setUrn(rootUrn)),
    setRootResource: unary((request: InstanceType<typeof engineProto.SetRootResourceRequest>) => {
      rootUrn = request.getUrn();
      return new engineProto.SetRootResourceResponse();
    }),
    // There is no CLI whose version could be too old.
    requirePulumiVersion: unary(() => new engineProto.RequirePulumiVersionResponse()),
  };
}

function unary<Request, Response>(
  answer: (request: Request) => Response,
): handleUnaryCall<Request, Response> {
  return ({ request }, callback) => callback(null, answer(request));
}

function listen(server: Server): Promise<number> {
  return new Promise((settle, fail) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error) fail(error);
      else settle(port);
    });
  });
}

function loaderOf(directory: string): Loader {
  const text = readFileSync(join(directory, "Pulumi.yaml"), "utf8");
  return (parse(text) as { runtime: { options: Loader } }).runtime.options;
}

function launch(
  { directory, stack, dryRun, loader = loaderOf(directory), plainErrors = true }: ProgramRun,
  project: string,
  address: string,
  settings: NodeJS.ProcessEnv,
): Promise<Pick<ProgramResult, "exitCode" | "wallMs"> & { readonly printed: string }> {
  // Resolved from the program, as the language host does: the launcher and the program must share one SDK.
  const launcher = createRequire(join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  // In one word: at a separate `--require` the SDK would leave out its own loader.
  const preload = plainErrors ? [`--require=${join(import.meta.dirname, "plainErrors.cjs")}`] : [];
  const options = {
    ...{ monitor: address, engine: address, organization: "organization", project, stack },
    ...{ "root-directory": directory, pwd: directory, parallel: "16" },
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const flags = dryRun ? ["--dry-run", "."] : ["."];
  // A result must not depend on the shell that runs the tests: NODE_OPTIONS could add a loader of its own, the others
  // configure the SDK and the provider.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(NODE_OPTIONS$|PULUMI_|AWS_)/.test(name),
  );
  const env = {
    ...Object.fromEntries(inherited),
    ...settings,
    ...(loader.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
  };
  const began = performance.now();
  const args = [...preload, ...loader.nodeargs.split(" ").filter(Boolean), launcher, ...words, ...flags];
  const child = spawn(process.execPath, args, { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => printed.push(chunk));
  return new Promise((settle, fail) => {
    child.once("error", fail);
    child.once("close", (exitCode) => {
      settle({ exitCode, wallMs: performance.now() - began, printed: Buffer.concat(printed).toString() });
    });
  });
}
