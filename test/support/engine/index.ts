import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import resourceRpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import { Diagnostics } from "./diagnostics.js";
import { Monitor } from "./monitor.js";
import type { ProgramResult, ProgramRun } from "./types.js";

export { type AwsAccount, awsAnswers, awsComputed } from "./aws.js";
export { type ProjectSettings, readProject } from "./project.js";
export * from "./types.js";

/**
 * Runs a Pulumi program as the CLI's language host does, with the SDK's own launcher, against an engine that keeps
 * everything in memory.
 *
 * @throws if the program cannot be started, is ended by a signal, or outlives `timeoutMs`. A program that fails is a
 * result with an exit code of its own.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const monitor = new Monitor(run);
  const diagnostics = new Diagnostics();
  // As the SDK's own clients: a bundle of Lambda code inlined in a property passes gRPC's default of 4 MB.
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(resourceRpc.ResourceMonitorService, monitor.service());
  server.addService(engineRpc.EngineService, diagnostics.service());
  try {
    const address = `127.0.0.1:${await listen(server)}`;
    const ended = await launch(run, address);
    return {
      ...ended,
      resources: monitor.resources,
      outputs: monitor.stackOutputs,
      logs: diagnostics.logs,
      invokes: monitor.invokes,
    };
  } finally {
    server.forceShutdown();
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((settle, fail) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error) fail(error);
      else settle(port);
    });
  });
}

type Ended = Pick<ProgramResult, "exitCode" | "stdout" | "stderr" | "wallMs">;

function launch(run: ProgramRun, address: string): Promise<Ended> {
  const directory = resolve(run.directory);
  const timeoutMs = run.timeoutMs ?? 600_000;
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [...nodeArguments(run), ...launcherArguments(run, directory, address)],
    {
      cwd: directory,
      env: environment(run),
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  return new Promise((settle, fail) => {
    const said = () => ({
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, timeoutMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      fail(error);
    });
    child.once("close", (exitCode, signal) => {
      clearTimeout(timer);
      const wallMs = performance.now() - began;
      const { stdout, stderr } = said();
      if (exitCode !== null) settle({ exitCode, stdout, stderr, wallMs });
      else {
        const why = late ? `ran longer than ${timeoutMs} ms` : `was ended by ${signal}`;
        fail(new Error(`the program in ${directory} ${why}\n${stdout}${stderr}`));
      }
    });
  });
}

function nodeArguments(run: ProgramRun): string[] {
  const given = run.nodeArgs ?? [];
  if (run.plainErrors === false) return [...given];
  // In one word: at a separate `--require` the SDK would leave out its own loader.
  return [`--require=${join(import.meta.dirname, "plainErrors.cjs")}`, ...given];
}

function launcherArguments(run: ProgramRun, directory: string, address: string): string[] {
  // Resolved from the program, as the language host does: the launcher and the program must share one SDK.
  const launcher = createRequire(join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  return [
    launcher,
    ...[
      "--monitor",
      address,
      "--engine",
      address,
      "--organization",
      "organization",
      "--project",
      run.project,
    ],
    ...["--root-directory", directory, "--stack", run.stack, "--pwd", directory],
    ...(run.dryRun ? ["--dry-run"] : []),
    ...["--parallel", "16", "."],
  ];
}

function environment(run: ProgramRun): NodeJS.ProcessEnv {
  // A result must not depend on the shell that runs the tests: NODE_OPTIONS could add a loader of its own, the others
  // configure the SDK and the provider.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(NODE_OPTIONS$|PULUMI_|AWS_)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    PULUMI_CONFIG: JSON.stringify(run.config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.secretKeys ?? []),
    ...((run.typescript ?? true) && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...run.env,
  };
}
