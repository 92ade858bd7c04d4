import type { Result } from "#functions/shared/errors.js";
import { Endpoint } from "#lab/endpoint/server.js";
import { buildSummary } from "#lab/report/facts/build.js";
import type { Summary } from "#lab/report/summary/summary.js";
import { type LabRun, runLab } from "#lab/run.js";
import type { RegionReading } from "#tools/account/model.js";
import { awsPorts } from "#tools/coverage/aws.js";
import type { Coverage } from "#tools/coverage/core/model.js";
import { main } from "#tools/coverage/main.js";
import type { CoveragePorts, RegionPorts, StackReading, Surroundings } from "#tools/coverage/ports.js";
import { collector, type Ran, root } from "../support.js";
import { ok, region } from "./reading.js";

const nothing = { ok: false, error: "nothing is to be reached" } as const;

/** Where a command reaches nothing: each part of a reading says so. */
export function nowhere(now = Date.UTC(2026, 9, 5)): Surroundings {
  const ports: CoveragePorts = {
    stack: async () => ({
      ...{
        deployed: nothing,
        central: nothing,
        records: nothing,
        exclusions: nothing,
        regions: ["us-east-1"],
      },
    }),
    uploads: async () => [],
    // Whatever it is asked, there is nobody.
    region: () => new Proxy({}, { get: () => async () => Promise.reject(new Error(nothing.error)) }) as never,
    enabledRegions: async () => ["us-east-1"],
  };
  return { root, clock: async () => () => now, ports: async () => ports };
}

/** An account of one Region, whose stack has neither a central window nor records nor exclusions unless it is said. */
export function accountOf(
  reading: Partial<RegionReading>,
  changes: Partial<StackReading> = {},
): Surroundings {
  const bare = nowhere();
  const all = region(reading);
  const access = new Proxy({} as RegionPorts, {
    get: (_, name) => async () => {
      if (name === "openPatches") return [];
      const part = { organization: nothing, ...all }[name as keyof RegionReading] as Result<unknown>;
      if (!part.ok) throw new Error(part.error);
      return part.value;
    },
  });
  const stack: StackReading = {
    deployed: ok(undefined),
    central: ok([]),
    records: ok({ records: [], unread: [] }),
    exclusions: ok([]),
    regions: [all.region],
    ...changes,
  };
  const ports = async () => ({
    ...(await bare.ports()),
    stack: async () => stack,
    region: () => access,
  });
  return { ...bare, ports };
}

/** Runs the command line in this process. */
export async function runCoverage(args: readonly string[], surroundings: Surroundings): Promise<Ran> {
  const terminal = { stdout: collector(), stderr: collector() };
  const code = await main(args, terminal, surroundings);
  return { code, out: terminal.stdout.text(), err: terminal.stderr.text() };
}

const names = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

/** A lab whose time has passed, and the command line over its account. */
export interface CoverageLab {
  readonly run: LabRun;
  readonly summary: Summary;
  readonly ask: (...args: readonly string[]) => Promise<Ran>;
  readonly coverage: (...args: readonly string[]) => Promise<Coverage>;
  /** The coverage of all Regions as whoever has a role sees it. */
  readonly coverageAs: (arn: string) => Promise<Coverage>;
  /** The same through ports that something happens to while it reads. */
  readonly coverageThrough: (change: (ports: CoveragePorts) => CoveragePorts) => Promise<Coverage>;
  readonly close: () => Promise<void>;
}

/** Plays a lab, and serves what it has come to. */
export async function coverageLab(request: LabRun["request"], projectRoot = root): Promise<CoverageLab> {
  const run = await runLab(request);
  const summary = buildSummary(run);
  const endpoint = await Endpoint.start(run.account);
  const before = new Map(names.map((name) => [name, process.env[name]]));
  const { accessKeyId, secretAccessKey } = run.account.credentials.owner;
  for (const [index, name] of names.entries())
    process.env[name] = [endpoint.url, accessKeyId, secretAccessKey][index];
  const told = async (surroundings: Surroundings, ...args: readonly string[]) => {
    const { out, err } = await runCoverage(
      ["--json", ...args, "--stack", request.settings.stack],
      surroundings,
    );
    if (out === "") throw new Error(err);
    return JSON.parse(out) as Coverage;
  };
  const { now } = run.account.clock;
  const surroundings = { root: projectRoot, ports: async () => awsPorts(), clock: async () => () => now };
  const coverage = (...args: readonly string[]) => told(surroundings, ...args);
  return {
    ...{ run, summary, coverage },
    ask: (...args) => runCoverage([...args, "--stack", request.settings.stack], surroundings),
    coverageAs: async (arn) => {
      const { credentials, iam } = run.account;
      const caller = () => iam.assume(arn, "lambda.amazonaws.com");
      const key = credentials.issue("ASIA", { arn, userId: "auditor", caller });
      const owner = [process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SECRET_ACCESS_KEY];
      [process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SECRET_ACCESS_KEY] = [
        key.accessKeyId,
        key.secretAccessKey,
      ];
      try {
        return await coverage("--all-regions");
      } finally {
        [process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SECRET_ACCESS_KEY] = owner;
      }
    },
    coverageThrough: (change) =>
      told({ ...surroundings, ports: async () => change(awsPorts()) }, "--all-regions"),
    close: async () => {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await endpoint.close();
      await run.account.close();
    },
  };
}
