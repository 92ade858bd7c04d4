import type { PatchRule, SendCommandRequest, Target } from "@aws-sdk/client-ssm";
import { Account } from "#lab/aws/account.js";
import type { Denial } from "#lab/aws/iam/denial.js";
import type { Baseline } from "#lab/aws/patching/approval.js";
import type { Region } from "#lab/aws/region.js";
import type { Command } from "#lab/aws/ssm/commands/command.js";
import type { LabNode } from "#lab/aws/ssm/nodes/labNode.js";
import { Clock } from "#lab/clock.js";
import { noFaults } from "#lab/faults/faults.js";
import { absent, type Catalog, type FleetNode, type Package, type Patch } from "#lab/fleet/model.js";
import { placeRequirement, readRequirement } from "#lab/fleet/requirement.js";
import { type Answers, defaultAnswers } from "#lab/unknowns.js";
import { type OperatingSystem, operatingSystems } from "#shared/contract/operatingSystems.js";

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export const homeRegion = "us-east-1";

/** Schedules of stack dev, where a test counts on these: a scan each day at 02:00, an installation on Sunday at 04:00. */
export const onSundays = {
  "patchplane:scanSchedule": "cron(0 2 ? * * *)",
  "patchplane:installSchedule": "cron(0 4 ? * SUN *)",
};

/** When simulated time begins unless a test says otherwise: midnight of a Monday, far from any clock change. */
export const monday = Date.parse("2026-06-01T00:00:00Z");

/** The instant that a text names. */
export function at(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new RangeError(`${text} is not a time`);
  return time;
}

type PatchSpec = Partial<Omit<Patch, "released" | "requires" | "packageIndex" | "versionIndex">> & {
  /** A date, such as 2026-05-01. */
  readonly released: string;
  /** As in fleet files: `libs`, `libs>=2.0`, `libs=2.0`. */
  readonly requires?: readonly string[];
};

/** A catalog of an operating system: package names to their versions, oldest first. */
export function catalog(
  packages: Readonly<Record<string, readonly PatchSpec[]>>,
  operatingSystem: OperatingSystem = "AMAZON_LINUX_2023",
): Catalog {
  const packageIndexes = new Map(Object.keys(packages).map((name, index) => [name, index]));
  const versionsOf = (name: string) =>
    (packages[name] ?? []).map((spec, at) => spec.fullVersion ?? spec.version ?? `${at + 1}.0`);
  return {
    key: operatingSystem,
    operatingSystem,
    product: "Product",
    productFamily: operatingSystem === "WINDOWS" ? "Windows" : undefined,
    platformName: operatingSystem,
    platformVersion: "1",
    packages: Object.entries(packages).map(
      ([name, specs], index): Package => ({
        index,
        name,
        patches: specs.map((spec, versionIndex) =>
          patch(name, spec, {
            packageIndex: index,
            versionIndex,
            packageIndexes,
            operatingSystem,
            versionsOf,
          }),
        ),
      }),
    ),
    packageIndexes,
  };
}

function patch(
  name: string,
  { released, requires = [], ...spec }: PatchSpec,
  place: {
    packageIndex: number;
    versionIndex: number;
    packageIndexes: ReadonlyMap<string, number>;
    operatingSystem: OperatingSystem;
    versionsOf: (name: string) => readonly string[];
  },
): Patch {
  const { packageIndex, versionIndex, packageIndexes, operatingSystem, versionsOf } = place;
  const version = operatingSystem === "WINDOWS" ? undefined : (spec.version ?? `${versionIndex + 1}.0`);
  return {
    id: `${name}-${version ?? versionIndex}`,
    name,
    epoch: undefined,
    release: undefined,
    fullVersion: version,
    arch: version === undefined ? undefined : "x86_64",
    title: name,
    classification: "Security",
    severity: "Important",
    priority: undefined,
    advisory: undefined,
    cves: [],
    bugzillas: [],
    installSeconds: 10,
    packageIndex,
    versionIndex,
    ...spec,
    version,
    released: at(released),
    requires: requires.map((text) => {
      const read = readRequirement(text);
      const index = packageIndexes.get(read.name);
      const placed = index === undefined ? undefined : placeRequirement(read, index, versionsOf(read.name));
      if (placed === undefined) throw new RangeError(`the catalog has no ${text}`);
      return placed;
    }),
  };
}

/** One package with one security update that came out long ago. */
const openssl = catalog({ openssl: [{ released: "2026-01-01" }, { released: "2026-02-01" }] });

type NodeSpec = Partial<Omit<FleetNode, "index" | "installed" | "fails" | "ping">> & {
  readonly patchGroup?: string;
  readonly connectionLost?: boolean;
  /** When a node that cannot be reached before comes back. */
  readonly answersAt?: number;
  /** Package name to the index of its version; 0 for those that are not named, null for none. */
  readonly versions?: Readonly<Record<string, number | null>>;
  /** Names of packages. */
  readonly fails?: readonly string[];
};

/** A server: running, reachable, as quick as can be (its runs take no time), on the oldest version of everything. */
export function node(spec: NodeSpec = {}): NodeSpec {
  return spec;
}

/** As many servers as asked for. */
export function nodes(count: number, spec: (index: number) => NodeSpec = () => ({})): NodeSpec[] {
  return Array.from({ length: count }, (_, index) => spec(index));
}

function fleetNode(spec: NodeSpec, index: number): FleetNode {
  const { patchGroup, connectionLost, answersAt, versions = {}, fails = [], ...rest } = spec;
  const { catalog: offered = openssl, state = "running" } = spec;
  const installed = Int8Array.from(offered.packages, ({ name }) => {
    const version = versions[name];
    return version === null ? absent : (version ?? 0);
  });
  return {
    id: `i-${String(index).padStart(17, "0")}`,
    name: `node-${index}`,
    region: homeRegion,
    agent: true,
    offline: answersAt === undefined ? [] : [{ from: 0, to: answersAt }],
    speed: 0,
    ...rest,
    index,
    state,
    catalog: offered,
    ping: state === "stopped" || connectionLost === true ? "ConnectionLost" : "Online",
    tags: { ...rest.tags, ...(patchGroup === undefined ? {} : { PatchGroup: patchGroup }) },
    installed,
    fails: new Set(fails.map((name) => offered.packages.findIndex((one) => one.name === name))),
  };
}

/** A simulated account with a fleet, and its home Region. */
export interface World {
  readonly clock: Clock;
  readonly account: Account;
  readonly region: Region;
  /** A managed node by its place in the fleet. */
  readonly node: (index: number) => LabNode;
}

/** An account over a fleet at a time. */
export function account(
  fleet: readonly NodeSpec[],
  { from = monday, seed = 1, unknowns = {} as Partial<Answers>, harm = {} as Partial<Account["fleet"]> } = {},
): World {
  const clock = new Clock(from);
  const specs = fleet.map(fleetNode);
  const catalogs = [...new Set(specs.map((spec) => spec.catalog))];
  const made = new Account(clock, { source: "test", catalogs, nodes: specs, ...harm }, seed, noFaults, {
    ...defaultAnswers,
    ...unknowns,
  });
  const region = made.region(homeRegion);
  return {
    clock,
    account: made,
    region,
    node: (index) => {
      const spec = specs[index];
      const found = spec === undefined ? undefined : made.regionOf(spec).nodes.node(spec.id);
      if (found === undefined) throw new RangeError(`there is no managed node ${index}`);
      return found;
    },
  };
}

/** Lets so much time pass that everybody has seen what was written and made (lab/unknowns.ts: tagsSeen, justMade). */
export function settled({ clock }: Pick<World, "clock">): Promise<void> {
  return clock.advanceTo(clock.now + 10 * minute);
}

/** What IAM refused for good: not because it had not seen tags yet. */
export function refused(denials: readonly Denial[]): Denial[] {
  return denials.filter(({ isLate = false }) => !isLate);
}

/** The target that all nodes of a patch group match. */
export function group(...names: string[]): Target[] {
  return [{ Key: "tag:PatchGroup", Values: names }];
}

/** A rule that approves every patch at once, but for what a test changes. */
export function rule(changes: Partial<PatchRule> = {}): PatchRule {
  return {
    PatchFilterGroup: { PatchFilters: [{ Key: "PRODUCT", Values: ["*"] }] },
    ...(changes.ApproveUntilDate === undefined ? { ApproveAfterDays: 0 } : {}),
    EnableNonSecurity: true,
    ...changes,
  };
}

/** A baseline with that rule, but for what a test changes. */
export function baseline(changes: Partial<Baseline> = {}): Baseline {
  const { operatingSystem = "AMAZON_LINUX_2023" } = changes;
  return {
    id: "pb-0123456789abcdef0",
    name: "test-baseline",
    operatingSystem,
    approvalRules: [rule({ EnableNonSecurity: operatingSystems[operatingSystem].nonSecurity })],
    globalFilters: [],
    approvedPatches: [],
    approvedPatchesComplianceLevel: "UNSPECIFIED",
    rejectedPatches: [],
    rejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
    ...changes,
  };
}

/** Makes a baseline with the rules of the one above, and registers a patch group to it. */
export function register(world: World, patchGroup: string, changes: Partial<Baseline> = {}): string {
  const wanted = baseline(changes);
  const { BaselineId = "" } = world.region.baselines.createPatchBaseline({
    Name: `${patchGroup}-${wanted.operatingSystem}`,
    OperatingSystem: wanted.operatingSystem,
    ApprovalRules: { PatchRules: [...wanted.approvalRules] },
    ApprovedPatches: [...wanted.approvedPatches],
    RejectedPatches: [...wanted.rejectedPatches],
    RejectedPatchesAction: wanted.rejectedPatchesAction,
  });
  world.region.baselines.registerPatchBaselineForPatchGroup({ BaselineId, PatchGroup: patchGroup });
  return BaselineId;
}

/** Sends AWS-RunPatchBaseline to the patch group `servers`, unless a test says otherwise. */
export function send(
  { region }: World,
  operation: "Scan" | "Install",
  { Parameters = {}, ...request }: SendCommandRequest | Omit<SendCommandRequest, "DocumentName"> = {},
): Command {
  const { Command: sent } = region.runCommand.sendCommand({
    ...(request.InstanceIds === undefined ? { Targets: group("servers") } : {}),
    MaxErrors: "100%",
    ...request,
    DocumentName: "AWS-RunPatchBaseline",
    Parameters: { Operation: [operation], ...Parameters },
  });
  return region.runCommand.command(sent?.CommandId ?? "");
}

/** StatusDetails per node of a command. */
export function statuses(command: Command): string[] {
  return command.nodes.map((_, index) => command.statusOf(index));
}

/** Names of a node's packages and the versions that it has of them. */
export function versionsOn(node: LabNode): Record<string, number> {
  return Object.fromEntries(
    node.catalog.packages.map(({ name, index }) => [name, node.installed[index] ?? absent]),
  );
}

/** The code of the error that something throws: an AWS error's own, or the name of any other; "none" without one. */
export function errorCode(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
  return "none";
}
