import type {
  AppliesTo,
  BaselineContent,
  BaselineState,
  Entry,
  GroupRegistration,
  NodeState,
  RegionState,
} from "#functions/exclusion-processor/core/model.js";
import { reconcile } from "#functions/exclusion-processor/core/reconcile.js";
import type { Occasion, RunSummary } from "#functions/exclusion-processor/core/runSummary.js";
import { keepVerdicts } from "#functions/exclusion-processor/core/verdicts.js";
import type { Ports } from "#functions/exclusion-processor/ports.js";
import { believedKey } from "#shared/contract/believed.js";
import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { keys, statusKey } from "#shared/contract/exclusionNames.js";
import { pack, verdictsKey } from "#shared/contract/keptVerdicts.js";
import { parseStatus, type Status } from "#shared/contract/manifestStatus.js";
import { settleMs } from "#shared/contract/regionMemory.js";
import { type MemoryPorts, type MemoryWorld, memoryPorts } from "#test/memory/exclusionProcessor/ports.js";
import { MemoryRegion } from "#test/memory/exclusionProcessor/region.js";
import { MemoryBucket } from "#test/memory/exclusionProcessor/store.js";
import { Fuse } from "#test/memory/fuse.js";
import { readManifest } from "./readManifest.js";

/** Whether a run keeps what it believes, or has written, in an object. */
function isBelief(key: string): boolean {
  return [believedKey, verdictsKey].includes(key) || /^state\/regions\/|seal\.json$/.test(key);
}
export const day = 86_400_000;
/** When tests take place, unless they say otherwise. */
export const now = Date.parse("2026-09-01T10:00:00Z");
export const east = "us-east-1";
export const west = "eu-west-1";
export const systems = ["AMAZON_LINUX_2023", "UBUNTU", "WINDOWS"] as const;

/** Names are for the system that they begin with: KB for Windows, deb- for Ubuntu, all others for any Linux. */
export const appliesTo: AppliesTo = (name, system) => {
  if (name.startsWith("KB")) return system === "WINDOWS";
  if (name.startsWith("deb-")) return system === "UBUNTU";
  return system !== "WINDOWS";
};

export function record(changes: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    ...{ version: 1, stack: "patchplane/test", namePrefix: "patchplane-test" },
    ...{ partition: "aws", accountId: "123456789012" },
    patchGroupTagKey: "PatchGroup",
    patchGroups: ["web", "app"],
    targetTags: { Environment: ["prod", "stage"] },
    operatingSystems: [...systems],
    timezone: "UTC",
    ...{ maxExclusionDays: 90, maxChangedNodes: 1000, maxHeldPercent: 100 },
    regions: [east, west].map((name) => ({ name, baselines: baseIds, holds: holdIds })),
    ...changes,
  };
}

const baseIds = { AMAZON_LINUX_2023: "pb-base-al", UBUNTU: "pb-base-ub", WINDOWS: "pb-base-win" };
const holdIds = { AMAZON_LINUX_2023: "pb-hold-al", UBUNTU: "pb-hold-ub", WINDOWS: "pb-hold-win" };

export function content(changes: Partial<BaselineContent> = {}): BaselineContent {
  return {
    rules: { ApprovalRules: [{ approveAfterDays: 7 }], ApprovedPatchesEnableNonSecurity: false },
    rejectedPatches: [],
    rejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
    ...changes,
  };
}

export function baseBaselines(changes: Partial<BaselineContent> = {}): BaselineState[] {
  return Object.entries(baseIds).map(([operatingSystem, id]) => ({
    id,
    name: `patchplane-test-${operatingSystem}`,
    operatingSystem,
    isOwned: false,
    content: content(changes),
  }));
}

/** The deployment's baselines of held nodes. */
export function holdBaselines(): BaselineState[] {
  return Object.entries(holdIds).map(([operatingSystem, id]) => ({
    ...{ id, name: `patchplane-test-hold-${operatingSystem}`, operatingSystem, isOwned: false },
    content: content({ rules: {} }),
  }));
}

/** Registrations of the base groups, and of those of their held nodes. */
export function baseGroups(): GroupRegistration[] {
  return systems.flatMap((operatingSystem) =>
    ["web", "app"].flatMap((group) => [
      { group, operatingSystem, baselineId: baseIds[operatingSystem] },
      { group: `${group}.hold`, operatingSystem, baselineId: holdIds[operatingSystem] },
    ]),
  );
}

export function node(id: string, changes: Partial<NodeState> = {}): NodeState {
  return {
    id,
    tags: { PatchGroup: "web", Environment: "prod" },
    operatingSystem: "AMAZON_LINUX_2023",
    ...changes,
  };
}

/** A node with some tags beside those that put it under patching. */
export function tagged(
  id: string,
  tags: Record<string, string>,
  changes: Partial<NodeState> = {},
): NodeState {
  return node(id, { ...changes, tags: { PatchGroup: "web", Environment: "prod", ...tags } });
}

export function region(nodes: readonly NodeState[], changes: Partial<RegionState> = {}): RegionState {
  const baselines = [...baseBaselines(), ...holdBaselines()];
  return { region: east, nodes, baselines, groups: baseGroups(), ...changes };
}

/** An entry that rejects openssl on i-1 everywhere for 30 days. */
export function entry(changes: Partial<Entry> = {}): Entry {
  return {
    id: "openssl",
    selector: { kind: "nodes", ids: ["i-1"] },
    effect: { kind: "reject", patches: ["openssl*"], action: "ALLOW_AS_DEPENDENCY" },
    reason: "handshakes fail",
    owner: "payments@example.com",
    expiresAt: now + 30 * day,
    regions: [east, west],
    line: 3,
    ...changes,
  };
}

export function rejects(...patches: string[]): Entry["effect"] {
  return { kind: "reject", patches, action: "ALLOW_AS_DEPENDENCY" };
}

export function blocks(...patches: string[]): Entry["effect"] {
  return { kind: "reject", patches, action: "BLOCK" };
}

export function nodes(...ids: string[]): Entry["selector"] {
  return { kind: "nodes", ids };
}

/** What tests upload: entries as JSON. */
export function manifest(...entries: Entry[]): string {
  return JSON.stringify(entries);
}

interface Ran extends RunSummary {
  readonly ports: MemoryPorts;
  readonly allWrites: number;
  readonly writes: number;
}

/** An account with a deployed stack. */
export class World implements MemoryWorld {
  readonly bucket = new MemoryBucket();
  readonly regions: ReadonlyMap<string, MemoryRegion>;
  readonly told: MemoryWorld["told"] = [];
  now = now;
  /** The program's. */
  version = "1";

  constructor(
    states: readonly RegionState[],
    deployed: DeploymentRecord = record(),
    make = (state: RegionState) => new MemoryRegion(state),
  ) {
    this.regions = new Map(states.map((state) => [state.region, make(state)]));
    const regions = deployed.regions.filter(({ name }) => this.regions.has(name));
    this.deploy({ ...deployed, regions });
  }

  deploy(deployed: DeploymentRecord): void {
    this.bucket.put(keys.record, JSON.stringify(deployed), this.now);
  }

  /** Uploads a manifest as `exclusions/<name>.yaml` and returns its version id. */
  upload(name: string, ...entries: Entry[]): string {
    return this.bucket.put(keyOf(name), manifest(...entries), this.now);
  }

  uploadText(name: string, text: string): string {
    return this.bucket.put(keyOf(name), text, this.now);
  }

  delete(name: string): void {
    this.bucket.remove(keyOf(name), this.now);
  }

  ports(fuse = new Fuse()): MemoryPorts {
    return memoryPorts(this, { readManifest, appliesTo }, this.now, fuse);
  }

  /**
   * One run, which dies after some writes if told so, with ports that can be changed.
   *
   * @returns what it has done, with the number of all its writes, and of those beside what it believes
   */
  async run(
    most?: number,
    change: (ports: MemoryPorts) => Ports = (ports) => ports,
    occasion?: Occasion,
  ): Promise<Ran> {
    const ports = this.ports(new Fuse(most));
    const summary = await reconcile(change(ports), this.now, occasion);
    const beliefs = ports.store.written.filter(isBelief).length;
    return { ...summary, ports, allWrites: ports.fuse.writes, writes: ports.fuse.writes - beliefs };
  }

  /** Two runs: the second one when what the first has written is sure to be seen. */
  async rest(): Promise<Ran> {
    await this.run();
    this.now += settleMs;
    return this.run();
  }

  /** Keys and texts of all objects but those in which runs keep what they believe and when they have written. */
  objects(): [string, string | undefined][] {
    const others = this.bucket.keys().filter((key) => !isBelief(key));
    return others.map((key) => [key, this.bucket.text(key)]);
  }

  /** A run because an hour has passed. */
  hour(most?: number, change?: (ports: MemoryPorts) => Ports): Promise<Ran> {
    return this.run(most, change, "hour");
  }

  /** One run in which the bucket denies some keys or prefixes. */
  runDenied(...denied: string[]): ReturnType<World["run"]> {
    return this.run(undefined, (ports) => {
      for (const key of denied) ports.store.denied.add(key);
      return ports;
    });
  }

  /** Somebody else writes into what the next run is to know, or deletes it. */
  spoil(text?: string): void {
    if (text === undefined) this.bucket.remove(verdictsKey, this.now);
    else this.bucket.put(verdictsKey, text, this.now);
  }

  /** Makes the next run believe something of a manifest, as if a run had found it. */
  async believe(name: string, changes: Partial<Status>): Promise<void> {
    const { store } = this.ports();
    const known = { kind: "known", statuses: new Map(), moved: [], digest: "", isSealed: true } as const;
    const statuses = new Map([[keyOf(name), pack({ ...this.status(name), ...changes })]]);
    await keepVerdicts(store, known, { statuses, moved: [], now: this.now });
  }

  status(name: string): Status {
    const text = this.bucket.text(statusKey(keyOf(name)));
    const status = text === undefined ? undefined : parseStatus(text);
    if (status === undefined) throw new Error(`there is no status of ${name}`);
    return status;
  }

  region(name: string = east): MemoryRegion {
    const found = this.regions.get(name);
    if (found === undefined) throw new Error(`there is no Region ${name}`);
    return found;
  }

  tags(id: string, name: string = east): Readonly<Record<string, string>> {
    return this.region(name).nodes.get(id)?.tags ?? {};
  }

  /** The two tags that the processor writes. */
  marks(id: string, name: string = east): [string | undefined, string | undefined] {
    const tags = this.tags(id, name);
    return [tags.PatchGroup, tags["patchplane:base-group"]];
  }

  /** What the baseline of a node's patch group says for its operating system. */
  contentFor(id: string, name: string = east): BaselineContent | undefined {
    const region = this.region(name);
    const found = region.nodes.get(id);
    const registration = region.groups.find(
      ({ group, operatingSystem }) =>
        group === found?.tags.PatchGroup && operatingSystem === found?.operatingSystem,
    );
    return registration === undefined ? undefined : region.baselines.get(registration.baselineId)?.content;
  }

  /** Names of the baselines that are not the base ones, in order. */
  derivedNames(name: string = east): string[] {
    const names = [...this.region(name).baselines.values()].filter(({ isOwned }) => isOwned);
    return names.map((baseline) => baseline.name).sort();
  }
}

export function keyOf(name: string): string {
  return `${keys.manifests}${name}.yaml`;
}
