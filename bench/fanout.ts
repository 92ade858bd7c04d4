import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { Rates } from "#lab/endpoint/rates.js";
import { loadFleet } from "#lab/fleet/load.js";
import { type Lab, openLab } from "#lab/run.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { runKeys } from "#shared/contract/runKeys.js";
import { stackSettings } from "#stacks/stackFiles.js";

const root = resolve(import.meta.dirname, "..");
const home = "us-east-1";
/** All of the partition `aws`. */
const regions =
  `af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
  ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
  eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1
  me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2`.split(/\s+/);
const opens = Date.parse("2026-10-11T08:00:00Z");
const minute = 60_000;
const hour = 60 * minute;
/** By then a run is closed with what is known. */
const latestHours = 25;

type Mode = "per-region" | "per-instance";

/** One run of the central window over all Regions. */
interface FanoutFigures {
  readonly mode: Mode;
  readonly nodesPerRegion: number;
  /** Of them, how many are kept from a patch by an exclusion that is in force. */
  readonly promised: number;
  /** Simulated seconds from the processor's answer, which the function that starts is called with, to the last automation's start. */
  readonly lastStartSeconds: number;
  /** Simulated seconds of the function that starts, and of the longest invocation of the one that closes. */
  readonly startSeconds: number;
  readonly closingSeconds: number;
  /** Calls of both functions, and of the automations' own steps. */
  readonly calls: number;
  /** Steps of automations that have run, which are what AWS bills. */
  readonly steps: number;
  /** Simulated hours from the start to the closed record. */
  readonly hours: number;
  /** Most MiB that a process of a function has had; 0 where the system does not tell. */
  readonly memoryMiB: number;
  readonly patched: number;
  readonly members: number;
}

export const fanoutRegions = regions.length;

/** What the system tells in a file; nothing of a process that has just ended, and on other systems. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "ESRCH"].includes(String(error.code)))
      return "";
    throw error;
  }
}

/** Watches the memory of this process's children, which functions run in, on Linux. */
class ChildrenMemory {
  private readonly children = `/proc/${process.pid}/task/${process.pid}/children`;
  private readonly timer = setInterval(() => this.look(), 250);
  mostMiB = 0;

  private look(): void {
    for (const id of textOf(this.children).split(" ")) {
      // The program's own helpers are children too.
      if (id === "" || !textOf(`/proc/${id}/cmdline`).includes("patchplane-lambda")) continue;
      const [, kib = "0"] = /^VmHWM:\s+(\d+)/m.exec(textOf(`/proc/${id}/status`)) ?? [];
      this.mostMiB = Math.max(this.mostMiB, Number(kib) / 1024);
    }
  }

  end(): void {
    clearInterval(this.timer);
  }
}

/**
 * Lets the central window open once over so many nodes in each Region, at AWS's documented rates.
 *
 * @param promised nodes of each Region on which an exclusion is in force
 */
export async function measureFanout(
  nodesPerRegion: number,
  mode: Mode,
  promised: number,
): Promise<FanoutFigures> {
  const settings = stackSettings(root, "dev");
  const lab = await openLab({
    settings: {
      ...settings,
      values: {
        ...settings.values,
        "patchplane:stacks": '["central"]',
        "patchplane:maxChangedNodes": String(promised * regions.length + 50),
        "patchplane:fanoutRegions": JSON.stringify(regions),
        "patchplane:fanoutExecutionMode": mode,
        "patchplane:fanoutPerInstanceNodes": String(nodesPerRegion * regions.length),
        "patchplane:fanoutMaxConcurrency": mode === "per-region" ? "100%" : "25",
        "patchplane:fanoutMaxErrors": "100%",
      },
    },
    fleet: fleetOf(nodesPerRegion),
    from: opens - (promised === 0 ? 5 * minute : hour),
    seed: 1,
    rates: new Rates(),
  });
  const memory = new ChildrenMemory();
  try {
    const { clock } = lab.account;
    if (promised > 0) exclude(lab, promised);
    await clock.advanceTo(opens - minute);
    const before = totalCalls(lab);
    let record: Closed | undefined;
    for (let passed = 1; record === undefined && passed <= latestHours; passed++) {
      await clock.advanceTo(opens + passed * hour);
      record = closedRecord(lab);
    }
    if (record === undefined) throw new Error(`the run is not closed after ${latestHours} hours`);
    return {
      ...{ mode, nodesPerRegion, promised },
      lastStartSeconds: lastStart(lab),
      startSeconds: longest(lab, "SSM-patchplane-dev-fanout"),
      closingSeconds: longest(lab, "patchplane-dev-fanout-closing"),
      calls: totalCalls(lab) - before,
      steps: lab.account.regions().reduce((sum, region) => sum + stepsOf(region), 0),
      memoryMiB: Math.round(memory.mostMiB),
      hours: (Date.parse(record.closedAt) - Date.parse(record.startedAt)) / hour,
      patched: record.totals.patched,
      members: record.totals.members,
    };
  } finally {
    memory.end();
    await lab.close();
  }
}

function fleetOf(nodesPerRegion: number) {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-bench-"));
  const file = join(folder, "fleet.yaml");
  const catalog = "amazon-linux-2023";
  const generate = {
    count: nodesPerRegion * regions.length,
    regions: Object.fromEntries(regions.map((name) => [name, 1])),
    catalogs: { [catalog]: 1 },
    tags: [{ weight: 1, tags: { PatchGroup: "dev-servers", Environment: "dev" } }],
    patchedUntil: { from: "2026-09-01", to: "2026-10-01" },
  };
  try {
    const catalogFiles = [join(root, "lab", "fleets", "catalogs", `${catalog}.yaml`)];
    writeFileSync(file, stringify({ version: 1, catalogFiles, generate }));
    return loadFleet(file, 1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Uploads a manifest about the first nodes of each Region. */
function exclude({ account }: Lab, promised: number): void {
  const region = account.region(home);
  const { BUCKET: Bucket = "" } =
    region.lambda.find("SSM-patchplane-dev-exclusions").input.Environment?.Variables ?? {};
  const exclusions = account.regions().map((one) => ({
    id: `bench-${one.name}`,
    patches: ["openssl*"],
    nodes: one.nodes.all.slice(0, promised).map(({ id }) => id),
    ...{ reason: "to be measured", owner: "bench@example.com" },
    expires: new Date(opens + 24 * hour).toISOString().slice(0, 10),
  }));
  const Body = Buffer.from(stringify({ version: 1, exclusions }));
  account.s3.putObject(
    { Bucket, Key: `${keys.manifests}bench.yaml`, Body },
    { region, caller: account.iam.owner },
  );
}

function totalCalls({ endpoint }: Lab): number {
  return [...endpoint.api.counts.calls.values()].reduce((sum, count) => sum + count, 0);
}

function longest({ account }: Lab, functionName: string): number {
  const spans = account
    .region(home)
    .lambda.invocations.filter((one) => one.functionName === functionName)
    .map(({ startedAt, endedAt = Number.NaN }) => (endedAt - startedAt) / 1000);
  return Math.max(...spans);
}

/** From the window's call of the function that starts on. */
function lastStart({ account }: Lab): number {
  const [called] = account
    .region(home)
    .lambda.invocations.filter((one) => one.functionName === "SSM-patchplane-dev-fanout");
  const starts = account
    .regions()
    .flatMap(
      ({ automation }) =>
        automation.describeAutomationExecutions({ MaxResults: 50 }).AutomationExecutionMetadataList ?? [],
    )
    .filter(({ ParentAutomationExecutionId: parent }) => parent === undefined)
    .map(({ ExecutionStartTime: time }) => time?.getTime() ?? Number.NaN);
  return (Math.max(...starts) - (called?.startedAt ?? Number.NaN)) / 1000;
}

function stepsOf({ automation }: ReturnType<Lab["account"]["region"]>): number {
  let steps = 0;
  for (let NextToken: string | undefined; ; ) {
    const page = automation.describeAutomationExecutions({
      MaxResults: 50,
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    for (const { AutomationExecutionId = "" } of page.AutomationExecutionMetadataList ?? []) {
      const { AutomationExecution = {} } = automation.getAutomationExecution({ AutomationExecutionId });
      const { StepExecutions = [], Targets, TargetLocations } = AutomationExecution;
      // The steps of a parent are its children, which are counted by their own.
      if (Targets !== undefined || TargetLocations !== undefined) continue;
      steps += StepExecutions.filter(({ ExecutionStartTime }) => ExecutionStartTime !== undefined).length;
    }
    NextToken = page.NextToken;
    if (NextToken === undefined) return steps;
  }
}

interface Closed {
  readonly startedAt: string;
  readonly closedAt: string;
  readonly totals: { readonly patched: number; readonly members: number };
}

function closedRecord({ account }: Lab): Closed | undefined {
  const region = account.region(home);
  const { RUNS_BUCKET: Bucket = "" } =
    region.lambda.find("SSM-patchplane-dev-fanout").input.Environment?.Variables ?? {};
  const owner = { region, caller: account.iam.owner };
  const [found] = account.s3.listObjectsV2({ Bucket, Prefix: runKeys.closed }, owner).Contents ?? [];
  if (found === undefined) return undefined;
  return JSON.parse(Buffer.from(account.s3.getObject({ Bucket, Key: found.Key }, owner).Body).toString());
}
