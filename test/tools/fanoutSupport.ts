import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRun } from "#functions/regional-fanout/core/start.js";
import type { StartContext } from "#functions/regional-fanout/core/startContext.js";
import { stopStarts } from "#functions/regional-fanout/core/stopStarts.js";
import { stopOf } from "#shared/contract/stopStarts.js";
import { main } from "#tools/fanout/main.js";
import type { FanoutPorts, Surroundings } from "#tools/fanout/ports.js";
import { context, payload } from "../functions/regional-fanout/core/support.js";
import { Fuse } from "../memory/fuse.js";
import { Calls, MemoryRuns } from "../memory/regionalFanout/runs.js";
import type { MemoryWorld } from "../memory/regionalFanout/world.js";
import { collector, type Ran, root } from "./support.js";

export const newId = "0b5f1c1e-8a7d-4c3b-9e2f-112233445566";

/** A folder with a Pulumi project and a stack `central`, which has a central window over Regions. */
export class Project {
  readonly path = mkdtempSync(join(tmpdir(), "patchplane-fanout-"));

  constructor(regions: readonly string[]) {
    writeFileSync(join(this.path, "Pulumi.yaml"), readFileSync(join(root, "Pulumi.yaml")));
    this.stack("central", "dev", regions);
  }

  stack(name: string, environment: string, regions: readonly string[], more: object = {}): void {
    const config = {
      "aws:region": "us-east-1",
      "patchplane:stacks": ["scan", "install", "central"],
      "patchplane:environment": environment,
      "patchplane:patchGroups": ["dev-servers"],
      "patchplane:operatingSystems": ["AMAZON_LINUX_2023"],
      "patchplane:targetTags": { Environment: "dev" },
      "patchplane:fanoutRegions": regions,
      "patchplane:fanoutSchedule": "cron(0 12 ? * MON *)",
      "patchplane:fanoutTimezone": "UTC",
      ...more,
    };
    writeFileSync(join(this.path, `Pulumi.${name}.yaml`), JSON.stringify({ config }));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** What the window of a world hands to the function. */
export const deployedPayload = (changes: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify(
    payload({ WindowId: "{{WINDOW_ID}}", TaskExecutionId: "{{TASK_EXECUTION_ID}}", ...changes }),
  );

/** Calls of one command line, far more than any test needs. */
const mostCalls = 1_000;

/** Ports on a world in memory, in which the function itself runs. */
export function memoryPorts(
  world: MemoryWorld,
  payloadText = deployedPayload(),
  ownGroups = "own",
  exclusions: Readonly<Record<string, string>> = {},
): FanoutPorts {
  // Nothing in memory waits for anything: whoever looks for ever would keep even a test's timeout from its turn.
  const fuse = new Fuse(mostCalls);
  const calls = new Calls(fuse);
  const closing = world.closingPorts(fuse);
  const start = world.startPorts(fuse);
  const variables = {
    RUNS_BUCKET: "runs-bucket",
    EXECUTION_ROLE_NAME: context().executionRoleName,
    OPERATION: "Install",
    PER_INSTANCE_NODES: "1000",
    OWN_GROUPS: ownGroups,
    STOP_FUNCTION_ARN: "arn:aws:lambda:us-east-1:123456789012:function:stopping",
    SCHEDULE_GROUP: "ends",
    SCHEDULE_ROLE_ARN: "arn:aws:iam::123456789012:role/ends",
    DEAD_LETTER_QUEUE_ARN: "arn:aws:sqs:us-east-1:123456789012:kept",
    ...exclusions,
  };
  return {
    deployedFunction: async () => ({ variables }),
    windowTask: async () => ({ windowId: "mw-0123456789abcdef0", windowHours: 5, payload: payloadText }),
    invoke: async (_, event) => invoked(world, event, context()),
    runs: () => new MemoryRuns(world.bucket, calls.make),
    words: () => new MemoryRuns(world.processor?.bucket ?? world.bucket, calls.make),
    region: (name) => ({
      groupPage: start.region(name).groupPage,
      automation: closing.region(name).automation,
      commands: closing.region(name).commands,
      invocations: closing.region(name).invocations,
      automations: async () => [],
      stopAutomation: async () => true,
      cancelCommand: async () => undefined,
      invocationPages: world.invocationPages(name),
      cancelOn: async () => undefined,
      completeAutomation: async () => undefined,
      beginning: async () => [],
    }),
  };
}

async function invoked(world: MemoryWorld, event: string, surroundings: StartContext) {
  const stopped = stopOf(JSON.parse(event));
  if (stopped !== undefined) {
    await stopStarts(stopped, world.startPorts());
    return { ok: true as const };
  }
  const result = await startRun(JSON.parse(event), surroundings, world.startPorts());
  return result.verdict === "failed" ? { ok: false as const, error: result.message } : { ok: true as const };
}

/** Surroundings with nothing behind them but what a test gives. */
export function surroundings(path: string, changes: Partial<Surroundings> = {}): Surroundings {
  return {
    root: path,
    portsOf: async () => {
      throw new Error("nothing is to be reached");
    },
    pause: async () => undefined,
    interrupted: new AbortController().signal,
    clock: async () => () => Date.parse("2026-09-06T08:00:00Z"),
    newId: () => newId,
    ...changes,
  };
}

/** Runs the command line in this process. */
export async function runFanout(
  args: readonly string[],
  given: Surroundings,
  { isTTY = false, columns = 120 } = {},
): Promise<Ran> {
  const stdout = Object.assign(collector(), { isTTY, columns });
  const stderr = collector();
  const code = await main(args, { stdout, stderr }, given);
  return { code, out: stdout.text(), err: stderr.text() };
}
