import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import type { ComponentHost } from "#test/package/componentHost.js";
import { serveEngine } from "#test/support/launcher.js";
import { root } from "#test/support/program.js";

const folder = join(root, "examples/python");

/** Runs a program as Pulumi's Python host does. */
const runner = `
import runpy, sys
import pulumi, pulumi.runtime
monitor, project, program = sys.argv[1:]
pulumi.runtime.configure(pulumi.runtime.Settings(
    project=project, stack="dev", monitor=monitor, engine=monitor, parallel=4, organization="organization"))
import asyncio
asyncio.new_event_loop().run_until_complete(
    pulumi.runtime.run_in_stack(lambda: runpy.run_path(program, run_name="__main__")))
`;

/** A Python that has Pulumi's package, in an environment of its own if the machine's has not. */
export function pythonWithPulumi(): string {
  const has = (python: string) => spawnSync(python, ["-c", "import pulumi"]).status === 0;
  if (has("python3")) return "python3";
  const place = join(root, "node_modules/.cache/patchplane/python");
  const own = join(place, "bin/python");
  if (existsSync(own) && has(own)) return own;
  execFileSync("python3", ["-m", "venv", place]);
  execFileSync(own, ["-m", "pip", "install", "--quiet", "-r", join(folder, "requirements.txt")]);
  return own;
}

type Request = InstanceType<typeof resourceProto.RegisterResourceRequest>;
type Answer = (error: unknown, response: unknown) => void;

/** Runs the Python example: the components that it asks for are made by the package's host, as the engine has them made. */
export async function runPython(python: string, host: ComponentHost, project: string): Promise<void> {
  const own = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: Request, answer: Answer): void;
  };
  const registerResource = ({ request }: { request: Request }, answer: Answer) => {
    if (!request.getRemote()) {
      own.registerResource(request, answer);
      return;
    }
    const asked = {
      type: request.getType(),
      name: request.getName(),
      inputs: (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
    };
    host.construct(asked, project).then(
      ({ urn, state }) => {
        const object = structProto.Struct.fromJavaScript(state as never);
        answer(null, new resourceProto.RegisterResourceResponse().setUrn(urn).setObject(object));
      },
      answer as (error: unknown) => void,
    );
  };
  const errors: string[] = [];
  const engine = await serveEngine(errors, { registerResource: registerResource as never });
  try {
    const words = ["-c", runner, engine.address, project, join(folder, "__main__.py")];
    const child = spawn(python, words, { stdio: ["ignore", "inherit", "inherit"] });
    const code = await new Promise((settle) => child.once("close", settle));
    if (code !== 0 || errors.length > 0) throw new Error(`Python ended with ${code}: ${errors.join("\n")}`);
  } finally {
    engine.close();
  }
}
