import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { serveEngine } from "../support/launcher.js";

/** A component that a program in any language asks for. */
export interface Asked {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What has become of it. */
export interface Constructed {
  readonly urn: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** The package as Pulumi's engine runs it: Pulumi's own host of components in a process of its own, asked by gRPC. */
export class ComponentHost {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: InstanceType<typeof providerRpc.ResourceProviderClient>,
    private readonly engine: { readonly address: string; readonly close: () => void },
  ) {}

  /** Starts the package in a folder; what it makes is registered with the mocks that this process has. */
  static async start(folder: string): Promise<ComponentHost> {
    const engine = await serveEngine([]);
    const launcher = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run-plugin");
    const child = spawn(process.execPath, [launcher, ".", engine.address], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const port = await new Promise<string>((settle, fail) => {
      createInterface({ input: child.stdout }).once("line", settle);
      child.once("exit", (code) => fail(new Error(`the host of components ended with ${code}`)));
    });
    const client = new providerRpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    return new ComponentHost(child, client, engine);
  }

  /** Makes a component, as the engine asks for one. */
  construct({ type, name, inputs }: Asked, project = "patchplane", stack = "dev"): Promise<Constructed> {
    const request = new providerProto.ConstructRequest()
      .setProject(project)
      .setStack(stack)
      .setType(type)
      .setName(name)
      .setParallel(16)
      .setMonitorendpoint(this.engine.address)
      .setInputs(structProto.Struct.fromJavaScript(inputs as never));
    return new Promise((settle, fail) => {
      this.client.construct(request, (error, response) => {
        if (error !== null || response === undefined) fail(error);
        else settle({ urn: response.getUrn(), state: response.getState()?.toJavaScript() ?? {} });
      });
    });
  }

  stop(): void {
    this.client.close();
    this.child.kill();
    this.engine.close();
  }
}
