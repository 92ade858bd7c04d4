import type { DeploymentRecord } from "#shared/contract/deploymentRecord.js";
import { memoryKey, parseMemory } from "#shared/contract/regionMemory.js";
import { settle } from "../../shared/errors.js";
import type { ListedObject, Ports, RegionAccess, Store } from "../ports.js";
import { desiredOf } from "./desired.js";
import { execute } from "./execute.js";
import { RegionFleet, regionProblem } from "./fleet.js";
import { Ledger } from "./ledger.js";
import { Memory, type Openings, type Promises, type Recalled, recall } from "./memory.js";
import type { CountingTags, RegionState } from "./model.js";
import type { RegionRun } from "./regionRun.js";
import { type KnownSystems, withSystems } from "./remember.js";
import { hasTraces } from "./scope.js";
import { Sealed } from "./sealed.js";
import type { Step } from "./steps.js";
import type { Written } from "./written.js";

/** A Region that can be decided about, or why it cannot. */
export type OpenRegion = { readonly region: string } & (
  | {
      readonly access: RegionAccess;
      readonly ledger: Ledger;
      readonly recalled: Recalled;
      readonly sealed: Sealed;
    }
  | { readonly error: string }
);

/** A Region as it was read. */
export type ReadRegion = { readonly region: string } & (
  | {
      readonly access: RegionAccess;
      readonly state: RegionState;
      readonly memory: Memory;
      /** Where that stands. */
      readonly sealed: Sealed;
      /** Whether nothing of it was read but what exclusions have left there. */
      readonly isIdle: boolean;
    }
  | { readonly error: string }
);

/** What all Regions of a run have in common. */
interface RegionTime {
  readonly objects: readonly ListedObject[];
  /** When something opens that installs, as far as that is known. */
  readonly openings: Openings;
  readonly now: number;
  /** What the last run has told as in force in a Region; missing for who may not read that. */
  readonly told?: (region: string) => Promises;
}

/** What is asked of Regions. */
export interface Asked {
  /** Whether an entry or a plan asks for nodes. */
  readonly isAsked: boolean;
  /** The tags that count of nodes: a large fleet with all of them would not fit into memory. */
  readonly counting: CountingTags;
}

/** Reads a Region and what was kept of it. */
export async function readRegion(
  ports: Ports,
  record: DeploymentRecord,
  region: string,
  asked: Asked,
  time: RegionTime,
): Promise<ReadRegion> {
  if (ports.isLate()) return { region, error: "was not begun, the time was over" };
  const read = await settle(readState(ports, record, region, asked));
  if (!read.ok) {
    const why = ports.isLate() ? "the time was over" : read.error;
    return { region, error: `cannot be read (${why})` };
  }
  const kept = await settle(readMemory(ports, region, time, read.value.state.nextInstallAt));
  if (!kept.ok) return { region, error: `what is known of it cannot be read (${kept.error})` };
  return { region, ...read.value, ...kept.value };
}

/** What was kept of a Region, as a run at a time finds it. Throws when it cannot be read. */
export async function readMemory(
  { store }: Pick<Ports, "store">,
  region: string,
  { objects, openings, now, told }: RegionTime,
  nextInstallAt?: number,
): Promise<{ readonly memory: Memory; readonly sealed: Sealed }> {
  const sealed = await Sealed.read(store, memoryKey(region), objects);
  const { text, isSpoiled } = sealed;
  const all = nextInstallAt === undefined ? openings : [...openings, nextInstallAt];
  const kept = text === undefined ? undefined : parseMemory(text);
  return { memory: new Memory(kept, now, all, told?.(region), isSpoiled), sealed };
}

/** Reads the fleet only when an entry or a plan asks for nodes, or something is left to clean up. */
async function readState(
  ports: Ports,
  record: DeploymentRecord,
  region: string,
  { isAsked, counting }: Asked,
) {
  const access = ports.region(region, record);
  if (!isAsked) {
    const traces = await access.readTraces();
    if (!hasTraces(traces, record)) {
      const { baselines } = traces;
      return { access, state: { region, nodes: [], baselines, groups: [] }, isIdle: true };
    }
  }
  const state: RegionState = await access.read(counting);
  return { access, state, isIdle: false };
}

/** Indexes what was read, with what was written a moment ago over it. */
export function openRegion(
  ports: Ports,
  record: DeploymentRecord,
  read: ReadRegion,
  known: KnownSystems,
): OpenRegion {
  if ("error" in read) return read;
  const { region, access, memory, sealed, isIdle } = read;
  const error = regionProblem(read.state, record, !isIdle);
  if (error !== undefined) return { region, error };
  const { state, stale } = recall(withSystems(read.state, known), memory, record.patchGroupTagKey);
  const ledger = new Ledger(new RegionFleet(state, record), ports.appliesTo, memory.now, memory);
  return { region, access, ledger, recalled: { state, stale }, sealed };
}

/** Makes a Region what its ledger says. */
export async function executeRegion(
  ports: Ports,
  record: DeploymentRecord,
  open: OpenRegion,
): Promise<Written & Pick<RegionRun, "kept">> {
  const { region } = open;
  if ("error" in open) return { ...nothingWritten, error: open.error };
  const { ledger, access, recalled, sealed } = open;
  const { log, store, isLate, clock } = ports;
  const onStep = (step: Step) => log.info(step.kind, { region, why: step.why });
  const keep = (text: string) => sealed.write(store, text);
  const means = { access, keep, onStep, isLate, clock };
  const written = await execute(means, desiredOf(ledger), recalled, record, ledger.memory);
  return { ...written, ...(await rested(sealed, store, written.error)), kept: sealed.written };
}

async function rested(
  sealed: Sealed,
  store: Pick<Store, "write">,
  error: string | undefined,
): Promise<{ readonly error?: string }> {
  const rest = await settle(sealed.rest(store));
  return rest.ok ? {} : { error: error ?? `what was written could not be sealed (${rest.error})` };
}

const nothingWritten: Written & Pick<RegionRun, "kept"> = {
  kept: new Map(),
  done: {},
  steps: [],
  failedNodes: new Map(),
  goneNodes: new Set(),
  promised: new Map(),
  unsure: 0,
  waiting: new Set(),
  unused: new Map(),
};
