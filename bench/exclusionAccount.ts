import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { Account } from "#lab/aws/account.js";
import { Clock } from "#lab/clock.js";
import type { Rates } from "#lab/endpoint/rates.js";
import { Endpoint } from "#lab/endpoint/server.js";
import { loadFleet } from "#lab/fleet/load.js";
import { stateFolder } from "#shared/contract/believed.js";
import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { keys } from "#shared/contract/exclusionNames.js";
import { bundleFunction } from "#stacks/functionBundle.js";
import { manifestsOf, type Size, sharedTags, uniqueTag, uniqueTags } from "./exclusionEntries.js";

const root = resolve(import.meta.dirname, "..");
const home = "us-east-1";
const places =
  "us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ap-northeast-1 ap-northeast-2 ap-northeast-3 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-west-1 eu-west-2 eu-west-3 eu-south-1 eu-south-2 eu-north-1 il-central-1 me-south-1 me-central-1 mx-central-1 sa-east-1 ap-east-2 ap-southeast-6";
const regionNames = [home, ...places.split(" ")];
/** Regions that there are. */
export const mostRegions = regionNames.length;
const systems = ["AMAZON_LINUX_2023", "UBUNTU", "WINDOWS"] as const;
const catalogs = { "amazon-linux-2023": 60, "ubuntu-22.04": 37, "windows-server-2022": 3 };
const group = "servers";
const bucket = "exclusions";
const functionName = "exclusions";
/** As the component deploys it. */
const memoryMegabytes = 512;
const timeoutSeconds = 900;
/** Of a processor: Lambda gives one whole at 1,769 MB, and less in proportion (Lambda's guide, memory). */
const processorShare = memoryMegabytes / 1769;
const start = Date.parse("2026-10-05T00:00:00Z");

/** What one run of the function has cost. */
export interface MeasuredRun {
  /** Simulated seconds. */
  readonly seconds: number;
  /** Operation, such as `tag:TagResources`, to how often it was called. */
  readonly calls: ReadonlyMap<string, number>;
  /** Seconds that Lambda would take to compute, of which simulated time knows nothing; 0 where the system does not tell. */
  readonly computing: number;
  /** MiB that the function's process has had at most so far; undefined where the system does not tell. */
  readonly megabytes: number | undefined;
}

/** An account with nodes in some Regions and the shipped function in it, as far as the function sees a stack. */
export class ExclusionAccount {
  private computed = 0;

  private constructor(
    private readonly account: Account,
    private readonly endpoint: Endpoint,
    private readonly size: Size,
    private readonly nodes: readonly string[],
    private readonly regions: readonly string[],
  ) {}

  static async open(size: Size, rates?: Rates): Promise<ExclusionAccount> {
    const regions = regionNames.slice(0, size.regions);
    const account = new Account(new Clock(start), await fleetOf(size.nodes, regions), 1);
    const endpoint = await Endpoint.start(account, { rates });
    for (const name of regions) account.region(name);
    const nodes = account.regions().flatMap((region) => region.nodes.all.map(({ id }) => id));
    const opened = new ExclusionAccount(account, endpoint, size, nodes, regions);
    await opened.deploy();
    return opened;
  }

  /** Pages that list all nodes: those that run, those with a patch group, those that are marked. */
  get pages(): number {
    const counts = this.account.regions().map((region) => region.nodes.all.length);
    return counts.reduce((sum, count) => sum + Math.ceil(count / 50) + 2 * Math.ceil(count / 100), 0);
  }

  /** Puts all entries into the bucket. */
  upload(): void {
    for (const [key, text] of this.manifests()) this.write(key, text);
  }

  get now(): number {
    return this.account.clock.now;
  }

  /** When all manifests had been told of for the first time, epoch milliseconds. */
  get toldAt(): number {
    const prefix = `${keys.statuses}${keys.manifests}`;
    const { Versions = [] } = this.account.s3.listObjectVersions(
      { Bucket: bucket, Prefix: prefix },
      this.owner,
    );
    const first = new Map<string, number>();
    for (const { Key = "", LastModified } of Versions) {
      const at = LastModified?.getTime() ?? Number.NaN;
      first.set(Key, Math.min(at, first.get(Key) ?? at));
    }
    return Math.max(...first.values());
  }

  /** Bytes of the objects that the function keeps for itself, by their keys. */
  get kept(): ReadonlyMap<string, number> {
    const { Contents = [] } = this.account.s3.listObjectsV2(
      { Bucket: bucket, Prefix: stateFolder },
      this.owner,
    );
    return new Map(Contents.map(({ Key = "", Size = 0 }) => [Key, Size]));
  }

  /** Changes the patches of one entry. */
  change(): void {
    const [[key, text] = ["", ""]] = this.manifests(0);
    this.write(key, text);
  }

  /** Ends the function's process, so that the next run is in one of its own. */
  async reclaim(): Promise<void> {
    const { warm } = this.account.region(home).lambda.find(functionName);
    await Promise.all(warm.map((process) => process.kill()));
    // What ended with them has used nothing of the next one's.
    this.computed = 0;
  }

  /** Lets the function run once. @throws Error when it does not end well */
  async run(payload = "{}"): Promise<MeasuredRun> {
    const { account, endpoint } = this;
    const { clock } = account;
    const before = new Map(endpoint.api.counts.calls);
    const began = clock.now;
    const { lambda } = account.region(home);
    const invoked = lambda.invoke({ functionArn: functionName, payload, source: "bench" });
    const { functionError, payload: answer, logTail } = await clock.advanceUntil(invoked);
    if (functionError !== undefined) throw new Error(`the function failed: ${answer}\n${logTail}`);
    const calls = [...endpoint.api.counts.calls]
      .map(([name, count]): [string, number] => [name, count - (before.get(name) ?? 0)])
      .filter(([, count]) => count > 0);
    const used = usedBy("patchplane-lambda-");
    const computing = ((used?.cpuSeconds ?? 0) - this.computed) / processorShare;
    this.computed = used?.cpuSeconds ?? 0;
    const seconds = (clock.now - began) / 1000;
    return { seconds, calls: new Map(calls), computing, megabytes: used?.megabytes };
  }

  async close(): Promise<void> {
    await this.endpoint.close();
    await this.account.close();
  }

  private manifests(changed?: number): [string, string][] {
    return manifestsOf(this.size, this.nodes, changed);
  }

  private get owner() {
    return { region: this.account.region(home), caller: this.account.iam.owner };
  }

  private write(Key: string, text: string): void {
    this.account.s3.putObject({ Bucket: bucket, Key, Body: Buffer.from(text) }, this.owner);
  }

  private async deploy(): Promise<void> {
    const { account } = this;
    const region = account.region(home);
    account.s3.createBucket({ Bucket: bucket }, region);
    account.s3.putBucketVersioning({ Bucket: bucket, Status: "Enabled" }, region);
    this.write(keys.record, JSON.stringify(this.record()));
    const { TopicArn } = region.sns.createTopic({ Name: "failures" });
    const code = await bundleFunction("exclusion-processor");
    region.lambda.createFunction({
      FunctionName: functionName,
      Role: this.role(),
      Handler: "index.handler",
      Runtime: "nodejs24.x",
      MemorySize: memoryMegabytes,
      Timeout: timeoutSeconds,
      Environment: { Variables: { BUCKET: bucket, TOPIC_ARN: TopicArn } },
      code: (folder) => cp(code, folder, { recursive: true }),
    });
  }

  private role(): string {
    const document = (statement: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
    const trust = { Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
    const { iam } = this.account;
    const { Role } = iam.createRole({ RoleName: "exclusions", AssumeRolePolicyDocument: document(trust) });
    const everything = document({ Action: "*", Resource: "*" });
    iam.putRolePolicy({ RoleName: "exclusions", PolicyName: "all", PolicyDocument: everything });
    return Role.Arn;
  }

  /** Makes the base baselines, and tells of them. */
  private record(): DeploymentRecord {
    const regions = this.regions.map((name) => {
      const { baselines } = this.account.region(name);
      const ids = systems.map((OperatingSystem): [string, string] => {
        const { BaselineId = "" } = baselines.createPatchBaseline({
          Name: `base-${OperatingSystem}`,
          OperatingSystem,
          ApprovalRules: { PatchRules: [{ PatchFilterGroup: { PatchFilters: [] }, ApproveAfterDays: 7 }] },
        });
        return [OperatingSystem, BaselineId];
      });
      return { name, baselines: Object.fromEntries(ids) };
    });
    return {
      version: 1,
      stack: "patchplane/bench",
      namePrefix: "patchplane-bench",
      partition: this.account.partition,
      accountId: this.account.id,
      patchGroupTagKey: "PatchGroup",
      patchGroups: [group],
      targetTags: {},
      operatingSystems: [...systems],
      timezone: "UTC",
      maxExclusionDays: 90,
      maxChangedNodes: this.size.nodes,
      regions,
    };
  }
}

async function fleetOf(nodes: number, regions: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "patchplane-bench-"));
  const file = join(folder, "fleet.yaml");
  const fleet = {
    version: 1,
    catalogFiles: Object.keys(catalogs).map((name) => join(root, `lab/fleets/catalogs/${name}.yaml`)),
    generate: {
      count: nodes,
      regions: Object.fromEntries(regions.map((name) => [name, 1])),
      catalogs,
      tags: [
        {
          weight: 1,
          tags: Object.fromEntries([
            ["PatchGroup", group],
            ...Array.from({ length: sharedTags }, (_, at) => [`company:tag-${at}`, `some value of it ${at}`]),
          ]),
        },
      ],
      patchedUntil: { from: "2026-07-15", to: "2026-10-01" },
      stoppedShare: 0.02,
    },
  };
  try {
    await writeFile(file, stringify(fleet));
    const loaded = loadFleet(file, 1);
    return {
      ...loaded,
      nodes: loaded.nodes.map((node) => ({ ...node, tags: { ...node.tags, ...ownTags(node.id) } })),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function ownTags(id: string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: uniqueTags }, (_, at) => [`company:own-${at}`, uniqueTag(id, at)]),
  );
}

/** What a process that this one has started has used; undefined where the system does not tell. */
function usedBy(command: string): { readonly cpuSeconds: number; readonly megabytes: number } | undefined {
  if (process.platform !== "linux") return undefined;
  const told = (pid: string, name: string) => readFileSync(`/proc/${pid}/${name}`, "utf8");
  const children = told("self", `task/${process.pid}/children`).trim().split(" ");
  const pid = children.find((child) => told(child, "cmdline").includes(command));
  if (pid === undefined) throw new Error(`no process runs ${command}`);
  const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(told(pid, "status")) ?? [];
  // proc(5): user and system time are the 14th and 15th fields, in hundredths of a second.
  const [user, system] = told(pid, "stat")
    .replace(/^.*\) /, "")
    .split(" ")
    .slice(11, 13);
  return { cpuSeconds: (Number(user) + Number(system)) / 100, megabytes: Number(kilobytes) / 1024 };
}
